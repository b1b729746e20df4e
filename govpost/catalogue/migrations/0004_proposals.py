"""Versions that are proposed and reviewed before they are published."""

from __future__ import annotations

from django.db import migrations, models

import govpost.common.fields
import govpost.common.ids

STATES = ["draft", "in_review", "returned", "approved", "withdrawn"]


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_validity_basis")]

    operations = [
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("code", models.TextField()),
                ("version", models.IntegerField()),
                ("name", models.TextField()),
                ("region", govpost.common.fields.LtreeField()),
                ("document", models.JSONField()),
                ("state", models.TextField(choices=[(state, state) for state in STATES], default="draft")),
                ("valid_from", models.DateField()),
                ("hands", models.JSONField(default=list)),
                ("proposed_by", models.TextField()),
                ("reviewed_by", models.TextField(blank=True, default="")),
                ("reason", models.TextField(blank=True, default="")),
                ("standing", models.JSONField(default=dict)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["code"], name="proposal_by_code")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "region"),
                        condition=models.Q(("state__in", ["draft", "in_review", "returned"])),
                        name="proposal_one_open",
                    )
                ],
            },
        ),
    ]
