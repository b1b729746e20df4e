"""Who pays the postage of each way, why, and how much where the person pays: said before anybody chooses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from govpost.catalogue.models import Service
from govpost.common.clock import shanghai_day
from govpost.common.refusal import Refusal
from govpost.common.text import Text
from govpost.delivery.rules import Direction
from govpost.profiles import queries as profiles
from govpost.profiles.rules import PayerKind
from govpost.settlement import queries as settlement
from govpost.surfaces.shared.formats import money
from govpost.surfaces.shared.words import local, with_basis

PAID_BY_PERSON = frozenset({PayerKind.RECIPIENT.value, PayerKind.SENDER.value})


@dataclass(frozen=True, slots=True)
class Postage:
    """`fen` is the posted price, None where somebody else pays or no price could be worked out."""

    direction: str
    payer: str
    reason: Text
    basis: str
    fen: int | None = None
    tariff: str = ""

    @property
    def free(self) -> bool:
        """Whether the person pays nothing."""
        return self.payer not in PAID_BY_PERSON

    @property
    def note(self) -> str:
        """The line of a choice: the reason, what it rests on, the price."""
        words = with_basis(self.reason, self.basis)
        if self.fen is None:
            return words
        return _("%(words)s About %(price)s.") % {"words": words, "price": money(self.fen)}


def postage(service: Service, direction: str, *, region: str, origin: str, destination: str, at: datetime) -> Postage:
    """For a mail of this item between two counties. Without a price the payer and the reason still stand."""
    payer = profiles.settings_for(region, shanghai_day(at)).payer_for(service.code, direction)
    known = Postage(direction, payer.kind.value, payer.reason, local(payer, "basis"))
    if known.free:
        return known
    try:
        quote = settlement.quote(
            item=service.code, direction=Direction(direction), region=region, origin=origin, destination=destination, at=at,
            organisation_id=service.department_id,
        )  # fmt: skip
    except Refusal:
        return known
    return Postage(direction, known.payer, known.reason, known.basis, quote.price_fen, local(quote, "tariff_name"))
