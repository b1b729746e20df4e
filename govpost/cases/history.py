"""What another system says of a case of its own: its moves in the order of their moments, and what does not fit together. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from govpost.cases.rules import Address, Channel, PaperWay, ResultWay
from govpost.cases.states import DECIDED, TABLE, State, Verb
from govpost.common.text import Text
from govpost.parties.rules import Identity

S, V = State, Verb


@dataclass(frozen=True, slots=True)
class Told:
    """One case as it stands elsewhere. `ref` is its number there, `document` the serial of what was issued there.

    Moments are those of the other system; one that is missing did not happen yet. `papers_mail` and `result_mail` name mail that is
    here: a waybill number, or our own number of the order.
    """

    ref: str
    item: str
    applicant: Identity
    state: State
    paper_way: str
    result_way: str
    submitted_at: datetime
    department: str = ""  # its code, where it is said
    channel: str = Channel.PARTNER.value
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    address: Address | None = field(default=None, repr=False)
    papers_received_at: datetime | None = None
    correction_requested_at: datetime | None = None
    correction_due_on: date | None = None
    corrections: tuple[str, ...] = field(default=(), repr=False)
    resubmitted_at: datetime | None = None
    accepted_at: datetime | None = None
    decided_at: datetime | None = None
    refused: bool = False
    handed_over_at: datetime | None = None
    closed_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = field(default="", repr=False)
    remedy: str = field(default="", repr=False)
    document: str = ""
    papers_mail: str = ""
    result_mail: str = ""


MOMENTS: Mapping[Verb, str] = {
    V.SUBMIT: "submitted_at", V.RECEIVE_PAPERS: "papers_received_at", V.REQUEST_CORRECTION: "correction_requested_at",
    V.RESUBMIT: "resubmitted_at", V.ACCEPT: "accepted_at", V.APPROVE: "decided_at", V.REFUSE: "decided_at",
    V.HAND_OVER: "handed_over_at", V.CLOSE: "closed_at", V.NOT_ACCEPT: "ended_at", V.WITHDRAW: "ended_at", V.TERMINATE: "ended_at",
}  # fmt: skip
_NEEDS: Mapping[State, tuple[str, ...]] = {
    S.SUBMITTED: (), S.CORRECTING: ("correction_requested_at",), S.ACCEPTED: ("accepted_at",),
    S.APPROVED: ("accepted_at", "decided_at"), S.REFUSED: ("accepted_at", "decided_at"),
    S.HANDED_OVER: ("accepted_at", "decided_at", "handed_over_at"),
    S.CLOSED: ("accepted_at", "decided_at", "handed_over_at", "closed_at"),
    S.NOT_ACCEPTED: ("ended_at",), S.WITHDRAWN: ("ended_at",), S.TERMINATED: ("correction_requested_at", "ended_at"),
}  # fmt: skip
_ENDING = {S.NOT_ACCEPTED: V.NOT_ACCEPT, S.WITHDRAWN: V.WITHDRAW, S.TERMINATED: V.TERMINATE}


def moves(told: Told) -> Iterator[tuple[Verb, datetime]]:
    """The verbs by which the case came where it stands, each with its moment, in their order."""
    wanted = [V.SUBMIT, V.RECEIVE_PAPERS, V.REQUEST_CORRECTION, V.RESUBMIT, V.ACCEPT, V.REFUSE if told.refused else V.APPROVE]
    wanted += [V.HAND_OVER, V.CLOSE, *([_ENDING[told.state]] if told.state in _ENDING else [])]
    found = [(verb, at) for verb in wanted if (at := getattr(told, MOMENTS[verb])) is not None]
    return iter(sorted(found, key=lambda move: move[1]))  # stable: of one moment the earlier verb comes first


def check(told: Told, *, at: datetime) -> dict[str, Text]:
    """What does not fit, by field; empty when the moments lead from submission to the state that is said. at: nothing lies ahead."""
    missing = {name: Text("A case in this state has this moment. Add it, or correct the state.") for name in _NEEDS[told.state]
               if getattr(told, name) is None}  # fmt: skip
    return missing or _check_ways(told) | _check_path(told, at)


def _check_path(told: Told, at: datetime) -> dict[str, Text]:
    state = S.DRAFT
    for verb, moment in moves(told):
        if moment > at:
            return {MOMENTS[verb]: Text("This moment lies ahead. Correct the year, the day or the hour.")}
        if (state, verb) not in TABLE:
            return {MOMENTS[verb]: Text("This cannot have happened then: compare it with the moments before and after it.")}
        state = TABLE[state, verb]
    if state != told.state:
        return {"state": Text("The moments lead to another state (%(state)s). Correct the state or the moments.", {"state": state.value})}
    return {}


def _check_ways(told: Told) -> dict[str, Text]:
    found: dict[str, Text] = {}
    if told.accepted_at and told.paper_way != PaperWay.NONE and told.papers_received_at is None:
        found["papers_received_at"] = Text("Say when the window had the papers, or write none where nothing came on paper.")
    if told.paper_way == PaperWay.DOOR and not (told.papers_received_at or told.papers_mail or told.state in _ENDING):
        sentence = Text("No courier is ordered by an import: name the mail that is under way, or write bring.")
        found["papers_mail"] = sentence
    if told.result_way == ResultWay.DOOR and told.address is None and told.state in (S.SUBMITTED, S.CORRECTING, S.ACCEPTED, *DECIDED[:3]):
        found["address"] = Text("The result still has to be brought somewhere: give the address.")
    return found
