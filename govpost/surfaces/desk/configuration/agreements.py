"""Agreements: who pays for whom until when, what comes after, and who looks after the client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import InvalidInput, Refusal
from govpost.common.text import Text
from govpost.parties import queries as parties
from govpost.settlement import actions, keeping
from govpost.settlement.models import Agreement, ClientManager
from govpost.settlement.rules import BY_AGREEMENT, MAY
from govpost.surfaces.desk.configuration import changes
from govpost.surfaces.desk.configuration.pages import KEEPERS, Choices, act, day_field, region_choices, region_name, region_names
from govpost.surfaces.desk.words import local, word_of
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.csvout import csv_response
from govpost.surfaces.shared.formats import day
from govpost.surfaces.shared.listing import read
from govpost.surfaces.shared.paging import keyset
from govpost.surfaces.shared.words import say

SORTS = {"ends_on": ("ends_on", "id"), "-ends_on": ("-ends_on", "-id"), "number": ("number",), "-number": ("-number",)}
STATES = (
    ("", gettext_lazy("All")), ("in_force", gettext_lazy("In force")), ("soon", gettext_lazy("Ends within 60 days")),
    ("coming", gettext_lazy("To come")), ("ended", gettext_lazy("Ended")),
)  # fmt: skip


def payers() -> Choices:
    return [(payer.value, word_of(payer.value, "payer")) for payer in sorted(BY_AGREEMENT)]


def carriers() -> Choices:
    return [(carrier.code, local(carrier, "name")) for carrier in keeping.carriers()]


def tariffs(request: ActorRequest) -> Choices:
    """Tariffs that hold now or later, in the actor's regions or above."""
    today = shanghai_day(now())
    found = [each for each in keeping.tariffs(request.actor, on=today).order_by("code") if each.ends_on is None or each.ends_on >= today]
    return [(each.code, local(each, "name")) for each in found]


def _postal_people(request: ActorRequest) -> Choices:
    return [(str(each.id), f"{each.name} · {local(each.organisation, 'name')}") for each in parties.postal_staff(request.actor)]


class FilterForm(forms.Form):
    words = forms.CharField(label=gettext_lazy("Number or organisation"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=STATES)
    payer = forms.ChoiceField(label=gettext_lazy("Payer"), required=False, choices=lambda: [("", _("All")), *payers()])
    carrier = forms.ChoiceField(label=gettext_lazy("Carrier"), required=False, choices=lambda: [("", _("All")), *carriers()])


class AgreementForm(forms.Form):
    """A new agreement; a renewal leaves out what it takes from the old one."""

    number = forms.CharField(label=gettext_lazy("Number of the agreement"), max_length=60)
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation that pays"))
    payer = forms.ChoiceField(label=gettext_lazy("Payer"), choices=payers)
    region = forms.ChoiceField(label=gettext_lazy("Where"))
    carrier = forms.ChoiceField(label=gettext_lazy("Carrier"), choices=carriers)
    tariff = forms.ChoiceField(label=gettext_lazy("Tariff"))
    starts_on = day_field(gettext_lazy("First day"))
    ends_on = day_field(gettext_lazy("Last day"))

    def __init__(self, request: ActorRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = shanghai_day(now())
        organisations = parties.organisations(request.actor, on=today)
        self.fields["organisation"].choices = [(str(each.id), local(each, "name")) for each in organisations]  # type: ignore[attr-defined]
        self.fields["region"].choices = region_choices(request.actor, MAY["keep_agreements"])  # type: ignore[attr-defined]
        self.fields["tariff"].choices = tariffs(request)  # type: ignore[attr-defined]


class RenewForm(forms.Form):
    number = forms.CharField(label=gettext_lazy("Number of the new agreement"), max_length=60)
    tariff = forms.ChoiceField(label=gettext_lazy("Tariff"))
    ends_on = day_field(gettext_lazy("Last day"))

    def __init__(self, request: ActorRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tariff"].choices = tariffs(request)  # type: ignore[attr-defined]


class EndForm(forms.Form):
    ends_on = day_field(gettext_lazy("Last day"), hint=gettext_lazy("Mail ordered until then stays on this agreement."))
    reason = forms.CharField(label=gettext_lazy("Reason, with its document"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500)


class ManagerForm(forms.Form):
    staff = forms.ChoiceField(label=gettext_lazy("Client manager"), help_text=gettext_lazy("One person at a time looks after a client."))
    starts_on = day_field(gettext_lazy("From"))

    def __init__(self, request: ActorRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].choices = _postal_people(request)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Row:
    """One agreement of the list with its light, where it holds and who looks after the client."""

    agreement: Agreement
    light: str
    left: int
    region: str
    manager: ClientManager | None


@audience(KEEPERS)
@require_safe
def agreements(request: ActorRequest) -> HttpResponseBase:
    """Every agreement of the jurisdiction, those that end first first; as a page or as CSV."""
    today, listing = shanghai_day(now()), read(request, FilterForm, SORTS, "ends_on")
    found = keeping.agreements(request.actor, on=today, **listing.filters)
    if request.GET.get("format") == "csv":
        return _export(_rows(list(found.order_by("ends_on", "id")), today))
    page = keyset(found, listing.order, listing.cursor)
    context = {
        "page": page, "rows": _rows(page.items, today), "listing": listing, "sort": listing.sort,
        "ending": keeping.ending(request.actor, today), "narrowed": bool(listing.filters),
        "in_force": keeping.agreements(request.actor, on=today, state="in_force").count(),
        "ended": keeping.agreements(request.actor, on=today, state="ended").count(),
    }  # fmt: skip
    return render(request, "desk/configuration/agreements.html", context)


def _rows(found: Sequence[Agreement], today: Any) -> list[Row]:
    managers = keeping.client_managers((each.organisation_id for each in found), today)
    names = region_names(str(each.region) for each in found)
    return [
        Row(each, keeping.standing(each, today), (each.ends_on - today).days, names[str(each.region)], managers.get(each.organisation_id))
        for each in found
    ]


def _export(rows: Sequence[Row]) -> HttpResponseBase:
    header = [_("Number"), _("Organisation"), _("Payer"), _("Where"), _("Carrier"), _("Tariff"), _("First day"), _("Last day")]
    lines = (
        (a.number, local(a.organisation, "name"), word_of(a.payer, "payer"), row.region, a.carrier, a.tariff.code, a.starts_on, a.ends_on)
        for row in rows for a in (row.agreement,)
    )  # fmt: skip
    return csv_response("agreements", header, lines)


@audience(KEEPERS)
@require_safe
def agreement(request: ActorRequest, agreement_id: UUID) -> HttpResponse:
    """One agreement: its terms, what mail meets after its last day, its renewals, its story."""
    today, found = shanghai_day(now()), keeping.agreement(request.actor, agreement_id)
    [row] = _rows([found], today)
    after = keeping.after_end(found)
    context = {
        "agreement": found, "row": row, "renewals": found.renewals.order_by("starts_on"),
        "then": None if isinstance(after, Refusal) else after, "refusal": after if isinstance(after, Refusal) else None,
        "carrier": next((name for code, name in carriers() if code == found.carrier), found.carrier),
        "over": found.ends_on < today, "sees_money": any(request.actor.has(role) for role in MAY["see_ledger"]),
        "changes": changes.of(f"agreement:{found.id}", f"client:{found.organisation_id}"),
    }  # fmt: skip
    return render(request, "desk/configuration/agreement.html", context)


@audience(KEEPERS)
@require_http_methods(["GET", "POST"])
def agreement_new(request: ActorRequest) -> HttpResponse:
    form = AgreementForm(request, request.POST or None)

    def enter(data: dict[str, Any]) -> str:
        if keeping.number_taken(data["number"]):
            raise InvalidInput({"number": Text("An agreement with this number stands already.")})
        made = actions.add_agreement(
            number=data["number"], organisation_id=UUID(data["organisation"]), at=now(), by=request.actor,
            **{key: data[key] for key in ("payer", "region", "carrier", "tariff", "starts_on", "ends_on")},
        )  # fmt: skip
        return _address(made)

    words = _("Who pays for whose mail, from day to day. Two agreements of the same payer, organisation, carrier and place never overlap.")
    return act(request, form, enter, done=_("The agreement is entered."), heading=_("New agreement"), intro=words, back=_back())


@audience(KEEPERS)
@require_http_methods(["GET", "POST"])
def agreement_renew(request: ActorRequest, agreement_id: UUID) -> HttpResponse:
    """The follow-on agreement begins the day after the old one ends."""
    old = keeping.agreement(request.actor, agreement_id)
    form = RenewForm(request, request.POST or None, initial={"tariff": old.tariff.code})

    def renew(data: dict[str, Any]) -> str:
        return _address(actions.renew_agreement(agreement_id=old.id, at=now(), by=request.actor, **data))

    return act(
        request, form, renew, done=_("The follow-on agreement is entered."), heading=_("Renew the agreement"), eyebrow=_named(old),
        intro=_("It begins the day after %(day)s, for the same payer, carrier and place.") % {"day": day(old.ends_on)},
        back=(_address(old), old.number),
    )  # fmt: skip


@audience(KEEPERS)
@require_http_methods(["GET", "POST"])
def agreement_end(request: ActorRequest, agreement_id: UUID) -> HttpResponse:
    """End it before its term; the page says first what mail then meets."""
    found = keeping.agreement(request.actor, agreement_id)
    form = EndForm(request.POST or None)

    def end(data: dict[str, Any]) -> str:
        return _address(actions.end_agreement(agreement_id=found.id, at=now(), by=request.actor, **data))

    after = keeping.after_end(found)
    if isinstance(after, Refusal):
        then = _("Mail ordered after the last day is refused: %(sentence)s") % {"sentence": say(after.sentence)}
    else:
        then = _("Agreement %(number)s pays for mail ordered after the last day.") % {"number": after.number}
    return act(
        request, form, end, done=_("The agreement ends on the day you chose."), heading=_("End the agreement early"),
        eyebrow=_named(found), intro=then,
        back=(_address(found), found.number), danger=True,
    )  # fmt: skip


@audience(KEEPERS)
@require_http_methods(["GET", "POST"])
def agreement_manager(request: ActorRequest, agreement_id: UUID) -> HttpResponse:
    """Who looks after this client: one owner, so that nobody is courted twice."""
    found = keeping.agreement(request.actor, agreement_id)
    form = ManagerForm(request, request.POST or None, initial={"starts_on": shanghai_day(now())})

    def assign(data: dict[str, Any]) -> str:
        actions.assign_client(
            organisation_id=found.organisation_id, staff_id=UUID(data["staff"]), starts_on=data["starts_on"], at=now(), by=request.actor
        )
        return _address(found)

    heading = _("Who looks after this client")
    return act(request, form, assign, done=_("The client manager is named."), heading=heading, eyebrow=_named(found),
               button=_("Name the client manager"), back=(_address(found), found.number))  # fmt: skip


def _named(agreement: Agreement) -> str:
    return f"{local(agreement.organisation, 'name')} · {region_name(str(agreement.region))}"


def _address(agreement: Agreement) -> str:
    return reverse("desk:agreement", args=[agreement.id])


def _back() -> tuple[str, str]:
    return reverse("desk:agreements"), _("Agreements")
