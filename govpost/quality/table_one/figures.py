"""The figures that an assessment of risk stands on: what came in by month, who paid, how much came online, how well it went. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from govpost.common.text import Text
from govpost.quality.rules import Counts
from govpost.quality.table_one import measures as m
from govpost.quality.table_one.measures import Measure, Tally, count

RATES = {
    "collection_on_time": Text("Collected on time"),
    "delivery_on_time": Text("Delivered on time"),
}
_ONLINE = (m.ONLINE_CASES, m.PARTNER_CASES, m.PARTNER_MAIL)
_TAKEN_IN = (*_ONLINE, m.WINDOW_CASES, m.WINDOW_MAIL)


@dataclass(frozen=True, slots=True)
class Figure:
    """part of whole, as a share where `whole` is not None; months: the same by month, oldest first; opens: a measure or a KPI."""

    code: str
    words: Text
    part: int
    whole: int | None = None
    months: tuple[int, ...] = ()
    opens: str = ""

    @property
    def share(self) -> float | None:
        return self.part / self.whole if self.whole else None


def figures_of(by_month: Mapping[date, Tally], first: date, last: date, rates: Mapping[str, Counts]) -> Iterator[Figure]:
    """Volume with its months, the department's and the user's share of it, the share that came in online, both rates."""
    whole = sum(by_month.values(), Tally())
    volume = count(whole, [m.ORDERS])
    by_months = tuple(count(by_month.get(month, Tally()), [m.ORDERS]) for month in _months(first, last))
    yield Figure("volume", Text("Orders in twelve months"), volume, months=by_months, opens=m.ORDERS.code)
    yield _share("department_share", Text("Share that departments pay"), whole, m.DEPARTMENT_PAYS, volume)
    yield _share("government_share", Text("Share that the government pays"), whole, m.GOVERNMENT_PAYS, volume)
    yield Figure("online_share", Text("Share taken in online"), count(whole, _ONLINE), count(whole, _TAKEN_IN), opens=m.ONLINE_CASES.code)
    for kpi, words in RATES.items():
        yield Figure(kpi, words, rates[kpi].on_time, rates[kpi].judged, opens=kpi)


def _share(code: str, words: Text, tally: Tally, measure: Measure, volume: int) -> Figure:
    return Figure(code, words, count(tally, [measure]), volume, opens=measure.code)


def _months(first: date, last: date) -> Iterator[date]:
    """The first days of the months from `first` to `last`."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)
