"""How the verbs about people, organisations, second factors and keys are called, and the people they are tried on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from govpost.common.actor import Actor
from govpost.common.clock import shanghai_day
from govpost.parties import actions as parties
from govpost.parties import queries, totp
from govpost.parties.models import Organisation, RoleGrant, Staff
from govpost.parties.roles import Role
from govpost.parties.testing import PASSWORD, make_staff
from govpost.places.testing import AT, LOADER, make_uscc

if TYPE_CHECKING:
    from tests.matrix.stage import Stage

Call = Callable[["Stage", Actor], object]
SECRET = "JBSWY3DPEHPK3PXP" * 2
SOON = date(2026, 12, 1)


def make_people() -> dict[str, Any]:
    """Somebody who left, somebody who is about to move, two with a second factor (one also with a role in the province)."""
    left, mover, secured, reaching = (make_staff(organisation="bozhou-health") for _ in range(4))
    parties.deactivate_staff(staff_id=left.id, at=AT, by=LOADER)
    market = Organisation.objects.get(code="bozhou-market")
    parties.move_staff(staff_id=mover.id, organisation=market, outlet=None, effective_on=SOON, at=AT, by=LOADER)
    for staff in (secured, reaching):
        _secure(staff)
    parties.grant(staff=reaching, role=Role.SUPERVISOR, region="34", at=AT, by=LOADER)
    admin = make_staff(Role.ADMIN)
    return {
        "left": left, "mover": mover, "secured": secured, "reaching": reaching, "admin grant": RoleGrant.objects.get(staff=admin),
    }  # fmt: skip


def _secure(staff: Staff) -> None:
    by = queries.actor_for_staff(staff, AT)
    parties.begin_second_factor(staff_id=staff.id, secret=SECRET, at=AT, by=by)
    parties.confirm_second_factor(staff_id=staff.id, code=totp.code_at(SECRET, totp.step_of(AT)), at=AT, by=by)


def _to(action: Callable[..., object], thing: str = "", **words: Any) -> Call:
    """On somebody of the stage: herself, or by name."""
    return lambda stage, by: action(staff_id=(stage.things[thing] if thing else stage.herself).id, at=AT, by=by, **words)


def _organisation(action: Callable[..., object], **words: Any) -> Call:
    return lambda stage, by: action(organisation_id=stage.own.id, at=AT, by=by, **words)


def _admin(region: str) -> Call:
    return lambda stage, by: parties.grant(staff=stage.herself, role=Role.ADMIN, region=region, at=AT, by=by)


def _move(code: str) -> Call:
    def call(stage: Stage, by: Actor) -> object:
        goal = Organisation.objects.get(code=code)
        return parties.move_staff(staff_id=stage.herself.id, organisation=goal, outlet=None, effective_on=SOON, at=AT, by=by)

    return call


def _confirm(stage: Stage, by: Actor) -> object:
    return parties.confirm_second_factor(staff_id=stage.herself.id, code=_code(0), at=AT, by=by)


def _code(ahead: int) -> str:
    return totp.code_at(SECRET, totp.step_of(AT) + ahead)


CALLS_OF_PEOPLE: dict[str, Call] = {
    "parties.grant: an administrator of the county": _admin("34.3416.341602"),
    "parties.grant: an administrator of the city": _admin("34.3416"),
    "parties.extend_grant": lambda stage, by: parties.extend_grant(grant_id=stage.things["grant"].id, ends_on=SOON, at=AT, by=by),
    "parties.end_grant: an administrator's of the city": lambda stage, by: parties.end_grant(
        grant_id=stage.things["admin grant"].id, ends_on=shanghai_day(AT), at=AT, by=by
    ),
    "parties.change_organisation": _organisation(parties.change_organisation, uscc=make_uscc(), hall=None),
    "parties.rename_organisation": _organisation(parties.rename_organisation, name="新名（示例）", name_en="New", starts_on=SOON),
    "parties.close_organisation": _organisation(parties.close_organisation, last_day=SOON),
    "parties.rename_staff": _to(parties.rename_staff, name="吴示例"),
    "parties.move_staff: in the city": _move("bozhou-market"),
    "parties.move_staff: to another city": _move("jining-enforcement"),
    "parties.cancel_move": _to(parties.cancel_move, "mover"),
    "parties.return_staff": _to(parties.return_staff, "left", password=PASSWORD),
    "parties.unlock_staff": _to(parties.unlock_staff),
    "parties.reset_second_factor": _to(parties.reset_second_factor, "secured", reason="手机丢失"),
    "parties.reset_second_factor: of somebody who reaches further": _to(parties.reset_second_factor, "reaching", reason="手机丢失"),
    "parties.take_effect": lambda stage, by: parties.take_effect(at=AT, by=by),
    "parties.note_sign_in": _to(parties.note_sign_in, session_key="s", address="127.0.0.1", browser="示例", second_factor=""),
    "parties.end_sessions": _to(parties.end_sessions),
    "parties.begin_second_factor": _to(parties.begin_second_factor),
    "parties.confirm_second_factor": _confirm,
    "parties.make_recovery_codes": _to(parties.make_recovery_codes, "secured"),
    "parties.pass_second_factor": _to(parties.pass_second_factor, "secured", code=_code(1)),
    "parties.drop_second_factor": _to(parties.drop_second_factor, "secured"),
    "parties.rotate_partner_key": lambda stage, by: parties.rotate_partner_key(
        key_id=stage.things["key"].id, overlap=timedelta(days=7), at=AT, by=by
    ),
}
