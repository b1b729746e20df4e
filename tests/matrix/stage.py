"""What is acted on: cases, mail, tasks and offices in the state in which each verb is possible, all in Qiaocheng, Bozhou.

Everything belongs to the health commission (the callers' own organisation) and was taken in by its portal; Lin applied.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from govpost.cases import actions as cases
from govpost.cases.models import Case, Parcel
from govpost.cases.rules import Desk
from govpost.cases.states import State
from govpost.cases.testing import HOME, counter_draft, make_case, receive, taken_in, withdraw
from govpost.catalogue import actions as catalogue
from govpost.catalogue.testing import make_document
from govpost.common.actor import Actor
from govpost.delivery import actions as mail
from govpost.delivery.actions.facts import payload_of
from govpost.delivery.models import Order, Unclear
from govpost.delivery.rules import CODE_TRIES, Place
from govpost.delivery.states import Verb
from govpost.delivery.testing import make_order, make_papers, seen
from govpost.dispatch import actions as dispatch
from govpost.dispatch.models import Task
from govpost.licences.testing import make_licence
from govpost.notices import actions as notices
from govpost.parties import actions as parties
from govpost.parties.models import Organisation, RoleGrant, Staff
from govpost.parties.roles import Role
from govpost.parties.testing import make_staff
from govpost.places import actions as places
from govpost.places.models import Outlet, OutletKind
from govpost.places.testing import AT, LOADER
from govpost.profiles import actions as profiles
from govpost.retention import actions as retention
from tests.matrix.calls_of_people import SECRET, make_people
from tests.matrix.world import World

SYSTEM = Actor.system("test")
LATER = AT + timedelta(hours=6)
COUNTY, CITY = "34.3416.341602", "34.3416"
STATION = "SL341600S1"
DESK, DOOR, AWAY = Place("341602", STATION), Place("341602", "SL341602D1"), Place("370811", "SL370811D1")


@dataclass(slots=True)
class Stage:
    """The world with its things by name; `colleague` is the courier whom a task is given to."""

    world: World
    own: Organisation
    herself: Staff
    colleague: Actor | None = None
    cases: dict[str, Case] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)


def make_stage(world: World) -> Stage:
    stage = Stage(world, Organisation.objects.get(code="bozhou-health"), make_staff(organisation="bozhou-health"))
    _cases(stage)
    _results(stage)
    _mail(stage)
    _tasks(stage)
    _offices(stage)
    _proposals(stage)
    _places(stage)
    return stage


def _cases(stage: Stage) -> None:
    cast = stage.world.cast
    made = {
        "draft": make_case(cast, State.DRAFT), "submitted": make_case(cast), "collecting": make_case(cast, paper_way="door"),
        "correcting": make_case(cast, State.CORRECTING), "accepted": make_case(cast, State.ACCEPTED),
        "received": receive(cast, make_case(cast), AT), "withdrawn": withdraw(cast, receive(cast, make_case(cast), AT), AT),
        "from the portal": make_case(cast), "not collected": make_case(cast, paper_way="door"),
    }  # fmt: skip
    mail.cancel_order(order_id=made["not collected"].orders.get().order_id, reason="5", at=AT, by=SYSTEM)
    Case.objects.filter(id__in=[case.id for name, case in made.items() if name != "from the portal"]).update(intake_id=stage.own.id)
    stage.cases |= made
    stage.cases |= {
        "at the counter": counter_draft(cast), "papers missing": counter_draft(cast, missing=1), "taken in": taken_in(cast),
    }  # fmt: skip
    stage.things["papers list"] = cases.give_papers(case_ids=[taken_in(cast).id], at=AT, by=cast.wang)


def _results(stage: Stage) -> None:
    cast, away = stage.world.cast, replace(HOME, street="示例街 21 号")
    stage.cases["approved"] = make_case(cast, State.APPROVED)
    stage.cases["at the window"] = make_case(cast, State.HANDED_OVER, result_way="window")
    Case.objects.filter(id=stage.cases["approved"].id).update(intake_id=stage.own.id)
    posted = make_case(cast, State.HANDED_OVER, address=away)
    stage.things["parcel"] = Parcel.objects.get(contents__case_id=posted.id)
    for desk, way in ((Desk.STATION, "door"), (Desk.WINDOW, "window")):
        listed = make_case(cast, State.APPROVED, result_way=way)
        stage.things[f"{desk.value} list"] = cases.give_list(case_ids=[listed.id], desk=desk, at=AT, by=cast.officer)


def _mail(stage: Stage) -> None:
    own = str(stage.own.id)
    orders = {
        "papers": make_papers(at=AT, organisation_id=own), "lying": _lying(own, 1), "ready": _lying(own, 2),
        "failed": _order(own, 3, waybill_no=None),
        "coming": _order(own, 4, "in_transit"), "returning": _order(own, 5, "in_transit", "returning"),
        "crossing": _order(own, 6, contents=("L-2",), destination=AWAY),
        "crossing under way": _order(own, 7, "in_transit", destination=AWAY),
        "crossing back": _order(own, 8, "in_transit", "returning", destination=AWAY),
    }  # fmt: skip
    stage.orders |= orders
    Order.objects.filter(id=orders["crossing"].id).update(code_tries=CODE_TRIES)
    mail.note_booking_failed(order_id=orders["failed"].id, error="示例", at=AT, by=SYSTEM)
    mail.match_envelope(order_id=orders["ready"].id, contents_serial="L-1", envelope_serial="E-A2", at=AT, by=SYSTEM)
    mail.note_label_printed(order_id=orders["ready"].id, template="76x130", at=AT, by=SYSTEM)
    mail.record_handover(order_id=orders["coming"].id, verb=Verb.ARRIVE, at=AT, by=SYSTEM, request_id=orders["coming"].id)
    mail.record_scans([seen(orders["coming"].number, None, AT)], at=AT, by=SYSTEM)
    begins = (AT + timedelta(days=9)).date()
    stage.things["period"] = retention.set_period(kind="messages", days=400, effective_on=begins, why="示例", at=AT, by=SYSTEM)
    stage.things["hold"] = cases.hold(on="region", value="34.3416.341623", why="示例复议", at=AT, by=SYSTEM)
    stage.things["unclear"] = Unclear.objects.get(waybill_no=orders["coming"].number)


def _lying(own: str, number: int) -> Order:
    return _order(own, number, contents=("L-1",))


def _order(own: str, number: int, *kinds: str, **over: Any) -> Order:
    """A result from the hall's station to a door of the county, with the carrier's events."""
    waybill = f"12200000000{number:02d}"
    values: dict[str, Any] = {"waybill_no": waybill, "organisation_id": own, "origin": DESK, "destination": DOOR}
    order = make_order(at=AT, **(values | over))
    mail.record_scans([seen(waybill, kind, AT + timedelta(minutes=n)) for n, kind in enumerate(kinds)], at=LATER, by=SYSTEM)
    return Order.objects.get(id=order.id)


def _tasks(stage: Stage) -> None:
    own, zhao = str(stage.own.id), stage.world.cast.zhao
    orders = {
        "sent": make_papers(at=AT, organisation_id=own, origin=DOOR, destination=DESK),
        "taken": make_papers(at=AT, organisation_id=own, origin=DOOR, destination=DESK),
        "out": _order(own, 9, "in_transit", "at_delivery_office"),
    }  # fmt: skip
    for name, order in orders.items():
        change = payload_of(order, before="", known_at=AT, source="ours") | {"order": str(order.id)}
        dispatch.follow_orders([change], by=SYSTEM)
        stage.tasks[name] = Task.objects.get(order_id=order.id)
        if name != "sent":
            dispatch.take(task_id=stage.tasks[name].id, at=AT, by=zhao)
    stage.orders |= orders


def _proposals(stage: Stage) -> None:
    """An item's first version as a draft, and another's in review; both of Bozhou's enforcement bureau."""
    for name, code in (("drafted", "002099000001"), ("in review", "002099000002")):
        document = make_document(code=code, valid_from="2099-01-01")
        stage.things[name] = catalogue.propose(document=document, at=AT, by=LOADER)
    catalogue.submit_proposal(proposal_id=stage.things["in review"].id, at=AT, by=LOADER)


def _places(stage: Stage) -> None:
    """A station desk that no hall needs, and a day on which the hall is closed."""
    places.open_outlet(code="SL-SPARE", name="示例", name_en="Spare", kind=OutletKind.STATION, division="341602", address="示例路3号",
                       phone="0558-0000007", at=AT, by=LOADER)  # fmt: skip
    closed = AT.date() + timedelta(days=90)
    stage.things["spare outlet"] = Outlet.objects.get(code="SL-SPARE")
    stage.things["exception"] = places.set_day(
        calendar="hall:HALL341601", on=closed, is_working=False, confirmed=True, note="示例", region="", at=AT, by=LOADER
    )


def _offices(stage: Stage) -> None:
    to_come = AT.date() + timedelta(days=400)
    profiles.add_version(code="bozhou", effective_on=to_come, settings={"late_minutes": 31}, note="", at=AT, by=LOADER)
    key, _ = parties.make_partner_key(name="示例", organisation=stage.own, region=CITY, at=AT, by=LOADER)
    clerk = make_staff(Role.CLERK)
    notice = notices.say("case_submitted", phone="", subject="case:matrix", region=COUNTY, params={"number": "示例"}, at=AT, by=SYSTEM)
    stage.things |= make_people()
    parties.begin_second_factor(staff_id=stage.herself.id, secret=SECRET, at=AT, by=LOADER)
    stage.things |= {
        "version": to_come, "key": key, "clerk": clerk, "grant": RoleGrant.objects.get(staff=clerk), "notice": notice,
        "licence": make_licence(issuer=stage.own, holder=stage.world.cast.lin_party),
    }  # fmt: skip
