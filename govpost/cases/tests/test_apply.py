"""Drafting, submitting, withdrawing, choosing again: what the applicant does."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from govpost.cases import actions, queries, rules, sealing
from govpost.cases.models import Case
from govpost.cases.rules import Address, PaperStatus
from govpost.cases.states import State, Verb
from govpost.cases.testing import HOME, SYSTEM, Cast, make_case, make_form, next_window, receive
from govpost.catalogue import queries as catalogue
from govpost.common.clock import shanghai_day
from govpost.common.ids import uuid7
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal
from govpost.delivery import actions as mail
from govpost.delivery import queries as delivery
from govpost.delivery.states import State as Mail
from govpost.delivery.states import Verb as MailVerb
from govpost.journal.models import Fact
from govpost.notices.models import Notice
from govpost.parties import actions as parties
from govpost.parties.roles import Role
from govpost.parties.testing import make_enterprise_claims, person, staff_actor
from govpost.places.testing import AT
from govpost.profiles import actions as profiles
from govpost.profiles.rules import Window


def test_submitting_copies_what_was_in_force_and_gives_an_unguessable_number(cast: Cast) -> None:
    case = make_case(cast, State.SUBMITTED)
    assert case.number is not None
    assert re.fullmatch(r"BJ260302-[2-9A-HJ-NP-TV-Z]{8}", case.number)
    assert case.profile_pin.startswith("bozhou@")
    assert case.payers["papers"]["payer"] == case.payers["result"]["payer"] == "government"
    assert case.payers["result"]["reason"]["msgid"]
    assert (case.notice_version, case.chosen_at) == (rules.NOTICE.version, AT)
    assert case.hall.code == "HALL341601"
    assert [n.template for n in Notice.objects.filter(subject=f"case:{case.id}")] == ["case_submitted"]


def test_the_papers_are_those_the_item_wants_on_paper_with_neutral_labels(cast: Cast) -> None:
    papers = list(make_case(cast, State.SUBMITTED).papers.order_by("position"))
    assert len(papers) == 4
    assert all(re.fullmatch(r"材料 \d", paper.door_label) for paper in papers)
    assert {paper.status for paper in papers} == {PaperStatus.EXPECTED}


def test_what_lin_says_is_sealed_and_reaches_neither_row_nor_journal(cast: Cast) -> None:
    case = make_case(cast, State.HANDED_OVER, paper_way="door")
    row = json.dumps(Case.objects.filter(id=case.id).values().get(), default=lambda x: x.hex() if isinstance(x, bytes) else str(x))
    told = json.dumps([[f.payload, f.actor] for f in Fact.objects.all()], ensure_ascii=False)
    for personal in (HOME.name, HOME.phone, HOME.street, "示例美容店"):
        assert personal not in row
        assert personal not in told
    said = sealing.said(case)
    assert (said.address, said.answers["subject"]) == (HOME, "示例美容店")


def test_every_wrong_field_is_named_at_once(cast: Cast) -> None:
    form = make_form(AT, answers={}, address=Address("", "123", "999999", ""), paper_way="door", window=Window(AT, AT), result_way="locker")
    case = actions.draft(service_id=cast.service.id, form=form, at=AT, by=cast.lin)
    with pytest.raises(InvalidInput) as invalid:
        actions.submit(case_id=case.id, notice_version=rules.NOTICE.version, at=AT, by=cast.lin)
    assert set(invalid.value.errors) == {"subject", "premises", "name", "phone", "county", "street", "result_way"}


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"paper_way": "door", "address": None}, "street"),
        ({"paper_way": "door", "address": Address("林示例", "15400000001", "370811", "示例路 1 号")}, "county"),
        ({"paper_way": "none"}, "paper_way"),
    ],
)
def test_a_choice_that_cannot_be_kept_is_refused_by_name(cast: Cast, over: dict[str, Any], field: str) -> None:
    case = actions.draft(service_id=cast.service.id, form=make_form(AT, **over), at=AT, by=cast.lin)
    with pytest.raises(InvalidInput) as invalid:
        actions.submit(case_id=case.id, notice_version=rules.NOTICE.version, at=AT, by=cast.lin)
    assert field in invalid.value.errors


def test_who_fetches_and_brings_needs_no_address(cast: Cast) -> None:
    case = make_case(cast, State.SUBMITTED, result_way="window", address=None)
    assert case.state == State.SUBMITTED


def test_an_old_notice_does_not_count(cast: Cast) -> None:
    case = make_case(cast, State.DRAFT)
    with pytest.raises(Refusal) as refused:
        actions.submit(case_id=case.id, notice_version="2025-1", at=AT, by=cast.lin)
    assert (refused.value.code, refused.value.facts["basis"]) == ("notice_not_read", "行政许可法 58")


def test_a_window_that_passed_while_the_draft_lay_is_refused(cast: Cast) -> None:
    case = make_case(cast, State.DRAFT, paper_way="door")
    with pytest.raises(InvalidInput) as invalid:
        actions.submit(case_id=case.id, notice_version=rules.NOTICE.version, at=AT + timedelta(days=3), by=cast.lin)
    assert list(invalid.value.errors) == ["window"]


def test_amending_replaces_the_draft(cast: Cast) -> None:
    case = make_case(cast, State.DRAFT, paper_way="door")
    actions.amend(case_id=case.id, form=make_form(AT, answers={"subject": "另一家店", "secret": "x"}), at=AT, by=cast.lin)
    case.refresh_from_db()
    assert sealing.said(case).answers == {"subject": "另一家店"}
    assert (case.paper_way, case.window_from) == ("bring", None)


def test_an_item_without_papers_starts_the_departments_time_at_submission(cast: Cast) -> None:
    cast.service.papers.update(required=False)
    case = make_case(cast, State.SUBMITTED, paper_way="none")
    assert (case.clock, case.clock_from_at, case.accept_due_on) == ("accept", AT, shanghai_day(AT) + timedelta(days=7))


def test_items_decided_elsewhere_are_not_applied_for_here(cast: Cast) -> None:
    card = catalogue.service("000793001000", shanghai_day(AT), "34.3416")
    with pytest.raises(Refusal, match="decided_outside"):
        actions.draft(service_id=card.id, form=make_form(), at=AT, by=cast.lin)


def test_an_item_for_organisations_is_refused_to_a_person(cast: Cast) -> None:
    cast.service.__class__.objects.filter(id=cast.service.id).update(subject="legal")
    with pytest.raises(Refusal, match="for_organisations"):
        actions.draft(service_id=cast.service.id, form=make_form(), at=AT, by=cast.lin)


def test_nobody_drafts_for_somebody_else_but_the_window(cast: Cast) -> None:
    with pytest.raises(NotFound):
        actions.draft(service_id=cast.service.id, form=make_form(), at=AT, by=cast.qian, party_id=cast.lin_party.id)
    with pytest.raises(NotPermitted):
        actions.draft(service_id=cast.service.id, form=make_form(), at=AT, by=cast.zhao, party_id=cast.lin_party.id)
    with pytest.raises(NotFound):
        actions.draft(service_id=cast.service.id, form=make_form(), at=AT, by=cast.wang, party_id=uuid7())
    case = actions.apply_at_once(
        service_id=cast.service.id, form=make_form(), notice_version=rules.NOTICE.version, at=AT, by=cast.wang,
        party_id=cast.lin_party.id,
    )  # fmt: skip
    assert (case.state, case.party_id, case.intake_id) == (State.SUBMITTED, cast.lin_party.id, cast.wang.grants[0].organisation)


def test_another_portal_sees_and_moves_what_it_took_in_only(cast: Cast) -> None:
    portal = staff_actor(Role.INTEGRATOR, organisation="bozhou-government")
    theirs = actions.apply_at_once(
        service_id=cast.service.id, form=make_form(), notice_version=rules.NOTICE.version, at=AT, by=portal,
        party_id=cast.lin_party.id,
    )  # fmt: skip
    others = make_case(cast)
    assert set(queries.visible(portal)) == {theirs}
    with pytest.raises(NotPermitted):
        actions.withdraw(case_id=others.id, at=AT, by=portal)
    assert actions.withdraw(case_id=theirs.id, at=AT, by=portal).state == State.WITHDRAWN


# -- papers fetched at the door ------------------------------------------------------


def test_the_instruction_has_opaque_ids_neutral_labels_window_and_pin(cast: Cast) -> None:
    case = make_case(cast, State.SUBMITTED, paper_way="door")
    (link,) = case.orders.all()
    order = delivery.by_id(link.order_id)
    window = next_window(AT)
    assert (order.ref, order.direction, order.door, order.profile_pin) == (f"case:{case.id}", "papers", "ours", case.profile_pin)
    assert (order.window_from, order.window_to, order.payer) == (window.start, window.end, "government")
    assert order.organisation_id == case.department_id
    checks = delivery.checks_of([order.id])[order.id]
    papers = case.papers.order_by("position")
    assert [(c.opaque_id, c.label) for c in checks] == [(str(p.id), p.door_label) for p in papers]


def test_only_lin_is_shown_the_check_code(cast: Cast) -> None:
    case = make_case(cast, State.SUBMITTED, paper_way="door")
    (link,) = case.orders.all()
    assert queries.page(cast.lin, case, at=AT).check_code == delivery.check_code_of(link.order_id)
    assert {queries.page(by, case, at=AT).check_code for by in (cast.wang, cast.officer, cast.supervisor)} == {""}


def test_a_collection_is_cancelled_once_and_the_papers_are_brought(cast: Cast) -> None:
    case = make_case(cast, State.SUBMITTED, paper_way="door")
    case = actions.cancel_collection(case_id=case.id, at=AT, by=cast.lin)
    (link,) = case.orders.all()
    assert (case.paper_way, case.window_from) == ("bring", None)
    assert delivery.by_id(link.order_id).state == Mail.CANCELLED
    with pytest.raises(Refusal, match="nothing_to_cancel"):
        actions.cancel_collection(case_id=case.id, at=AT, by=cast.lin)
    assert receive(cast, case, AT).clock == "accept"


def test_a_collection_that_has_taken_place_is_not_cancelled(cast: Cast) -> None:
    case = make_case(cast, State.SUBMITTED, paper_way="door")
    assert Verb.CANCEL_COLLECTION in queries.buttons(cast.lin, case)
    collect(cast, case)
    assert Verb.CANCEL_COLLECTION not in queries.buttons(cast.lin, case)
    with pytest.raises(Refusal, match="nothing_to_cancel"):
        actions.cancel_collection(case_id=case.id, at=AT, by=cast.lin)
    assert Case.objects.get(id=case.id).paper_way == "door"


def test_withdrawing_before_collection_cancels_the_courier(cast: Cast) -> None:
    case = make_case(cast, State.SUBMITTED, paper_way="door")
    case = actions.withdraw(case_id=case.id, at=AT, by=cast.lin)
    (link,) = case.orders.all()
    assert (case.state, case.clock, case.ended_at) == (State.WITHDRAWN, "", AT)
    assert delivery.by_id(link.order_id).state == Mail.CANCELLED


def test_withdrawing_while_papers_travel_lets_them_arrive_and_go_back(cast: Cast) -> None:
    case = make_case(cast, State.SUBMITTED, paper_way="door")
    collect(cast, case)
    case = actions.withdraw(case_id=case.id, at=AT, by=cast.lin)
    assert delivery.by_id(case.orders.get().order_id).state == Mail.COLLECTED
    case = receive(cast, case, AT + timedelta(hours=2))
    assert (case.state, case.clock, case.clock_from_at) == (State.WITHDRAWN, "", None)
    case = actions.return_papers(case_id=case.id, by_mail=True, at=AT + timedelta(hours=3), by=cast.wang)
    back = delivery.by_id(case.orders.get(leg="returned_papers").order_id)
    assert (back.direction, back.payer, back.origin_outlet) == ("returned_papers", "government", "SL341600S1")
    assert {paper.status for paper in case.papers.all()} == {PaperStatus.RETURNED}


def test_a_withdrawal_is_too_late_after_the_decision(cast: Cast) -> None:
    case = make_case(cast, State.APPROVED)
    with pytest.raises(Refusal, match="wrong_state"):
        actions.withdraw(case_id=case.id, at=AT, by=cast.lin)


def collect(cast: Cast, case: Case) -> None:
    """Zhao collects everything at the door."""
    link = case.orders.get(leg="papers")
    seen = {str(paper.id): True for paper in case.papers.all()}
    mail.record_handover(
        order_id=link.order_id, verb=MailVerb.COLLECT, seen=seen, code=delivery.check_code_of(link.order_id),
        at=AT + timedelta(hours=1), by=cast.zhao, request_id=uuid7(),
    )  # fmt: skip


def test_an_enterprise_applies_through_whoever_acts_for_it(cast: Cast) -> None:
    party = parties.sign_in(claims=make_enterprise_claims(), at=AT, by=SYSTEM)
    case = actions.draft(service_id=cast.service.id, form=make_form(), at=AT, by=person(party))
    case = actions.submit(case_id=case.id, notice_version=rules.NOTICE.version, at=AT, by=person(party))
    assert (case.state, case.party_id) == (State.SUBMITTED, party.id)
    assert Notice.objects.get(subject=f"case:{case.id}").state == "wanted"


def test_a_running_case_keeps_its_payer_when_the_city_changes_its_mind(cast: Cast) -> None:
    case = receive(cast, make_case(cast), AT)
    rule = {"items": ["*"], "directions": ["papers", "result"], "payer": "sender", "reason": "sender_pays", "basis": "示例"}
    tomorrow = shanghai_day(AT) + timedelta(days=1)
    profiles.add_version(code="bozhou", effective_on=tomorrow, settings={"payer_rules": [rule]}, note="", at=AT, by=SYSTEM)
    later = AT + timedelta(days=2)
    actions.request_correction(case_id=case.id, items=["缺页"], papers=["平面图"], at=AT, by=cast.officer)
    case = actions.resubmit(case_id=case.id, form=make_form(later, paper_way="door"), at=later, by=cast.lin)
    assert delivery.by_id(case.orders.get().order_id).payer == "government"
    assert make_case(cast, at=later).payers["papers"]["payer"] == "sender"
