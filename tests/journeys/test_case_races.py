"""Two people at once: one waits for the other's commit, and both are right afterwards."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from govpost.cases import actions
from govpost.cases.models import Case, Parcel
from govpost.cases.rules import NOTICE, Desk
from govpost.cases.states import State
from govpost.cases.testing import SYSTEM, Cast, make_case, make_cast, make_form, next_window, seen_all
from govpost.common.actor import Actor
from govpost.common.clock import shanghai_day
from govpost.common.ids import uuid7
from govpost.common.refusal import InvalidInput, Refusal
from govpost.delivery import actions as mail
from govpost.delivery import queries as delivery
from govpost.delivery.states import Verb
from govpost.dispatch import actions as dispatch
from govpost.dispatch.models import CollectionPlace
from govpost.dispatch.offering import Plan
from govpost.journal.models import Fact
from govpost.places.testing import AT

LATER = AT + timedelta(hours=8)
OFFICE = "SL341602D1"


@pytest.fixture
def cast(journey: str) -> Cast:
    return make_cast()


class Meanwhile:
    """Somebody else's verb in a thread and connection of its own."""

    def __init__(self, verb: Callable[[], object]) -> None:
        self._verb = verb
        self.refused: Refusal | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            self._verb()
        except Refusal as refused:
            self.refused = refused
        finally:
            connections.close_all()

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join(20)
        assert not self._thread.is_alive(), "still waiting"


@contextmanager
def while_we_hold(verb: Callable[[], object]) -> Iterator[Meanwhile]:
    """The block's own transaction commits only once the other verb waits for one of its locks."""
    other = Meanwhile(verb)
    with transaction.atomic():
        yield other
        other.start()
        _until_blocked()
    other.join()


def _until_blocked() -> None:
    """Bounded: ten seconds at most for the other to meet our lock."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


def test_two_approvals_at_once_share_one_draft_parcel(cast: Cast) -> None:
    first, second = make_case(cast, State.ACCEPTED), make_case(cast, State.ACCEPTED)
    with while_we_hold(lambda: actions.approve(case_id=second.id, at=LATER, by=cast.officer)):
        actions.approve(case_id=first.id, at=LATER, by=cast.officer)
    parcel = Parcel.objects.get()
    assert set(parcel.contents.values_list("case_id", flat=True)) == {first.id, second.id}


def test_an_approval_while_the_parcel_is_closed_begins_the_next_one(cast: Cast) -> None:
    ready, late = make_case(cast, State.HANDED_OVER), make_case(cast, State.ACCEPTED)
    parcel = ready.parcels.get().parcel
    with while_we_hold(lambda: actions.approve(case_id=late.id, at=LATER, by=cast.officer)):
        actions.close_parcel(parcel_id=parcel.id, at=LATER, by=cast.station)
    fresh = late.parcels.get().parcel
    assert (fresh == parcel, fresh.closed_at) == (False, None)


def test_a_result_fetched_while_its_parcel_is_closed_is_not_posted(cast: Cast) -> None:
    fetched, other = make_case(cast, State.HANDED_OVER), make_case(cast, State.HANDED_OVER)
    parcel = other.parcels.get().parcel
    with while_we_hold(lambda: actions.close_parcel(parcel_id=parcel.id, at=LATER, by=cast.station)):
        actions.change_result_way(case_id=fetched.id, at=LATER, by=cast.lin)
    parcel.refresh_from_db()
    assert parcel.order_id is not None
    assert delivery.by_id(parcel.order_id).contents == [other.document_serial]


def test_a_receipt_pressed_twice_at_once_is_one_receipt(cast: Cast) -> None:
    case = make_case(cast)
    seen = seen_all(case)

    def receive() -> Case:
        return actions.receive_papers(case_id=case.id, seen=seen, at=LATER, by=cast.wang, request_id=uuid7())

    with while_we_hold(receive) as other:
        receive()
    assert other.refused is None
    assert Fact.objects.filter(subject=f"case:{case.id}", kind="cases.papers_received").count() == 1


def test_withdrawing_while_the_courier_collects_lets_the_papers_come_and_go_back(cast: Cast) -> None:
    case = make_case(cast, paper_way="door")
    order_id = case.orders.get().order_id
    counted = {str(paper.id): True for paper in case.papers.all()}
    with while_we_hold(lambda: actions.withdraw(case_id=case.id, at=LATER, by=cast.lin)) as other:
        mail.record_handover(
            order_id=order_id, verb=Verb.COLLECT, seen=counted, code=delivery.check_code_of(order_id), at=LATER, by=cast.zhao,
            request_id=uuid7(),
        )  # fmt: skip
    assert other.refused is None
    assert (Case.objects.get(id=case.id).state, delivery.by_id(order_id).state) == (State.WITHDRAWN, "collected")


def test_one_result_is_never_on_two_open_lists(cast: Cast) -> None:
    case = make_case(cast, State.APPROVED)

    def give() -> object:
        return actions.give_list(case_ids=[case.id], desk=Desk.STATION, at=LATER, by=cast.officer)

    with while_we_hold(give) as other:
        give()
    assert other.refused is not None
    assert other.refused.code == "listed_before"


def test_two_people_cannot_take_the_last_place_of_a_window(cast: Cast) -> None:
    """Whoever comes second waits for the first, and is told to choose another time; nothing of the second application is ordered."""
    dispatch.keep_plan(outlet=OFFICE, plan=Plan(capacity=1), starts_on=shanghai_day(AT), at=AT - timedelta(days=2), by=SYSTEM)
    window, forms = next_window(AT), {}
    for actor in (cast.lin, cast.qian):
        forms[actor] = actions.draft(service_id=cast.service.id, form=make_form(AT, paper_way="door", window=window), at=AT, by=actor)

    def submit(actor: Actor) -> Case:
        return actions.submit(case_id=forms[actor].id, notice_version=NOTICE.version, at=AT, by=actor)

    with while_we_hold(lambda: submit(cast.qian)) as other:
        submit(cast.lin)
    assert isinstance(other.refused, InvalidInput)
    assert set(other.refused.errors) == {"window"}
    forms[cast.qian].refresh_from_db()
    assert forms[cast.qian].state == State.DRAFT
    assert CollectionPlace.objects.filter(window_from=window.start, released_at=None).count() == 1
