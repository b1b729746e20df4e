"""The quality pages: a rate opens its items, a past day that was rewritten says so, another city's figures stay closed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client

from govpost.common.clock import now, shanghai_day
from govpost.delivery import actions as mail
from govpost.delivery.models import Order
from govpost.delivery.rules import ItemRule, Place
from govpost.delivery.testing import SYSTEM, make_order, seen
from govpost.journal.testing import drain
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations, make_staff
from govpost.places.queries import outlet
from govpost.profiles.testing import load_profiles
from govpost.quality import queries

WAYBILL = "1110000000001"


def signed_in(region: str = "34.3416") -> Client:
    client = Client()
    staff = make_staff(Role.QUALITY, organisation="bozhou-post", region=region)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def order(journey: str) -> Order:
    """Delivered three days ago, in time."""
    load_organisations()
    load_profiles()
    placed = now() - timedelta(days=5)
    made = make_order(at=placed, waybill_no=WAYBILL, promised_at=placed + timedelta(days=3), destination=Place("341602", "SL341602D1"))
    mail.record_scans(
        [
            seen(WAYBILL, "collected", placed + timedelta(hours=2)),
            seen(WAYBILL, "at_delivery_office", placed + timedelta(hours=30)),
            seen(WAYBILL, "delivered", placed + timedelta(days=2), signer_class="addressee"),
        ],
        at=placed + timedelta(days=2),
        by=SYSTEM,
    )
    drain()
    return made


def test_a_rate_opens_its_items(order: Order) -> None:
    quality = signed_in()
    rates = quality.get("/desk/rates").content.decode()
    assert "100.0%" in rates
    assert "：100.0%，应完成 1 件，按时 1 件</title>" in rates  # a day's point in the picture
    opened = quality.get("/desk/rates/behind?kpi=delivery_on_time")
    assert opened.status_code == 200
    assert order.number in opened.content.decode()
    assert quality.get("/desk/rates?within=34.3416.341602").status_code == 200


def test_a_voided_delivery_corrects_the_past_day_and_says_so(order: Order) -> None:
    placed = order.placed_at
    void = seen(WAYBILL, None, placed + timedelta(days=2), code="delivered", effect=False, note="误操作")
    mail.record_scans([void], at=now(), by=SYSTEM)
    drain()
    page = signed_in().get("/desk/rates/corrections").content.decode()
    assert order.number in page


def void(order: Order) -> None:
    event = seen(WAYBILL, None, order.placed_at + timedelta(days=2), code="delivered", effect=False, note="误操作")
    mail.record_scans([event], at=now(), by=SYSTEM)
    drain()


def test_a_rate_that_was_rewritten_says_so_at_the_figure_and_opens_its_corrections(order: Order) -> None:
    quality = signed_in()
    assert all(panel["corrected"] == 0 for panel in quality.get("/desk/rates").context["panels"])
    void(order)
    page = quality.get("/desk/rates")
    collected, panel = page.context["panels"]
    assert (collected["corrected"], panel["corrected"], [row["corrected"] for row in panel["rows"]]) == (0, 1, [1])
    for address in (panel["address"], panel["rows"][0]["address"]):
        assert f"/desk/rates/corrections{address.replace('&', '&amp;')}" in page.content.decode()
        listed = quality.get(f"/desk/rates/corrections{address}").context["rows"]
        assert [(line["row"].number, line["kpi"].code) for line in listed] == [(order.number, "delivery_on_time")]
    inside = quality.get("/desk/rates?within=34.3416.341602")
    assert [row["corrected"] for row in inside.context["panels"][1]["rows"]] == [1]
    assert "谯城区" in inside.content.decode()
    assert quality.get(f"/desk/rates/corrections{collected['address']}").context["rows"] == []


def test_a_rate_is_shown_as_it_was_known_on_an_earlier_day(order: Order) -> None:
    void(order)
    quality, day = signed_in(), shanghai_day(now() - timedelta(days=1))
    _, panel = quality.get(f"/desk/rates?known={day}").context["panels"]
    assert panel["then"] == "100.0%"
    assert panel["percent"] != "100.0%"
    for address in ("/desk/rates", f"/desk/rates?known={shanghai_day(now())}"):
        assert quality.get(address).context["panels"][1]["then"] is None


def test_every_figure_behind_a_rate_opens_as_many_items_as_it_says(order: Order) -> None:
    at = now()
    for n in range(3):  # handed to somebody who may not sign: open, due earlier, later and today
        waybill, due = f"111000000010{n}", at + timedelta(hours=(-30, -1, 1)[n])
        destination = Place("341602", "SL341602D1")
        rule = ItemRule(signers=("addressee",))
        make_order(at=at - timedelta(days=3), waybill_no=waybill, promised_at=due, destination=destination, rule=rule)
        told = seen(waybill, "delivered", at - timedelta(days=2), signer_class="locker")
        mail.record_scans([told], at=at - timedelta(days=2), by=SYSTEM)
    drain()
    quality = signed_in()
    page = quality.get(f"/desk/rates/behind?kpi=delivery_on_time&last={shanghai_day(at + timedelta(days=1))}")
    figures = [(portion.count, address) for portion, _label, address in page.context["portions"]]
    figures += [(page.context["behind"].counts.judged, page.context["judged"])]
    assert len(figures) > 2
    for count, address in figures:
        assert len(quality.get(f"/desk/rates/behind{address}").context["items"]) == count, address


def test_the_next_page_stays_at_its_outcome_and_reason(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    at = now()
    for n in range(3):
        made = make_order(at=at - timedelta(days=3), promised_at=at - timedelta(hours=30 + n), destination=Place("341602", "SL341602D1"))
        mail.cancel_order(order_id=made.id, reason="withdrawn", at=at - timedelta(days=2), by=SYSTEM)
    drain()
    monkeypatch.setattr(queries, "items", partial(queries.items, limit=2))
    quality = signed_in()
    first = quality.get("/desk/rates/behind?kpi=delivery_on_time&outcome=excluded&reason=cancelled&outlet=SL341602D1")
    assert len(first.context["items"]) == 2
    assert outlet("SL341602D1").name in first.content.decode().partition("<h1>")[0].rpartition("eyebrow")[2]
    second = quality.get(f"/desk/rates/behind{first.context['next']}")
    assert len(second.context["items"]) == 1
    assert str(second.context["reason"]) == "Cancelled before it was due"
    assert second.context["next"] == ""


def test_bad_input_is_said_at_its_field(order: Order) -> None:
    quality = signed_in()
    assert quality.get("/desk/rates?first=2026-13-01").status_code == 200
    assert quality.get("/desk/rates?within=x").status_code == 422
    assert quality.get("/desk/rates/behind?kpi=nothing").status_code == 404


def test_another_city_sees_none_of_it(order: Order) -> None:
    assert order.number not in signed_in("37.3708").get("/desk/rates/behind?kpi=delivery_on_time").content.decode()


def as_file(page: str) -> list[str]:
    return b"".join(signed_in().get(f"/desk/{page}format=csv")).decode().splitlines()


def test_a_quality_page_is_a_file_too(order: Order) -> None:
    assert any("100.0" in line and "谯城区" in line for line in as_file("rates?"))
    assert order.number in as_file("rates/behind?kpi=delivery_on_time&")[1]
    assert len(as_file("rates/corrections?")) == 1
    void(order)
    assert order.number in as_file("rates/corrections?")[1]
