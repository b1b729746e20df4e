"""A case decided inside, from the application to the door, in each of the paper's cities as its mode has it: by our own pages and by the
interface of another platform.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from govpost.cases.models import Case
from govpost.cases.rules import NOTICE, Address
from govpost.cases.testing import SYSTEM, Cast, make_cast
from govpost.catalogue import queries as services
from govpost.common.clock import now, shanghai_day
from govpost.delivery import actions as mail
from govpost.delivery import queries as delivery
from govpost.delivery.models import Order
from govpost.delivery.testing import seen
from govpost.journal.models import SetAside
from govpost.journal.testing import drain
from govpost.ops.invariants import broken
from govpost.parties.roles import Role
from govpost.parties.sealing import opened
from govpost.parties.testing import make_zhao, staff_actor
from govpost.places.testing import AT
from govpost.settlement import queries as money
from govpost.surfaces.partner_api.tests.test_api import get, key, post
from tests.journeys.case_inside import Story

HYGIENE = "000190001000"
# City → region, the applicant's county, who decides, who brings, who pays the result and what.
CITIES = {
    "bozhou": ("34.3416", "341621", "bozhou-health", "ours", ("government", 1200)),
    "jining": ("37.3708", "370881", "jining-health", "carrier", ("recipient", 2000)),
    "zhaoqing": ("44.4412", "441284", "zhaoqing-health", "carrier", ("recipient", 2000)),
}


def people(cast: Cast, city: str) -> Cast:
    """The same roles in a city of the paper."""
    region, county, department, _, _ = CITIES[city]
    far: dict[str, Any] = {"region": region}
    return replace(
        cast, wang=staff_actor(Role.CLERK, organisation=f"{city}-government", **far),
        officer=staff_actor(Role.OFFICER, organisation=department, **far),
        station=staff_actor(Role.STATION, organisation=f"{city}-post", outlet=f"SL{region[-4:]}00S1", **far),
        zhao=make_zhao(organisation=f"{city}-post", region=region, outlet=f"SL{county}D1"),
        service=services.service(HYGIENE, shanghai_day(AT), region),
    )  # fmt: skip


@pytest.fixture
def cast(journey: str) -> Iterator[Cast]:
    yield make_cast()
    assert not SetAside.objects.exists()
    assert broken() == {}


def to_the_door(story: Story, city: str, waybill: str) -> Order:
    """The window, the department, the desk, the road, and the door: our courier's or the carrier's."""
    region, county, _, door, _ = CITIES[city]
    story.receive().decide().hand_over()
    order = story.close_parcel()
    assert (order.door, order.origin_outlet, order.destination_outlet) == (door, f"SL{region[-4:]}00S1", f"SL{county}D1")
    story.bag(order, waybill, serials=(story.case.document_serial or "",))
    story.carry(waybill, "in_transit", "at_delivery_office")
    if door == "ours":
        story.deliver(order)
    else:
        story.carry(waybill, "out_for_delivery")
        mail.record_scans([seen(waybill, "delivered", story.tick(), signer_class="addressee")], at=story.now, by=SYSTEM)
        drain()
    return delivery.by_id(order.id)


def paid(order: Order) -> tuple[str, int]:
    return order.account.partition(":")[0], sum(line.fen for line in money.charges_of(SYSTEM, order.id))


@pytest.mark.parametrize("city", CITIES)
def test_a_person_applies_on_our_pages_and_gets_the_result_as_the_city_has_it(cast: Cast, city: str) -> None:
    _, county, _, _, charge = CITIES[city]
    home = Address("林示例", "15400000001", county, "示例街道示例路 2 号")
    story = Story(people(cast, city)).apply(address=home)
    assert story.case.hall.code == f"HALL{county}", "the hall of the own county"
    order = to_the_door(story, city, "1200000000501")
    assert (story.case.state, order.delivered_ok, paid(order)) == ("closed", True, charge)


@pytest.mark.parametrize("city", CITIES)
def test_another_platform_hands_it_in_and_follows_it_by_the_interface(cast: Cast, city: str) -> None:
    region, county, _, _, charge = CITIES[city]
    platform, known = key(f"{city}-government", region), opened(cast.lin_party)
    guide = get(f"/services/{HYGIENE}", platform).json()
    assert guide["payers"]["result"]["payer"] == charge[0]
    seat, other = (
        guide["halls"][0],
        next(each for each in guide["halls"] if each["division"] not in (county, guide["halls"][0]["division"])),
    )
    assert seat["name"] == guide["hall"]
    made = apply(platform, known, county)
    case = Case.objects.get(number=made["number"])
    assert case.hall.division_id == county
    chosen = apply(platform, known, county, hall=other["code"])
    assert Case.objects.get(number=chosen["number"]).hall.code == other["code"]
    drain()

    order = to_the_door(Story(people(cast, city), now=now(), case_id=case.id), city, "1200000000502")
    told = get(f"/cases/{made['number']}/timeline", platform).json()
    assert (told["state"], [each["leg"] for each in told["mail"]], told["mail"][0]["state"]) == ("closed", ["result"], "delivered")
    assert paid(order) == charge


def apply(platform: str, known: Any, county: str, **over: str) -> dict[str, Any]:
    answer = hand_in(platform, known, county, **over)
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    return made


def hand_in(platform: str, known: Any, county: str, **over: str) -> Any:
    return post("/cases", {
        "service": HYGIENE, "applicant": {"name": known.name, "id_number": known.id_number, "phone": known.reachable},
        "answers": {"subject": "示例美容店", "premises": "示例路 8 号"}, "screen": "mobile", "paper_way": "bring", "result_way": "door",
        "address": {"name": known.name, "phone": known.reachable, "division": county, "street": "示例街道示例路 2 号"},
        "notice_version": NOTICE.version, **over,
    }, platform, str(uuid4()))  # fmt: skip


def test_a_hall_that_does_not_take_the_item_is_refused_by_its_field(cast: Cast) -> None:
    platform, known = key("zhaoqing-government", "44.4412"), opened(cast.lin_party)
    answer = hand_in(platform, known, "441284", hall="HALL341601")
    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, ["hall"])
