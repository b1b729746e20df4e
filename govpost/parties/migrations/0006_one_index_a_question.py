"""A foreign key whose column another index begins with keeps no index of its own: it was written for nothing."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0005_names_so_far"),
    ]

    operations = [
        migrations.AlterField(
            model_name="signin",
            name="staff",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="sign_ins", to=settings.AUTH_USER_MODEL
            ),
        ),
    ]
