"""A foreign key whose column another index begins with keeps no index of its own: it was written for nothing."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_window_of_a_hall"),
        ("parties", "0006_one_index_a_question"),
        ("places", "0005_successors"),
    ]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="department",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="parties.organisation"
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="hall",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="places.hall"),
        ),
        migrations.AlterField(
            model_name="case",
            name="party",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="parties.party"),
        ),
        migrations.AlterField(
            model_name="caseorder",
            name="case",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="cases.case"),
        ),
        migrations.AlterField(
            model_name="casepaper",
            name="case",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="cases.case"),
        ),
        migrations.AlterField(
            model_name="handoveritem",
            name="handover_list",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="items", to="cases.handoverlist"
            ),
        ),
        migrations.AlterField(
            model_name="parcel",
            name="hall",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="parcels", to="places.hall"),
        ),
    ]
