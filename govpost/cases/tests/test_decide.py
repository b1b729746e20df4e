"""The department's verbs and its time: receipt, correction once, silence, decisions with their clauses."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from govpost.cases import actions, sealing, tasks
from govpost.cases.actions.apply import pending_papers
from govpost.cases.models import Case
from govpost.cases.rules import PaperStatus
from govpost.cases.states import State
from govpost.cases.testing import SYSTEM, Cast, accept, approve, correct, make_case, make_form, not_accept, receive, refuse, seen_all
from govpost.common.clock import shanghai_at, shanghai_midnight
from govpost.common.ids import uuid7
from govpost.common.refusal import InvalidInput, Refusal
from govpost.delivery import actions as mail
from govpost.delivery import queries as delivery
from govpost.delivery.states import State as Mail
from govpost.delivery.states import Verb
from govpost.journal.models import Fact
from govpost.licences import rules as licences
from govpost.licences.models import Licence
from govpost.notices.models import Notice
from govpost.places import actions as places
from govpost.places.testing import AT

MONDAY = date(2026, 3, 2)


def told(case: Case) -> list[str]:
    return [fact.kind for fact in Fact.objects.filter(subject=f"case:{case.id}").order_by("seq")]


def said_to(case: Case) -> list[str]:
    return list(Notice.objects.filter(subject=f"case:{case.id}").order_by("created_at", "id").values_list("template", flat=True))


# -- receipt -----------------------------------------------------------------------


def test_the_windows_receipt_starts_the_departments_time_not_the_submission(cast: Cast) -> None:
    case = make_case(cast)
    assert (case.clock, case.accept_due_on) == ("", None)
    case = receive(cast, case, AT + timedelta(days=1))
    assert (case.clock, case.clock_from_at) == ("accept", AT + timedelta(days=1))
    assert case.accept_due_on == date(2026, 3, 10), "five working days after Tuesday"
    assert told(case)[-1] == "cases.papers_received"
    assert said_to(case) == ["case_submitted", "papers_received"]


def test_missing_papers_are_noted_and_brought_later_without_a_new_start(cast: Cast) -> None:
    case = make_case(cast)
    first, *others = pending_papers(case)
    seen = {first.id: False} | {paper.id: True for paper in others}
    case = actions.receive_papers(case_id=case.id, seen=seen, at=AT, by=cast.wang, request_id=uuid7())
    assert list(case.papers.filter(status=PaperStatus.MISSING)) == [first]
    started = case.clock_from_at
    case = actions.receive_papers(case_id=case.id, seen={first.id: True}, at=AT + timedelta(days=1), by=cast.wang, request_id=uuid7())
    assert (case.clock_from_at, pending_papers(case)) == (started, [])
    assert said_to(case).count("papers_received") == 1


@pytest.mark.parametrize(("keep", "there", "code"), [(4, False, "invalid"), (3, True, "count_incomplete"), (0, True, "count_incomplete")])
def test_every_paper_is_marked_and_something_must_be_there(cast: Cast, keep: int, there: bool, code: str) -> None:
    case = make_case(cast)
    seen = {paper.id: there for paper in pending_papers(case)[:keep]}
    with pytest.raises(Refusal) as refused:
        actions.receive_papers(case_id=case.id, seen=seen, at=AT, by=cast.wang, request_id=uuid7())
    assert refused.value.code == code


def test_a_button_pressed_twice_receives_once(cast: Cast) -> None:
    case = make_case(cast)
    seen = seen_all(case)
    for _ in range(2):
        actions.receive_papers(case_id=case.id, seen=seen, at=AT, by=cast.wang, request_id=uuid7())
    assert told(case).count("cases.papers_received") == 1


def test_papers_brought_although_a_courier_was_ordered_end_the_collection(cast: Cast) -> None:
    case = receive(cast, make_case(cast, paper_way="door"), AT)
    assert delivery.by_id(case.orders.get().order_id).state == Mail.DELIVERED
    assert case.clock == "accept"


def test_a_carriers_own_delivery_is_no_receipt_by_the_window(cast: Cast) -> None:
    case = make_case(cast, paper_way="door")
    order_id = case.orders.get().order_id
    mail.record_handover(
        order_id=order_id, verb=Verb.RECEIVE, seen={str(p.id): True for p in pending_papers(case)}, at=AT, by=SYSTEM,
        request_id=uuid7(),
    )  # fmt: skip
    case.refresh_from_db()
    assert case.clock == ""
    assert receive(cast, case, AT + timedelta(hours=1)).clock == "accept"


# -- correction ----------------------------------------------------------------------


def test_a_correction_is_asked_once_and_the_second_is_refused_with_its_clause(cast: Cast) -> None:
    case = make_case(cast, State.CORRECTING)
    assert sealing.words(case).corrections == ["平面图未标注面积"]
    assert (case.clock, case.correction_due_on) == ("correct", date(2026, 3, 9))
    for _ in range(2):  # while it is open, and again after it was answered
        with pytest.raises(Refusal) as refused:
            correct(cast, case, AT + timedelta(hours=4))
        assert (refused.value.code, refused.value.facts["basis"]) == ("correction_once", "行政许可法 32")
        if case.state == State.CORRECTING:
            case = actions.resubmit(case_id=case.id, form=make_form(AT), at=AT + timedelta(hours=3), by=cast.lin)
    assert said_to(case).count("correction_wanted") == 1


def test_a_correction_without_papers_starts_the_time_again_at_resubmission(cast: Cast) -> None:
    case = make_case(cast, State.CORRECTING)
    later = AT + timedelta(days=2)
    case = actions.resubmit(case_id=case.id, form=make_form(AT, answers={"details": "面积 80 平方米"}), at=later, by=cast.lin)
    assert (case.state, case.clock, case.clock_from_at, case.accept_due_on) == (State.SUBMITTED, "accept", later, date(2026, 3, 11))
    assert sealing.said(case).answers["details"] == "面积 80 平方米"
    assert sealing.said(case).answers["subject"] == "示例美容店", "what was not corrected stays"


def test_papers_of_the_correction_travel_again_and_the_time_waits_for_them(cast: Cast) -> None:
    case = make_case(cast)
    first, *others = pending_papers(case)
    seen = {first.id: False} | {paper.id: True for paper in others}
    actions.receive_papers(case_id=case.id, seen=seen, at=AT, by=cast.wang, request_id=uuid7())
    case = actions.request_correction(case_id=case.id, items=["缺申请表"], papers=["补充说明"], at=AT, by=cast.officer)
    wanted = pending_papers(case)
    assert [(p.name, p.door_label, p.round) for p in wanted] == [(first.name, "补正材料 1", 1), ("补充说明", "补正材料 2", 1)]
    later = AT + timedelta(days=1)
    case = actions.resubmit(case_id=case.id, form=make_form(later, paper_way="door"), at=later, by=cast.lin)
    assert (case.clock, case.clock_from_at) == ("", None)
    order = delivery.by_id(case.orders.get(round=1).order_id)
    assert [c.label for c in delivery.checks_of([order.id])[order.id]] == ["补正材料 1", "补正材料 2"]
    case = receive(cast, case, later + timedelta(days=1))
    assert (case.clock, case.clock_from_at) == ("accept", later + timedelta(days=1))
    assert accept(cast, case, later + timedelta(days=1, hours=1)).state == State.ACCEPTED


def test_a_correction_that_never_comes_ends_the_case_by_its_timer(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_case(cast, State.CORRECTING)
    job = ProcrastinateJob.objects.get(task_name="cases.end_overdue_correction")
    assert (job.args, job.scheduled_at) == ({"case_id": str(case.id)}, shanghai_midnight(date(2026, 3, 10)))
    monkeypatch.setattr(tasks, "now", lambda: shanghai_at(date(2026, 3, 9), 23, 59))
    tasks.end_overdue_correction(str(case.id))
    case.refresh_from_db()
    assert case.state == State.CORRECTING
    monkeypatch.setattr(tasks, "now", lambda: job.scheduled_at)
    tasks.end_overdue_correction(str(case.id))
    case.refresh_from_db()
    assert (case.state, case.clock) == (State.TERMINATED, "")


# -- silence --------------------------------------------------------------------------


def test_silence_accepts_on_the_day_of_receipt_by_its_timer(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = receive(cast, make_case(cast), AT)
    job = ProcrastinateJob.objects.get(task_name="cases.accept_silent")
    assert job.scheduled_at == shanghai_midnight(date(2026, 3, 10))
    monkeypatch.setattr(tasks, "now", lambda: job.scheduled_at - timedelta(seconds=1))
    tasks.accept_silent(str(case.id))
    case.refresh_from_db()
    assert case.state == State.SUBMITTED, "the fifth day is not over"
    monkeypatch.setattr(tasks, "now", lambda: job.scheduled_at)
    tasks.accept_silent(str(case.id))
    case.refresh_from_db()
    assert (case.state, case.accepted_at, case.accepted_by_silence) == (State.ACCEPTED, AT, True)
    assert case.decide_due_on == date(2026, 3, 16), "ten working days after the receipt, not after the silence"


def test_a_timer_finds_nothing_to_do_when_the_department_was_in_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_case(cast, State.ACCEPTED)
    monkeypatch.setattr(tasks, "now", lambda: AT + timedelta(days=30))
    tasks.accept_silent(str(case.id))
    tasks.end_overdue_correction(str(case.id))
    case.refresh_from_db()
    assert (case.state, case.accepted_by_silence) == (State.ACCEPTED, False)


def test_after_five_silent_days_the_department_can_only_accept_and_decide(cast: Cast) -> None:
    case, late = receive(cast, make_case(cast), AT), shanghai_midnight(date(2026, 3, 10))
    for answer in (correct, not_accept):
        with pytest.raises(Refusal) as refused:
            answer(cast, case, late)
        assert (refused.value.code, refused.value.facts["basis"]) == ("accepted_by_silence", "行政许可法 32")
    case = accept(cast, case, late)
    assert (case.accepted_at, case.accepted_by_silence, case.decide_due_on) == (AT, True, date(2026, 3, 16))


def test_other_items_than_licences_are_not_accepted_by_silence(cast: Cast) -> None:
    cast.service.__class__.objects.filter(id=cast.service.id).update(item_type="20")
    case = receive(cast, make_case(cast), AT)
    assert not ProcrastinateJob.objects.filter(task_name="cases.accept_silent").exists()
    with pytest.raises(Refusal, match="no_silence"):
        actions.accept_silently(case_id=case.id, at=AT + timedelta(days=30), by=SYSTEM)


def test_terms_run_in_the_halls_calendar_and_say_when_it_is_provisional(cast: Cast) -> None:
    for on in (date(2026, 3, 4), date(2026, 3, 5)):
        places.set_day(calendar="hall:HALL341601", on=on, is_working=False, confirmed=True, note="停电", region="34.3416", at=AT,
                       by=SYSTEM)  # fmt: skip
    case = receive(cast, make_case(cast), AT)
    assert (case.accept_due_on, case.due_confirmed) == (date(2026, 3, 11), True)
    far = datetime(2031, 3, 3, 1, tzinfo=AT.tzinfo)
    case = receive(cast, make_case(cast, at=far), far)
    assert case.due_confirmed is False


# -- decisions ---------------------------------------------------------------------


def test_acceptance_starts_the_time_to_decide(cast: Cast) -> None:
    case = make_case(cast, State.ACCEPTED)
    assert (case.clock, case.decide_due_on) == ("decide", date(2026, 3, 16))
    assert case.red_at == shanghai_midnight(date(2026, 3, 17))


@pytest.mark.parametrize("decide", [not_accept, refuse])
def test_no_is_said_with_reason_and_remedies(cast: Cast, decide: Any) -> None:
    case = make_case(cast, State.SUBMITTED if decide is not_accept else State.ACCEPTED)
    action = actions.not_accept if decide is not_accept else actions.refuse
    for reason, remedy, code in ((" ", "复议", "reason_missing"), ("不符", " ", "remedy_missing")):
        with pytest.raises(Refusal, match=code):
            action(case_id=case.id, reason=reason, remedy=remedy, at=AT, by=cast.officer)
    case = decide(cast, case, AT + timedelta(hours=3))
    words = sealing.words(case)
    assert words.reason
    assert "行政复议" in words.remedy
    assert "行政诉讼" in words.remedy


def test_not_accepting_cancels_a_courier_who_has_not_come(cast: Cast) -> None:
    case = not_accept(cast, make_case(cast, paper_way="door"), AT)
    assert (case.state, delivery.by_id(case.orders.get().order_id).state) == (State.NOT_ACCEPTED, Mail.CANCELLED)
    assert case.clock == ""


def test_approving_issues_one_licence_with_a_right_identifier(cast: Cast) -> None:
    case = make_case(cast, State.APPROVED)
    licence = Licence.objects.get(case_number=case.number)
    assert licences.read_identifier(licence.identifier).allowed
    assert (licence.holder_id, licence.issuer_id, licence.holder_masked) == (cast.lin_party.id, case.department_id, "林**")
    assert (licence.valid_from, licence.valid_to) == (MONDAY, date(2030, 3, 1))
    assert (case.licence_id, case.document_serial) == (licence.id, licence.serial)
    assert (case.clock, case.deliver_due_on) == ("deliver", date(2026, 3, 16))
    with pytest.raises(Refusal, match="wrong_state"):
        approve(cast, case, AT)


def test_licence_numbers_run_without_gaps(cast: Cast) -> None:
    numbers = [make_case(cast, State.APPROVED).licence for _ in range(3)]
    serials = [int(licence.number[-6:]) for licence in numbers if licence]
    assert serials == [1, 2, 3]


def test_a_refusal_has_a_letter_that_travels_the_chosen_way(cast: Cast) -> None:
    case = make_case(cast, State.REFUSED)
    assert case.document_serial is not None
    assert case.document_serial.startswith("JD")
    binding = case.parcels.get()
    assert (binding.serial, binding.parcel.closed_at) == (case.document_serial, None)
    assert not Licence.objects.filter(case_number=case.number).exists()


def test_every_verb_tells_one_fact_with_a_rising_version(cast: Cast) -> None:
    case = make_case(cast, State.CLOSED, result_way="window")
    facts = Fact.objects.filter(subject=f"case:{case.id}").order_by("seq")
    assert [f.kind.removeprefix("cases.") for f in facts] == [
        "drafted", "submitted", "papers_received", "accepted", "approved", "list_given", "handed_over", "closed",
    ]  # fmt: skip
    assert [f.payload["version"] for f in facts] == list(range(1, 9))
    assert [(f.payload["before"], f.payload["state"]) for f in facts][-3:] == [
        ("approved", "approved"), ("approved", "handed_over"), ("handed_over", "closed"),
    ]  # fmt: skip
    assert {"case", "number", "state", "version", "clock", "due_on", "due_confirmed", "department", "hall"} <= set(facts[1].payload)


def test_a_correction_gives_at_least_a_day(cast: Cast) -> None:
    case = receive(cast, make_case(cast), AT)
    with pytest.raises(InvalidInput):
        actions.request_correction(case_id=case.id, items=["缺页"], days=0, at=AT, by=cast.officer)
