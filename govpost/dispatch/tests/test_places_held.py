"""Places in collection windows: counted, held once, given back; and what a carrier said is asked for once and kept for a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from govpost.common.actor import Actor
from govpost.common.clock import shanghai_at
from govpost.common.ids import uuid7
from govpost.common.refusal import InvalidInput, Unavailable
from govpost.common.text import Text
from govpost.delivery.ports import RangeAnswer, RangePlace, Serves
from govpost.dispatch import actions, asking
from govpost.dispatch.models import CollectionPlace, CollectionRange
from govpost.dispatch.offering import Plan
from govpost.dispatch.reach import Reach, plan_of, reach, slots_of
from govpost.dispatch.testing import make_papers_change
from govpost.places import actions as places
from govpost.places.testing import load_places
from govpost.profiles import queries as profiles
from govpost.profiles.rules import Settings, Window
from govpost.profiles.testing import load_profiles

pytestmark = pytest.mark.django_db
SYSTEM, OFFICE = Actor.system("test"), "SL341602D1"
MONDAY = date(2026, 3, 2)
AT, NINE = shanghai_at(MONDAY, 7), shanghai_at(MONDAY, 9)
MORNING = Window(NINE, shanghai_at(MONDAY, 12))


@pytest.fixture
def settings() -> Settings:
    load_places()
    load_profiles()
    actions.keep_plan(outlet=OFFICE, plan=Plan(capacity=2), starts_on=MONDAY, at=AT - timedelta(days=3), by=SYSTEM)
    return profiles.settings_for("34.3416.341602", MONDAY)


def hold(settings: Settings, order: UUID | None = None) -> UUID:
    order = order or uuid7()
    actions.hold_place(order_id=order, outlet=OFFICE, window=MORNING, settings=settings, at=AT, by=SYSTEM)
    return order


def left(settings: Settings) -> int:
    return next(slot.left for slot in slots_of(OFFICE, settings, at=AT) if slot.window == MORNING)


def asked(settings: Settings, street: str = "示例路 2 号") -> Reach:
    return reach(division="341602", street=street, settings=settings, at=AT, hall="341602")


def change(order: UUID, **over: object) -> dict[str, object]:
    values = {"order": str(order), "window_from": NINE.isoformat(), "known_at": AT.isoformat(), "origin_outlet": OFFICE}
    return make_papers_change(**{**values, **over})


def test_the_third_of_two_places_is_refused_and_the_same_order_again_takes_none(settings: Settings) -> None:
    first = hold(settings)
    hold(settings, first)
    assert left(settings) == 1
    hold(settings)
    assert (left(settings), asked(settings).first) != (0, MORNING)
    with pytest.raises(InvalidInput) as refused:
        hold(settings)
    assert set(refused.value.errors) == {"window"}


def test_a_cancelled_a_missed_and_an_unneeded_collection_give_their_place_back(settings: Settings) -> None:
    for after in ("cancelled", "pickup_failed", "delivered"):
        order = hold(settings)
        assert left(settings) == 1
        actions.follow_places([change(order, after=after, version=2)], by=SYSTEM)
        assert left(settings) == 2, after
        actions.follow_places([change(order, version=1), change(order, after=after, version=2)], by=SYSTEM)
        assert left(settings) == 2, after


def test_a_collected_one_keeps_its_place_for_the_courier_was_there(settings: Settings) -> None:
    order = hold(settings)
    actions.follow_places([change(order, after="collected", collected_at=NINE.isoformat(), version=3)], by=SYSTEM)
    assert left(settings) == 1


def test_who_orders_without_a_case_takes_a_place_too_and_a_moved_visit_another(settings: Settings) -> None:
    order, two = uuid7(), shanghai_at(MONDAY, 14)
    actions.follow_places([change(order)], by=SYSTEM)
    actions.follow_places([change(order)], by=SYSTEM)
    assert left(settings) == 1
    moved = change(order, after="pickup_failed", version=3, next_attempt_at=two.isoformat())
    for _ in range(2):
        actions.follow_places([moved], by=SYSTEM)
        held = CollectionPlace.objects.filter(released_at=None)
        assert [(place.order_id, place.window_from) for place in held] == [(order, two)]


def test_an_outlets_day_off_and_a_village_decide_the_days(settings: Settings) -> None:
    places.set_day(calendar=f"outlet:{OFFICE}", on=MONDAY, is_working=False, confirmed=True, note="示例", region="", at=AT, by=SYSTEM)
    assert asked(settings).first == Window(shanghai_at(MONDAY + timedelta(days=1), 9), shanghai_at(MONDAY + timedelta(days=1), 12))
    village = asked(settings, "谯城示例乡示例山村 3 组")
    assert {window.start.isoweekday() for window in village.windows} == {2, 4}
    assert "Tuesdays, Thursdays" in str(village.note)
    island = asked(settings, "示例岛村 1 号")
    assert (island.decision.code, island.windows, island.field) == ("not_served", [], "street")


def test_a_plan_counts_from_its_day_and_may_not_take_away_today(settings: Settings) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.keep_plan(outlet=OFFICE, plan=Plan(capacity=1), starts_on=MONDAY, at=AT, by=SYSTEM)
    assert set(refused.value.errors) == {"starts_on"}
    actions.keep_plan(outlet=OFFICE, plan=Plan(capacity=1), starts_on=MONDAY + timedelta(days=1), at=AT, by=SYSTEM)
    assert (plan_of(OFFICE, MONDAY).capacity, plan_of(OFFICE, MONDAY + timedelta(days=1)).capacity) == (2, 1)


class Carrier:
    """Answers what it is told to, and remembers what it was asked."""

    answer: Serves | None = Serves.YES
    asked: list[RangePlace] = []

    def range_check(self, place: RangePlace, product: str) -> RangeAnswer:
        self.asked.append(place)
        if self.answer is None:
            raise Unavailable("no answer")
        return RangeAnswer(self.answer, "", Text("示例"))


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> type[Carrier]:
    monkeypatch.setattr(asking, "plug", lambda port: Carrier())
    monkeypatch.setattr(Carrier, "asked", [])
    monkeypatch.setattr(Carrier, "answer", Serves.YES)
    return Carrier


def ask(settings: Settings, street: str, after: timedelta = timedelta()) -> None:
    asking.ask_range(division="341602", street=street, settings=settings, at=AT + after)


def test_the_carrier_is_asked_once_about_a_place_and_learns_no_house_number(settings: Settings, carrier: type[Carrier]) -> None:
    for street in ("示例路 2 号", "示例路 8 号", "示例山村 3 组"):
        ask(settings, street)
    assert [(place.county, place.place) for place in carrier.asked] == [("谯城区", "示例路"), ("谯城区", "示例山村")]
    ask(settings, "示例路 2 号", after=timedelta(days=8))
    assert len(carrier.asked) == 3
    assert set(CollectionRange.objects.values_list("place", flat=True)) == {"示例路", "示例山村"}


@pytest.mark.parametrize(
    ("answer", "code", "caution"),
    [(Serves.YES, "served", False), (Serves.NO, "carrier_refuses", False), (Serves.UNCLEAR, "served", True), (None, "served", True)],
)
def test_what_the_carrier_said_decides_and_its_silence_is_a_caution(
    settings: Settings, carrier: type[Carrier], monkeypatch: pytest.MonkeyPatch, answer: Serves | None, code: str, caution: bool
) -> None:
    monkeypatch.setattr(carrier, "answer", answer)
    ask(settings, "示例路 2 号")
    found = asked(settings)
    assert (found.decision.code, found.caution is not None, bool(found.windows)) == (code, caution, code == "served")


def test_a_silent_carrier_is_asked_again_after_minutes_and_not_by_every_page(
    settings: Settings, carrier: type[Carrier], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrier, "answer", None)
    for minutes in (0, 1, 2):
        ask(settings, "示例路 2 号", after=timedelta(minutes=minutes))
    assert len(carrier.asked) == 1
    monkeypatch.setattr(carrier, "answer", Serves.NO)
    ask(settings, "示例路 2 号", after=timedelta(minutes=4))
    assert asked(settings).decision.code == "carrier_refuses"


def test_who_asks_for_no_range_check_gets_none(settings: Settings, carrier: type[Carrier]) -> None:
    ask(replace(settings, range_check=False), "示例路 2 号")
    assert carrier.asked == []
