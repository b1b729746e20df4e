"""Cases with their papers, orders, parcels and hand-over lists."""

import django.db.models.deletion
from django.db import migrations, models

import govpost.common.fields
import govpost.common.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalogue", "0001_initial"),
        ("licences", "0001_initial"),
        ("parties", "0001_initial"),
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.TextField(null=True, unique=True)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "submitted"),
                            ("correcting", "correcting"),
                            ("accepted", "accepted"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                            ("handed_over", "handed_over"),
                            ("closed", "closed"),
                            ("not_accepted", "not_accepted"),
                            ("withdrawn", "withdrawn"),
                            ("terminated", "terminated"),
                        ],
                        default="draft",
                    ),
                ),
                ("version", models.IntegerField(default=0)),
                ("region", govpost.common.fields.LtreeField()),
                ("intake_id", models.UUIDField(null=True)),
                ("sealed", models.BinaryField()),
                ("words", models.BinaryField()),
                ("paper_way", models.TextField(blank=True, choices=[("door", "door"), ("bring", "bring"), ("none", "none")])),
                ("result_way", models.TextField(blank=True, choices=[("door", "door"), ("window", "window")])),
                ("window_from", models.DateTimeField(null=True)),
                ("window_to", models.DateTimeField(null=True)),
                ("profile_pin", models.TextField(blank=True, default="")),
                ("payers", models.JSONField(default=dict)),
                ("notice_version", models.TextField(blank=True, default="")),
                ("chosen_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(null=True)),
                ("papers_received_at", models.DateTimeField(null=True)),
                ("clock_from_at", models.DateTimeField(null=True)),
                ("correction_requested_at", models.DateTimeField(null=True)),
                ("correction_due_on", models.DateField(null=True)),
                ("resubmitted_at", models.DateTimeField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("accepted_by_silence", models.BooleanField(default=False)),
                ("decided_at", models.DateTimeField(null=True)),
                ("handed_over_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("accept_due_on", models.DateField(null=True)),
                ("decide_due_on", models.DateField(null=True)),
                ("deliver_due_on", models.DateField(null=True)),
                ("due_confirmed", models.BooleanField(default=True)),
                (
                    "clock",
                    models.TextField(
                        blank=True,
                        choices=[("accept", "accept"), ("correct", "correct"), ("decide", "decide"), ("deliver", "deliver")],
                        default="",
                    ),
                ),
                ("amber_at", models.DateTimeField(null=True)),
                ("red_at", models.DateTimeField(null=True)),
                ("document_serial", models.TextField(null=True, unique=True)),
                ("closed_by_order", models.UUIDField(null=True)),
                (
                    "flag",
                    models.TextField(
                        blank=True,
                        choices=[("signer_not_allowed", "signer_not_allowed"), ("lost", "lost"), ("papers_lost", "papers_lost")],
                        default="",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="parties.organisation"),
                ),
                ("hall", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="places.hall")),
                (
                    "licence",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="case", to="licences.licence"
                    ),
                ),
                ("party", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="parties.party")),
                ("service", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="catalogue.service")),
            ],
        ),
        migrations.CreateModel(
            name="CaseOrder",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("order_id", models.UUIDField()),
                ("number", models.TextField()),
                ("leg", models.TextField(choices=[("papers", "papers"), ("result", "result"), ("returned_papers", "returned_papers")])),
                ("round", models.IntegerField(default=0)),
                ("heard", models.TextField(default="ordered")),
                ("version", models.IntegerField(default=0)),
                ("placed_at", models.DateTimeField()),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="cases.case")),
            ],
        ),
        migrations.CreateModel(
            name="CasePaper",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("round", models.IntegerField(default=0)),
                ("position", models.IntegerField()),
                ("name", models.TextField()),
                ("name_en", models.TextField()),
                ("door_label", models.TextField()),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("expected", "expected"),
                            ("on_the_way", "on_the_way"),
                            ("received", "received"),
                            ("missing", "missing"),
                            ("returned", "returned"),
                        ]
                    ),
                ),
                ("status_at", models.DateTimeField()),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="cases.case")),
                (
                    "paper",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.paper"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HandoverList",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                ("region", govpost.common.fields.LtreeField()),
                ("desk", models.TextField(choices=[("station", "station"), ("window", "window")])),
                ("given_at", models.DateTimeField()),
                ("given_by", models.TextField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("taken_by", models.TextField(blank=True, default="")),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handover_lists", to="parties.organisation"
                    ),
                ),
                ("hall", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="handover_lists", to="places.hall")),
            ],
        ),
        migrations.CreateModel(
            name="HandoverItem",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("serial", models.TextField()),
                ("found", models.BooleanField(null=True)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="handovers", to="cases.case")),
                (
                    "handover_list",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="items", to="cases.handoverlist"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Parcel",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                ("region", govpost.common.fields.LtreeField()),
                ("digest", models.BinaryField()),
                ("created_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.TextField(blank=True, default="")),
                ("order_id", models.UUIDField(null=True, unique=True)),
                ("order_number", models.TextField(blank=True, default="")),
                ("hall", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="parcels", to="places.hall")),
                ("party", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="parcels", to="parties.party")),
            ],
        ),
        migrations.CreateModel(
            name="ParcelCase",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("serial", models.TextField()),
                ("joined_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="parcels", to="cases.case")),
                ("parcel", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="contents", to="cases.parcel")),
            ],
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["party", "-created_at"], name="case_by_applicant"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["department", "state", "red_at"], name="case_by_department"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["hall", "state", "red_at"], name="case_by_hall"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("red_at__isnull", False)), fields=["red_at"], name="case_by_clock"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["-submitted_at", "-id"], name="case_by_submission"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "draft"), ("number__isnull", False), _connector="OR"), name="case_submitted_has_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("state", "accepted"), _negated=True), ("accepted_at__isnull", False), _connector="OR"),
                name="case_accepted_has_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at__isnull", False), _connector="OR"),
                name="case_closed_has_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amber_at__isnull", True), ("red_at__isnull", True)),
                    models.Q(("amber_at__isnull", False), ("red_at__isnull", False)),
                    _connector="OR",
                ),
                name="case_both_marks",
            ),
        ),
        migrations.AddIndex(
            model_name="caseorder",
            index=models.Index(fields=["order_id"], name="caseorder_by_order"),
        ),
        migrations.AddConstraint(
            model_name="caseorder",
            constraint=models.UniqueConstraint(fields=("case", "order_id"), name="caseorder_once"),
        ),
        migrations.AddConstraint(
            model_name="casepaper",
            constraint=models.UniqueConstraint(fields=("case", "round", "position"), name="casepaper_position_once"),
        ),
        migrations.AddIndex(
            model_name="handoverlist",
            index=models.Index(condition=models.Q(("taken_at__isnull", True)), fields=["hall", "desk"], name="handoverlist_not_taken"),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.UniqueConstraint(fields=("handover_list", "case"), name="handoveritem_once"),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("found__isnull", True)), fields=("case",), name="handoveritem_one_open_list"
            ),
        ),
        migrations.AddIndex(
            model_name="parcel",
            index=models.Index(fields=["hall", "closed_at"], name="parcel_by_hall"),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)), fields=("party", "hall", "digest"), name="parcel_one_draft"
            ),
        ),
        migrations.AddConstraint(
            model_name="parcelcase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_at__isnull", True)), fields=("case",), name="parcelcase_one_parcel"
            ),
        ),
    ]
