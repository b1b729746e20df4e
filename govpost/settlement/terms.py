"""On what terms something is carried: profile, item rule, outlets, payer, agreement, tariff, price and promise.

Everything that many commissions share is loaded once: the number of statements grows with the places and items they name,
not with their number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from typing import TypeVar
from uuid import UUID

from django.db.models import Q

from govpost.catalogue import queries as catalogue
from govpost.common.clock import shanghai_day
from govpost.common.refusal import Decision, InvalidInput, NotFound, Refusal
from govpost.common.text import Text
from govpost.delivery.rules import Direction, ItemRule
from govpost.journal.stamps import remembered
from govpost.places import queries as places
from govpost.places.areas import next_delivery
from govpost.profiles import queries as profiles
from govpost.profiles.rules import PayerKind, Settings
from govpost.settlement.models import Agreement, Carrier, CarrierRuling, Tariff
from govpost.settlement.rules import (
    BY_AGREEMENT,
    CarrierKind,
    Commission,
    PriceRow,
    Ruling,
    account_for,
    collect_due,
    may_carry,
    may_choose_payer,
    pick,
    price,
    strictest,
    strongest,
    zone,
)

Dated = TypeVar("Dated", Agreement, Tariff)


@dataclass(frozen=True, slots=True)
class Terms:
    """What was found for one commission; it is copied onto the order, so that later changes of configuration change nothing."""

    settings: Settings
    rule: ItemRule
    weight_g: int
    origin_outlet: str
    destination_outlet: str
    payer: str
    payer_reason: Text
    payer_basis: str
    account: str
    tariff: str
    price_fen: int
    collect_due_at: datetime | None
    promised_at: datetime


@dataclass(frozen=True, slots=True)
class _Postage:
    payer: str
    reason: Text
    basis: str
    account: str
    tariff: str
    fen: int


class Desk:
    """Looks terms up for a batch of commissions; `at` is now, imported history is judged by its own day."""

    def __init__(self, commissions: Sequence[Commission], *, at: datetime) -> None:
        self._at = at
        self._commissions = commissions
        self._settings: Callable[[str, str, date], Settings] = cache(_settings)
        self._rule = cache(_item_rule)
        self._outlet: Callable[[str], str] = cache(lambda division: places.delivery_outlet(division).code)
        self._rows: Callable[[Tariff], list[PriceRow]] = cache(lambda tariff: [row.to_price() for row in tariff.rows.all()])
        self._priced: Callable[[Tariff, str, str, str], PriceRow | None] = cache(
            lambda tariff, item, direction, how_far: pick(self._rows(tariff), item=item, direction=direction, zone=how_far)
        )

    @cached_property
    def _agreements(self) -> list[Agreement]:
        if not self._commissions:
            return []
        organisations = {each.organisation_id for each in self._commissions if each.organisation_id}
        return _agreements(frozenset(organisations), self._regions, min(self._days), max(self._days))

    @cached_property
    def _public(self) -> list[Tariff]:
        return _public_tariffs(self._regions, min(self._days), max(self._days)) if self._commissions else []

    @cached_property
    def _regions(self) -> frozenset[str]:
        return frozenset(above(each.region for each in self._commissions))

    @cached_property
    def _days(self) -> list[date]:
        return [self._day(commission) for commission in self._commissions]

    def terms(self, wanted: Commission) -> Terms:
        """Terms of one commission; raises what a rule refuses, always with a sentence that says what to do."""
        _sound_window(wanted)
        on = self._day(wanted)
        settings = self._settings(wanted.pin, wanted.region, on)
        rules = [self._rule_of(item, on, wanted.region) for item in (wanted.item, *wanted.with_items)]
        rule, weight_g = strictest([rule for rule, _ in rules]), wanted.weight_g or sum(weight for _, weight in rules)
        self._carriage(wanted, rule, on).require()
        origin = wanted.origin_outlet or self._office(wanted.origin, wanted.sender.street, on, "origin")
        destination = wanted.destination_outlet or self._office(wanted.destination, wanted.recipient.street, on, "destination")
        postage = self._postage(wanted, settings, weight_g, (origin, destination))
        collect_due_at, promised_at = self._promise(wanted, settings)
        return Terms(
            settings=settings, rule=rule, weight_g=weight_g, origin_outlet=origin, destination_outlet=destination,
            payer=postage.payer, payer_reason=postage.reason, payer_basis=postage.basis, account=postage.account,
            tariff=postage.tariff, price_fen=postage.fen, collect_due_at=collect_due_at, promised_at=promised_at,
        )  # fmt: skip

    def _postage(self, wanted: Commission, settings: Settings, weight_g: int, outlets: tuple[str, str]) -> _Postage:
        """Who pays how much under which agreement or tariff. History was paid where it was ordered: nothing is charged again."""
        on = self._day(wanted)
        if wanted.placed_at:
            payer = wanted.payer or settings.payer_for(wanted.item, wanted.direction.value).kind.value
            return _Postage(payer, Text("Imported: it was paid where it was ordered."), "", "", "", 0)
        payer, reason, basis, agreement = self._payer(wanted, settings, on)
        tariff = agreement.tariff if agreement else self._public_tariff(wanted, on)
        outlet = outlets[1] if payer == PayerKind.RECIPIENT else outlets[0]
        account = account_for(payer, organisation=agreement.organisation_id if agreement else None, outlet=outlet)
        return _Postage(payer, reason, basis, account, tariff.code, self._price(wanted, tariff, weight_g))

    def _carriage(self, wanted: Commission, rule: ItemRule, on: date) -> Decision:
        """Whether the carrier may: each item's own decision, the first refusal holds; an unknown carrier is an express firm."""
        carrier = _carriers().get(wanted.carrier)
        kind, opens = (carrier.kind, carrier.open_from) if carrier else (CarrierKind.EXPRESS.value, None)
        is_open = opens is not None and opens <= on
        decisions = [
            may_carry(post_only=rule.post_only, kind=kind, is_open=is_open, ruling=ruling_for(wanted.carrier, item, wanted.region, on))
            for item in (wanted.item, *wanted.with_items)
        ]
        return next((each for each in decisions if not each.allowed), decisions[0])

    def _rule_of(self, item: str, on: date, region: str) -> tuple[ItemRule, int]:
        try:
            return self._rule(item, on, region)
        except NotFound as missing:
            sentence = Text("No service item has this code on this day. Use the item's 12 digits from the catalogue.")
            raise InvalidInput({"item": sentence}) from missing

    def _office(self, division: str, street: str, on: date, end: str) -> str:
        """The outlet that serves the township or village of the address, else the county's delivery office."""
        if area := places.find_area(division, street, on).area:
            return area.outlet
        try:
            return self._outlet(division)
        except NotFound as missing:
            sentence = Text("No delivery office serves this county. Check its code (GB/T 2260), or ask the post.")
            raise InvalidInput({end: sentence}) from missing

    def placed_at(self, wanted: Commission) -> datetime:
        return wanted.placed_at or self._at

    def _day(self, wanted: Commission) -> date:
        return shanghai_day(self.placed_at(wanted))

    def _payer(self, wanted: Commission, settings: Settings, on: date) -> tuple[str, Text, str, Agreement | None]:
        """Who pays, why, on what basis, and under which agreement; by the profile's rule, or as a department asked."""
        by_rule = settings.payer_for(wanted.item, wanted.direction.value)
        asked = wanted.payer or by_rule.kind.value
        agreement = self._agreement(wanted, asked, on)
        chosen = may_choose_payer(asked=asked, by_rule=by_rule.kind, has_agreement=agreement is not None).require()
        if asked in BY_AGREEMENT and agreement is None:
            sentence = Text("No agreement in force pays for this mail. Ask finance to enter one, or choose another payer.")
            raise Refusal("no_agreement", sentence, payer=asked, region=wanted.region, on=on.isoformat())
        if asked == by_rule.kind:
            return asked, by_rule.reason, by_rule.basis, agreement
        return asked, chosen.sentence, chosen.basis, agreement

    def _agreement(self, wanted: Commission, payer: str, on: date) -> Agreement | None:
        """The agreement that pays: a department's own, or that of the government nearest to the region."""
        if payer not in BY_AGREEMENT:
            return None
        mine = [
            agreement for agreement in self._agreements
            if agreement.payer == payer and agreement.carrier == wanted.carrier
            and (payer == PayerKind.GOVERNMENT or agreement.organisation_id == wanted.organisation_id)
        ]  # fmt: skip
        return _nearest(mine, wanted.region, on)

    def _public_tariff(self, wanted: Commission, on: date) -> Tariff:
        """The posted tariff nearest to the region that has a price for this item, direction and zone."""
        fitting = [tariff for tariff in self._public if self._row(wanted, tariff) is not None]
        tariff = _nearest(fitting, wanted.region, on)
        if tariff is None:
            raise _no_price(wanted)
        return tariff

    def _price(self, wanted: Commission, tariff: Tariff, weight_g: int) -> int:
        row = self._row(wanted, tariff)
        if row is None or not _in_force(tariff, self._day(wanted)):
            raise _no_price(wanted)
        return price(row, weight_g)

    def _row(self, wanted: Commission, tariff: Tariff) -> PriceRow | None:
        return self._priced(tariff, wanted.item, wanted.direction.value, zone(wanted.origin, wanted.destination).value)

    def _promise(self, wanted: Commission, settings: Settings) -> tuple[datetime | None, datetime]:
        """Until when it is collected and delivered; papers count from their collection, everything else from its placing."""
        placed_at = self.placed_at(wanted)
        by_door = wanted.direction is Direction.PAPERS
        due = wanted.collect_due_at or collect_due(
            at=placed_at, by_door=by_door, hours=settings.collect_hours,
            window_from=wanted.window_from, window_to=wanted.window_to,
        )  # fmt: skip
        hours = getattr(settings.result_hours, zone(wanted.origin, wanted.destination).value)
        return due, wanted.promised_at or self._when_the_post_comes(wanted, (due or placed_at) + timedelta(hours=hours))

    def _when_the_post_comes(self, wanted: Commission, promised: datetime) -> datetime:
        """What goes to a village is promised for a day on which the post comes there."""
        if wanted.direction is Direction.PAPERS:
            return promised
        area = places.find_area(wanted.destination, wanted.recipient.street, shanghai_day(promised)).area
        return next_delivery(promised, area.days) if area else promised


def _settings(pin: str, region: str, on: date) -> Settings:
    if pin:
        return profiles.settings_by_pin(pin)
    try:
        return profiles.settings_for(region, on)
    except NotFound as missing:
        sentence = Text("No profile is in force here on this day. Ask the administrator to enter one, or check the day of the order.")
        raise Refusal("no_profile", sentence, region=region, on=on.isoformat()) from missing


@remembered("catalogue")
def _item_rule(code: str, on: date, region: str) -> tuple[ItemRule, int]:
    """The rule for the mail of an item as the region's version has it, and its usual weight in grams."""
    found = catalogue.item_rule(catalogue.service(code, on, region))
    return ItemRule.from_json(found.to_json()), found.weight_g


def above(regions: Iterable[str]) -> set[str]:
    """The regions with everything above them, "" (the country) included."""
    paths = {""}
    for region in regions:
        labels = region.split(".")
        paths |= {".".join(labels[:n]) for n in range(1, len(labels) + 1)}
    return paths


@remembered("settlement", "parties")
def _agreements(organisations: frozenset[UUID], regions: frozenset[str], first: date, last: date) -> list[Agreement]:
    """Those that could pay on one of the days: the governments' of the regions, and the named organisations' own."""
    found = Agreement.objects.filter(
        Q(payer=PayerKind.GOVERNMENT.value) | Q(organisation_id__in=organisations),
        region__in=regions, starts_on__lte=last, ends_on__gte=first,
    )  # fmt: skip
    return list(found.select_related("tariff").prefetch_related("tariff__rows").order_by("number"))


@remembered("settlement")
def _carriers() -> dict[str, Carrier]:
    return Carrier.objects.in_bulk()


@remembered("settlement")
def _rulings() -> list[CarrierRuling]:
    return list(CarrierRuling.objects.order_by("starts_on", "id"))


def ruling_for(carrier: str, item: str, region: str, on: date) -> Ruling | None:
    """What administrators have ruled of this carrier and item at or above the region on a day."""
    reaching = above([region])
    return strongest(
        each.to_ruling() for each in _rulings()
        if each.carrier_id == carrier and each.item in ("", item) and str(each.region) in reaching and _in_force(each, on)
    )  # fmt: skip


@remembered("settlement")
def _public_tariffs(regions: frozenset[str], first: date, last: date) -> list[Tariff]:
    found = Tariff.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), is_public=True, starts_on__lte=last, region__in=regions)
    return list(found.prefetch_related("rows").order_by("code"))


def _nearest(found: Iterable[Dated], region: str, on: date) -> Dated | None:
    """Of those in force on the day at or above the region, the one with the longest path."""
    reaching = above([region])
    fitting = [each for each in found if str(each.region) in reaching and _in_force(each, on)]
    return max(fitting, key=lambda each: len(str(each.region)), default=None)


def _in_force(dated: Agreement | Tariff | CarrierRuling, on: date) -> bool:
    return dated.starts_on <= on and (dated.ends_on is None or on <= dated.ends_on)


def _sound_window(wanted: Commission) -> None:
    opens, closes = wanted.window_from, wanted.window_to
    if (opens is None) != (closes is None) or (opens and closes and opens >= closes):
        raise InvalidInput({"window": Text("Choose a collection window with a beginning before its end.")})


def _no_price(wanted: Commission) -> Refusal:
    sentence = Text("No tariff in force has a price for this mail. Ask finance to enter one.")
    return Refusal("no_price", sentence, item=wanted.item, direction=wanted.direction.value, region=wanted.region)
