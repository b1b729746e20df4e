"""Followers read facts in commit-safe order and move their cursor in the transaction of their effects: exactly-once effect.

Only facts below `pg_snapshot_xmin` are read: no transaction that is still open can later add a fact in front of the cursor.
A batch that fails is tried fact by fact; a fact that fails is set aside with its error, and later facts of the same subject wait behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from threading import Event
from typing import Any
from uuid import UUID

import msgspec
import structlog
from django.apps import apps
from django.db import OperationalError, connection, transaction
from django.utils.module_loading import module_has_submodule

from govpost.common.clock import now
from govpost.common.scrubbing import scrub
from govpost.journal.models import Cursor, SetAside
from govpost.journal.stamps import held

log = structlog.get_logger(__name__)

BATCH = 1000
TRIES = 8
_LAST_SEQ = 2**63 - 1


class Told(msgspec.Struct, frozen=True):
    """A fact as a follower hears it. The others hear the same one: its payload is not to be changed."""

    id: UUID
    xid: int
    seq: int
    kind: str
    subject: str
    region: str
    occurred_at: datetime
    known_at: datetime
    recorded_at: datetime
    actor: str
    actor_key: str
    payload: dict[str, Any]


React = Callable[[Sequence[Told]], None]


@dataclass(frozen=True, slots=True)
class Follower:
    name: str
    kinds: tuple[str, ...]
    react: React


FOLLOWERS: dict[str, Follower] = {}


def follower(name: str, *, kinds: Iterable[str]) -> Callable[[React], React]:
    """Register a room's reaction to facts of `kinds`; it gets a batch in `seq` order and must be idempotent."""

    def keep(react: React) -> React:
        FOLLOWERS[name] = Follower(name, tuple(kinds), react)
        return react

    return keep


def load() -> dict[str, Follower]:
    """Import every room's reactions, so that `FOLLOWERS` is complete."""
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "reactions"):
            import_module(f"{config.name}.reactions")
    return FOLLOWERS


def run_once(name: str, *, limit: int = BATCH) -> int:
    """Let one follower digest its next batch; returns how many facts it read (0: nothing new, or another process has the cursor)."""
    follower = load()[name]
    with transaction.atomic():
        cursor = _lock(name)
        if cursor is None:
            return 0
        facts, horizon = _read(follower.kinds, cursor, limit)
        retried = _retry_set_aside(follower)
        if facts:
            _digest(follower, facts)
        _move(cursor, facts, horizon, full=len(facts) == limit)
    return len(facts) + retried


def run_all(stop: Event, *, lane: int = 0, lanes: int = 1, pause: float = 0.2) -> None:
    """The worker's loop: every `lanes`-th follower in turn until `stop` is set.

    A lost database is waited for, a bug is logged and tried again.
    """
    names = list(load())[lane::lanes]
    while not stop.is_set():
        read = 0
        for name in names:
            try:
                read += run_once(name) if _has_to_read(name) else 0
            except OperationalError as error:
                log.warning("follower_database_lost", follower=name, error=type(error).__name__)
                connection.close()
                stop.wait(1)
            except Exception:
                log.exception("follower_failed", follower=name)
                connection.close()
                stop.wait(1)
        if not read:
            stop.wait(pause)


def lag() -> dict[str, int]:
    """How many committed facts each follower has still to read (for /metrics and the doctor)."""
    return {name: _behind(f) for name, f in load().items()}


def oldest_unread(name: str) -> Told | None:
    """The fact that a follower reads next."""
    cursor = Cursor.objects.filter(follower=name).first() or Cursor(follower=name)
    with connection.cursor() as db:
        db.execute(_READ, ["{}", str(cursor.xid), cursor.seq, str(_LAST_SEQ), list(load()[name].kinds), 1])
        row = db.fetchone()
    return _told(row[1]) if row else None


_CALLED = """
SELECT EXISTS (SELECT 1 FROM journal_fact f WHERE (f.xid, f.seq) > (c.xid::text::xid8, c.seq))
    OR EXISTS (SELECT 1 FROM journal_setaside s WHERE s.follower = c.follower AND s.tries < %s AND s.next_try_at <= %s)
FROM journal_cursor c WHERE c.follower = %s
"""


def _has_to_read(name: str) -> bool:
    """Asked without a lock and without writing: a quiet night must not cost a transaction number and a flush five times a second."""
    with connection.cursor() as db:
        db.execute(_CALLED, [TRIES, now(), name])
        row = db.fetchone()
    return row is None or bool(row[0])


def _lock(name: str) -> Cursor | None:
    Cursor.objects.bulk_create([Cursor(follower=name)], ignore_conflicts=True)
    return Cursor.objects.select_for_update(skip_locked=True).filter(follower=name).first()


_READ = "SELECT fact_id, fact FROM journal_read(%s::uuid[], %s::text::xid8, %s, %s::text::xid8, %s, %s)"
_READ_ONE = """
SELECT row_to_json(t)::text FROM (
    SELECT id, xid::text::bigint, seq, kind, subject, region, occurred_at, known_at, recorded_at, actor, actor_key, payload
    FROM journal_fact WHERE id = %s AND subject = %s AND seq = %s
) t
"""
_told = msgspec.json.Decoder(Told).decode
_shared: dict[str, Told] = {}  # the facts read last, by id: where one follower has been, the next ones go


def _read(kinds: tuple[str, ...], cursor: Cursor, limit: int) -> tuple[list[Told], int]:
    global _shared
    with connection.cursor() as db:
        db.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        horizon: int = db.fetchone()[0]
        known = _shared
        db.execute(_READ, [f"{{{','.join(known)}}}", str(cursor.xid), cursor.seq, str(horizon), list(kinds), limit])
        facts = {fact_id: known[fact_id] if text is None else _told(text) for fact_id, text in db.fetchall()}
    if not facts.keys() <= known.keys():
        _shared = dict(list(known.items())[-BATCH:]) | facts
    return list(facts.values()), horizon


def told_before(kinds: Iterable[str], *, limit: int = BATCH) -> Iterator[list[Told]]:
    """The whole past of these kinds in batches, oldest first: for a room that begins to keep something."""
    xid, seq = 0, 0
    while True:
        with connection.cursor() as db:
            db.execute(_READ, ["{}", str(xid), seq, str(_LAST_SEQ), list(kinds), limit])
            facts = [_told(text) for _, text in db.fetchall()]
        if not facts:
            return
        yield facts
        xid, seq = facts[-1].xid, facts[-1].seq


def _move(cursor: Cursor, facts: list[Told], horizon: int, *, full: bool) -> None:
    """Past the last fact read; when the batch was not full, past everything below the horizon."""
    last = (facts[-1].xid, facts[-1].seq) if full else (horizon - 1, _LAST_SEQ)
    if last > (cursor.xid, cursor.seq):
        cursor.xid, cursor.seq = last
        cursor.save(update_fields=["xid", "seq", "moved_at"])


def _digest(follower: Follower, facts: list[Told]) -> None:
    ordered = sorted(facts, key=lambda fact: fact.seq)
    waiting = set(SetAside.objects.filter(follower=follower.name).values_list("subject", flat=True))
    free = [fact for fact in ordered if fact.subject not in waiting]
    held = [fact for fact in ordered if fact.subject in waiting]
    for fact in held:
        _set_aside(follower, fact, "")
    if free and not _try(follower, free):
        _one_by_one(follower, free)


def _one_by_one(follower: Follower, facts: list[Told]) -> None:
    blocked: set[str] = set()
    for fact in facts:
        if fact.subject in blocked:
            _set_aside(follower, fact, "")
        elif error := _attempt(follower, [fact]):
            _set_aside(follower, fact, error)
            blocked.add(fact.subject)


def _try(follower: Follower, facts: list[Told]) -> bool:
    return _attempt(follower, facts) == ""


def _attempt(follower: Follower, facts: list[Told]) -> str:
    """Empty when all went well, otherwise the error; a lost database is not the fact's fault and goes up."""
    try:
        with transaction.atomic(), held():  # a batch sees one configuration
            follower.react(facts)
    except OperationalError:
        raise
    except Exception as error:
        if len(facts) == 1:
            log.exception("fact_set_aside", follower=follower.name, kind=facts[0].kind, subject=facts[0].subject)
        return scrub(f"{type(error).__name__}: {error}")[:2000]  # kept in a table that operators read
    return ""


def _set_aside(follower: Follower, fact: Told, error: str) -> None:
    at = now()
    SetAside.objects.bulk_create(
        [
            SetAside(
                follower=follower.name, fact_id=fact.id, seq=fact.seq, kind=fact.kind, subject=fact.subject,
                error=error, tries=1 if error else 0, first_at=at, next_try_at=at + timedelta(seconds=2),
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _retry_set_aside(follower: Follower) -> int:
    """Try the head of each subject's queue that is due; on success the next of the subject becomes the head."""
    done = 0
    heads = SetAside.objects.filter(follower=follower.name).order_by("subject", "seq").distinct("subject")
    for head in heads:
        if head.next_try_at > now() or head.tries >= TRIES:
            continue
        error = _attempt(follower, [_find(head)])
        if error:
            head.error, head.tries = error, head.tries + 1
            head.next_try_at = now() + timedelta(seconds=2**head.tries)
            head.save(update_fields=["error", "tries", "next_try_at"])
        else:
            head.delete()
            done += 1
    return done


def _find(item: SetAside) -> Told:
    with connection.cursor() as db:
        db.execute(_READ_ONE, [item.fact_id, item.subject, item.seq])
        return _told(db.fetchone()[0])


def _behind(follower: Follower) -> int:
    cursor = Cursor.objects.filter(follower=follower.name).first()
    with connection.cursor() as db:
        db.execute(
            "SELECT count(*) FROM (SELECT 1 FROM journal_fact WHERE (xid, seq) > (%s::text::xid8, %s) AND kind = ANY(%s) LIMIT 100000) f",
            [str(cursor.xid if cursor else 0), cursor.seq if cursor else 0, list(follower.kinds)],
        )
        count: int = db.fetchone()[0]
    return count
