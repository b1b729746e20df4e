"""When the words of a case were erased after their period."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0003_channels_of_earlier_cases"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="forgotten_at",
            field=models.DateTimeField(null=True),
        ),
    ]
