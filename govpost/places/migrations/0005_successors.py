"""A closed outlet names who goes on with what lay there."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0004_closing")]

    operations = [migrations.AddField("outlet", "successor", models.TextField(blank=True, default=""))]
