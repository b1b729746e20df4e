"""What made an item begin or end."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_stamped")]

    operations = [
        migrations.AddField(
            model_name="service", name="validity_basis", field=models.TextField(blank=True, default=""), preserve_default=False
        )
    ]
