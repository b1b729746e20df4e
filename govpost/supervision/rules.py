"""Every state in which something waits: how long it may, whose it is then, and what that person can do. Pure.

A guard holds the table against the state tables of the rooms: no state that is not final may be without a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from govpost.cases.states import State as Case
from govpost.catalogue.states import State as Proposal
from govpost.common.text import Text
from govpost.delivery.states import State as Mail
from govpost.dispatch.states import State as Task
from govpost.parties.roles import Role

MAY: dict[str, frozenset[Role]] = {
    "watch": frozenset(),  # by time
    "see_waits": frozenset({Role.CLERK, Role.OFFICER, Role.STATION, Role.DISPATCHER, Role.SUPERVISOR, Role.FINANCE, Role.ADMIN}),
}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Of(StrEnum):
    """What waits."""

    CASE = "case"
    ORDER = "order"
    TASK = "task"
    LIST = "list"
    UNCLEAR = "unclear"
    NOTICE = "notice"
    PROPOSAL = "proposal"
    ACCOUNT = "account"
    OUTLET = "outlet"
    HOUSE = "house"  # followers and jobs: nobody's county


@dataclass(frozen=True, slots=True)
class Watch:
    """One waiting. `patience` counts from when it began to wait; from a promise or term of its own it is what is added to that.

    `owner`: whose page shows it, in its region. `states`: of the room's table, for the guard.
    """

    code: str
    of: Of
    owner: Role
    patience: timedelta
    title: Text
    remedy: Text
    states: tuple[str, ...] = ()


_W = Watch
WATCHES: tuple[Watch, ...] = (
    # Cases. The terms are the law's; a term that ends by itself is watched for a timer that did not run.
    _W("case_papers", Of.CASE, Role.CLERK, 10 * DAY, Text("The papers do not come"),
       Text("Ask the applicant; order another collection or withdraw the case."), (Case.SUBMITTED,)),
    _W("case_acceptance", Of.CASE, Role.OFFICER, 0 * DAY, Text("Acceptance is overdue"),
       Text("Accept, ask for corrections, or do not accept: silence accepts."), (Case.SUBMITTED,)),
    _W("case_correction", Of.CASE, Role.OFFICER, DAY, Text("The correction's term is over and the case still stands"),
       Text("Look whether the worker runs; then ask the applicant."), (Case.CORRECTING,)),
    _W("case_decision", Of.CASE, Role.OFFICER, 0 * DAY, Text("The decision is overdue"), Text("Decide now."), (Case.ACCEPTED,)),
    _W("case_handing_over", Of.CASE, Role.OFFICER, 3 * DAY, Text("The result was not handed over"),
       Text("Put it on a list for the station desk or the window."), (Case.APPROVED, Case.REFUSED)),
    _W("case_posting", Of.CASE, Role.STATION, 2 * DAY, Text("The result lies at the station desk without mail"),
       Text("Close its parcel."), (Case.HANDED_OVER,)),
    _W("case_fetching", Of.CASE, Role.CLERK, 30 * DAY, Text("The result was not fetched"),
       Text("Call the applicant; delivery by post can still be chosen."), (Case.HANDED_OVER,)),
    _W("case_flagged", Of.CASE, Role.OFFICER, DAY, Text("A case needs a person"),
       Text("Its mail was lost or handed to somebody who may not sign: open it and decide.")),
    _W("case_papers_back", Of.CASE, Role.CLERK, 10 * DAY, Text("Papers of an ended case were not given back"),
       Text("Call the applicant to fetch them, or send them.")),
    # Mail.
    _W("mail_booking", Of.ORDER, Role.STATION, HOUR, Text("No waybill number yet"), Text("Ask for a waybill again."), (Mail.ORDERED,)),
    _W("mail_posting", Of.ORDER, Role.STATION, 2 * DAY, Text("It was ordered and not posted"), Text("Label it and seal it in a bag."),
       (Mail.ORDERED,)),
    _W("mail_collection", Of.ORDER, Role.DISPATCHER, 0 * DAY, Text("Collection is overdue"),
       Text("Pass the instruction on, or call the carrier."), (Mail.ORDERED, Mail.PICKUP_ASSIGNED, Mail.PICKUP_FAILED)),
    _W("mail_silent", Of.ORDER, Role.STATION, 3 * DAY, Text("The track is silent"), Text("Ask the carrier for the track."),
       (Mail.COLLECTED, Mail.IN_TRANSIT)),
    _W("mail_at_office", Of.ORDER, Role.DISPATCHER, DAY, Text("It lies at the delivery office"), Text("Send a courier."),
       (Mail.AT_DELIVERY_OFFICE,)),
    _W("mail_out", Of.ORDER, Role.DISPATCHER, DAY, Text("It went out and nobody said how it ended"), Text("Ask the courier."),
       (Mail.OUT_FOR_DELIVERY,)),
    _W("mail_attempt", Of.ORDER, Role.DISPATCHER, DAY, Text("The next attempt did not come"),
       Text("Send a courier, or keep it to be fetched."),
       (Mail.ATTEMPT_FAILED,)),
    _W("mail_fetching", Of.ORDER, Role.STATION, 0 * DAY, Text("It was not fetched in time"), Text("Call the recipient or send it back."),
       (Mail.AT_PICKUP_POINT,)),
    _W("mail_refused", Of.ORDER, Role.STATION, 2 * DAY, Text("It was refused and lies here"), Text("Send it back."), (Mail.REFUSED,)),
    _W("mail_returning", Of.ORDER, Role.STATION, 7 * DAY, Text("It does not come back"), Text("Ask the carrier for the track."),
       (Mail.RETURNING,)),
    # Instructions, lists, things for a person.
    _W("task_sent", Of.TASK, Role.DISPATCHER, 0 * DAY, Text("Nobody takes the instruction"), Text("Pass it on."), (Task.SENT,)),
    _W("task_taken", Of.TASK, Role.DISPATCHER, 2 * HOUR, Text("The visit is overdue"),
       Text("Ask the courier, or pass it on."), (Task.TAKEN,)),
    _W("list_untaken", Of.LIST, Role.OFFICER, DAY, Text("A hand-over list was not taken over"),
       Text("Ask the other side to count and sign it.")),
    _W("unclear_event", Of.UNCLEAR, Role.STATION, DAY, Text("An unclear event waits for a person"), Text("Look into it and settle it.")),
    _W("notice_failed", Of.NOTICE, Role.CLERK, 4 * HOUR, Text("A message did not reach anybody"),
       Text("Call the person, or send it again.")),
    _W("proposal_review", Of.PROPOSAL, Role.ADMIN, 3 * DAY, Text("A version waits for its review"),
       Text("Approve it or send it back; not whoever wrote it."), (Proposal.IN_REVIEW,)),
    _W("proposal_unfinished", Of.PROPOSAL, Role.ADMIN, 30 * DAY, Text("A proposed version was not handed in"),
       Text("Finish it or withdraw it."), (Proposal.DRAFT, Proposal.RETURNED)),
    _W("statement_unmade", Of.ACCOUNT, Role.FINANCE, 10 * DAY, Text("A monthly statement was not made"),
       Text("Make it; then ask whether the worker runs.")),
    _W("outlet_left", Of.OUTLET, Role.ADMIN, DAY, Text("Mail lies at a closed outlet that nobody goes on with"),
       Text("Name the outlet that goes on with it.")),
    _W("move_overdue", Of.HOUSE, Role.ADMIN, DAY, Text("A planned move did not take effect"), Text("Does the worker run?")),
    _W("notice_unsent", Of.HOUSE, Role.ADMIN, 2 * HOUR, Text("A message waits to be sent"),
       Text("Does the worker run, does the gateway answer?")),
    _W("fact_set_aside", Of.HOUSE, Role.ADMIN, HOUR, Text("A fact was set aside"), Text("See “facts set aside” in the operations page.")),
    _W("follower_behind", Of.HOUSE, Role.ADMIN, HOUR, Text("A follower is behind"), Text("Does the worker run?")),
    _W("job_failed", Of.HOUSE, Role.ADMIN, HOUR, Text("A background job failed for good"),
       Text("See “background jobs” in the operations page.")),
    _W("job_waiting", Of.HOUSE, Role.ADMIN, HOUR, Text("A background job is not done"), Text("Does the worker run?")),
)  # fmt: skip
BY_CODE: dict[str, Watch] = {watch.code: watch for watch in WATCHES}
