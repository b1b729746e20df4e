"""People move, sign in and carry a second factor; organisations are renamed on a day; keys say when they were used."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import govpost.common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0003_client_enterprises"),
        ("places", "0002_stamped"),
    ]

    operations = [
        migrations.CreateModel(
            name="PartnerKeyUse",
            fields=[
                (
                    "key",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="use",
                        serialize=False,
                        to="parties.partnerkey",
                    ),
                ),
                ("used_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SecondFactor",
            fields=[
                (
                    "staff",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="second_factor",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("begun_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("last_step", models.BigIntegerField(default=0)),
                ("wrong", models.IntegerField(default=0)),
                ("paused_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="staff",
            name="has_second_factor",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="staff",
            name="leaves_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="staff",
            name="must_change_password",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="staff",
            name="session_mark",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("digest", models.BinaryField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recovery_codes", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OrganisationName",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("name_en", models.TextField()),
                ("starts_on", models.DateField()),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="names", to="parties.organisation"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("organisation", "starts_on"), name="organisationname_once")],
            },
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("session_key", models.TextField()),
                ("address", models.TextField()),
                ("browser", models.TextField()),
                ("second_factor", models.TextField(blank=True)),
                (
                    "staff",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="sign_ins", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["staff", "-at"], name="signin_newest")],
            },
        ),
        migrations.CreateModel(
            name="StaffMove",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("effective_on", models.DateField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.organisation"),
                ),
                ("outlet", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.outlet")),
                (
                    "staff",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="moves", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("done_at__isnull", True)), fields=("staff",), name="staffmove_one_planned")
                ],
            },
        ),
    ]
