"""The promise that runs is a column of the order, and the lists of mail have the indexes of their order."""

from __future__ import annotations

import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0007_fewer_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="due_at",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(models.Q(("state__in", ["delivered", "returned", "cancelled", "lost", "refused", "returning"])), then=None),
                    models.When(
                        models.Q(("collected_at", None), ("state__in", ["ordered", "pickup_assigned", "pickup_failed"])),
                        then=django.db.models.functions.comparison.Coalesce("collect_moved_to", "collect_due_at", "promised_at"),
                    ),
                    default=models.F("promised_at"),
                ),
                output_field=models.DateTimeField(null=True),
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="outcome",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        models.Q(("state__in", ["delivered", "returned", "cancelled", "lost", "refused", "returning"])),
                        then=models.F("state"),
                    ),
                ),
                output_field=models.TextField(null=True),
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["due_at", "id"],
                include=("placed_at", "region", "origin", "destination"),
                name="order_running",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(condition=models.Q(("due_at", None)), fields=["placed_at", "id"], name="order_resting"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("bag", None), ("collected_at", None)),
                fields=["origin_outlet", "placed_at", "id"],
                name="order_at_desk",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(condition=models.Q(("due_at", None)), fields=["outcome", "placed_at", "id"], name="order_by_outcome"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(condition=models.Q(("due_at", None)), fields=["region", "placed_at"], name="order_resting_region"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("due_at", None)),
                fields=["origin", "placed_at"],
                name="order_resting_origin",
                opclasses=["text_pattern_ops", "timestamptz_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("due_at", None)),
                fields=["destination", "placed_at"],
                name="order_resting_destination",
                opclasses=["text_pattern_ops", "timestamptz_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["recipient_phone_digest"], name="order_by_recipient"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["sender_phone_digest"], name="order_by_sender_phone"),
        ),
    ]
