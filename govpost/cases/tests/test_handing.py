"""Papers from the window to the department: listed, counted, differences seen and mended, both sides signed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from govpost.cases import actions, counter, queries
from govpost.cases.rules import Desk
from govpost.cases.testing import Cast, accept, approve, correct, make_case, receive, taken_in
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal
from govpost.parties.roles import Role
from govpost.parties.testing import staff_actor
from govpost.places.testing import AT

HOUR = timedelta(hours=1)


def test_papers_are_listed_counted_and_confirmed(cast: Cast) -> None:
    first, second = taken_in(cast), receive(cast, make_case(cast), AT)
    assert [(row.case, row.papers, row.rest) for row in counter.to_give(cast.wang)] == [(first, 4, False), (second, 4, False)]
    made = actions.give_papers(case_ids=[first.id, second.id], at=AT, by=cast.wang)
    assert (made.desk, made.given_by, made.taken_at) == (Desk.DEPARTMENT, cast.wang.label, None)
    assert counter.to_give(cast.wang) == []
    assert counter.paper_lists(cast.wang) == counter.paper_lists(cast.officer) == [made]
    assert queries.open_lists(cast.officer) == []
    taken = actions.take_papers(list_id=made.id, counted={first.number or "": 4, second.number or "": 4}, at=AT + HOUR, by=cast.officer)
    assert (taken.taken_by, taken.taken_at) == (cast.officer.label, AT + HOUR)
    assert counter.paper_lists(cast.wang, taken_since=AT) == []


def test_a_difference_is_seen_by_the_window_and_the_rest_is_given_again(cast: Cast) -> None:
    case = taken_in(cast)
    made = actions.give_papers(case_ids=[case.id], at=AT, by=cast.wang)
    actions.take_papers(list_id=made.id, counted={case.number or "": 3}, at=AT, by=cast.officer)
    assert counter.paper_lists(cast.wang, taken_since=AT) == [made]
    (rest,) = counter.to_give(cast.wang)
    assert (rest.papers, rest.rest) == (1, True)
    again = actions.give_papers(case_ids=[case.id], at=AT, by=cast.wang)
    actions.take_papers(list_id=again.id, counted={case.number or "": 1}, at=AT, by=cast.officer)
    assert counter.to_give(cast.wang) == []


def test_papers_of_a_correction_are_given_too(cast: Cast) -> None:
    case = taken_in(cast)
    made = actions.give_papers(case_ids=[case.id], at=AT, by=cast.wang)
    actions.take_papers(list_id=made.id, counted={case.number or "": 4}, at=AT, by=cast.officer)
    case = correct(cast, case, AT + HOUR)
    case.papers.create(round=1, position=1, name="平面图", name_en="Plan", door_label="材料 1", status="received", status_at=AT)
    assert [(row.papers, row.rest) for row in counter.to_give(cast.wang)] == [(1, False)]


def test_what_was_given_is_not_given_twice(cast: Cast) -> None:
    case, waiting = taken_in(cast), taken_in(cast, missing=4)
    actions.give_papers(case_ids=[case.id], at=AT, by=cast.wang)
    for nothing_here in (case, waiting):
        with pytest.raises(Refusal, match="no_papers_to_give"):
            actions.give_papers(case_ids=[nothing_here.id], at=AT, by=cast.wang)
    with pytest.raises(InvalidInput):
        actions.give_papers(case_ids=[], at=AT, by=cast.wang)


def test_every_case_is_counted_and_a_list_is_taken_once(cast: Cast) -> None:
    case = taken_in(cast)
    made = actions.give_papers(case_ids=[case.id], at=AT, by=cast.wang)
    for counted in ({}, {case.number or "": 5}, {case.number or "": -1}):
        with pytest.raises(InvalidInput):
            actions.take_papers(list_id=made.id, counted=counted, at=AT, by=cast.officer)
    actions.take_papers(list_id=made.id, counted={case.number or "": 0}, at=AT, by=cast.officer)
    with pytest.raises(Refusal, match="list_taken"):
        actions.take_papers(list_id=made.id, counted={case.number or "": 0}, at=AT, by=cast.officer)


def test_only_the_own_department_takes_and_no_desk_does(cast: Cast) -> None:
    case = taken_in(cast)
    made = actions.give_papers(case_ids=[case.id], at=AT, by=cast.wang)
    other = staff_actor(Role.OFFICER, organisation="bozhou-market")
    assert counter.paper_lists(other) == []
    for stranger in (other, cast.wang, cast.lin):
        with pytest.raises(NotPermitted):
            actions.take_papers(list_id=made.id, counted={case.number or "": 4}, at=AT, by=stranger)
    with pytest.raises(NotFound):
        actions.hand_over(list_id=made.id, found=set(), at=AT, by=cast.wang)


def test_a_decision_does_not_wait_for_the_list_of_papers(cast: Cast) -> None:
    case = taken_in(cast, result_way="window")
    actions.give_papers(case_ids=[case.id], at=AT, by=cast.wang)
    case = approve(cast, accept(cast, case, AT + HOUR), AT + 2 * HOUR)
    results = actions.give_list(case_ids=[case.id], desk=Desk.WINDOW, at=AT + 3 * HOUR, by=cast.officer)
    assert queries.open_lists(cast.wang, Desk.WINDOW) == [results]
    with pytest.raises(Refusal, match="not_papers"):
        actions.take_papers(list_id=results.id, counted={}, at=AT, by=cast.officer)


def test_lists_of_many_cases_cost_the_same(cast: Cast, django_assert_num_queries: object) -> None:
    for _ in range(3):
        taken_in(cast)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(counter.to_give(cast.wang)) == 3


def test_a_case_that_ended_gives_its_papers_back_instead(cast: Cast) -> None:
    case = taken_in(cast)
    actions.withdraw(case_id=case.id, at=AT, by=cast.lin)
    assert counter.to_give(cast.wang) == []
    with pytest.raises(Refusal, match="no_papers_to_give"):
        actions.give_papers(case_ids=[case.id], at=AT, by=cast.wang)
