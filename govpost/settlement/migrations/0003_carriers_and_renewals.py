"""Carriers with what each may carry, renewals and early ends of agreements, and who looks after a client."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import govpost.common.fields
import govpost.common.ids
from govpost.journal.stamping import stamped

ONE_RULING = """
ALTER TABLE settlement_carrierruling ADD CONSTRAINT ruling_no_overlap EXCLUDE USING gist (
    carrier_id WITH =, item WITH =, (region::text) WITH =, daterange(starts_on, ends_on, '[]') WITH &&
)
"""
ONE_MANAGER = """
ALTER TABLE settlement_clientmanager ADD CONSTRAINT client_one_manager EXCLUDE USING gist (
    organisation_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&
)
"""


class Migration(migrations.Migration):
    dependencies = [("settlement", "0002_stamped"), ("parties", "0001_initial")]

    operations = [
        migrations.AddField(
            "agreement",
            "follows",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="renewals", to="settlement.agreement"),
        ),
        migrations.AddField("agreement", "ended_because", models.TextField(blank=True, default="")),
        migrations.CreateModel(
            name="Carrier",
            fields=[
                ("code", models.TextField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("name_en", models.TextField()),
                ("kind", models.TextField(choices=[("post", "post"), ("express", "express")])),
                ("basis", models.TextField()),
                ("open_from", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CarrierRuling",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("item", models.TextField(blank=True, default="")),
                ("region", govpost.common.fields.LtreeField()),
                ("allowed", models.BooleanField()),
                ("basis", models.TextField()),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                (
                    "carrier",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="rulings", to="settlement.carrier"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("basis", ""), _negated=True), name="ruling_has_a_basis"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                        name="ruling_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClientManager",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="client_managers", to="parties.organisation"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="clients", to="parties.staff"),
                ),
            ],
        ),
        migrations.RunSQL(ONE_RULING, "ALTER TABLE settlement_carrierruling DROP CONSTRAINT ruling_no_overlap"),
        migrations.RunSQL(ONE_MANAGER, "ALTER TABLE settlement_clientmanager DROP CONSTRAINT client_one_manager"),
        *stamped("settlement", "settlement_carrier", "settlement_carrierruling"),
    ]
