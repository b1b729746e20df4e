"""Parties, organisations, staff with roles, and partners' keys."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import govpost.common.fields
import govpost.common.ids


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("code", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("name_en", models.TextField()),
                ("uscc", models.TextField()),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("department", "department"),
                            ("making_centre", "making_centre"),
                            ("postal", "postal"),
                            ("government", "government"),
                            ("court", "court"),
                        ]
                    ),
                ),
                ("region", govpost.common.fields.LtreeField()),
                ("active_from", models.DateField()),
                ("active_to", models.DateField(null=True)),
                (
                    "hall",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="organisations", to="places.hall"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Staff",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("login", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("is_active", models.BooleanField(default=True)),
                (
                    "outlet",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="staff", to="places.outlet"),
                ),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="staff", to="parties.organisation"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PartnerKey",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("region", govpost.common.fields.LtreeField()),
                ("prefix", models.TextField(unique=True)),
                ("digest", models.BinaryField()),
                ("active_from", models.DateTimeField()),
                ("active_to", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="partner_keys", to="parties.organisation"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("kind", models.TextField(choices=[("natural", "natural"), ("legal", "legal")])),
                ("masked_name", models.TextField()),
                ("sealed", models.BinaryField()),
                ("id_type", models.TextField()),
                ("id_digest", models.BinaryField()),
                ("phone_digest", models.BinaryField()),
                ("assurance", models.IntegerField()),
                ("region", govpost.common.fields.LtreeField(default="")),
                ("first_seen_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["id_digest"], name="party_by_number"),
                    models.Index(fields=["phone_digest"], name="party_by_phone"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("id_type", "id_digest"), name="party_one_number"),
                    models.CheckConstraint(condition=models.Q(("assurance__range", (1, 4))), name="party_assurance_levels"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "role",
                    models.TextField(
                        choices=[
                            ("clerk", "clerk"),
                            ("officer", "officer"),
                            ("station", "station"),
                            ("courier", "courier"),
                            ("dispatcher", "dispatcher"),
                            ("supervisor", "supervisor"),
                            ("quality", "quality"),
                            ("finance", "finance"),
                            ("integrator", "integrator"),
                            ("sender", "sender"),
                            ("admin", "admin"),
                        ]
                    ),
                ),
                ("region", govpost.common.fields.LtreeField()),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.organisation"),
                ),
                (
                    "staff",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="role_grants", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "clerk",
                                    "officer",
                                    "station",
                                    "courier",
                                    "dispatcher",
                                    "supervisor",
                                    "quality",
                                    "finance",
                                    "integrator",
                                    "sender",
                                    "admin",
                                ],
                            )
                        ),
                        name="rolegrant_known_role",
                    ),
                    models.UniqueConstraint(
                        fields=("staff", "role", "region", "organisation", "starts_on"),
                        name="rolegrant_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
    ]
