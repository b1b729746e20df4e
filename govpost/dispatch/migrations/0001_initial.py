"""Tasks for couriers, and the newest version heard of each order."""

from django.db import migrations, models

import govpost.common.fields
import govpost.common.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("journal", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="HeardOrder",
            fields=[
                ("order_id", models.UUIDField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("order_id", models.UUIDField()),
                ("order_version", models.IntegerField()),
                ("number", models.TextField()),
                ("kind", models.TextField(choices=[("collect", "collect"), ("deliver", "deliver")])),
                (
                    "state",
                    models.TextField(
                        choices=[("sent", "sent"), ("taken", "taken"), ("done", "done"), ("failed", "failed"), ("cancelled", "cancelled")],
                        default="sent",
                    ),
                ),
                ("region", govpost.common.fields.LtreeField()),
                ("outlet", models.TextField()),
                ("item", models.TextField()),
                ("attempt", models.IntegerField(default=1)),
                ("sent_at", models.DateTimeField()),
                ("waiting_since", models.DateTimeField()),
                ("late_at", models.DateTimeField()),
                ("not_before", models.DateTimeField(null=True)),
                ("window_from", models.DateTimeField(null=True)),
                ("window_to", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("begins_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("taken_by", models.UUIDField(null=True)),
                ("taken_by_label", models.TextField(blank=True, default="")),
                ("ended_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True, default="")),
                ("request_id", models.UUIDField(null=True)),
                ("late_minutes", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["sent", "taken"])), fields=["outlet", "begins_at", "id"], name="task_open"
                    ),
                    models.Index(fields=["outlet", "ended_at"], name="task_ended"),
                    models.Index(fields=["begins_at", "id"], name="task_board"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("order_id", "kind", "order_version"), name="task_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["sent", "taken"])), fields=("order_id",), name="task_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "taken"), _negated=True),
                            models.Q(("taken_at__isnull", False), ("taken_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="task_taken_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state__in", ["sent", "taken"])),
                            models.Q(models.Q(("state__in", ["sent", "taken"]), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="task_ended_or_open",
                    ),
                ],
            },
        ),
    ]
