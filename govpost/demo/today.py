"""What is open now in the cases: every queue of window, department, desk, dispatch and courier has work, some of it overdue."""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime
from uuid import UUID

from govpost.cases import actions
from govpost.cases.rules import Desk
from govpost.delivery import actions as mail
from govpost.delivery.models import Order
from govpost.demo import counter, station
from govpost.demo.applications import Application, Steps
from govpost.demo.carrier import MINUTE, Event
from govpost.demo.clockwork import HOUR, Story, StoryLeft
from govpost.demo.days import moment
from govpost.demo.rounds import hand_out, open_task, take_papers
from govpost.demo.world import BOZHOU, FOOD, FREIGHT, HYGIENE, JINING, ZHAOQING, World, order_of, request_id
from govpost.dispatch import actions as dispatch
from govpost.parties import actions as parties

Plot = Callable[[Application], Story]
Comes = Generator[datetime, None, tuple[Order, datetime]]


def plan_all(world: World) -> None:
    """The sandbox's people come first among the citizens: whoever signs in there finds something under way."""
    citizens = world.citizens[BOZHOU.code]
    for n, (plot, item) in enumerate(_OPEN):
        app = Application(world, world.rng(f"open {n}"), citizens[n % len(citizens)], item)
        world.clockwork.add(f"open {n}", plot(app))
    for city in (JINING, ZHAOQING):
        for n, (plot, item) in enumerate(_OPEN_ELSEWHERE):
            name, citizens = f"{city.code} open {n}", world.citizens[city.code]
            app = Application(world, world.rng(name), citizens[n % len(citizens)], item, city=city)
            world.clockwork.add(name, plot(app))


# -- at the applicant, on the road, at the window -----------------------------------------------


def drafted(app: Application) -> Story:
    yield (at := app.world.now - 95 * MINUTE)
    app.draft(at, "door", "door")


def ordered(minutes: int) -> Plot:
    """A courier is wanted; after the profile's minutes the instruction is late."""

    def plot(app: Application) -> Story:
        yield (at := app.world.now - minutes * MINUTE)
        app.apply(at, "door")

    return plot


def taken(app: Application) -> Story:
    yield (at := app.world.days.round_now - 150 * MINUTE)
    app.apply(at, "door")
    yield (at := app.world.days.round_now - 40 * MINUTE)
    order = app.papers_order()
    dispatch.take(task_id=open_task(order.id, at).id, at=at, by=app.world.courier(order.origin_outlet))


def missed(app: Application) -> Story:
    """Nobody was in: again tomorrow."""
    order, at = yield from _courier_comes(app)
    courier = app.world.courier(order.origin_outlet)
    dispatch.fail(task_id=open_task(order.id, at).id, reason="4", note="敲门无人", at=at, by=courier, request_id=request_id())


def on_the_road(app: Application) -> Story:
    """Collected, and not yet at the window."""
    order, at = yield from _courier_comes(app)
    take_papers(order, open_task(order.id, at).id, at=at, by=app.world.courier(order.origin_outlet))


def _courier_comes(app: Application) -> Comes:
    """Ordered the day before for the last window; the story goes on at the door."""
    window = app.last_window()
    yield (at := window.start - 20 * HOUR)
    app.apply(at, "door", window=window)
    yield (at := window.start - 30 * MINUTE)
    order = app.papers_order()
    dispatch.take(task_id=open_task(order.id, at).id, at=at, by=app.world.courier(order.origin_outlet))
    yield (at := min(app.world.now - 15 * MINUTE, window.start + app.rng.randint(45, 150) * MINUTE))
    return order, at


def to_be_brought(app: Application) -> Story:
    yield (at := app.world.now - 20 * HOUR)
    app.apply(at, "bring", "window")


def to_give_back(app: Application) -> Story:
    """Withdrawn, and the window still has the papers."""
    at = yield from _received(app, 2)
    yield (at := at + 3 * HOUR)
    actions.withdraw(case_id=app.case_id, at=at, by=app.who.actor)


# -- at the department ------------------------------------------------------------------------------


def _received(app: Application, working_days_ago: int, *, result: str = "door") -> Steps:
    """Applied and brought to the window on one day."""
    on = app.world.days.back(working_days_ago)
    yield (at := moment(app.rng, on, 9, 10))
    app.apply(at, "bring", result)
    yield (at := moment(app.rng, on, 11, 12))
    app.receive(at)
    return at


def received(working_days_ago: int) -> Plot:
    def plot(app: Application) -> Story:
        yield from _received(app, working_days_ago)

    return plot


def correcting(app: Application) -> Story:
    at = yield from _received(app, 3)
    yield from app.correction(at, ("补正材料（示例）",))


def resubmitted(app: Application) -> Story:
    """Corrected, and a courier is wanted for the paper that was missing."""
    at = yield from _received(app, 4)
    at = yield from app.correction(at, ("补正材料（示例）",))
    yield (at := app.world.now - 25 * MINUTE)
    actions.resubmit(case_id=app.case_id, form=app.form(at, "door"), at=at, by=app.who.actor)


def accepted(working_days_ago: int) -> Plot:
    """The term to decide runs: ten or twenty working days."""

    def plot(app: Application) -> Story:
        yield from _accepted(app, working_days_ago)

    return plot


def _accepted(app: Application, working_days_ago: int, *, result: str = "door") -> Steps:
    at = yield from _received(app, working_days_ago, result=result)
    yield (at := at + 2 * HOUR)
    app.hand_on(at)
    yield (at := moment(app.rng, app.world.days.back(working_days_ago), 15, 16))
    actions.accept(case_id=app.case_id, at=at, by=app.officer)
    return at


def approved(app: Application) -> Story:
    yield from _approved(app)


def _approved(app: Application, working_days_ago: int = 1, *, result: str = "door") -> Steps:
    yield from _accepted(app, working_days_ago + 1, result=result)
    yield (at := moment(app.rng, app.world.days.back(working_days_ago), 9, 10))
    actions.approve(case_id=app.case_id, at=at, by=app.officer)
    return at


def read_by_the_window(app: Application) -> Story:
    """A full identity was looked at, for a cause; its holder can see that."""
    at = yield from _accepted(app, 2)
    yield (at := at + HOUR)
    case = app.case
    parties.read_identity(
        party_id=case.party_id, cause="核对法定代表人身份", case=case.number or "", region=str(case.region), at=at, by=app.clerk
    )


# -- at the desk and with the courier -----------------------------------------------------------------


def listed(result: str) -> Plot:
    """The list lies at the desk (door) or the window, not yet counted."""

    def plot(app: Application) -> Story:
        at = yield from _approved(app, result=result)
        yield (at := at + 2 * HOUR)
        desk = Desk.STATION if result == "door" else Desk.WINDOW
        actions.give_list(case_ids=[app.case_id], desk=desk, at=at, by=app.officer)

    return plot


def at_the_desk(app: Application) -> Story:
    at = yield from _approved(app)
    yield from app.hand_over(at)


def to_be_fetched(app: Application) -> Story:
    at = yield from _approved(app, 2, result="window")
    yield from app.hand_over(at)


def to_be_matched(app: Application) -> Story:
    """The parcel is closed; the carrier is asked for its number by the job, as in real life."""
    at = yield from _approved(app, 2)
    yield from app.hand_over(at)
    yield (at := app.world.days.office_ago(80))
    inside = app.case.parcels.filter(left_at=None).select_related("parcel").first()
    if inside is not None and inside.parcel.closed_at is None:
        actions.close_parcel(parcel_id=inside.parcel.id, at=at, by=app.world.staff[app.city.clerk])


def with_the_courier(go: Callable[[Application, Order], Story]) -> Plot:
    """Posted on the eve of the last round, at the delivery office three hours before; nothing where it travels in another's parcel."""

    def plot(app: Application) -> Story:
        at = yield from _approved(app, app.world.days.eve())
        at = yield from app.hand_over(at)
        yield (at := at + 10 * MINUTE)
        if not app.close_and_number(at):
            return
        order_id = app.result_order().id
        station.match(app.world, order_of(order_id), at=at)
        _post_alone(app.world, order_id, at=at + 5 * MINUTE)
        order, arrives = order_of(order_id), app.world.days.round_now - 200 * MINUTE
        app.world.carrier.tell(order, [Event("203", at + HOUR), Event("954", at + 4 * HOUR), Event("306", arrives)])
        yield arrives + 75 * MINUTE
        yield from go(app, order)

    return plot


def _post_alone(world: World, order_id: UUID, *, at: datetime) -> None:
    clerk = world.staff[BOZHOU.clerk]
    station.label(world, order_of(order_id), at=at)
    mail.seal_bag(outlet=BOZHOU.station, seal_no=f"FZ{next(world.drawn):06d}", order_ids=[order_id], at=at + MINUTE, by=clerk)


def _waits(app: Application, order: Order) -> Story:
    yield from ()


def _goes_out(app: Application, order: Order) -> Story:
    courier, at = app.world.courier(order.destination_outlet), app.world.days.round_now - 75 * MINUTE
    task = open_task(order.id, at)
    dispatch.take(task_id=task.id, at=at, by=courier)
    yield (at := app.world.days.round_now - 35 * MINUTE)
    dispatch.go_out(task_id=task.id, at=at, by=courier, request_id=request_id())


def _handed_to_a_neighbour(app: Application, order: Order) -> Story:
    """Delivered, withdrawn an hour later: the case is open again and the courier is wanted."""
    courier, at = app.world.courier(order.destination_outlet), app.world.days.round_now - 110 * MINUTE
    yield at
    task = open_task(order.id, at)
    dispatch.take(task_id=task.id, at=at, by=courier)
    hand_out(app.world, order, task, at + 8 * MINUTE)
    yield (at := app.world.days.round_now - 15 * MINUTE)
    handed = order_of(order.id).delivered_at
    if handed is None:
        raise StoryLeft("not delivered")
    clerk = app.world.staff[BOZHOU.clerk]
    mail.void_scan(order_id=order.id, code="DELIVER", occurred_at=handed, why="误投邻户，正在追回", at=at, by=clerk)


_OPEN: tuple[tuple[Plot, str], ...] = (
    (drafted, FOOD), (read_by_the_window, HYGIENE), (ordered(50), HYGIENE), (with_the_courier(_goes_out), HYGIENE),
    (correcting, HYGIENE), (accepted(12), HYGIENE), (on_the_road, FOOD), (at_the_desk, HYGIENE), (accepted(9), FOOD),
    (ordered(12), HYGIENE), (ordered(65), FREIGHT), (taken, HYGIENE), (missed, FOOD), (on_the_road, HYGIENE),
    (to_be_brought, HYGIENE), (to_be_brought, FREIGHT), (to_give_back, HYGIENE), (received(1), HYGIENE), (received(2), HYGIENE),
    (received(4), HYGIENE), (received(4), FOOD), (received(1), FREIGHT), (resubmitted, HYGIENE), (accepted(2), HYGIENE),
    (accepted(9), HYGIENE), (accepted(3), FOOD), (accepted(6), FREIGHT), (approved, HYGIENE), (approved, HYGIENE), (approved, FREIGHT),
    (listed("door"), HYGIENE), (listed("window"), HYGIENE), (at_the_desk, FOOD), (to_be_fetched, HYGIENE), (to_be_fetched, FOOD),
    (to_be_matched, HYGIENE), (to_be_matched, FOOD), (with_the_courier(_waits), HYGIENE), (with_the_courier(_waits), FREIGHT),
    (with_the_courier(_goes_out), FOOD), (with_the_courier(_handed_to_a_neighbour), HYGIENE),
    *((plot, HYGIENE) for plot in counter.PLOTS),
)  # fmt: skip
_OPEN_ELSEWHERE: tuple[tuple[Plot, str], ...] = (
    (drafted, HYGIENE), (to_be_brought, FOOD), (received(1), HYGIENE), (accepted(3), FOOD), (approved, HYGIENE), (listed("door"), FOOD),
    (at_the_desk, HYGIENE), (to_be_fetched, FOOD), (counter.taken_in, HYGIENE), (counter.with_papers_to_come, FOOD),
)  # fmt: skip
