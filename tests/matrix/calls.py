"""How each action is called: once for every row of the table, with arguments that let it succeed, and by callers who lie about
their own region wherever an action believes what it is told.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from govpost.catalogue import actions as catalogue
from govpost.catalogue.testing import make_document
from govpost.common.actor import Actor
from govpost.common.refusal import NotFound, Refusal
from govpost.delivery import actions as mail
from govpost.delivery.models import Scan
from govpost.delivery.queries import check_code_of, pickup_code_of
from govpost.delivery.rules import Direction
from govpost.delivery.states import Verb
from govpost.delivery.testing import HALL, LIN, new_order, seen
from govpost.dispatch import actions as dispatch
from govpost.dispatch.testing import make_change as heard
from govpost.licences import actions as licences
from govpost.licences.rules import Status
from govpost.licences.testing import HYGIENE_TYPE
from govpost.notices import actions as notices
from govpost.parties import actions as parties
from govpost.parties.models import Organisation, OrganisationKind
from govpost.parties.roles import Role
from govpost.parties.testing import PASSWORD, make_claims
from govpost.places.testing import AT, make_resident_id, make_uscc
from govpost.profiles import actions as profiles
from govpost.profiles.testing import make_settings
from govpost.quality import actions as quality
from govpost.quality.testing import make_payload, make_told
from govpost.settlement import actions as settlement
from govpost.settlement.actions import Commission
from govpost.settlement.rules import PriceRow
from govpost.settlement.testing import make_change as delivered
from govpost.timeline import actions as timeline
from govpost.timeline.testing import make_fact
from tests.matrix.calls_of_cases import CALLS_OF_CASES
from tests.matrix.calls_of_people import CALLS_OF_PEOPLE
from tests.matrix.calls_of_places import CALLS_OF_PLACES
from tests.matrix.calls_of_reach import CALLS_OF_REACH
from tests.matrix.calls_of_retention import CALLS_OF_RETENTION
from tests.matrix.calls_of_terms import CALLS_OF_TERMS
from tests.matrix.stage import CITY, COUNTY, LATER, STATION, Stage

Call = Callable[[Stage, Actor], object]
SOME_DAY = date(2026, 8, 3)


def own_region(by: Actor) -> str:
    """What a caller would say who wants in: the region of the own role."""
    return by.grants[0].region if by.grants else ""


def _read_identity(organisation: Callable[[Stage], UUID | None]) -> Call:
    return lambda stage, by: parties.read_identity(
        party_id=stage.world.cast.lin_party.id, cause="核对身份", case="BJ1", region=COUNTY, organisation=organisation(stage), at=AT, by=by
    )


def _add_organisation(stage: Stage, by: Actor) -> object:
    return parties.add_organisation(
        code="matrix",
        name="示例",
        name_en="Example",
        uscc=make_uscc(),
        kind=OrganisationKind.DEPARTMENT,
        region=CITY,
        hall=None,
        at=AT,
        by=by,
    )


def _grant(region: str) -> Call:
    return lambda stage, by: parties.grant(staff=stage.things["clerk"], role=Role.SUPERVISOR, region=region, at=AT, by=by)


PARTIES: dict[str, Call] = {
    "parties.sign_in": lambda stage, by: parties.sign_in(claims=make_claims(), at=AT, by=by),
    "parties.enter_party": lambda stage, by: parties.enter_party(
        name="新示例", id_type="111", id_number=make_resident_id(sequence=990), phone="15400000990", region=COUNTY, at=AT, by=by
    ),
    "parties.introduce_party": lambda stage, by: parties.introduce_party(
        name="新示例", id_type="111", id_number=make_resident_id(sequence=990), phone="15400000990", region=COUNTY, at=AT, by=by
    ),
    "parties.read_identity: in a department's case": _read_identity(lambda stage: stage.own.id),
    "parties.read_identity: in any case": _read_identity(lambda stage: None),
    "parties.add_organisation": _add_organisation,
    "parties.load_organisations": lambda stage, by: parties.load_organisations(at=AT, by=by),
    "parties.add_staff": lambda stage, by: parties.add_staff(
        login="matrix", name="示例", organisation=stage.own, password=PASSWORD, at=AT, by=by
    ),
    "parties.set_password": lambda stage, by: parties.set_password(staff_id=stage.herself.id, password=PASSWORD, at=AT, by=by),
    "parties.deactivate_staff": lambda stage, by: parties.deactivate_staff(staff_id=stage.herself.id, at=AT, by=by),
    "parties.grant: in the county": _grant(COUNTY),
    "parties.grant: in the province": _grant("34"),
    "parties.end_grant": lambda stage, by: parties.end_grant(grant_id=stage.things["grant"].id, ends_on=SOME_DAY, at=AT, by=by),
    "parties.make_partner_key": lambda stage, by: parties.make_partner_key(name="示例", organisation=stage.own, region=CITY, at=AT, by=by),
    "parties.end_partner_key": lambda stage, by: parties.end_partner_key(key_id=stage.things["key"].id, at=AT, by=by),
}


def _profile(**document: Any) -> Call:
    """As a file would hold it; the region is the caller's own unless it is given."""
    versions = [{"effective_on": SOME_DAY.isoformat(), "settings": make_settings()}]
    whole = {"name": "示例", "name_en": "Example", "versions": versions} | document
    return lambda stage, by: profiles.load_profile(document={"region": own_region(by)} | whole, at=AT, by=by)


def _another_version_of_the_citys(stage: Stage, by: Actor) -> object:
    """Bozhou's profile by its code, but under the name of the caller's own region."""
    document = profiles.seed("city_bozhou")
    versions = [{"effective_on": SOME_DAY.isoformat(), "settings": {"late_minutes": 31}}]
    region = own_region(by) if own_region(by) not in ("", "34", "37") else CITY  # a file's region lies below its parent's
    parent = "shandong" if region.startswith("37") else "anhui"
    return profiles.load_profile(document=document | {"parent": parent, "region": region, "versions": versions}, at=AT, by=by)


CONFIGURATION: dict[str, Call] = {
    "profiles.load_profile: a county's": _profile(code="matrix", level="county", parent="bozhou", region=COUNTY),
    "profiles.load_profile: another version of the city's": _another_version_of_the_citys,
    "profiles.load_seed": lambda stage, by: profiles.load_seed(at=AT, by=by),
    "profiles.add_version": lambda stage, by: profiles.add_version(
        code="bozhou", effective_on=SOME_DAY, settings={"late_minutes": 31}, note="", at=AT, by=by
    ),
    "profiles.withdraw_version": lambda stage, by: profiles.withdraw_version(
        code="bozhou", effective_on=stage.things["version"], reason="示例", at=AT, by=by
    ),
    "catalogue.publish": lambda stage, by: catalogue.publish(document=make_document(), at=AT, by=by),
    "catalogue.load_seed": lambda stage, by: catalogue.load_seed(at=AT, by=by),
    "catalogue.end_service": lambda stage, by: catalogue.end_service(
        service_id=stage.world.cast.service.id, valid_to=SOME_DAY, at=AT, by=by
    ),
}


def _record_scans(many: int) -> Call:
    """Nothing is refused as a whole: a row about a foreign order is kept for a person, as an unknown number is, and not stored."""

    def call(stage: Stage, by: Actor) -> object:
        number = stage.orders["lying"].number
        rows = [seen(number, "collected", LATER, code=f"matrix {n}", source="matrix") for n in range(many)]
        results = mail.record_scans(rows, at=LATER, by=by)
        if "unclear" in {result.status for result in results}:
            assert not Scan.objects.filter(waybill_no=number, source="matrix").exists(), "the next fold would count it"
            raise NotFound("order")
        return results

    return call


def _handover(order: str, verb: Verb, **over: Any) -> Call:
    return lambda stage, by: mail.record_handover(order_id=stage.orders[order].id, verb=verb, at=LATER, by=by, request_id=uuid4(), **over)


def _collect(stage: Stage, by: Actor) -> object:
    order = stage.orders["papers"]
    return mail.record_handover(
        order_id=order.id, verb=Verb.COLLECT, code=check_code_of(order.id), seen={"a": True, "b": True}, at=LATER, by=by, request_id=uuid4()
    )


def _failed_attempt(order: str, verb: Verb, reason: str) -> Call:
    return lambda stage, by: mail.record_failed_attempt(
        order_id=stage.orders[order].id, verb=verb, reason=reason, at=LATER, by=by, request_id=uuid4()
    )


def _cancel(order: str) -> Call:
    return lambda stage, by: mail.cancel_order(order_id=stage.orders[order].id, reason="示例", at=LATER, by=by)


def _balance(on: date) -> Call:
    return lambda stage, by: mail.balance_day(outlet=STATION, on=on, counted=[], at=LATER, by=by)


MAIL: dict[str, Call] = {
    "delivery.place_orders": lambda stage, by: mail.place_orders(
        [new_order(organisation_id=str(stage.own.id), placed_at=AT)], at=AT, by=by
    ),
    "delivery.note_waybill": lambda stage, by: mail.note_waybill(
        order_id=stage.orders["papers"].id, waybill_no="1330000000001", at=LATER, by=by
    ),
    "delivery.note_booking_failed": lambda stage, by: mail.note_booking_failed(
        order_id=stage.orders["lying"].id, error="示例", at=LATER, by=by
    ),
    "delivery.note_cancel_refused": lambda stage, by: mail.note_cancel_refused(
        order_id=stage.orders["lying"].id, code="B1", error="示例", at=LATER, by=by
    ),
    "delivery.keep_unreadable": lambda stage, by: mail.keep_unreadable([("1220000000001", "opTime", "{}")], at=LATER, by=by),
    "delivery.read_kept": lambda stage, by: mail.read_kept(unclear_id=stage.things["unclear"].id, cause="示例核对", at=LATER, by=by),
    "delivery.unlock_code": lambda stage, by: mail.unlock_code(order_id=stage.orders["crossing"].id, why="示例", at=LATER, by=by),
    "delivery.retry_booking": lambda stage, by: mail.retry_booking(order_id=stage.orders["failed"].id, at=LATER, by=by),
    "delivery.query_carrier": lambda stage, by: mail.query_carrier(order_id=stage.orders["crossing"].id, at=LATER, by=by),
    "delivery.record_scans: one": _record_scans(1),
    "delivery.record_scans: a file": _record_scans(60),
    "delivery.void_scan": lambda stage, by: mail.void_scan(
        order_id=stage.orders["coming"].id, code="ARRIVE", occurred_at=AT, why="示例", at=LATER, by=by
    ),
    "delivery.settle_unclear": lambda stage, by: mail.settle_unclear(unclear_id=stage.things["unclear"].id, at=LATER, by=by),
    "delivery.record_handover: assign": _handover("papers", Verb.ASSIGN),
    "delivery.record_handover: collect": _collect,
    "delivery.record_handover: go out, crossing": _handover("crossing under way", Verb.GO_OUT),
    "delivery.record_handover: hold": _handover("crossing under way", Verb.HOLD),
    "delivery.record_handover: send back": _handover("crossing under way", Verb.SEND_BACK),
    "delivery.record_handover: take back": _handover("crossing back", Verb.TAKE_BACK),
    "delivery.record_handover: receive": _handover("papers", Verb.RECEIVE, seen={"a": True, "b": True}),
    "delivery.record_failed_attempt": _failed_attempt("papers", Verb.MISS, "4"),
    "delivery.record_failed_attempt: crossing": _failed_attempt("crossing under way", Verb.FAIL, "103"),
    "delivery.cancel_order": _cancel("lying"),
    "delivery.cancel_order: crossing": _cancel("crossing"),
    "delivery.match_envelope": lambda stage, by: mail.match_envelope(
        order_id=stage.orders["crossing"].id, contents_serial="L-2", envelope_serial="E-B1", at=LATER, by=by
    ),
    "delivery.match_anew": lambda stage, by: mail.match_anew(order_id=stage.orders["ready"].id, why="信封破损", at=LATER, by=by),
    "delivery.note_label_printed": lambda stage, by: mail.note_label_printed(
        order_id=stage.orders["crossing"].id, template="76x130", at=LATER, by=by
    ),
    "delivery.seal_bag": lambda stage, by: mail.seal_bag(
        outlet=STATION, seal_no="S-A1", order_ids=[stage.orders["ready"].id], at=LATER, by=by
    ),
    "delivery.balance_day: with mail": _balance(AT.date()),
    "delivery.balance_day: before any mail": _balance(AT.date() - timedelta(days=30)),
}


def _commission(stage: Stage) -> Commission:
    return Commission(
        ref="matrix:1", direction=Direction.RESULT, item=stage.world.cast.service.code, region=COUNTY, sender=HALL, recipient=LIN,
        origin="341602", destination="341602", origin_outlet=STATION, organisation_id=stage.own.id,
    )  # fmt: skip


def _commission_rows(stage: Stage, by: Actor) -> object:
    (result,) = settlement.commission_rows([_commission(stage)], at=AT, by=by)
    if isinstance(result, Refusal):
        raise result
    return result


def _add_tariff(stage: Stage, by: Actor) -> object:
    return settlement.add_tariff(
        code="matrix", name="示例", name_en="Example", basis="协议", document="示例〔2026〕9号", region=CITY, starts_on=SOME_DAY,
        rows=[PriceRow("same_city", 500, 1200, 500, 400)], at=AT, by=by,
    )  # fmt: skip


def _add_agreement(stage: Stage, by: Actor) -> object:
    """The commission pays; the region is the caller's own, as far as it is not above the city."""
    region = own_region(by) if own_region(by) not in ("", "34") else CITY
    return settlement.add_agreement(
        number="matrix", organisation_id=stage.own.id, payer="department", region=region, starts_on=date(2028, 1, 1),
        ends_on=date(2028, 12, 31), tariff="EX-BOZHOU-DEPT", at=AT, by=by,
    )  # fmt: skip


def _issue(stage: Stage, by: Actor, **over: Any) -> object:
    values: dict[str, Any] = {
        "case_number": "BJ260302-MATRIX01", "type_code": HYGIENE_TYPE, "name": "示例证", "issuer": stage.own,
        "holder": stage.world.cast.lin_party, "region": COUNTY,
    }  # fmt: skip
    return licences.issue(**(values | over), at=AT, by=by)


def _issue_again(stage: Stage, by: Actor) -> object:
    """Under the name of the caller's own organisation, for a case whose licence stands."""
    organisation = by.grants[0].organisation if by.grants else None
    issuer = Organisation.objects.get(id=organisation) if organisation else stage.own
    return _issue(stage, by, case_number=stage.things["licence"].case_number, issuer=issuer)


MONEY: dict[str, Call] = {
    "licences.issue": _issue,
    "licences.issue: again": _issue_again,
    "licences.void": lambda stage, by: licences.void(
        licence_id=stage.things["licence"].id, status=Status.REVOKED, why="示例", at=AT, by=by
    ),
    "settlement.commission": lambda stage, by: settlement.commission([_commission(stage)], at=AT, by=by),
    "settlement.commission_rows": _commission_rows,
    "settlement.add_tariff": _add_tariff,
    "settlement.add_agreement": _add_agreement,
    "settlement.load_terms": lambda stage, by: settlement.load_terms(at=AT, by=by),
    "settlement.make_statements": lambda stage, by: settlement.make_statements(month=date(2026, 1, 1), at=AT, by=by),
    "settlement.post_changes": lambda stage, by: settlement.post_changes([delivered()], by=by),
}


def _task(verb: Callable[..., object], task: str, **over: Any) -> Call:
    return lambda stage, by: verb(task_id=stage.tasks[task].id, at=LATER, by=by, **over)


def _finish_collect(stage: Stage, by: Actor) -> object:
    return dispatch.finish_collect(
        task_id=stage.tasks["taken"].id, seen={"a": True, "b": True}, check_code=check_code_of(stage.orders["taken"].id),
        real_name_checked=True, inspected=True, at=LATER, by=by, request_id=uuid4(),
    )  # fmt: skip


def _reassign(stage: Stage, by: Actor) -> object:
    assert stage.colleague is not None
    assert stage.colleague.id is not None
    return dispatch.reassign(task_id=stage.tasks["taken"].id, courier_id=stage.colleague.id, at=LATER, by=by)


def _finish_deliver(stage: Stage, by: Actor) -> object:
    return dispatch.finish_deliver(
        task_id=stage.tasks["out"].id, signer="addressee", code=pickup_code_of(stage.orders["out"].id), at=LATER, by=by, request_id=uuid4()
    )


TASKS: dict[str, Call] = {
    "dispatch.follow_orders": lambda stage, by: dispatch.follow_orders([heard()], by=by),
    "dispatch.take": _task(dispatch.take, "sent"),
    "dispatch.give_back": _task(dispatch.give_back, "taken"),
    "dispatch.reassign": _reassign,
    "dispatch.finish_collect": _finish_collect,
    "dispatch.go_out": _task(dispatch.go_out, "out", request_id=uuid4()),
    "dispatch.finish_deliver": _finish_deliver,
    "dispatch.fail": _task(dispatch.fail, "out", reason="103", request_id=uuid4()),
}

CALLS: dict[str, Call] = {
    **PARTIES,
    **CONFIGURATION,
    "notices.send_again": lambda stage, by: notices.send_again(notice_id=stage.things["notice"].id, at=AT, by=by),
    "notices.note_sent": lambda stage, by: notices.note_sent(notice_id=stage.things["notice"].id, provider_id="1", at=AT, by=by),
    "notices.note_not_sent": lambda stage, by: notices.note_not_sent(
        notice_id=stage.things["notice"].id, error="示例", for_good=True, at=AT, by=by
    ),
    **MAIL,
    **MONEY,
    **TASKS,
    **CALLS_OF_REACH,
    **CALLS_OF_PLACES,
    **CALLS_OF_CASES,
    **CALLS_OF_TERMS,
    **CALLS_OF_PEOPLE,
    **CALLS_OF_RETENTION,
    "timeline.tell": lambda stage, by: timeline.tell([make_fact("cases.accepted", payload={"number": "BJ1", "silent": False})], by=by),
    "quality.keep_intake": lambda stage, by: quality.keep_intake([make_told(make_payload())], at=AT, by=by),
    "quality.keep_facts": lambda stage, by: quality.keep_facts([make_payload()], at=AT, by=by),
}
