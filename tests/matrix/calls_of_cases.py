"""How each verb of a case is called, on a case in the state in which it is possible."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from govpost.cases import actions as cases
from govpost.cases.actions import News
from govpost.cases.history import Told
from govpost.cases.models import CaseOrder
from govpost.cases.rules import NOTICE, Desk
from govpost.cases.states import State
from govpost.cases.testing import make_form, next_window, seen_all
from govpost.common.actor import Actor
from govpost.delivery.states import State as Mail
from govpost.parties.rules import Identity
from govpost.places.testing import AT
from tests.matrix.stage import LATER, Stage

Call = Callable[[Stage, Actor], object]
MUCH_LATER = AT + timedelta(days=60)
WORDS = {"reason": "不属于本部门职权", "remedy": "可以申请行政复议或者提起行政诉讼"}


def _verb(verb: Callable[..., object], case: str, **over: Any) -> Call:
    return lambda stage, by: verb(case_id=stage.cases[case].id, by=by, **{"at": LATER, **over})


def _draft(stage: Stage, by: Actor) -> object:
    """An application of Lin's, whoever asks."""
    cast = stage.world.cast
    return cases.draft(service_id=cast.service.id, form=make_form(), at=AT, by=by, party_id=cast.lin_party.id)


def _apply_at_once(stage: Stage, by: Actor) -> object:
    cast = stage.world.cast
    return cases.apply_at_once(
        service_id=cast.service.id, form=make_form(), notice_version=NOTICE.version, at=AT, by=by, party_id=cast.lin_party.id
    )


def _receive_papers(stage: Stage, by: Actor) -> object:
    case = stage.cases["submitted"]
    return cases.receive_papers(case_id=case.id, seen=seen_all(case), at=LATER, by=by, request_id=uuid4())


def _give_list(stage: Stage, by: Actor) -> object:
    return cases.give_list(case_ids=[stage.cases["approved"].id], desk=Desk.STATION, at=LATER, by=by)


def _hand_over(desk: Desk) -> Call:
    def call(stage: Stage, by: Actor) -> object:
        given = stage.things[f"{desk.value} list"]
        return cases.hand_over(list_id=given.id, found={item.serial for item in given.items.all()}, at=LATER, by=by)

    return call


def _take_papers(stage: Stage, by: Actor) -> object:
    given = stage.things["papers list"]
    return cases.take_papers(list_id=given.id, counted={item.serial: item.papers for item in given.items.all()}, at=LATER, by=by)


def _bring_in(stage: Stage, by: Actor) -> object:
    """A case of the department's own system, of somebody whom nobody here knows yet."""
    who = Identity("吴示例", "111", "110101199001020010", "15400000009")
    told = Told(
        ref="SY-1", item=stage.world.cast.service.code, applicant=who, state=State.SUBMITTED, paper_way="bring", result_way="window",
        submitted_at=AT,
    )  # fmt: skip
    return cases.bring_in(told=told, at=LATER, by=by)


def _follow_order(stage: Stage, by: Actor) -> object:
    order_id = CaseOrder.objects.get(case=stage.cases["collecting"]).order_id
    return cases.follow_order(news=News(order_id, 99, Mail.COLLECTED, False, LATER, LATER), by=by)


CALLS_OF_CASES: dict[str, Call] = {
    "cases.bring_in": _bring_in,
    "cases.draft": _draft,
    "cases.apply_at_once": _apply_at_once,
    "cases.amend": _verb(cases.amend, "draft", form=make_form()),
    "cases.submit": _verb(cases.submit, "draft", notice_version=NOTICE.version),
    "cases.resubmit": _verb(cases.resubmit, "correcting", form=make_form()),
    "cases.withdraw": _verb(cases.withdraw, "submitted"),
    "cases.withdraw: from the portal": _verb(cases.withdraw, "from the portal"),
    "cases.cancel_collection": _verb(cases.cancel_collection, "collecting"),
    "cases.order_collection_again": lambda stage, by: cases.order_collection_again(
        case_id=stage.cases["not collected"].id, window=next_window(LATER), at=LATER, by=by
    ),
    "cases.change_result_way": _verb(cases.change_result_way, "approved"),
    "cases.fill_in": _verb(cases.fill_in, "at the counter", form=make_form()),
    "cases.continue_draft": _verb(cases.continue_draft, "draft"),
    "cases.tell_missing": _verb(cases.tell_missing, "papers missing"),
    "cases.take_in": _verb(cases.take_in, "at the counter", notice_version=NOTICE.version),
    "cases.undo_intake": _verb(cases.undo_intake, "taken in", why="twice"),
    "cases.discard_draft": _verb(cases.discard_draft, "at the counter"),
    "cases.record_contact": _verb(cases.record_contact, "submitted", phone="13900000077", identity_seen=True),
    "cases.give_papers": lambda stage, by: cases.give_papers(case_ids=[stage.cases["taken in"].id], at=LATER, by=by),
    "cases.take_papers": _take_papers,
    "cases.receive_papers": _receive_papers,
    "cases.return_papers": _verb(cases.return_papers, "withdrawn", by_mail=False, identity_checked=True),
    "cases.hand_out": _verb(cases.hand_out, "at the window", identity_checked=True),
    "cases.request_correction": _verb(cases.request_correction, "received", items=["平面图未标注面积"]),
    "cases.accept": _verb(cases.accept, "received"),
    "cases.not_accept": _verb(cases.not_accept, "received", **WORDS),
    "cases.approve": _verb(cases.approve, "accepted"),
    "cases.refuse": _verb(cases.refuse, "accepted", **WORDS),
    "cases.give_list": _give_list,
    "cases.hand_over: to the station": _hand_over(Desk.STATION),
    "cases.hand_over: to the window": _hand_over(Desk.WINDOW),
    "cases.close_parcel": lambda stage, by: cases.close_parcel(parcel_id=stage.things["parcel"].id, at=LATER, by=by),
    "cases.accept_silently": _verb(cases.accept_silently, "received", at=MUCH_LATER),
    "cases.terminate": _verb(cases.terminate, "correcting", at=MUCH_LATER),
    "cases.follow_order": _follow_order,
}
