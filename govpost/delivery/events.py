"""Facts that the mail room tells. `ORDER_CHANGED` carries everything a listener needs (see `actions.payload_of`)."""

from __future__ import annotations

ORDER_CHANGED = "delivery.order_changed"
BOOKED = "delivery.booked"
BOOKING_FAILED = "delivery.booking_failed"
ENVELOPE_MATCHED = "delivery.envelope_matched"
MATCH_BEGUN_ANEW = "delivery.match_begun_anew"
LABEL_PRINTED = "delivery.label_printed"
BAG_SEALED = "delivery.bag_sealed"
DAY_BALANCED = "delivery.day_balanced"
SCAN_UNCLEAR = "delivery.scan_unclear"
CANCEL_REFUSED = "delivery.cancel_refused"
CODE_UNLOCKED = "delivery.code_unlocked"

PUBLIC = {
    BOOKED, BOOKING_FAILED, CANCEL_REFUSED, CODE_UNLOCKED, ENVELOPE_MATCHED, MATCH_BEGUN_ANEW, LABEL_PRINTED, BAG_SEALED, DAY_BALANCED,
    SCAN_UNCLEAR,
}  # fmt: skip
