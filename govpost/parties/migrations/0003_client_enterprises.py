"""An organisation may be a client enterprise with a month account."""

from __future__ import annotations

from django.db import migrations, models

_KINDS = ("department", "making_centre", "postal", "government", "court", "client")


class Migration(migrations.Migration):
    dependencies = [("parties", "0002_stamped")]

    operations = [
        migrations.AlterField(model_name="organisation", name="kind", field=models.TextField(choices=[(kind, kind) for kind in _KINDS]))
    ]
