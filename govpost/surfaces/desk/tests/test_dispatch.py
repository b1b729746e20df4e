"""The dispatch window: what waits, what is late, and giving an instruction to a courier."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from govpost.common.clock import now
from govpost.delivery.models import Order
from govpost.delivery.rules import Place
from govpost.delivery.testing import make_papers
from govpost.dispatch.models import Task
from govpost.journal.testing import drain
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations, make_staff
from govpost.profiles.testing import load_profiles

OUTLET = "SL341602D1"


@pytest.fixture
def order(journey: str) -> Order:
    load_organisations()
    load_profiles()
    made = make_papers(at=now() - timedelta(hours=3), origin=Place("341602", OUTLET))
    drain()
    return made


def signed_in(role: Role, region: str = "34.3416", **over: str) -> Client:
    client = Client()
    staff = make_staff(role, organisation="bozhou-post", region=region, **over)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_an_instruction_nobody_took_is_late_and_goes_to_a_courier(order: Order) -> None:
    dispatcher = signed_in(Role.DISPATCHER)
    page = dispatcher.get("/desk/dispatch?show=late").content.decode()
    assert order.number in page
    task = Task.objects.get()
    detail = dispatcher.get(f"/desk/dispatch/{task.id}").content.decode()
    assert "13800000001" not in detail
    zhao = make_staff(Role.COURIER, organisation="bozhou-post", region="34.3416.341602", outlet=OUTLET, name="赵示例")
    assert dispatcher.post(f"/desk/dispatch/{task.id}/reassign", {"courier": str(zhao.id)}).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.taken_by) == ("taken", zhao.id)
    assert dispatcher.post(f"/desk/dispatch/{task.id}/give-back").status_code == 302
    assert dispatcher.post(f"/desk/dispatch/{task.id}/reassign", {"courier": "x"}).status_code == 422


def test_the_board_names_a_courier_without_the_organisation_and_keeps_its_list_when_narrowed(order: Order) -> None:
    dispatcher = signed_in(Role.DISPATCHER)
    zhao = make_staff(Role.COURIER, organisation="bozhou-post", region="34.3416.341602", outlet=OUTLET, name="赵示例")
    dispatcher.post(f"/desk/dispatch/{Task.objects.get().id}/reassign", {"courier": str(zhao.id)})
    page = dispatcher.get("/desk/dispatch?show=taken").content.decode()
    assert ">赵**<" in page
    assert '<input type="hidden" name="show" value="taken"' in page


def test_another_citys_dispatcher_sees_nothing(order: Order) -> None:
    elsewhere = signed_in(Role.DISPATCHER, region="37.3708")
    assert order.number not in elsewhere.get("/desk/dispatch").content.decode()
    assert elsewhere.get(f"/desk/dispatch/{Task.objects.get().id}").status_code == 404


def test_a_clerk_has_no_board(order: Order) -> None:
    assert signed_in(Role.CLERK).get("/desk/dispatch").status_code == 403


def test_the_couriers_phone_runs_a_collection(order: Order) -> None:
    from govpost.delivery import queries as mail

    zhao = signed_in(Role.COURIER, region="34.3416.341602", outlet=OUTLET)
    task = Task.objects.get()
    assert order.number in zhao.get("/courier/").content.decode()
    stop = zhao.get(f"/courier/stops/{task.id}").content.decode()
    assert "13800000001" not in stop
    assert zhao.post(f"/courier/stops/{task.id}/take").status_code == 302
    assert "13800000001" in zhao.get(f"/courier/stops/{task.id}").content.decode()
    form = {
        "request_id": "018f0000-0000-7000-8000-000000000001", "paper-a": "yes", "paper-b": "no", "check_code": "000000",
        "real_name_checked": "on", "inspected": "on",
    }  # fmt: skip
    code = mail.check_code_of(order.id)
    wrong = zhao.post(f"/courier/stops/{task.id}/finish", form | {"check_code": "111111" if code == "000000" else "000000"})
    assert wrong.status_code == 422
    missing = zhao.post(f"/courier/stops/{task.id}/finish", {k: v for k, v in form.items() if k != "paper-b"} | {"check_code": code})
    assert missing.status_code == 422
    assert zhao.post(f"/courier/stops/{task.id}/finish", form | {"check_code": code}).status_code == 302
    order.refresh_from_db()
    assert order.state == "collected"


def test_nobody_home_is_noted_with_a_reason(order: Order) -> None:
    zhao = signed_in(Role.COURIER, region="34.3416.341602", outlet=OUTLET)
    task = Task.objects.get()
    zhao.post(f"/courier/stops/{task.id}/take")
    form = {"request_id": "018f0000-0000-7000-8000-000000000002", "reason": "4"}
    assert zhao.post(f"/courier/stops/{task.id}/fail", form | {"reason": "999"}).status_code == 422
    assert zhao.post(f"/courier/stops/{task.id}/fail", form).status_code == 302
    order.refresh_from_db()
    assert (order.state, order.misses) == ("pickup_failed", 1)
    drain()
    assert Task.objects.filter(state="sent", attempt=2).exists()
