"""One story for each city of the paper, with its own senders, items, payers and doors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from govpost.cases.testing import SYSTEM, make_cast
from govpost.common.actor import Actor
from govpost.common.ids import uuid7
from govpost.common.refusal import NotFound, Refusal
from govpost.delivery import actions as mail
from govpost.delivery import queries as delivery
from govpost.delivery.models import Order
from govpost.delivery.rules import Address, Direction
from govpost.delivery.testing import seen
from govpost.dispatch import actions as dispatch
from govpost.dispatch.models import Task
from govpost.gateways.files.orders import Sender, read_orders
from govpost.journal.models import SetAside
from govpost.journal.testing import drain
from govpost.ops.invariants import broken
from govpost.parties.models import Organisation
from govpost.parties.roles import Role
from govpost.parties.testing import staff_actor
from govpost.places import queries as places
from govpost.places.testing import AT
from govpost.settlement import actions as settlement
from govpost.settlement import queries as money
from govpost.settlement.actions import Commission
from govpost.settlement.senders import start_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IDENTITY, PLATES, PASSPORT, PERMIT = "000793001000", "000794001000", "000788001000", "000788002000"
COURT, INVOICES, NOTICE, ETC = "001096001000", "001098001000", "000295001000", "002084001000"
TRANSPORT, DISABLED, TAX, DOCUMENT, HALL = "000192002000", "001089001000", "001098002000", "001085001000", "002083001000"


@dataclass
class Town:
    """One city with its stationed clerk; every piece goes over the desk, into a bag and along the carrier's road."""

    code: str
    region: str
    county: str  # where the recipients live
    station: str
    clerk: Actor
    now: datetime = AT
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1_300_000_000_001, 1_300_000_000_999)))

    def organisation(self, suffix: str) -> Organisation:
        return Organisation.objects.select_related("hall__station").get(code=f"{self.code}-{suffix}")

    def sender(self, suffix: str) -> Actor:
        return staff_actor(Role.SENDER, organisation=f"{self.code}-{suffix}", region=self.region)

    def send(self, suffix: str, item: str, **over: Any) -> Order:
        """One piece, as the page “send mail” does."""
        office = self.organisation(suffix)
        start, [to] = start_of(office), places.county_names(places.region_of(self.county))
        wanted: dict[str, Any] = {
            "ref": f"示例{uuid7()}", "direction": Direction.SINGLE, "item": item, "region": self.region, "organisation_id": office.id,
            "sender": start.address, "origin": start.division, "origin_outlet": start.outlet, "destination": self.county,
            "recipient": Address("林示例", "15400000001", to.province, to.city, to.county, "示例路 9 号", to.postcode),
        }  # fmt: skip
        [done] = settlement.commission([Commission(**{**wanted, **over})], at=self.now, by=self.sender(suffix))
        return delivery.by_id(done.order_id)

    def send_file(self, suffix: str, item: str, rows: int) -> list[Order]:
        """A file of an office's own system in GB18030, as the page “send a file” takes it."""
        office, [to] = self.organisation(suffix), places.county_names(places.region_of(self.county))
        start, address = start_of(office), f"{to.province}{to.city}{to.county}示例路"
        lines = ["受理号,姓名,手机号,地址,证件编号", *(f"SL{n},林示例,1540000{n:04d},{address}{n}号,NJ{n}" for n in range(1, rows + 1))]
        sender = Sender(office.id, self.region, start.address, start.division, item, outlet=start.outlet)
        read = read_orders("\n".join(lines).encode("gb18030"), sender=sender, counties=places.county_names(self.region))
        assert (read.errors, read.unknown) == ([], [])
        done = settlement.commission_rows([request for _, request in read.requests], at=self.now, by=self.sender(suffix))
        return [delivery.by_id(each.order_id) for each in done if not isinstance(each, Refusal)]

    def post(self, *orders: Order) -> None:
        """Matched, labelled, one bag, the day balanced."""
        self.now += HOUR
        for order in orders:
            waybill = str(next(self.numbers))
            mail.note_waybill(order_id=order.id, waybill_no=waybill, at=self.now, by=SYSTEM)
            for serial in order.contents:
                mail.match_envelope(
                    order_id=order.id, contents_serial=serial, envelope_serial=f"XF{waybill}", at=self.now, by=self.clerk
                )  # fmt: skip
            mail.note_label_printed(order_id=order.id, template="76x130", at=self.now, by=self.clerk)
        mail.seal_bag(outlet=self.station, seal_no=f"FZ{uuid7()}", order_ids=[each.id for each in orders], at=self.now, by=self.clerk)
        drain()

    def tell(self, order: Order, *kinds: str, signer: str = "addressee") -> Order:
        """What the carrier pushes, an hour apart."""
        waybill = delivery.by_id(order.id).waybill_no or ""
        for kind in kinds:
            self.now += HOUR
            row = seen(waybill, kind, self.now, signer_class=signer if kind == "delivered" else "")
            mail.record_scans([row], at=self.now, by=SYSTEM)
        drain()
        return delivery.by_id(order.id)

    def road(self, order: Order, signer: str = "addressee") -> Order:
        return self.tell(order, "collected", "out_for_delivery", "delivered", signer=signer)


@pytest.fixture
def ground(journey: str) -> Iterator[None]:
    """The country as it ships; in the end everything adds up and nothing was set aside."""
    make_cast()
    yield
    assert not SetAside.objects.exists()
    assert money.sums_to_zero()
    assert broken() == {}


def town(code: str, region: str, county: str) -> Town:
    station = f"SL{region[-4:]}00S1"
    return Town(code, region, county, station, staff_actor(Role.STATION, organisation=f"{code}-post", region=region, outlet=station))


def charged(*orders: Order) -> list[tuple[str, int]]:
    """Account kind and sum of what each order cost."""
    found = [(delivery.by_id(each.id), sum(line.fen for line in money.charges_of(SYSTEM, each.id))) for each in orders]
    return [(order.account.partition(":")[0], fen) for order, fen in found]


@pytest.mark.usefixtures("ground")
def test_jining_files_of_many_offices_rounds_that_departments_pay_and_the_carriers_own_door() -> None:
    jining = town("jining", "37.3708", "370883")
    files = {
        suffix: jining.send_file(suffix, item, 2)
        for suffix, item in (("id-centre", IDENTITY), ("exit-entry", PASSPORT), ("court", COURT), ("tax", INVOICES), ("etc", ETC))
    }
    rounds = [jining.send("transport", TRANSPORT), jining.send("enforcement", NOTICE)]
    letters = [jining.send("disabled", DISABLED), jining.send("procuratorate", "001097001000"), jining.send("arbitration", "001087001000")]
    everything = [*(order for orders in files.values() for order in orders), *rounds, *letters]
    assert {order.door for order in everything} == {"carrier"}
    assert {order.payer for order in rounds} == {"department"}
    assert {order.payer for order in everything if order not in rounds} == {"recipient"}

    jining.post(*everything)
    assert not Task.objects.exists(), "the carrier's couriers get no instruction of ours"
    allowed = [jining.road(order).delivered_ok for order in everything]
    assert all(allowed)
    assert charged(*rounds) == [("department", 1500), ("department", 1500)]
    assert set(charged(*files["court"], *letters)) == {("recipient", 2000)}

    court = files["court"][0]
    assert (court.rule["attempts_max"], court.rule["post_only"]) == (3, True)
    assert delivery.order(jining.sender("court"), court.number).id == court.id
    with pytest.raises(NotFound):  # nothing is shared between Jining's departments
        delivery.order(jining.sender("tax"), court.number)


@pytest.mark.usefixtures("ground")
def test_jining_who_may_sign_is_the_items_own_rule() -> None:
    jining = town("jining", "37.3708", "370881")
    court, passport, disabled = jining.send("court", COURT), jining.send("exit-entry", PASSPORT), jining.send("disabled", DISABLED)
    jining.post(court, passport, disabled)
    assert jining.road(court, signer="family").delivered_ok, "a cohabiting adult of the family may sign for court mail"
    assert not jining.road(passport, signer="family").delivered_ok
    assert not jining.road(disabled, signer="office").delivered_ok


@pytest.mark.usefixtures("ground")
def test_zhaoqing_persons_pay_at_the_door_and_a_client_enterprise_by_the_month() -> None:
    zhaoqing = town("zhaoqing", "44.4412", "441284")
    cards = zhaoqing.send_file("exit-entry", PERMIT, 2)
    persons = [zhaoqing.send("court", COURT), zhaoqing.send("tax", TAX), zhaoqing.send("id-centre", IDENTITY)]
    client = zhaoqing.send("client", PLATES, payer="department")
    same_for_a_person = zhaoqing.send("traffic-police", PLATES)
    back = zhaoqing.send("client", PLATES, payer="department")
    unpaid = zhaoqing.send("traffic-police", PLATES)
    zhaoqing.post(*cards, *persons, client, same_for_a_person, back, unpaid)
    for order in (*cards, *persons, client, same_for_a_person):
        assert zhaoqing.road(order).delivered_ok
    for order in (back, unpaid):
        zhaoqing.tell(order, "collected", "out_for_delivery", "returning", "delivered")
        assert delivery.by_id(order.id).state == "returned"

    assert set(charged(*cards, *persons)) == {("recipient", 2000)}
    plates = {"department": 1300 + 2 * 300, "recipient": 2000 + 2 * 400}  # 1,200 g of goods: two steps above the first weight
    assert charged(client, same_for_a_person, back, unpaid) == [
        ("department", plates["department"]), ("recipient", plates["recipient"]), ("department", plates["department"]), ("recipient", 0),
    ]  # fmt: skip
    dealer = zhaoqing.organisation("client")
    finance = staff_actor(Role.FINANCE, organisation="zhaoqing-post", region=zhaoqing.region)
    month = money.month_account(finance, f"department:{dealer.id}", AT.date().replace(day=1))
    assert [line.fen for line in month.lines] == [plates["department"]] * 2

    with pytest.raises(Refusal, match="payer_not_open"):
        zhaoqing.send("court", COURT, payer="department")


@pytest.mark.usefixtures("ground")
def test_bozhou_the_government_pays_the_hall_persons_their_cards_offices_their_letters() -> None:
    bozhou = town("bozhou", "34.3416", "341602")
    hall, card = bozhou.send("government", HALL), bozhou.send("id-centre", IDENTITY)
    letter, court = bozhou.send("office", DOCUMENT), bozhou.send("court", COURT)
    everything = (hall, card, letter, court)
    assert [order.payer for order in everything] == ["government", "recipient", "department", "department"]
    assert {order.door for order in everything} == {"ours"}
    bozhou.post(*everything)
    zhao = staff_actor(Role.COURIER, organisation="bozhou-post", region="34.3416.341602", outlet="SL341602D1")
    for order in everything:
        bozhou.tell(order, "in_transit", "at_delivery_office")
        task = Task.objects.get(order_id=order.id, ended_at=None)
        dispatch.take(task_id=task.id, at=bozhou.now, by=zhao)
        dispatch.go_out(task_id=task.id, at=bozhou.now, by=zhao, request_id=uuid7())
        drain()
        signer = "office" if order is letter else "addressee"
        code = delivery.pickup_code_of(order.id) if order.rule["needs_code"] else None
        dispatch.finish_deliver(task_id=task.id, signer=signer, code=code, at=bozhou.now, by=zhao, request_id=uuid7())
        drain()
        assert delivery.by_id(order.id).delivered_ok
    assert charged(*everything) == [("government", 1200), ("recipient", 2000), ("department", 1400), ("department", 1400)]
