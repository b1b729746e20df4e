"""What is kept how long on a day, what is held, and what was erased."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from govpost.common.actor import Actor
from govpost.common.refusal import NotFound
from govpost.retention.models import Certificate, Hold, Period
from govpost.retention.rules import MAY, RULES, HoldOn, Kind, Rule


@dataclass(frozen=True, slots=True)
class InForce:
    """One class on a day: its rule, the days that count, since when, and the next change if one is set."""

    rule: Rule
    days: int
    since: Period | None
    next: Period | None


@dataclass(frozen=True, slots=True)
class Held:
    """Everything that must not be erased now, by number, organisation and region."""

    orders: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()
    organisations: frozenset[UUID] = frozenset()
    regions: tuple[str, ...] = field(default=())


def in_force(on: date) -> list[InForce]:
    """Every class with its period on a Shanghai day, in the order of the rules."""
    set_: dict[str, list[Period]] = {}
    for period in Period.objects.filter(withdrawn_at=None).order_by("effective_on"):
        set_.setdefault(period.kind, []).append(period)
    found = []
    for rule in RULES.values():
        begun = [p for p in set_.get(rule.kind.value, []) if p.effective_on <= on]
        ahead = [p for p in set_.get(rule.kind.value, []) if p.effective_on > on]
        since = begun[-1] if begun else None
        found.append(InForce(rule, since.days if since else rule.days, since, ahead[0] if ahead else None))
    return found


def days_of(kind: Kind, on: date) -> int:
    """How many days a class is kept on a day: the newest period that has begun, or the rule's own."""
    newest = Period.objects.filter(kind=kind.value, effective_on__lte=on, withdrawn_at=None).order_by("-effective_on").first()
    return newest.days if newest else RULES[kind].days


def periods(kind: str) -> list[Period]:
    """The history of a class's periods, newest first; those that were withdrawn stand among them."""
    return list(Period.objects.filter(kind=kind).order_by("-effective_on", "-set_at"))


def period_to_come(period_id: UUID, today: date) -> Period:
    """One that has not begun and was not withdrawn; raises NotFound."""
    found = Period.objects.filter(id=period_id, effective_on__gt=today, withdrawn_at=None).first()
    if found is None:
        raise NotFound("period")
    return found


def held() -> Held:
    """What no run may touch now."""
    rows = list(Hold.objects.filter(released_at=None))
    return Held(
        frozenset(h.value for h in rows if h.on == HoldOn.ORDER),
        frozenset(h.value for h in rows if h.on == HoldOn.CASE),
        frozenset(h.organisation_id for h in rows if h.organisation_id),
        tuple(h.region for h in rows if h.on == HoldOn.REGION),
    )


def holds(actor: Actor, *, released: bool = False) -> QuerySet[Hold]:
    """Holds of the actor's jurisdiction and of the regions around it, newest first; those that were released on request."""
    found = Hold.objects.filter(released_at__isnull=not released).order_by("-placed_at")
    if actor.is_system:
        return found
    mine = actor.regions(MAY["see_holds"])
    around = {above for region in mine for above in ancestors(region)}
    return found.filter(Q(region__within_any=mine) | Q(on=HoldOn.REGION.value, value__in=around))


def ancestors(region: str) -> list[str]:
    """The regions in which a region lies, the whole country first, itself last."""
    parts = region.split(".") if region else []
    return [".".join(parts[:n]) for n in range(len(parts) + 1)]


def certificates(actor: Actor, *, kind: str = "") -> QuerySet[Certificate]:
    """Certificates, newest first. They tell of the whole installation and of no person."""
    allowed = actor.is_system or any(actor.has(role) for role in MAY["see_certificates"])
    found = Certificate.objects.all() if allowed else Certificate.objects.none()
    return (found.filter(kind=kind) if kind else found).order_by("-finished_at", "-id")


def last_certificates(actor: Actor) -> dict[str, Certificate]:
    """The newest certificate of each class."""
    newest = certificates(actor).order_by("kind", "-finished_at", "-id").distinct("kind")
    return {each.kind: each for each in newest}


def certificate(actor: Actor, number: str) -> Certificate:
    """One by its number; raises NotFound."""
    found = certificates(actor).filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound("certificate")
    return found
