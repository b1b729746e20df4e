"""What configuration says is remembered between requests, and never beyond its change.

Each configuring room has a mark in `journal_stamp` that triggers renew with every change of its tables (a random one, so
that rolled back changes and copied databases cannot be mistaken for each other). An answer is kept with the marks under
which it was found and is good for as long as they stand: one small question instead of many, exact at once in every process.
"""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import ParamSpec, TypeVar

from django.db import connection

Marks = dict[str, str]
P = ParamSpec("P")
R = TypeVar("R")
_KEPT = 4096  # answers per question
_held: ContextVar[dict[str, Marks]] = ContextVar("held_marks")


@contextmanager
def held() -> Iterator[None]:
    """Inside, marks are asked for once: a request sees one configuration. What it changes itself ends that (`forget`)."""
    if _held.get(None) is not None:
        yield
        return
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def forget() -> None:
    """Ask anew: whoever changes configuration tells a fact, and `record_many` calls this."""
    if (held := _held.get(None)) is not None:
        held.clear()


def marks() -> Marks:
    """The mark of each configuring room as this transaction sees it; rooms without a change yet have none."""
    held = _held.get(None)
    if held is None:
        return _ask()
    if "now" not in held:
        held["now"] = _ask()
    return held["now"]


def remembered(*rooms: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep a question's answers while the marks of `rooms` stand. Arguments must be hashable, answers are not to be changed."""

    def decorate(question: Callable[P, R]) -> Callable[P, R]:
        kept: OrderedDict[object, tuple[list[str | None], R]] = OrderedDict()
        lock = Lock()

        @functools.wraps(question)
        def answer(*args: P.args, **kwargs: P.kwargs) -> R:
            now = marks()
            under = [now.get(room) for room in rooms]
            key = (args, tuple(sorted(kwargs.items())))
            found = kept.get(key)
            if found is not None and found[0] == under:
                return found[1]
            value = question(*args, **kwargs)
            with lock:
                kept[key] = (under, value)
                if len(kept) > _KEPT:
                    kept.popitem(last=False)
            return value

        return answer

    return decorate


def _ask() -> Marks:
    with connection.cursor() as cursor:
        cursor.execute("SELECT room, mark::text FROM journal_stamp")
        return dict(cursor.fetchall())
