"""The light of a case in the supervision window: of the term that runs, and where none runs of the mail that is under way for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Case as Either
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from govpost.cases.models import Case, CaseOrder
from govpost.cases.states import State
from govpost.common.clock import shanghai_day
from govpost.common.lights import Light, light
from govpost.delivery import overseeing
from govpost.delivery.models import Order


@dataclass(frozen=True, slots=True)
class MailTerm:
    """The promise of the mail that stands for a case without a term of its own."""

    amber_at: datetime
    red_at: datetime
    due_on: date

    def light(self, at: datetime) -> Light | None:
        return light(self.amber_at, self.red_at, at)


def lit(found: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with the marks of their light as `lit_amber_at` and `lit_red_at`; nobody looks for the mail of a closed one."""
    carried = CaseOrder.objects.filter(case_id=OuterRef(OuterRef("id"))).values("order_id")
    mail: Any = overseeing.marked(Order.objects.filter(id__in=carried)).filter(Q(red_at__isnull=False))
    mail = mail.order_by("red_at", "id")
    closed = When(state=State.CLOSED.value, then=None)
    return found.annotate(
        **{f"lit_{mark}": Either(closed, default=Coalesce(F(mark), Subquery(mail.values(mark)[:1]))) for mark in ("amber_at", "red_at")}
    )


def mail_terms(found: Iterable[Case]) -> dict[UUID, MailTerm]:
    """The mail's promise for each of these cases that has no term and mail under way; two statements for any number."""
    resting = [case.id for case in found if case.red_at is None and case.state != State.CLOSED]
    links = list(CaseOrder.objects.filter(case_id__in=resting)) if resting else []
    lines = overseeing.marks_of([link.order_id for link in links]) if links else {}
    terms: dict[UUID, MailTerm] = {}
    for link in sorted(links, key=lambda link: link.id):
        line = lines.get(link.order_id)
        if line is None or line.amber_at is None or line.red_at is None or line.due_at is None:
            continue
        known = terms.get(link.case_id)
        if known is None or line.red_at < known.red_at:
            terms[link.case_id] = MailTerm(line.amber_at, line.red_at, shanghai_day(line.due_at))
    return terms
