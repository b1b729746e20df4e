"""When telephone and text of a message were erased after their period."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="forgotten_at",
            field=models.DateTimeField(null=True),
        ),
    ]
