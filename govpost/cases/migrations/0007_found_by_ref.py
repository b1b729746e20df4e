"""A case is looked for by its number in the department's own system, too."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_lights_and_lists"),
    ]

    operations = [
        migrations.AddIndex(model_name="case", index=models.Index(condition=~Q(ref=""), fields=["ref"], name="case_by_ref")),
    ]
