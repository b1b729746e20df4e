"""Many rows at once: each is done apart and told apart, and a refusal of one leaves the others."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from govpost.cases.models import Parcel
from govpost.cases.states import State
from govpost.cases.testing import Cast, make_case
from govpost.common.clock import now, shanghai_day
from govpost.delivery.rules import Place
from govpost.delivery.testing import make_papers
from govpost.dispatch.models import Task
from govpost.journal.testing import drain
from govpost.parties import actions as parties
from govpost.parties.models import Organisation, PartnerKey, RoleGrant
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations, make_staff
from govpost.places.testing import LOADER
from govpost.profiles.testing import load_profiles
from govpost.surfaces.desk.testing import as_actor, as_new

HERE, THERE = "SL341602D1", "SL341621D1"


def told(client: Client, name: str, data: dict[str, object], back: str) -> str:
    """What the page says after the press."""
    assert client.post(reverse(f"desk:{name}"), data).status_code == 302
    return html.unescape(client.get(reverse(f"desk:{back}")).content.decode())


def test_a_dispatcher_gives_many_instructions_to_one_courier_and_hears_which_another_outlet_serves(journey: str) -> None:
    load_organisations()
    load_profiles()
    orders = [make_papers(at=now() - timedelta(hours=3), origin=Place(outlet[2:8], outlet)) for outlet in (HERE, HERE, THERE)]
    drain()
    dispatcher = as_new(Role.DISPATCHER, organisation="bozhou-post", region="34.3416")
    zhao = make_staff(Role.COURIER, organisation="bozhou-post", region="34.3416.341602", outlet=HERE, name="赵示例")
    board = dispatcher.get(reverse("desk:dispatch")).content.decode()
    assert "赵示例" in board
    tasks = list(Task.objects.order_by("id"))
    assert all(f'value="{task.id}"' in board for task in tasks)
    said = told(dispatcher, "assign_tasks", {"task": [*(task.id for task in tasks), "damaged"], "courier": zhao.id}, "dispatch")
    assert "已将2条指令派给该揽投员" in said
    assert f"{orders[2].number}: " in said
    assert set(Task.objects.filter(taken_by=zhao.id).values_list("number", flat=True)) == {orders[0].number, orders[1].number}
    assert "没有选择" in told(dispatcher, "assign_tasks", {"courier": zhao.id}, "dispatch")
    assert dispatcher.post(reverse("desk:assign_tasks"), {"task": tasks[0].id}).status_code == 422
    stranger = as_new(Role.DISPATCHER, organisation="jining-post", region="37.3708")
    assert "没有选择" in told(stranger, "assign_tasks", {"task": [tasks[2].id], "courier": zhao.id}, "dispatch")


def test_a_station_closes_many_parcels_of_its_own_hall(cast: Cast) -> None:
    at = now() - timedelta(days=1)
    for _ in range(2):
        make_case(cast, State.HANDED_OVER, at=at)
    parcels = list(Parcel.objects.filter(closed_at=None))
    other = as_new(Role.STATION, organisation="jining-post", region="37.3708", outlet="SL370800S1")
    assert "没有选择" in told(other, "close_parcels", {"parcel": [each.id for each in parcels]}, "parcels")
    said = told(as_actor(cast.station), "close_parcels", {"parcel": [each.id for each in parcels]}, "parcels")
    assert f"已封装{len(parcels)}个并件" in said
    assert not Parcel.objects.filter(closed_at=None).exists()


@pytest.fixture
def admin(cast: Cast) -> Client:
    return as_new(Role.ADMIN, region="34.3416")


def test_many_roles_are_extended_or_ended_and_whoever_may_not_is_named(admin: Client) -> None:
    today = shanghai_day(now())
    held = [make_staff(Role.CLERK, organisation="bozhou-government", region="34.3416").role_grants.get() for _ in range(2)]
    own = RoleGrant.objects.get(role=Role.ADMIN, region="34.3416", staff_id=admin.session["_auth_user_id"])
    far = make_staff(Role.CLERK, organisation="jining-government", region="37.3708").role_grants.get()
    page = admin.get(reverse("desk:grants")).content.decode()
    assert all(f'value="{each.id}"' in page for each in held)
    ids = [*(each.id for each in held), own.id, far.id]
    said = told(admin, "grants_many", {"grant": ids, "ends_on": today + timedelta(days=90), "extend": 1}, "grants")
    assert "已修改2个角色的截止日" in said
    assert f"{own.staff.name} · " in said
    assert {each.ends_on for each in RoleGrant.objects.filter(id__in=[h.id for h in held])} == {today + timedelta(days=90)}
    assert "2个角色" in told(admin, "grants_many", {"grant": ids, "end": 1}, "grants")
    assert {each.ends_on for each in RoleGrant.objects.filter(id__in=[h.id for h in held])} == {today - timedelta(days=1)}
    for untouched in (own, far):
        before = untouched.ends_on
        untouched.refresh_from_db()
        assert untouched.ends_on == before


def test_many_keys_end_and_no_other_citys(admin: Client) -> None:
    at = now()
    made = [
        parties.make_partner_key(name=f"示例{n}", organisation=Organisation.objects.get(code=code), region=region, at=at, by=LOADER)[0]
        for n, (code, region) in enumerate((("bozhou-health", "34.3416"), ("bozhou-health", "34.3416"), ("jining-post", "37.3708")))
    ]
    assert "已终止2个密钥" in told(admin, "partner_keys_end", {"key": [each.id for each in made]}, "partner_keys")
    ends = dict(PartnerKey.objects.values_list("id", "active_to"))
    assert [ends[each.id] is None for each in made] == [False, False, True]
