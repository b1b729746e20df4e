"""The page of what waits too long: each line opens where its reader deals with it, and costs the same however many there are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from govpost.cases.states import State
from govpost.cases.testing import Cast, make_case, make_cast
from govpost.delivery import actions as mail
from govpost.delivery.testing import SYSTEM, make_order, seen
from govpost.places.testing import AT
from govpost.supervision import actions
from govpost.surfaces.desk.testing import as_actor

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def _silent(number: int) -> str:
    waybill = f"12200000005{number:02d}"
    order = make_order(at=AT - DAY, waybill_no=waybill)
    mail.record_scans([seen(waybill, "in_transit", AT)], at=AT, by=SYSTEM)
    return order.number


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def _page(client: Client, query: str = "") -> str:
    return client.get(reverse("desk:waiting") + query).content.decode()


def test_each_sees_their_own_and_opens_it_where_they_work(cast: Cast) -> None:
    case, number = make_case(cast, State.ACCEPTED), _silent(1)
    actions.watch(at=AT + 40 * DAY, by=SYSTEM)
    officer, station, supervisor = (_page(as_actor(each)) for each in (cast.officer, cast.station, cast.supervisor))
    assert reverse("desk:case", args=[case.number]) in officer
    assert number not in officer
    assert reverse("desk:order", args=[number]) in station
    assert reverse("desk:supervised_order", args=[number]) in supervisor
    assert reverse("desk:supervised_case", args=[case.number]) in supervisor


def test_it_narrows_to_a_kind_or_a_number_and_says_when_there_is_nothing(cast: Cast) -> None:
    first, second = _silent(1), _silent(2)
    client = as_actor(cast.supervisor)
    assert "没有超期事项" in _page(client)
    actions.watch(at=AT + 40 * DAY, by=SYSTEM)
    assert second not in _page(client, f"?number={first}")
    assert first in _page(client, f"?number={first.lower()}")
    assert "此类没有超期事项" in _page(client, "?number=GP000000-00000000")
    assert first in _page(client, "?watch=mail_silent")


def test_a_page_asks_as_often_however_much_waits(cast: Cast) -> None:
    client, asked = as_actor(cast.supervisor), []
    for numbers in ((1,), range(2, 9)):
        for number in numbers:
            _silent(number)
        actions.watch(at=AT + 40 * DAY, by=SYSTEM)
        with CaptureQueriesContext(connection) as queries:
            _page(client)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_list_leaves_as_a_table_of_what_its_reader_sees(cast: Cast) -> None:
    case, number = make_case(cast, State.ACCEPTED), _silent(1)
    actions.watch(at=AT + 40 * DAY, by=SYSTEM)
    response = as_actor(cast.officer).get(reverse("desk:waiting") + "?format=csv")
    text = b"".join(response).decode("utf-8-sig")
    assert response["Content-Type"].startswith("text/csv")
    assert str(case.number) in text
    assert number not in text
