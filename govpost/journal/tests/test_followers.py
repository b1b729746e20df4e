"""Followers: nothing lost under open transactions, exactly-once effect, one bad fact stops only its own subject."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.journal import actions, followers
from govpost.journal.followers import Told
from govpost.journal.models import SetAside

BY = Actor.system("test")


@pytest.fixture
def heard(journey: str) -> Iterator[list[Told]]:
    """A follower that keeps what it hears and fails on facts that ask for it."""
    told: list[Told] = []

    @followers.follower("test", kinds=["test.happened"])
    def react(facts: Sequence[Told]) -> None:
        if any(fact.payload.get("fail") for fact in facts):
            raise ValueError("cannot digest this")
        told.extend(facts)

    yield told
    followers.FOLLOWERS.pop("test")


def tell(subject: str = "a", **payload: Any) -> None:
    with transaction.atomic():
        actions.record("test.happened", subject=subject, region="", at=now(), by=BY, **payload)


def test_a_fact_is_heard_once_and_in_order(heard: list[Told]) -> None:
    for number in range(5):
        tell(number=number)
    assert followers.run_once("test") == 5
    assert followers.run_once("test") == 0
    assert [fact.payload["number"] for fact in heard] == [0, 1, 2, 3, 4]


class Rounds(threading.Event):
    """Ends the loop when it has rested so many times."""

    def __init__(self, rests: int) -> None:
        super().__init__()
        self.rests = rests

    def wait(self, timeout: float | None = None) -> bool:
        self.rests -= 1
        if not self.rests:
            self.set()
        return self.is_set()


def test_a_night_without_facts_writes_nothing(heard: list[Told]) -> None:
    tell()
    followers.run_all(Rounds(2))
    assert len(heard) == 1
    with CaptureQueriesContext(connection) as asked:
        followers.run_all(Rounds(20))
    assert len(asked) == 20 * len(followers.FOLLOWERS)
    assert {query["sql"].split()[0] for query in asked} == {"SELECT"}
    assert not [query["sql"] for query in asked if "FOR UPDATE" in query["sql"]]
    tell("b")
    followers.run_all(Rounds(1))
    assert len(heard) == 2


def test_a_fact_of_a_transaction_that_commits_late_is_not_lost(heard: list[Told]) -> None:
    started, release, done = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                actions.record("test.happened", subject="slow", region="", at=now(), by=BY)
                started.set()
                release.wait(10)
        finally:
            connection.close()
            done.set()

    thread = threading.Thread(target=slow)
    thread.start()
    assert started.wait(10)
    tell("quick")
    followers.run_once("test")
    assert "slow" not in {fact.subject for fact in heard}
    release.set()
    assert done.wait(10)
    thread.join()
    followers.run_once("test")
    assert sorted(fact.subject for fact in heard) == ["quick", "slow"]


def test_a_rolled_back_fact_was_never_told(heard: list[Told]) -> None:
    with transaction.atomic():
        actions.record("test.happened", subject="a", region="", at=now(), by=BY)
        transaction.set_rollback(True)
    followers.run_once("test")
    assert heard == []


def test_a_fact_that_fails_is_set_aside_and_only_its_subject_waits(heard: list[Told]) -> None:
    tell("bad", fail=True)
    tell("bad", number=2)
    tell("good", number=3)
    followers.run_once("test")
    assert [fact.subject for fact in heard] == ["good"]
    aside = SetAside.objects.order_by("seq")
    assert [(item.subject, bool(item.error)) for item in aside] == [("bad", True), ("bad", False)]
    tell("bad", number=4)
    followers.run_once("test")
    assert [fact.subject for fact in heard] == ["good"]


def test_what_was_set_aside_is_tried_again_in_order(heard: list[Told]) -> None:
    tell("bad", fail=True)
    tell("bad", number=2)
    followers.run_once("test")

    @followers.follower("test", kinds=["test.happened"])
    def mended(facts: Sequence[Told]) -> None:
        heard.extend(facts)

    SetAside.objects.update(next_try_at=now())
    followers.run_once("test")
    SetAside.objects.update(next_try_at=now())
    followers.run_once("test")
    assert [fact.payload.get("number") for fact in heard] == [None, 2]
    assert not SetAside.objects.exists()


def test_a_batch_limit_leaves_nothing_out(heard: list[Told]) -> None:
    with transaction.atomic():
        actions.record_many(actions.NewFact("test.happened", f"s{n % 3}", "", now(), now(), "t", "t", {"number": n}) for n in range(25))
    while followers.run_once("test", limit=4):
        pass
    assert [fact.payload["number"] for fact in heard] == list(range(25))


def test_a_batch_reads_no_more_facts_than_it_gives_in_a_month_without_statistics(heard: list[Told]) -> None:
    with transaction.atomic():
        actions.record_many(actions.NewFact("test.happened", f"s{n}", "", now(), now(), "t", "t", {}) for n in range(200))
    with transaction.atomic(), connection.cursor() as db:
        assert followers.run_once("test", limit=5) == 5
        db.execute("SELECT sum(idx_tup_fetch + seq_tup_read) FROM pg_stat_xact_user_tables WHERE relname LIKE 'journal_fact%'")
        assert 5 <= db.fetchone()[0] <= 10


def test_a_fact_outside_a_transaction_is_a_bug(heard: list[Told]) -> None:
    with pytest.raises(RuntimeError):
        actions.record("test.happened", subject="a", region="", at=now(), by=BY)


def test_months_are_made_by_the_owners_rights_and_only_for_the_two_tables(journey: str) -> None:
    from datetime import date

    from django.db import DatabaseError

    assert actions.make_months(first=date(2024, 1, 15), last=date(2024, 3, 1)) == 3
    assert actions.make_months(first=date(2024, 1, 1), last=date(2024, 3, 31)) == 0
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT make_months('parties_party', '2024-01-01', '2024-02-01')")


def test_facts_of_a_month_that_was_not_made_are_heard_once_and_in_order(heard: list[Told]) -> None:
    """A server whose worker was away for half a year."""
    with transaction.atomic(), connection.cursor() as cursor:
        for month in ("2020-01", "2020-02", "2020-02"):
            cursor.execute(
                "INSERT INTO journal_fact (id, kind, subject, region, occurred_at, known_at, recorded_at, actor, actor_key, payload)"
                " VALUES (gen_random_uuid(), 'test.happened', %s, '', now(), now(), %s::timestamptz, 't', 't', '{}')",
                [month, f"{month}-15"],
            )
    tell("last")
    before = _order()
    assert _stray() == 3
    assert actions.make_months_ahead(today=now().date()) == 2
    assert _stray() == 0
    assert _order() == before
    followers.run_once("test")
    assert [fact.subject for fact in heard] == ["2020-01", "2020-02", "2020-02", "last"]


def _stray() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_fact_default")
        return int(cursor.fetchone()[0])


def _order() -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, seq, xid::text FROM journal_fact WHERE kind = 'test.happened' ORDER BY xid, seq")
        return list(cursor.fetchall())


def test_the_application_cannot_change_what_was_recorded(journey: str) -> None:
    from django.db import DatabaseError

    tell()
    for statement in ("UPDATE journal_fact SET kind = 'x'", "DELETE FROM journal_fact", "TRUNCATE journal_fact"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_what_is_kept_of_an_error_quotes_no_row(journey: str) -> None:
    @followers.follower("test", kinds=["test.happened"])
    def react(facts: Sequence[Told]) -> None:
        raise ValueError("duplicate key\nDETAIL:  Key (name, phone)=(林小明, 13812341234) already exists.")

    try:
        tell()
        followers.run_once("test")
    finally:
        followers.FOLLOWERS.pop("test")
    assert SetAside.objects.get().error == "ValueError: duplicate key\nDETAIL: (kept out of the log)"


def test_a_fact_that_one_follower_has_read_is_not_read_again_by_the_next(heard: list[Told]) -> None:
    others: list[Told] = []
    followers.follower("other", kinds=["test.happened", "test.else"])(others.extend)
    try:
        tell(number=1)
        followers.run_once("test")
        tell(number=2)
        for name in ("other", "test", "other"):
            followers.run_once(name)
    finally:
        followers.FOLLOWERS.pop("other")
    assert [fact.payload["number"] for fact in others] == [fact.payload["number"] for fact in heard] == [1, 2]
    assert all(mine is theirs for mine, theirs in zip(heard, others, strict=True))
