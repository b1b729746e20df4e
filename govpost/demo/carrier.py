"""The carrier's side of the history: waybill numbers, and events told on time, twice, late, with unknown codes, or withdrawn."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random

from govpost.common.actor import Actor
from govpost.delivery import actions as mail
from govpost.delivery.models import Order
from govpost.delivery.ports import ScanSeen
from govpost.gateways.ems.codes import ACTIONS, OP_CODES, REASONS, SOURCE
from govpost.places import queries as places

EMS = Actor.system("EMS")
# A range of numbers that neither the carrier nor its sandbox gives out.
_RANGE = "1099"
_TWICE, _UNKNOWN = 0.06, 0.012
MINUTE = timedelta(minutes=1)
_KNOWN = {**ACTIONS, **OP_CODES}  # a return is told by the older push only, which knows actions


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a mail: the carrier's code, when it happened, and as needed who signed, why it failed, or that it came back."""

    code: str
    at: datetime
    signer: str = ""
    reason: str = ""
    came_back: bool = False


class Carrier:
    """Everything the carrier will still tell, by the moment at which it does."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._numbers = count(rng.randrange(100_000_000, 800_000_000))
        self._told = count()
        self._waiting: list[tuple[datetime, int, ScanSeen]] = []
        self._names = {outlet.code: outlet.name.removesuffix("（示例）") for outlet in places.outlets()}

    def waybill(self) -> str:
        return f"{_RANGE}{next(self._numbers):09d}"

    def tell(self, order: Order, events: Iterable[Event], *, known: timedelta = 3 * MINUTE) -> None:
        """Let these events be told `known` after they happened; some are told twice, some bring a code that nobody knows."""
        for event in events:
            row = self._row(order, event)
            self._put(row, event.at + known)
            if self._rng.random() < _TWICE:
                self._put(row, event.at + known + timedelta(minutes=self._rng.randint(1, 90)))
            if self._rng.random() < _UNKNOWN:
                self._put(replace(row, code="516", name=OP_CODES["516"].name, kind=None), event.at + known)

    def withdraw(self, order: Order, event: Event, *, at: datetime) -> None:
        """The carrier takes an event back at `at`."""
        self._put(replace(self._row(order, event), effect=False), at)

    def tell_row(self, row: ScanSeen, at: datetime) -> None:
        self._put(row, at)

    def report(self, until: datetime) -> int:
        """Push everything that is to be told before `until`; returns how many events that were."""
        rows: list[ScanSeen] = []
        known = until
        while self._waiting and self._waiting[0][0] < until:
            known, _, row = heapq.heappop(self._waiting)
            rows.append(row)
        if rows:
            mail.record_scans(rows, at=known, by=EMS)
        return len(rows)

    def _put(self, row: ScanSeen, at: datetime) -> None:
        heapq.heappush(self._waiting, (at, next(self._told), row))

    def _place(self, order: Order, code: str) -> str:
        """Handed in and sent off at the desk, sorted in the centre of the city to which it goes, then at the delivery office."""
        if code in ("203", "305", "389"):
            return order.origin_outlet
        centre = f"SL{order.destination[:4]}00C1"
        return centre if code in ("954", "989") and centre in self._names else order.destination_outlet

    def _row(self, order: Order, event: Event) -> ScanSeen:
        op, reason = _KNOWN[event.code], REASONS.get(event.reason)
        outlet = self._place(order, event.code)
        kind = "returned" if event.came_back else reason.kind if reason else op.kind
        return ScanSeen(
            source=SOURCE, waybill_no=order.waybill_no or "", code=event.code, occurred_at=event.at, kind=kind,
            name=f"{op.name}：退回妥投" if event.came_back else op.name, place_code=outlet, place_name=self._names.get(outlet, ""),
            signer_class=event.signer, reason=event.reason, cause=reason.cause if reason else "",
        )  # fmt: skip
