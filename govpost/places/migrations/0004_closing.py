"""Outlets and halls close on a day; a county's next delivery office may follow a closed one."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0003_service_areas")]

    operations = [
        migrations.AddField("outlet", "closed_on", models.DateField(null=True)),
        migrations.AddField("hall", "closed_on", models.DateField(null=True)),
        migrations.RemoveConstraint("outlet", "outlet_one_delivery_office"),
        migrations.AddConstraint(
            "outlet",
            models.UniqueConstraint(
                fields=["division"],
                condition=models.Q(kind="delivery_office", closed_on__isnull=True),
                name="outlet_one_delivery_office",
            ),
        ),
    ]
