"""A courier is offered only where one can come: an address outside, a village's days, a full time, the carrier's no, its silence."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.test import Client

from govpost.cases.models import Case
from govpost.cases.testing import SYSTEM, Cast, next_window
from govpost.common.clock import now, shanghai_day
from govpost.common.ids import uuid7
from govpost.common.refusal import Unavailable
from govpost.common.text import Text
from govpost.delivery.ports import RangeAnswer, RangePlace, Serves
from govpost.dispatch import actions as dispatch
from govpost.dispatch import asking
from govpost.dispatch.models import CollectionPlace
from govpost.dispatch.offering import Plan
from govpost.profiles import queries as profiles
from govpost.surfaces.portal.forms.application import window_key
from govpost.surfaces.portal.tests.test_apply import ABOUT, begin, fill, post

OFFICE = "SL341602D1"


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> list[Serves | None]:
    """What the carrier answers, one element; None: nothing."""
    answer: list[Serves | None] = [Serves.YES]

    class Carrier:
        def range_check(self, place: RangePlace, product: str) -> RangeAnswer:
            if answer[0] is None:
                raise Unavailable("no answer")
            return RangeAnswer(answer[0], "", Text(""))

    monkeypatch.setattr(asking, "plug", lambda port: Carrier())
    return answer


def papers(lin: Client, cast: Cast, street: str = "示例路 2 号") -> tuple[Case, str]:
    """The page on which papers' ways are chosen, after this address was given."""
    case = begin(lin, cast)
    assert post(lin, case, "about", {**ABOUT, "street": street}).status_code == 302
    return case, html.unescape(lin.get(f"/drafts/{case.id}/papers").content.decode())


@pytest.mark.parametrize(
    ("street", "answer", "words", "offered"),
    [
        ("示例路 2 号", Serves.YES, "", True),
        ("谯城示例乡示例山村 3 组", Serves.YES, "邮政到示例山村的日子是周二、周四", True),
        ("示例岛村 1 号", Serves.YES, "邮政不到示例岛村上门", False),
        ("示例路 2 号", Serves.NO, "承运企业不到这个地址揽收", False),
        ("示例路 2 号", None, "承运企业暂时无法确认", True),
    ],
)
def test_the_courier_is_offered_where_one_comes_and_the_reason_is_said_where_none_does(
    cast: Cast, lin: Client, says: list[Serves | None], street: str, answer: Serves | None, words: str, offered: bool
) -> None:
    says[0] = answer
    case, page = papers(lin, cast, street)
    assert words in page
    assert ('name="window"' in page) is offered
    assert 'value="bring"' in page  # the equal alternative stands beside it
    sent = post(lin, case, "papers", {"paper_way": "door", "window": window_key(next_window(now()))})
    assert sent.status_code == (302 if street == "示例路 2 号" and offered else 422)


def test_a_time_that_became_full_meanwhile_says_so_and_names_the_next(cast: Cast, lin: Client, says: list[Serves | None]) -> None:
    at = now()
    dispatch.keep_plan(outlet=OFFICE, plan=Plan(capacity=1), starts_on=shanghai_day(at), at=at - timedelta(days=2), by=SYSTEM)
    case, _ = papers(lin, cast)
    window, settings = next_window(at), profiles.settings_for("34.3416.341602", shanghai_day(at))
    dispatch.hold_place(order_id=uuid7(), outlet=OFFICE, window=window, settings=settings, at=at, by=SYSTEM)
    answer = post(lin, case, "papers", {"paper_way": "door", "window": window_key(window)})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "这个时段已约满。最近的可约时段从" in page
    assert "<small>已约满</small>" in page


def test_what_was_chosen_is_held_when_the_application_is_submitted(cast: Cast, lin: Client, says: list[Serves | None]) -> None:
    case = begin(lin, cast)
    fill(lin, case)
    assert CollectionPlace.objects.count() == 0
    assert lin.post(f"/drafts/{case.id}/check").status_code == 302
    case.refresh_from_db()
    (place,) = CollectionPlace.objects.all()
    assert (place.outlet, place.window_from, place.released_at) == (OFFICE, case.window_from, None)
