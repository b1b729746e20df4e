"""Agreements and tariffs are entered, dated and journaled; their terms never change: one ends, and a new one follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_day
from govpost.common.refusal import InvalidInput, NotFound
from govpost.common.text import Text
from govpost.journal import actions as journal
from govpost.parties import queries as parties
from govpost.parties.models import OrganisationKind
from govpost.settlement.events import AGREEMENT_ADDED, AGREEMENT_ENDED, CLIENT_ASSIGNED, TARIFF_ADDED, TARIFF_ENDED
from govpost.settlement.models import Agreement, ClientManager, Tariff, TariffRow
from govpost.settlement.rules import BY_AGREEMENT, MAY, Basis, PriceRow


def add_tariff(
    *,
    code: str,
    name: str,
    name_en: str,
    basis: str,
    document: str,
    region: str,
    starts_on: date,
    rows: Sequence[PriceRow],
    at: datetime,
    by: Actor,
    ends_on: date | None = None,
    is_public: bool = False,
    public_notice: str = "",
) -> Tariff:
    """Enter a price table with what it rests on; the same code again changes nothing.

    Raises InvalidInput naming "rows", "document", "public_notice", "basis", "ends_on".
    """
    permit(by, "keep_tariffs", MAY["keep_tariffs"], region=region)
    _sound_tariff(basis, document, rows, is_public, public_notice)
    _sound_dates(starts_on, ends_on)
    with transaction.atomic():
        tariff, new = Tariff.objects.get_or_create(
            code=code,
            defaults={
                "name": name, "name_en": name_en, "basis": basis, "document": document, "public_notice": public_notice,
                "region": region, "is_public": is_public, "starts_on": starts_on, "ends_on": ends_on,
            },
        )  # fmt: skip
        if new:
            TariffRow.objects.bulk_create(_row(tariff, row) for row in rows)
            journal.record(TARIFF_ADDED, subject=f"tariff:{tariff.id}", region=region, at=at, by=by, code=code, basis=basis)
    return tariff


def add_agreement(
    *,
    number: str,
    organisation_id: UUID,
    payer: str,
    region: str,
    starts_on: date,
    ends_on: date,
    tariff: str,
    at: datetime,
    by: Actor,
    carrier: str = "ems",
    follows: Agreement | None = None,
) -> Agreement:
    """Enter who pays for whom, from day to day, by which tariff; the same number again changes nothing.

    Raises InvalidInput naming "payer", "tariff", "ends_on", or "starts_on" when it overlaps another of the same kind.
    """
    permit(by, "keep_agreements", MAY["keep_agreements"], region=region)
    organisation = parties.organisation(organisation_id)
    permit(by, "keep_agreements", MAY["keep_agreements"], region=str(organisation.region))  # nobody lets another city's people pay
    prices = Tariff.objects.filter(code=tariff).first()
    if prices is None:
        raise InvalidInput({"tariff": Text("Choose a tariff from the list.")})
    if payer not in BY_AGREEMENT:
        raise InvalidInput({"payer": Text("Only a government or a department pays by agreement.")})
    _sound_dates(starts_on, ends_on)
    values: dict[str, Any] = {
        "organisation": organisation, "payer": payer, "region": region, "carrier": carrier, "starts_on": starts_on,
        "ends_on": ends_on, "tariff": prices, "follows": follows,
    }  # fmt: skip
    try:
        with transaction.atomic():
            agreement, new = Agreement.objects.get_or_create(number=number, defaults=values)
            if new:
                journal.record(
                    AGREEMENT_ADDED, subject=f"agreement:{agreement.id}", region=region, at=at, by=by,
                    number=number, organisation=organisation.code, payer=payer, tariff=tariff, ends_on=ends_on,
                    follows=follows.number if follows else "",
                )  # fmt: skip
            return agreement
    except IntegrityError as error:
        if "agreement_no_overlap" not in str(error):
            raise
        sentence = Text("Another agreement of this organisation covers some of these days. Begin after it ends.")
        raise InvalidInput({"starts_on": sentence}) from error


@transaction.atomic
def renew_agreement(
    *, agreement_id: UUID, number: str, ends_on: date, tariff: str, at: datetime, by: Actor, starts_on: date | None = None
) -> Agreement:
    """The follow-on agreement: same payer, organisation, carrier and region, from the day after the old one unless said otherwise."""
    old = _agreement(agreement_id)
    permit(by, "keep_agreements", MAY["keep_agreements"], region=str(old.region))
    if Agreement.objects.filter(number=number).exists():
        raise InvalidInput({"number": Text("An agreement with this number stands already.")})
    return add_agreement(
        number=number, organisation_id=old.organisation_id, payer=old.payer, region=str(old.region), carrier=old.carrier,
        starts_on=starts_on or old.ends_on + timedelta(days=1), ends_on=ends_on, tariff=tariff, follows=old, at=at, by=by,
    )  # fmt: skip


@transaction.atomic
def end_agreement(*, agreement_id: UUID, ends_on: date, reason: str, at: datetime, by: Actor) -> Agreement:
    """End an agreement before its term; mail ordered until that day stays on its account."""
    agreement = _agreement(agreement_id)
    permit(by, "keep_agreements", MAY["keep_agreements"], region=str(agreement.region))
    permit(by, "keep_agreements", MAY["keep_agreements"], region=str(agreement.organisation.region))
    if not reason.strip():
        raise InvalidInput({"reason": Text("Say why it ends early, with the notice or document.")})
    if not max(shanghai_day(at), agreement.starts_on) <= ends_on < agreement.ends_on:
        raise InvalidInput({"ends_on": Text("Choose a day from today on and before the term's last day.")})
    before, agreement.ends_on, agreement.ended_because = agreement.ends_on, ends_on, reason
    agreement.save(update_fields=["ends_on", "ended_because"])
    journal.record(
        AGREEMENT_ENDED, subject=f"agreement:{agreement.id}", region=str(agreement.region), at=at, by=by, number=agreement.number,
        reason=reason, changes={"ends_on": [before.isoformat(), ends_on.isoformat()]},
    )  # fmt: skip
    return agreement


@transaction.atomic
def assign_client(*, organisation_id: UUID, staff_id: UUID, starts_on: date, at: datetime, by: Actor) -> ClientManager:
    """From a day on one member of the post's staff looks after a client; whoever did before ends the day before."""
    organisation, staff = parties.organisation(organisation_id), parties.staff_member(staff_id)
    permit(by, "keep_agreements", MAY["keep_agreements"], region=str(organisation.region))
    if starts_on < shanghai_day(at):
        raise InvalidInput({"starts_on": Text("Choose today or a later day.")})
    if not staff.is_active or staff.organisation.kind != OrganisationKind.POSTAL:
        raise InvalidInput({"staff": Text("Choose somebody who works for the post.")})
    earlier = ClientManager.objects.select_for_update().filter(organisation=organisation).order_by("starts_on").last()
    if earlier and earlier.starts_on >= starts_on:
        raise InvalidInput({"starts_on": Text("Somebody was put in charge from this day or a later one. Choose a later day.")})
    if earlier and (earlier.ends_on is None or earlier.ends_on >= starts_on):
        earlier.ends_on = starts_on - timedelta(days=1)
        earlier.save(update_fields=["ends_on"])
    made = ClientManager.objects.create(organisation=organisation, staff=staff, starts_on=starts_on)
    journal.record(
        CLIENT_ASSIGNED, subject=f"client:{organisation.id}", region=str(organisation.region), at=at, by=by,
        starts_on=starts_on.isoformat(), changes={"staff": [str(earlier.staff_id) if earlier else None, str(staff.id)]},
    )  # fmt: skip
    return made


@transaction.atomic
def end_tariff(*, tariff_id: UUID, ends_on: date, at: datetime, by: Actor) -> Tariff:
    """The last day on which prices hold. Mail under an agreement that still names them is refused from then on."""
    tariff = Tariff.objects.select_for_update().filter(id=tariff_id).first()
    if tariff is None:
        raise NotFound("tariff")
    permit(by, "keep_tariffs", MAY["keep_tariffs"], region=str(tariff.region))
    if ends_on < max(shanghai_day(at), tariff.starts_on):
        raise InvalidInput({"ends_on": Text("Choose today or a later day.")})
    before, tariff.ends_on = tariff.ends_on, ends_on
    tariff.save(update_fields=["ends_on"])
    journal.record(
        TARIFF_ENDED, subject=f"tariff:{tariff.id}", region=str(tariff.region), at=at, by=by, code=tariff.code,
        changes={"ends_on": [before.isoformat() if before else None, ends_on.isoformat()]},
    )  # fmt: skip
    return tariff


def _agreement(agreement_id: UUID) -> Agreement:
    found = Agreement.objects.select_for_update(of=("self",)).select_related("organisation").filter(id=agreement_id).first()
    if found is None:
        raise NotFound("agreement")
    return found


def _sound_tariff(basis: str, document: str, rows: Sequence[PriceRow], is_public: bool, public_notice: str) -> None:
    errors: dict[str, Text] = {}
    if basis not in {each.value for each in Basis}:
        errors["basis"] = Text("Choose what the tariff rests on: approved, agreed or market.")
    if not document.strip():
        errors["document"] = Text("Give the number of the document that sets these prices.")
    if not rows or any(row.step_g <= 0 or min(row.first_g, row.first_fen, row.step_fen) < 0 for row in rows):
        errors["rows"] = Text("Give at least one price; weights and prices are not negative, steps weigh at least one gram.")
    if is_public and not public_notice.strip():
        errors["public_notice"] = Text("Say where the public tariff is posted.")
    if errors:
        raise InvalidInput(errors)


def _sound_dates(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise InvalidInput({"ends_on": Text("The last day must not be before the first.")})


def _row(tariff: Tariff, row: PriceRow) -> TariffRow:
    return TariffRow(
        tariff=tariff, item=row.item, direction=row.direction, zone=row.zone, first_g=row.first_g, first_fen=row.first_fen,
        step_g=row.step_g, step_fen=row.step_fen,
    )  # fmt: skip
