"""What fee, mail rules and validity rest on, in English too."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0004_proposals")]

    operations = [
        migrations.AddField(model_name="service", name=name, field=models.TextField(blank=True, default=""), preserve_default=False)
        for name in ("validity_basis_en", "fee_basis_en", "mail_basis_en")
    ]
