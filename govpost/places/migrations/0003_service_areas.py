"""Townships and villages with their outlet and delivery days, in dated versions."""

import django.db.models.deletion
from django.db import migrations, models

import govpost.common.fields
import govpost.common.ids
from govpost.journal.stamping import stamped


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0002_stamps"),
        ("places", "0002_stamped"),
    ]

    operations = [
        migrations.CreateModel(
            name="ServiceArea",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("code", models.TextField()),
                ("parent", models.TextField(blank=True, default="")),
                ("region", govpost.common.fields.LtreeField()),
                ("name", models.TextField()),
                ("words", models.TextField(blank=True, default="")),
                ("days", models.TextField(blank=True, default="")),
                ("starts_on", models.DateField()),
                ("closed", models.BooleanField(default=False)),
                ("division", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="areas", to="places.division")),
                ("outlet", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="areas", to="places.outlet")),
            ],
            options={
                "indexes": [models.Index(fields=["division", "starts_on"], name="servicearea_division")],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "starts_on"), name="servicearea_once"),
                    models.CheckConstraint(condition=models.Q(("days__regex", "^1?2?3?4?5?6?7?$")), name="servicearea_days"),
                ],
            },
        ),
        *stamped("places", "places_servicearea"),
    ]
