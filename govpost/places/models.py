"""Divisions of GB/T 2260, postal outlets, halls, and the days on which offices work."""

from __future__ import annotations

from enum import StrEnum

from django.db import models

from govpost.common.fields import LtreeField
from govpost.common.ids import uuid7


class Level(StrEnum):
    """Levels of divisions that GovPost knows; streets and villages come with delivery days per village."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


class OutletKind(StrEnum):
    """What a postal outlet does: delivers a county, stands at a hall (邮政驻点窗口), or sorts for a city."""

    DELIVERY_OFFICE = "delivery_office"
    STATION = "station"
    CENTRE = "centre"


def _choices(values: type[StrEnum]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class Division(models.Model):
    """A province, city or county by its six-digit code; `region` is the ltree path of codes from the province down."""

    code = models.TextField(primary_key=True)
    name = models.TextField()
    name_en = models.TextField()
    level = models.TextField(choices=_choices(Level))
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    region = LtreeField(unique=True)
    pinyin = models.TextField()
    initials = models.TextField()
    postcode = models.TextField()
    longitude = models.FloatField()
    latitude = models.FloatField()


class Outlet(models.Model):
    """A postal outlet; `code` is stable and public, `division` the county (or city, for a centre) it belongs to."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.TextField(unique=True)
    name = models.TextField()
    name_en = models.TextField()
    kind = models.TextField(choices=_choices(OutletKind))
    region = LtreeField()
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="outlets")
    address = models.TextField()
    phone = models.TextField()
    closed_on = models.DateField(null=True)  # from this day on nothing new goes there
    successor = models.TextField(blank=True, default="")  # code of the outlet that goes on with what lay here when it closed

    class Meta:
        constraints = [
            # One office delivers a county: the mail's destination outlet must never be a guess.
            models.UniqueConstraint(
                fields=["division"],
                condition=models.Q(kind=OutletKind.DELIVERY_OFFICE.value, closed_on__isnull=True),
                name="outlet_one_delivery_office",
            )
        ]


class Hall(models.Model):
    """A government service hall 政务服务大厅 with the postal station that stands in it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.TextField(unique=True)
    name = models.TextField()
    name_en = models.TextField()
    region = LtreeField()
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="halls")
    address = models.TextField()
    phone = models.TextField()
    hours = models.TextField()
    station = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="halls")
    closed_on = models.DateField(null=True)


class CalendarDay(models.Model):
    """Whether `calendar` works on a day. "CN" is the country's notice; another calendar ("hall:…") holds only exceptions."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    calendar = models.TextField()
    on = models.DateField()
    is_working = models.BooleanField()
    confirmed = models.BooleanField()
    note = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "on"], name="calendarday_once")]


class ServiceArea(models.Model):
    """One version of a township or a village in it: which outlet serves it, and on which days (see `places.areas`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.TextField()
    parent = models.TextField(blank=True, default="")  # the township's code; "" for a township
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="areas")
    region = LtreeField()
    name = models.TextField()
    words = models.TextField(blank=True, default="")  # other words that name it in an address, between spaces
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="areas")
    days = models.TextField(blank=True, default="")
    starts_on = models.DateField()
    closed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "starts_on"], name="servicearea_once"),
            # Each day of the week at most once, in order.
            models.CheckConstraint(condition=models.Q(days__regex=r"^1?2?3?4?5?6?7?$"), name="servicearea_days"),
        ]
        indexes = [models.Index(fields=["division", "starts_on"], name="servicearea_division")]
