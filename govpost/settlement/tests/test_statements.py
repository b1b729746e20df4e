"""Monthly statements: each ledger entry stands on one of them, what was sent out never changes, and the sum is the ledger's to the fen."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govpost.common.actor import Actor, Grant
from govpost.common.clock import SHANGHAI, shanghai_day
from govpost.common.ids import uuid7
from govpost.common.refusal import NotFound, NotPermitted, Refusal
from govpost.delivery.testing import make_order
from govpost.parties.models import Organisation
from govpost.parties.queries import organisation_by_code
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations
from govpost.places import actions as places
from govpost.settlement import actions, queries, statements, tasks
from govpost.settlement.models import LedgerEntry, Statement, StatementLine
from govpost.settlement.rules import last_month, next_month
from govpost.settlement.testing import make_agreement, make_change, make_tariff

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("settlement")
SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
IN_OCTOBER = datetime(2026, 10, 12, 10, tzinfo=SHANGHAI)
IN_NOVEMBER = datetime(2026, 11, 3, 10, tzinfo=SHANGHAI)
NOW = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)


@pytest.fixture
def payer() -> Organisation:
    load_organisations()
    return organisation_by_code("bozhou-government")


def finance(region: str) -> Actor:
    return Actor("staff", UUID(int=9), "finance", (Grant(Role.FINANCE, region),))


def delivered(account: str, at: datetime, *, known_at: datetime | None = None, **over: Any) -> dict[str, Any]:
    change = make_change(account=account, occurred_at=at.isoformat(), known_at=(known_at or at).isoformat(), **over)
    actions.post_changes([change], by=SYSTEM)
    return change


def withdrawn(change: dict[str, Any], at: datetime) -> None:
    over = change | {"version": change["version"] + 1, "before": "delivered", "after": "out_for_delivery", "known_at": at.isoformat()}
    actions.post_changes([over], by=SYSTEM)


def key(owner: Organisation, payer: str = "government") -> str:
    return f"{payer}:{owner.id}"


def test_a_statement_holds_its_months_lines_once(payer: Organisation) -> None:
    make_agreement(payer, make_tariff(), number="XY-1")
    for n in range(3):
        delivered(key(payer), IN_OCTOBER + timedelta(days=n), price_fen=1000 + n)
    delivered(key(payer), IN_NOVEMBER)
    (made,) = actions.make_statements(month=OCTOBER, at=IN_NOVEMBER, by=SYSTEM)
    assert (made.fen, made.charges, made.reversals, made.agreements, made.number) == (3003, 3, 0, ["XY-1"], "DZ202610-0001")
    assert [line.fen for line in statements.page(made)] == [1000, 1001, 1002]
    assert actions.make_statements(month=OCTOBER, at=NOW, by=SYSTEM) == []
    assert list(statements.unsound()) == []


def test_each_line_names_the_agreement_that_was_in_force_when_it_was_ordered(payer: Organisation) -> None:
    """Renewed in the middle of the month, the county's own nearer than the city's; what nobody ordered here has none."""
    tariff, middle = make_tariff(), date(2026, 10, 15)
    for number, region, first, last in (
        ("XY-1", "34.3416", date(2026, 1, 1), middle - timedelta(days=1)), ("XY-2", "34.3416", middle, date(2026, 12, 31)),
        ("XY-3", "34.3416.341621", middle, date(2026, 12, 31)),
    ):  # fmt: skip
        make_agreement(payer, tariff, number=number, region=region, starts_on=first, ends_on=last)
    for n, (day, region) in enumerate(((12, "34.3416.341602"), (14, "34.3416.341621"), (15, "34.3416.341602"), (16, "34.3416.341621"))):
        ordered = make_order(at=datetime(2026, 10, day, 10, tzinfo=SHANGHAI), region=region, account=key(payer))
        delivered(key(payer), datetime(2026, 10, 20 + n, tzinfo=SHANGHAI), order=str(ordered.id), price_fen=1000 + n)
    delivered(key(payer), IN_OCTOBER + timedelta(days=12))
    (made,) = actions.make_statements(month=OCTOBER, at=IN_NOVEMBER, by=SYSTEM)
    assert [line.agreement for line in statements.page(made)] == ["XY-1", "XY-1", "XY-2", "XY-3", ""]
    assert [(part.agreement, part.lines, part.fen) for part in statements.parts(made)] == [
        ("", 1, 1500), ("XY-1", 2, 2001), ("XY-2", 1, 1002), ("XY-3", 1, 1003),
    ]  # fmt: skip
    assert [line.fen for line in statements.every_line(made, agreement="XY-1")] == [1000, 1001]
    assert [line.fen for line in statements.page(made, agreement="XY-1", after=1)] == [1001]
    assert sum(part.fen for part in statements.parts(made)) == made.fen


def test_what_comes_later_stands_on_the_next_one(payer: Organisation) -> None:
    first = delivered(key(payer), IN_OCTOBER)
    (october,) = actions.make_statements(month=OCTOBER, at=IN_NOVEMBER - timedelta(days=1), by=SYSTEM)
    withdrawn(first, IN_NOVEMBER)
    delivered(key(payer), IN_OCTOBER, known_at=IN_NOVEMBER, price_fen=700)  # told late: it belongs to October, whose statement is out
    (november,) = actions.make_statements(month=NOVEMBER, at=NOW, by=SYSTEM)
    october.refresh_from_db()
    assert (october.fen, november.fen, november.charges, november.reversals) == (1500, 700 - 1500, 1, 1)
    late, reversal = statements.page(november)
    assert (late.posted_on, reversal.kind, reversal.corrects) == (shanghai_day(IN_OCTOBER), "reversal", october.number)
    assert october.fen + november.fen == queries.balance(SYSTEM, key(payer))
    assert list(statements.unsound()) == []


def test_missing_months_are_made_in_their_order(payer: Organisation) -> None:
    delivered(key(payer), IN_OCTOBER - timedelta(days=30))
    delivered(key(payer), IN_NOVEMBER)
    assert [each.month for each in actions.make_statements(month=NOVEMBER, at=NOW, by=SYSTEM)] == [SEPTEMBER, NOVEMBER]


def test_a_month_that_is_not_over_has_no_statement(payer: Organisation) -> None:
    delivered(key(payer), IN_NOVEMBER)
    with pytest.raises(Refusal) as refused:
        actions.make_statements(month=NOVEMBER, at=IN_NOVEMBER, by=SYSTEM)
    assert refused.value.code == "month_not_over"


def test_outlets_and_revenue_have_no_statement(payer: Organisation) -> None:
    delivered("recipient:SL341602D1", IN_OCTOBER, payer="recipient")
    assert actions.make_statements(month=OCTOBER, at=NOW, by=SYSTEM) == []


def test_finance_makes_and_sees_its_own_region(payer: Organisation) -> None:
    jining = organisation_by_code("jining-government")
    delivered(key(payer), IN_OCTOBER)
    delivered(key(jining), IN_OCTOBER, region="37.3708")
    with pytest.raises(NotPermitted):
        actions.make_statements(month=OCTOBER, at=NOW, by=Actor("staff", UUID(int=8), "station", (Grant(Role.STATION, "34.3416"),)))
    (made,) = actions.make_statements(month=OCTOBER, at=NOW, by=finance("34.3416"))
    assert made.organisation_id == payer.id
    assert [each.organisation.id for each in statements.waiting(finance("37.3708"), OCTOBER)] == [jining.id]
    assert statements.waiting(finance("34.3416"), OCTOBER) == []
    assert statements.statement(finance("34"), made.number) == made
    for stranger in (finance("37.3708"), Actor("person", UUID(int=7), "Qian")):
        with pytest.raises(NotFound):
            statements.statement(stranger, made.number)


def test_a_department_sees_its_own_only(payer: Organisation) -> None:
    health = organisation_by_code("bozhou-health")
    delivered(key(health, "department"), IN_OCTOBER, payer="department")
    delivered(key(payer), IN_OCTOBER)
    actions.make_statements(month=OCTOBER, at=NOW, by=SYSTEM)
    officer = Actor("staff", UUID(int=6), "officer", (Grant(Role.OFFICER, "34.3416", health.id),))
    assert [each.organisation_id for each in statements.visible(officer)] == [health.id]


def test_the_digest_can_be_computed_from_the_lines(payer: Organisation) -> None:
    for n in range(2):
        delivered(key(payer), IN_OCTOBER + timedelta(hours=n))
    (made,) = actions.make_statements(month=OCTOBER, at=NOW, by=SYSTEM)
    text = "\n".join(
        "\t".join(map(str, (
            line.position, line.kind, line.order_number, line.order_ref, line.item, line.tariff, line.posted_on.isoformat(), line.fen
        ))) for line in statements.page(made)
    )  # fmt: skip
    assert sha256(text.encode()).hexdigest() == made.digest


def test_a_changed_sum_is_told_by_the_invariant(payer: Organisation) -> None:
    delivered(key(payer), IN_OCTOBER)
    (made,) = actions.make_statements(month=OCTOBER, at=NOW, by=SYSTEM)
    entry = LedgerEntry.objects.get(account=f"receivable:{key(payer)}")
    other = uuid7()
    Statement.objects.bulk_create([
        Statement(
            id=other, number="DZ202609-0001", account=made.account, month=SEPTEMBER, organisation=payer, region=made.region, fen=1,
            charges=1, reversals=0, digest="", made_at=NOW, made_by="nobody",
        )
    ])  # fmt: skip
    assert any("DZ202609-0001" in sentence for sentence in statements.unsound())
    assert StatementLine.objects.get(entry=entry).statement_id == made.id


def test_more_accounts_cost_no_more_statements(payer: Organisation) -> None:
    def asked(month: date, codes: tuple[str, ...]) -> int:
        at = datetime(month.year, month.month, 5, 10, tzinfo=SHANGHAI)
        for code in codes:
            delivered(key(organisation_by_code(code), "department"), at, payer="department")
        with CaptureQueriesContext(connection) as found:
            assert len(actions.make_statements(month=month, at=NOW, by=SYSTEM)) == len(codes)
        return len(found)

    few = asked(date(2026, 8, 1), ("bozhou-health",))
    assert asked(SEPTEMBER, ("bozhou-health", "bozhou-market", "bozhou-transport", "bozhou-post")) <= few


def test_the_timer_waits_for_the_first_working_day(payer: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    places.load_all(at=NOW, by=SYSTEM)
    delivered(key(payer), datetime(2026, 9, 10, 10, tzinfo=SHANGHAI))
    monkeypatch.setattr(tasks, "now", lambda: datetime(2026, 10, 1, 7, tzinfo=SHANGHAI))  # 国庆节
    tasks.make_statements(0)
    assert not Statement.objects.exists()
    monkeypatch.setattr(tasks, "now", lambda: datetime(2026, 10, 9, 7, tzinfo=SHANGHAI))
    tasks.make_statements(0)
    assert Statement.objects.get().month == SEPTEMBER


def test_months_follow_each_other_over_the_year() -> None:
    assert (next_month(date(2026, 12, 1)), last_month(date(2027, 1, 15))) == (date(2027, 1, 1), date(2026, 12, 1))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=st.lists(st.tuples(st.integers(0, 89), st.integers(0, 40), st.booleans(), st.booleans()), min_size=1, max_size=12))
def test_statements_and_what_waits_are_the_ledger(payer: Organisation, steps: list[tuple[int, int, bool, bool]]) -> None:
    """Deliveries, withdrawals and late news in any order, statements made at any time in between."""
    start = datetime(2026, 8, 1, 10, tzinfo=SHANGHAI)
    for day, late, undo, stop in sorted(steps, key=lambda step: step[0] + step[1]):
        at, known = start + timedelta(days=day), start + timedelta(days=day + late)
        change = delivered(key(payer), at, known_at=known, price_fen=100 + day)
        if undo:
            withdrawn(change, known + timedelta(hours=1))
        if stop:
            actions.make_statements(month=last_month(shanghai_day(known)), at=known, by=SYSTEM)
    stated = Statement.objects.filter(account=key(payer)).aggregate(fen=Sum("fen"))["fen"] or 0
    waiting = LedgerEntry.objects.filter(account=f"receivable:{key(payer)}", stated=None).aggregate(fen=Sum("fen"))["fen"] or 0
    assert stated + waiting == queries.balance(SYSTEM, key(payer))
    assert not [sentence for sentence in statements.unsound() if "left out" not in sentence]
    positions = defaultdict(list)
    for statement_id, position in StatementLine.objects.values_list("statement_id", "position"):
        positions[statement_id].append(position)
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in positions.values())
