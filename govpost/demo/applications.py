"""Cases decided inside: what applicant, window, department and desk do, step by step. The stories stand in `plots`."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from govpost.cases import actions, rules
from govpost.cases.actions.apply import pending_papers
from govpost.cases.counter import papers_here
from govpost.cases.models import Case
from govpost.cases.rules import Desk, Form, PaperStatus
from govpost.cases.states import State
from govpost.catalogue import queries as catalogue
from govpost.common.actor import Actor
from govpost.common.clock import shanghai_at, shanghai_day
from govpost.delivery.models import Order
from govpost.demo import station
from govpost.demo.clockwork import HOUR, StoryLeft
from govpost.demo.days import DAY, HISTORY_DAYS, moment
from govpost.demo.hiring import Citizen
from govpost.demo.roads import carrier_collects
from govpost.demo.rounds import collect, to_the_door
from govpost.demo.world import BOZHOU, FOOD, FREIGHT, HYGIENE, WINDOWS, City, Onward, World, order_of, request_id
from govpost.dispatch.reach import reach
from govpost.places import queries as places
from govpost.profiles import queries as profiles
from govpost.profiles.rules import Window, windows_of

_PLACES = {HYGIENE: "美容店", FOOD: "小吃店", FREIGHT: "货运部"}
CORRECTIONS = ("平面图未标注面积", "申请表缺少签名", "检测报告已过有效期")
REFUSALS = ("通风设施不符合卫生标准", "经营场所与申请材料不符", "车辆技术等级不符合要求")

NOT_YET = UUID(int=0)
Steps = Generator[datetime, None, datetime]


@dataclass
class Application:
    """One case and who is in it; every step is told by one of its methods."""

    world: World
    rng: Random
    who: Citizen
    item: str
    case_id: UUID = NOT_YET
    city: City = BOZHOU

    @property
    def case(self) -> Case:
        return Case.objects.get(id=self.case_id)

    @property
    def officer(self) -> Actor:
        return self.world.staff[self.city.officers[self.item]]

    @property
    def clerk(self) -> Actor:
        """Who stands at the window of the case's hall; the city's own clerk where nobody else does."""
        county = self.case.hall.division_id if self.case_id != NOT_YET else ""
        return self.world.staff[WINDOWS.get(county, self.city.window)]

    def onward(self, plan: str = "") -> Onward:
        return to_the_door(self.world, self.city, plan)

    # -- the applicant -----------------------------------------------------------------

    def form(self, at: datetime, paper_way: str, result_way: str = "door", window: Window | None = None) -> Form:
        home, kind = self.who.home, _PLACES[self.item]
        answers = {
            "subject": f"示例{kind}（{home.name[0]}）",
            "premises": f"{places.division(home.division).name}{home.street}",
            "details": "示例数据",
        }
        window = window or self.next_window(at) if paper_way == "door" else None
        return Form(answers=answers, address=home, paper_way=paper_way, result_way=result_way, window=window)

    def next_window(self, at: datetime) -> Window:
        """The first window offered on a day on which the hall is open to receive."""
        settings = profiles.settings_for(self.city.region, shanghai_day(at))
        offered = reach(division=self.who.home.division, street=self.who.home.street, settings=settings, at=at + HOUR).windows
        working = [window for window in offered if self.world.days.is_working(shanghai_day(window.start))]
        return (working or offered)[0]

    def last_window(self) -> Window:
        """The last window of a working day that has been open for a while."""
        days, hours = self.world.days, profiles.settings_for(self.city.region, self.world.days.today).collection_windows
        recent = (on for n in range(HISTORY_DAYS) if days.is_working(on := days.today - n * DAY))
        windows = (window for on in recent for window in windows_of(on, hours)[::-1])
        return next(window for window in windows if window.start + HOUR <= days.now)

    def draft(self, at: datetime, paper_way: str, result_way: str, window: Window | None = None) -> None:
        service = catalogue.service(self.item, shanghai_day(at), self.city.region)
        made = actions.draft(service_id=service.id, form=self.form(at, paper_way, result_way, window), at=at, by=self.who.actor)
        self.case_id = made.id

    def apply(self, at: datetime, paper_way: str, result_way: str = "door", window: Window | None = None) -> None:
        """Draft and, a few minutes later, submit; every third person does it on another platform of the city, where there is one."""
        began = at - timedelta(minutes=self.rng.randint(4, 25))
        if at.minute % 3 == 0 and self.city.code in self.world.portals:
            self.apply_elsewhere(at, paper_way, result_way, window)
        else:
            self.draft(began, paper_way, result_way, window)
            actions.submit(case_id=self.case_id, notice_version=rules.NOTICE.version, at=at, by=self.who.actor)
        if paper_way == "door" and self.city is not BOZHOU:
            station.number(self.world, self.papers_order().id, at=at)

    def apply_elsewhere(self, at: datetime, paper_way: str, result_way: str, window: Window | None) -> None:
        """The platform's program hands the application in by interface: Bozhou's from computers and phones, Zhaoqing's from phones."""
        screen = "computer" if self.city is BOZHOU and not at.minute % 2 else "mobile"
        service = catalogue.service(self.item, shanghai_day(at), self.city.region)
        made = actions.apply_at_once(
            service_id=service.id, form=self.form(at, paper_way, result_way, window), notice_version=rules.NOTICE.version, at=at,
            by=self.world.portals[self.city.code], party_id=self.who.actor.id, screen=screen,
        )  # fmt: skip
        self.case_id = made.id

    # -- papers ------------------------------------------------------------------------

    def papers_order(self) -> Order:
        return self.order("papers")

    def result_order(self) -> Order:
        return self.order("result")

    def order(self, leg: str) -> Order:
        link = self.case.orders.filter(leg=leg).order_by("placed_at", "id").last()
        if link is None:
            raise StoryLeft(f"no order for {leg}")
        return order_of(link.order_id)

    def papers_come(self, since: datetime, paper_way: str, *, plan: str = "") -> Steps:
        """By courier or in the applicant's hands, until the window has counted them."""
        at = since
        if paper_way == "door" and self.city is BOZHOU:
            at = yield from collect(self.world, self.rng, self.papers_order(), plan=plan)
        elif paper_way == "door":
            yield (at := carrier_collects(self.world, self.rng, self.papers_order()) + HOUR)
        on = self.world.days.office(at + HOUR, 16)
        yield (at := moment(self.rng, on, max(9, _hour(at, on)), 17))
        self.receive(at)
        return at

    def receive(self, at: datetime) -> None:
        """What was missing at the door is missing here; everything else is there."""
        papers = pending_papers(self.case)
        if not papers:
            raise StoryLeft("no paper is expected")
        seen = {paper.id: paper.status != PaperStatus.MISSING for paper in papers}
        if not any(seen.values()):  # brought later
            seen = dict.fromkeys(seen, True)
        actions.receive_papers(case_id=self.case_id, seen=seen, at=at, by=self.clerk, request_id=request_id())

    # -- the department ------------------------------------------------------------------

    def hand_on(self, at: datetime) -> datetime:
        """What lies at the window goes to the department, which counts it; when it has."""
        counted = papers_here([self.case_id])
        if not counted:
            return at
        made = actions.give_papers(case_ids=[self.case_id], at=at, by=self.clerk)
        taken = at + timedelta(minutes=9)
        actions.take_papers(list_id=made.id, counted={self.case.number or "": counted[self.case_id]}, at=taken, by=self.officer)
        return taken

    def accept(self, since: datetime, working_days: int = 0) -> Steps:
        yield (at := self.office_hour(since, working_days))
        yield (at := self.hand_on(at) + timedelta(minutes=4))
        actions.accept(case_id=self.case_id, at=at, by=self.officer)
        return at

    def decide(self, since: datetime, working_days: int, *, approve: bool = True) -> Steps:
        yield (at := self.office_hour(since, working_days))
        if approve:
            actions.approve(case_id=self.case_id, at=at, by=self.officer)
        else:
            remedy = rules.remedy(department=self.case.department.name)
            actions.refuse(case_id=self.case_id, reason=self.rng.choice(REFUSALS), remedy=remedy, at=at, by=self.officer)
        return at

    def correction(self, since: datetime, papers: tuple[str, ...] = ()) -> Steps:
        yield (at := self.office_hour(since))
        yield (at := self.hand_on(at) + timedelta(minutes=4))
        actions.request_correction(case_id=self.case_id, items=[self.rng.choice(CORRECTIONS)], papers=papers, at=at, by=self.officer)
        return at

    def resubmit(self, since: datetime, paper_way: str) -> Steps:
        yield (at := since + timedelta(hours=self.rng.randint(3, 26)))
        way = paper_way if pending_papers(self.case) else "none"
        actions.resubmit(case_id=self.case_id, form=self.form(at, way), at=at, by=self.who.actor)
        return at

    def office_hour(self, since: datetime, working_days: int = 0) -> datetime:
        """Some moment in the office, at least an hour after `since` and `working_days` working days later."""
        on = self.world.days.office(since + HOUR, 16, later=working_days)
        return moment(self.rng, on, max(9, _hour(since, on)), 17)

    # -- the result ------------------------------------------------------------------------

    def hand_over(self, since: datetime) -> Steps:
        """The list that both sign, an hour apart."""
        on = self.world.days.office(since + HOUR, 14)
        yield (at := shanghai_at(on, 14) + timedelta(minutes=self.rng.randint(1, 50)))
        case = self.case
        by_mail = case.result_way == "door"
        desk, taker = (Desk.STATION, self.world.staff[self.city.clerk]) if by_mail else (Desk.WINDOW, self.clerk)
        made = actions.give_list(case_ids=[case.id], desk=desk, at=at, by=self.officer)
        yield (at := at + timedelta(minutes=self.rng.randint(20, 60)))
        actions.hand_over(list_id=made.id, found={case.document_serial or ""}, at=at, by=taker)
        return at

    def close_parcel(self, since: datetime, onward: Onward) -> Steps:
        """The parcel of this applicant; a result that travels in another's parcel needs nothing more."""
        yield (at := since + timedelta(minutes=self.rng.randint(3, 20)))
        if self.close_and_number(at):
            station.make_ready(self.world, self.result_order().id, onward, at=at + timedelta(minutes=4))
        return at

    def close_and_number(self, at: datetime) -> bool:
        inside = self.case.parcels.filter(left_at=None).select_related("parcel").first()
        if inside is None or inside.parcel.closed_at is not None:
            return False
        actions.close_parcel(parcel_id=inside.parcel.id, at=at, by=self.world.staff[self.city.clerk])
        station.number(self.world, self.result_order().id, at=at)
        return True

    def hand_out(self, since: datetime, relation: str = "addressee") -> Steps:
        yield (at := self.office_hour(since, self.rng.randint(0, 2)))
        if self.case.state == State.HANDED_OVER:
            actions.hand_out(case_id=self.case_id, identity_checked=True, relation=relation, at=at, by=self.clerk)
        return at


def _hour(at: datetime, on: date) -> int:
    """The hour from which something can follow on this day."""
    return min(16, int((at + HOUR - shanghai_at(on, 0)).total_seconds() // 3600) + 1) if shanghai_day(at) == on else 0
