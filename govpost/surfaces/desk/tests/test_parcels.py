"""From the department's list to the mail: counted, closed, ordered, and nothing of another hall."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from govpost.cases import actions as cases
from govpost.cases.models import Case, HandoverList, Parcel
from govpost.cases.rules import Desk
from govpost.cases.states import State
from govpost.cases.testing import SYSTEM, Cast, make_case
from govpost.delivery import actions as mail
from govpost.delivery import queries as delivery
from govpost.delivery.models import Order
from govpost.delivery.testing import seen
from govpost.parties.roles import Role
from govpost.surfaces.desk.testing import as_actor, as_new

HOUR = timedelta(hours=1)
WAYBILL = "1110000000001"


@pytest.fixture
def sun(cast: Cast) -> Client:
    """Sun 孙, the stationed clerk of Bozhou's hall."""
    return as_actor(cast.station)


def page(client: Client, name: str, *args: Any, status: int = 200) -> str:
    response = client.get(reverse(f"desk:{name}", args=args))
    assert response.status_code == status
    return response.content.decode()


def given(cast: Cast, *approved: Case, at: datetime) -> HandoverList:
    return cases.give_list(case_ids=[case.id for case in approved], desk=Desk.STATION, at=at, by=cast.officer)


def test_two_results_of_one_applicant_travel_in_one_parcel(cast: Cast, sun: Client, began: datetime) -> None:
    both = [make_case(cast, State.APPROVED, at=began + n * HOUR) for n in range(2)]
    made = given(cast, *both, at=began + 6 * HOUR)
    assert made.number in page(sun, "station_lists")
    address = reverse("desk:station_list", args=[made.id])
    assert sun.get(address).status_code == 200
    serials = [case.document_serial or "" for case in both]
    assert sun.post(address, {"scanned": "\n".join(serials)}).status_code == 302
    parcel = Parcel.objects.get()
    text = page(sun, "parcels")
    assert all(serial in text for serial in serials)
    closed = sun.post(reverse("desk:close_parcel", args=[parcel.id]))
    order = Order.objects.get(direction="result")
    assert closed.headers["Location"] == reverse("desk:order", args=[order.number])
    assert sorted(order.contents) == sorted(serials)
    assert order.number in page(sun, "parcels")
    again = sun.post(reverse("desk:close_parcel", args=[parcel.id]))
    assert again.headers["Location"] == closed.headers["Location"], "pressed twice: one mail"
    assert Order.objects.filter(direction="result").count() == 1


def test_a_result_that_is_not_here_yet_waits_for_the_next_parcel(cast: Cast, sun: Client, began: datetime) -> None:
    first, late = (make_case(cast, State.APPROVED, at=began + n * HOUR) for n in range(2))
    made = given(cast, first, at=began + 6 * HOUR)
    sun.post(reverse("desk:station_list", args=[made.id]), {"here": first.document_serial})
    sun.post(reverse("desk:close_parcel", args=[Parcel.objects.get().id]))
    assert Order.objects.get(direction="result").contents == [first.document_serial]
    assert late.parcels.get(left_at=None).parcel.closed_at is None


def test_a_list_taken_before_is_shown_as_it_was_signed(cast: Cast, sun: Client, began: datetime) -> None:
    case = make_case(cast, State.APPROVED, at=began)
    made = given(cast, case, at=began + 6 * HOUR)
    address = reverse("desk:station_list", args=[made.id])
    sun.post(address, {"here": case.document_serial})
    signed = reverse("desk:handover_list", args=[made.id])
    assert sun.get(address).headers["Location"] == signed
    assert sun.post(address, {"here": case.document_serial}).headers["Location"] == signed
    made.refresh_from_db()
    assert made.taken_by in sun.get(signed).content.decode()


def test_another_hall_finds_nothing(cast: Cast, began: datetime) -> None:
    case = make_case(cast, State.APPROVED, at=began)
    made = given(cast, case, at=began + 6 * HOUR)
    parcel = Parcel.objects.get()
    jining = as_new(Role.STATION, organisation="jining-post", region="37.3708", outlet="SL370800S1")
    neighbour = as_new(Role.STATION, organisation="bozhou-post", region="34.3416", outlet="SL341602D1")
    for other in (jining, neighbour):
        assert made.number not in page(other, "station_lists")
        page(other, "station_list", made.id, status=404)
        assert other.post(reverse("desk:station_list", args=[made.id]), {"here": case.document_serial}).status_code == 404
        assert parcel.number not in page(other, "parcels")
        assert other.post(reverse("desk:close_parcel", args=[parcel.id])).status_code == 404
    case.refresh_from_db()
    assert case.state == "approved"


def test_whoever_has_no_outlet_is_told_so(cast: Cast) -> None:
    nowhere = as_new(Role.STATION, organisation="bozhou-post")
    for name in ("station_lists", "parcels"):
        page(nowhere, name, status=409)


def test_a_mail_nobody_fetched_goes_back_and_is_taken_back(cast: Cast, sun: Client, began: datetime) -> None:
    case = make_case(cast, State.HANDED_OVER, at=began)
    cases.close_parcel(parcel_id=Parcel.objects.get().id, at=began + 5 * HOUR, by=cast.station)
    order = delivery.by_id(case.orders.get().order_id)
    mail.note_waybill(order_id=order.id, waybill_no=WAYBILL, at=began + 6 * HOUR, by=SYSTEM)
    step = reverse("desk:mail_step", args=[order.number, "send_back"])
    rows = [seen(WAYBILL, kind, began + (6 + n) * HOUR) for n, kind in enumerate(("collected", "at_pickup_point"), 1)]
    mail.record_scans(rows, at=began + 9 * HOUR, by=SYSTEM)
    text = page(sun, "order", order.number)
    assert step in text
    assert reverse("desk:fetch", args=[order.number]) in text
    assert sun.post(step).status_code == 302
    assert sun.post(reverse("desk:mail_step", args=[order.number, "deliver"])).status_code == 404
    assert sun.post(reverse("desk:mail_step", args=[order.number, "take_back"])).status_code == 302
    order.refresh_from_db()
    assert order.state == "returned"


def test_a_kept_mail_needs_its_code_at_the_counter(cast: Cast, sun: Client, began: datetime) -> None:
    case = make_case(cast, State.HANDED_OVER, at=began)
    cases.close_parcel(parcel_id=Parcel.objects.get().id, at=began + 5 * HOUR, by=cast.station)
    order = delivery.by_id(case.orders.get().order_id)
    address = reverse("desk:fetch", args=[order.number])
    assert sun.get(address).status_code == 404, "it is not kept anywhere"
    mail.note_waybill(order_id=order.id, waybill_no=WAYBILL, at=began + 6 * HOUR, by=SYSTEM)
    rows = [seen(WAYBILL, kind, began + (6 + n) * HOUR) for n, kind in enumerate(("collected", "at_pickup_point"), 1)]
    mail.record_scans(rows, at=began + 9 * HOUR, by=SYSTEM)
    code = delivery.pickup_code_of(order.id)
    form = {"request_id": "018f0000-0000-7000-8000-000000000001", "signer": "addressee", "checked": "on"}
    assert sun.post(address, form).status_code == 422
    assert sun.post(address, form | {"code": "12"}).status_code == 422
    assert sun.post(address, form | {"code": "000000" if code != "000000" else "111111"}).status_code == 422
    assert sun.post(address, form | {"code": code, "checked": ""}).status_code == 422
    assert sun.post(address, form | {"code": code}).status_code == 302
    order.refresh_from_db()
    assert order.state == "delivered"


def test_the_reason_of_the_payer_is_said_in_the_readers_language(cast: Cast, sun: Client, began: datetime) -> None:
    case = make_case(cast, at=began, paper_way="door")
    number, reason = case.orders.get().number, delivery.by_id(case.orders.get().order_id).payer_reason
    assert reason not in page(sun, "order", number)
    sun.cookies["govpost_language"] = "en"
    assert reason in page(sun, "order", number)


def test_the_lists_cost_the_same_for_more(cast: Cast, sun: Client, began: datetime, django_assert_max_num_queries: Any) -> None:
    for n in range(4):
        case = make_case(cast, State.APPROVED, at=began + n * HOUR)
        given(cast, case, at=began + (n + 6) * HOUR)
    with django_assert_max_num_queries(10):
        page(sun, "station_lists")
    for made in HandoverList.objects.all():
        cases.hand_over(list_id=made.id, found={item.serial for item in made.items.all()}, at=began + 12 * HOUR, by=cast.station)
    with django_assert_max_num_queries(12):
        page(sun, "parcels")
