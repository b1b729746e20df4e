"""Our couriers: they take instructions, collect papers at doors, bring results, find nobody, try again."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from govpost.common.actor import Actor
from govpost.common.clock import shanghai_at, shanghai_day
from govpost.delivery import actions as mail
from govpost.delivery import queries as delivery
from govpost.delivery.models import Order
from govpost.delivery.states import Verb
from govpost.demo.clockwork import HOUR, Story, StoryLeft
from govpost.demo.days import DAY, moment
from govpost.demo.roads import carriers_door, to_the_office
from govpost.demo.world import BOZHOU, SYSTEM, City, Onward, World, order_of, request_id
from govpost.dispatch import actions as dispatch
from govpost.dispatch import queries as tasks
from govpost.dispatch.queries import TaskLine

Steps = Generator[datetime, None, datetime]
_MISSED, _LATE = 0.03, 0.02
_BAD_DAY = 0.4


def open_task(order_id: UUID, at: datetime) -> TaskLine:
    """The instruction that stands for this order."""
    for line in tasks.tasks_of(SYSTEM, order_id, at=at):
        if line.ended_at is None:
            return line
    raise StoryLeft("no instruction for the courier")


# -- results to the door -----------------------------------------------------------------


def to_the_door(world: World, city: City, plan: str = "") -> Onward:
    """By our couriers where the door is ours, by the carrier's own elsewhere."""
    return our_door(world, plan=plan) if city is BOZHOU else carriers_door(world, city, plan=plan)


def our_door(world: World, *, plan: str = "") -> Onward:
    """A piece on its way to one of our couriers; `plan`: "", nobody once, nobody twice, refused."""

    def onward(order: Order, posted: datetime) -> Story:
        rng = world.next_rng("round")
        events, arrives = to_the_office(rng, order, posted)
        world.carrier.tell(order, events)
        yield from bring(world, rng, order, shanghai_day(arrives), plan or _chance(world, rng, shanghai_day(arrives)))

    return onward


def _chance(world: World, rng: Random, on: date) -> str:
    if world.is_bad(BOZHOU.code, on) and rng.random() < _BAD_DAY:
        return rng.choice(("late", "nobody once"))
    drawn = rng.random()
    return "late" if drawn < _LATE else "nobody once" if drawn < _LATE + _MISSED else ""


def bring(world: World, rng: Random, order: Order, on: date, plan: str) -> Steps:
    """The round of one day with this piece; returns the moment at which it ended."""
    courier = world.courier(order.destination_outlet)
    yield (at := moment(rng, on, 8, 9))
    task = open_task(order.id, at)
    dispatch.take(task_id=task.id, at=at, by=courier)
    yield (at := moment(rng, on, 9, 10))
    if order_of(order.id).state != "out_for_delivery":
        dispatch.go_out(task_id=task.id, at=at, by=courier, request_id=request_id())
    if plan == "late":
        yield (at := max(order.promised_at or at, at) + timedelta(hours=1 + 3 * rng.random()))
    else:
        yield (at := _before(rng, on, order.promised_at))
    if plan.startswith("nobody"):
        return (yield from _nobody(world, rng, order, task, at, plan))
    if plan == "refused":
        dispatch.fail(task_id=task.id, reason="104", at=at, by=courier, request_id=request_id())
        return at
    others = [each for each in ("agent", "office") if each in order.rule["signers"]]
    hand_out(world, order, task, at, signer=rng.choice(("addressee", "addressee", *others[:1])))
    return at


def hand_out(world: World, order: Order, task: TaskLine, at: datetime, *, signer: str = "addressee") -> None:
    code = delivery.pickup_code_of(order.id) if order.rule["needs_code"] else None
    dispatch.finish_deliver(
        task_id=task.id, signer=signer, code=code, at=at, by=world.courier(order.destination_outlet), request_id=request_id()
    )


def _before(rng: Random, on: date, promised: datetime | None) -> datetime:
    """On the round, and before the promise where the round allows it."""
    first, last = shanghai_at(on, 10, 5), shanghai_at(on, 16, 55)
    if promised is not None and first < promised < last:
        last = promised - timedelta(minutes=8)
    return first + (last - first) * rng.random()


_NEXT = {"nobody once": "good", "nobody twice": "nobody, then fetched", "nobody and gone": "nobody ever"}


def _nobody(world: World, rng: Random, order: Order, task: TaskLine, at: datetime, plan: str) -> Steps:
    """Nobody home: again tomorrow; after the second time it waits at the outlet and is fetched two days later, or never."""
    courier = world.courier(order.destination_outlet)
    dispatch.fail(task_id=task.id, reason="103", note="电话无人接听", at=at, by=courier, request_id=request_id())
    if plan in _NEXT:
        return (yield from bring(world, rng, order, shanghai_day(at) + DAY, _NEXT[plan]))
    if plan == "nobody, then fetched":
        yield (at := moment(rng, shanghai_day(at) + 2 * DAY, 10, 17))
        code = delivery.pickup_code_of(order.id) if order.rule["needs_code"] else None
        mail.record_handover(
            order_id=order.id, verb=Verb.FETCH, code=code, signer="addressee", at=at, by=courier, request_id=request_id()
        )  # fmt: skip
    return at


# -- papers from the door ----------------------------------------------------------------


def collect(world: World, rng: Random, order: Order, *, plan: str = "") -> Steps:
    """The courier comes in the chosen window and counts the papers; returns when. plan: "", missed, moved, late, one missing."""
    courier, opens, closes = world.courier(order.origin_outlet), order.window_from, order.window_to
    if opens is None or closes is None:
        raise StoryLeft("no collection window")
    plan = plan or _bad_collection(world, rng, shanghai_day(opens))
    yield (at := max(opens - timedelta(minutes=rng.randint(5, 55)), order.placed_at + HOUR))
    task = open_task(order.id, at)
    dispatch.take(task_id=task.id, at=at, by=courier)
    at = opens + (closes - opens) * (0.3 + 0.6 * rng.random()) if plan != "late" else closes + timedelta(minutes=rng.randint(20, 110))
    yield (at := max(at, task.sent_at + 2 * HOUR))
    if plan in ("missed", "moved"):
        task, at = yield from _another_visit(rng, order, task, courier, at, moved=plan == "moved")
    take_papers(order, task.id, at=at, by=courier, missing=plan == "one missing")
    return at


Visit = Generator[datetime, None, tuple[TaskLine, datetime]]


def _another_visit(rng: Random, order: Order, task: TaskLine, courier: Actor, at: datetime, *, moved: bool) -> Visit:
    """Nobody home, or another time is named; then the courier stands at the door again with the next instruction."""
    wished = next(each for each in tasks.appointments(task, at=at) if each.start > at + HOUR) if moved else None
    reason, note = ("14", "客户改约") if moved else ("4", "家中无人")
    dispatch.fail(task_id=task.id, reason=reason, note=note, appointment=wished, at=at, by=courier, request_id=request_id())
    yield (at := wished.start - timedelta(minutes=20) if wished else moment(rng, shanghai_day(at) + DAY, 8, 9))
    task = open_task(order.id, at)
    dispatch.take(task_id=task.id, at=at, by=courier)
    yield (at := wished.start + HOUR if wished else moment(rng, shanghai_day(at), 9, 11))
    return task, at


def nobody_for_papers(world: World, rng: Random, order: Order) -> Steps:
    """Nobody hands the papers over, not the second time either: no courier comes any more."""
    courier = world.courier(order.origin_outlet)
    yield (at := max(order.window_from or order.placed_at, order.placed_at + HOUR))
    task = open_task(order.id, at)
    dispatch.take(task_id=task.id, at=at, by=courier)
    yield (at := at + timedelta(minutes=rng.randint(40, 90)))
    task, at = yield from _another_visit(rng, order, task, courier, at, moved=False)
    dispatch.fail(task_id=task.id, reason="4", note="家中无人", at=at, by=courier, request_id=request_id())
    return at


def _bad_collection(world: World, rng: Random, on: date) -> str:
    drawn = rng.random()
    if world.is_bad(BOZHOU.code, on):
        return "late" if drawn < 0.35 else "missed" if drawn < 0.55 else "good"
    return "late" if drawn < 0.03 else "good"


def take_papers(order: Order, task_id: UUID, *, at: datetime, by: Actor, missing: bool = False) -> None:
    """Formalities done, every paper counted by its neutral label, the applicant's code."""
    labels = [check.opaque_id for check in delivery.checks_of([order.id])[order.id]]
    dispatch.finish_collect(
        task_id=task_id, seen={label: n > 0 or not missing for n, label in enumerate(labels)},
        check_code=delivery.check_code_of(order.id), real_name_checked=True, inspected=True, at=at, by=by, request_id=request_id(),
    )  # fmt: skip
