"""Moves the sandbox's parcels by its clock, writes their track, and owes a push for each event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from govpost.gateways.ems.sandbox_store import Parcel, Store
from govpost.gateways.ems.sandbox_story import Step, older_row, track_item, withdrawal
from govpost.gateways.ems.wire import from_moment

UNKNOWN_CODE = "999X"
OLDER_PUSH_FAULTS = ("duplicate", "shuffle", "late", "lose")
PUSH_FAULTS = (*OLDER_PUSH_FAULTS, "unknown_code")


class Mover:
    """`speed` is sandbox seconds per second of the clock (720: an hour in 5 s); the setting of the same name replaces it."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime], speed: float, pushes: bool, older_pushes: bool) -> None:
        self.store = store
        self.clock = clock
        self._speed = speed
        self._wanted = {False: pushes, True: older_pushes}

    @property
    def now(self) -> float:
        return self.clock().timestamp()

    @property
    def speed(self) -> float:
        return float(self.store.setting("speed", self._speed))

    def move_due(self) -> int:
        """Let everything that is due happen; how many events that were."""
        moved = 0
        while due := self.store.due_parcels(self.now):
            for parcel in due:
                moved += self.step(parcel.waybill)
        return moved

    def step(self, waybill: str, *, at_once: bool = False) -> int:
        """Let the parcel's next step happen, if it is due or wanted `at_once`."""
        with self.store.transaction():
            parcel = self.store.find_parcel(waybill)
            if parcel is None or not parcel.plan or (parcel.next_at is None and not at_once):
                return 0
            due = self.now if at_once or parcel.next_at is None else min(parcel.next_at, self.now)
            step, rest = parcel.plan[0], parcel.plan[1:]
            moment = self.happen(parcel, step, due)
            self.store.set_plan(waybill, rest, self._next(rest, max(due, moment)), max(moment, parcel.last_at))
        return 1

    def tell(self, waybill: str, step: Step) -> None:
        """Let `step` happen now; what was to come stays as it was."""
        with self.store.transaction():
            parcel = self.store.find_parcel(waybill)
            if parcel:
                moment = self.happen(parcel, step, self.now)
                self.store.set_plan(waybill, parcel.plan, parcel.next_at, max(moment, parcel.last_at))

    def end(self, waybill: str) -> None:
        """Nothing comes any more."""
        with self.store.transaction():
            parcel = self.store.find_parcel(waybill)
            if parcel:
                self.store.set_plan(waybill, [], None, parcel.last_at)

    def begin(self, waybill: str) -> None:
        """Posted at last: a parcel that was held back starts its way now."""
        with self.store.transaction():
            parcel = self.store.find_parcel(waybill)
            self.store.hold(waybill, False)
            if parcel and parcel.plan:
                self.set_plan(parcel, [parcel.plan[0] | {"after": 0}, *parcel.plan[1:]])

    def set_plan(self, parcel: Parcel, plan: list[Step]) -> None:
        """Replace what is still to come; it begins now."""
        self.store.set_plan(parcel.waybill, plan, self._next(plan, self.now), parcel.last_at)

    def _next(self, plan: Sequence[Step], since: float) -> float | None:
        return since + float(plan[0].get("after", 0)) * 3600 / self.speed if plan else None

    def happen(self, parcel: Parcel, step: Step, due: float) -> float:
        """Write one step into the track and owe its push; returns its moment (whole seconds, later than the parcel's last)."""
        if "void" in step:
            self._withdraw(parcel, str(step["void"]))
            return parcel.last_at
        moment = self._moment(parcel, step, due)
        at = datetime.fromtimestamp(moment, UTC)
        if step.get("older"):
            self._owe(parcel.waybill, older_row(parcel.waybill, step, at, uuid4().hex[:20]), older=True)
            return moment
        item = track_item(parcel.body, parcel.waybill, step, at)
        self.store.add_event(parcel.waybill, moment, item)
        if not step.get("silent"):
            self._owe(parcel.waybill, item)
        return moment

    def _moment(self, parcel: Parcel, step: Step, due: float) -> float:
        if step.get("at"):
            return from_moment(str(step["at"]), "at").timestamp()
        return max(float(int(due)), parcel.last_at + 1)

    def _withdraw(self, parcel: Parcel, which: str) -> None:
        for event in reversed(self.store.events(parcel.waybill)):
            if which in ("last", event.item["opCode"]):
                self.store.void_event(event.id)
                self._owe(parcel.waybill, withdrawal(event.item, uuid4().hex[:20]), older=True)
                return

    # -- owing pushes, with the faults that were asked for

    def _owe(self, waybill: str, row: dict[str, Any], *, older: bool = False) -> None:
        if not self._wanted[older]:
            return
        fault = self.store.take_fault(OLDER_PUSH_FAULTS if older else PUSH_FAULTS)
        name, now = (fault.name, self.now) if fault else ("", self.now)
        if name == "lose":
            return
        if name == "duplicate":
            self.store.owe(waybill, row, now, older=older)
        if name == "unknown_code":
            self.store.owe(waybill, row | {"opCode": UNKNOWN_CODE, "opName": "未公布的状态"}, now)
        self.store.owe(waybill, row, now + self._delay(name, fault.seconds if fault else 0.0), older=older)

    def _delay(self, name: str, seconds: float) -> float:
        """Late: by so much. Shuffled: the sooner it happened the later it is told, until the fault is used up."""
        if name == "shuffle":
            left = sum(int(fault["times"]) for fault in self.store.faults() if fault["name"] == "shuffle")
            return 1.0 + left
        return seconds if name == "late" else 0.0

    def tell_again(self, waybill: str | None, times: int) -> int:
        """A storm: every event that ever happened is pushed again `times` times."""
        parcels = [parcel.waybill for parcel in self.store.parcels(10_000)] if waybill is None else [waybill]
        events = [(number, event.item) for number in parcels for event in self.store.events(number)]
        with self.store.transaction():
            for number, item in events * times:
                self.store.owe(number, item, self.now)
        return len(events) * times
