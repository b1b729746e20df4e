"""What the portal says of states, days, fees and ways, in words for people who come once in five years."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext, gettext_lazy

from govpost.cases.rules import NoticeText
from govpost.surfaces.shared import words
from govpost.surfaces.shared.clauses import spelled

local = words.local


def notice_text(notice: NoticeText) -> str:
    """The notice in the reader's language; the Chinese text is the one that counts."""
    return str(notice.text) if get_language() == "en" else notice.zh


def clause(basis: str) -> str:
    return spelled(basis, english=get_language() == "en")


MAIL_SENTENCES = {
    "ordered": gettext_lazy("The order has been placed. A courier is told to come."),
    "pickup_assigned": gettext_lazy("A courier has taken the order and is coming to collect."),
    "pickup_failed": gettext_lazy("The courier could not collect it."),
    "collected": gettext_lazy("The mail has been taken over by the post."),
    "in_transit": gettext_lazy("The mail is on its way."),
    "at_delivery_office": gettext_lazy("The mail has arrived at the office that delivers it."),
    "out_for_delivery": gettext_lazy("A courier is out with it today."),
    "attempt_failed": gettext_lazy("Nobody could take it. It will be brought once more."),
    "at_pickup_point": gettext_lazy("It waits at the outlet. Bring your identity document, and the pick-up code if you got one."),
    "delivered": gettext_lazy("It has been delivered."),
    "refused": gettext_lazy("It was not accepted at the door."),
    "returning": gettext_lazy("It could not be delivered and is on its way back to the sender."),
    "returned": gettext_lazy("It is back at the sender."),
    "cancelled": gettext_lazy("The order was cancelled. Nothing is under way."),
    "lost": gettext_lazy("It cannot be found. The post is looking for it and calls the sender."),
}


PAYERS = {
    "government": gettext_lazy("The government pays"),
    "department": gettext_lazy("The department pays"),
    "recipient": gettext_lazy("You pay on receipt"),
    "sender": gettext_lazy("You pay at collection"),
}


DIRECTIONS = {
    "papers": gettext_lazy("Your papers to the window"),
    "result": gettext_lazy("The result to you"),
    "returned_papers": gettext_lazy("Your papers back, if the case ends early"),
    "single": gettext_lazy("The letter to you"),
}
SIGNERS = {
    "addressee": gettext_lazy("you yourself"),
    "agent": gettext_lazy("a person you send"),
    "family": gettext_lazy("an adult of your household"),
    "office": gettext_lazy("the mail room of your organisation"),
    "any": gettext_lazy("anybody at the address"),
}
SUBJECTS = {
    "natural": gettext_lazy("Persons"),
    "legal": gettext_lazy("Enterprises and organisations"),
    "both": gettext_lazy("Persons, enterprises and organisations"),
}
PAPER_FORMS = {
    "original": gettext_lazy("Original"),
    "copy": gettext_lazy("Copy"),
    "electronic": gettext_lazy("Electronic"),
}
ID_TYPES = {
    "001": gettext_lazy("Unified social credit code"),
    "111": gettext_lazy("Identity card number"),
    "414": gettext_lazy("Passport number"),
}
WHO = {
    "applicant": gettext_lazy("you"),
    "courier": gettext_lazy("the courier"),
    "window": gettext_lazy("the window"),
    "department": gettext_lazy("the department"),
    "station": gettext_lazy("the postal station desk"),
    "carrier": gettext_lazy("the carrier EMS"),
}
ZONES = {
    "same_city": gettext_lazy("Within the city"),
    "same_province": gettext_lazy("Within the province"),
    "other": gettext_lazy("Elsewhere in the country"),
}
TARIFF_BASES = {
    "批准": gettext_lazy("Approved by the price authority"),
    "协议": gettext_lazy("Agreed in a contract"),
    "市场": gettext_lazy("Set by the market"),
}
LEGS = {
    "papers": gettext_lazy("Your papers to the window"),
    "result": gettext_lazy("The result to you"),
    "returned_papers": gettext_lazy("Your papers back to you"),
}
CLOCKS = {
    "accept": gettext_lazy("The department accepts, or says what is missing, by"),
    "correct": gettext_lazy("You hand in the corrections by"),
    "decide": gettext_lazy("The department decides by"),
    "deliver": gettext_lazy("The result reaches you by"),
}


def id_type_word(code: str) -> str:
    return str(ID_TYPES.get(code, gettext("Document number")))


def word_of(code: str, table: str) -> str:
    """The word of a code in one of the tables of this file; something new is shown as it came."""
    tables: dict[str, dict[str, Any]] = {
        "direction": DIRECTIONS, "signer": SIGNERS, "subject": SUBJECTS, "payer": PAYERS, "who": WHO, "zone": ZONES, "leg": LEGS,
        "item_type": words.ITEM_TYPES, "paper_form": PAPER_FORMS, "clock": CLOCKS, "reading": READINGS, "tariff_basis": TARIFF_BASES,
    }  # fmt: skip
    return str(tables[table].get(str(code), code))


READINGS = {
    "identity": gettext_lazy("Name, document number, telephone"),
    "addresses": gettext_lazy("Address and telephone"),
}
