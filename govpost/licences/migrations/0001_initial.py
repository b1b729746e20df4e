"""Licences and the counters of their numbers."""

import django.db.models.deletion
from django.db import migrations, models

import govpost.common.fields
import govpost.common.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Licence",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("identifier", models.TextField(unique=True)),
                ("number", models.TextField()),
                ("serial", models.TextField(unique=True)),
                ("type_code", models.TextField()),
                ("name", models.TextField()),
                ("version", models.IntegerField()),
                ("region", govpost.common.fields.LtreeField()),
                ("holder_masked", models.TextField()),
                ("case_number", models.TextField()),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("01", "VALID"),
                            ("02", "SUSPENDED"),
                            ("03", "REVOKED"),
                            ("04", "CANCELLED"),
                            ("05", "EXPIRED"),
                            ("06", "MOVED"),
                            ("07", "WITHDRAWN"),
                            ("99", "OTHER"),
                        ]
                    ),
                ),
                ("issued_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("why_ended", models.TextField(blank=True, default="")),
                ("holder", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="licences", to="parties.party")),
                (
                    "issuer",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="licences", to="parties.organisation"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "-issued_at"], name="licence_by_holder")],
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "type_code", "number", "version"), name="licence_version_once"),
                    models.UniqueConstraint(fields=("case_number",), name="licence_one_per_case"),
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"),
                        name="licence_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberRow",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("type_code", models.TextField()),
                ("year", models.IntegerField()),
                ("last", models.IntegerField(default=0)),
                ("issuer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.organisation")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("issuer", "type_code", "year"), name="numberrow_once")],
            },
        ),
    ]
