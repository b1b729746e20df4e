"""Facts in words: which sentence stands for a fact, who did it, and who may read it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from govpost.cases import events as cases
from govpost.cases.states import ENDED_EARLY
from govpost.common.clock import SHANGHAI
from govpost.common.text import Text
from govpost.delivery import events as delivery
from govpost.delivery.rules import Direction, Door
from govpost.delivery.states import State
from govpost.dispatch import events as dispatch
from govpost.notices import events as notices
from govpost.notices.rules import TEMPLATES
from govpost.timeline.reasons import reason_words

STAFF, ALL = "staff", "all"
S = State

# The roles that a line names to everybody. "door": our courier or the carrier, whoever's door it is. "actor": by who acted.
ROLES: Mapping[str, Text] = {
    "applicant": Text("Applicant"),
    "department": Text("Department"),
    "window": Text("Service window"),
    "station": Text("Postal station desk"),
    "courier": Text("Courier"),
    "carrier": Text("Carrier"),
    "outlet": Text("Postal outlet"),
    "portal": Text("Another portal"),
    "system": Text("GovPost"),
    "law": Text("By law"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a line says. audience: "all" or "staff"."""

    words: Text
    who: str
    audience: str = ALL
    remark: Text | None = None
    place: str = ""


class Fact(Protocol):
    """What of a journal fact the words need."""

    @property
    def kind(self) -> str: ...
    @property
    def actor_key(self) -> str: ...
    @property
    def payload(self) -> dict[str, Any]: ...


def said(fact: Fact) -> Said | None:
    """The line of a fact, or None for facts that say nothing new to a reader (a saved draft, for example)."""
    if fact.kind == delivery.ORDER_CHANGED:
        return mail(fact.payload)
    speak = _SPEAKERS.get(fact.kind)
    return speak(fact) if speak else None


# -- mail ---------------------------------------------------------------------------

_Line = tuple[Text, str]
_MAIL: Mapping[S, _Line] = {
    S.ORDERED: (Text("The mail was ordered."), "system"),
    S.PICKUP_ASSIGNED: (Text("A courier will fetch the mail."), "door"),
    S.PICKUP_FAILED: (Text("The mail could not be fetched."), "door"),
    S.COLLECTED: (Text("The mail was posted."), "station"),
    S.IN_TRANSIT: (Text("The mail is on its way."), "carrier"),
    S.AT_DELIVERY_OFFICE: (Text("The mail arrived at the delivery office near the addressee."), "outlet"),
    S.OUT_FOR_DELIVERY: (Text("The courier is bringing the mail."), "door"),
    S.ATTEMPT_FAILED: (Text("The mail could not be delivered this time."), "door"),
    S.AT_PICKUP_POINT: (Text("The mail is ready to be fetched."), "outlet"),
    S.REFUSED: (Text("The mail was refused."), "door"),
    S.RETURNING: (Text("The mail is on its way back to the sender."), "carrier"),
    S.DELIVERED: (Text("The mail was delivered."), "door"),
    S.RETURNED: (Text("The mail came back to the sender."), "station"),
    S.CANCELLED: (Text("The mail was cancelled before it was posted."), "system"),
    S.LOST: (Text("The mail was lost."), "carrier"),
}
_PAPERS: Mapping[S, _Line] = {
    S.ORDERED: (Text("A courier was ordered to fetch the papers."), "system"),
    S.PICKUP_ASSIGNED: (Text("A courier has taken the order and comes at the agreed time."), "door"),
    S.PICKUP_FAILED: (Text("The papers could not be fetched."), "door"),
    S.COLLECTED: (Text("The papers were fetched at the door."), "door"),
    S.IN_TRANSIT: (Text("The papers are on their way to the window."), "door"),
    S.AT_DELIVERY_OFFICE: (Text("The papers arrived near the window."), "outlet"),
    S.OUT_FOR_DELIVERY: (Text("The papers are being brought to the window."), "door"),
    S.ATTEMPT_FAILED: (Text("The papers could not be handed over at the window."), "door"),
    S.AT_PICKUP_POINT: (Text("The papers lie ready for the window at the outlet."), "outlet"),
    S.REFUSED: (Text("The window did not take the papers."), "window"),
    S.RETURNING: (Text("The papers are on their way back to the applicant."), "door"),
    S.DELIVERED: (Text("The window received the papers."), "window"),
    S.RETURNED: (Text("The papers came back to the applicant."), "door"),
    S.CANCELLED: (Text("The collection of the papers was cancelled."), "system"),
    S.LOST: (Text("The papers were lost on the way."), "door"),
}
_RESULT: Mapping[S, _Line] = {
    S.ORDERED: (Text("The result is being packed for the post."), "station"),
    S.COLLECTED: (Text("The result was posted."), "station"),
    S.IN_TRANSIT: (Text("The result is on its way."), "carrier"),
    S.AT_DELIVERY_OFFICE: (Text("The result arrived at the delivery office near the applicant."), "outlet"),
    S.OUT_FOR_DELIVERY: (Text("The courier is bringing the result."), "door"),
    S.ATTEMPT_FAILED: (Text("The result could not be delivered this time."), "door"),
    S.AT_PICKUP_POINT: (Text("The result is ready to be fetched."), "outlet"),
    S.REFUSED: (Text("The result was refused at the door."), "door"),
    S.RETURNING: (Text("The result is on its way back to the window."), "carrier"),
    S.DELIVERED: (Text("The result was delivered."), "door"),
    S.RETURNED: (Text("The result came back to the window."), "station"),
    S.CANCELLED: (Text("Sending the result by post was cancelled."), "system"),
    S.LOST: (Text("The result was lost on the way."), "carrier"),
}
_BACK: Mapping[S, _Line] = {
    S.ORDERED: (Text("The papers are being packed to go back to the applicant."), "station"),
    S.COLLECTED: (Text("The papers were posted back to the applicant."), "station"),
    S.DELIVERED: (Text("The papers were brought back to the applicant."), "door"),
    S.RETURNED: (Text("The papers came back to the window."), "station"),
}
_BY_DIRECTION: Mapping[str, Mapping[S, _Line]] = {
    Direction.PAPERS: _PAPERS,
    Direction.RESULT: {**_MAIL, **_RESULT},
    Direction.RETURNED_PAPERS: {**_MAIL, **_BACK},
    Direction.SINGLE: _MAIL,
}
_AT_ORIGIN = frozenset({S.ORDERED, S.PICKUP_ASSIGNED, S.PICKUP_FAILED, S.COLLECTED, S.RETURNED, S.CANCELLED})
_NOWHERE = frozenset({S.IN_TRANSIT, S.RETURNING, S.LOST})
_FAILED = frozenset({S.PICKUP_FAILED, S.ATTEMPT_FAILED, S.REFUSED, S.CANCELLED})
_NOT_VALID = Text("It was handed to somebody who may not sign for this item; a person looks into it.")
_FETCHED = Text("It was fetched at the window.")


def mail(order: Mapping[str, Any]) -> Said:
    """The line of a mail's state, from the payload of `delivery.order_changed`."""
    state = S(order["after"])
    words, who = _BY_DIRECTION[order["direction"]][state]
    if who == "door":
        who = "courier" if order["door"] == Door.OURS else "carrier"
    elif who == "station" and order["door"] == Door.CARRIER and state is S.COLLECTED:
        who = "carrier"
    fetched = state is S.DELIVERED and order["signer"] == "window" and order["direction"] != Direction.PAPERS
    return Said(words, "window" if fetched else who, remark=_mail_remark(order, state, fetched), place=_place(order, state))


def mail_withdrawn(order: Mapping[str, Any]) -> Said:
    """An earlier report on a mail did not hold."""
    if order["before"] == S.DELIVERED:
        words = Text("The report of a delivery was withdrawn: the mail is under way again.")
    else:
        words = Text("An earlier report on the mail was withdrawn.")
    return Said(words, "system" if order["source"] == "ours" else "carrier", remark=why_withdrawn(order))


def why_withdrawn(order: Mapping[str, Any]) -> Text:
    """Why a line is struck through."""
    if order["source"] == "ours":
        return Text("Withdrawn by the post: it had been recorded by mistake.")
    return Text("Withdrawn by the carrier.")


def _mail_remark(order: Mapping[str, Any], state: S, fetched: bool) -> Text | None:
    if state is S.DELIVERED and not order["delivered_ok"]:
        return _NOT_VALID
    if fetched:
        return _FETCHED
    return reason_words(order["reason"]) if state in _FAILED else None


def _place(order: Mapping[str, Any], state: S) -> str:
    if state in _NOWHERE:
        return ""
    return str(order["origin"] if state in _AT_ORIGIN else order["destination"])


# -- cases ---------------------------------------------------------------------------


def _line(msgid: Text, who: str, audience: str = ALL) -> Callable[[Fact], Said]:
    return lambda fact: Said(msgid, _who(who, fact), audience)


def _who(who: str, fact: Fact) -> str:
    """ "actor" is the applicant in person, otherwise the window or portal that acted for him, or the system."""
    if who != "actor":
        return who
    kind = fact.actor_key.partition(":")[0]
    return {"person": "applicant", "staff": "window", "partner": "portal"}.get(kind, "system")


def _submitted(fact: Fact) -> Said:
    """At a counter the applicant stood before the clerk, who took the papers that were there."""
    if fact.payload.get("channel") != "window":
        return Said(Text("The application was submitted."), _who("actor", fact))
    later = fact.payload.get("papers_later")
    if later:
        return Said(Text("The application was taken at the window; papers still to come: %(papers)s.", {"papers": later}), "window")
    return Said(Text("The application was taken at the window."), "window")


def _withdrawn(fact: Fact) -> Said:
    if fact.payload.get("mistake"):
        return Said(Text("The window undid the intake: it was a mistake."), "window")
    return Said(Text("The application was taken back."), _who("actor", fact))


def _papers_taken(fact: Fact) -> Said:
    papers, counted = fact.payload.get("papers"), fact.payload.get("counted")
    if papers != counted:
        counts = {"papers": papers, "counted": counted}
        return Said(
            Text("The department counted the papers: %(counted)s of %(papers)s. The window looks for the rest.", counts), "department"
        )
    return Said(Text("The department has the papers."), "department")


def _collection_cancelled(fact: Fact) -> Said | None:
    """Of a case that has ended nobody brings papers any more; the order's own line says that it was cancelled."""
    if fact.payload.get("state") in ENDED_EARLY:
        return None
    return Said(Text("The applicant brings the papers to the window."), _who("actor", fact))


def _collection_moved(fact: Fact) -> Said:
    start, end = (datetime.fromisoformat(fact.payload[name]).astimezone(SHANGHAI) for name in ("window_from", "window_to"))
    time = {"time": f"{start:%Y-%m-%d %H:%M}–{end:%H:%M}"}
    return Said(Text("The courier comes at another time, as the applicant wished: %(time)s.", time), "courier")


def _papers_on_the_way(fact: Fact) -> Said | None:
    """The order's own line says that the papers were fetched; this one only what was missing."""
    missing = fact.payload.get("missing")
    if not missing:
        return None
    return Said(Text("Counted at the door; papers missing: %(missing)s.", {"missing": missing}), "courier")


def _papers_received(fact: Fact) -> Said | None:
    missing = fact.payload.get("missing")
    if missing:
        return Said(Text("The window counted the papers; missing: %(missing)s.", {"missing": missing}), "window")
    if fact.payload.get("order"):
        return None  # the order's own line says so
    return Said(Text("The window received the papers."), "window")


def _correction(fact: Fact) -> Said:
    words = Text("The department asked for corrections, all at once. Points: %(items)s.", {"items": fact.payload.get("items", 1)})
    return Said(words, "department")


def _accepted(fact: Fact) -> Said:
    if fact.payload.get("silent"):
        return Said(Text("The application is accepted by law: the department did not answer in time."), "law")
    return Said(Text("The department accepted the application."), "department")


def _papers_returned(fact: Fact) -> Said:
    if fact.payload.get("how") == "window":
        return Said(Text("The window gave the papers back."), "window")
    return Said(Text("The window hands the papers to the post to bring them back."), "window")


def _result_way(fact: Fact) -> Said:
    if fact.payload.get("place") == "mail":
        return Said(Text("The result is in the post again: the report of its return was withdrawn."), "carrier")
    if fact.payload.get("place") == "outlet":
        return Said(Text("The applicant fetches the result at the postal outlet."), _who("actor", fact))
    return Said(Text("The applicant fetches the result at the window."), _who("actor", fact))


def _handed_over(fact: Fact) -> Said:
    if fact.payload.get("desk") == "window":
        return Said(Text("The window has the result ready to be fetched."), "window")
    return Said(Text("The postal station desk took over the result."), "station")


def _closed(fact: Fact) -> Said:
    if fact.payload.get("how") == "window":
        return Said(Text("The result was handed out at the window; the case is closed."), "window")
    return Said(Text("The result was delivered; the case is closed."), "system")


_FLAGS: Mapping[str, Text] = {
    "signer_not_allowed": Text("Somebody signed who may not sign for this item; a person looks into it."),
    "lost": Text("The result was lost on the way; the post looks into it."),
    "papers_lost": Text("The papers were lost on the way; the post looks into it."),
    "": Text("What had to be looked into is settled."),
}


def _flagged(fact: Fact) -> Said:
    flag = fact.payload.get("flag", "")
    return Said(_FLAGS.get(flag) or Text("Something has to be looked into by a person."), "system")


# -- what staff see besides, and messages ----------------------------------------------

_TASKS: Mapping[tuple[str, str], Text] = {
    ("", "sent"): Text("The courier's instruction was sent."),
    ("sent", "taken"): Text("A courier took the instruction."),
    ("taken", "taken"): Text("The instruction was passed on to another courier."),
    ("taken", "sent"): Text("The courier gave the instruction back."),
    ("taken", "failed"): Text("The courier's visit did not succeed."),
    ("sent", "failed"): Text("The courier's visit did not succeed."),
    ("taken", "cancelled"): Text("The courier's instruction is not needed any more."),
    ("sent", "cancelled"): Text("The courier's instruction is not needed any more."),
}


def _task(fact: Fact) -> Said | None:
    """That a courier took a collection is the order's own line."""
    step = (fact.payload.get("before", ""), fact.payload.get("after", ""))
    if step == ("sent", "taken") and fact.payload.get("kind") == "collect":
        return None
    words = _TASKS.get(step)
    return Said(words, "courier" if fact.payload.get("before") == "taken" else "system", STAFF) if words else None


def _message(fact: Fact) -> Said:
    template = TEMPLATES.get(fact.payload.get("template", ""))
    remark = template.title if template else None
    if fact.kind == notices.FAILED:
        return Said(Text("A message could not be sent."), "system", STAFF, remark)
    return Said(Text("The applicant was told by message."), "system", remark=remark)


def _matched(fact: Fact) -> Said:
    matched, contents = fact.payload.get("matched", 1), fact.payload.get("contents", 1)
    if matched < contents:
        counts = {"matched": matched, "contents": contents}
        return Said(Text("Certificate and envelope were scanned and match: %(matched)s of %(contents)s.", counts), "station", STAFF)
    return Said(Text("Certificate and envelope were scanned and match."), "station", STAFF)


def _label(fact: Fact) -> Said:
    again = fact.payload.get("again")
    return Said(Text("The label was printed again.") if again else Text("The label was printed."), "station", STAFF)


_SPEAKERS: Mapping[str, Callable[[Fact], Said | None]] = {
    cases.SUBMITTED: _submitted,
    cases.COLLECTION_CANCELLED: _collection_cancelled,
    cases.COLLECTION_ORDERED: _line(Text("Another collection of the papers was asked for."), "actor"),
    cases.COLLECTION_MOVED: _collection_moved,
    cases.PAPERS_ON_THE_WAY: _papers_on_the_way,
    cases.PAPERS_RECEIVED: _papers_received,
    cases.CORRECTION_REQUESTED: _correction,
    cases.RESUBMITTED: _line(Text("The corrections were handed in."), "actor"),
    cases.ACCEPTED: _accepted,
    cases.NOT_ACCEPTED: _line(Text("The department did not accept the application; the reasons are with the case."), "department"),
    cases.WITHDRAWN: _withdrawn,
    cases.PAPERS_GIVEN: _line(Text("The window put the papers on a list for the department."), "window", STAFF),
    cases.PAPERS_TAKEN: _papers_taken,
    cases.TERMINATED: _line(Text("The case ended: the corrections did not come in time."), "system"),
    cases.PAPERS_RETURNED: _papers_returned,
    cases.PAPERS_CAME_BACK: _line(Text("The window has the papers again; they are given back there."), "window"),
    cases.APPROVED: _line(Text("The department approved the application."), "department"),
    cases.REFUSED: _line(Text("The department refused the application; the reasons are with the case."), "department"),
    cases.RESULT_WAY_CHANGED: _result_way,
    cases.LIST_GIVEN: _line(Text("The department put the result on a hand-over list."), "department", STAFF),
    cases.HANDED_OVER: _handed_over,
    cases.PARCEL_CLOSED: _line(Text("The parcel with the result was closed."), "station", STAFF),
    cases.CLOSED: _closed,
    cases.REOPENED: _line(Text("The case is open again: the delivery was withdrawn."), "system"),
    cases.CONTACT_RECORDED: _line(Text("The window recorded another telephone for this case."), "window"),
    cases.RESULT_CAME_BACK: _line(Text("The result came back; it waits at the window."), "window"),
    cases.FLAGGED: _flagged,
    delivery.BOOKED: _line(Text("The carrier gave the mail its waybill number."), "carrier", STAFF),
    delivery.BOOKING_FAILED: _line(Text("The carrier refused the booking; a person looks into it."), "carrier", STAFF),
    delivery.CANCEL_REFUSED: _line(Text("The carrier did not withdraw the cancelled mail; a person looks into it."), "carrier", STAFF),
    delivery.CODE_UNLOCKED: _line(
        Text("The code was tried too often; a person looked into it and it may be used again."), "station", STAFF
    ),
    delivery.ENVELOPE_MATCHED: _matched,
    delivery.MATCH_BEGUN_ANEW: _line(Text("Certificate and envelope are scanned anew, with another envelope."), "station", STAFF),
    delivery.LABEL_PRINTED: _label,
    dispatch.TASK_CHANGED: _task,
    notices.SENT: _message,
    notices.FAILED: _message,
}

KINDS: tuple[str, ...] = (delivery.ORDER_CHANGED, *_SPEAKERS)
