"""The authorisation matrix over every address: every role at home and abroad, citizens, partners and strangers knock at every door
with every method. Foreign objects read like missing ones, nobody who is turned away writes anything, and nothing breaks.
"""

from __future__ import annotations

import pytest

from tests.matrix.knocking import Answer, address, decisions, expected, knock
from tests.matrix.routes import INTERNAL, PUBLIC, ROUTES, SELF, Row
from tests.matrix.seats import Seat
from tests.matrix.world import World


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL")  # thousands of refusals are not worth a line each


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: row.name)
def test_the_door_opens_for_those_and_only_those(row: Row, world: World, seats: list[Seat]) -> None:
    wrong = [line for seat in _who_knocks(row, seats) for method in ("GET", "POST") for line in _look(row, world, seat, method)]
    for method in ("PUT", "DELETE"):  # the gate stands before the method: two seats tell
        wrong += [line for name in ("stranger", _host(row)) for line in _look(row, world, _seat(seats, name), method)]
    assert wrong == []


def _who_knocks(row: Row, seats: list[Seat]) -> list[Seat]:
    """At an open door one of each kind; at a gate every seat of those it is for, and one of each role that it turns away."""
    if row.who in (PUBLIC, INTERNAL, SELF):
        return [seat for seat in seats if seat.name in ("stranger", "clerk", "lin", "partner")]
    return [seat for seat in seats if _passes(row, seat) or not seat.name.endswith(("abroad", "next door"))]


def _passes(row: Row, seat: Seat) -> bool:
    if isinstance(row.who, frozenset):
        return seat.kind == "staff" and (not row.who or bool(row.who & seat.roles))
    return seat.kind == row.who


def _host(row: Row) -> str:
    if isinstance(row.who, frozenset):
        return min(row.who, default="clerk")
    return {"citizen": "lin", "partner": "partner"}.get(row.who, "stranger")


def _seat(seats: list[Seat], name: str) -> Seat:
    return next(seat for seat in seats if seat.name == name)


def _look(row: Row, world: World, seat: Seat, method: str) -> list[str]:
    answer, wanted = knock(seat, method, address(row, world), row.body), expected(row, seat, method)
    where = f"{method} {row.name} by {seat.name}"
    if answer.word not in wanted and not (row.outside and answer.word == "unavailable"):
        return [f"{where}: {answer.word} {answer.status} instead of {sorted(wanted)} {answer.body[:300] if answer.status >= 500 else ''}"]
    wrong = []
    if answer.wrote and (method == "GET" or answer.word != "in"):
        wrong.append(f"{where}: {answer.word}, and yet wrote {sorted(answer.wrote)}")
    if answer.word == "missing" and row.object:
        wrong += _differs(where, answer, knock(seat, method, address(row, world, missing=True), row.body), row, world)
    return wrong


def _differs(where: str, foreign: Answer, missing: Answer, row: Row, world: World) -> list[str]:
    told = foreign.body.replace(world.objects[row.object], "*")
    truth = missing.body.replace(world.missing(row.object), "*")
    return [] if (foreign.status, told) == (missing.status, truth) else [f"{where}: tells a foreign object from a missing one"]


def test_inside_pages_are_closed_to_what_comes_through_a_proxy(world: World, seats: list[Seat]) -> None:
    for seat in seats:
        knocking = Seat(seat.name, seat.kind, seat.roles, seat.cookies, {**seat.headers, "X-Forwarded-For": "203.0.113.9"})
        assert knock(knocking, "GET", "/metrics").word == "missing"


def test_the_number_of_decisions_is_told(world: World, seats: list[Seat], capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\nauthorisation matrix: {sum(decisions.values())} decisions at {len(ROUTES)} addresses by {len(seats)} seats")
    assert len(seats) >= 25
