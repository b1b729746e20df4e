"""Keyset pages: stable while rows come and go, and as cheap on the last page as on the first."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from govpost.cases.models import Case
from govpost.common.refusal import InvalidInput
from govpost.common.text import Text

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines and the key of the next page, "" at the end."""

    lines: Sequence[Case]
    next: str


@dataclass(frozen=True, slots=True)
class Order:
    """By a moment and then by id; cases without the moment come last."""

    moment: str
    descending: bool


def newest_first(moment: str) -> Order:
    return Order(moment, descending=True)


def earliest_due() -> Order:
    return Order("red_at", descending=False)


def paged(found: QuerySet[Case], order: Order, after: str, limit: int) -> Page:
    """One page; raises InvalidInput for a key that no page gave."""
    keyed = found.annotate(sort_at=Coalesce(F(order.moment), Value(NEVER, output_field=DateTimeField())))
    if after:
        moment, last = _read(after)
        word = "lt" if order.descending else "gt"
        keyed = keyed.filter(Q(**{f"sort_at__{word}": moment}) | Q(**{"sort_at": moment, f"id__{word}": last}))
    sign = "-" if order.descending else ""
    lines = list(keyed.order_by(f"{sign}sort_at", f"{sign}id")[: limit + 1])
    more = len(lines) > limit
    return Page(lines[:limit], _key(lines[limit - 1], order) if more else "")


def _key(case: Case, order: Order) -> str:
    moment: datetime = getattr(case, order.moment) or NEVER
    return base64.urlsafe_b64encode(f"{moment.isoformat()}/{case.id}".encode()).decode()


def _read(after: str) -> tuple[datetime, UUID]:
    try:
        moment, _, last = base64.urlsafe_b64decode(after.encode()).decode().partition("/")
        return datetime.fromisoformat(moment), UUID(last)
    except (ValueError, binascii.Error, UnicodeError):
        raise InvalidInput({"after": Text("This page does not exist any more. Start again from the first page.")}) from None
