"""What the desk says of legs, ways, payers, documents and terms, for people who work with them all day."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from govpost.cases.clocks import ClockKind
from govpost.cases.models import Case
from govpost.cases.rules import ResultWay
from govpost.cases.states import State
from govpost.surfaces.shared import words
from govpost.surfaces.shared.clauses import is_verified, spelled
from govpost.surfaces.shared.words import say
from govpost.timeline.reasons import REASONS

local = words.local

Table = dict[str, str | Promise]

LEGS: Table = {
    "papers": gettext_lazy("Papers to the window"),
    "result": gettext_lazy("Result to the applicant"),
    "returned_papers": gettext_lazy("Papers back to the applicant"),
    "single": gettext_lazy("Mail of a department"),
}
PAPER_WAYS: Table = {
    "door": gettext_lazy("A courier fetches them"),
    "bring": gettext_lazy("The applicant brings them"),
    "none": gettext_lazy("No papers needed"),
}
RESULT_WAYS: Table = {
    "door": gettext_lazy("By post to the door"),
    "window": gettext_lazy("Fetched at the window"),
}
PAYERS: Table = {
    "government": gettext_lazy("Government purchase"),
    "department": gettext_lazy("Department, monthly"),
    "recipient": gettext_lazy("Freight collect"),
    "sender": gettext_lazy("Sender"),
}
ID_TYPES: Table = {
    "001": gettext_lazy("Unified social credit code"),
    "111": gettext_lazy("Identity card number"),
    "414": gettext_lazy("Passport number"),
    "154": gettext_lazy("Residence permit number"),
    "511": gettext_lazy("Mainland travel permit of Taiwan residents"),
    "516": gettext_lazy("Mainland travel permit of Hong Kong and Macao residents"),
    "553": gettext_lazy("Foreign permanent residence card"),
}
CLOCKS: Table = {
    ClockKind.ACCEPT: gettext_lazy("Accept or ask for corrections"),
    ClockKind.CORRECT: gettext_lazy("The applicant corrects"),
    ClockKind.DECIDE: gettext_lazy("Decide"),
    ClockKind.DELIVER: gettext_lazy("Deliver the result"),
}
FLAGS: Table = {
    "signer_not_allowed": gettext_lazy("The result was handed to somebody who may not sign for it. Call the post and settle it."),
    "lost": gettext_lazy("The result was lost in the mail. Have it made again, or settle it with the post."),
    "papers_lost": gettext_lazy("The papers were lost on the way to the window. Call the applicant and the post."),
}
DESKS: Table = {
    "station": gettext_lazy("Station desk"), "window": pgettext_lazy("place", "Window"), "department": gettext_lazy("Department"),
}  # fmt: skip
CHANNELS: Table = {
    "portal": gettext_lazy("By the applicant alone"), "window": gettext_lazy("At the counter"), "partner": gettext_lazy("Another portal"),
}  # fmt: skip
PAPER_WHYS: Table = {
    "copy": gettext_lazy("an electronic copy was looked at"), "licence": gettext_lazy("a licence of the library"),
    "shared": gettext_lazy("checked in the government's own data"), "promise": gettext_lazy("promised in writing"),
    "held": gettext_lazy("the department has it already"), "unrelated": gettext_lazy("has nothing to do with it"),
}  # fmt: skip
SIGNERS: Table = {
    "any": gettext_lazy("Anybody"),
    "addressee": gettext_lazy("The addressee"),
    "agent": gettext_lazy("An agent with a letter of authority"),
    "family": gettext_lazy("A member of the household"),
    "office": gettext_lazy("The mail room of the organisation"),
}
SIGNED: Table = SIGNERS | {
    "other": gettext_lazy("Somebody else"),
    "locker": gettext_lazy("A parcel locker"),
    "window": gettext_lazy("The window itself"),
    "unknown": gettext_lazy("Not said who"),
}
"""Who took a mail, as far as reports say; only `SIGNERS` are offered at a counter."""
VERBS: Table = {
    "collect": gettext_lazy("collected"),
    "receive": gettext_lazy("received at the window"),
    "post": gettext_lazy("posted"),
    "go_out": gettext_lazy("taken out"),
    "deliver": gettext_lazy("delivered"),
    "fetch": gettext_lazy("fetched"),
    "hold": gettext_lazy("kept to be fetched"),
    "fail": gettext_lazy("attempt failed"),
    "miss": gettext_lazy("collection failed"),
    "refuse": gettext_lazy("refused"),
    "send_back": gettext_lazy("sent back"),
    "take_back": gettext_lazy("taken back"),
    "assign": gettext_lazy("taken by a courier"),
    "match": gettext_lazy("certificate and envelope matched"),
    "match_anew": gettext_lazy("match begun anew"),
    "arrive": gettext_lazy("arrived"),
    "unlock_code": gettext_lazy("code unlocked"),
}
COLUMNS: Table = {
    "ref": gettext_lazy("Your reference"), "name": gettext_lazy("Recipient"), "phone": gettext_lazy("Phone"),
    "address": gettext_lazy("Address"), "division": gettext_lazy("County code"), "postcode": gettext_lazy("Postcode"),
    "contents": gettext_lazy("Serial number of the contents"), "weight_g": gettext_lazy("Weight"), "waybill_no": gettext_lazy("Waybill"),
    "item": gettext_lazy("Service item"), "payer": gettext_lazy("Payer"), "envelope_serial": gettext_lazy("Envelope"),
    "placed_at": gettext_lazy("Ordered at"), "promised_at": gettext_lazy("Promised by"),
    "collect_due_at": gettext_lazy("To be collected by"), "window": gettext_lazy("Collection window"), "row": gettext_lazy("Whole row"),
}  # fmt: skip
MESSAGE_ERRORS: Table = {
    "no_mobile": gettext_lazy("No short message can go to this number. Call the person instead."),
    "unavailable": gettext_lazy("The message service did not answer."),
    "invalid_number": gettext_lazy("The message service does not know this number."),
    "refused_number": gettext_lazy("Whoever has this number wants no messages."),
}
ZONES: Table = {
    "same_city": gettext_lazy("Same city"),
    "same_province": gettext_lazy("Same province"),
    "other": gettext_lazy("Another province"),
}
SOURCES: Table = {"ours": gettext_lazy("our own people"), "ems": "EMS"}
TARIFF_BASES: Table = {"批准": gettext_lazy("approved"), "协议": gettext_lazy("agreed"), "市场": gettext_lazy("market")}
ERASED: Table = {
    "cases_case": gettext_lazy("Applications"),
    "delivery_order": gettext_lazy("Mail"),
    "delivery_keptrow": gettext_lazy("Rows kept for a person"),
    "notices_notice": gettext_lazy("Messages"),
    "partner_api_idempotentcall": gettext_lazy("Answers of the interface"),
    "axes_accesslog": gettext_lazy("Sign-ins"),
    "axes_accessfailurelog": gettext_lazy("Failed sign-ins"),
    "axes_accessattempt": gettext_lazy("Tries to sign in"),
}
TABLES: dict[str, Table] = {
    "leg": LEGS, "paper_way": PAPER_WAYS, "result_way": RESULT_WAYS, "payer": PAYERS, "id_type": ID_TYPES, "clock": CLOCKS,
    "flag": FLAGS, "channel": CHANNELS, "paper_why": PAPER_WHYS,
    "desk": DESKS, "signer": SIGNED, "verb": VERBS, "source": SOURCES, "column": COLUMNS, "message_error": MESSAGE_ERRORS,
    "zone": ZONES,
    "erased": ERASED,
}  # fmt: skip


def word_of(code: str, table: str) -> str:
    """The word of a code in one of the tables of this file; something new is shown as it came."""
    return str(TABLES[table].get(str(code), code))


def case_word(case: Case) -> str:
    """The state of a case; a result that lies at the window is not with the post."""
    return _("Waits at the window") if at_window(case) else _(words.state_word("case", case.state).msgid)


def at_window(case: Case) -> bool:
    return case.state == State.HANDED_OVER and case.result_way == ResultWay.WINDOW


def window_list(case: Case) -> str:
    """The list of the window to which a case belongs: once it is decided its result counts, before that how its papers come."""
    if case.state in (State.APPROVED, State.REFUSED, State.HANDED_OVER, State.CLOSED):
        return "desk:window_results"
    running = case.state in (State.SUBMITTED, State.CORRECTING, State.ACCEPTED)
    return "desk:counter_intakes" if running and case.channel == "window" else "desk:window"


def own_reference(ref: str) -> str:
    """A department's own reference; the house's own keys of cases and parcels say nothing to people."""
    return "" if ref.startswith(("case:", "parcel:")) else ref


def kind_word(kind: str) -> str:
    """What a line of the ledger is."""
    return _("Reversal") if kind == "reversal" else _("Charge")


def reason_word(code: str) -> str:
    """Why a visit did not succeed, in words; a code that nobody taught us is shown as it came."""
    return say(REASONS[code]) if code in REASONS else code


def clause(basis: str) -> str:
    """The basis of a term or price, its clauses as people know them from the law."""
    return spelled(basis, english=get_language() == "en")


def kept_clause(basis: str) -> str:
    """The same for those who keep the settings: what was not confirmed in the text in force says so."""
    return clause(basis) if is_verified(basis) else _("%(basis)s (not verified)") % {"basis": clause(basis)}
