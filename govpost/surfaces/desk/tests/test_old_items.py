"""An item that has ended is offered to nobody, and the orders of its time still say what they carried."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.urls import reverse

from govpost.cases.testing import SYSTEM, Cast
from govpost.catalogue import queries as catalogue
from govpost.common.clock import SHANGHAI, now
from govpost.delivery.models import Order
from govpost.delivery.rules import Address, Direction
from govpost.parties.models import Organisation
from govpost.parties.roles import Role
from govpost.settlement import actions as settlement
from govpost.settlement.actions import Commission
from govpost.settlement.senders import start_of
from govpost.surfaces.desk.testing import as_new

GREEN_LABEL, ZHAOQING = "000786001000", "44.4412"
THEN = datetime(2017, 5, 10, 9, tzinfo=SHANGHAI)


def imported() -> UUID:
    """A green label of 2017, brought in as history."""
    bureau = Organisation.objects.get(code="zhaoqing-environment")
    start = start_of(bureau)
    wanted = Commission(
        ref="绿标-2017-1", direction=Direction.SINGLE, item=GREEN_LABEL, region=ZHAOQING, organisation_id=bureau.id, sender=start.address,
        recipient=Address("林示例", "15400000001", "广东省", "肇庆市", "四会市", "示例路 9 号", "526200"), origin=start.division,
        destination="441284", origin_outlet=start.outlet, placed_at=THEN, waybill_no="1120170510001",
    )  # fmt: skip
    [done] = settlement.commission([wanted], at=now(), by=SYSTEM)
    return done.order_id


def test_an_order_of_its_time_still_names_an_item_that_has_ended(cast: Cast) -> None:
    order = Order.objects.get(id=imported())
    assert order.rule["signers"] == ["addressee", "agent", "family"]
    station = as_new(Role.STATION, organisation="zhaoqing-post", region=ZHAOQING, outlet="SL441200S1")
    page = station.get(reverse("desk:order", args=[order.number]))
    assert "绿色环保标志寄递（示例）" in page.content.decode()


def test_nobody_can_send_it_today(cast: Cast) -> None:
    bureau = as_new(Role.SENDER, organisation="zhaoqing-environment", region=ZHAOQING)
    page = bureau.get(reverse("desk:send"))
    assert page.status_code == 200
    assert GREEN_LABEL not in page.content.decode()
    assert GREEN_LABEL in {service.code for service in catalogue.offered(ZHAOQING, date(2017, 5, 10))}


def test_a_department_is_offered_its_own_items_and_a_client_enterprise_those_of_its_city(cast: Cast) -> None:
    court = as_new(Role.SENDER, organisation="zhaoqing-court", region=ZHAOQING).get(reverse("desk:send"))
    assert [code for code, _ in court.context["form"].fields["item"].choices if code] == ["001096001000"]
    client = as_new(Role.SENDER, organisation="zhaoqing-client", region=ZHAOQING).get(reverse("desk:send"))
    assert {"000794001000", "000788002000"} < {code for code, _ in client.context["form"].fields["item"].choices}
