"""Counting a hand-over list: what was scanned or ticked is here, the rest stays with the department, and both sign."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from govpost.cases import actions
from govpost.cases import queries as cases
from govpost.cases.models import HandoverItem, HandoverList
from govpost.cases.rules import Desk
from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.common.refusal import NotFound, Refusal
from govpost.surfaces.shared.access import ActorRequest
from govpost.surfaces.shared.forms import add_refusal


class CountForm(forms.Form):
    """`here` are ticked serials, `scanned` one serial a line; `short` confirms that the others are really not here."""

    scanned = forms.CharField(
        label=_("Scan the serial numbers"), required=False, help_text=_("One number a line; or choose them in the list."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "mono", "autofocus": True}),
    )  # fmt: skip
    short = forms.BooleanField(label=_("The others are not here: they stay with the department"), required=False)

    def __init__(self, serials: set[str], data: Any = None) -> None:
        super().__init__(data)
        self.serials = serials
        self.here: set[str] = set(data.getlist("here")) if data else set()

    def clean_scanned(self) -> set[str]:
        scanned = {line.strip() for line in self.cleaned_data["scanned"].splitlines() if line.strip()}
        unknown = (scanned | self.here) - self.serials
        if unknown:
            sentence = _("These are not on the list: %(serials)s. Put them aside and give them back to the department.")
            raise forms.ValidationError(sentence, params={"serials": ", ".join(sorted(unknown))})
        return scanned

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.here |= data.get("scanned", set())
        absent = len(self.serials - self.here)
        if not self.errors and absent and not data.get("short"):
            sentence = ngettext(
                "%(n)s result was not counted. Look again, or confirm that it is not here.",
                "%(n)s results were not counted. Look again, or confirm that they are not here.",
                absent,
            )
            self.add_error("short", sentence % {"n": absent})
        return data


def open_lists(actor: Actor, desk: Desk, station_id: UUID | None = None) -> list[HandoverList]:
    """Lists that wait for a desk; a station counts only what was given in its own hall."""
    found = cases.open_lists(actor, desk)
    return [each for each in found if station_id is None or each.hall.station_id == station_id]


def handover_list(actor: Actor, list_id: UUID) -> HandoverList:
    """A list, open or taken, for whoever may see a case that is on it. Raises NotFound."""
    case = cases.visible(actor).filter(handovers__handover_list_id=list_id).first()
    if case is None:
        raise NotFound("list")
    return case.handovers.select_related("handover_list__department", "handover_list__hall").get(handover_list_id=list_id).handover_list


def items_of(found: HandoverList) -> list[HandoverItem]:
    return list(found.items.select_related("case__service", "case__party").order_by("serial"))


def count(request: ActorRequest, found: HandoverList, *, back: str, address: str) -> HttpResponse:
    """The counting page of a list that is still open; `back` names where the desk's lists stand."""
    items = items_of(found)
    form = CountForm({item.serial for item in items}, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.hand_over(list_id=found.id, found=form.here, at=now(), by=request.actor)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            taken = len(form.here)
            messages.success(request, ngettext("%(n)s result taken over.", "%(n)s results taken over.", taken) % {"n": taken})
            return redirect(address)
    context = {"list": found, "items": items, "form": form, "back": back}
    return render(request, "desk/parcels/count.html", context, status=422 if form.errors else 200)
