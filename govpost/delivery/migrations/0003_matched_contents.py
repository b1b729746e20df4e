"""Which of a piece's certificates were scanned into its envelope."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0002_fold_in_database")]

    operations = [
        migrations.AddField("order", "matched", models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
    ]
