"""How personal data and partners' keys are kept: one ciphertext per party bound to its row, blind indexes, digests."""

from __future__ import annotations

import hmac
from uuid import UUID

from govpost.common.crypto import blind_index, seal, unseal
from govpost.common.refusal import NotFound
from govpost.journal.stamps import remembered
from govpost.parties.models import PartnerKey, Party
from govpost.parties.rules import Sealed, plain_phone

KEY_WORD = "gp"


def sealed(party_id: UUID, document: Sealed) -> bytes:
    """A ciphertext that opens in this party's row only."""
    return seal(document.to_json(), bound_to=f"party:{party_id}")


def opened(party: Party) -> Sealed:
    """Raises `common.crypto.Unreadable` if the row was altered or its ciphertext comes from another row."""
    return Sealed.from_json(unseal(party.sealed, bound_to=f"party:{party.id}"))


def number_digest(number: str) -> bytes:
    return blind_index("party.number", number)


def phone_digest(phone: str) -> bytes:
    return blind_index("party.phone", plain_phone(phone))


def key_digest(prefix: str, secret: str) -> bytes:
    """What is kept of a partner's key."""
    return blind_index(f"partner.{prefix}", secret)


def key_text(prefix: str, secret: str) -> str:
    return f"{KEY_WORD}_{prefix}_{secret}"


def find_key(text: str) -> PartnerKey | None:
    """The key row whose text this is, compared in constant time."""
    word, _, rest = text.strip().partition("_")
    prefix, _, secret = rest.partition("_")
    if word != KEY_WORD or not secret:
        return None
    try:
        key = _key(prefix)
    except NotFound:
        return None
    if not hmac.compare_digest(bytes(key.digest), key_digest(prefix, secret)):
        return None
    return key


@remembered("parties")
def _key(prefix: str) -> PartnerKey:
    """Raises `NotFound`, so that a stranger's guesses are not remembered."""
    key = PartnerKey.objects.filter(prefix=prefix).first()
    if key is None:
        raise NotFound("partner key")
    return key
