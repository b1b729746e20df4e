"""An account that is about to change: its row, locked; who may change it; how its sessions end; what the journal is told."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db.models import Q

from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_day
from govpost.common.refusal import NotFound, NotPermitted, Refusal
from govpost.common.text import Text
from govpost.journal import actions as journal
from govpost.parties.models import RoleGrant, Staff
from govpost.parties.rules import MAY


def get_staff(staff_id: UUID) -> Staff:
    found = Staff.objects.select_for_update(of=("self",)).select_related("organisation", "outlet").filter(id=staff_id).first()
    if found is None:
        raise NotFound("staff")
    return found


def permit_own(by: Actor, verb: str, staff: Staff) -> None:
    """Only the person; the system may too."""
    if not by.is_system and not (by.kind == "staff" and by.id == staff.id):
        raise NotPermitted(verb)


def permit_over(by: Actor, verb: str, staff: Staff, at: datetime) -> None:
    """An administrator of the person's organisation and of every region in which they hold a role, and never of themselves.

    Who can open an account can act as its person: so nobody opens one that reaches further than their own.
    """
    permit(by, verb, MAY[verb], region=staff.organisation.region)
    for held in RoleGrant.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=shanghai_day(at)), staff=staff):
        permit(by, verb, MAY[verb], region=held.region)
    not_yourself(by, staff)


def not_yourself(by: Actor, staff: Staff) -> None:
    if by.kind == "staff" and by.id == staff.id:
        raise Refusal("not_yourself", Text("Nobody does this for themselves. Ask another administrator."))


def close_sessions(staff: Staff) -> None:
    staff.session_mark = secrets.token_hex(8)
    staff.save(update_fields=["session_mark"])
    Session.objects.filter(session_key__in=staff.sign_ins.values("session_key")).delete()


def tell(kind: str, staff: Staff, at: datetime, by: Actor, **payload: Any) -> None:
    journal.record(kind, subject=f"staff:{staff.id}", region=staff.organisation.region, at=at, by=by, **payload)
