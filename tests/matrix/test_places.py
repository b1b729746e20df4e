"""Where a reader is, said once: on every page of the desk the side navigation marks the place that the trail begins with."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest

from tests.matrix.knocking import address, knock
from tests.matrix.routes import ROUTES, SEEN_BY, Row
from tests.matrix.seats import POSTS, Seat
from tests.matrix.world import World

_SIDE = re.compile(r'<nav class="side .*?</nav>', re.DOTALL)
_TRAIL = re.compile(r'<nav class="breadcrumbs".*?</nav>', re.DOTALL)
_MARKED = re.compile(r'<a href="([^"?#]*)[^"]*" aria-current="page"')
_LINK = re.compile(r'<a [^>]*href="([^"?#]*)')
# Objects that stand at the same doors as the table's, in other states.
_ALSO = {"case": ("collecting", "waiting", "closed")}
# What the navigation marks (None where the page has none), all its places, and the links of the trail.
Read = tuple[list[str] | None, list[str], list[str]]
_pages: dict[tuple[str, str], Read] = {}
PAGES = [row for row in ROUTES if row.name.startswith("desk:") and "GET" in row.methods and isinstance(row.who, frozenset)]


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_the_marked_place_is_where_the_trail_begins(row: Row, world: World, seats: list[Seat]) -> None:
    at_home = [seat for seat in seats if seat.name in POSTS and isinstance(row.who, frozenset) and row.who & seat.roles]
    wrong = [f"{path} by {seat.name}: {said}" for seat in at_home for path in _addresses(row, world) if (said := _parts(seat, path))]
    assert wrong == []


def _addresses(row: Row, world: World) -> list[str]:
    first = address(row, world)
    found = world.objects.get(row.object, "")
    return [first, *(first.replace(found, world.objects[name]) for name in _ALSO.get(row.object, ()) if name in SEEN_BY)]


def _parts(seat: Seat, path: str) -> str:
    """How navigation and trail part on this page, or ""."""
    marked, places, trail = _read(seat, path)
    own = [path.partition("?")[0]]
    if marked is None:
        return ""
    if len(marked) != 1:
        return f"{marked} are marked"
    if own[0] in places:
        return "" if marked == own and not trail else f"a place of its own, but marked is {marked}, trail {trail}"
    for above in trail[:1]:
        if _read(seat, above)[0] != marked:
            return f"marked {marked}, trail from {above}, where {_read(seat, above)[0]} is marked"
    return ""


def _read(seat: Seat, path: str) -> Read:
    """The page as it was read; many begin at the same one."""
    if (seat.name, path) not in _pages:
        _pages[seat.name, path] = _look(seat, path)
    return _pages[seat.name, path]


def _look(seat: Seat, path: str) -> Read:
    answer = knock(seat, "GET", path)
    side, trail = _SIDE.search(answer.body), _TRAIL.search(answer.body)
    if answer.status != HTTPStatus.OK or side is None:
        return None, [], []
    return _MARKED.findall(side[0]), _LINK.findall(side[0]), _LINK.findall(trail[0]) if trail else []
