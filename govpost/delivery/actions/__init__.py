"""The verbs of the mail room. Every event goes through `recording.apply`: store, fold, tell."""

from govpost.delivery.actions.forgetting import forget_addresses
from govpost.delivery.actions.handing import cancel_order, query_carrier, record_failed_attempt, record_handover, unlock_code
from govpost.delivery.actions.keeping import forget_kept, read_kept
from govpost.delivery.actions.placing import Placed, note_booking_failed, note_waybill, place_orders, retry_booking
from govpost.delivery.actions.recording import RowResult, record_scans, settle_unclear, void_scan
from govpost.delivery.actions.station import balance_day, match_anew, match_envelope, note_label_printed, seal_bag
from govpost.delivery.actions.unclear import keep_unreadable, note_cancel_refused

__all__ = [
    "Placed",
    "RowResult",
    "balance_day",
    "cancel_order",
    "forget_addresses",
    "forget_kept",
    "keep_unreadable",
    "match_anew",
    "match_envelope",
    "note_booking_failed",
    "note_cancel_refused",
    "note_label_printed",
    "note_waybill",
    "place_orders",
    "query_carrier",
    "read_kept",
    "record_failed_attempt",
    "record_handover",
    "record_scans",
    "retry_booking",
    "seal_bag",
    "settle_unclear",
    "unlock_code",
    "void_scan",
]
