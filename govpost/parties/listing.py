"""People, organisations, roles and keys as administrators look for them, with counts; everything within the actor's own regions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from govpost.common.actor import Actor
from govpost.common.clock import shanghai_day
from govpost.common.refusal import NotFound
from govpost.journal.models import Fact
from govpost.parties import events
from govpost.parties.models import Organisation, PartnerKey, RoleGrant, SecondFactor, SignIn, Staff
from govpost.parties.roles import Role
from govpost.parties.rules import MAY

ENDS_SOON = timedelta(days=30)
ADMINISTRATORS = frozenset({Role.ADMIN})


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What is asked of the list of people; empty words ask nothing. state: "", "here", "leaving", "left" or "locked"."""

    q: str = ""
    organisation: UUID | None = None
    role: str = ""
    region: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    here: int
    leaving: int
    left: int
    locked: int


def people(actor: Actor, only: PeopleFilter, *, at: datetime) -> QuerySet[Staff]:
    """Those who work in the administrator's regions, narrowed; roles of today come with them as `held_today`."""
    today = shanghai_day(at)
    found = _people(actor).select_related("organisation", "outlet")
    if only.q:
        found = found.filter(Q(login__icontains=only.q) | Q(name__icontains=only.q))
    if only.organisation:
        found = found.filter(organisation_id=only.organisation)
    if only.region:
        found = found.filter(organisation__region__within=only.region)
    if only.role:
        found = found.filter(Exists(in_force(today).filter(staff_id=OuterRef("id"), role=only.role)))
    if only.state:
        found = found.filter(_states(today, at)[only.state])
    return found.prefetch_related(Prefetch("role_grants", in_force(today).order_by("role", "region"), to_attr="held_today"))


def counts(actor: Actor, *, at: datetime) -> Counts:
    states = _states(shanghai_day(at), at)
    found = _people(actor).aggregate(**{f"n_{name}": Count("id", filter=wanted) for name, wanted in states.items()})
    return Counts(*(found[f"n_{name}"] for name in ("here", "leaving", "left", "locked")))


def person(actor: Actor, staff_id: UUID) -> Staff:
    """Somebody of the administrator's regions. Raises `NotFound`, for those who do not exist and those elsewhere alike."""
    found = _people(actor).select_related("organisation__hall", "outlet").filter(id=staff_id).first()
    if found is None:
        raise NotFound("staff")
    return found


def grants_of(staff: Staff) -> list[RoleGrant]:
    """All roles that somebody has, had and will have, the newest first."""
    return list(staff.role_grants.select_related("organisation").order_by("-starts_on", "role", "region"))


def sign_ins_of(staff: Staff, limit: int = 10) -> list[SignIn]:
    return list(staff.sign_ins.order_by("-at")[:limit])


def is_locked(staff: Staff, *, at: datetime) -> bool:
    """Whether wrong passwords or wrong codes hold this login up now."""
    paused = SecondFactor.objects.filter(staff=staff, paused_until__gt=at).exists()
    return paused or staff.login in _locked_logins(at)


def changes_of(subject: str, limit: int = 50) -> list[Fact]:
    """What was changed about a person, an organisation or a key, the newest first; signing in changes nothing."""
    return list(Fact.objects.filter(subject=subject).exclude(kind="parties.staff_signed_in").order_by("-seq")[:limit])


def grants(
    actor: Actor, *, at: datetime, region: str = "", role: str = "", organisation: UUID | None = None, ending: bool = False
) -> QuerySet[RoleGrant]:
    """Roles in force in the administrator's regions; `ending`: only those whose last day is near."""
    today = shanghai_day(at)
    found = in_force(today).filter(staff__is_active=True).select_related("staff__organisation", "organisation")
    if not actor.is_system:
        mine = actor.regions(ADMINISTRATORS)
        found = found.filter(region__within_any=mine, staff__organisation__region__within_any=mine)
    if region:
        found = found.filter(region__within=region)
    if role:
        found = found.filter(role=role)
    if organisation:
        found = found.filter(staff__organisation_id=organisation)
    if ending:
        found = found.filter(ends_on__lte=today + ENDS_SOON)
    return found


def grant_of(actor: Actor, grant_id: UUID) -> RoleGrant:
    """One role of somebody in the administrator's regions. Raises `NotFound`."""
    found = RoleGrant.objects.select_related("staff__organisation", "organisation").filter(id=grant_id)
    if not actor.is_system:
        mine = actor.regions(ADMINISTRATORS)
        found = found.filter(region__within_any=mine, staff__organisation__region__within_any=mine)
    held = found.first()
    if held is None:
        raise NotFound("grant")
    return held


def in_force(on: date) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


def organisations(actor: Actor, *, q: str = "", kind: str = "", region: str = "", state: str = "", on: date) -> QuerySet[Organisation]:
    """The administrator's organisations with how many people work there. state: "", "active" or "closed"."""
    found = Organisation.objects.select_related("hall")
    if not actor.is_system:
        found = found.filter(region__within_any=actor.regions(ADMINISTRATORS))
    if q:
        found = found.filter(Q(code__icontains=q) | Q(name__icontains=q) | Q(name_en__icontains=q) | Q(uscc=q.upper()))
    if kind:
        found = found.filter(kind=kind)
    if region:
        found = found.filter(region__within=region)
    open_now = Q(active_to__isnull=True) | Q(active_to__gte=on)
    if state:
        found = found.filter(open_now if state == "active" else ~open_now)
    return found.annotate(people=Count("staff", filter=_here(on, "staff__")))


def organisation_of(actor: Actor, organisation_id: UUID) -> Organisation:
    """An organisation of the administrator's regions. Raises `NotFound`."""
    found = Organisation.objects.select_related("hall").filter(id=organisation_id)
    if not actor.is_system:
        found = found.filter(region__within_any=actor.regions(ADMINISTRATORS))
    held = found.first()
    if held is None:
        raise NotFound("organisation")
    return held


def partner_keys(actor: Actor, *, organisation: UUID | None = None, state: str = "", at: datetime) -> QuerySet[PartnerKey]:
    """Keys of the administrator's regions with their last use. state: "", "open", "ending" or "ended"."""
    found = PartnerKey.objects.select_related("organisation", "use")
    if not actor.is_system:
        found = found.filter(region__within_any=actor.regions(MAY["see_partner_keys"]))
    if organisation:
        found = found.filter(organisation_id=organisation)
    opens = Q(active_to__isnull=True) | Q(active_to__gt=at)
    wanted = {"open": opens, "ending": Q(active_to__gt=at, active_to__lte=at + ENDS_SOON), "ended": ~opens}
    return found.filter(wanted[state]) if state else found


def partner_key(actor: Actor, key_id: UUID, *, at: datetime) -> PartnerKey:
    found = partner_keys(actor, at=at).filter(id=key_id).first()
    if found is None:
        raise NotFound("partner key")
    return found


def keys_made_by(staff: Staff, *, at: datetime) -> list[PartnerKey]:
    """Open keys whose text somebody has seen, because they made them: to be changed when that person leaves."""
    made = Fact.objects.filter(actor_key=f"staff:{staff.id}", kind=events.PARTNER_KEY_MADE).values_list("subject", flat=True)
    ids = [UUID(subject.partition(":")[2]) for subject in made]
    return list(PartnerKey.objects.filter(Q(active_to__isnull=True) | Q(active_to__gt=at), id__in=ids).order_by("name"))


def _people(actor: Actor) -> QuerySet[Staff]:
    found = Staff.objects.all()
    return found if actor.is_system else found.filter(organisation__region__within_any=actor.regions(ADMINISTRATORS))


def _here(on: date, prefix: str = "") -> Q:
    stays = Q(**{f"{prefix}leaves_on__isnull": True}) | Q(**{f"{prefix}leaves_on__gte": on})
    return stays & Q(**{f"{prefix}is_active": True})


def _states(today: date, at: datetime) -> dict[str, Q]:
    here = _here(today)
    return {
        "here": here, "leaving": here & Q(leaves_on__isnull=False), "left": ~here,
        "locked": here & (Q(login__in=_locked_logins(at)) | Q(second_factor__paused_until__gt=at)),
    }  # fmt: skip


def _locked_logins(at: datetime) -> Sequence[str]:
    """Logins that were tried with too many wrong passwords within the pause, from anywhere."""
    since = at - timedelta(hours=settings.AXES_COOLOFF_TIME)
    tried = AccessAttempt.objects.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gte=since)
    return list(tried.values_list("username", flat=True).distinct())
