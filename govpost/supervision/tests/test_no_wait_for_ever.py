"""Nothing waits for ever: whatever the database can hold is ended, moved by time, or found by a watchdog sooner or later.

The table of what can wait is held against every model: a new state, or a new moment that may stay empty, needs a line here.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import cycle, product
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import models

from govpost.cases import actions as cases
from govpost.cases.models import Case, CasePaper, Parcel
from govpost.cases.rules import Desk, Flag, PaperStatus, ResultWay
from govpost.cases.states import ENDED_EARLY
from govpost.cases.states import FINAL as CASE_FINAL
from govpost.cases.states import State as CaseState
from govpost.cases.testing import Cast, make_case, make_cast
from govpost.catalogue.models import Proposal
from govpost.catalogue.states import OPEN as PROPOSAL_OPEN
from govpost.common.clock import shanghai_day
from govpost.common.ids import uuid7
from govpost.delivery import actions as mail
from govpost.delivery.models import Order
from govpost.delivery.states import FINAL as MAIL_FINAL
from govpost.delivery.states import State as MailState
from govpost.delivery.testing import SYSTEM, make_order, seen
from govpost.dispatch.models import Task
from govpost.dispatch.rules import Kind as TaskKind
from govpost.dispatch.states import OPEN as TASK_OPEN
from govpost.journal.models import SetAside
from govpost.notices.models import Notice
from govpost.notices.rules import NoticeState
from govpost.parties.models import Organisation, StaffMove
from govpost.parties.testing import make_staff
from govpost.places.testing import AT
from govpost.settlement import actions as settlement
from govpost.settlement.testing import make_change
from govpost.supervision import actions
from govpost.supervision.models import Wait

YEAR = timedelta(days=366)
WATCHED, TIME, RECORD = "watched", "by time", "nobody waits"
# field that may say "not yet" → what becomes of it. `by time`: a term, a timer or retention ends it whatever people do.
WAITS: dict[str, str] = {
    "cases.Case.state": WATCHED, "cases.Case.flag": WATCHED, "cases.Case.closed_at": WATCHED, "cases.Case.ended_at": WATCHED,
    "cases.CasePaper.status": WATCHED, "cases.CaseOrder.heard": RECORD,  # the order's own state, as heard
    "cases.Parcel.closed_at": WATCHED, "cases.ParcelCase.left_at": RECORD, "cases.HandoverList.taken_at": WATCHED,
    "catalogue.Proposal.state": WATCHED,
    "delivery.Order.state": WATCHED, "delivery.Order.booking": WATCHED, "delivery.Unclear.settled_at": WATCHED,
    "dispatch.Task.state": WATCHED, "dispatch.Task.ended_at": WATCHED, "dispatch.Task.taken_at": WATCHED,
    "notices.Notice.state": WATCHED, "parties.StaffMove.done_at": WATCHED,
    "partner_api.IdempotentCall.status": TIME,  # retention: api_answers
    "licences.Licence.status": RECORD, "licences.Licence.ended_at": RECORD, "timeline.Entry.state": RECORD,
    "dispatch.CollectionPlace.released_at": RECORD,  # of a window that passes
    "retention.Hold.released_at": RECORD,
    "retention.Period.withdrawn_at": RECORD, "supervision.Wait.ended_at": RECORD,
}  # fmt: skip
NAMES = {"state", "status", "booking", "flag", "heard"}
MOMENTS = {"closed_at", "ended_at", "taken_at", "settled_at", "done_at", "released_at", "left_at", "withdrawn_at"}


def _can_wait(field: models.Field[Any, Any]) -> bool:
    return field.name in NAMES or (field.name in MOMENTS and field.null)


def test_every_field_that_can_say_not_yet_has_its_line() -> None:
    found = {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in apps.get_models() if model.__module__.startswith("govpost.")
        for field in model._meta.concrete_fields if _can_wait(field)
    }  # fmt: skip
    assert found == set(WAITS)


def _found() -> dict[str, set[str]]:
    """subject → who finds it a year later."""
    Wait.objects.all().delete()
    actions.watch(at=AT + YEAR, by=SYSTEM)
    found: dict[str, set[str]] = {}
    for wait in Wait.objects.filter(ended_at=None):
        found.setdefault(wait.subject, set()).add(wait.watch)
    return found


def _never_found(**things: str) -> list[str]:
    found = _found()
    return [name for name, subject in things.items() if subject not in found]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_a_case_that_stands_anywhere_is_found(cast: Cast) -> None:
    """With a term or without one: a term that nobody counted must not hide a case."""
    standing = [state for state in CaseState if state not in (*CASE_FINAL, CaseState.DRAFT)]
    things = {}
    for state, way, mark in product(standing, ResultWay, (True, False)):
        case = make_case(cast, state, result_way=way.value)
        if not mark:
            Case.objects.filter(id=case.id).update(amber_at=None, red_at=None)
        things[f"{state} {way} {mark}"] = f"case:{case.id}"
    assert _never_found(**things) == []


def test_a_flagged_case_and_papers_of_an_ended_one_are_found(cast: Cast) -> None:
    case = make_case(cast)
    subject = f"case:{case.id}"
    for state, flag in zip((s for s in CaseState if s is not CaseState.DRAFT), cycle(Flag), strict=False):
        Case.objects.filter(id=case.id).update(state=state.value, flag=flag.value, accepted_at=AT, closed_at=AT, ended_at=AT)
        assert "case_flagged" in _found().get(subject, ()), state
    for ended, status in zip(ENDED_EARLY, cycle((PaperStatus.RECEIVED, PaperStatus.ON_THE_WAY)), strict=False):
        Case.objects.filter(id=case.id).update(state=ended.value, flag="")
        CasePaper.objects.filter(case=case).update(status=status.value)
        assert _found().get(subject) == {"case_papers_back"}, ended
    CasePaper.objects.filter(case=case).update(status=PaperStatus.RETURNED.value)
    assert subject not in _found()


def test_a_result_whose_mail_was_given_up_is_found_again(cast: Cast) -> None:
    """It lies in a draft of a parcel: the mail that was cancelled says nothing of it any more."""
    case, order = make_case(cast, CaseState.HANDED_OVER, result_way=ResultWay.DOOR.value), make_order(at=AT)
    case.orders.create(order_id=order.id, number=order.number, leg="result", placed_at=AT)
    assert _found()[f"case:{case.id}"] == {"case_posting"}
    Parcel.objects.filter(contents__case=case).update(closed_at=AT, order_id=order.id)
    assert f"case:{case.id}" not in _found()


@pytest.mark.django_db
def test_mail_that_stands_anywhere_is_found() -> None:
    """However it was booked, whoever's door it is: no term, no day until which it is kept, no next attempt."""
    things = {}
    for n, (state, booking) in enumerate(product([s for s in MailState if s not in MAIL_FINAL], ("", "wanted", "booked", "failed"))):
        order, waybill = make_order(at=AT), f"12200000009{n:02}" if booking in ("booked", "") else None
        empty = {"collect_due_at": None, "held_until": None, "next_attempt_at": None}
        Order.objects.filter(id=order.id).update(state=state.value, state_at=AT, booking=booking, waybill_no=waybill, **empty)
        things[f"{state} {booking}"] = f"order:{order.id}"
    assert _never_found(**things) == []


@pytest.mark.django_db
def test_an_instruction_and_a_proposal_that_nobody_ends_are_found() -> None:
    things = {}
    for state, kind in product(TASK_OPEN, TaskKind):
        order = make_order(at=AT)
        task = Task.objects.create(
            number=order.number, kind=kind.value, order_id=order.id, order_version=1, region="34.3416.341602", state=state.value, item="",
            sent_at=AT, waiting_since=AT, begins_at=AT, late_at=AT, taken_at=AT, taken_by=uuid7(), outlet="SL341602D1", late_minutes=30,
        )  # fmt: skip
        things[f"{state} {kind}"] = f"task:{task.id}"
    for n, open_ in enumerate(PROPOSAL_OPEN):
        proposal = Proposal.objects.create(
            code=f"00011700000{n}", version=2, name="示例", region="34.3416", document={}, state=open_.value, valid_from=date(2027, 1, 1),
            proposed_by="示例", changed_at=AT,
        )  # fmt: skip
        things[str(open_)] = f"proposal:{proposal.id}"
    assert _never_found(**things) == []


def test_a_message_that_does_not_go_is_found(cast: Cast) -> None:
    make_case(cast)
    assert "notices:wanted" in _found()
    Notice.objects.update(state=NoticeState.FAILED.value)
    assert f"notice:{Notice.objects.latest('created_at').id}" in _found()


def test_what_waits_for_another_side_or_a_person_is_found(cast: Cast) -> None:
    listed = cases.give_list(case_ids=[make_case(cast, CaseState.APPROVED).id], desk=Desk.STATION, at=AT, by=cast.officer)
    mail.record_scans([seen("9990000000002", "in_transit", AT)], at=AT, by=SYSTEM)
    SetAside.objects.create(follower="timeline", fact_id=uuid7(), seq=1, kind="x", subject="case:1", first_at=AT, next_try_at=AT)
    StaffMove.objects.create(staff=make_staff(), organisation=Organisation.objects.get(code="bozhou-health"), effective_on=shanghai_day(AT))
    found = _found()
    assert found[f"list:{listed.id}"] == {"list_untaken"}
    assert {"unclear_event", "fact_set_aside", "move_overdue"} <= set().union(*found.values())


def test_an_account_whose_month_has_no_statement_is_found(cast: Cast) -> None:
    payer = Organisation.objects.get(code="bozhou-health")
    settlement.post_changes([make_change(account=f"department:{payer.id}", order=str(uuid7()))], by=SYSTEM)
    assert _found()[f"account:department:{payer.id}"] == {"statement_unmade"}
    wait = Wait.objects.get(watch="statement_unmade")
    assert (wait.owner, wait.organisation_id, wait.region) == ("finance", payer.id, payer.region)
    assert isinstance(wait.organisation_id, UUID)
