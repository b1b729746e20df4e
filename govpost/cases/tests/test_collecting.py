"""A collection that did not succeed: another one at a time of Lin's choice, or none any more."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from govpost.cases import actions, queries
from govpost.cases.actions import News
from govpost.cases.models import Case
from govpost.cases.rules import may_order_again
from govpost.cases.states import Verb
from govpost.cases.testing import SYSTEM, Cast, make_case, next_window, seen_all
from govpost.common.ids import uuid7
from govpost.common.refusal import InvalidInput, NotFound, Refusal
from govpost.delivery import actions as mail
from govpost.delivery import queries as delivery
from govpost.delivery.models import Order
from govpost.delivery.states import State as Mail
from govpost.delivery.states import Verb as MailVerb
from govpost.places.testing import AT
from govpost.profiles.rules import Window

DAY = timedelta(days=1)


def collecting(cast: Cast) -> Case:
    return make_case(cast, paper_way="door")


def order_of(case: Case) -> Order:
    return delivery.by_id(case.orders.order_by("placed_at", "id").last().order_id)  # type: ignore[union-attr]


def miss(case: Case, reason: str, at: datetime, *, moved_to: Window | None = None) -> Order:
    """The courier's word, and the case hears it."""
    window = (moved_to.start, moved_to.end) if moved_to else None
    order = mail.record_failed_attempt(
        order_id=order_of(case).id, verb=MailVerb.MISS, reason=reason, moved_to=window, at=at, by=SYSTEM, request_id=uuid7()
    )  # fmt: skip
    times = (order.window_from, order.window_to) if order.window_from and order.window_to else None
    actions.follow_order(news=News(order.id, order.version, Mail(order.state), False, at, at, times), by=SYSTEM)
    case.refresh_from_db()
    return order


def again(case: Case, by: object, at: datetime, window: Window | None = None) -> Case:
    chosen = window or next_window(at)
    return actions.order_collection_again(case_id=case.id, window=chosen, at=at, by=by)  # type: ignore[arg-type]


def offered(cast: Cast, case: Case) -> bool:
    return Verb.ORDER_COLLECTION_AGAIN in queries.buttons(cast.lin, case)


def test_after_the_second_miss_lin_orders_another_courier_for_a_new_time(cast: Cast) -> None:
    case = collecting(cast)
    assert queries.page(cast.lin, case, at=AT).check_code
    miss(case, "4", AT)
    assert not offered(cast, case)
    with pytest.raises(Refusal, match="collection_stands"):
        again(case, cast.lin, AT)
    old = miss(case, "4", AT + DAY)
    assert queries.page(cast.lin, case, at=AT + DAY).check_code == "", "nobody comes who could ask for it"
    assert offered(cast, case)
    later = AT + DAY + timedelta(hours=1)
    with pytest.raises(InvalidInput) as gone:
        again(case, cast.lin, later, next_window(AT))
    assert set(gone.value.errors) == {"window"}
    with pytest.raises(NotFound):
        again(case, cast.qian, later)
    case = again(case, cast.lin, later)
    new = order_of(case)
    assert (delivery.by_id(old.id).state, new.state, new.id != old.id) == ("cancelled", "ordered", True)
    assert Window(new.window_from, new.window_to) == next_window(later)  # type: ignore[arg-type]
    assert not offered(cast, case)
    with pytest.raises(Refusal, match="collection_stands"):
        again(case, cast.lin, later)
    assert queries.page(cast.lin, case, at=later).check_code == delivery.check_code_of(new.id)


def test_the_cancellation_of_the_old_collection_that_is_heard_late_leaves_the_new_one_alone(cast: Cast) -> None:
    case = collecting(cast)
    for days in range(2):
        old = miss(case, "4", AT + days * DAY)
    case = again(case, cast.lin, AT + DAY)
    actions.follow_order(news=News(old.id, old.version + 1, Mail.CANCELLED, False, AT + DAY, AT + DAY), by=SYSTEM)
    case.refresh_from_db()
    assert (case.paper_way, case.window_from) == ("door", order_of(case).window_from)


def test_a_third_collection_can_be_ordered_like_the_second(cast: Cast) -> None:
    case = collecting(cast)
    for round_ in range(2):
        for days in (0, 1):
            miss(case, "4", AT + (2 * round_ + days) * DAY)
        case = again(case, cast.lin, AT + (2 * round_ + 1) * DAY)
    assert case.orders.count() == 3


@pytest.mark.parametrize(("reason", "may"), [("5", True), ("19", True), ("7", False), ("9", False)])
def test_a_reason_that_ends_the_collection_lets_lin_bring_the_papers(cast: Cast, reason: str, may: bool) -> None:
    case = collecting(cast)
    assert miss(case, reason, AT).state == "cancelled"
    assert (case.paper_way, case.window_from) == ("bring", None)
    assert offered(cast, case) is may
    if not may:
        with pytest.raises(Refusal, match="not_collectable"):
            again(case, cast.lin, AT)
    done = actions.receive_papers(case_id=case.id, seen=seen_all(case), at=AT + DAY, by=cast.wang, request_id=uuid7())
    assert done.clock_from_at == AT + DAY
    assert not offered(cast, done)
    with pytest.raises(Refusal, match="nothing_to_collect"):
        again(case, cast.lin, AT + DAY)


def test_a_time_that_lin_named_at_the_door_stands_in_the_case(cast: Cast) -> None:
    case = collecting(cast)
    wished = next_window(AT + DAY)
    order = miss(case, "14", AT, moved_to=wished)
    assert (case.window_from, case.window_to) == (wished.start, wished.end)
    assert (order.next_attempt_at, order.collect_moved_to) == (wished.start, wished.end)
    assert not offered(cast, case)


def test_papers_that_were_to_be_brought_from_the_start_have_no_collection_to_order_again(cast: Cast) -> None:
    with pytest.raises(Refusal, match="no_collection"):
        again(make_case(cast), cast.lin, AT)
    assert not may_order_again(mail_state="collected", next_attempt=False, reason="").allowed
