"""The money of the thread: a department's month account, freight collect, and what a withdrawn delivery does to both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from govpost.catalogue.models import Service
from govpost.common.actor import Actor, Grant
from govpost.common.clock import SHANGHAI
from govpost.delivery import actions as mail
from govpost.delivery.models import Order
from govpost.delivery.ports import ScanSeen
from govpost.delivery.rules import Address, Direction
from govpost.delivery.testing import HALL, seen
from govpost.journal.models import SetAside
from govpost.journal.testing import drain
from govpost.parties.models import Organisation
from govpost.parties.testing import load_organisations
from govpost.profiles.testing import load_profiles
from govpost.settlement import actions as settlement
from govpost.settlement import queries
from govpost.settlement.actions import Commission

SYSTEM = Actor.system("test")
CARRIER = Actor.system("carrier gateway")
OCTOBER_30 = datetime(2026, 10, 30, 9, tzinfo=SHANGHAI)
DAY = timedelta(days=1)
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
NOTICE, ID_CARD = "000295001000", "000793001000"
RECIPIENT = Address("济宁示例公司", "13800000009", "山东省", "济宁市", "邹城市", "示例路 9 号")


@pytest.fixture
def jining(journey: str) -> Iterator[UUID]:
    """Jining with its terms; the enforcement bureau's id."""
    load_organisations()
    load_profiles()
    settlement.load_terms(at=OCTOBER_30, by=SYSTEM)
    for code in (NOTICE, ID_CARD):
        Service.objects.create(
            code=code, task_code=uuid4().hex[:31], version=1, name="示例", name_en="Example", region="37.3708", owner="outside",
            item_type="10", subject="both", valid_from=date(2020, 1, 1), signers=["any"], mail_basis="示例",
        )  # fmt: skip
    yield Organisation.objects.get(code="jining-enforcement").id
    assert not SetAside.objects.exists()
    assert queries.sums_to_zero()


def place(item: str, organisation: UUID, waybill: str, at: datetime) -> Order:
    direction = Direction.SINGLE if item == NOTICE else Direction.RESULT
    (done,) = settlement.commission(
        [
            Commission(
                ref=f"示例{waybill}", direction=direction, item=item, region="37.3708", organisation_id=organisation,
                sender=HALL, recipient=RECIPIENT, origin="370811", destination="370883", waybill_no=waybill,
            )
        ],
        at=at, by=SYSTEM,
    )  # fmt: skip
    return Order.objects.get(id=done.order_id)


def push(order: Order, kind: str, when: datetime, *, known: datetime | None = None, void: bool = False) -> None:
    assert order.waybill_no
    row: ScanSeen = seen(order.waybill_no, kind, when, signer_class="addressee" if kind == "delivered" else "", effect=not void)
    mail.record_scans([row], at=known or when, by=CARRIER)
    drain()


def test_a_notice_is_charged_withdrawn_and_charged_again_and_the_months_tell_the_truth(jining: UUID) -> None:
    account = f"department:{jining}"
    officer = Actor("staff", uuid4(), "经办", (Grant("officer", "37.3708", jining),))
    order = place(NOTICE, jining, "1300000000011", OCTOBER_30)
    push(order, "collected", OCTOBER_30)
    assert queries.accounts(officer, OCTOBER) == []
    delivered = OCTOBER_30 + DAY
    push(order, "delivered", delivered)
    assert queries.month_account(officer, account, OCTOBER).fen == 1500
    push(order, "delivered", delivered, known=delivered + 3 * DAY, void=True)
    october, november = (queries.month_account(officer, account, month) for month in (OCTOBER, NOVEMBER))
    assert (october.fen, november.fen, november.lines[0].cause) == (1500, -1500, "delivery_withdrawn")
    assert queries.balance(officer, account) == 0
    push(order, "delivered", delivered + 4 * DAY)
    assert [line.fen for line in queries.charges_of(officer, order.id)] == [1500, -1500, 1500]
    assert queries.balance(officer, account) == 1500


def test_the_same_push_twice_and_late_events_charge_once(jining: UUID) -> None:
    order = place(NOTICE, jining, "1300000000012", OCTOBER_30)
    push(order, "delivered", OCTOBER_30 + DAY)
    push(order, "delivered", OCTOBER_30 + DAY)
    push(order, "collected", OCTOBER_30, known=OCTOBER_30 + 2 * DAY)
    push(order, "out_for_delivery", OCTOBER_30 + DAY - timedelta(hours=2), known=OCTOBER_30 + 2 * DAY)
    assert [line.fen for line in queries.charges_of(SYSTEM, order.id)] == [1500]


def test_freight_collect_that_comes_back_is_nobodys_debt(jining: UUID) -> None:
    finance = Actor("staff", uuid4(), "结算", (Grant("finance", "37.3708"),))
    card, back = (place(ID_CARD, jining, f"130000000002{n}", OCTOBER_30) for n in (1, 2))
    assert (card.payer, card.account) == ("recipient", "recipient:SL370883D1")
    for order in (card, back):
        push(order, "collected", OCTOBER_30)
    push(card, "delivered", OCTOBER_30 + DAY)
    push(back, "returning", OCTOBER_30 + DAY)
    push(back, "delivered", OCTOBER_30 + 2 * DAY)
    back.refresh_from_db()
    assert back.state == "returned"
    (line,) = queries.accounts(finance, OCTOBER)
    assert (line.payer, line.fen, line.charges) == ("recipient", 2000, 1)
    assert queries.charges_of(finance, back.id) == []
