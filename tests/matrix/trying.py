"""One try of one action: which actions there are, what the table says of this caller, what happened, and what was written."""

from __future__ import annotations

import pkgutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from inspect import isfunction, signature
from types import ModuleType

from django.db import connection

import govpost
from govpost.common.actor import Actor
from govpost.common.refusal import NotFound, NotPermitted, Refusal
from tests.matrix.actions import FAR, Row
from tests.matrix.callers import Caller
from tests.matrix.knocking import undone

TURNED_AWAY = frozenset({"refused", "missing"})
tries: Counter[str] = Counter()


@dataclass(frozen=True, slots=True)
class Outcome:
    """in, refused, missing, or another refusal's code or error's name; `wrote` also what was rolled back with a refusal."""

    word: str
    wrote: frozenset[str]


def actions() -> Iterator[tuple[str, str]]:
    """("room.verb", module) of every public function of a room's actions that takes who does it, offered in `__all__` or not."""
    for room in pkgutil.iter_modules(govpost.__path__):
        for module in _modules(room.name):
            for name, found in vars(module).items():
                here = isfunction(found) and found.__module__ == module.__name__
                if here and not name.startswith("_") and "by" in signature(found).parameters:
                    yield f"{room.name}.{name}", module.__name__


def _modules(room: str) -> Iterator[ModuleType]:
    path = getattr(import_module(f"govpost.{room}"), "__path__", [])
    if "actions" in {module.name for module in pkgutil.iter_modules(path)}:
        home = import_module(f"govpost.{room}.actions")
        yield home
        for inner in pkgutil.iter_modules(getattr(home, "__path__", [])):
            yield import_module(f"{home.__name__}.{inner.name}")


def expected(row: Row, caller: Caller) -> set[str]:
    """What the table says: by relation, or by a role that reaches here and, where it is bound, for the own organisation."""
    if caller.name in row.also or caller.actor.is_system:
        return {"in"}
    if caller.role in row.roles - row.related and caller.place in row.reach and not _foreign(row, caller):
        return {"in"}
    if caller.actor.kind == "person" and "lin" in row.also:
        return {"missing"}
    return set(row.away.split())


def _foreign(row: Row, caller: Caller) -> bool:
    return caller.role in row.own and (caller.house == "other" or caller.place in FAR)


def tries_it(row: Row, caller: Caller) -> bool:
    """Roles that the table names try at every post, the others at the strongest."""
    if caller.actor.is_system and row.person:
        return False
    return caller.role in row.roles or caller.strongest


def attempt(call: Callable[[], object], actor: Actor) -> Outcome:
    """Do it, and undo it."""
    tries[actor.kind] += 1
    wrote = set[str]()
    with undone(wrote):
        before = _facts()
        try:
            call()
        except NotFound:
            word = "missing"
        except NotPermitted:
            word = "refused"
        except Refusal as refusal:
            word = f"{refusal.code} {refusal.facts}"
        except Exception as error:  # noqa: BLE001 the whole point: a caller is let in or refused in words
            word = f"{type(error).__name__}: {error}"
        else:
            word = "in"
        if word in TURNED_AWAY and not connection.needs_rollback and _facts() != before:
            wrote.add("journal_fact")  # many facts are copied past the wrapper that sees statements
    return Outcome(word, frozenset(wrote))


def _facts() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_fact")
        return int(cursor.fetchone()[0])
