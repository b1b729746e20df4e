"""A class for reports that could not be counted."""

from __future__ import annotations

from django.db import migrations, models

KINDS = (
    "mail_addresses", "messages", "applications", "drafts", "sign_ins", "api_answers", "kept_rows", "readings", "exchanges", "ledger",
    "mail_events",
)  # fmt: skip


def _kind(model: str) -> migrations.AlterField:
    return migrations.AlterField(model_name=model, name="kind", field=models.TextField(choices=[(kind, kind) for kind in KINDS]))


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0002_periods_withdrawn"),
    ]

    operations = [_kind("certificate"), _kind("erasure"), _kind("period")]
