"""The mail tab of the supervision window: what departments send without a case is watched like a case, and nothing can be changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from govpost.cases import lights
from govpost.cases.states import State
from govpost.cases.testing import Cast, make_case
from govpost.common.clock import now
from govpost.delivery import actions as mail
from govpost.delivery.models import Order
from govpost.delivery.rules import Direction, Door, Place
from govpost.delivery.testing import LIN, SYSTEM, make_order, seen
from govpost.journal.testing import drain
from govpost.parties import actions as parties
from govpost.parties.roles import Role
from govpost.parties.testing import make_staff
from govpost.surfaces.desk.testing import as_actor, as_new, found

HOUR = timedelta(hours=1)
JINING = Place("370811", "SL370811D1")


def card(**over: Any) -> Order:
    """An identity card from Jining's making centre to a door in Rencheng, ten hours under way of forty."""
    placed = over.pop("at", now() - 10 * HOUR)
    values: dict[str, Any] = {
        "region": "37.3708", "origin": JINING, "destination": JINING, "direction": Direction.SINGLE, "ref": "受理号-1",
        "door": Door.CARRIER, "waybill_no": "1110000000088", "collect_due_at": placed + 8 * HOUR, "promised_at": placed + 40 * HOUR,
    }  # fmt: skip
    return make_order(at=placed, **(values | over))


@pytest.fixture
def jining(cast: Cast) -> Client:
    """The supervisor of a city whose mail is all without a case."""
    return as_new(Role.SUPERVISOR, organisation="jining-government", region="37.3708")


def listed(client: Client, **asked: str) -> list[str]:
    words = asked.pop("q", "")
    address = found(client, "supervised_mail", words) if words else reverse("desk:supervised_mail") + "?"
    response = client.get(f"{address}&{urlencode(asked)}")
    assert response.status_code == 200
    return [row.order.number for row in response.context["rows"]]


def test_a_city_whose_mail_is_all_without_a_case_sees_it_with_its_light(jining: Client) -> None:
    cases = jining.get(reverse("desk:supervision")).content.decode()
    assert reverse("desk:supervised_mail") in cases
    order = card()
    page = jining.get(reverse("desk:supervised_mail"))
    assert (page.context["lights"], page.context["running"]) == ({"green": 0, "amber": 0, "red": 1}, 1)
    [row] = page.context["rows"]
    assert (row.order, row.light, row.due_at) == (order, "red", order.collect_due_at)
    assert "受理号-1" in page.content.decode()


def test_figures_open_what_they_count_and_filters_narrow(jining: Client) -> None:
    red = card()
    green = card(ref="受理号-2", waybill_no="1110000000089")
    mail.record_scans([seen("1110000000089", "collected", now() - 9 * HOUR)], at=now() - 9 * HOUR, by=SYSTEM)
    page = jining.get(reverse("desk:supervised_mail"))
    assert page.context["lights"] == {"green": 1, "amber": 0, "red": 1}
    assert (listed(jining, light="red"), listed(jining, light="green"), listed(jining, light="amber")) == ([red.number], [green.number], [])
    assert listed(jining, state="collected") == [green.number]
    assert listed(jining, place="37.3708.370811") == [red.number, green.number]
    for words in (red.number, "1110000000088", "受理号-1"):
        assert listed(jining, q=words) == [red.number], words
    assert listed(jining, q="受理号") == []
    assert "没有符合条件的寄递单" in jining.get(reverse("desk:supervised_mail") + "?state=lost").content.decode()
    empty = as_new(Role.SUPERVISOR, organisation="jining-government", region="44").get(reverse("desk:supervised_mail"))
    assert "尚无寄递单" in empty.content.decode()


def test_the_order_page_is_masked_and_tells_the_story(journey: str) -> None:
    from govpost.cases.testing import make_cast

    make_cast()
    order = card()
    mail.record_scans([seen("1110000000088", "collected", now() - HOUR)], at=now() - HOUR, by=SYSTEM)
    drain()
    jining = as_new(Role.SUPERVISOR, organisation="jining-government", region="37.3708")
    answer = jining.get(reverse("desk:supervised_order", args=[order.number]))
    text = answer.content.decode()
    assert len(answer.context["lines"]) == 2
    assert "林*" in text
    for secret in (LIN.name, LIN.phone, LIN.street):
        assert secret not in text
    assert "<form" not in text.partition("<main")[2]


def test_a_foreign_jurisdiction_finds_nothing_and_nobody_changes_anything(jining: Client, cast: Cast) -> None:
    order, here = card(), make_order(at=now() - HOUR)
    wu = as_actor(cast.supervisor)
    assert listed(wu) == [here.number]
    assert listed(wu, q=order.number) == []
    pages = [reverse("desk:supervised_order", args=[number]) for number in (order.number, "GP-NOTHING")]
    assert [wu.get(page).status_code for page in pages] == [404, 404]
    before = Order.objects.order_by("id").values_list()
    for address in (reverse("desk:supervised_mail"), pages[0]):
        assert jining.post(address, {"state": "lost"}).status_code == 405
        assert as_new(Role.CLERK, organisation="jining-government", region="37.3708").get(address).status_code == 403
    assert list(Order.objects.order_by("id").values_list()) == list(before)
    assert wu.get(reverse("desk:supervised_mail") + "?after=nonsense").status_code == 422


def test_the_mail_list_costs_the_same_for_more_mail(jining: Client, django_assert_max_num_queries: Any) -> None:
    card()
    with django_assert_max_num_queries(16):
        jining.get(reverse("desk:supervised_mail"))
    for n in range(6):
        card(ref=f"受理号-1{n}", waybill_no=f"111000000010{n}")
    with django_assert_max_num_queries(16):
        jining.get(reverse("desk:supervised_mail"))


def test_a_case_without_a_term_shows_the_light_of_its_mail(cast: Cast, began: datetime) -> None:
    waiting = make_case(cast, at=began, paper_way="door")
    closed = make_case(cast, State.CLOSED, at=began - 240 * HOUR, result_way="window")
    order = waiting.orders.get()
    Order.objects.filter(id=order.order_id).update(collect_due_at=now() - HOUR)
    lights.note_mail(waiting)
    waiting.save()
    wu = as_actor(cast.supervisor)
    page = wu.get(reverse("desk:supervision"))
    shown = {row[0].number: (row[2], row[4]) for row in page.context["rows"]}
    assert shown == {waiting.number: ("red", True), closed.number: (None, False)}
    assert page.context["lights"] == {"green": 0, "amber": 0, "red": 1}
    red = wu.get(reverse("desk:supervision") + "?light=red")
    assert [row[0].number for row in red.context["rows"]] == [waiting.number]
    assert wu.get(reverse("desk:supervised_case", args=[waiting.number])).context["light"] == "red"


def test_a_supervisor_who_is_a_clerk_elsewhere_counts_what_the_list_shows(cast: Cast, began: datetime) -> None:
    case = make_case(cast, at=began)
    guoyang = make_staff(Role.SUPERVISOR, region="34.3416.341621")
    parties.grant(staff=guoyang, role=Role.CLERK, region=str(case.region), organisation=guoyang.organisation, at=began, by=SYSTEM)
    client = Client()
    client.force_login(guoyang, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("desk:supervision"))
    assert (list(page.context["rows"]), page.context["under_way"], page.context["lights"]["green"]) == ([], 0, 0)
    mail_page = client.get(reverse("desk:supervised_mail"))
    assert (mail_page.context["rows"], mail_page.context["running"]) == ([], 0)


def test_mail_is_counted_by_state_and_taken_away_as_a_file(jining: Client) -> None:
    order = card()
    address = reverse("desk:supervised_mail")
    page = jining.get(address)
    assert [(bar.value, bar.href) for bar in page.context["states"]] == [(1, f"?state={order.state}")]
    head, line = b"".join(jining.get(address + "?format=csv")).decode().splitlines()
    assert "承诺时限" in head
    assert order.number in line
    assert "受理号-1" in line
    assert len(b"".join(jining.get(address + "?light=green&format=csv")).splitlines()) == 1
