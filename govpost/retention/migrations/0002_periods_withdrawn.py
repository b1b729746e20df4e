"""A period that has not begun can be withdrawn: who and why stay beside it."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("retention", "0001_initial")]

    operations = [
        migrations.AddField("period", "withdrawn_at", models.DateTimeField(null=True)),
        migrations.AddField("period", "withdrawn_by", models.TextField(blank=True, default="")),
        migrations.AddField("period", "withdrawal_why", models.TextField(blank=True, default="")),
        migrations.RemoveConstraint("period", "period_once"),
        migrations.AddConstraint(
            "period",
            models.UniqueConstraint(fields=["kind", "effective_on"], condition=Q(withdrawn_at__isnull=True), name="period_once"),
        ),
    ]
