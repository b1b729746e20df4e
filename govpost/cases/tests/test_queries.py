"""Who sees what: the applicant the own, an office its region and department, Qian nothing; pages, lights, search, counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from govpost.cases import actions, queries
from govpost.cases.clocks import Light
from govpost.cases.models import Case
from govpost.cases.queries import Filter
from govpost.cases.rules import Desk
from govpost.cases.states import State, Verb
from govpost.cases.testing import ANSWERS, HOME, Cast, make_case, receive
from govpost.common.actor import Actor
from govpost.common.refusal import InvalidInput, NotFound
from govpost.journal import stamps
from govpost.parties.roles import Role
from govpost.parties.testing import LIN_NUMBER, LIN_PHONE, staff_actor
from govpost.places.testing import AT

LATER = AT + timedelta(hours=6)


def numbers(lines: object) -> list[str]:
    return [case.number or "draft" for case in lines]  # type: ignore[attr-defined] # any list of cases


# -- who sees what ---------------------------------------------------------------------


def test_qian_sees_nothing_of_lins(cast: Cast) -> None:
    case = make_case(cast, State.HANDED_OVER)
    own_draft = make_case(cast, State.DRAFT)
    qian = cast.qian
    with pytest.raises(NotFound):
        queries.case(qian, case.number or "")
    with pytest.raises(NotFound):
        queries.draft(qian, own_draft.id)
    assert not queries.visible(qian).exists()
    assert queries.my_cases(qian).lines == []
    assert queries.supervised(qian, at=LATER).lines == []
    assert queries.department_queue(qian, at=LATER).lines == []
    assert queries.window_queue(qian, at=LATER).lines == []
    assert (queries.draft_parcels(qian), queries.open_lists(qian), queries.to_hand_over(qian, Desk.STATION)) == ([], [], [])
    assert queries.counts(qian, at=LATER).under_way == 0
    assert queries.page(qian, case, at=LATER).answers == {}, "not even if a page were built for the wrong person"


def test_lin_sees_own_cases_and_drafts_newest_first(cast: Cast) -> None:
    first = make_case(cast, at=AT)
    second = make_case(cast, State.DRAFT, at=AT + timedelta(days=1))
    assert list(queries.my_cases(cast.lin).lines) == [second, first]
    assert queries.case(cast.lin, f" {(first.number or '').lower()} ") == first
    assert queries.draft(cast.lin, second.id) == second


def test_drafts_are_nobodys_but_the_applicants(cast: Cast) -> None:
    make_case(cast, State.DRAFT)
    for actor in (cast.wang, cast.officer, cast.station, cast.supervisor):
        assert not queries.visible(actor).exists()


@pytest.mark.parametrize(
    ("role", "over", "sees"),
    [
        (Role.CLERK, {}, True),
        (Role.CLERK, {"organisation": "jining-government", "region": "37.3708"}, False),
        (Role.OFFICER, {"organisation": "bozhou-health"}, True),
        (Role.OFFICER, {"organisation": "bozhou-market"}, False),
        (Role.OFFICER, {"organisation": "bozhou-health", "region": "37.3708"}, False),
        (Role.STATION, {"organisation": "bozhou-post", "outlet": "SL341600S1"}, True),
        (Role.SUPERVISOR, {"region": "34"}, True),
        (Role.SUPERVISOR, {"region": "34.3416.341621"}, False),
        (Role.COURIER, {"organisation": "bozhou-post", "outlet": "SL341602D1"}, False),
        (Role.DISPATCHER, {}, False),
        (Role.QUALITY, {}, False),
        (Role.FINANCE, {}, False),
        (Role.INTEGRATOR, {}, False),
    ],
)
def test_an_office_sees_its_region_and_department(cast: Cast, role: Role, over: dict[str, str], sees: bool) -> None:
    case = make_case(cast)
    actor = staff_actor(role, **over)
    assert queries.visible(actor).filter(id=case.id).exists() == sees


def test_a_supervisor_reads_no_answers_and_has_no_buttons(cast: Cast) -> None:
    case = make_case(cast, State.ACCEPTED)
    page = queries.page(cast.supervisor, case, at=LATER)
    assert (page.answers, page.address, page.words, page.buttons, page.applicant) == ({}, None, None, (), "林**")


def test_the_officer_reads_the_answers_but_not_the_address(cast: Cast) -> None:
    page = queries.page(cast.officer, make_case(cast, State.ACCEPTED), at=LATER)
    assert (page.answers, page.address) == (ANSWERS, None)
    assert queries.page(cast.lin, make_case(cast), at=LATER).address == HOME


@pytest.mark.parametrize(
    ("state", "who", "buttons"),
    [
        (State.DRAFT, "lin", {Verb.AMEND, Verb.SUBMIT}),
        (State.SUBMITTED, "lin", {Verb.WITHDRAW, Verb.CHANGE_RESULT_WAY}),
        (State.SUBMITTED, "officer", {Verb.NOT_ACCEPT}),
        (State.SUBMITTED, "wang", {Verb.RECEIVE_PAPERS, Verb.WITHDRAW, Verb.CHANGE_RESULT_WAY, Verb.RECORD_CONTACT}),
        (State.ACCEPTED, "officer", {Verb.APPROVE, Verb.REFUSE}),
        (State.APPROVED, "officer", set()),
        (State.HANDED_OVER, "station", {Verb.CLOSE_PARCEL, Verb.CHANGE_RESULT_WAY}),
        (State.CLOSED, "wang", set()),
    ],
)
def test_buttons_are_what_the_table_and_the_role_allow(cast: Cast, state: State, who: str, buttons: set[Verb]) -> None:
    case = make_case(cast, state, result_way="window" if state is State.CLOSED else "door")
    actor: Actor = getattr(cast, who)
    assert set(queries.buttons(actor, case)) == buttons


def test_the_officer_may_examine_once_the_papers_are_here(cast: Cast) -> None:
    case = receive(cast, make_case(cast), LATER)
    assert set(queries.buttons(cast.officer, case)) == {Verb.REQUEST_CORRECTION, Verb.ACCEPT, Verb.NOT_ACCEPT}


# -- queues ---------------------------------------------------------------------------


def test_the_departments_queue_has_those_due_first_first(cast: Cast) -> None:
    waiting = make_case(cast, at=AT)
    late = receive(cast, make_case(cast, at=AT), AT)
    early = receive(cast, make_case(cast, at=AT - timedelta(days=7)), AT - timedelta(days=7))
    closed = make_case(cast, State.NOT_ACCEPTED)
    lines = queries.department_queue(cast.officer, at=LATER).lines
    assert list(lines) == [early, late, waiting]
    assert closed not in lines


def test_the_window_sees_what_it_waits_for_and_what_it_holds(cast: Cast) -> None:
    to_receive = make_case(cast)
    to_hand_out = make_case(cast, State.HANDED_OVER, result_way="window")
    to_return = make_case(cast, State.TERMINATED)
    make_case(cast, State.ACCEPTED)
    make_case(cast, State.HANDED_OVER)
    make_case(cast, State.WITHDRAWN)
    assert set(queries.window_queue(cast.wang, at=LATER).lines) == {to_receive, to_hand_out, to_return}


def test_draft_parcels_show_what_the_station_may_close(cast: Cast) -> None:
    case = make_case(cast, State.HANDED_OVER)
    make_case(cast, State.APPROVED, address=HOME.__class__("林示例", HOME.phone, "341621", "示例路 1 号"))
    (parcel,) = queries.draft_parcels(cast.station)
    assert [binding.case for binding in parcel.contents.all()] == [case]
    actions.close_parcel(parcel_id=parcel.id, at=LATER, by=cast.station)
    assert queries.draft_parcels(cast.station) == []
    assert queries.closed_parcels(cast.station, since=AT) == [parcel]
    elsewhere = staff_actor(Role.STATION, organisation="jining-post", region="37.3708", outlet="SL370800S1")
    assert (queries.draft_parcels(elsewhere), queries.closed_parcels(elsewhere, since=AT)) == ([], [])


def test_pages_hold_every_case_once_while_new_ones_come(cast: Cast) -> None:
    cases = [make_case(cast, at=AT + timedelta(minutes=n)) for n in range(5)]
    first = queries.my_cases(cast.lin, limit=2)
    make_case(cast, at=AT + timedelta(days=1))
    second = queries.my_cases(cast.lin, limit=2, after=first.next)
    third = queries.my_cases(cast.lin, limit=2, after=second.next)
    assert [*first.lines, *second.lines, *third.lines] == cases[::-1]
    assert third.next == ""


def test_pages_by_due_day_go_on_through_cases_without_a_term(cast: Cast) -> None:
    running = [receive(cast, make_case(cast), AT) for _ in range(3)]
    waiting = [make_case(cast) for _ in range(3)]
    found: list[Case] = []
    after = ""
    for _ in range(3):
        page = queries.department_queue(cast.officer, at=LATER, after=after, limit=2)
        found += page.lines
        after = page.next
    assert (set(found[:3]), set(found[3:]), after) == (set(running), set(waiting), "")


@pytest.mark.parametrize("after", ["x", "eHh4", "4pyT"])
def test_a_key_that_no_page_gave_is_refused(cast: Cast, after: str) -> None:
    with pytest.raises(InvalidInput):
        queries.my_cases(cast.lin, after=after)


# -- supervision ----------------------------------------------------------------------


def test_lights_filter_and_count_alike(cast: Cast) -> None:
    red = receive(cast, make_case(cast, at=AT - timedelta(days=21)), AT - timedelta(days=21))
    amber = receive(cast, make_case(cast, at=AT - timedelta(days=6)), AT - timedelta(days=6))
    green = receive(cast, make_case(cast), AT)
    make_case(cast, State.WITHDRAWN)
    for light, case in ((Light.RED, red), (Light.AMBER, amber), (Light.GREEN, green)):
        assert list(queries.supervised(cast.supervisor, at=LATER, wanted=Filter(light=light)).lines) == [case]
        assert queries.page(cast.supervisor, case, at=LATER).light is light
    counts = queries.counts(cast.supervisor, at=LATER)
    assert counts.lights == {Light.GREEN: 1, Light.AMBER: 1, Light.RED: 1}
    assert counts.under_way == 3, "the withdrawn one is over"


def test_people_are_found_by_exact_numbers_only(cast: Cast) -> None:
    case = make_case(cast)
    search = [case.number, (case.number or "").lower(), LIN_PHONE, f"{LIN_PHONE[:3]} {LIN_PHONE[3:]}", LIN_NUMBER]
    for words in search:
        assert list(queries.supervised(cast.supervisor, at=LATER, wanted=Filter(search=words or "")).lines) == [case], words
    for words in ("林", "BJ", LIN_PHONE[:10], LIN_NUMBER[:17], "15400000002"):
        assert queries.supervised(cast.supervisor, at=LATER, wanted=Filter(search=words)).lines == [], words


def test_lists_narrow_by_state_service_department_region_and_flag(cast: Cast) -> None:
    case, other = make_case(cast, State.ACCEPTED), make_case(cast)
    Case.objects.filter(id=other.id).update(flag="lost")

    def found(wanted: Filter) -> set[Case]:
        return set(queries.supervised(cast.supervisor, at=LATER, wanted=wanted).lines)

    assert found(Filter(states=("accepted",))) == {case}
    assert found(Filter(flagged=True)) == {other}
    assert found(Filter(service_code=cast.service.code, department_id=case.department_id, region="34.3416")) == {case, other}
    assert found(Filter(region="34.3416.341621")) == found(Filter(service_code="000191001000")) == set()


def test_a_page_of_cases_costs_one_statement_and_one_more_where_it_reaches_those_at_rest(cast: Cast) -> None:
    for _ in range(4):
        receive(cast, make_case(cast), AT)
    for limit, cost in ((3, 1), (50, 2)):
        with stamps.held():
            queries.supervised(cast.supervisor, at=LATER, limit=limit)
            with CaptureQueriesContext(connection) as statements:
                page = queries.supervised(cast.supervisor, at=LATER, limit=limit)
                assert {(c.service.name, c.party.masked_name, c.department.name, c.hall.name) for c in page.lines}
        assert len(statements) == cost + 1, "and the applicants; what is configured is remembered"
