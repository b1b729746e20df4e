"""The second factor: a phone's codes, recovery codes for a lost phone, and the reset by another administrator."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from govpost.common.actor import Actor
from govpost.common.crypto import code_digest, seal, unseal
from govpost.common.refusal import InvalidInput, NotFound, Refusal
from govpost.common.text import Text
from govpost.parties import events, totp
from govpost.parties.accounts import close_sessions, get_staff, permit_over, permit_own, tell
from govpost.parties.models import RecoveryCode, SecondFactor, Staff
from govpost.parties.rules import RECOVERY_CODES, WRONG_CODES, reason_given

PAUSE = timedelta(minutes=15)
_WRONG = Text("This code is not right. Wait for the next one on your phone, and look whether the phone's clock is right.")


@transaction.atomic
def begin_second_factor(*, staff_id: UUID, at: datetime, by: Actor, secret: str = "") -> str:
    """A secret for the person's phone (a given one in a demonstration); it counts once a code of it was entered."""
    staff = get_staff(staff_id)
    permit_own(by, "begin_second_factor", staff)
    if staff.has_second_factor:
        raise Refusal("factor_stands", Text("Your second factor is set up. Remove it first to use another phone."))
    held = SecondFactor.objects.filter(staff=staff).first()
    if held is not None and not secret:
        return _secret(held)  # the page was opened again: the same picture
    secret = secret or totp.new_secret()
    SecondFactor.objects.update_or_create(staff=staff, defaults={"sealed": _sealed(staff, secret), "begun_at": at, "confirmed_at": None})
    return secret


@transaction.atomic
def confirm_second_factor(*, staff_id: UUID, code: str, at: datetime, by: Actor) -> list[str]:
    """The phone has the secret: from now on its codes are asked for. Returns the recovery codes, the only sight of them."""
    staff = get_staff(staff_id)
    permit_own(by, "confirm_second_factor", staff)
    held = SecondFactor.objects.select_for_update().filter(staff=staff).first()
    if held is None:
        raise Refusal("factor_missing", Text("Begin with the picture for your phone."))
    step = totp.find_step(_secret(held), code, at=at, after=held.last_step)
    if step is None:
        raise InvalidInput({"code": _WRONG})
    held.confirmed_at, held.last_step, held.wrong, held.paused_until = at, step, 0, None
    held.save(update_fields=["confirmed_at", "last_step", "wrong", "paused_until"])
    staff.has_second_factor = True
    staff.save(update_fields=["has_second_factor"])
    close_sessions(staff)  # those that began without it; the caller renews its own
    tell(events.SECOND_FACTOR_SET, staff, at, by)
    return _new_codes(staff)


@transaction.atomic
def make_recovery_codes(*, staff_id: UUID, at: datetime, by: Actor) -> list[str]:
    """Ten new recovery codes, the only sight of them; the former ones open nothing any more."""
    staff = get_staff(staff_id)
    permit_own(by, "make_recovery_codes", staff)
    if not staff.has_second_factor:
        raise Refusal("factor_missing", Text("Set up your second factor first."))
    tell(events.RECOVERY_CODES_MADE, staff, at, by)
    return _new_codes(staff)


def pass_second_factor(*, staff_id: UUID, code: str, at: datetime, by: Actor) -> str:
    """Whether this is the phone's code of now, never used before, or an unused recovery code: "totp" or "recovery".

    Six wrong ones in a row bring a pause of a quarter of an hour. Raises `InvalidInput` naming "code", or `Refusal("factor_paused")`.
    A wrong code is counted in a transaction of its own, so that the refusal does not undo the count.
    """
    with transaction.atomic():
        way, refusal = _try(staff_id, code, at, by)
    if refusal is not None:
        raise refusal
    return way


def _try(staff_id: UUID, code: str, at: datetime, by: Actor) -> tuple[str, Refusal | None]:
    staff = get_staff(staff_id)
    permit_own(by, "pass_second_factor", staff)
    held = SecondFactor.objects.select_for_update().filter(staff=staff, confirmed_at__isnull=False).first()
    if held is None:
        raise NotFound("second factor")
    if held.paused_until is not None and at < held.paused_until:
        return "", Refusal("factor_paused", Text("Too many wrong codes. Wait a quarter of an hour, or ask your administrator."))
    step = totp.find_step(_secret(held), code, at=at, after=held.last_step)
    if step is not None:
        held.last_step, held.wrong, held.paused_until = step, 0, None
        held.save(update_fields=["last_step", "wrong", "paused_until"])
        return "totp", None
    if _use_recovery_code(staff, code, at, by):
        SecondFactor.objects.filter(staff=staff).update(wrong=0, paused_until=None)
        return "recovery", None
    held.wrong += 1
    if held.wrong >= WRONG_CODES:
        held.wrong, held.paused_until = 0, at + PAUSE
    held.save(update_fields=["wrong", "paused_until"])
    return "", InvalidInput({"code": _WRONG})


@transaction.atomic
def drop_second_factor(*, staff_id: UUID, at: datetime, by: Actor) -> None:
    """The person gives it up, to set up another phone or because no role of theirs needs it; every session ends."""
    staff = get_staff(staff_id)
    permit_own(by, "drop_second_factor", staff)
    _remove(staff)
    tell(events.SECOND_FACTOR_DROPPED, staff, at, by)


@transaction.atomic
def reset_second_factor(*, staff_id: UUID, reason: str, at: datetime, by: Actor) -> None:
    """Phone and recovery codes are lost: another administrator takes the factor away, with a reason that the person reads."""
    staff = get_staff(staff_id)
    permit_over(by, "reset_second_factor", staff, at)
    if not (given := reason_given(reason)).allowed:
        raise InvalidInput({"reason": given.sentence})
    if not staff.has_second_factor:
        raise Refusal("factor_missing", Text("This person has no second factor that could be reset."))
    _remove(staff)
    tell(events.SECOND_FACTOR_RESET, staff, at, by, reason=reason.strip()[:200])


def _remove(staff: Staff) -> None:
    SecondFactor.objects.filter(staff=staff).delete()
    RecoveryCode.objects.filter(staff=staff).delete()
    staff.has_second_factor = False
    staff.save(update_fields=["has_second_factor"])
    close_sessions(staff)


def _new_codes(staff: Staff) -> list[str]:
    RecoveryCode.objects.filter(staff=staff).delete()
    codes = [f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(staff=staff, digest=_digest(staff, code)) for code in codes)
    return codes


def _use_recovery_code(staff: Staff, code: str, at: datetime, by: Actor) -> bool:
    used = RecoveryCode.objects.filter(staff=staff, digest=_digest(staff, code), used_at__isnull=True).update(used_at=at)
    if used:
        left = RecoveryCode.objects.filter(staff=staff, used_at__isnull=True).count()
        tell(events.RECOVERY_CODE_USED, staff, at, by, left=left)
    return bool(used)


def _digest(staff: Staff, code: str) -> bytes:
    plain = "".join(code.split()).replace("-", "").lower()
    return code_digest(f"recovery:{staff.id}", plain)


def _sealed(staff: Staff, secret: str) -> bytes:
    return seal({"secret": secret}, bound_to=f"second_factor:{staff.id}")


def _secret(held: SecondFactor) -> str:
    return str(unseal(held.sealed, bound_to=f"second_factor:{held.staff_id}")["secret"])
