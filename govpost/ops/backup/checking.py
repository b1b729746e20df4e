"""Whether a restored database can be trusted: its tables fit the program, sealed fields open, what must always hold holds."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

SAMPLE = 100


@dataclass(slots=True)
class Checked:
    """`sealed`: fields that were opened with the keys at hand. Everything in `wrong` is a sentence."""

    sealed: int = 0
    waiting: list[str] = field(default_factory=list)
    broken: dict[str, list[str]] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        said = [f"{code}: {sentences[0]}" for code, sentences in self.broken.items()]
        said += [f"{len(self.unreadable)} sealed fields do not open: are these the right keys?"] if self.unreadable else []
        return said


def check(*, invariants: bool = True) -> Checked:
    """Of the database that the settings found. Waiting migrations are said, not applied."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from govpost.journal import followers
    from govpost.ops import invariants as held

    found = Checked()
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    found.waiting = [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
    if found.waiting:
        return found
    _open_some(found)
    if invariants:
        found.broken = held.broken(settled=not any(followers.lag().values()))
    return found


def _open_some(found: Checked) -> None:
    """Random rows of every table with sealed fields."""
    from govpost.common.crypto import Unreadable, unseal

    for row, bound_to, blob in _sealed():
        try:
            unseal(blob, bound_to=bound_to)
            found.sealed += 1
        except Unreadable:
            found.unreadable.append(row)


def _sealed() -> list[tuple[str, str, Any]]:
    from govpost.cases.models import Case
    from govpost.delivery.models import Order
    from govpost.notices.models import Notice
    from govpost.parties.models import Party

    fields: list[tuple[Any, str, str]] = [
        (Order, "recipient_sealed", "order:{}:recipient"), (Order, "sender_sealed", "order:{}:sender"), (Case, "sealed", "case:{}:said"),
        (Party, "sealed", "party:{}"), (Notice, "sealed", "notice:{}"),
    ]  # fmt: skip
    dice = secrets.SystemRandom()
    found: list[tuple[str, str, Any]] = []
    for model, column, bound_to in fields:
        ids = list(model.objects.values_list("id", flat=True)[:20_000])
        rows = model.objects.filter(id__in=dice.sample(ids, min(SAMPLE // 4, len(ids))))
        found += [(f"{model.__name__} {row.id}", bound_to.format(row.id), getattr(row, column)) for row in rows]
    return found
