"""Cases by what people bring: a case number, the number on a mail, a telephone or identity number. Exact, never by likeness.

What was typed may be personal, and addresses end in logs: a search is posted, and the list's address carries it sealed.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django import forms
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from govpost.cases import queries as cases
from govpost.cases.listing import Page
from govpost.cases.models import Case
from govpost.cases.queries import Filter
from govpost.cases.states import State
from govpost.common.actor import Actor
from govpost.common.crypto import Unreadable, seal, unseal
from govpost.common.refusal import InvalidInput, NotFound
from govpost.common.text import Text
from govpost.delivery import queries as mail
from govpost.delivery.models import Order
from govpost.parties import queries as parties
from govpost.parties.roles import Role
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience

FOUND_AT_MOST = 50
LISTS = ("window", "window_results", "counter_intakes", "cases", "supervision", "supervised_mail", "people")


class FindForm(forms.Form):
    q = forms.CharField(
        label=_("Case number, mail number, telephone or document number"), max_length=60, required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    list = forms.ChoiceField(choices=[(name, name) for name in LISTS], widget=forms.HiddenInput)


@audience(STAFF(Role.CLERK, Role.OFFICER, Role.SUPERVISOR, Role.ADMIN))
@require_POST
def find(request: ActorRequest) -> HttpResponse:
    """Go on to the list with what was typed sealed into its address."""
    form = FindForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({"q": Text("Type at most 60 characters.")})
    words, address = form.cleaned_data["q"].strip(), reverse(f"desk:{form.cleaned_data['list']}")
    return redirect(f"{address}?{urlencode({'found': concealed(request.actor, words)})}" if words else address)


def concealed(actor: Actor, words: str) -> str:
    """What was typed, readable only for whoever typed it."""
    return base64.urlsafe_b64encode(seal({"q": words}, bound_to=f"search:{actor.key}")).decode()


def words_of(actor: Actor, token: str) -> str:
    """What was typed, or "" without a token. Raises InvalidInput for a token that this actor was not given."""
    if not token:
        return ""
    try:
        return str(unseal(base64.urlsafe_b64decode(token), bound_to=f"search:{actor.key}")["q"])
    except (Unreadable, binascii.Error, ValueError, KeyError):
        raise InvalidInput({"q": Text("This search has expired. Type it again.")}) from None


def find_form(actor: Actor, listed: str, words: str) -> FindForm:
    """The search box of one list."""
    return FindForm(initial={"q": words, "list": listed})


class Queue(Protocol):
    """One of the paged lists of `cases.queries`."""

    def __call__(self, actor: Actor, *, at: datetime, wanted: Filter = ..., after: str = "") -> Page: ...


def find_cases(actor: Actor, words: str) -> list[Case]:
    """For the counter: every case within sight that belongs to what was typed or scanned, newest first."""
    exact = words.strip()
    if not exact:
        return []
    people = {card.id for card in (*parties.find_parties(actor, phone=exact), *parties.find_parties(actor, number=exact))}
    wanted = Q(number=exact.upper()) | Q(party_id__in=people) | Q(id__in=_carried(actor, exact))
    found = cases.visible(actor).filter(wanted).exclude(state=State.DRAFT.value)
    return list(found.select_related("service", "party", "department", "hall").order_by("-submitted_at", "-id")[:FOUND_AT_MOST])


def narrowed(queue: Queue, actor: Actor, *, at: datetime, wanted: Filter, after: str) -> Page:
    """A page of a list; the number of a mail stands for the cases that the mail carries."""
    carried = _carried(actor, wanted.search) if wanted.search.strip() else []
    if not carried:
        return queue(actor, at=at, wanted=wanted, after=after)
    numbers = cases.visible(actor).filter(id__in=carried).order_by("number").values_list("number", flat=True)
    return Page([line for number in numbers for line in queue(actor, at=at, wanted=replace(wanted, search=number or "")).lines], "")


def order_of(actor: Actor, number: str) -> Order:
    """A mail for whoever may see it, or may see a case that it carries: a parcel may hold results of several departments.

    Raises NotFound.
    """
    try:
        return mail.order(actor, number)
    except NotFound:
        wanted = number.strip().upper()
        case = cases.visible(actor).filter(orders__number=wanted).first()
        if case is None:
            raise
        return mail.by_id(case.orders.get(number=wanted).order_id)


def _carried(actor: Actor, number: str) -> list[UUID]:
    """The cases in the mail of this number; nothing when it is no mail's number."""
    try:
        order = order_of(actor, number)
    except NotFound:
        return []
    return [case.id for case in cases.cases_of_order(order.id)]
