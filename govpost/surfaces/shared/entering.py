"""How a session of staff begins: at once, or after the second step; each sign-in is kept, and its news told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from govpost.common.clock import now
from govpost.parties import actions, events, queries
from govpost.parties.models import Staff
from govpost.surfaces.shared.words import labelled

PENDING = "second_step"
"""Session key of somebody whose password was right and whose second factor is still asked for: nobody is signed in yet."""
PATIENCE = timedelta(minutes=10)
BACKEND = "django.contrib.auth.backends.ModelBackend"

_BROWSERS = (("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))
_NEWS = {
    events.PASSWORD_SET: _("Your password was reset by %(who)s on %(when)s."),
    events.SECOND_FACTOR_RESET: _("Your second factor was reset by %(who)s on %(when)s. Reason: %(reason)s"),
    events.STAFF_UNLOCKED: _("Your login was unlocked by %(who)s on %(when)s."),
}


@dataclass(frozen=True, slots=True)
class Pending:
    """Whose password was right, under which password and mark, and where they want to go."""

    staff: Staff
    way_on: str
    surface: str


def begin_second_step(request: HttpRequest, staff: Staff, way_on: str, surface: str) -> HttpResponseRedirect:
    request.session.cycle_key()
    request.session[PENDING] = {
        "staff": str(staff.id), "mark": staff.get_session_auth_hash(), "at": now().isoformat(), "next": way_on, "surface": surface,
    }  # fmt: skip
    return HttpResponseRedirect(reverse("shared:second_step"))


def find_pending(request: HttpRequest) -> Pending | None:
    """None when there is none, when it took too long, or when the password changed in between."""
    kept = request.session.get(PENDING)
    if not kept or now() - datetime.fromisoformat(kept["at"]) > PATIENCE:
        return None
    staff = Staff.objects.select_related("organisation").filter(id=UUID(kept["staff"]), is_active=True).first()
    if staff is None or staff.get_session_auth_hash() != kept["mark"]:
        return None
    return Pending(staff, kept["next"], kept["surface"])


def enter(request: HttpRequest, user: Staff, second_factor: str = "") -> None:
    """The session is theirs from now on; what others changed about their account since the last time is said."""
    before, at = user.last_login, now()
    login(request, user, backend=BACKEND)
    request.session.pop(PENDING, None)
    key = request.session.session_key or ""
    actions.note_sign_in(
        staff_id=user.id, session_key=key, address=get_client_ip_address(request) or "", browser=browser_of(request),
        second_factor=second_factor, at=at, by=queries.actor_for_staff(user, at),
    )  # fmt: skip
    for fact in queries.news_for(user, since=before):
        messages.warning(request, _NEWS[fact.kind] % {"who": labelled(fact.actor), "when": f"{fact.known_at:%Y-%m-%d}", **fact.payload})


def renew(request: HttpRequest, user: Staff) -> None:
    """This session goes on after a change that ends all others."""
    before = request.session.session_key or ""
    user.refresh_from_db()
    update_session_auth_hash(request, user)
    actions.follow_session(before=before, after=request.session.session_key or "")


def browser_of(request: HttpRequest) -> str:
    """ "Chrome · Windows": enough to know one's own again."""
    agent = request.headers.get("User-Agent", "")
    found = [next((name for mark, name in table if mark in agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return " · ".join(word for word in found if word)
