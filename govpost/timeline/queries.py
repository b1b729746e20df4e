"""The story of a case or a mail in words, and whose turn it is. Whoever may see the case or the mail may read its story."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from govpost.cases import queries as cases
from govpost.cases.models import Case, CaseOrder, CasePaper
from govpost.cases.rules import Leg, PaperStatus
from govpost.cases.states import State as CaseState
from govpost.common.actor import Actor
from govpost.common.text import Text
from govpost.delivery import queries as delivery
from govpost.delivery.models import Order
from govpost.delivery.rules import Door
from govpost.delivery.states import State as Mail
from govpost.timeline.models import Audience, Entry
from govpost.timeline.turns import CaseNow, MailNow, Turn
from govpost.timeline.turns import whose_turn as decide
from govpost.timeline.words import ROLES

LATE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a story. actor: office or masked person, empty for readers who are not staff. place: division code or "".

    learnt_late: it became known more than an hour after it happened. voided: withdrawn later; shown struck through, with `why`.
    """

    id: UUID
    at: datetime
    known_at: datetime
    kind: str
    words: Text
    remark: Text | None
    who: str
    who_words: Text
    actor: str
    place: str
    number: str
    learnt_late: bool
    voided: bool
    voided_at: datetime | None
    why: Text | None


def story(actor: Actor, case_number: str) -> list[Line]:
    """Everything that happened to a case and its mails, in the order in which it happened. Raises NotFound."""
    return story_of(actor, cases.case(actor, case_number))


def story_of(actor: Actor, case: Case) -> list[Line]:
    """The same for a case that the actor was given by `cases.queries`. One mail may carry several cases: each tells it."""
    orders = [f"order:{order_id}" for order_id in case.orders.values_list("order_id", flat=True)]
    return _lines(actor, [f"case:{case.id}", *orders])


def order_story(actor: Actor, number: str) -> list[Line]:
    """Everything that happened to one mail, by our number or the carrier's. Raises NotFound."""
    return order_story_of(actor, delivery.order(actor, number))


def order_story_of(actor: Actor, order: Order) -> list[Line]:
    """The same for a mail that the actor was given by `delivery.queries`."""
    return _lines(actor, [f"order:{order.id}"])


def whose_turn(actor: Actor, case_number: str) -> Turn:
    """Who has to do the next thing in a case, since when and until when. Raises NotFound."""
    return turn_of(cases.case(actor, case_number))


def turn_of(case: Case) -> Turn:
    """The same for a case that the actor was given by `cases.queries`."""
    return turns_of([case])[case.id]


def turns_of(found: Sequence[Case]) -> dict[UUID, Turn]:
    """Whose turn it is in each of the cases of a list, in three statements however many there are."""
    papers: dict[UUID, list[CasePaper]] = {case.id: [] for case in found}
    for paper in CasePaper.objects.filter(case__in=found).only("case_id", "round", "status"):
        papers[paper.case_id].append(paper)
    carried: dict[UUID, list[CaseOrder]] = {case.id: [] for case in found}
    for link in CaseOrder.objects.filter(case__in=found).order_by("placed_at", "id"):
        carried[link.case_id].append(link)
    orders = delivery.standing({link.order_id for links in carried.values() for link in links})
    return {case.id: _turn(case, papers[case.id], carried[case.id], orders) for case in found}


def _lines(actor: Actor, subjects: Iterable[str]) -> list[Line]:
    staff = actor.kind == "staff" or actor.is_system
    readable = Q() if staff else Q(audience=Audience.ALL.value)
    rows = Entry.objects.filter(readable, subject__in=list(subjects)).order_by("at", "known_at", "id")
    return [_line(row, staff=staff) for row in rows]


def _line(row: Entry, *, staff: bool) -> Line:
    return Line(
        id=row.id, at=row.at, known_at=row.known_at, kind=row.kind, words=Text.from_json(row.words), remark=_text(row.remark),
        who=row.who, who_words=ROLES[row.who], actor=row.actor if staff else "", place=row.place, number=row.number,
        learnt_late=row.known_at - row.at > LATE, voided=row.voided_at is not None, voided_at=row.voided_at,
        why=_text(row.void_why),
    )  # fmt: skip


def _text(value: dict[str, object] | None) -> Text | None:
    return Text.from_json(value) if value else None


def _turn(case: Case, papers: Sequence[CasePaper], links: Sequence[CaseOrder], orders: dict[UUID, Order]) -> Turn:
    latest = max((paper.round for paper in papers), default=0)
    mails = [
        _mail(link, orders[link.order_id]) for link in links if link.order_id in orders and (link.leg != Leg.PAPERS or link.round == latest)
    ]
    return decide(_now(case, [paper for paper in papers if paper.round == latest], papers), mails)


def _mail(link: CaseOrder, order: Order) -> MailNow:
    leg = Leg(link.leg)
    coming = leg is Leg.PAPERS and order.collected_at is None
    due_at = (order.collect_moved_to or order.collect_due_at) if coming else order.promised_at
    return MailNow(
        leg, Mail(order.state), order.state_at, Door(order.door), due_at=due_at, next_attempt_at=order.next_attempt_at,
        held_until=order.held_until, delivered_ok=order.delivered_ok,
    )  # fmt: skip


def _now(case: Case, current: Sequence[CasePaper], papers: Sequence[CasePaper]) -> CaseNow:
    return CaseNow(
        state=CaseState(case.state), since=_since(case), paper_way=case.paper_way, result_way=case.result_way,
        papers_here=case.clock_from_at is not None,
        papers_missing=any(paper.status == PaperStatus.MISSING for paper in current),
        papers_held=any(paper.status == PaperStatus.RECEIVED for paper in papers), due_on=cases.due_on(case),
    )  # fmt: skip


def _since(case: Case) -> datetime:
    """When the case came into its state."""
    submitted = case.clock_from_at or case.resubmitted_at or case.submitted_at
    since = {
        CaseState.SUBMITTED: submitted,
        CaseState.CORRECTING: case.correction_requested_at,
        CaseState.ACCEPTED: case.accepted_at,
        CaseState.APPROVED: case.decided_at,
        CaseState.REFUSED: case.decided_at,
        CaseState.HANDED_OVER: case.handed_over_at,
        CaseState.CLOSED: case.closed_at,
    }.get(CaseState(case.state), case.ended_at)
    return since or case.created_at
