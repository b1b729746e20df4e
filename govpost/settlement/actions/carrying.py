"""Carriers and what each may carry: declared, ruled with a basis from a day on, and never against the law."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from govpost.catalogue import queries as catalogue
from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_day
from govpost.common.refusal import InvalidInput, NotFound
from govpost.common.text import Text
from govpost.journal import actions as journal
from govpost.settlement.events import CARRIER_DECLARED, CARRIER_RULED
from govpost.settlement.models import Carrier, CarrierRuling
from govpost.settlement.rules import MAY, CarrierKind, may_rule


@transaction.atomic
def declare_carrier(*, code: str, name: str, name_en: str, basis: str, at: datetime, by: Actor) -> Carrier:
    """Name an express firm with its permit, for the whole country; no orders reach it until a connection to it is built."""
    permit(by, "keep_carriers", MAY["keep_carriers"], region="")
    wanted = {"code": code, "name": name, "name_en": name_en, "basis": basis}
    if missing := {key: Text("Fill this in.") for key, value in wanted.items() if not value.strip()}:
        raise InvalidInput(missing)
    if not (code.isascii() and code.replace("-", "").isalnum() and code == code.lower()):
        raise InvalidInput({"code": Text("Use small letters, digits and hyphens.")})
    carrier, new = Carrier.objects.get_or_create(code=code, defaults={**wanted, "kind": CarrierKind.EXPRESS.value})
    if not new:
        raise InvalidInput({"code": Text("A carrier with this code stands already.")})
    journal.record(CARRIER_DECLARED, subject=f"carrier:{code}", region="", at=at, by=by, code=code, basis=basis)
    return carrier


@transaction.atomic
def rule_carrier(
    *, carrier: str, item: str, region: str, allowed: bool, basis: str, starts_on: date, at: datetime, by: Actor
) -> CarrierRuling:
    """From a day on a carrier may, or may not, carry an item ("" every item) here; what was ruled before ends the day before.

    Raises InvalidInput naming "carrier", "item", "basis", "starts_on"; Refusal "reserved_by_law".
    """
    permit(by, "keep_carriers", MAY["keep_carriers"], region=region)
    if not basis.strip():
        raise InvalidInput({"basis": Text("Name the award, contract or order that this rests on.")})
    if starts_on <= shanghai_day(at) and not by.is_system:
        raise InvalidInput({"starts_on": Text("Choose a day after today: what is on its way keeps its carrier.")})
    found = Carrier.objects.select_for_update().filter(code=carrier).first()
    if found is None:
        raise InvalidInput({"carrier": Text("Choose a carrier from the list.")})
    may_rule(post_only=_post_only(item, starts_on, region), kind=found.kind, allowed=allowed).require()
    before = _end_earlier(found, item, region, starts_on)
    ruling = CarrierRuling.objects.create(carrier=found, item=item, region=region, allowed=allowed, basis=basis, starts_on=starts_on)
    journal.record(
        CARRIER_RULED, subject=f"carrier:{carrier}", region=region, at=at, by=by, carrier=carrier, item=item, basis=basis,
        starts_on=starts_on.isoformat(), changes={"allowed": [before.allowed if before else None, allowed]},
    )  # fmt: skip
    return ruling


def _post_only(item: str, on: date, region: str) -> bool:
    """A ruling for every item speaks of what may be tendered only; the law takes the rest out by itself."""
    if not item:
        return False
    try:
        return catalogue.service(item, on, region).post_only
    except NotFound as missing:
        raise InvalidInput({"item": Text("No service item has this code on this day.")}) from missing


def _end_earlier(carrier: Carrier, item: str, region: str, starts_on: date) -> CarrierRuling | None:
    standing = CarrierRuling.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on), carrier=carrier, item=item, region=region)
    earlier = standing.order_by("starts_on").last()
    if earlier is None:
        return None
    if earlier.starts_on >= starts_on:
        raise InvalidInput({"starts_on": Text("A ruling from this day or a later one stands. Choose a later day.")})
    earlier.ends_on = starts_on - timedelta(days=1)
    earlier.save(update_fields=["ends_on"])
    return earlier
