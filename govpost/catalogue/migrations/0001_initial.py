"""Service items in dated versions, and their papers."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import govpost.common.fields
import govpost.common.ids

# Two versions of one implementing code are never valid on the same day; both dates count.
VERSIONS_APART = """
ALTER TABLE catalogue_service ADD CONSTRAINT service_versions_apart
EXCLUDE USING gist (task_code WITH =, daterange(valid_from, valid_to, '[]') WITH &&)
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("code", models.TextField()),
                ("task_code", models.TextField()),
                ("version", models.IntegerField()),
                ("name", models.TextField()),
                ("name_en", models.TextField()),
                ("summary", models.TextField()),
                ("summary_en", models.TextField()),
                ("region", govpost.common.fields.LtreeField()),
                ("owner", models.TextField(choices=[("inside", "inside"), ("outside", "outside")])),
                (
                    "item_type",
                    models.TextField(
                        choices=[
                            ("00", "00"),
                            ("01", "01"),
                            ("02", "02"),
                            ("03", "03"),
                            ("04", "04"),
                            ("05", "05"),
                            ("06", "06"),
                            ("07", "07"),
                            ("08", "08"),
                            ("09", "09"),
                            ("10", "10"),
                            ("20", "20"),
                        ]
                    ),
                ),
                ("subject", models.TextField(choices=[("natural", "natural"), ("legal", "legal"), ("both", "both")])),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("keywords", models.JSONField(default=list)),
                ("pinyin", models.JSONField(default=list)),
                ("initials", models.JSONField(default=list)),
                ("directions", models.JSONField(default=list)),
                ("fee_fen", models.BigIntegerField(null=True)),
                ("fee_basis", models.TextField(blank=True)),
                ("accept_days", models.IntegerField(null=True)),
                ("accept_basis", models.TextField(blank=True)),
                ("decide_days", models.IntegerField(null=True)),
                ("legal_days", models.IntegerField(null=True)),
                ("decide_unit", models.TextField(choices=[("working", "working"), ("calendar", "calendar")], default="working")),
                ("decide_basis", models.TextField(blank=True)),
                ("clock_start", models.TextField(blank=True)),
                ("deliver_days", models.IntegerField(null=True)),
                ("deliver_basis", models.TextField(blank=True)),
                ("licence_type_code", models.TextField(blank=True)),
                ("licence_years", models.IntegerField(null=True)),
                ("result_name", models.TextField(blank=True)),
                ("result_name_en", models.TextField(blank=True)),
                ("goods", models.BooleanField(default=False)),
                ("weight_g", models.IntegerField(default=50)),
                ("signers", models.JSONField(default=list)),
                ("needs_code", models.BooleanField(default=False)),
                ("attempts_max", models.IntegerField(default=2)),
                ("hold_days", models.IntegerField(default=7)),
                ("post_only", models.BooleanField(default=False)),
                ("mail_basis", models.TextField(blank=True)),
                (
                    "department",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="services", to="parties.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("position", models.IntegerField()),
                ("name", models.TextField()),
                ("name_en", models.TextField()),
                ("name_on_door", models.TextField()),
                ("form", models.TextField(choices=[("original", "original"), ("copy", "copy"), ("electronic", "electronic")])),
                ("copies", models.IntegerField(default=1)),
                ("required", models.BooleanField(default=True)),
                ("waived", models.BooleanField(default=False)),
                ("waived_because", models.TextField(blank=True)),
                ("waived_because_en", models.TextField(blank=True)),
                ("service", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="catalogue.service")),
            ],
        ),
        migrations.AddIndex(
            model_name="service",
            index=models.Index(fields=["code", "valid_from"], name="service_by_code"),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.UniqueConstraint(fields=("task_code", "version"), name="service_version_once"),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(condition=models.Q(("fee_fen__gte", 0)), name="service_fee_not_negative"),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(condition=models.Q(("attempts_max__gte", 1)), name="service_at_least_one_attempt"),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"),
                name="service_dates",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(fields=("service", "position"), name="paper_position_once"),
        ),
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS btree_gist", migrations.RunSQL.noop),
        migrations.RunSQL(VERSIONS_APART, "ALTER TABLE catalogue_service DROP CONSTRAINT service_versions_apart"),
    ]
