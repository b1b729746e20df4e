"""Which earlier line a new fact of a mail withdraws, and which facts deserve a line. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from govpost.delivery.states import RANK, State

# States of which the fold lets the latest speak once a mail was delivered or returned (delivery.rules.fold).
FINAL = frozenset({State.DELIVERED, State.RETURNING, State.RETURNED, State.LOST})
ENDED = frozenset({State.DELIVERED, State.RETURNED})
# States in which every further event is news of its own; more of the others (a third transit scan) is not.
REPEATED = frozenset({State.ATTEMPT_FAILED, State.PICKUP_FAILED})


@dataclass(frozen=True, slots=True)
class MailLine:
    """A line that stands for a state of a mail since a moment."""

    id: UUID
    state: State
    at: datetime


def withdrawn(lines: Iterable[MailLine], fact: Mapping[str, Any]) -> list[MailLine]:
    """The lines that the payload of `delivery.order_changed` contradicts.

    A mail stands at its latest valid event, so that a line later than where the mail stands now has lost its event. Once the mail
    was delivered or returned only those states speak: then only their lines can be contradicted; and a mail that stands anywhere
    else was not delivered or returned at all.
    """
    after, at = State(fact["after"]), _moment(fact)
    ended = after in ENDED or (after in FINAL and fact["before"] in FINAL)
    if ended:
        return [line for line in lines if line.state in FINAL and _after(line, after, at)]
    return [line for line in lines if line.state in ENDED or _after(line, after, at)]


def worth_a_line(lines: Iterable[MailLine], fact: Mapping[str, Any]) -> bool:
    """Whether the fact says something that no standing line says."""
    after, at = State(fact["after"]), _moment(fact)
    if any((line.state, line.at) == (after, at) for line in lines):
        return False
    return fact["before"] != after or after in REPEATED


def _after(line: MailLine, state: State, at: datetime) -> bool:
    return (line.at, RANK[line.state]) > (at, RANK[state])


def _moment(fact: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(fact["occurred_at"])
