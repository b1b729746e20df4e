"""Whose turn it is in a case, since when, and until when: a pure rule from the case's state and its mails' states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from govpost.cases.rules import Leg, PaperWay, ResultWay
from govpost.cases.states import ENDED_EARLY
from govpost.cases.states import State as CaseState
from govpost.common.text import Text
from govpost.delivery.rules import Door
from govpost.delivery.states import State as Mail


class Who(StrEnum):
    """Whoever has to do the next thing."""

    APPLICANT = "applicant"
    COURIER = "courier"
    WINDOW = "window"
    DEPARTMENT = "department"
    STATION = "station"
    CARRIER = "carrier"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class CaseNow:
    """What of a case decides whose turn it is.

    since: when it came into its state. papers_here: the window has received all papers (or none are needed). papers_missing: it has
    received some and counted others as missing. papers_held: it still holds papers of the applicant. due_on: end of the running term.
    """

    state: CaseState
    since: datetime
    paper_way: str = PaperWay.NONE
    result_way: str = ResultWay.DOOR
    papers_here: bool = True
    papers_missing: bool = False
    papers_held: bool = False
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class MailNow:
    """What of a mail decides whose turn it is: the latest order of each leg."""

    leg: Leg
    state: Mail
    since: datetime
    door: Door
    due_at: datetime | None = None
    next_attempt_at: datetime | None = None
    held_until: datetime | None = None
    delivered_ok: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """`due` is a day or a moment, None where nothing was promised."""

    who: Who
    since: datetime
    sentence: Text
    due: date | datetime | None = None


def whose_turn(case: CaseNow, mails: Sequence[MailNow]) -> Turn:
    """Exactly one answer for every state of a case and its mails."""
    latest = {mail.leg: mail for mail in sorted(mails, key=lambda mail: mail.since)}
    if case.state is CaseState.DRAFT:
        return Turn(Who.APPLICANT, case.since, Text("Complete the application and submit it."))
    if case.state is CaseState.SUBMITTED:
        return _submitted(case, latest.get(Leg.PAPERS))
    if case.state is CaseState.CORRECTING:
        return Turn(Who.APPLICANT, case.since, Text("The department asked for corrections: please hand them in."), case.due_on)
    if case.state is CaseState.ACCEPTED:
        return Turn(Who.DEPARTMENT, case.since, Text("The department decides."), case.due_on)
    if case.state in (CaseState.APPROVED, CaseState.REFUSED):
        return _decided(case)
    if case.state is CaseState.HANDED_OVER:
        return _handed_over(case, latest.get(Leg.RESULT))
    if case.state in ENDED_EARLY:
        return _ended_early(case, latest)
    return Turn(Who.NOBODY, case.since, Text("The case is finished."))


def _submitted(case: CaseNow, papers: MailNow | None) -> Turn:
    if case.papers_here:
        return Turn(Who.DEPARTMENT, case.since, Text("The department checks the application."), case.due_on)
    if papers is not None and papers.state not in (Mail.DELIVERED, Mail.CANCELLED):
        return papers_turn(papers)
    if case.papers_missing:
        return Turn(Who.APPLICANT, case.since, Text("Some papers are missing: please bring them to the window."))
    if papers is not None and papers.state is Mail.DELIVERED:
        return Turn(Who.WINDOW, papers.since, Text("The window counts the papers."))
    return Turn(Who.APPLICANT, case.since, Text("Please bring the papers to the window."))


def _decided(case: CaseNow) -> Turn:
    if case.result_way == ResultWay.WINDOW:
        return Turn(Who.DEPARTMENT, case.since, Text("The department gives the result to the window."), case.due_on)
    return Turn(Who.DEPARTMENT, case.since, Text("The department gives the result to the post."), case.due_on)


def _handed_over(case: CaseNow, result: MailNow | None) -> Turn:
    if result is not None and result.state is not Mail.CANCELLED:
        return result_turn(result, due_on=case.due_on)
    if case.result_way == ResultWay.WINDOW:
        return Turn(Who.APPLICANT, case.since, Text("The result is ready: please fetch it at the window."), case.due_on)
    return Turn(Who.STATION, case.since, Text("The station desk packs the result and posts it."), case.due_on)


def _ended_early(case: CaseNow, latest: Mapping[Leg, MailNow]) -> Turn:
    """The case is over, but papers may still be under way, at the window, or on their way back."""
    papers, back = latest.get(Leg.PAPERS), latest.get(Leg.RETURNED_PAPERS)
    if papers is not None and papers.state in _UNDER_WAY:
        return papers_turn(papers)
    if back is not None and _still_back(back, case):
        return back_turn(back)
    if case.papers_held:
        return Turn(Who.WINDOW, case.since, Text("The window gives the papers back."))
    return Turn(Who.NOBODY, case.since, Text("The case is finished."))


def _still_back(back: MailNow, case: CaseNow) -> bool:
    """Whether the mail with the papers has the word; once it came back only while the window still holds them."""
    if back.state is Mail.DELIVERED:
        return not back.delivered_ok
    return back.state is not Mail.CANCELLED and (back.state is not Mail.RETURNED or case.papers_held)


_UNDER_WAY = frozenset(
    {Mail.COLLECTED, Mail.IN_TRANSIT, Mail.AT_DELIVERY_OFFICE, Mail.OUT_FOR_DELIVERY, Mail.ATTEMPT_FAILED, Mail.AT_PICKUP_POINT,
     Mail.REFUSED, Mail.RETURNING, Mail.RETURNED, Mail.LOST}
)  # fmt: skip
# Who has the mail in hand in each state; "door" is our courier or the carrier, whoever's door it is.
_PAPERS: Mapping[Mail, tuple[Who | str, Text]] = {
    Mail.ORDERED: ("door", Text("A courier comes to fetch the papers.")),
    Mail.PICKUP_ASSIGNED: ("door", Text("The courier has taken the order and comes to fetch the papers.")),
    Mail.PICKUP_FAILED: ("door", Text("The papers could not be fetched; the courier comes again.")),
    Mail.COLLECTED: ("door", Text("The courier brings the papers to the window.")),
    Mail.IN_TRANSIT: ("door", Text("The papers are on their way to the window.")),
    Mail.AT_DELIVERY_OFFICE: ("door", Text("The papers are on their way to the window.")),
    Mail.OUT_FOR_DELIVERY: ("door", Text("The papers are on their way to the window.")),
    Mail.ATTEMPT_FAILED: ("door", Text("The papers could not be handed over at the window; they are brought again.")),
    Mail.AT_PICKUP_POINT: (Who.WINDOW, Text("The papers lie at the outlet; the window fetches them.")),
    Mail.REFUSED: (Who.STATION, Text("The papers did not reach the window; the post looks into it.")),
    Mail.RETURNING: (Who.STATION, Text("The papers did not reach the window; the post looks into it.")),
    Mail.RETURNED: (Who.STATION, Text("The papers did not reach the window; the post looks into it.")),
    Mail.LOST: (Who.STATION, Text("The papers were lost on the way; the post looks into it and calls you.")),
    Mail.DELIVERED: (Who.WINDOW, Text("The window counts the papers.")),
    Mail.CANCELLED: (Who.APPLICANT, Text("Please bring the papers to the window.")),
}
_RESULT: Mapping[Mail, tuple[Who | str, Text]] = {
    Mail.ORDERED: (Who.STATION, Text("The station desk packs the result and posts it.")),
    Mail.PICKUP_ASSIGNED: (Who.CARRIER, Text("The carrier fetches the result from the station desk.")),
    Mail.PICKUP_FAILED: (Who.CARRIER, Text("The carrier fetches the result from the station desk.")),
    Mail.COLLECTED: (Who.CARRIER, Text("The result is on its way to you.")),
    Mail.IN_TRANSIT: (Who.CARRIER, Text("The result is on its way to you.")),
    Mail.AT_DELIVERY_OFFICE: ("door", Text("The result has arrived near you and is brought to your door.")),
    Mail.OUT_FOR_DELIVERY: ("door", Text("The courier is bringing the result today.")),
    Mail.ATTEMPT_FAILED: ("door", Text("Nobody could take the result; it is brought again.")),
    Mail.AT_PICKUP_POINT: (Who.APPLICANT, Text("The result is kept for you: please fetch it.")),
    Mail.REFUSED: (Who.STATION, Text("The result was refused at the door; the post sends it back to the window.")),
    Mail.RETURNING: (Who.CARRIER, Text("The result is on its way back to the window.")),
    Mail.RETURNED: (Who.APPLICANT, Text("The result came back: please fetch it at the window.")),
    Mail.LOST: (Who.STATION, Text("The result was lost on the way; the post looks into it and calls you.")),
    Mail.DELIVERED: (Who.NOBODY, Text("The result was delivered.")),
    Mail.CANCELLED: (Who.STATION, Text("The station desk packs the result and posts it.")),
}
_BACK: Mapping[Mail, tuple[Who | str, Text]] = {
    Mail.ORDERED: (Who.STATION, Text("The station desk posts your papers back to you.")),
    Mail.PICKUP_ASSIGNED: (Who.CARRIER, Text("The carrier fetches your papers from the station desk.")),
    Mail.PICKUP_FAILED: (Who.CARRIER, Text("The carrier fetches your papers from the station desk.")),
    Mail.COLLECTED: (Who.CARRIER, Text("Your papers are on their way back to you.")),
    Mail.IN_TRANSIT: (Who.CARRIER, Text("Your papers are on their way back to you.")),
    Mail.AT_DELIVERY_OFFICE: ("door", Text("Your papers have arrived near you and are brought to your door.")),
    Mail.OUT_FOR_DELIVERY: ("door", Text("The courier is bringing your papers back today.")),
    Mail.ATTEMPT_FAILED: ("door", Text("Nobody could take your papers; they are brought again.")),
    Mail.AT_PICKUP_POINT: (Who.APPLICANT, Text("Your papers are kept for you: please fetch them.")),
    Mail.REFUSED: (Who.STATION, Text("Your papers were refused at the door; the post sends them back to the window.")),
    Mail.RETURNING: (Who.CARRIER, Text("Your papers are on their way back to the window.")),
    Mail.RETURNED: (Who.APPLICANT, Text("Your papers came back: please fetch them at the window.")),
    Mail.LOST: (Who.STATION, Text("Your papers were lost on the way; the post looks into it and calls you.")),
    Mail.DELIVERED: (Who.NOBODY, Text("Your papers were brought back.")),
    Mail.CANCELLED: (Who.WINDOW, Text("The window gives the papers back.")),
}
_FOR_A_PERSON = Text("Somebody signed who may not sign for this item; the post looks into it and calls you.")
_AGAIN_OR_BRING = Text("The papers could not be fetched. Please bring them to the window or order another collection.")
_NEXT = frozenset({Mail.PICKUP_FAILED, Mail.ATTEMPT_FAILED})


def papers_turn(mail: MailNow) -> Turn:
    """Papers from the applicant's door to the window."""
    if mail.state is Mail.PICKUP_FAILED and mail.door is Door.OURS and mail.next_attempt_at is None:
        return Turn(Who.APPLICANT, mail.since, _AGAIN_OR_BRING)
    return _of(mail, _PAPERS)


def result_turn(mail: MailNow, *, due_on: date | None = None) -> Turn:
    """The result from the station desk to the applicant; `due_on` is the term that law or item gives for it."""
    if mail.state is Mail.DELIVERED and not mail.delivered_ok:
        return Turn(Who.STATION, mail.since, _FOR_A_PERSON, due_on)
    return _of(mail, _RESULT)


def back_turn(mail: MailNow) -> Turn:
    """The applicant's papers on their way back."""
    if mail.state is Mail.DELIVERED and not mail.delivered_ok:
        return Turn(Who.STATION, mail.since, _FOR_A_PERSON)
    return _of(mail, _BACK)


def _of(mail: MailNow, table: Mapping[Mail, tuple[Who | str, Text]]) -> Turn:
    who, sentence = table[mail.state]
    if who == "door":
        who = Who.COURIER if mail.door is Door.OURS else Who.CARRIER
    return Turn(Who(who), mail.since, sentence, _due(mail))


def _due(mail: MailNow) -> datetime | None:
    if mail.state in _NEXT:
        return mail.next_attempt_at or mail.due_at
    if mail.state is Mail.AT_PICKUP_POINT:
        return mail.held_until
    return mail.due_at if mail.state not in (Mail.DELIVERED, Mail.RETURNED, Mail.CANCELLED, Mail.LOST) else None
