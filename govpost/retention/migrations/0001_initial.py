"""How long things are kept, holds, what was erased; a change of a period renews the room's mark."""

from __future__ import annotations

from django.db import migrations, models

import govpost.common.fields
import govpost.common.ids
from govpost.journal.stamping import stamped


class Migration(migrations.Migration):
    initial = True

    dependencies = [("journal", "0002_stamps")]

    operations = [
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                ("run_id", models.UUIDField()),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("mail_addresses", "mail_addresses"),
                            ("messages", "messages"),
                            ("applications", "applications"),
                            ("drafts", "drafts"),
                            ("sign_ins", "sign_ins"),
                            ("api_answers", "api_answers"),
                            ("readings", "readings"),
                            ("exchanges", "exchanges"),
                            ("ledger", "ledger"),
                            ("mail_events", "mail_events"),
                        ]
                    ),
                ),
                ("fate", models.TextField()),
                ("days", models.IntegerField()),
                ("cut_on", models.DateField()),
                ("basis", models.TextField()),
                ("counts", models.JSONField()),
                ("spared", models.IntegerField()),
                ("digest", models.TextField()),
                ("first", models.UUIDField()),
                ("last", models.UUIDField()),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField()),
                ("actor", models.TextField()),
            ],
            options={
                "indexes": [models.Index(fields=["-finished_at"], name="certificate_by_day")],
                "constraints": [models.UniqueConstraint(fields=("run_id", "kind"), name="certificate_once")],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("run_id", models.UUIDField()),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("mail_addresses", "mail_addresses"),
                            ("messages", "messages"),
                            ("applications", "applications"),
                            ("drafts", "drafts"),
                            ("sign_ins", "sign_ins"),
                            ("api_answers", "api_answers"),
                            ("readings", "readings"),
                            ("exchanges", "exchanges"),
                            ("ledger", "ledger"),
                            ("mail_events", "mail_events"),
                        ]
                    ),
                ),
                ("table", models.TextField()),
                ("rows", models.IntegerField()),
                ("digest", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "id"], name="erasure_by_kind")],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "on",
                    models.TextField(
                        choices=[("order", "order"), ("case", "case"), ("organisation", "organisation"), ("region", "region")]
                    ),
                ),
                ("value", models.TextField()),
                ("organisation_id", models.UUIDField(null=True)),
                ("region", govpost.common.fields.LtreeField()),
                ("why", models.TextField()),
                ("placed_at", models.DateTimeField()),
                ("placed_by", models.TextField()),
                ("released_at", models.DateTimeField(null=True)),
                ("released_by", models.TextField(blank=True, default="")),
                ("release_why", models.TextField(blank=True, default="")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("released_at__isnull", True)), fields=("on", "value"), name="hold_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("mail_addresses", "mail_addresses"),
                            ("messages", "messages"),
                            ("applications", "applications"),
                            ("drafts", "drafts"),
                            ("sign_ins", "sign_ins"),
                            ("api_answers", "api_answers"),
                            ("readings", "readings"),
                            ("exchanges", "exchanges"),
                            ("ledger", "ledger"),
                            ("mail_events", "mail_events"),
                        ]
                    ),
                ),
                ("days", models.IntegerField()),
                ("effective_on", models.DateField()),
                ("why", models.TextField()),
                ("set_at", models.DateTimeField()),
                ("set_by", models.TextField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "effective_on"), name="period_once"),
                    models.CheckConstraint(condition=models.Q(("days__gte", 1)), name="period_positive"),
                ],
            },
        ),
        *stamped("retention", "retention_period"),
    ]
