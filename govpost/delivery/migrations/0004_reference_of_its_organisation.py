"""A reference belongs to its organisation: two departments may both number their mail from 1."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0003_matched_contents")]

    operations = [
        migrations.RemoveConstraint(model_name="order", name="order_once"),
        # Wider than the one before: every row that stood before satisfies it.
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                fields=("ref", "direction", "idempotency", "organisation_id"), nulls_distinct=False, name="order_once"
            ),
        ),
    ]
