"""When the personal part of an order was erased, and the commitments that stayed."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0004_reference_of_its_organisation"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="commitments",
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="order",
            name="forgotten_at",
            field=models.DateTimeField(null=True),
        ),
    ]
