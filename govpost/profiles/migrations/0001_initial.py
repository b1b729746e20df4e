"""Profiles and their dated versions."""

import django.db.models.deletion
from django.db import migrations, models

import govpost.common.fields
import govpost.common.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("journal", "0001_initial"),  # makes the ltree extension
    ]

    operations = [
        migrations.CreateModel(
            name="Profile",
            fields=[
                ("code", models.TextField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("name_en", models.TextField()),
                (
                    "level",
                    models.TextField(
                        choices=[
                            ("headquarters", "headquarters"),
                            ("province", "province"),
                            ("city", "city"),
                            ("county", "county"),
                        ]
                    ),
                ),
                ("region", govpost.common.fields.LtreeField(unique=True)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="children", to="profiles.profile"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProfileVersion",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("effective_on", models.DateField()),
                ("settings", models.JSONField()),
                ("note", models.TextField(blank=True)),
                (
                    "profile",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="profiles.profile"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("profile", "effective_on"), name="profileversion_once")],
            },
        ),
    ]
