"""Agreements and tariffs are entered, dated and journaled; they are never changed: a new one follows the old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from govpost.common.actor import Actor, permit
from govpost.common.refusal import InvalidInput
from govpost.common.text import Text
from govpost.journal import actions as journal
from govpost.parties import queries as parties
from govpost.settlement.events import AGREEMENT_ADDED, TARIFF_ADDED
from govpost.settlement.models import Agreement, Tariff, TariffRow
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
        "ends_on": ends_on, "tariff": prices,
    }  # fmt: skip
    try:
        with transaction.atomic():
            agreement, new = Agreement.objects.get_or_create(number=number, defaults=values)
            if new:
                journal.record(
                    AGREEMENT_ADDED, subject=f"agreement:{agreement.id}", region=region, at=at, by=by,
                    number=number, organisation=organisation.code, payer=payer, tariff=tariff, ends_on=ends_on,
                )  # fmt: skip
            return agreement
    except IntegrityError as error:
        if "agreement_no_overlap" not in str(error):
            raise
        sentence = Text("Another agreement of this organisation covers some of these days. Begin after it ends.")
        raise InvalidInput({"starts_on": sentence}) from error


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
