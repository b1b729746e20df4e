"""Another platform's applicants: what an item asks for, where a courier comes, the application, and its further steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from govpost.cases import actions as cases
from govpost.cases import queries as asking
from govpost.cases.halls import offered
from govpost.cases.models import Case
from govpost.cases.rules import NOTICE, Address, Form, PaperWay
from govpost.catalogue import queries as catalogue
from govpost.catalogue.models import Paper, Service
from govpost.catalogue.rules import Owner, PaperForm
from govpost.common.actor import Actor, within
from govpost.common.clock import shanghai_day
from govpost.common.refusal import InvalidInput, NotFound
from govpost.dispatch.asking import ask_range
from govpost.dispatch.reach import reach
from govpost.parties import actions as parties
from govpost.places import queries as places
from govpost.places.models import Hall
from govpost.profiles import queries as profiles
from govpost.profiles.rules import Settings, Window
from govpost.surfaces.partner_api.bodies import (
    ApplicationIn,
    CorrectionIn,
    DoorIn,
    GuideOut,
    HallOut,
    LineOut,
    MailOut,
    NoticeOut,
    OfferedWindowOut,
    PaperOut,
    PayerOut,
    PlaceIn,
    ReachOut,
    ServiceOut,
    StoryOut,
    TurnOut,
    WindowIn,
)
from govpost.surfaces.shared.postage import postage
from govpost.surfaces.shared.words import say
from govpost.timeline import queries as timeline

_ADDRESS = {"name": "address.name", "phone": "address.phone", "county": "address.division", "street": "address.street"}
_ANSWERS = {"subject": "answers.subject", "premises": "answers.premises", "details": "answers.details"}


def services(by: Actor, at: datetime) -> list[ServiceOut]:
    """The items of the key's region that may be applied for here."""
    found = catalogue.offered(_region(by), shanghai_day(at), owner=Owner.INSIDE.value)
    return [_service(each) for each in found if each.department is not None and each.department.hall is not None]


def guide(by: Actor, code: str, at: datetime) -> GuideOut:
    """What an item asks for and offers, who pays each way and why, and the notice that comes before the choice."""
    service, hall, settings = _open(by, code, at)
    region, here = str(hall.region), hall.division_id
    prices = {way: postage(service, way, region=region, origin=here, destination=here, at=at) for way in ("papers", "result")}
    found = catalogue.guide(service)
    papers = [_paper(paper) for paper in (*found.papers, *found.waived)]
    wanted = any(paper.on_paper and paper.required and not paper.waived for paper in papers)
    return GuideOut(
        **_facts(service), summary=service.summary, papers=papers, terms=[say(clock.sentence) for clock in found.clocks],
        paper_ways=list(settings.papers_ways) if wanted else [PaperWay.NONE.value], result_ways=list(settings.result_ways),
        payers={way: PayerOut(each.payer, say(each.reason), each.basis, each.fen) for way, each in prices.items()},
        hall=hall.name, hall_address=hall.address, halls=_halls(by, service), notice=NoticeOut(NOTICE.version, say(NOTICE.text)),
    )  # fmt: skip


def windows(by: Actor, code: str, place: PlaceIn, at: datetime) -> ReachOut:
    """Whether and when a courier fetches this item's papers there; the carrier may be asked, so never inside a transaction."""
    _, hall, settings = _open(by, code, at)
    with _named({"county": "division"}):
        places.structured_address(place.division, place.street)
    ask_range(division=place.division, street=place.street, settings=settings, at=at)
    found = reach(division=place.division, street=place.street, settings=settings, at=at, hall=hall.division_id)
    offered = found.decision.allowed
    slots = [OfferedWindowOut(slot.window.start, slot.window.end, slot.left, offered and slot.open) for slot in found.slots]
    reason = "" if offered else say(found.decision.sentence)
    return ReachOut(offered, reason, say(found.note or found.caution), found.outlet.name if found.outlet else "", slots)


def prepare(by: Actor, body: ApplicationIn, at: datetime) -> None:
    """Have the carrier's word about the address at hand before the application is taken in one transaction."""
    _, _, settings = _open(by, body.service, at)
    if body.address and body.paper_way == PaperWay.DOOR:
        ask_range(division=body.address.division, street=body.address.street, settings=settings, at=at)


def apply(by: Actor, body: ApplicationIn, at: datetime) -> Case:
    """The application in one: the applicant whom the platform vouches for, what was said and chosen, submitted."""
    service, hall, _ = _open(by, body.service, at)
    who = body.applicant
    with _named({"name": "applicant.name", "id_number": "applicant.id_number", "phone": "applicant.phone"}):
        party = parties.introduce_party(
            name=who.name, id_type=who.id_type, id_number=who.id_number, phone=who.phone, region=str(hall.region), at=at, by=by
        )
    form = Form(body.answers, _address(body.address), body.paper_way, body.result_way, _window(body.window), hall=body.hall)
    with _named(_ADDRESS | _ANSWERS):
        return cases.apply_at_once(
            service_id=service.id, form=form, notice_version=body.notice_version, at=at, by=by, party_id=party.id, screen=body.screen
        )


def correct(by: Actor, number: str, body: CorrectionIn, at: datetime) -> Case:
    """Answer the request for corrections of a case that this platform handed in."""
    form = Form(body.answers, _address(body.address), body.paper_way, "", _window(body.window))
    with _named(_ADDRESS | _ANSWERS):
        return cases.resubmit(case_id=asking.case(by, number).id, form=form, at=at, by=by)


def story(by: Actor, number: str) -> StoryOut:
    """The case's timeline in words, with its mail."""
    case = asking.case(by, number)
    turn = timeline.turn_of(case)
    mail = [MailOut(order.number, order.leg, order.heard) for order in case.orders.order_by("placed_at", "id")]
    lines = [LineOut(line.at, say(line.words), line.who, line.number, line.voided) for line in timeline.story_of(by, case)]
    return StoryOut(case.number or "", case.state, TurnOut(turn.who.value, say(turn.sentence), turn.since), mail, lines)


def _open(by: Actor, code: str, at: datetime) -> tuple[Service, Hall, Settings]:
    """An item that can be applied for in the key's region, the hall that takes it, and the settings there; raises `NotFound`."""
    today = shanghai_day(at)
    service = catalogue.service(code, today, _region(by))
    hall = service.department.hall if service.department else None
    if service.owner != Owner.INSIDE or hall is None or not within(str(hall.region), _region(by)):
        raise NotFound("service")
    return service, hall, profiles.settings_for(str(hall.region), today)


def _region(by: Actor) -> str:
    return by.grants[0].region


def _service(service: Service) -> ServiceOut:
    return ServiceOut(**_facts(service))


def _facts(service: Service) -> dict[str, Any]:
    department = service.department.name if service.department else ""
    return {
        "code": service.code, "task_code": service.task_code, "name": service.name, "name_en": service.name_en,
        "department": department, "subject": service.subject, "directions": list(service.directions),
    }  # fmt: skip


def _paper(paper: Paper) -> PaperOut:
    return PaperOut(paper.name, paper.name_en, paper.copies, paper.required, paper.waived, paper.form != PaperForm.ELECTRONIC)


def _halls(by: Actor, service: Service) -> list[HallOut]:
    """The halls of the key's region whose window takes an item."""
    return [
        HallOut(hall.code, hall.name, hall.division_id, hall.address, hall.hours, hall.phone)
        for hall in offered(service) if within(str(hall.region), _region(by))
    ]  # fmt: skip


def _address(door: DoorIn | None) -> Address | None:
    return Address(door.name, door.phone, door.division, door.street) if door else None


def _window(window: WindowIn | None) -> Window | None:
    return Window(window.start, window.end) if window else None


@contextmanager
def _named(fields: Mapping[str, str]) -> Iterator[None]:
    """The rules' fields under the names that they have in the body."""
    try:
        yield
    except InvalidInput as refused:
        raise InvalidInput({fields.get(name, name): sentence for name, sentence in refused.errors.items()}) from refused
