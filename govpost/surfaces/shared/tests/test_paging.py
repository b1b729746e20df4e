"""Pages by key: every row once, in order, both ways, and a damaged cursor is refused."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session

from govpost.common.refusal import InvalidInput
from govpost.surfaces.shared.paging import keyset

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=UTC)
NEWEST_FIRST = ("-expire_date", "-session_key")


def _make(count: int, same_moment: int = 3) -> list[str]:
    """Rows of which `same_moment` neighbours share their time to the microsecond, newest first."""
    rows = [
        Session(session_key=f"k{i:03d}", session_data="", expire_date=AT + timedelta(microseconds=i // same_moment)) for i in range(count)
    ]
    Session.objects.bulk_create(rows)
    return [f"k{i:03d}" for i in reversed(range(count))]


def _keys(rows: list[Session]) -> list[str]:
    return [row.session_key for row in rows]


def test_walking_older_meets_every_row_once_and_walking_newer_comes_back() -> None:
    expected = _make(23)
    page, seen = keyset(Session.objects.all(), NEWEST_FIRST, size=5), []
    pages = []
    while True:
        seen += _keys(page.items)
        pages.append(_keys(page.items))
        if not page.older:
            break
        page = keyset(Session.objects.all(), NEWEST_FIRST, page.older, size=5)
    assert seen == expected
    back = []
    while page.newer:
        page = keyset(Session.objects.all(), NEWEST_FIRST, page.newer, size=5)
        back.append(_keys(page.items))
    assert [key for rows in reversed(back) for key in rows] == expected[: -len(pages[-1])]
    assert not page.newer


def test_ascending_order_works_too() -> None:
    expected = _make(7)[::-1]
    first = keyset(Session.objects.all(), ("expire_date", "session_key"), size=4)
    second = keyset(Session.objects.all(), ("expire_date", "session_key"), first.older, size=4)
    assert _keys(first.items) + _keys(second.items) == expected


def test_a_row_that_arrives_in_between_moves_no_page() -> None:
    expected = _make(10)
    first = keyset(Session.objects.all(), NEWEST_FIRST, size=5)
    Session.objects.create(session_key="new", session_data="", expire_date=AT + timedelta(days=1))
    second = keyset(Session.objects.all(), NEWEST_FIRST, first.older, size=5)
    assert _keys(second.items) == expected[5:]


def test_an_empty_list_has_no_neighbours() -> None:
    page = keyset(Session.objects.all(), NEWEST_FIRST)
    assert (page.items, page.older, page.newer) == ([], "", "")


def _cursor(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "%%%", "é", "AAAA", _cursor(1), _cursor(0, ["expire_date", "session_key"], ["not a date", "k"]), _cursor(0, ["id"], [1]),
        _cursor(0, ["expire_date", "session_key"], [None, "k"]), _cursor(0, ["expire_date", "session_key"], ["2026-01-01"]),
    ],
)  # fmt: skip
def test_a_damaged_cursor_is_refused_with_words(cursor: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        keyset(Session.objects.all(), NEWEST_FIRST, cursor)
    assert "cursor" in refused.value.errors


def test_a_cursor_of_another_order_is_refused() -> None:
    _make(6)
    page = keyset(Session.objects.all(), ("-session_key",), size=2)
    with pytest.raises(InvalidInput):
        keyset(Session.objects.all(), NEWEST_FIRST, page.older)


def test_keys_of_two_directions_are_a_programming_error() -> None:
    with pytest.raises(ValueError, match="one direction"):
        keyset(Session.objects.all(), ("-expire_date", "session_key"))
