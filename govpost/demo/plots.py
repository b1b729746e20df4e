"""The stories of cases inside: the happy one with its variations, and every unhappy one. `cast` spreads them over the three weeks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from govpost.cases import actions, rules
from govpost.common.actor import Actor
from govpost.common.clock import shanghai_day, shanghai_midnight
from govpost.delivery import actions as mail
from govpost.delivery.states import Verb
from govpost.demo import station
from govpost.demo.applications import Application, Steps
from govpost.demo.clockwork import HOUR, Story, StoryLeft
from govpost.demo.days import DAY, moment
from govpost.demo.rounds import bring, collect, nobody_for_papers
from govpost.demo.world import BOZHOU, FOOD, FREIGHT, HYGIENE, JINING, ZHAOQING, City, World, order_of, request_id

CLOCK = Actor.system("clock")
Plot = Callable[[Application, date], Story]


@dataclass(frozen=True, slots=True)
class Way:
    """How an ordinary case goes. collection, door: plans of `rounds`."""

    papers: str = "door"
    result: str = "door"
    collection: str = ""
    door: str = ""
    correction: bool = False
    approve: bool = True


def ordinary(way: Way) -> Plot:
    """From the application to the end, whatever the decision."""

    def plot(app: Application, on: date) -> Story:
        at = yield from _to_the_decision(app, on, way)
        at = yield from app.hand_over(at)
        if way.result == "door":
            yield from app.close_parcel(at, app.onward(way.door))
        else:
            yield from app.hand_out(at, app.rng.choice(("addressee", "addressee", "agent")))

    return plot


def _to_the_decision(app: Application, on: date, way: Way) -> Steps:
    at = yield from _to_the_window(app, on, way)
    if way.correction:
        at = yield from app.correction(at, ("补正材料（示例）",))
        at = yield from app.resubmit(at, way.papers)
        at = yield from app.papers_come(at, way.papers)
    at = yield from app.accept(at, app.rng.randint(0, 1))
    return (yield from app.decide(at, app.rng.randint(1, 4), approve=way.approve))


def _to_the_window(app: Application, on: date, way: Way) -> Steps:
    yield (at := moment(app.rng, on, 8, 13))
    app.apply(at, way.papers, way.result)
    since = at if way.papers == "door" else at + HOUR * app.rng.randint(2, 30)
    return (yield from app.papers_come(since, way.papers, plan=way.collection))


# -- it ends early ------------------------------------------------------------------------


def not_accepted(app: Application, on: date) -> Story:
    """Not the department's business: told before anything was sent."""
    yield (at := moment(app.rng, on, 8, 11))
    app.apply(at, "bring")
    yield (at := app.office_hour(at))
    _not_accept(app, at)


def not_accepted_with_papers(app: Application, on: date) -> Story:
    """The papers are here already and go back, by mail or over the counter."""
    at = yield from _to_the_window(app, on, Way())
    yield (at := app.office_hour(at))
    _not_accept(app, at)
    yield from _give_back(app, at, by_mail=app.rng.random() < 0.5)


def _not_accept(app: Application, at: datetime) -> None:
    remedy = rules.remedy(department=app.case.department.name)
    actions.not_accept(case_id=app.case_id, reason="申请事项不属于本部门职权范围", remedy=remedy, at=at, by=app.officer)


def withdrawn_before(app: Application, on: date) -> Story:
    """Before the courier came."""
    yield (at := moment(app.rng, on, 8, 10))
    app.apply(at, "door")
    yield (at := at + timedelta(minutes=app.rng.randint(15, 50)))
    actions.withdraw(case_id=app.case_id, at=at, by=app.who.actor)


def withdrawn_under_way(app: Application, on: date) -> Story:
    """While the papers travel: the window receives them and posts them back."""
    yield (at := moment(app.rng, on, 8, 10))
    app.apply(at, "door")
    at = yield from collect(app.world, app.rng, app.papers_order(), plan="good")
    yield (at := at + timedelta(minutes=80))
    actions.withdraw(case_id=app.case_id, at=at, by=app.who.actor)
    yield (at := app.office_hour(at))
    app.receive(at)
    yield from _give_back(app, at, by_mail=True)


def _give_back(app: Application, since: datetime, *, by_mail: bool) -> Story:
    yield (at := app.office_hour(since))
    actions.return_papers(case_id=app.case_id, by_mail=by_mail, identity_checked=not by_mail, at=at, by=app.clerk)
    if by_mail:
        back = app.order("returned_papers")
        station.number(app.world, back.id, at=at)
        station.make_ready(app.world, back.id, app.onward(), at=at + timedelta(minutes=6))


def brought_after_all(app: Application, on: date) -> Story:
    """The collection is cancelled, the papers are brought, the result is fetched."""
    yield (at := moment(app.rng, on, 8, 10))
    app.apply(at, "door", "window")
    yield (at := at + timedelta(minutes=app.rng.randint(10, 40)))
    actions.cancel_collection(case_id=app.case_id, at=at, by=app.who.actor)
    at = yield from app.papers_come(at + 3 * HOUR, "bring")
    at = yield from app.accept(at)
    at = yield from app.decide(at, app.rng.randint(1, 4))
    at = yield from app.hand_over(at)
    yield from app.hand_out(at)


def collected_at_last(app: Application, on: date) -> Story:
    """Nobody home twice when the papers were to be fetched; another courier is ordered for a time at which somebody is."""
    yield (at := moment(app.rng, on, 8, 10))
    app.apply(at, "door")
    at = yield from nobody_for_papers(app.world, app.rng, app.papers_order())
    yield (at := at + 2 * HOUR)
    actions.order_collection_again(case_id=app.case_id, window=app.next_window(at), at=at, by=app.who.actor)
    at = yield from app.papers_come(at, "door", plan="good")
    at = yield from app.accept(at)
    at = yield from app.decide(at, 2)
    at = yield from app.hand_over(at)
    yield from app.close_parcel(at, app.onward())


# -- by time alone --------------------------------------------------------------------------


def silent(app: Application, on: date) -> Story:
    """Five working days without an answer accept by law."""
    yield from _to_the_window(app, on, Way(papers="bring"))
    due_on = app.case.accept_due_on
    if due_on is None:
        raise StoryLeft("no term runs")
    yield (at := shanghai_midnight(due_on + DAY) + timedelta(minutes=5))
    actions.accept_silently(case_id=app.case_id, at=at, by=CLOCK)
    at = yield from app.decide(at, 2)
    at = yield from app.hand_over(at)
    yield from app.close_parcel(at, app.onward())


def terminated(app: Application, on: date) -> Story:
    """The corrections never came; the papers are fetched at the window."""
    at = yield from _to_the_window(app, on, Way(papers="bring"))
    at = yield from app.correction(at)
    due_on = app.case.correction_due_on
    if due_on is None:
        raise StoryLeft("no term runs")
    yield (at := shanghai_midnight(due_on + DAY) + timedelta(minutes=5))
    actions.terminate(case_id=app.case_id, at=at, by=CLOCK)
    yield from _give_back(app, at, by_mail=False)


# -- the result takes another way -------------------------------------------------------------


def fetched_after_all(app: Application, on: date) -> Story:
    """Before it is posted the applicant comes to the window."""
    at = yield from _to_the_decision(app, on, Way(papers="bring"))
    at = yield from app.hand_over(at)
    yield (at := at + timedelta(minutes=10))
    actions.change_result_way(case_id=app.case_id, at=at, by=app.who.actor)
    yield from app.hand_out(at)


def came_back(plan: str) -> Plot:
    """Refused at the door, or never fetched: back to the hall, and at last over the counter."""

    def plot(app: Application, on: date) -> Story:
        way = Way(papers="bring", door=plan)
        at = yield from _to_the_decision(app, on, way)
        at = yield from app.hand_over(at)
        yield (at := at + timedelta(minutes=9))
        if not app.close_and_number(at):
            return
        order = app.result_order()
        station.make_ready(app.world, order.id, app.onward(plan), at=at)
        yield (at := at + (3 if plan == "refused" else 6) * DAY)
        clerk = app.world.staff[app.city.clerk]
        mail.record_handover(order_id=order.id, verb=Verb.SEND_BACK, at=at, by=clerk, request_id=request_id())
        yield (at := app.office_hour(at + 20 * HOUR))
        mail.record_handover(order_id=order.id, verb=Verb.TAKE_BACK, at=at, by=clerk, request_id=request_id())
        yield from app.hand_out(at + HOUR)

    return plot


def wrong_door(app: Application, on: date) -> Story:
    """Delivered next door by mistake, withdrawn two days later: the case opens again until it is delivered at last."""
    at = yield from _to_the_decision(app, on, Way(papers="bring"))
    at = yield from app.hand_over(at)
    yield (at := at + timedelta(minutes=9))
    if not app.close_and_number(at):
        return
    order = app.result_order()
    station.make_ready(app.world, order.id, app.onward("good"), at=at)
    yield (at := at + 3 * DAY)
    order = order_of(order.id)
    if order.delivered_at is None:
        raise StoryLeft("not delivered")
    mail.void_scan(
        order_id=order.id, code="DELIVER", occurred_at=order.delivered_at, why="误投邻户，已追回", at=at, by=app.world.staff[app.city.clerk]
    )
    yield from bring(app.world, app.rng, order, shanghai_day(at) + DAY, "good")


def together(app: Application, on: date) -> Story:
    """Two items of one applicant, decided on one day, in one parcel."""
    other = Application(app.world, Random(app.rng.random()), app.who, FOOD if app.item != FOOD else HYGIENE)
    yield (at := moment(app.rng, on, 8, 11))
    app.apply(at, "bring")
    other.apply(at + timedelta(minutes=30), "bring")
    yield (at := app.office_hour(at))
    app.receive(at)
    other.receive(at)
    at = yield from app.accept(at)
    yield (at := other.hand_on(at) + timedelta(minutes=4))
    actions.accept(case_id=other.case_id, at=at, by=other.officer)
    at = yield from app.decide(at, 2)
    actions.approve(case_id=other.case_id, at=at, by=other.officer)
    yield from _hand_over_both(app, other, at)


def _hand_over_both(app: Application, other: Application, since: datetime) -> Story:
    first, second = app.hand_over(since), other.hand_over(since)
    at = since
    for steps in (first, second):
        at = yield from steps
    yield from app.close_parcel(at, app.onward("good"))


# -- how many of which --------------------------------------------------------------------------

_HAPPY: tuple[tuple[Plot, int], ...] = (
    (ordinary(Way()), 10),
    (ordinary(Way(papers="bring")), 7),
    (ordinary(Way(result="window")), 3),
    (ordinary(Way(papers="bring", result="window")), 4),
    (ordinary(Way(correction=True)), 2),
    (ordinary(Way(papers="bring", correction=True)), 2),
)
_UNHAPPY: tuple[tuple[Plot, int], ...] = (
    (ordinary(Way(collection="missed")), 2),
    (ordinary(Way(collection="moved")), 1),
    (collected_at_last, 1),
    (ordinary(Way(collection="one missing", correction=True)), 1),
    (ordinary(Way(door="nobody once")), 2),
    (ordinary(Way(papers="bring", door="nobody twice")), 2),
    (ordinary(Way(approve=False)), 2),
    (ordinary(Way(papers="bring", result="window", approve=False)), 1),
    (not_accepted, 1),
    (not_accepted_with_papers, 2),
    (withdrawn_before, 2),
    (withdrawn_under_way, 2),
    (brought_after_all, 2),
    (silent, 1),
    (terminated, 1),
    (fetched_after_all, 2),
    (came_back("refused"), 1),
    (came_back("nobody and gone"), 1),
    (wrong_door, 2),
    (together, 2),
)
# These need most of the three weeks; the others begin at any time and may be under way now.
_LONG = (silent, terminated, wrong_door, together)
_ITEMS = (HYGIENE, HYGIENE, FOOD, FREIGHT)
# In the cities where most is decided elsewhere: by our own pages, by a phone's platform, at the window; the carrier's couriers at the door.
_ELSEWHERE: tuple[Plot, ...] = (
    ordinary(Way(papers="bring")), ordinary(Way()), ordinary(Way(papers="bring", result="window")), ordinary(Way(papers="bring")),
    ordinary(Way(papers="bring", approve=False)), ordinary(Way(papers="bring", correction=True)), not_accepted, ordinary(Way()),
)  # fmt: skip


def cast(world: World, share: float) -> None:
    """Let the stories begin; `share` of 1 is the full number, but each unhappy one happens at least once."""
    rng = world.rng("plots")
    days = world.days.brisk()
    early = days[: max(1, len(days) // 3)]
    citizens = world.citizens[BOZHOU.code]
    n = 0
    for plot, times in (*_HAPPY, *_UNHAPPY):
        unhappy = times <= 2
        for _ in range(max(1 if unhappy else 0, round(times * share))):
            app = Application(world, world.rng(f"case {n}"), citizens[n % len(citizens)], _ITEMS[n % len(_ITEMS)])
            on = rng.choice(early if unhappy else days)
            world.clockwork.add(f"case {n}", plot(app, on))
            n += 1
    for city in (JINING, ZHAOQING):
        _cast_elsewhere(world, city, days)


def _cast_elsewhere(world: World, city: City, days: list[date]) -> None:
    rng, citizens, items = world.rng(f"{city.code} plots"), world.citizens[city.code], list(city.officers)
    for n, plot in enumerate(_ELSEWHERE):
        name = f"{city.code} case {n}"
        app = Application(world, world.rng(name), citizens[n % len(citizens)], items[n % len(items)], city=city)
        world.clockwork.add(name, plot(app, rng.choice(days)))
