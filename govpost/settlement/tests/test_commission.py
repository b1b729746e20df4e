"""Commission: what is pinned, who pays and why, by which price, until when; what the law and missing agreements refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from govpost.catalogue.models import Service
from govpost.common.actor import Actor, Grant
from govpost.common.clock import SHANGHAI
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal
from govpost.delivery.models import Order
from govpost.delivery.rules import Address, Direction
from govpost.delivery.testing import HALL, LIN
from govpost.parties.models import Organisation
from govpost.parties.testing import load_organisations
from govpost.profiles.testing import load_profiles
from govpost.settlement import actions, queries
from govpost.settlement.actions import Commission
from govpost.settlement.models import Agreement, Tariff
from govpost.settlement.testing import make_agreement, make_tariff

MONDAY = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
SYSTEM = Actor.system("cases")
LICENCE, NOTICE, ID_CARD = "000117000001", "000295001000", "000793001000"
RECIPIENT = Address("济宁示例公司", "13800000009", "山东省", "济宁市", "任城区", "示例路 9 号")


def item(code: str, **over: Any) -> Service:
    values: dict[str, Any] = {
        "task_code": f"{uuid4().hex[:31]}", "version": 1, "name": "示例事项", "name_en": "Example", "summary": "", "summary_en": "",
        "region": "34.3416", "owner": "inside", "item_type": "01", "subject": "both", "valid_from": date(2020, 1, 1),
        "signers": ["any"], "weight_g": 50, "mail_basis": "示例",
    }  # fmt: skip
    return Service.objects.create(code=code, **(values | over))


@pytest.fixture(autouse=True)
def _province(db: None) -> None:
    load_organisations()
    load_profiles()
    actions.load_terms(at=MONDAY, by=SYSTEM)
    item(LICENCE, signers=["addressee", "agent"], needs_code=True)
    item(NOTICE, owner="outside", post_only=True, attempts_max=3)
    item(ID_CARD, owner="outside", signers=["addressee"], needs_code=True, goods=False)


def result(**over: Any) -> Commission:
    """A licence from Bozhou's hall to Lin in Qiaocheng; the government pays."""
    values: dict[str, Any] = {
        "ref": "parcel:1", "direction": Direction.RESULT, "item": LICENCE, "region": "34.3416.341602", "sender": HALL,
        "recipient": LIN, "origin": "341602", "destination": "341602", "origin_outlet": "SL341600S1",
    }  # fmt: skip
    return Commission(**(values | over))


def notice(**over: Any) -> Commission:
    """A single enforcement notice of Jining's bureau."""
    bureau = Organisation.objects.get(code="jining-enforcement")
    values: dict[str, Any] = {
        "ref": "济执罚示例1号", "direction": Direction.SINGLE, "item": NOTICE, "region": "37.3708", "organisation_id": bureau.id,
        "origin": "370811", "destination": "370883", "recipient": RECIPIENT,
    }  # fmt: skip
    return result(**(values | over))


def place(*requests: Commission, by: Actor = SYSTEM, at: datetime = MONDAY) -> list[Order]:
    done = actions.commission(requests, at=at, by=by)
    return [Order.objects.get(id=each.order_id) for each in done]


def organisation(code: str) -> UUID:
    return Organisation.objects.get(code=code).id


def test_a_result_carries_its_terms_with_it() -> None:
    (order,) = place(result())
    government = organisation("bozhou-government")
    assert (order.payer, order.account, order.tariff, order.price_fen) == (
        "government", f"government:{government}", "EX-BOZHOU-GOV", 1200,
    )  # fmt: skip
    assert order.payer_reason == "The government buys this postal service. Applicants and recipients pay nothing."
    assert (order.profile_pin, order.door) == ("bozhou@2016-01-01", "ours")
    assert (order.origin_outlet, order.destination_outlet) == ("SL341600S1", "SL341602D1")
    assert order.rule["signers"] == ["addressee", "agent"]
    assert (order.collect_due_at, order.promised_at) == (None, MONDAY + timedelta(hours=24))


def test_later_changes_of_configuration_change_nothing_on_the_order() -> None:
    (order,) = place(result())
    Tariff.objects.filter(code="EX-BOZHOU-GOV").update(ends_on=date(2026, 11, 22))
    Agreement.objects.filter(number="EX-AG-BZ-01").update(ends_on=date(2026, 11, 22))
    Service.objects.filter(code=LICENCE).update(needs_code=False)
    order.refresh_from_db()
    assert (order.price_fen, order.rule["needs_code"]) == (1200, True)


def test_papers_at_the_door_are_due_in_their_window_and_brought_within_the_promise() -> None:
    opens, closes = MONDAY + timedelta(hours=4), MONDAY + timedelta(hours=7)
    papers = result(direction=Direction.PAPERS, sender=LIN, recipient=HALL, origin="341621", origin_outlet="",
                    destination_outlet="SL341600S1")  # fmt: skip
    (windowed,) = place(replace(papers, window_from=opens, window_to=closes))
    (now,) = place(replace(papers, idempotency="2"))
    assert (windowed.origin_outlet, windowed.destination_outlet) == ("SL341621D1", "SL341600S1")
    assert (windowed.collect_due_at, windowed.promised_at) == (closes, closes + timedelta(hours=24))
    assert now.collect_due_at == MONDAY + timedelta(hours=2)
    assert windowed.price_fen == 1000


@pytest.mark.parametrize(
    ("over", "payer", "account", "fen"),
    [
        ({"item": ID_CARD}, "recipient", "recipient:SL341602D1", 2000),  # freight collect even where the government buys
        ({"destination": "370883", "item": ID_CARD}, "recipient", "recipient:SL370883D1", 2000),
        ({"weight_g": 1200}, "government", "", 1800),
        ({"destination": "340102", "destination_outlet": "SL340102D1"}, "government", "", 1500),
        ({"destination": "370883"}, "government", "", 2000),
    ],
)
def test_payer_and_price_follow_item_place_and_weight(over: dict[str, Any], payer: str, account: str, fen: int) -> None:
    (order,) = place(result(**over))
    assert (order.payer, order.price_fen) == (payer, fen)
    assert not account or order.account == account


def test_the_department_pays_monthly_for_its_own_notices_and_they_travel_by_the_post() -> None:
    (order,) = place(notice())
    bureau = organisation("jining-enforcement")
    assert (order.payer, order.account, order.price_fen) == ("department", f"department:{bureau}", 1500)
    assert (order.door, order.promised_at) == ("carrier", MONDAY + timedelta(hours=24))
    with pytest.raises(Refusal, match="carrier_not_the_post") as refused:
        place(notice(ref="2", carrier="sf"))
    assert refused.value.facts["basis"] == "邮政法 55"


def test_a_department_with_an_agreement_may_take_the_postage_upon_itself_and_nobody_else_may_choose() -> None:
    mine = {"region": "37.3708", "organisation_id": organisation("jining-enforcement"), "item": ID_CARD, "origin": "370811"}
    (order,) = place(result(**mine, payer="department"))
    assert (order.payer, order.tariff) == ("department", "EX-JINING-DEPT")
    assert order.payer_reason == "The sender has a month account with the post and pays the postage."
    for asked, whose in (("government", "jining-enforcement"), ("sender", "jining-enforcement"), ("department", "jining-id-centre")):
        with pytest.raises(Refusal, match="payer_not_open"):
            place(result(**{**mine, "organisation_id": organisation(whose)}, ref="2", payer=asked))


def test_without_an_agreement_in_force_nothing_is_placed() -> None:
    with pytest.raises(Refusal, match="no_agreement"):
        place(result(), at=datetime(2028, 1, 1, tzinfo=SHANGHAI))
    with pytest.raises(Refusal, match="no_agreement"):
        place(notice(organisation_id=None))
    Tariff.objects.filter(code="EX-BOZHOU-GOV").update(ends_on=date(2026, 11, 22))
    with pytest.raises(Refusal, match="no_price"):
        place(result())
    assert not Order.objects.exists()


def test_the_nearest_government_agreement_pays() -> None:
    county = make_tariff("COUNTY", region="34.3416.341602")
    government = Organisation.objects.get(code="bozhou-market")
    make_agreement(government, county, region="34.3416.341602")
    (near,) = place(result())
    (far,) = place(result(ref="parcel:2", region="34.3416.341621"))
    assert (near.tariff, far.tariff) == ("COUNTY", "EX-BOZHOU-GOV")


def test_the_strictest_rule_and_the_weight_of_all_items_hold_for_a_parcel() -> None:
    item("000117000002", signers=["addressee"], weight_g=600, attempts_max=3)
    (order,) = place(result(with_items=("000117000002",), contents=("A1", "A2")))
    assert (order.rule["signers"], order.rule["needs_code"], order.rule["attempts_max"]) == (["addressee"], True, 3)
    assert (order.weight_g, order.price_fen, order.contents) == (650, 1500, ["A1", "A2"])


def test_a_case_keeps_the_profile_that_it_pinned() -> None:
    (order,) = place(result(pin="jining@2016-01-01", region="34.3416.341602", origin="370811"))
    assert (order.profile_pin, order.door, order.payer) == ("jining@2016-01-01", "carrier", "recipient")
    with pytest.raises(NotFound):
        place(result(ref="2", pin="nowhere@2016-01-01"))


def test_the_same_call_again_gives_the_order_that_stands() -> None:
    first, again = actions.commission([result()], at=MONDAY, by=SYSTEM) + actions.commission([result()], at=MONDAY, by=SYSTEM)
    assert (first.new, again.new) == (True, False)
    assert (first.order_id, first.number) == (again.order_id, again.number)
    assert Order.objects.count() == 1


def test_imported_history_keeps_its_own_times_and_costs_nothing_here() -> None:
    item("000000000000", department=None, region="")
    then = datetime(2025, 3, 1, 9, tzinfo=SHANGHAI)
    imported = notice(item="000000000000", placed_at=then, promised_at=then + timedelta(hours=30), waybill_no="1300000000001",
                      organisation_id=None)  # fmt: skip
    (order,) = place(imported)
    assert (order.placed_at, order.promised_at, order.booking) == (then, then + timedelta(hours=30), "booked")
    assert (order.payer, order.price_fen) == ("sender", 0)


def test_a_file_keeps_its_good_rows_and_says_what_is_wrong_with_the_others() -> None:
    rows = [result(), result(ref="2", item="999999999999"), result(ref="3", carrier="sf"), result(ref="4")]
    first, unknown, not_tendered, last = actions.commission_rows(rows, at=MONDAY, by=SYSTEM)
    assert isinstance(unknown, InvalidInput)
    assert set(unknown.errors) == {"item"}
    assert isinstance(not_tendered, Refusal)
    assert not_tendered.code == "carrier_not_tendered"
    assert not isinstance(first, Refusal)
    assert not isinstance(last, Refusal)
    assert Order.objects.count() == 2
    with pytest.raises(InvalidInput):
        actions.commission(rows[1:], at=MONDAY, by=SYSTEM)
    assert Order.objects.count() == 2


def test_an_unknown_county_and_a_day_without_a_profile_say_what_to_mend() -> None:
    for end in ("origin", "destination"):
        with pytest.raises(InvalidInput) as refused:
            place(result(**{end: "341699", f"{end}_outlet": ""}))
        assert set(refused.value.errors) == {end}
    with pytest.raises(Refusal, match="no_profile"):
        place(result(), at=datetime(1999, 1, 1, tzinfo=SHANGHAI))


def test_all_or_none_takes_back_what_was_placed_before_the_refusal() -> None:
    place(notice())
    other = notice(recipient=replace(RECIPIENT, street="示例路 10 号"))
    with pytest.raises(Refusal, match="ordered_differently"):
        place(notice(ref="2"), other)
    with pytest.raises(Refusal, match="ordered_differently"):
        place(other)
    assert Order.objects.count() == 1
    placed, refused = actions.commission_rows([notice(ref="2"), other], at=MONDAY, by=SYSTEM)
    assert not isinstance(placed, Refusal)
    assert isinstance(refused, Refusal)
    assert Order.objects.count() == 2


@pytest.mark.parametrize("name", ["placed_at", "promised_at", "collect_due_at"])
def test_only_the_import_says_when_something_was_ordered_and_promised(name: str) -> None:
    sender = Actor("staff", uuid4(), "寄件人", (Grant("sender", "37.3708", organisation("jining-enforcement")),))
    history = notice(waybill_no="1300000000001", **{name: MONDAY - timedelta(days=1)})
    with pytest.raises(NotPermitted):
        place(history, by=sender)
    assert place(history)


@pytest.mark.parametrize("window", [(None, MONDAY), (MONDAY, None), (MONDAY, MONDAY), (MONDAY + timedelta(hours=1), MONDAY)])
def test_a_window_has_a_beginning_before_its_end(window: tuple[datetime | None, datetime | None]) -> None:
    with pytest.raises(InvalidInput) as refused:
        place(result(window_from=window[0], window_to=window[1]))
    assert set(refused.value.errors) == {"window"}


def test_who_may_commission() -> None:
    bureau, health = organisation("bozhou-enforcement"), organisation("bozhou-health")

    def staff(role: str, region: str = "34.3416", whose: UUID | None = None) -> Actor:
        return Actor("staff", uuid4(), role, (Grant(role, region, whose),))

    mine = result(organisation_id=bureau)
    allowed = [staff("clerk", whose=health), staff("station"), staff("officer", whose=bureau), staff("sender"),
               staff("integrator", "34", bureau)]  # fmt: skip
    refused = [
        staff("officer", whose=health), staff("sender", "37.3708"), staff("courier"), staff("finance"), staff("supervisor"),
        staff("clerk", "34.3416.341621"), Actor("person", uuid4(), "钱**"), Actor("staff", uuid4(), "nobody"),
    ]  # fmt: skip
    for n, by in enumerate(allowed):
        assert place(replace(mine, ref=f"allowed {n}"), by=by)
    for by in refused:
        with pytest.raises(NotPermitted):
            place(replace(mine, ref="refused"), by=by)
    with pytest.raises(NotPermitted):  # an officer speaks for the own department, not for nobody's mail
        place(result(), by=staff("officer", whose=bureau))


def test_many_commissions_cost_as_many_statements_as_few() -> None:
    def statements(count: int) -> int:
        counties = ("341602", "341621", "341622", "341623")
        requests = [result(ref=f"{count}-{n}", item=(LICENCE, ID_CARD)[n % 2], destination=counties[n % 4]) for n in range(count)]
        with CaptureQueriesContext(connection) as seen:
            actions.commission(requests, at=MONDAY, by=SYSTEM)
        return len(seen)

    statements(20)  # what configuration says is remembered from here on
    assert statements(400) == statements(20)


def test_a_quote_says_payer_reason_and_price_before_anything_is_placed() -> None:
    quote = queries.quote(item=ID_CARD, direction=Direction.RESULT, region="34.3416", origin="341602", destination="341621", at=MONDAY)
    assert (quote.payer, quote.price_fen, quote.tariff, quote.tariff_basis) == ("recipient", 2000, "EX-POSTED", "批准")
    assert quote.public_notice
    assert "freight collect" in str(quote.payer_reason)
    assert not Order.objects.exists()
