"""How orders and cases came in: each once, and a day's sums. `govpost measure` fills in what came before."""

from __future__ import annotations

from django.db import migrations, models

import govpost.common.fields


class Migration(migrations.Migration):
    dependencies = [("quality", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="IntakeDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "division", "day", "kind", "direction", "channel", "screen", "payer",
                        blank=True, editable=False, primary_key=True, serialize=False,
                    ),
                ),
                ("division", models.TextField()),
                ("day", models.DateField()),
                ("kind", models.TextField()),
                ("direction", models.TextField()),
                ("channel", models.TextField()),
                ("screen", models.TextField()),
                ("payer", models.TextField()),
                ("n", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Intake",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("number", models.TextField()),
                ("at", models.DateTimeField()),
                ("region", govpost.common.fields.LtreeField()),
                ("division", models.TextField()),
                ("direction", models.TextField()),
                ("channel", models.TextField()),
                ("screen", models.TextField()),
                ("payer", models.TextField()),
                ("item", models.TextField()),
            ],
            options={"indexes": [models.Index(fields=["division", "-at", "-id"], name="intake_by_place")]},
        ),
    ]  # fmt: skip
