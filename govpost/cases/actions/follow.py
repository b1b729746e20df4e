"""What the post's facts do to cases: papers under way, results delivered, withdrawn, returned, lost. Driven by `reactions` only.

Level-triggered: each news carries the whole state of an order and its version. Older news than what was heard changes nothing,
so facts may come twice, late or out of order. Lock order: the order's cases by id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from govpost.cases import events, halls, lights
from govpost.cases.actions.apply import forget_collection
from govpost.cases.actions.result import join_parcel
from govpost.cases.models import Case, CaseOrder, CasePaper, ParcelCase
from govpost.cases.moving import lock, permit_at, say, start_delivery_clock, step, stop_clock, tell
from govpost.cases.rules import Flag, Leg, PaperStatus, PaperWay, ResultWay
from govpost.cases.states import State, Verb
from govpost.common.actor import Actor
from govpost.delivery import queries as delivery
from govpost.delivery.states import BEFORE_COLLECTION
from govpost.delivery.states import State as Mail


@dataclass(frozen=True, slots=True)
class News:
    """What `delivery.order_changed` says of one order."""

    order_id: UUID
    version: int
    after: Mail
    delivered_ok: bool
    occurred_at: datetime
    known_at: datetime
    window: tuple[datetime, datetime] | None = None  # the appointment for a collection, as it stands now
    quiet: bool = False  # an imported past, of which nobody is told by message

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> News:
        return cls(
            UUID(payload["order"]), payload["version"], Mail(payload["after"]), payload["delivered_ok"],
            datetime.fromisoformat(payload["occurred_at"]), datetime.fromisoformat(payload["known_at"]), _window(payload),
            payload.get("source") == "import",
        )  # fmt: skip


def _window(payload: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    start, end = payload.get("window_from"), payload.get("window_to")
    return (datetime.fromisoformat(start), datetime.fromisoformat(end)) if start and end else None


def follow_order(*, news: News, by: Actor) -> int:
    """Bring every case of the order to what the news says; returns how many cases heard something new."""
    with transaction.atomic():
        heard = 0
        for case_id in CaseOrder.objects.filter(order_id=news.order_id).order_by("case_id").values_list("case_id", flat=True):
            case = lock(case_id)
            permit_at(by, "follow_orders", case)
            order = CaseOrder.objects.select_for_update().get(case=case, order_id=news.order_id)
            if order.version >= news.version:
                continue
            before, order.heard, order.version = Mail(order.heard), news.after.value, news.version
            order.save(update_fields=["heard", "version"])
            _follow(case, order, before, news, by)
            if lights.note_mail(case):
                case.save(update_fields=["mail_amber_at", "mail_red_at"])
            heard += 1
    return heard


def _follow(case: Case, order: CaseOrder, before: Mail, news: News, by: Actor) -> None:
    latest = order.id == _latest(case, Leg(order.leg))
    if order.leg == Leg.PAPERS:
        _papers(case, order, news, by, latest=latest)
    elif order.leg == Leg.RESULT and latest:
        _result(case, news, by)
    elif order.leg == Leg.RETURNED_PAPERS and latest:
        _papers_back(case, order, before, news, by)


def _latest(case: Case, leg: Leg) -> UUID | None:
    """What was given up and made again has a newer order; only that one speaks."""
    found: UUID | None = case.orders.filter(leg=leg.value).order_by("-placed_at", "-id").values_list("id", flat=True).first()
    return found


# -- papers ------------------------------------------------------------------------


def _papers(case: Case, order: CaseOrder, news: News, by: Actor, *, latest: bool) -> None:
    """Collected: the papers are on the way. Received is the window's own word. Cancelled by the post: bring them. Lost: a flag."""
    expected = list(case.papers.filter(round=order.round, status=PaperStatus.EXPECTED.value))
    awaited = latest and case.paper_way == PaperWay.DOOR and bool(expected)
    if news.after is Mail.LOST:
        _flag(case, Flag.PAPERS_LOST, news, by)
    elif news.after is Mail.CANCELLED and awaited:
        forget_collection(case)
        tell(case, events.COLLECTION_CANCELLED, at=news.known_at, by=by, occurred_at=news.occurred_at, order=news.order_id)
    elif news.after in BEFORE_COLLECTION and awaited:
        _appointment(case, news, by)
    elif news.after not in (*BEFORE_COLLECTION, Mail.CANCELLED) and expected:
        _on_the_way(case, expected, news, by)


def _appointment(case: Case, news: News, by: Actor) -> None:
    """The applicant named another time at the door."""
    if news.window is None or news.window == (case.window_from, case.window_to):
        return
    case.window_from, case.window_to = news.window
    tell(
        case, events.COLLECTION_MOVED, at=news.known_at, by=by, occurred_at=news.occurred_at, order=news.order_id,
        window_from=case.window_from, window_to=case.window_to,
    )  # fmt: skip


def _on_the_way(case: Case, expected: list[CasePaper], news: News, by: Actor) -> None:
    """As counted at the door by neutral labels; a paper that was missing there is still awaited by the window."""
    checks = delivery.checks_of([news.order_id]).get(news.order_id, [])
    seen = {check.opaque_id: check.seen for check in checks}
    for paper in expected:
        there = seen.get(str(paper.id)) is not False
        paper.status = (PaperStatus.ON_THE_WAY if there else PaperStatus.MISSING).value
        paper.status_at = news.occurred_at
    CasePaper.objects.bulk_update(expected, ["status", "status_at"])
    gone = sum(paper.status == PaperStatus.ON_THE_WAY for paper in expected)
    tell(
        case, events.PAPERS_ON_THE_WAY, at=news.known_at, by=by, occurred_at=news.occurred_at, order=news.order_id,
        papers=gone, missing=len(expected) - gone,
    )  # fmt: skip


# -- papers on their way back ---------------------------------------------------------------


_AT_THE_HALL = (Mail.RETURNED, Mail.CANCELLED)
_LOOK_INTO = (Mail.LOST, Mail.DELIVERED)


def _papers_back(case: Case, order: CaseOrder, before: Mail, news: News, by: Actor) -> None:
    """Not brought home, or never posted: the window has the papers again. A return that was withdrawn: it has them no more."""
    if news.after is Mail.LOST:
        _flag(case, Flag.PAPERS_LOST, news, by)
    elif news.after is Mail.DELIVERED and not news.delivered_ok:
        _flag(case, Flag.SIGNER_NOT_ALLOWED, news, by)
    elif before in _LOOK_INTO:
        _flag(case, None, news, by)
    if news.after in _AT_THE_HALL:
        _papers_here(case, order, news, by)
    elif before in _AT_THE_HALL:
        held = case.papers.filter(status=PaperStatus.RECEIVED.value)
        if held.update(status=PaperStatus.RETURNED.value, status_at=order.placed_at):
            tell(case, events.PAPERS_RETURNED, at=news.known_at, by=by, how="mail", order=news.order_id)


def _papers_here(case: Case, order: CaseOrder, news: News, by: Actor) -> None:
    """Only what went with this mail: papers that the window gave to the applicant meanwhile are not here."""
    sent = case.papers.filter(status=PaperStatus.RETURNED.value, status_at=order.placed_at)
    papers = sent.update(status=PaperStatus.RECEIVED.value, status_at=news.occurred_at)
    if not papers:
        return
    facts: dict[str, Any] = {"order": news.order_id, "papers": papers, "after": news.after.value}
    tell(case, events.PAPERS_CAME_BACK, at=news.known_at, by=by, occurred_at=news.occurred_at, **facts)
    if news.after is Mail.RETURNED:
        say(case, "papers_at_window", at=news.known_at, by=by, key=str(case.version), place=case.hall.name)


# -- results -------------------------------------------------------------------------


def _result(case: Case, news: News, by: Actor) -> None:
    if news.after is Mail.DELIVERED and news.delivered_ok:
        _delivered(case, news, by)
        return
    if case.state == State.CLOSED and case.closed_by_order == news.order_id:
        _reopen(case, news, by)
    if case.state != State.HANDED_OVER:
        return
    if news.after is Mail.DELIVERED:
        _flag(case, Flag.SIGNER_NOT_ALLOWED, news, by)
    elif news.after is Mail.LOST:
        _flag(case, Flag.LOST, news, by)
    else:
        _flag(case, None, news, by)
        _move_in_mail(case, news, by)


def _delivered(case: Case, news: News, by: Actor) -> None:
    """To somebody whom the item allows: the case closes by itself."""
    if case.state != State.HANDED_OVER:
        return
    case.closed_at, case.closed_by_order, case.flag = news.occurred_at, news.order_id, ""
    stop_clock(case)
    step(case, Verb.CLOSE, events.CLOSED, at=news.known_at, by=by, occurred_at=news.occurred_at, how="delivered", order=news.order_id)
    if not news.quiet:
        say(case, "case_closed", at=news.known_at, by=by, key=str(case.version))


def _reopen(case: Case, news: News, by: Actor) -> None:
    """The delivery that closed the case was withdrawn: it is open again, and its term runs as before."""
    case.closed_at, case.closed_by_order = None, None
    if case.decided_at is not None:
        start_delivery_clock(case, case.decided_at)
    step(case, Verb.REOPEN, events.REOPENED, at=news.known_at, by=by, order=news.order_id, after=news.after.value)
    say(case, "case_reopened", at=news.known_at, by=by, key=str(case.version))


def _move_in_mail(case: Case, news: News, by: Actor) -> None:
    """Returned: the result waits at the window. Given up before posting: it waits for a new parcel. A return withdrawn: back in it."""
    binding = ParcelCase.objects.filter(case=case, parcel__order_id=news.order_id).order_by("-joined_at", "-id").first()
    if binding is None:
        return
    if news.after is Mail.RETURNED and binding.left_at is None:
        _came_back(case, binding, news, by)
    elif news.after is Mail.CANCELLED and binding.left_at is None:
        _leave(binding, news)
        if case.result_way == ResultWay.DOOR:
            join_parcel(case, at=news.known_at)
    elif news.after not in (Mail.RETURNED, Mail.CANCELLED) and binding.left_at is not None and _free(case):
        binding.left_at = None
        binding.save(update_fields=["left_at"])
        case.result_way = ResultWay.DOOR.value
        tell(case, events.RESULT_WAY_CHANGED, at=news.known_at, by=by, place="mail", order=news.order_id)


def _came_back(case: Case, binding: ParcelCase, news: News, by: Actor) -> None:
    _leave(binding, news)
    case.result_way = ResultWay.WINDOW.value
    halls.move(case, halls.posting_hall(case))
    tell(case, events.RESULT_CAME_BACK, at=news.known_at, by=by, occurred_at=news.occurred_at, order=news.order_id)
    if not news.quiet:
        say(case, "result_at_window", at=news.known_at, by=by, key=str(case.version), place=case.hall.name)


def _leave(binding: ParcelCase, news: News) -> None:
    binding.left_at = news.known_at
    binding.save(update_fields=["left_at"])


def _free(case: Case) -> bool:
    return not ParcelCase.objects.filter(case=case, left_at=None).exists()


def _flag(case: Case, flag: Flag | None, news: News, by: Actor) -> None:
    """Something for a person, or that it is settled; nothing is told when nothing changed."""
    value = flag.value if flag else ""
    if case.flag != value:
        case.flag = value
        tell(case, events.FLAGGED, at=news.known_at, by=by, flag=value, order=news.order_id)
