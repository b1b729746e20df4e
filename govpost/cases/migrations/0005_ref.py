"""The number of a case in the department's own system, for cases that came in from there."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_forgotten"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="ref",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(condition=~Q(ref=""), fields=("department", "ref"), name="case_ref_once"),
        ),
    ]
