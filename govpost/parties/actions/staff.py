"""Somebody joins, is renamed, moves, leaves, comes back; passwords and sessions. Nobody's name reaches the journal."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from uuid import UUID

from axes.utils import reset
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_day
from govpost.common.refusal import InvalidInput, Refusal
from govpost.common.text import Text
from govpost.parties import events
from govpost.parties.accounts import close_sessions, get_staff, permit_over, permit_own, tell
from govpost.parties.actions.organisations import names_that_begin
from govpost.parties.models import Organisation, RoleGrant, SecondFactor, SignIn, Staff, StaffMove
from govpost.parties.rules import MAY, login_form, outlet_fits
from govpost.places.models import Outlet

# Without letters and digits that are mistaken for each other on paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
LONGEST_NAME = 60


def first_password() -> str:
    """Sixteen letters in groups, to be told to somebody who starts and changed by them: about 78 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


@transaction.atomic
def add_staff(
    *,
    login: str,
    name: str,
    organisation: Organisation,
    password: str,
    at: datetime,
    by: Actor,
    outlet: Outlet | None = None,
    must_change: bool = False,
) -> Staff:
    """Somebody who starts to work for an organisation; without a grant they may do nothing. Raises `InvalidInput`."""
    permit(by, "add_staff", MAY["add_staff"], region=organisation.region)
    wanted = login.strip().lower()
    _check(name, wanted, organisation, outlet, at)
    if Staff.objects.filter(login=wanted).exists():
        raise InvalidInput({"login": Text("Choose another login: this one is empty or taken.")})
    staff = Staff(login=wanted, name=name.strip(), organisation=organisation, outlet=outlet, must_change_password=must_change)
    _give_password(staff, password)
    staff.save(force_insert=True)
    tell(events.STAFF_ADDED, staff, at, by, organisation=str(organisation.id), outlet=outlet.code if outlet else "")
    return staff


@transaction.atomic
def set_password(*, staff_id: UUID, password: str, at: datetime, by: Actor, must_change: bool = False) -> None:
    """One's own password; or, as administrator over the person, a first one that they must change. Every session ends.

    Raises `InvalidInput` naming "password".
    """
    staff = get_staff(staff_id)
    own = by.kind == "staff" and by.id == staff.id and staff.is_active
    if not own:
        permit_over(by, "set_password", staff, at)
    _give_password(staff, password)
    staff.must_change_password = must_change or not (own or by.is_system)
    staff.save(update_fields=["password", "must_change_password"])
    tell(events.PASSWORD_SET, staff, at, by)


@transaction.atomic
def rename_staff(*, staff_id: UUID, name: str, at: datetime, by: Actor) -> Staff:
    """Another name, or the same one without its slip. The journal knows that it changed and not what it was."""
    staff = get_staff(staff_id)
    permit(by, "rename_staff", MAY["rename_staff"], region=staff.organisation.region)
    _check_name(name)
    if staff.name != name.strip():
        staff.name = name.strip()
        staff.save(update_fields=["name"])
        tell(events.STAFF_RENAMED, staff, at, by)
    return staff


@transaction.atomic
def move_staff(
    *, staff_id: UUID, organisation: Organisation, outlet: Outlet | None, effective_on: date, at: datetime, by: Actor
) -> StaffMove:
    """To another organisation or outlet from a day on. The administrator covers both; roles for the old organisation end before."""
    staff = get_staff(staff_id)
    for region in (staff.organisation.region, organisation.region):
        permit(by, "move_staff", MAY["move_staff"], region=region)
    today = shanghai_day(at)
    _check(staff.name, staff.login, organisation, outlet, at)
    if effective_on < today:
        raise InvalidInput({"effective_on": Text("Nobody moves in the past. Choose today or a later day.")})
    if not staff.works_on(effective_on):
        raise Refusal("has_left", Text("This person does not work here on that day. Let them return first."))
    if staff.moves.filter(done_at__isnull=True).exists():
        raise Refusal("move_planned", Text("A move is planned already. Cancel it first, then plan another one."))
    move = StaffMove.objects.create(staff=staff, organisation=organisation, outlet=outlet, effective_on=effective_on)
    tell(events.STAFF_MOVE_PLANNED, staff, at, by, effective_on=effective_on.isoformat(), changes=_places(staff, move))
    if effective_on == today:
        _move(move, at, by)
    return move


@transaction.atomic
def cancel_move(*, staff_id: UUID, at: datetime, by: Actor) -> None:
    """A planned move does not happen. Roles that it would have ended stay as they are."""
    staff = get_staff(staff_id)
    permit(by, "cancel_move", MAY["cancel_move"], region=staff.organisation.region)
    for move in staff.moves.filter(done_at__isnull=True).select_related("organisation", "outlet"):
        tell(events.STAFF_MOVE_PLANNED, staff, at, by, effective_on=None, changes=_places(staff, move))
        move.delete()


@transaction.atomic
def take_effect(*, at: datetime, by: Actor) -> int:
    """Moves and names of organisations whose day has come; returns how many people moved."""
    permit(by, "take_effect", MAY["take_effect"])
    today = shanghai_day(at)
    due = StaffMove.objects.select_for_update(of=("self",), skip_locked=True).filter(done_at__isnull=True, effective_on__lte=today)
    moves = list(due.select_related("staff__organisation", "staff__outlet", "organisation", "outlet"))
    for move in moves:
        _move(move, at, by)
    names_that_begin(today)
    return len(moves)


@transaction.atomic
def deactivate_staff(*, staff_id: UUID, at: datetime, by: Actor, last_day: date | None = None) -> None:
    """Somebody leaves: roles end with the last day; without one they end now, and so does every session.

    What they did stays under their name. Nobody lets themselves out: another administrator does.
    """
    staff = get_staff(staff_id)
    permit_over(by, "deactivate_staff", staff, at)
    today = shanghai_day(at)
    if not staff.is_active:
        return
    if last_day is not None and last_day < today:
        raise InvalidInput({"last_day": Text("The last day lies in the past. Leave it empty to end everything now.")})
    gone, end = last_day is None, last_day or today - timedelta(days=1)
    staff.is_active, staff.leaves_on = not gone, last_day or today
    staff.save(update_fields=["is_active", "leaves_on"])
    ended = RoleGrant.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=end), staff=staff).update(ends_on=end)
    staff.moves.filter(done_at__isnull=True).delete()
    if gone:
        close_sessions(staff)
    tell(events.STAFF_DEACTIVATED, staff, at, by, last_day=staff.leaves_on.isoformat(), at_once=gone, grants=ended)


@transaction.atomic
def return_staff(*, staff_id: UUID, password: str, at: datetime, by: Actor) -> Staff:
    """Somebody who left works here again, with a first password and without roles; who was only about to leave stays."""
    staff = get_staff(staff_id)
    permit_over(by, "return_staff", staff, at)
    staying = staff.works_on(shanghai_day(at))
    if staying and staff.leaves_on is None:
        raise Refusal("has_not_left", Text("This person works here already."))
    if not staying:
        _give_password(staff, password)
        staff.must_change_password = True
    staff.is_active, staff.leaves_on = True, None
    staff.save(update_fields=["is_active", "leaves_on", "password", "must_change_password"])
    tell(events.STAFF_RETURNED, staff, at, by, stays=staying)
    return staff


@transaction.atomic
def unlock_staff(*, staff_id: UUID, at: datetime, by: Actor) -> None:
    """Wrong passwords and codes are forgotten: the person may try again at once."""
    staff = get_staff(staff_id)
    permit(by, "unlock_staff", MAY["unlock_staff"], region=staff.organisation.region)
    tries = reset(username=staff.login)
    SecondFactor.objects.filter(staff=staff).update(wrong=0, paused_until=None)
    tell(events.STAFF_UNLOCKED, staff, at, by, tries=tries)


@transaction.atomic
def note_sign_in(*, staff_id: UUID, session_key: str, address: str, browser: str, second_factor: str, at: datetime, by: Actor) -> SignIn:
    """Somebody signed in: kept for them and their administrator to see; the journal knows neither address nor browser."""
    staff = get_staff(staff_id)
    permit_own(by, "note_sign_in", staff)
    made = SignIn.objects.create(
        staff=staff, at=at, session_key=session_key, address=address[:45], browser=browser[:80], second_factor=second_factor
    )
    tell(events.STAFF_SIGNED_IN, staff, at, by, second_factor=second_factor)
    return made


@transaction.atomic
def end_sessions(*, staff_id: UUID, at: datetime, by: Actor, sign_in: UUID | None = None) -> None:
    """One of one's own sessions ends, or all of them (the caller renews its own)."""
    staff = get_staff(staff_id)
    permit_own(by, "end_sessions", staff)
    if sign_in is None:
        close_sessions(staff)
    else:
        Session.objects.filter(session_key__in=staff.sign_ins.filter(id=sign_in).values("session_key")).delete()
    tell(events.SESSIONS_ENDED, staff, at, by, all=sign_in is None)


def follow_session(*, before: str, after: str) -> None:
    """A session goes on under another key: its sign-in follows it."""
    SignIn.objects.filter(session_key=before).update(session_key=after)


def _move(move: StaffMove, at: datetime, by: Actor) -> None:
    staff, today = move.staff, shanghai_day(at)
    changed, before = _places(staff, move), staff.organisation_id
    staff.organisation, staff.outlet = move.organisation, move.outlet
    staff.save(update_fields=["organisation", "outlet"])
    move.done_at = at
    move.save(update_fields=["done_at"])
    ended = 0
    if before != staff.organisation_id:
        end = today - timedelta(days=1)
        held = RoleGrant.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=end), staff=staff, organisation_id=before)
        ended = held.update(ends_on=end)
    tell(events.STAFF_MOVED, staff, at, by, changes=changed, grants=ended)


def _places(staff: Staff, move: StaffMove) -> dict[str, list[str]]:
    """What a move changes, before and after; names of organisations and codes of outlets are public."""
    pairs = {
        "organisation": [staff.organisation.code, move.organisation.code],
        "outlet": [staff.outlet.code if staff.outlet else "", move.outlet.code if move.outlet else ""],
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _check(name: str, login: str, organisation: Organisation, outlet: Outlet | None, at: datetime) -> None:
    _check_name(name)
    errors: dict[str, Text] = {}
    if not login:
        errors["login"] = Text("Choose another login: this one is empty or taken.")
    elif not (formed := login_form(login)).allowed:
        errors["login"] = formed.sentence
    if organisation.active_to is not None and organisation.active_to < shanghai_day(at):
        errors["organisation"] = Text("This organisation is closed. Choose another one.")
    if outlet is not None and not (fits := outlet_fits(outlet.region, organisation.kind, organisation.region)).allowed:
        errors["outlet"] = fits.sentence
    if errors:
        raise InvalidInput(errors)


def _check_name(name: str) -> None:
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise InvalidInput({"name": Text("Enter the person's name, at most 60 characters.")})


def _give_password(staff: Staff, password: str) -> None:
    try:
        validate_password(password, staff)
    except ValidationError as error:
        sentence = Text("Choose a longer password that is not a common one: at least 10 characters.")
        raise InvalidInput({"password": sentence}) from error
    staff.set_password(password)
