"""A city's mail in bulk, before the three weeks of the stories: day by day through the actions that files and carriers use.

The day's orders are commissioned as a department's file is, what the carrier tells in the evening is recorded as an import is (nobody gets
a message about the past), then the followers read. Each finished day is a fact: an interrupted history goes on behind the last one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TypeVar

from django.db import transaction

from govpost.common.actor import Actor
from govpost.common.clock import shanghai_at
from govpost.common.refusal import Refusal
from govpost.delivery import actions as mail
from govpost.delivery.ports import ScanSeen
from govpost.demo.clockwork import Progress, digest
from govpost.demo.volume import DAY, City, Event, Office, Volume
from govpost.gateways.ems.codes import ACTIONS, OP_CODES
from govpost.journal import actions as journal
from govpost.journal.models import Fact
from govpost.parties import queries as parties
from govpost.places import queries as places
from govpost.places.models import OutletKind
from govpost.settlement import actions as settlement
from govpost.settlement.rules import last_month, month_of
from govpost.settlement.senders import start_of

DAY_DONE = "demo.bulk_day"
BY = Actor.system("demonstration")
BATCH = 2000
OFFICES = (
    Office("jining-id-centre", "000793001000", 0.60, "JNZZ", 40),
    Office("jining-traffic-police", "000794001000", 0.23, "JNCG", 900),
    Office("jining-enforcement", "000295001000", 0.17, "JNZF", 30),
)
JINING = "37.3708"
_NAMES = {code: op.name for code, op in {**ACTIONS, **OP_CODES}.items()}
Each = TypeVar("Each")


@dataclass(frozen=True, slots=True)
class Size:
    """How much mail there is beside the stories: `orders` of Jining over so many `days` before today."""

    orders: int
    days: int


# Jining's 便民通 carried about 600,000 pieces a year; a county is an eleventh of it.
SIZES = {"small": Size(0, 0), "county": Size(50_000, 365), "city": Size(150_000, 92), "year": Size(600_000, 365)}


def jining() -> City:
    """Where the mail of the three offices starts and goes."""
    owners = [parties.organisation_by_code(office.organisation) for office in OFFICES]
    offices = {
        each.division_id: (each.code, each.name.removesuffix("（示例）")) for each in places.outlets(kind=OutletKind.DELIVERY_OFFICE)
    }
    reached = [each for each in places.county_names() if each.division in offices]
    counties = [each for each in reached if each.division.startswith("3708")]
    province = [each for each in reached if each.division.startswith("37") and each not in counties]
    country = [each for each in reached if not each.division.startswith("37")]
    return City(
        region=JINING, offices=[(office, start_of(owner), owner.id) for office, owner in zip(OFFICES, owners, strict=True)],
        counties=counties, province=province or counties, country=country or counties, outlets=offices,
    )  # fmt: skip


def fill(progress: Progress, *, size: Size, seed: int, today: date) -> int:
    """Make what is missing of the history up to yesterday; returns how many days there were. Statements follow each month."""
    if not size.orders:
        return 0
    first = today - size.days * DAY
    works = cache(places.is_working_day)
    volume = Volume(jining(), seed=seed, first=first, last=today - DAY, orders=size.orders, works=works)
    journal.make_months(first=first, last=today)
    done = _days_done()
    since = max(done) + DAY if done else first
    days = 0
    for day in volume.days(since, today - DAY):
        order_all(day.orders, shanghai_at(day.on, 16))
        tell(day.events, shanghai_at(day.on, 23, 59))
        digest()
        _end_of_day(day.on, first, seed)
        days += 1
        progress((day.on - first).days + 1, size.days, f"{day.on:%Y-%m-%d}")
    return days


def _days_done() -> list[date]:
    return [date.fromisoformat(day) for day in Fact.objects.filter(kind=DAY_DONE).values_list("payload__day", flat=True)]


def order_all(orders: Sequence[settlement.Commission], at: datetime) -> None:
    for part in parts(orders, BATCH):
        for done in settlement.commission_rows(part, at=at, by=BY):
            if isinstance(done, Refusal):
                raise done


def tell(events: Sequence[Event], at: datetime) -> None:
    for part in parts(events, BATCH):
        mail.record_scans([seen(event) for event in part], at=at, by=BY)


def seen(event: Event, source: str = "import") -> ScanSeen:
    return ScanSeen(
        source=source, waybill_no=event.number, code=event.code, occurred_at=event.at, kind=event.kind,
        name=_NAMES.get(event.code, ""), place_code=event.outlet, place_name=event.outlet_name, signer_class=event.signer,
        reason=event.reason, cause=event.cause, effect=event.effect,
    )  # fmt: skip


def parts(whole: Sequence[Each], size: int) -> Iterator[Sequence[Each]]:
    for start in range(0, len(whole), size):
        yield whole[start : start + size]


def _end_of_day(on: date, first: date, seed: int) -> None:
    """The month's statements on its second morning, and the mark from which an interrupted history goes on."""
    at = shanghai_at(on, 23, 30)
    if on.day == 2 and month_of(on) > month_of(first):
        settlement.make_statements(month=last_month(on), at=at, by=BY)
    with transaction.atomic():
        journal.record(DAY_DONE, subject="demo:bulk", region="", at=at, by=BY, day=on.isoformat(), seed=seed)
