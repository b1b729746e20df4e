"""The light of a case in the supervision window: of the term that runs, and where none runs of the mail that is under way for it.

A case holds the marks of both (`lit_amber_at`, `lit_red_at` are what stands), so that lists and figures read cases alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from govpost.cases.models import Case
from govpost.cases.states import State
from govpost.common.clock import shanghai_day
from govpost.common.lights import Light, light
from govpost.delivery import overseeing


@dataclass(frozen=True, slots=True)
class MailTerm:
    """The promise of the mail that stands for a case without a term of its own."""

    amber_at: datetime
    red_at: datetime
    due_on: date

    def light(self, at: datetime) -> Light | None:
        return light(self.amber_at, self.red_at, at)


def mail_term(case: Case) -> MailTerm | None:
    """The mail's promise of a case that has no term and mail under way; nobody looks for the mail of a closed one."""
    if case.red_at is not None or case.state == State.CLOSED or case.mail_amber_at is None or case.mail_red_at is None:
        return None
    return MailTerm(case.mail_amber_at, case.mail_red_at, shanghai_day(case.mail_red_at - overseeing.INSTANT))


def note_mail(case: Case) -> bool:
    """Set the marks of the mail that is due first, none where no promise runs; whether they changed. The caller locks and saves."""
    lines = overseeing.marks_of(list(case.orders.values_list("order_id", flat=True)))
    first = min(lines.values(), key=lambda line: (line.red_at, line.order.id), default=None)
    before = case.mail_amber_at, case.mail_red_at
    case.mail_amber_at, case.mail_red_at = (first.amber_at, first.red_at) if first else (None, None)
    return before != (case.mail_amber_at, case.mail_red_at)
