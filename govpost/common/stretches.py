"""Keyset pages over lists of several stretches, as "what runs, due first; then what rests, newest first".

Each stretch is one index's order and is read only where the page reaches it, so that the last page costs what the first does.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from govpost.common.refusal import InvalidInput
from govpost.common.text import Text

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The rows of `where` by a moment that all of them have, and then by id; by id alone where `moment` is ""."""

    where: Q
    moment: str
    descending: bool = False

    def of(self, found: QuerySet[Row]) -> QuerySet[Row]:
        sign = "-" if self.descending else ""
        keys = [f"{sign}{key}" for key in (self.moment, "id") if key]
        return found.filter(self.where).order_by(*keys)

    def beyond(self, moment: datetime | None, last: UUID) -> Q:
        """What follows a row; the moment bounds the index, the id decides among equals."""
        word = "lt" if self.descending else "gt"
        further = Q((f"id__{word}", last))
        if not self.moment:
            return further
        return Q((f"{self.moment}__{word}e", moment)) & (Q((f"{self.moment}__{word}", moment)) | further)

    def key(self, row: Model) -> str:
        moment: datetime | None = getattr(row, self.moment) if self.moment else None
        return f"{moment.isoformat() if moment else ''}/{row.pk}"


def paged(found: QuerySet[Row], stretches: Sequence[Stretch], after: str, limit: int) -> tuple[list[Row], str]:
    """Some rows and the key of the next page, "" at the end; raises InvalidInput for a key that no page gave."""
    begin, key = _read(after, stretches) if after else (0, None)
    rows: list[Row] = []
    keys: list[str] = []
    for n, stretch in enumerate(stretches[begin:], begin):
        part = stretch.of(found)
        if key is not None and n == begin:
            part = part.filter(stretch.beyond(*key))
        more = list(part[: limit + 1 - len(rows)])
        rows += more
        keys += [f"{n}/{stretch.key(row)}" for row in more]
        if len(rows) > limit:
            return rows[:limit], base64.urlsafe_b64encode(keys[limit - 1].encode()).decode()
    return rows, ""


def _read(after: str, stretches: Sequence[Stretch]) -> tuple[int, tuple[Any, UUID]]:
    try:
        n, moment, last = base64.urlsafe_b64decode(after.encode()).decode().split("/")
        stretch = stretches[int(n)] if n.isdigit() else None
        since = datetime.fromisoformat(moment) if moment else None
        if stretch is None or bool(stretch.moment) != bool(since) or (since and since.tzinfo is None):
            raise ValueError("no key of this list")
        return int(n), (since, UUID(last))
    except (ValueError, IndexError, binascii.Error, UnicodeError):
        raise InvalidInput({"after": Text("This page does not exist any more. Start again from the first page.")}) from None
