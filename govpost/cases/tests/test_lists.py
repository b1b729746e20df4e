"""Lists and figures of many cases at random, held against their plain definitions, page by page and role by role."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from copy import copy
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from govpost.cases import lights, queries
from govpost.cases.actions import News, follow_order
from govpost.cases.listing import Page
from govpost.cases.models import Case, CaseOrder, CasePaper
from govpost.cases.queries import Filter
from govpost.cases.rules import PaperStatus
from govpost.cases.states import ENDED_EARLY, UNDER_WAY, State
from govpost.cases.testing import Cast, make_case
from govpost.common.actor import Actor, within
from govpost.common.ids import uuid7
from govpost.common.lights import Light, light
from govpost.delivery import overseeing
from govpost.delivery import queries as delivery
from govpost.delivery.actions import record_handover
from govpost.delivery.models import Order
from govpost.delivery.states import BEFORE_COLLECTION, Verb
from govpost.delivery.states import State as Mail
from govpost.delivery.testing import make_order
from govpost.parties.roles import Role
from govpost.parties.testing import staff_actor
from govpost.places.testing import AT

pytestmark = pytest.mark.django_db

HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
NOW = AT + 100 * HOUR
QIAOCHENG, GUOYANG = "34.3416.341602", "34.3416.341621"
OVER = (Mail.DELIVERED, Mail.RETURNED, Mail.CANCELLED, Mail.LOST, Mail.REFUSED, Mail.RETURNING)
fill = import_module("govpost.cases.migrations.0006_lights_and_lists")
Marks = tuple[datetime, datetime]


@pytest.fixture
def many(cast: Cast) -> list[Case]:
    """Sixty cases in any state with any term, papers and mail; marks are filled as the migration fills them."""
    dice, pattern, order = random.Random(20170328), make_case(cast, at=AT), make_order(at=AT)
    cases = [_any_case(dice, pattern, n) for n in range(60)]
    Case.objects.bulk_create(cases)
    orders = [_any_order(dice, order, n) for n in range(90)]
    Order.objects.bulk_create(orders)
    links = {(dice.choice(cases), mail.id) for mail in orders for _ in range(dice.choice((0, 1, 1, 2)))}
    CaseOrder.objects.bulk_create(CaseOrder(case=case, order_id=mail, number="x", leg="result", placed_at=AT) for case, mail in links)
    CasePaper.objects.bulk_create(
        CasePaper(case=case, position=n, name="x", name_en="x", door_label="x", status=dice.choice(list(PaperStatus)), status_at=AT)
        for case in cases for n in range(dice.choice((0, 1, 2)))
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(fill.MARKS)
        cursor.execute(fill.PAPERS)
    return list(Case.objects.exclude(state=State.DRAFT.value))


def _any_case(dice: random.Random, pattern: Case, n: int) -> Case:
    case = copy(pattern)
    runs = dice.random() < 0.5
    red = NOW + dice.choice((-30, -1, 0, 2, 9, 90)) * HOUR
    case.pk, case.number, case.state = uuid7(), f"T-{n}", dice.choice(list(State)).value
    case.region, case.flag = dice.choice((QIAOCHENG, GUOYANG)), dice.choice(("", "", "lost"))
    case.accepted_at, case.closed_at = AT, AT
    case.amber_at, case.red_at = (red - dice.choice((1, 24)) * HOUR, red) if runs and case.state != State.CLOSED else (None, None)
    return case


def _any_order(dice: random.Random, pattern: Order, n: int) -> Order:
    order = copy(pattern)
    order.pk, order.number, order.idempotency = uuid7(), f"M-{n}", str(n)
    order.state, order.placed_at = dice.choice(list(Mail)).value, AT + dice.randrange(99) * HOUR
    order.region, order.origin, order.destination = "37.3708.370811", dice.choice(("341602", "370811")), dice.choice(("341621", "370811"))

    def moment() -> datetime | None:
        return dice.choice((None, NOW + dice.choice((-50, -1, 0, 3, 60)) * HOUR))

    order.collect_due_at, order.promised_at, order.collect_moved_to, order.collected_at = moment(), moment(), moment(), moment()
    return order


# -- the plain definitions ----------------------------------------------------------------


def due(order: Order) -> datetime | None:
    """The promise that runs: of the collection until it is collected, then of the delivery, then none."""
    if order.state in OVER:
        return None
    if order.state in BEFORE_COLLECTION and order.collected_at is None:
        return order.collect_moved_to or order.collect_due_at or order.promised_at
    return order.promised_at


def marks_of_mail(order: Order, due_at: datetime) -> Marks:
    return due_at - max(due_at - order.placed_at, timedelta(0)) / 4, due_at + TICK


def lit(case: Case) -> Marks | None:
    """Of the case's own term; where none runs, of the mail that is due first; of a closed case none."""
    if case.state == State.CLOSED:
        return None
    if case.amber_at and case.red_at:
        return case.amber_at, case.red_at
    mails = Order.objects.filter(id__in=case.orders.values("order_id"))
    running = sorted((due_at, mail.id, mail) for mail in mails if (due_at := due(mail)))
    return marks_of_mail(running[0][2], running[0][0]) if running else None


def shown(case: Case) -> Light | None:
    marks = lit(case)
    return light(*marks, NOW) if marks else None


def due_first(cases: Iterable[Case], red: Callable[[Case], datetime | None], *, newest_rest: bool = False) -> list[Case]:
    runs = sorted((moment, case.id, case) for case in cases if (moment := red(case)))
    rest = sorted((case for case in cases if not red(case)), key=lambda case: case.id, reverse=newest_rest)
    return [*(case for _, _, case in runs), *rest]


def pages(ask: Callable[[str], Any]) -> list[Any]:
    """All lines over all pages; no page but the last is short."""
    lines, after = [], ""
    while True:
        page = ask(after)
        lines += page.lines
        after = page.next
        if not after:
            return lines
        assert len(page.lines) == 7


# -- cases ------------------------------------------------------------------------------------


def _supervisors(cast: Cast) -> list[tuple[Actor, str]]:
    county = staff_actor(Role.SUPERVISOR, organisation="bozhou-government", region=GUOYANG, name="县示例")
    other = staff_actor(Role.SUPERVISOR, organisation="jining-government", region="37.3708", name="外示例")
    return [(cast.supervisor, "34.3416"), (county, GUOYANG), (other, "37.3708")]


def test_the_supervisors_list_and_its_lights_are_what_the_definition_says(cast: Cast, many: list[Case]) -> None:
    for actor, region in _supervisors(cast):
        mine = [case for case in many if within(str(case.region), region)]
        filters: list[tuple[Filter, Callable[[Case], bool]]] = [
            (Filter(), lambda case: True),
            *((Filter(light=colour), lambda case, colour=colour: shown(case) is colour) for colour in Light),
            (Filter(flagged=True), lambda case: bool(case.flag)),
            (Filter(region=GUOYANG), lambda case: case.region == GUOYANG),
            (Filter(states=tuple(UNDER_WAY)), lambda case: case.state in UNDER_WAY),
        ]
        for wanted, fits in filters:
            ask = _asking(queries.supervised, actor, wanted)
            expected = due_first([case for case in mine if fits(case)], lambda case: (lit(case) or (None, None))[1], newest_rest=True)
            assert pages(ask) == expected, wanted


def test_figures_count_what_the_list_shows(cast: Cast, many: list[Case]) -> None:
    for actor, region in _supervisors(cast):
        places = ["", QIAOCHENG, GUOYANG]
        for place, counts in zip(places, queries.counts_by_place(actor, at=NOW, places=places), strict=True):
            mine = [case for case in many if within(str(case.region), region) and within(str(case.region), place)]
            colours = [shown(case) for case in mine]
            assert counts.lights == {colour: colours.count(colour) for colour in Light}
            assert counts.under_way == sum(case.state in UNDER_WAY for case in mine)
            assert counts.flagged == sum(bool(case.flag) for case in mine)


def test_the_departments_list_goes_by_its_own_terms(cast: Cast, many: list[Case]) -> None:
    in_hand = [s for s in UNDER_WAY if s is not State.HANDED_OVER]
    for wanted, states in (
        (Filter(), in_hand),
        (Filter(states=tuple(State)[1:]), list(State)),
        (Filter(states=("closed",)), [State.CLOSED]),
    ):
        ask = _asking(queries.department_queue, cast.officer, wanted)
        assert pages(ask) == due_first([case for case in many if case.state in states], lambda case: case.red_at)
    assert pages(_asking(queries.department_queue, cast.wang, Filter())) == []


def test_the_window_lists_what_comes_and_what_goes_back(cast: Cast, many: list[Case]) -> None:
    def waits(case: Case) -> bool:
        statuses = {paper.status for paper in case.papers.all()}
        if case.state in (State.SUBMITTED, State.CORRECTING):
            return bool(statuses & {"expected", "on_the_way", "missing"})
        return case.state in ENDED_EARLY and bool(statuses & {"received", "on_the_way"})

    incoming = (State.SUBMITTED, State.CORRECTING, *ENDED_EARLY)
    ask = _asking(queries.window_queue, cast.wang, Filter(states=incoming))
    (region,) = cast.wang.regions([Role.CLERK])
    assert pages(ask) == due_first([c for c in many if within(str(c.region), region) and waits(c)], lambda case: case.red_at)


def _asking(queue: Any, actor: Actor, wanted: Filter) -> Callable[[str], Page]:
    return lambda after: queue(actor, at=NOW, wanted=wanted, after=after, limit=7)


def test_following_keeps_the_marks_that_the_migration_filled(many: list[Case]) -> None:
    assert any(case.mail_red_at for case in many)
    assert not [case.number for case in many if lights.note_mail(case)]


def test_a_case_without_a_term_carries_the_light_of_its_mail_while_it_runs(cast: Cast) -> None:
    case = make_case(cast, at=AT, paper_way="door")
    mail = Order.objects.get(id=case.orders.get().order_id)
    case.refresh_from_db()
    assert (case.red_at, case.lit_red_at) == (None, (due(mail) or NOW) + TICK)
    term = lights.mail_term(case)
    assert term is not None
    assert term.light(NOW) is shown(case)
    seen = {check.opaque_id: True for check in mail.checks.all()}
    record_handover(
        order_id=mail.id, verb=Verb.COLLECT, code=delivery.check_code_of(mail.id), seen=seen, holder="x", at=AT + HOUR,
        by=Actor.system("t"), request_id=uuid7(),
    )  # fmt: skip
    mail.refresh_from_db()
    news = News(mail.id, mail.version, Mail(mail.state), delivered_ok=False, occurred_at=mail.state_at, known_at=mail.state_at)
    follow_order(news=news, by=Actor.system("t"))
    case.refresh_from_db()
    assert mail.promised_at is not None
    assert case.lit_red_at == mail.promised_at + TICK


# -- mail ------------------------------------------------------------------------------------


def test_the_mail_list_and_its_figures_are_what_the_definition_says(cast: Cast, many: list[Case]) -> None:
    for actor, region in _supervisors(cast):
        code = region.rpartition(".")[2]

        def touches(mail: Order, place: str, code: str) -> bool:
            return within(str(mail.region), place) or mail.origin.startswith(code) or mail.destination.startswith(code)

        mine = [mail for mail in Order.objects.all() if touches(mail, region, code)]
        for colour in (None, *Light):
            running = sorted(
                (due_at, mail.id) for mail in mine if (due_at := due(mail)) and (not colour or _colour(mail, due_at) is colour)
            )
            rest = sorted(((mail.placed_at, mail.id) for mail in mine if not due(mail) and not colour), reverse=True)

            def ask(after: str, actor: Actor = actor, wanted: str = colour or "") -> Any:
                return overseeing.oversee(actor, at=NOW, wanted=overseeing.MailFilter(light=wanted), after=after, limit=7)

            assert [line.order.id for line in pages(ask)] == [order_id for _, order_id in (*running, *rest)]
        for place, counts in zip((region, QIAOCHENG), overseeing.mail_counts(actor, at=NOW, places=[region, QIAOCHENG]), strict=True):
            there = [mail for mail in mine if touches(mail, place, place.rpartition(".")[2])]
            colours = [_colour(mail, due_at) for mail in there if (due_at := due(mail))]
            assert counts.lights == {each: colours.count(each) for each in Light}


def _colour(mail: Order, due_at: datetime) -> Light | None:
    return light(*marks_of_mail(mail, due_at), NOW)


# -- what it costs -----------------------------------------------------------------------------


def test_each_list_reads_the_index_of_its_order(cast: Cast, many: list[Case]) -> None:
    assert "case_by_light" in _plan(lambda: queries.supervised(cast.supervisor, at=NOW, limit=3))
    assert "order_running" in _plan(lambda: overseeing.oversee(cast.supervisor, at=NOW, limit=3))
    assert "case_watched" in _plan(lambda: queries.counts(cast.supervisor, at=NOW))
    assert "case_in_hand" in _plan(lambda: queries.department_queue(cast.officer, at=NOW, limit=3))


def _plan(ask: Callable[[], Any]) -> str:
    """The plan where neither reading a whole table nor sorting is wanted."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_nestloop = on")
        cursor.execute("EXPLAIN " + asked.captured_queries[0]["sql"].replace("%", "%%"))
        return "\n".join(row[0] for row in cursor.fetchall())
