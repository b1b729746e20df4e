"""The hall of a case: the own county's, another at the applicant's wish, the counter's own; results leave from the department's."""

from __future__ import annotations

import pytest

from govpost.cases import actions
from govpost.cases.actions.apply import pending_papers
from govpost.cases.models import Case
from govpost.cases.rules import NOTICE, Address, Desk, Form
from govpost.cases.testing import IN_PERSON, Cast, make_cast, make_form, marked, seen_all
from govpost.common.actor import Actor
from govpost.common.ids import uuid7
from govpost.common.refusal import InvalidInput, NotPermitted, Refusal
from govpost.delivery import queries as delivery
from govpost.parties.roles import Role
from govpost.parties.testing import staff_actor
from govpost.places import actions as places
from govpost.places import queries
from govpost.places.testing import AT

pytestmark = pytest.mark.django_db
SEAT, GUOYANG, LIXIN = "HALL341601", "HALL341621", "HALL341623"
GUOYANG_REGION = "34.3416.341621"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def home(division: str) -> Address:
    return Address("林示例", "15400000001", division, "城关街道示例路 2 号")


def clerk_of_guoyang() -> Actor:
    return staff_actor(Role.CLERK, organisation="bozhou-government-341621", region=GUOYANG_REGION, name="涡示例")


def draft(cast: Cast, division: str, **over: str) -> Case:
    return actions.draft(service_id=cast.service.id, form=make_form(AT, address=home(division), **over), at=AT, by=cast.lin)


def submit(cast: Cast, case: Case) -> Case:
    return actions.submit(case_id=case.id, notice_version=NOTICE.version, at=AT, by=cast.lin)


@pytest.mark.parametrize(("division", "hall"), [
    ("341602", SEAT), ("341621", GUOYANG), ("341623", LIXIN),
    ("370811", SEAT),  # who lives elsewhere comes to the department's own
])  # fmt: skip
def test_the_hall_is_that_of_the_own_county(cast: Cast, division: str, hall: str) -> None:
    case = draft(cast, division)
    assert (case.hall.code, case.region) == (hall, str(case.hall.region))


def test_without_an_address_it_is_the_departments_own_and_follows_the_address_until_another_is_chosen(cast: Cast) -> None:
    case = actions.draft(service_id=cast.service.id, form=Form(), at=AT, by=cast.lin)
    assert case.hall.code == SEAT
    case = actions.amend(case_id=case.id, form=make_form(address=home("341621")), at=AT, by=cast.lin)
    assert case.hall.code == GUOYANG
    case = actions.amend(case_id=case.id, form=make_form(address=home("341621"), hall=LIXIN), at=AT, by=cast.lin)
    case = actions.amend(case_id=case.id, form=make_form(address=home("341621"), result_way="window"), at=AT, by=cast.lin)
    assert case.hall.code == LIXIN


def test_where_a_county_has_no_hall_the_nearest_one_takes_it(cast: Cast) -> None:
    places.close_hall(code="HALL341622", reason="示例", at=AT, by=Actor.system("test"))
    near = queries.nearest_hall(queries.halls("34.3416"), "341622")
    assert near is not None
    assert draft(cast, "341622").hall.code == near.code != SEAT


@pytest.mark.parametrize("code", ["HALL370801", "x"])
def test_a_hall_of_another_city_cannot_be_chosen(cast: Cast, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        draft(cast, "341602", hall=code)
    assert set(refused.value.errors) == {"hall"}


def test_a_hall_that_closes_while_the_draft_waits_is_said(cast: Cast) -> None:
    case = draft(cast, "341621")
    places.close_hall(code=GUOYANG, reason="示例", at=AT, by=Actor.system("test"))
    with pytest.raises(InvalidInput) as refused:
        submit(cast, case)
    assert set(refused.value.errors) == {"hall"}


def test_a_case_stays_at_its_hall_once_it_is_submitted(cast: Cast) -> None:
    case = submit(cast, draft(cast, "341621"))
    clerk = clerk_of_guoyang()
    case = actions.receive_papers(case_id=case.id, seen=seen_all(case), at=AT, by=clerk, request_id=uuid7())
    case = actions.request_correction(case_id=case.id, items=["平面图"], papers=("补正材料",), at=AT, by=cast.officer)
    form = make_form(address=home("341623"))
    assert actions.resubmit(case_id=case.id, form=form, at=AT, by=cast.lin).hall.code == GUOYANG


def test_the_clerk_of_a_county_receives_there_and_nowhere_else(cast: Cast) -> None:
    clerk = clerk_of_guoyang()
    here, there = submit(cast, draft(cast, "341621")), submit(cast, draft(cast, "341602"))
    assert actions.receive_papers(case_id=here.id, seen=seen_all(here), at=AT, by=clerk, request_id=uuid7()).papers_received_at == AT
    with pytest.raises(NotPermitted):
        actions.receive_papers(case_id=there.id, seen=seen_all(there), at=AT, by=clerk, request_id=uuid7())


def test_what_a_counter_takes_in_belongs_to_its_own_hall_wherever_the_applicant_lives(cast: Cast) -> None:
    clerk = clerk_of_guoyang()
    case = actions.draft(service_id=cast.service.id, form=Form(), at=AT, by=clerk, party_id=cast.lin_party.id)
    assert case.hall.code == GUOYANG
    form = make_form(address=home("341602"), paper_way="none", result_way="window", checklist=marked(cast.service), comer=IN_PERSON)
    actions.fill_in(case_id=case.id, form=form, at=AT, by=clerk)
    case = actions.take_in(case_id=case.id, notice_version=NOTICE.version, at=AT, by=clerk)
    assert (case.hall.code, case.state) == (GUOYANG, "submitted")


def test_a_draft_that_goes_on_at_another_counter_belongs_to_that_one(cast: Cast) -> None:
    case = draft(cast, "341621")
    assert actions.continue_draft(case_id=case.id, at=AT, by=cast.wang).hall.code == SEAT


def decided(cast: Cast, **over: str) -> Case:
    case = submit(cast, draft(cast, "341621", **over))
    actions.receive_papers(case_id=case.id, seen={p.id: True for p in pending_papers(case)}, at=AT, by=cast.wang, request_id=uuid7())
    actions.accept(case_id=case.id, at=AT, by=cast.officer)
    return actions.approve(case_id=case.id, at=AT, by=cast.officer)


def test_a_result_to_the_door_leaves_from_where_the_department_sits(cast: Cast) -> None:
    case = decided(cast)
    made = actions.give_list(case_ids=[case.id], desk=Desk.STATION, at=AT, by=cast.officer)
    assert made.hall.code == SEAT
    actions.hand_over(list_id=made.id, found={case.document_serial or ""}, at=AT, by=cast.station)
    [parcel] = [each.parcel for each in case.parcels.filter(left_at=None)]
    parcel = actions.close_parcel(parcel_id=parcel.id, at=AT, by=cast.station)
    assert parcel.order_id
    order = delivery.by_id(parcel.order_id)
    assert (order.origin_outlet, order.destination_outlet) == ("SL341600S1", "SL341621D1")


def test_a_result_to_be_fetched_goes_to_the_window_that_was_chosen(cast: Cast) -> None:
    case = decided(cast, result_way="window")
    made = actions.give_list(case_ids=[case.id], desk=Desk.WINDOW, at=AT, by=cast.officer)
    assert made.hall.code == GUOYANG
    actions.hand_over(list_id=made.id, found={case.document_serial or ""}, at=AT, by=clerk_of_guoyang())
    closed = actions.hand_out(case_id=case.id, identity_checked=True, at=AT, by=clerk_of_guoyang())
    assert closed.state == "closed"


def test_a_result_that_lies_at_the_desk_already_is_fetched_where_it_lies(cast: Cast) -> None:
    case = decided(cast)
    made = actions.give_list(case_ids=[case.id], desk=Desk.STATION, at=AT, by=cast.officer)
    actions.hand_over(list_id=made.id, found={case.document_serial or ""}, at=AT, by=cast.station)
    assert actions.change_result_way(case_id=case.id, at=AT, by=cast.lin).hall.code == SEAT


def test_one_list_for_the_window_holds_one_hall_and_one_for_the_desk_any(cast: Cast) -> None:
    ways = ("door", "window")
    for way in ways:
        cases = [decided(cast, result_way=way), decided(cast, result_way=way, hall=LIXIN)]
        ids = [case.id for case in cases]
        if way == "door":
            assert actions.give_list(case_ids=ids, desk=Desk.STATION, at=AT, by=cast.officer).items.count() == len(ids)
        else:
            with pytest.raises(Refusal, match="different_places"):
                actions.give_list(case_ids=ids, desk=Desk.WINDOW, at=AT, by=cast.officer)
