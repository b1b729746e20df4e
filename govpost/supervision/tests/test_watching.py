"""Watchdogs: every waiting state has its row; what waits too long is told once, shown to its owner, and goes when it goes on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from govpost.cases import actions as cases
from govpost.cases.models import Case
from govpost.cases.rules import Desk
from govpost.cases.states import FINAL as CASE_FINAL
from govpost.cases.states import State as CaseState
from govpost.cases.testing import Cast, make_case, make_cast
from govpost.catalogue.states import OPEN as PROPOSAL_OPEN
from govpost.common.actor import Actor, Grant
from govpost.delivery import actions as mail
from govpost.delivery.models import Order
from govpost.delivery.states import FINAL as MAIL_FINAL
from govpost.delivery.states import State as MailState
from govpost.delivery.testing import SYSTEM, make_order, make_papers, seen
from govpost.dispatch.states import OPEN as TASK_OPEN
from govpost.journal.models import Fact
from govpost.parties.roles import Role
from govpost.places.testing import AT
from govpost.supervision import actions, looking, queries
from govpost.supervision.models import Wait
from govpost.supervision.rules import WATCHES, Of

DAY = timedelta(days=1)
HERE = "34.3416.341602"
# A draft is nobody's but the applicant's; retention ends it (`drafts`).
WITHOUT_A_WATCH = {CaseState.DRAFT.value}


def test_every_waiting_state_has_a_row_and_every_row_is_looked_for() -> None:
    waiting = {
        Of.CASE: {state.value for state in CaseState if state not in CASE_FINAL} - WITHOUT_A_WATCH,
        Of.ORDER: {state.value for state in MailState if state not in MAIL_FINAL},
        Of.TASK: {state.value for state in TASK_OPEN},
        Of.PROPOSAL: {state.value for state in PROPOSAL_OPEN},
    }
    for of, states in waiting.items():
        watched = {str(state) for watch in WATCHES if watch.of is of for state in watch.states}
        assert states - watched == set(), of
        assert watched - states == set(), of
    looked_for = set(looking._LOOKS) | set(looking._HOUSE) | {"follower_behind", "statement_unmade", "outlet_left"}
    assert {watch.code for watch in WATCHES} == looked_for


def _watch(at: datetime) -> int:
    return actions.watch(at=at, by=SYSTEM)


def _codes(**over: Any) -> set[str]:
    return set(Wait.objects.filter(ended_at=None, **over).values_list("watch", flat=True))


_TRACKS = {
    "mail_silent": (("collected", "in_transit"), 3 * DAY), "mail_at_office": (("at_delivery_office",), DAY),
    "mail_out": (("out_for_delivery",), DAY),
    "mail_refused": (("refused",), 2 * DAY), "mail_returning": (("returning",), 7 * DAY), "mail_attempt": (("attempt_failed",), DAY),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("code", _TRACKS)
def test_mail_that_stands_still_is_noticed_after_its_patience_and_not_before(code: str) -> None:
    kinds, patience = _TRACKS[code]
    order = make_order(at=AT - DAY, waybill_no="1220000000301")
    mail.record_scans([seen("1220000000301", kind, AT) for kind in kinds], at=AT, by=SYSTEM)
    began = max(Order.objects.get(id=order.id).next_attempt_at or AT, AT)
    _watch(began + patience - timedelta(minutes=1))
    assert code not in _codes(subject=f"order:{order.id}")
    _watch(began + patience)
    assert code in _codes(subject=f"order:{order.id}")


@pytest.mark.django_db
def test_what_waits_is_told_once_and_goes_when_it_goes_on() -> None:
    order = make_order(at=AT - DAY, waybill_no="1220000000302")
    mail.record_scans([seen("1220000000302", "in_transit", AT)], at=AT, by=SYSTEM)
    assert _watch(AT + 4 * DAY) >= 1
    assert _watch(AT + 5 * DAY) == 0
    told = Fact.objects.filter(kind="supervision.waits_too_long", subject=f"order:{order.id}")
    assert [fact.payload["watch"] for fact in told] == ["mail_silent"]
    mail.record_scans([seen("1220000000302", "delivered", AT + 5 * DAY, signer_class="addressee")], at=AT + 5 * DAY, by=SYSTEM)
    _watch(AT + 6 * DAY)
    assert _codes(subject=f"order:{order.id}") == set()
    assert Wait.objects.get(subject=f"order:{order.id}").ended_at == AT + 6 * DAY


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "over", "code", "days"),
    [
        (CaseState.SUBMITTED, {}, "case_papers", 12),
        (CaseState.ACCEPTED, {}, "case_decision", 40),
        (CaseState.APPROVED, {}, "case_handing_over", 30),
        (CaseState.CORRECTING, {}, "case_correction", 40),
        (CaseState.HANDED_OVER, {"result_way": "window"}, "case_fetching", 60),
        (CaseState.HANDED_OVER, {}, "case_posting", 30),
    ],
)
def test_a_case_that_stands_still_is_noticed(state: CaseState, over: dict[str, Any], code: str, days: int) -> None:
    case = make_case(make_cast(), state, **over)
    _watch(AT + timedelta(minutes=1))
    assert code not in _codes(subject=f"case:{case.id}")
    _watch(AT + days * DAY)
    assert code in _codes(subject=f"case:{case.id}")


@pytest.mark.django_db
def test_collections_lists_messages_and_unclear_events_are_noticed() -> None:
    cast = make_cast()
    papers = make_papers(at=AT)
    listed = make_case(cast, CaseState.APPROVED)
    cases.give_list(case_ids=[listed.id], desk=Desk.STATION, at=AT, by=cast.officer)
    mail.record_scans([seen("9990000000001", "in_transit", AT)], at=AT, by=SYSTEM)
    _watch(AT + 3 * DAY)
    assert "mail_collection" in _codes(subject=f"order:{papers.id}")
    assert {"list_untaken", "unclear_event"} <= _codes()


# -- who sees what -------------------------------------------------------------------


def _staff(role: Role, region: str, organisation: Any = None) -> Actor:
    return Actor("staff", uuid4(), "示例", (Grant(role, region, organisation),))


@pytest.fixture
def waiting(db: None) -> Cast:
    cast = make_cast()
    make_case(cast, CaseState.ACCEPTED)
    mail.record_scans([seen("1220000000303", "in_transit", AT)], at=AT, by=SYSTEM)
    make_order(at=AT - DAY, waybill_no="1220000000304")
    mail.record_scans([seen("1220000000304", "in_transit", AT)], at=AT, by=SYSTEM)
    _watch(AT + 40 * DAY)
    return cast


def test_everybody_sees_what_waits_for_them_where_they_work(waiting: Cast) -> None:
    case = Case.objects.get(state="accepted")
    officer = _staff(Role.OFFICER, HERE, case.department_id)
    assert set(queries.counts(officer)) == {"case_decision"}
    assert set(queries.counts(_staff(Role.OFFICER, HERE, uuid4()))) == set()
    assert "mail_silent" in queries.counts(_staff(Role.STATION, "34.3416"))
    assert {"mail_silent", "case_decision"} <= set(queries.counts(_staff(Role.SUPERVISOR, "34")))
    for stranger in (_staff(Role.STATION, "37"), _staff(Role.QUALITY, "34"), _staff(Role.COURIER, HERE)):
        assert queries.counts(stranger) == {}


def test_looking_asks_as_often_however_much_waits(waiting: Cast, django_assert_max_num_queries: Any) -> None:
    for number in range(5):
        make_order(at=AT - DAY, waybill_no=f"122000000041{number}")
        mail.record_scans([seen(f"122000000041{number}", "in_transit", AT)], at=AT, by=SYSTEM)
    with django_assert_max_num_queries(3 * len(WATCHES) + 60):
        _watch(AT + 41 * DAY)


def test_many_that_wait_for_one_cause_are_one_line_for_the_administrator_of_the_country(db: None) -> None:
    cast = make_cast()
    for _ in range(3):
        make_case(cast)  # each says something to its applicant, and nothing sends it here
    _watch(AT + DAY)
    (wait,) = Wait.objects.filter(watch="notice_unsent")
    assert int(wait.number.split()[-1]) >= 3
    assert "notice_unsent" in queries.counts(_staff(Role.ADMIN, ""))
    assert "notice_unsent" not in queries.counts(_staff(Role.ADMIN, "34"))
