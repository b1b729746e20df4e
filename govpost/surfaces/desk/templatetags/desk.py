"""What desk pages need beyond the shared tags: roles in templates, masks, words, and the address of a case for its reader."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import resolve, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from govpost.cases.models import Case
from govpost.common.actor import Actor
from govpost.common.masks import mask_name, mask_phone
from govpost.common.text import Text
from govpost.parties.roles import Role
from govpost.surfaces.desk import words
from govpost.surfaces.desk.areas import way_back
from govpost.surfaces.shared.nav import Item
from govpost.surfaces.shared.templatetags.govpost import status, tag
from govpost.surfaces.shared.words import labelled, say

register = template.Library()
register.filter("mask_name", mask_name)
register.filter("mask_phone", mask_phone)
register.filter("local", words.local)
register.filter("word", words.word_of)
register.filter("clause", words.clause)
register.filter("kept_clause", words.kept_clause)
register.filter("reason", words.reason_word)
register.filter("reference", words.own_reference)


@register.filter
def holds(actor: Actor | None, role: str) -> bool:
    """Whether the actor has the role anywhere: draws buttons; the action asks again with the place."""
    return actor is not None and actor.has(role)


@register.filter
def sentence(msgid: str) -> str:
    """A sentence of a rule that was stored as its message id, in the reader's language."""
    return say(Text(msgid))


@register.filter
def case_address(case: Case, actor: Actor | None) -> str:
    """Where this actor reads the case: the office's page, the window's, the supervisor's, or nowhere ("")."""
    if actor is None or not case.number:
        return ""
    region = str(case.region)
    if actor.has(Role.OFFICER, region, case.department_id):
        return reverse("desk:case", args=[case.number])
    if actor.has(Role.CLERK, region):
        return reverse("desk:window_case", args=[case.number])
    return reverse("desk:supervised_case", args=[case.number]) if actor.has(Role.SUPERVISOR, region) else ""


@register.simple_tag
def case_list(case: Case, actor: Actor | None) -> Item | None:
    """The list on which the reader of `case_address` finds the case."""
    names = {"case": "desk:cases", "window_case": words.window_list(case), "supervised_case": "desk:supervision"}
    address = case_address(case, actor)
    return way_back(actor, names[resolve(address).url_name or ""]) if address else None


@register.simple_tag
def window_list(case: Case, actor: Actor | None) -> Item | None:
    """The list on which the window finds the case."""
    return way_back(actor, words.window_list(case))


@register.filter
def holder(words: str) -> str:
    """In whose hands a mail was; a bag or an office is named in the reader's language."""
    kind, _, number = words.partition(" ")
    return gettext("bag %(number)s") % {"number": number} if kind == "bag" else labelled(words)


@register.filter
def held_why(why: str) -> str:
    """Why a mail is kept or was touched: people's own words, or that the applicant asked for it."""
    return gettext("The applicant asked for it") if why == "applicant" else why


@register.filter
def person(label: str) -> str:
    """Who it was, without the organisation that an actor's label begins with: for lists whose people are all of one."""
    return label.rpartition(" ")[2]


@register.simple_tag
def mail_list(actor: Actor | None) -> Item | None:
    """The list of mail that this actor works with: the way back from one of them."""
    return way_back(actor, "desk:station", "desk:dispatch", "desk:sent", "desk:window", "desk:supervision", "desk:rates", "desk:accounts")


@register.simple_tag
def case_status(case: Case) -> SafeString:
    """The tag of a case's state in `words.case_word`."""
    return tag(words.case_word(case), "warn") if words.at_window(case) else status("case", case.state)


@register.filter
def at(found: dict[str, Any], key: object) -> Any:
    """The entry of a mapping under an id."""
    return found.get(str(key))
