"""The story of a case as its readers see it, and whose turn it is, on the real actions and followers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from govpost.cases import actions as cases
from govpost.cases.states import State
from govpost.cases.testing import Cast, make_case, make_cast
from govpost.common.refusal import NotFound
from govpost.delivery import queries as delivery
from govpost.journal.actions import record
from govpost.journal.testing import drain
from govpost.places.testing import AT
from govpost.timeline import queries
from govpost.timeline.turns import Who

HOUR = timedelta(hours=1)


@pytest.fixture
def cast(journey: str) -> Cast:
    return make_cast()


def test_lin_reads_what_happened_and_whose_turn_it_is(cast: Cast) -> None:
    case = make_case(cast, State.SUBMITTED, paper_way="door")
    drain()
    number = case.number or ""
    story = queries.story(cast.lin, number)
    assert [(str(line.words), line.who) for line in story if line.kind != "notices.sent"] == [
        ("A courier was ordered to fetch the papers.", "system"),
        ("The application was submitted.", "applicant"),
    ]
    turn = queries.whose_turn(cast.lin, number)
    assert (turn.who, str(turn.sentence)) == (Who.COURIER, "A courier comes to fetch the papers.")
    assert turn.due is not None


def test_qian_sees_neither_story_nor_turn(cast: Cast) -> None:
    number = make_case(cast, State.SUBMITTED).number or ""
    drain()
    for ask in (queries.story, queries.whose_turn):
        with pytest.raises(NotFound):
            ask(cast.qian, number)


def test_a_citizen_reads_roles_and_staff_read_offices(cast: Cast) -> None:
    case = make_case(cast, State.ACCEPTED)
    with transaction.atomic():
        order = "order:00000000-0000-7000-8000-000000000000"
        record("delivery.label_printed", subject=order, region="34", at=AT, by=cast.station, number="X", again=False)
    drain()
    number = case.number or ""
    lins, officers = queries.story(cast.lin, number), queries.story(cast.officer, number)
    assert {line.actor for line in lins} == {""}
    assert {line.actor for line in officers if line.who == "department"} == {cast.officer.label}
    assert [line.id for line in lins] == [line.id for line in officers if line.kind != "cases.list_given"]


def test_a_case_with_mail_tells_both_in_one_story(cast: Cast) -> None:
    case = make_case(cast, State.SUBMITTED, paper_way="door")
    cases.withdraw(case_id=case.id, at=AT + HOUR, by=cast.lin)
    drain()
    story = queries.story(cast.lin, case.number or "")
    told = [str(line.words) for line in story if line.kind != "notices.sent"]
    assert told[-2:] == ["The collection of the papers was cancelled.", "The application was taken back."]
    assert queries.whose_turn(cast.lin, case.number or "").who is Who.NOBODY
    (order,) = delivery.orders_of(f"case:{case.id}")
    alone = queries.order_story(cast.station, order.number)
    assert {line.number for line in alone} == {order.number}


@pytest.mark.parametrize(
    ("state", "who"),
    [
        (State.SUBMITTED, Who.APPLICANT),
        (State.CORRECTING, Who.APPLICANT),
        (State.ACCEPTED, Who.DEPARTMENT),
        (State.APPROVED, Who.DEPARTMENT),
        (State.HANDED_OVER, Who.STATION),
        (State.NOT_ACCEPTED, Who.NOBODY),
        (State.TERMINATED, Who.WINDOW),
    ],
)
def test_whose_turn_it_is_on_the_way_of_papers_brought_and_a_result_to_the_door(cast: Cast, state: State, who: Who) -> None:
    turn = queries.whose_turn(cast.lin, make_case(cast, state).number or "")
    assert turn.who is who


def test_turns_of_a_list_cost_three_statements(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    found = [make_case(cast, state, paper_way="door") for state in (State.SUBMITTED, State.SUBMITTED, State.SUBMITTED)]
    with django_assert_num_queries(3):
        turns = queries.turns_of(found)
    assert {turn.who for turn in turns.values()} == {Who.COURIER}
