"""The orders in which lists of cases are shown, each of them an index's own order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from govpost.cases.models import Case
from govpost.common import stretches
from govpost.common.stretches import Stretch


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines and the key of the next page, "" at the end."""

    lines: Sequence[Case]
    next: str


Order = tuple[Stretch, ...]


def newest_first(moment: str) -> Order:
    """By a moment that every case of the list has."""
    return (Stretch(Q(), moment, descending=True),)


def due_first(moment: str, *, newest_rest: bool = False) -> Order:
    """Those whose term runs, earliest due first; then the others as they came, or the newest first."""
    return (Stretch(Q((f"{moment}__isnull", False)), moment), Stretch(Q((moment, None)), "", descending=newest_rest))


def paged(found: QuerySet[Case], order: Order, after: str, limit: int) -> Page:
    """One page; raises InvalidInput for a key that no page gave."""
    return Page(*stretches.paged(found, order, after, limit))
