"""What administrators ask of agreements, tariffs and carriers: what holds, what ends soon, what then, and why it costs what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet

from govpost.catalogue import queries as catalogue
from govpost.catalogue.models import Service
from govpost.common.actor import Actor
from govpost.common.clock import shanghai_midnight
from govpost.common.refusal import Decision, InvalidInput, NotFound, Refusal
from govpost.common.text import Text
from govpost.journal import queries as journal
from govpost.journal.models import Fact
from govpost.profiles.rules import PayerKind
from govpost.settlement.models import Agreement, Carrier, CarrierRuling, ClientManager, Tariff, TariffRow
from govpost.settlement.rules import MAY, PriceRow, Zone, may_carry, pick, price, zone
from govpost.settlement.terms import above, ruling_for

Row = TypeVar("Row", bound=Model)
SOON, NEAR = 60, 30  # days before the end at which an agreement is to be renewed, and at which it is late for that


@dataclass(frozen=True, slots=True)
class Explained:
    """A price with its reason: the zone, the row of the tariff, the begun steps above the first weight."""

    fen: int
    zone: str
    row: PriceRow
    steps: int
    tariff: Tariff


@dataclass(frozen=True, slots=True)
class Item:
    """One service item and for each carrier, in their order, whether it may carry it and why."""

    service: Service
    decisions: tuple[Decision, ...]


def agreements(actor: Actor, *, on: date, words: str = "", state: str = "", payer: str = "", carrier: str = "") -> QuerySet[Agreement]:
    """The agreements of the actor's regions; `state` is in_force, soon, ended or coming."""
    found = _kept(Agreement.objects.select_related("organisation", "tariff", "follows"), actor, "keep_agreements")
    if words:
        found = found.filter(
            Q(number__icontains=words) | Q(organisation__name__icontains=words) | Q(organisation__name_en__icontains=words)
        )
    found = found.filter(payer=payer) if payer else found
    found = found.filter(carrier=carrier) if carrier else found
    return found.filter(_STATES[state](on)) if state in _STATES else found


_STATES = {
    "in_force": lambda on: Q(starts_on__lte=on, ends_on__gte=on),
    "soon": lambda on: Q(starts_on__lte=on, ends_on__gte=on, ends_on__lte=on + timedelta(days=SOON)),
    "ended": lambda on: Q(ends_on__lt=on),
    "coming": lambda on: Q(starts_on__gt=on),
}


def agreement(actor: Actor, agreement_id: UUID) -> Agreement:
    found = _kept(Agreement.objects.select_related("organisation", "tariff", "follows"), actor, "keep_agreements")
    return _one(found.filter(id=agreement_id), "agreement")


def number_taken(number: str) -> bool:
    """Whether an agreement has this number, anywhere: numbers are given once."""
    return Agreement.objects.filter(number=number).exists()


def standing(agreement: Agreement, on: date) -> str:
    """The light of an agreement: green, amber from 60 days before its end, red from 30 days before and after it; none before."""
    if on < agreement.starts_on:
        return "none"
    left = (agreement.ends_on - on).days
    return "red" if left < NEAR else "amber" if left < SOON else "green"


def successor(agreement: Agreement) -> Agreement | None:
    """Which agreement pays on the day after the last: a government's nearest for the region, a department's own."""
    after = agreement.ends_on + timedelta(days=1)
    found = Agreement.objects.filter(
        payer=agreement.payer,
        carrier=agreement.carrier,
        region__in=above([str(agreement.region)]),
        starts_on__lte=after,
        ends_on__gte=after,
    )
    if agreement.payer != PayerKind.GOVERNMENT:
        found = found.filter(organisation_id=agreement.organisation_id)
    return max(found.exclude(id=agreement.id), key=lambda each: len(str(each.region)), default=None)


def ending(actor: Actor, on: date) -> int:
    """How many agreements in force end within sixty days and have no follow-on: what waits for the client manager."""
    found = agreements(actor, on=on, state="soon")
    return sum(successor(each) is None for each in found)


def client_managers(organisations: Iterable[UUID], on: date) -> dict[UUID, ClientManager]:
    """Who looks after each client on a day."""
    found = ClientManager.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on), organisation_id__in=set(organisations), starts_on__lte=on
    ).select_related("staff__organisation")
    return {row.organisation_id: row for row in found}


def tariffs(actor: Actor, *, on: date, words: str = "", state: str = "", basis: str = "") -> QuerySet[Tariff]:
    """The tariffs that the actor keeps, and those from above that hold in its regions."""
    found = Tariff.objects.filter(_reaching(actor, "keep_tariffs"))
    if words:
        found = found.filter(Q(code__icontains=words) | Q(name__icontains=words) | Q(document__icontains=words))
    found = found.filter(basis=basis) if basis else found
    open_ended = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    states = {"in_force": Q(open_ended, starts_on__lte=on), "ended": Q(ends_on__lt=on), "coming": Q(starts_on__gt=on)}
    return found.filter(states[state]) if state in states else found


def tariff(actor: Actor, tariff_id: UUID) -> Tariff:
    return _one(tariffs(actor, on=date.min).filter(id=tariff_id), "tariff")


def rows(tariff: Tariff) -> list[TariffRow]:
    """Every price of a tariff, general ones first, then near before far."""
    far = ["", *(zone.value for zone in Zone)]
    return sorted(tariff.rows.all(), key=lambda row: (row.item, row.direction, far.index(row.zone)))


def explain(tariff: Tariff, *, weight_g: int, origin: str, destination: str, item: str = "", direction: str = "") -> Explained:
    """What a mail costs by a tariff and why; raises InvalidInput where no row fits."""
    how_far = zone(origin, destination).value
    row = pick([row.to_price() for row in tariff.rows.all()], item=item, direction=direction, zone=how_far)
    if row is None:
        raise InvalidInput({"weight_g": Text("This tariff has no price for this way. Add a row for its zone.")})
    return Explained(price(row, weight_g), how_far, row, -(-max(0, weight_g - row.first_g) // row.step_g), tariff)


def carriers() -> list[Carrier]:
    """Every declared carrier: those that orders can reach first, then the post, then express firms. Public, like the law."""
    return list(Carrier.objects.order_by(F("open_from").asc(nulls_last=True), "-kind", "code"))


def carrier(code: str) -> Carrier:
    return _one(Carrier.objects.filter(code=code), "carrier")


def carriage(region: str, on: date, items: Sequence[Service], among: Sequence[Carrier]) -> list[Item]:
    """Items × carriers: what commission would say of each on that day in that region."""
    return [Item(service, tuple(_decision(each, service, region, on) for each in among)) for service in items]


def offered(region: str, on: date) -> list[Service]:
    """The items of a region, each once: cities share an item's rule of mail."""
    return list({service.code: service for service in catalogue.offered(region, on)}.values())


def rulings(actor: Actor, carrier: str = "") -> list[CarrierRuling]:
    """What was ruled in and above the actor's regions, newest first."""
    found = CarrierRuling.objects.filter(_reaching(actor, "keep_carriers")).select_related("carrier")
    return list((found.filter(carrier=carrier) if carrier else found).order_by("-starts_on", "-id"))


def changes(subjects: Sequence[str]) -> list[Fact]:
    """What administrators did to these, newest first."""
    return list(journal.facts_of(subjects).order_by("-seq")[:100])


def after_end(agreement: Agreement) -> Refusal | Agreement:
    """What mail meets that is ordered after the last day: the agreement that then pays, or what commission will say."""
    found = successor(agreement)
    if found is not None:
        return found
    sentence = Text("No agreement in force pays for this mail. Ask finance to enter one, or choose another payer.")
    return Refusal("no_agreement", sentence, since=shanghai_midnight(agreement.ends_on + timedelta(days=1)))


def _decision(carrier: Carrier, service: Service, region: str, on: date) -> Decision:
    is_open = carrier.open_from is not None and carrier.open_from <= on
    ruling = ruling_for(carrier.code, service.code, region, on)
    return may_carry(post_only=service.post_only, kind=carrier.kind, is_open=is_open, ruling=ruling)


def _kept(found: QuerySet[Agreement], actor: Actor, verb: str) -> QuerySet[Agreement]:
    return found if actor.is_system else found.filter(region__within_any=actor.regions(MAY[verb]))


def _reaching(actor: Actor, verb: str) -> Q:
    """In the actor's regions or above them: what holds there."""
    if actor.is_system:
        return Q()
    regions = actor.regions(MAY[verb])
    return Q(region__within_any=regions) | Q(region__in=above(regions) if regions else ())


def _one(found: QuerySet[Row], what: str) -> Row:
    row = found.first()
    if row is None:
        raise NotFound(what)
    return row
