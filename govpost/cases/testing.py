"""Builders of cases: the Bozhou cast with an item decided inside, and a case led into any state by the real actions.

Lin 林 applies, Wang 王 stands at the window, an officer of the health commission decides, the station's desk posts, Zhao 赵 delivers;
Qian 钱 is somebody else's citizen and must see nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from govpost.cases import actions, rules
from govpost.cases.actions.apply import papers_wanted, pending_papers
from govpost.cases.intake import Comer, Given, Provided
from govpost.cases.models import Case
from govpost.cases.rules import Address, Desk, Form
from govpost.cases.states import State
from govpost.catalogue import actions as catalogue
from govpost.catalogue import queries as services
from govpost.catalogue.models import Service
from govpost.common.actor import Actor
from govpost.common.clock import shanghai_at, shanghai_day
from govpost.common.ids import uuid7
from govpost.dispatch.reach import reach
from govpost.journal.testing import once
from govpost.parties.models import Party
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations, make_lin, make_qian, make_wang, make_zhao, person, staff_actor
from govpost.places import actions as places
from govpost.places.testing import AT
from govpost.profiles import actions as profiles
from govpost.profiles import queries as profile
from govpost.profiles.rules import Window
from govpost.settlement import actions as settlement

SYSTEM = Actor.system("test")
HOME = Address("林示例", "15400000001", "341602", "薛阁街道示例路 2 号 3 栋")
HYGIENE, FOOD = "000190001000", "000191001000"
IN_PERSON = Comer(relation="self", identity_seen=True)
ANSWERS = {"subject": "示例美容店", "premises": "亳州市谯城区示例路 8 号"}


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody of the story and the item they speak about."""

    lin_party: Party
    lin: Actor
    qian: Actor
    wang: Actor
    officer: Actor
    station: Actor
    zhao: Actor
    supervisor: Actor
    service: Service


@once
def load_cities() -> None:
    """The three cities as they ship: places, organisations, calendar, profiles, catalogue, agreements."""
    load_organisations()
    places.load_calendar(at=AT, by=SYSTEM)
    profiles.load_seed(at=AT, by=SYSTEM)
    catalogue.load_seed(at=AT, by=SYSTEM)
    settlement.load_terms(at=AT, by=SYSTEM)


def make_cast() -> Cast:
    """Bozhou as it ships (profile, catalogue, the government's agreement) with the cast and an item decided inside."""
    load_cities()
    lin = make_lin()
    return Cast(
        lin_party=lin, lin=person(lin), qian=person(make_qian()), wang=make_wang(),
        officer=staff_actor(Role.OFFICER, organisation="bozhou-health", name="周示例"),
        station=staff_actor(Role.STATION, organisation="bozhou-post", outlet="SL341600S1", name="孙示例"),
        zhao=make_zhao(), supervisor=staff_actor(Role.SUPERVISOR, organisation="bozhou-government", name="吴示例"),
        service=make_service(),
    )  # fmt: skip


def make_service(code: str = HYGIENE) -> Service:
    """公共场所卫生许可, decided by the health commission: four papers on paper, two waived, one only where it applies."""
    return services.service(code, shanghai_day(AT), "34.3416")


def next_window(at: datetime) -> Window:
    """The first collection window that is still offered at Lin's door."""
    settings = profile.settings_for("34.3416.341602", shanghai_day(at))
    return reach(division=HOME.division, street=HOME.street, settings=settings, at=at).windows[0]


def make_form(at: datetime = AT, **over: Any) -> Form:
    """A complete form: papers brought, result to the door."""
    values: dict[str, Any] = {"answers": ANSWERS, "address": HOME, "paper_way": "bring", "result_way": "door"}
    values |= over
    if values["paper_way"] == "door" and "window" not in values:
        values["window"] = next_window(at)
    return Form(**values)


def seen_all(case: Case) -> dict[UUID, bool]:
    return {paper.id: True for paper in pending_papers(case)}


def marked(service: Service, *, missing: int = 0) -> dict[str, Given]:
    """A checklist: the first `missing` papers come later, the others are handed in."""
    wanted = papers_wanted(service)
    return {str(paper.id): Given((Provided.LATER if n < missing else Provided.PAPER).value) for n, paper in enumerate(wanted)}


def counter_draft(cast: Cast, *, at: datetime = AT, missing: int = 0, **over: Any) -> Case:
    """Lin stands at Wang's counter: a draft that is complete, perhaps with papers missing. `over` goes to the form."""
    values = {"paper_way": "bring" if missing else "none", "checklist": marked(cast.service, missing=missing), "comer": IN_PERSON}
    case = actions.draft(service_id=cast.service.id, form=Form(), at=at, by=cast.wang, party_id=cast.lin_party.id)
    return actions.fill_in(case_id=case.id, form=make_form(at, **(values | over)), at=at, by=cast.wang)


def taken_in(cast: Cast, *, at: datetime = AT, missing: int = 0, **over: Any) -> Case:
    """An application that Wang took in at the counter."""
    case = counter_draft(cast, at=at, missing=missing, **over)
    return actions.take_in(case_id=case.id, notice_version=rules.NOTICE.version, at=at, by=cast.wang)


Step = Callable[[Cast, Case, datetime], Case]


def receive(cast: Cast, case: Case, at: datetime) -> Case:
    return actions.receive_papers(case_id=case.id, seen=seen_all(case), at=at, by=cast.wang, request_id=uuid7())


def accept(cast: Cast, case: Case, at: datetime) -> Case:
    return actions.accept(case_id=case.id, at=at, by=cast.officer)


def correct(cast: Cast, case: Case, at: datetime) -> Case:
    return actions.request_correction(case_id=case.id, items=["平面图未标注面积"], at=at, by=cast.officer)


def approve(cast: Cast, case: Case, at: datetime) -> Case:
    return actions.approve(case_id=case.id, at=at, by=cast.officer)


def refuse(cast: Cast, case: Case, at: datetime) -> Case:
    remedy = rules.remedy(department=case.department.name)
    return actions.refuse(case_id=case.id, reason="通风设施不符合卫生标准", remedy=remedy, at=at, by=cast.officer)


def not_accept(cast: Cast, case: Case, at: datetime) -> Case:
    remedy = rules.remedy(department=case.department.name)
    return actions.not_accept(case_id=case.id, reason="不属于本部门职权", remedy=remedy, at=at, by=cast.officer)


def hand_over(cast: Cast, case: Case, at: datetime) -> Case:
    desk, taker = (Desk.STATION, cast.station) if case.result_way == "door" else (Desk.WINDOW, cast.wang)
    made = actions.give_list(case_ids=[case.id], desk=desk, at=at, by=cast.officer)
    actions.hand_over(list_id=made.id, found={case.document_serial or ""}, at=at, by=taker)
    return Case.objects.get(id=case.id)


def hand_out(cast: Cast, case: Case, at: datetime) -> Case:
    return actions.hand_out(case_id=case.id, identity_checked=True, at=at, by=cast.wang)


def withdraw(cast: Cast, case: Case, at: datetime) -> Case:
    return actions.withdraw(case_id=case.id, at=at, by=cast.lin)


def terminate(cast: Cast, case: Case, at: datetime) -> Case:
    overdue = shanghai_at((case.correction_due_on or shanghai_day(at)) + timedelta(days=1), 1)
    return actions.terminate(case_id=case.id, at=overdue, by=SYSTEM)


_WAYS: dict[State, tuple[Step, ...]] = {
    State.SUBMITTED: (),
    State.CORRECTING: (receive, correct),
    State.ACCEPTED: (receive, accept),
    State.APPROVED: (receive, accept, approve),
    State.REFUSED: (receive, accept, refuse),
    State.HANDED_OVER: (receive, accept, approve, hand_over),
    State.CLOSED: (receive, accept, approve, hand_over, hand_out),
    State.NOT_ACCEPTED: (not_accept,),
    State.WITHDRAWN: (withdraw,),
    State.TERMINATED: (receive, correct, terminate),
}


def make_case(cast: Cast, state: State = State.SUBMITTED, *, at: datetime = AT, **over: Any) -> Case:
    """Lin's case in `state`, an hour between its steps. `over` goes to the form."""
    form = make_form(at, **over)
    case = actions.draft(service_id=cast.service.id, form=form, at=at, by=cast.lin)
    if state is not State.DRAFT:
        case = actions.submit(case_id=case.id, notice_version=rules.NOTICE.version, at=at, by=cast.lin)
        for hours, step in enumerate(_WAYS[state], start=1):
            case = step(cast, case, at + timedelta(hours=hours))
    return Case.objects.get(id=case.id)
