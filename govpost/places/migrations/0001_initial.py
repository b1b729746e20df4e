"""Divisions, outlets, halls and calendars."""

import django.db.models.deletion
from django.db import migrations, models

import govpost.common.fields
import govpost.common.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("journal", "0001_initial"),  # makes the ltree extension
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("calendar", models.TextField()),
                ("on", models.DateField()),
                ("is_working", models.BooleanField()),
                ("confirmed", models.BooleanField()),
                ("note", models.TextField(blank=True, default="")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("calendar", "on"), name="calendarday_once")],
            },
        ),
        migrations.CreateModel(
            name="Division",
            fields=[
                ("code", models.TextField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("name_en", models.TextField()),
                ("level", models.TextField(choices=[("province", "province"), ("city", "city"), ("county", "county")])),
                ("region", govpost.common.fields.LtreeField(unique=True)),
                ("pinyin", models.TextField()),
                ("initials", models.TextField()),
                ("postcode", models.TextField()),
                ("longitude", models.FloatField()),
                ("latitude", models.FloatField()),
                (
                    "parent",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="children", to="places.division"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Outlet",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("code", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("name_en", models.TextField()),
                (
                    "kind",
                    models.TextField(choices=[("delivery_office", "delivery_office"), ("station", "station"), ("centre", "centre")]),
                ),
                ("region", govpost.common.fields.LtreeField()),
                ("address", models.TextField()),
                ("phone", models.TextField()),
                (
                    "division",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="outlets", to="places.division"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Hall",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("code", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("name_en", models.TextField()),
                ("region", govpost.common.fields.LtreeField()),
                ("address", models.TextField()),
                ("phone", models.TextField()),
                ("hours", models.TextField()),
                (
                    "division",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="halls", to="places.division"),
                ),
                (
                    "station",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="halls", to="places.outlet"),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="outlet",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "delivery_office")), fields=("division",), name="outlet_one_delivery_office"
            ),
        ),
    ]
