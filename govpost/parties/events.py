"""Facts about people and organisations, without personal data. Nobody reacts to them: they answer who was let in by whom."""

from __future__ import annotations

PARTY_SIGNED_IN = "parties.party_signed_in"
PARTY_ENTERED = "parties.party_entered"  # by a window that looked at the document, or another platform that vouches
ORGANISATION_ADDED = "parties.organisation_added"
ORGANISATION_CHANGED = "parties.organisation_changed"
ORGANISATION_CLOSED = "parties.organisation_closed"
STAFF_ADDED = "parties.staff_added"
STAFF_DEACTIVATED = "parties.staff_deactivated"
STAFF_RETURNED = "parties.staff_returned"
STAFF_MOVED = "parties.staff_moved"
STAFF_MOVE_PLANNED = "parties.staff_move_planned"
STAFF_RENAMED = "parties.staff_renamed"
STAFF_UNLOCKED = "parties.staff_unlocked"
STAFF_SIGNED_IN = "parties.staff_signed_in"
SESSIONS_ENDED = "parties.sessions_ended"
SECOND_FACTOR_SET = "parties.second_factor_set"
SECOND_FACTOR_DROPPED = "parties.second_factor_dropped"
SECOND_FACTOR_RESET = "parties.second_factor_reset"
RECOVERY_CODES_MADE = "parties.recovery_codes_made"
RECOVERY_CODE_USED = "parties.recovery_code_used"
PASSWORD_SET = "parties.password_set"  # noqa: S105 the name of a fact
ROLE_GRANTED = "parties.role_granted"
GRANT_ENDED = "parties.grant_ended"
GRANT_EXTENDED = "parties.grant_extended"
PARTNER_KEY_MADE = "parties.partner_key_made"
PARTNER_KEY_ENDED = "parties.partner_key_ended"

PUBLIC = {
    PARTY_SIGNED_IN, PARTY_ENTERED, ORGANISATION_ADDED, ORGANISATION_CHANGED, ORGANISATION_CLOSED, STAFF_ADDED, STAFF_DEACTIVATED,
    STAFF_RETURNED, STAFF_MOVED, STAFF_MOVE_PLANNED, STAFF_RENAMED, STAFF_UNLOCKED, STAFF_SIGNED_IN, SESSIONS_ENDED, SECOND_FACTOR_SET,
    SECOND_FACTOR_DROPPED, SECOND_FACTOR_RESET, RECOVERY_CODES_MADE, RECOVERY_CODE_USED, PASSWORD_SET, ROLE_GRANTED, GRANT_EXTENDED,
    GRANT_ENDED, PARTNER_KEY_MADE, PARTNER_KEY_ENDED,
}  # fmt: skip
