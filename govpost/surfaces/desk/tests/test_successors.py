"""A closed outlet with mail: what lies there is said, its successor finds it, and while nobody is named a watchdog asks."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from govpost.common.clock import now
from govpost.common.refusal import Refusal
from govpost.delivery import queries as mail
from govpost.delivery.rules import Place
from govpost.delivery.testing import SYSTEM, make_order, make_papers
from govpost.dispatch import actions as dispatch
from govpost.dispatch.models import Task
from govpost.journal.testing import drain
from govpost.parties.queries import actor_for_staff
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations, make_staff
from govpost.places import actions, queries
from govpost.places.models import Outlet, OutletKind, ServiceArea
from govpost.places.testing import LOADER
from govpost.profiles.testing import load_profiles
from govpost.supervision import actions as supervision
from govpost.supervision.models import Wait
from govpost.surfaces.desk.testing import as_new

OLD, NEW, STATION = "SL341602D1", "SL341621D1", "SL341600S1"


def page(client: Client, name: str, code: str = OLD) -> str:
    return html.unescape(client.get(reverse(f"desk:{name}", args=[code])).content.decode())


@pytest.fixture
def admin(journey: str) -> Client:
    load_organisations()
    load_profiles()
    return as_new(Role.ADMIN, region="34.3416")


def test_a_closed_office_s_instructions_go_on_at_its_successor(admin: Client) -> None:
    at = now() - timedelta(hours=3)
    order = make_papers(at=at, origin=Place("341602", OLD))
    drain()
    courier = make_staff(Role.COURIER, organisation="bozhou-post", region="34.3416", outlet=NEW)
    actor, task = actor_for_staff(courier, now()), Task.objects.get()
    with pytest.raises(Refusal, match="other_outlet"):
        dispatch.reassign(task_id=task.id, courier_id=courier.id, at=now(), by=SYSTEM)
    assert "1件" in page(admin, "outlet_close")
    assert order.number in page(admin, "outlet_lying")
    closing = {"reason": "网点调整", "successor": ""}
    assert admin.post(reverse("desk:outlet_close", args=[OLD]), closing).status_code == 422  # its townships come first
    ServiceArea.objects.filter(outlet__code=OLD).update(outlet=Outlet.objects.get(code=NEW))
    assert admin.post(reverse("desk:outlet_close", args=[OLD]), closing).status_code == 302
    supervision.watch(at=now() + timedelta(days=2), by=SYSTEM)
    assert Wait.objects.get(watch="outlet_left").subject == f"place:{OLD}"
    address = reverse("desk:outlet_successor", args=[OLD])
    assert address in page(admin, "outlet")
    for wrong in ("", OLD, STATION):
        assert admin.post(address, {"successor": wrong}).status_code == 422
    assert admin.post(address, {"successor": NEW}).status_code == 302
    assert "由其接续" in page(admin, "outlet")
    dispatch.take(task_id=task.id, at=now(), by=actor)
    supervision.watch(at=now() + timedelta(days=3), by=SYSTEM)
    assert not Wait.objects.filter(watch="outlet_left", ended_at=None).exists()
    abroad = as_new(Role.ADMIN, organisation="jining-government", region="37.3708")
    for name in ("outlet_close", "outlet_successor", "outlet_lying"):
        assert abroad.get(reverse(f"desk:{name}", args=[OLD])).status_code == 404


@pytest.mark.django_db
def test_a_station_finds_what_lay_at_the_desk_before_it_and_before_that() -> None:
    load_organisations()
    at = now()
    for code in ("SL-A", "SL-B"):
        actions.open_outlet(
            code=code, name=code, name_en=code, kind=OutletKind.STATION, division="341602", address="示例路1号", phone="0558-0000009",
            at=at, by=LOADER,
        )  # fmt: skip
    order = make_order(at=at, origin=Place("341602", "SL-A"))
    with pytest.raises(Refusal, match="outlet_open"):
        actions.name_successor(code="SL-A", successor="SL-B", at=at, by=LOADER)
    for closed, successor in (("SL-A", "SL-B"), ("SL-B", STATION)):
        actions.close_outlet(code=closed, reason="示例", at=at, by=LOADER)
        actions.name_successor(code=closed, successor=successor, at=at, by=LOADER)
    assert queries.served_by(STATION) >= {"SL-A", "SL-B", STATION}
    assert queries.serving("SL-A") == STATION
    assert order in mail.waiting_at(SYSTEM, STATION)
    assert Outlet.objects.get(code="SL-A").successor == "SL-B"
