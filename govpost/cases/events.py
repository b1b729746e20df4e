"""Facts that cases tell. No personal data, no reason in an officer's words.

Payload of each: case, number, version, before, state, service, item, department, hall, party, paper_way, result_way, clock, due_on,
due_confirmed, and the verb's own facts (below); source "import" where another system's case came in with its past.

Subject is always "case:<uuid>". `party` is the opaque id of the applicant.
"""

from __future__ import annotations

DRAFTED = "cases.drafted"
AMENDED = "cases.amended"
DRAFT_CONTINUED = "cases.draft_continued"  # at a counter, + came_from (portal, window, partner)
DRAFT_DISCARDED = "cases.draft_discarded"  # by the counter that had it in hand; it is gone
CONTACT_RECORDED = "cases.contact_recorded"  # at a window: where this case is told of from now on; no number stands here
MISSING_TOLD = "cases.missing_told"  # the one-time notice at the counter, + missing
# + order, order_number (papers fetched at the door), window_from, window_to, papers, channel; at a window papers_<how it is provided>
SUBMITTED = "cases.submitted"
COLLECTION_CANCELLED = "cases.collection_cancelled"  # + order
COLLECTION_ORDERED = "cases.collection_ordered"  # again, + order, order_number, window_from, window_to
COLLECTION_MOVED = "cases.collection_moved"  # the applicant named another time at the door, + order, window_from, window_to
PAPERS_ON_THE_WAY = "cases.papers_on_the_way"  # + order, papers, missing
PAPERS_RECEIVED = "cases.papers_received"  # + order, received, missing
CORRECTION_REQUESTED = "cases.correction_requested"  # + items
RESUBMITTED = "cases.resubmitted"  # + order, order_number, papers
ACCEPTED = "cases.accepted"  # + silent, accepted_on
NOT_ACCEPTED = "cases.not_accepted"
WITHDRAWN = "cases.withdrawn"  # + order: cancelled before collection; mistake: why an intake was undone
TERMINATED = "cases.terminated"
PAPERS_RETURNED = "cases.papers_returned"  # + how (mail, window), order, order_number
PAPERS_CAME_BACK = "cases.papers_came_back"  # + order, papers, after (returned, cancelled)
APPROVED = "cases.approved"  # + licence, parcel
REFUSED = "cases.refused"  # + document, parcel
RESULT_WAY_CHANGED = "cases.result_way_changed"  # + order, place
LIST_GIVEN = "cases.list_given"  # + list
PAPERS_GIVEN = "cases.papers_given"  # to the department, + list, papers
PAPERS_TAKEN = "cases.papers_taken"  # by the department, + list, papers, counted
HANDED_OVER = "cases.handed_over"  # + list, desk (station, window)
PARCEL_CLOSED = "cases.parcel_closed"  # + parcel, order, order_number
CLOSED = "cases.closed"  # + how (delivered, window), order
REOPENED = "cases.reopened"  # + order, after
RESULT_CAME_BACK = "cases.result_came_back"  # + order
FLAGGED = "cases.flagged"  # + flag, order: something for a person (signer_not_allowed, lost, papers_lost), "" when settled

# Told for timeline, webhooks and whoever asks; no room must react to them.
PUBLIC = {
    DRAFTED, AMENDED, DRAFT_CONTINUED, MISSING_TOLD, DRAFT_DISCARDED, CONTACT_RECORDED, PAPERS_GIVEN, PAPERS_TAKEN,
    SUBMITTED, COLLECTION_CANCELLED, COLLECTION_ORDERED, COLLECTION_MOVED, PAPERS_ON_THE_WAY, PAPERS_RECEIVED,
    CORRECTION_REQUESTED, RESUBMITTED, ACCEPTED, NOT_ACCEPTED, WITHDRAWN, TERMINATED, PAPERS_RETURNED, PAPERS_CAME_BACK, APPROVED,
    REFUSED, RESULT_WAY_CHANGED, LIST_GIVEN, HANDED_OVER, PARCEL_CLOSED, CLOSED, REOPENED, RESULT_CAME_BACK, FLAGGED,
}  # fmt: skip
