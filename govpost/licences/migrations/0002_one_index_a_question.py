"""A foreign key whose column another index begins with keeps no index of its own: it was written for nothing."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("licences", "0001_initial"),
        ("parties", "0006_one_index_a_question"),
    ]

    operations = [
        migrations.AlterField(
            model_name="licence",
            name="holder",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="licences", to="parties.party"
            ),
        ),
        migrations.AlterField(
            model_name="licence",
            name="issuer",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="licences", to="parties.organisation"
            ),
        ),
    ]
