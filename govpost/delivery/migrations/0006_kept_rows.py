"""What came and could not be counted is kept, sealed."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import govpost.common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0005_forgotten"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptRow",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("digest", models.BinaryField(unique=True)),
                ("sealed", models.BinaryField()),
                ("kept_at", models.DateTimeField(db_index=True)),
                (
                    "unclear",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="delivery.unclear"),
                ),
            ],
        ),
    ]
