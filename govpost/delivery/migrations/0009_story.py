"""A mail's story as a function of the database, a fold that looks into fewer months, and two indexes without their empty entries."""

from __future__ import annotations

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

ROOM = Path(__file__).parents[1]
FOLD, STORY = ((ROOM / name).read_text(encoding="utf-8") for name in ("fold.sql", "story.sql"))


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0008_running_promise"),
    ]

    operations = [
        migrations.RunSQL(FOLD, migrations.RunSQL.noop),
        migrations.RunSQL(STORY, "DROP FUNCTION delivery_story(text[])"),
        migrations.AlterField(model_name="order", name="envelope_serial", field=models.TextField(null=True)),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                condition=models.Q(("envelope_serial__isnull", False)), fields=("envelope_serial",), name="order_envelope_once"
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="bag",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="delivery.bag"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(condition=models.Q(("bag__isnull", False)), fields=["bag"], name="order_by_bag"),
        ),
    ]
