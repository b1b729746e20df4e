"""Outlets' collection plans, the places held in windows, and what carriers said about an address."""

from django.db import migrations, models

import govpost.common.fields
import govpost.common.ids
from govpost.journal.stamping import stamped


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0002_stamps"),
        ("dispatch", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CollectionPlace",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("order_id", models.UUIDField()),
                ("outlet", models.TextField()),
                ("window_from", models.DateTimeField()),
                ("held_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("released_at", None)), fields=["outlet", "window_from"], name="collectionplace_held")
                ],
                "constraints": [models.UniqueConstraint(fields=("order_id", "window_from"), name="collectionplace_once")],
            },
        ),
        migrations.CreateModel(
            name="CollectionPlan",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("outlet", models.TextField()),
                ("region", govpost.common.fields.LtreeField()),
                ("starts_on", models.DateField()),
                ("courier_days", models.TextField(blank=True, default="")),
                ("on_holidays", models.BooleanField(null=True)),
                ("capacity", models.IntegerField(null=True)),
                ("capacities", models.JSONField(default=dict)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("outlet", "starts_on"), name="collectionplan_once"),
                    models.CheckConstraint(
                        condition=models.Q(("capacity__isnull", True), ("capacity__gte", 0), _connector="OR"),
                        name="collectionplan_capacity",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CollectionRange",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("carrier", models.TextField()),
                ("division", models.TextField()),
                ("place", models.TextField()),
                ("answer", models.TextField(choices=[("yes", "yes"), ("no", "no"), ("unclear", "unclear"), ("silent", "silent")])),
                ("code", models.TextField(blank=True, default="")),
                ("asked_at", models.DateTimeField()),
                ("good_until", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("carrier", "division", "place"), name="collectionrange_once")],
            },
        ),
        *stamped("dispatch", "dispatch_collectionplan"),
    ]
