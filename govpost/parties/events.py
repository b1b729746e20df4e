"""Facts about people and organisations, without personal data. Nobody reacts to them: they answer who was let in by whom."""

from __future__ import annotations

PARTY_SIGNED_IN = "parties.party_signed_in"
PARTY_ENTERED = "parties.party_entered"  # by a window that looked at the document
ORGANISATION_ADDED = "parties.organisation_added"
STAFF_ADDED = "parties.staff_added"
STAFF_DEACTIVATED = "parties.staff_deactivated"
PASSWORD_SET = "parties.password_set"  # noqa: S105 the name of a fact
ROLE_GRANTED = "parties.role_granted"
GRANT_ENDED = "parties.grant_ended"
PARTNER_KEY_MADE = "parties.partner_key_made"
PARTNER_KEY_ENDED = "parties.partner_key_ended"

PUBLIC = {
    PARTY_SIGNED_IN, PARTY_ENTERED, ORGANISATION_ADDED, STAFF_ADDED, STAFF_DEACTIVATED, PASSWORD_SET, ROLE_GRANTED, GRANT_ENDED,
    PARTNER_KEY_MADE, PARTNER_KEY_ENDED,
}  # fmt: skip
