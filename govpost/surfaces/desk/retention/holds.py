"""Legal holds: what a dispute or an inquiry keeps whatever its period, placed and released with a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from govpost.cases import actions as cases
from govpost.cases.covering import covering
from govpost.cases.rules import MAY as CASES_MAY
from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.common.refusal import InvalidInput, NotFound
from govpost.common.text import Text
from govpost.parties import queries as parties
from govpost.retention import actions, queries
from govpost.retention.models import Hold
from govpost.retention.rules import MAY, HoldOn
from govpost.surfaces.desk.configuration import changes
from govpost.surfaces.desk.configuration.changes import HELD_ON
from govpost.surfaces.desk.configuration.pages import ADMIN, KEEPING, act, region_choices, region_name, region_names
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.forms import posted
from govpost.surfaces.shared.listing import read
from govpost.surfaces.shared.paging import keyset

SORTS = {"-placed_at": ("-placed_at", "-id")}
COUNTRY = "country"  # the whole country's region is empty, and so is a field that nobody filled
TOLD = 100  # holds whose story stands beside the list


class FilterForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Case or mail number, or organisation's code"), required=False, max_length=60,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )  # fmt: skip
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("In force")), ("released", gettext_lazy("Released"))]
    )


class WhyForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The file number of the dispute or inquiry; no names of people."),
        error_messages={"required": gettext_lazy("Say why; the next person must understand it.")},
    )  # fmt: skip


class HoldForm(WhyForm):
    on = forms.ChoiceField(
        label=gettext_lazy("What is held"), widget=forms.RadioSelect, choices=list(HELD_ON.items()),
        error_messages={"required": gettext_lazy("Choose what is held.")},
    )  # fmt: skip
    value = forms.CharField(
        label=gettext_lazy("Its number or code"), max_length=60, required=False,
        help_text=gettext_lazy("The number of the case or mail, or the organisation's code."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    region = forms.ChoiceField(label=gettext_lazy("Region"), required=False, help_text=gettext_lazy("Only to hold everything of a region."))
    field_order = ("on", "value", "region", "why")

    def __init__(self, regions: list[tuple[str, Any]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["region"].choices = [("", _("None")), *regions]  # type: ignore[attr-defined]


@audience(KEEPING)
@require_safe
def listed(request: ActorRequest) -> HttpResponse:
    """Holds of the reader's regions, newest first; a number finds every hold that covers it, its region's too."""
    shown = read(request, FilterForm, SORTS, "-placed_at")
    found = queries.holds(request.actor, released=shown.filters.get("state") == "released")
    if number := shown.filters.get("number", "").strip():
        found = found.filter(covering(number))
    page = keyset(found.order_by(), shown.order, shown.cursor)
    firms = parties.organisations_by_id(hold.organisation_id for hold in page.items if hold.organisation_id)
    context = {
        "page": page, "listing": shown, "narrowed": bool(shown.filters), "held_on": HELD_ON,
        "rows": [
            (hold, firms.get(hold.organisation_id) if hold.organisation_id else None, _may(request.actor, hold)) for hold in page.items
        ],
        "regions": region_names(str(hold.region) for hold in page.items), "mine": request.actor.regions(MAY["release"]),
        "changes": changes.of(*(f"hold:{hold.id}" for hold in page.items[:TOLD])),
    }  # fmt: skip
    return render(request, "desk/retention/holds.html", context, status=422 if shown.form.errors else 200)


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: ActorRequest) -> HttpResponse:
    """Keep a case with its mail, a mail, an organisation's mail or a region's, until it is released."""
    regions = [(region or COUNTRY, name) for region, name in region_choices(request.actor, CASES_MAY["hold"])]
    form = HoldForm(regions, posted(request), initial={key: request.GET[key] for key in ("on", "value") if key in request.GET})

    def keep(data: dict[str, Any]) -> str:
        field = "region" if data["on"] == HoldOn.REGION else "value"
        if not data[field].strip():
            raise InvalidInput({field: Text("Say which one is held.")})
        try:
            cases.hold(on=data["on"], value=data[field].replace(COUNTRY, ""), why=data["why"], at=now(), by=request.actor)
        except NotFound as missing:
            raise InvalidInput({field: missing.sentence}) from None
        return reverse("desk:retention_holds")

    return act(
        request, form, keep, done=_("It is held."), heading=_("Place a legal hold"), back=_back(),
        intro=_("What is held is not erased, however long ago its period ended. A held case keeps its mail and messages too."),
    )  # fmt: skip


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: ActorRequest, hold_id: UUID) -> HttpResponse:
    """The dispute is over."""
    hold = queries.holds(request.actor).filter(id=hold_id).first()
    if hold is None or not _may(request.actor, hold):
        raise NotFound("hold")
    form = WhyForm(posted(request))

    def let_go(data: dict[str, Any]) -> str:
        actions.release(hold_id=hold_id, why=data["why"], at=now(), by=request.actor)
        return reverse("desk:retention_holds")

    return act(
        request, form, let_go, done=_("The hold is released."), heading=_("Release the hold"), eyebrow=_named(hold), back=_back(),
        danger=True, intro=_("Periods count again from where they began: what has lived its period out is erased tonight."),
    )  # fmt: skip


def _may(actor: Actor, hold: Hold) -> bool:
    return hold.released_at is None and any(actor.has(role, str(hold.region)) for role in MAY["release"])


def _named(hold: Hold) -> str:
    return f"{HELD_ON[hold.on]} · {region_name(hold.value) if hold.on == HoldOn.REGION else hold.value}"


def _back() -> tuple[str, str]:
    return reverse("desk:retention_holds"), _("Legal holds")
