"""The one-window counter: taken in for somebody, what is missing told once, drafts that change hands, the receipt's code."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from govpost.cases import actions, counter, queries, rules, sealing
from govpost.cases.intake import Comer, Given
from govpost.cases.models import Case
from govpost.cases.rules import Address, Form
from govpost.cases.states import State
from govpost.cases.testing import (
    ANSWERS,
    HOME,
    IN_PERSON,
    Cast,
    counter_draft,
    make_case,
    make_form,
    marked,
    receive,
    taken_in,
)
from govpost.common.clock import shanghai_day
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal
from govpost.delivery import queries as delivery
from govpost.journal.models import Fact
from govpost.licences.testing import make_licence
from govpost.parties.models import Party
from govpost.parties.roles import Role
from govpost.parties.testing import LIN_NUMBER, staff_actor
from govpost.places.testing import AT

HOUR = timedelta(hours=1)
NOTICE = rules.NOTICE.version


def _fact(case: Case, kind: str) -> Fact:
    return Fact.objects.filter(subject=f"case:{case.id}", kind=kind).latest("seq")


def test_with_every_paper_in_hand_the_receipt_is_now(cast: Cast) -> None:
    case = taken_in(cast)
    assert (case.state, case.channel, case.clerk_id, case.party_id) == (State.SUBMITTED, "window", cast.wang.id, cast.lin_party.id)
    assert (case.clock, case.clock_from_at, case.papers_received_at) == ("accept", AT, AT)
    assert set(case.papers.values_list("status", "how")) == {("received", "paper")}


def test_the_journal_says_that_the_window_applied_for_somebody(cast: Cast) -> None:
    case = taken_in(cast, missing=1)
    told = _fact(case, "cases.submitted")
    assert (told.actor_key, told.payload["channel"], told.payload["party"]) == (cast.wang.key, "window", str(cast.lin_party.id))
    assert (told.payload["papers_paper"], told.payload["papers_later"]) == (3, 1)
    assert "林示例" not in str(told.payload)


def test_a_case_of_the_counter_is_pinned_and_runs_as_one_of_the_portal(cast: Cast) -> None:
    ours, theirs = taken_in(cast), receive(cast, make_case(cast), AT)
    same = ("profile_pin", "payers", "notice_version", "chosen_at", "clock", "accept_due_on", "amber_at", "red_at", "result_way", "region")
    assert [getattr(ours, name) for name in same] == [getattr(theirs, name) for name in same]


def test_a_paper_that_is_missing_comes_later_and_starts_the_term_then(cast: Cast) -> None:
    case = taken_in(cast, missing=2)
    assert (case.clock, case.clock_from_at, case.papers_received_at) == ("", None, None)
    assert sorted(case.papers.values_list("status", flat=True)) == ["expected", "expected", "received", "received"]
    case = receive(cast, case, AT + HOUR)
    assert (case.clock_from_at, case.papers_received_at) == (AT + HOUR, AT + HOUR)


def test_a_courier_fetches_only_what_is_missing(cast: Cast) -> None:
    case = taken_in(cast, missing=1, paper_way="door")
    order = case.orders.get()
    checks = delivery.checks_of([order.order_id])[order.order_id]
    assert [check.opaque_id for check in checks] == [str(case.papers.get(status="expected").id)]


def test_with_nothing_missing_no_courier_can_be_chosen(cast: Cast) -> None:
    draft = counter_draft(cast, paper_way="bring")
    with pytest.raises(InvalidInput) as invalid:
        actions.take_in(case_id=draft.id, notice_version=NOTICE, at=AT, by=cast.wang)
    assert set(invalid.value.errors) == {"paper_way"}


def test_every_paper_has_its_mark_and_whoever_came_was_looked_at(cast: Cast) -> None:
    draft = counter_draft(cast, checklist={}, comer=Comer("self"))
    with pytest.raises(InvalidInput) as invalid:
        actions.take_in(case_id=draft.id, notice_version=NOTICE, at=AT, by=cast.wang)
    assert len([name for name in invalid.value.errors if name.startswith("paper-")]) == 4
    assert "identity_seen" in invalid.value.errors
    with pytest.raises(Refusal, match="notice_not_read"):
        actions.take_in(case_id=counter_draft(cast).id, notice_version="", at=AT, by=cast.wang)


def test_a_licence_of_the_library_stands_for_a_paper_and_its_holder_finds_the_reading(cast: Cast) -> None:
    licence = make_licence(issuer=cast.service.department, holder=cast.lin_party)
    marks = marked(cast.service)
    first, second, third, _fourth = marks
    marks |= {first: Given("electronic", "licence", licence.identifier), second: Given("waived", "promise")}
    case = taken_in(cast, checklist=marks | {third: Given("electronic", "copy")})
    assert sorted(case.papers.values_list("status", flat=True)) == ["electronic", "electronic", "received", "waived"]
    assert case.papers.get(licence=licence.identifier).how == "electronic"
    reading = Fact.objects.filter(subject=f"party:{cast.lin_party.id}", kind="journal.read").latest("seq")
    assert (reading.payload["what"], reading.payload["case"]) == ("licence", case.number)


def test_somebody_elses_licence_stands_for_nothing(cast: Cast) -> None:
    assert cast.qian.id is not None
    licence = make_licence(issuer=cast.service.department, holder=Party.objects.get(id=cast.qian.id))
    marks = marked(cast.service)
    marks |= {next(iter(marks)): Given("electronic", "licence", licence.identifier)}
    with pytest.raises(InvalidInput):
        taken_in(cast, checklist=marks)


def test_what_is_missing_is_told_once_and_nothing_else_afterwards(cast: Cast) -> None:
    draft = counter_draft(cast, missing=2)
    told = actions.tell_missing(case_id=draft.id, at=AT, by=cast.wang)
    assert (told.told_at, told.state) == (AT, State.DRAFT)
    again = actions.tell_missing(case_id=draft.id, at=AT + HOUR, by=cast.wang)
    assert (again.told_at, again.version) == (AT, told.version)
    assert _fact(told, "cases.missing_told").payload["missing"] == 2
    wider = make_form(AT, checklist=marked(cast.service, missing=3), comer=IN_PERSON)
    actions.fill_in(case_id=draft.id, form=wider, at=AT, by=cast.wang)
    with pytest.raises(Refusal, match="told_once"):
        actions.tell_missing(case_id=draft.id, at=AT, by=cast.wang)
    with pytest.raises(Refusal, match="nothing_missing"):
        actions.tell_missing(case_id=counter_draft(cast).id, at=AT, by=cast.wang)


def test_the_applicant_goes_on_alone_and_has_all_papers_to_send(cast: Cast) -> None:
    draft = counter_draft(cast, address=None, result_way="window")
    form = make_form(AT)
    actions.amend(case_id=draft.id, form=form, at=AT, by=cast.lin)
    assert queries.draft(cast.lin, draft.id).channel == "portal"
    with pytest.raises(NotFound):
        counter.counter_draft(cast.wang, draft.id)
    case = actions.submit(case_id=draft.id, notice_version=NOTICE, at=AT, by=cast.lin)
    assert (case.channel, case.clerk_id, case.intake_id) == ("portal", None, None)
    assert set(case.papers.values_list("status", "how")) == {("expected", "")}


def test_a_draft_of_the_applicants_own_is_gone_on_with_at_their_wish(cast: Cast) -> None:
    own = make_case(cast, State.DRAFT)
    (waiting,) = counter.drafts_of_party(cast.wang, cast.lin_party.id)
    assert (waiting.id, waiting.ours) == (own.id, False)
    with pytest.raises(NotFound):
        counter.counter_draft(cast.wang, own.id)
    actions.continue_draft(case_id=own.id, at=AT, by=cast.wang)
    assert _fact(own, "cases.draft_continued").payload["came_from"] == "portal"
    assert counter.counter_draft(cast.wang, own.id).clerk_id == cast.wang.id
    assert counter.said(cast.wang, own.__class__.objects.get(id=own.id)).answers == ANSWERS


def test_a_colleague_goes_on_where_another_clerk_stopped(cast: Cast) -> None:
    draft, colleague = counter_draft(cast), staff_actor(Role.CLERK, name="吴示例")
    assert [case.id for case in counter.own_drafts(cast.wang)] == [draft.id]
    actions.continue_draft(case_id=draft.id, at=AT, by=colleague)
    assert counter.own_drafts(cast.wang) == []
    assert [case.id for case in counter.own_drafts(colleague)] == [draft.id]


def test_the_known_address_is_used_without_being_shown(cast: Cast) -> None:
    make_case(cast, State.SUBMITTED)
    draft = actions.draft(service_id=cast.service.id, form=Form(), at=AT, by=cast.wang, party_id=cast.lin_party.id)
    shown = counter.shown_address(cast.wang, draft)
    assert shown is not None
    assert (shown.name, shown.phone, shown.division) == ("林**", "154****0001", HOME.division)
    assert HOME.street not in shown.street
    actions.fill_in(case_id=draft.id, form=Form(), known_address=True, at=AT, by=cast.wang)
    draft.refresh_from_db()
    assert sealing.said(draft).address == HOME
    assert counter.said(cast.wang, draft).address is None


def test_an_address_without_a_name_gets_the_applicants_own(cast: Cast) -> None:
    draft = counter_draft(cast, address=Address("", "", "341602", "薛阁街道示例路 9 号"))
    assert sealing.said(draft).address == replace(HOME, street="薛阁街道示例路 9 号")
    other = actions.draft(service_id=cast.service.id, form=Form(), at=AT, by=cast.wang, party_id=cast.qian.id)
    with pytest.raises(Refusal, match="no_known_address"):
        actions.fill_in(case_id=other.id, form=Form(), known_address=True, at=AT, by=cast.wang)


def test_the_same_item_under_way_is_found_before_another_is_begun(cast: Cast) -> None:
    running = make_case(cast)
    make_case(cast, State.WITHDRAWN)
    assert counter.running(cast.wang, cast.lin_party.id, cast.service.code) == [running]
    assert counter.running(cast.wang, cast.qian.id, cast.service.code) == []  # type: ignore[arg-type]
    assert [case.state for case in counter.cases_of_party(cast.wang, cast.lin_party.id)] == ["submitted", "withdrawn"]


def test_a_clerk_of_another_city_finds_nothing(cast: Cast) -> None:
    far = staff_actor(Role.CLERK, organisation="jining-government", region="37.3708")
    case, draft = taken_in(cast), counter_draft(cast)
    assert counter.cases_of_party(far, cast.lin_party.id) == []
    assert counter.drafts_of_party(far, cast.lin_party.id) == []
    assert list(counter.intakes(far, at=AT, everybody=True).lines) == []
    with pytest.raises(NotFound):
        counter.counter_draft(far, draft.id)
    for verb in (actions.fill_in, actions.take_in):
        with pytest.raises(NotPermitted):
            verb(case_id=draft.id, at=AT, by=far, **({"form": Form()} if verb is actions.fill_in else {"notice_version": NOTICE}))
    with pytest.raises(NotPermitted):
        actions.undo_intake(case_id=case.id, why="twice", at=AT, by=far)


def test_what_a_clerk_took_in_is_listed_by_day(cast: Cast) -> None:
    case, colleague = taken_in(cast), staff_actor(Role.CLERK, name="吴示例")
    make_case(cast)
    today = shanghai_day(AT)
    assert list(counter.intakes(cast.wang, at=AT, on=today).lines) == [case]
    assert list(counter.intakes(cast.wang, at=AT, on=today - timedelta(days=1)).lines) == []
    assert list(counter.intakes(colleague, at=AT).lines) == []
    assert list(counter.intakes(colleague, at=AT, everybody=True).lines) == [case]


def test_an_intake_by_mistake_is_undone_with_its_reason(cast: Cast) -> None:
    case = taken_in(cast, missing=1, paper_way="door")
    with pytest.raises(Refusal, match="why_missing"):
        actions.undo_intake(case_id=case.id, why="", at=AT, by=cast.wang)
    done = actions.undo_intake(case_id=case.id, why="wrong_item", at=AT + HOUR, by=cast.wang)
    assert (done.state, done.clock) == (State.WITHDRAWN, "")
    told = _fact(case, "cases.withdrawn")
    assert (told.payload["mistake"], told.actor_key) == ("wrong_item", cast.wang.key)
    assert told.payload["order"] is not None
    back = actions.return_papers(case_id=case.id, by_mail=False, identity_checked=True, at=AT + HOUR, by=cast.wang)
    assert back.papers.filter(status="returned").count() == 3


def test_what_the_portal_took_or_a_day_has_passed_over_is_not_undone(cast: Cast) -> None:
    for case, at in ((make_case(cast), AT), (taken_in(cast), AT + timedelta(days=1))):
        with pytest.raises(Refusal, match="too_late_to_undo"):
            actions.undo_intake(case_id=case.id, why="twice", at=at, by=cast.wang)


def test_only_the_receipts_own_code_opens_its_case(cast: Cast) -> None:
    case, other = taken_in(cast), taken_in(cast)
    code = counter.receipt_code(case)
    assert len(code) == 8
    assert counter.by_receipt(case.number or "", f"{code[:4]}-{code[4:].lower()}") == case
    wrong = [(other.number, code), (case.number, ""), (case.number, code[:-1]), ("BJ260302-XXXXXXXX", code), ("", "")]
    for number, entered in wrong:
        with pytest.raises(NotFound):
            counter.by_receipt(number or "", entered)
    assert counter.provided(case) == {"received": 4}


def test_an_agents_data_are_sealed_with_the_case(cast: Cast) -> None:
    agent = Comer("agent", "李示例", LIN_NUMBER, "15400000009", authority_seen=True, identity_seen=True)
    case = taken_in(cast, comer=agent)
    assert sealing.said(case).comer == agent
    assert "李示例".encode() not in bytes(case.sealed)
