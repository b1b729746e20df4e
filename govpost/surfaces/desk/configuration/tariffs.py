"""Tariffs: price tables with what they rest on, entered from a table with a check first, tried out with a reason, and ended."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from govpost.catalogue import queries as catalogue
from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import InvalidInput, Refusal
from govpost.common.text import Text
from govpost.gateways.files.prices import COLUMNS, read_prices, write_prices
from govpost.gateways.files.tables import RowError
from govpost.places import queries as places
from govpost.settlement import actions, keeping, queries
from govpost.settlement.models import Tariff
from govpost.settlement.rules import MAY, Basis, PriceRow
from govpost.surfaces.desk.configuration import changes
from govpost.surfaces.desk.configuration.pages import KEEPERS, act, day_field, region_choices, region_name, region_names
from govpost.surfaces.desk.words import TARIFF_BASES, local
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.csvout import csv_response
from govpost.surfaces.shared.forms import add_refusal
from govpost.surfaces.shared.listing import read
from govpost.surfaces.shared.paging import keyset
from govpost.surfaces.shared.words import say

SORTS = {"code": ("code",), "-starts_on": ("-starts_on", "-code")}
STATES = (
    ("", gettext_lazy("All")), ("in_force", gettext_lazy("In force")), ("coming", gettext_lazy("To come")), ("ended", gettext_lazy("Ended"))
)  # fmt: skip
TABLE = {"rows": 8, "class": "mono", "wrap": "off", "spellcheck": "false"}
FIRST_ROWS = f"{','.join(COLUMNS)}\n同城,,,500,20,500,4\n省内,,,500,20,500,6\n省外,,,500,20,500,10\n"


class FilterForm(forms.Form):
    words = forms.CharField(label=gettext_lazy("Name, code or document"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=STATES)
    basis = forms.ChoiceField(label=gettext_lazy("Rests on"), required=False, choices=lambda: [("", _("All")), *TARIFF_BASES.items()])


class TryForm(forms.Form):
    """300 g from one county to another: what and why."""

    weight_g = forms.IntegerField(
        label=gettext_lazy("Grams"), min_value=1, max_value=50_000, widget=forms.NumberInput(attrs={"class": "short"})
    )
    origin = forms.ChoiceField(label=gettext_lazy("From county"))
    destination = forms.ChoiceField(label=gettext_lazy("To county"))
    item = forms.ChoiceField(label=gettext_lazy("Service item"), required=False)

    def __init__(self, tariff: Tariff, data: Any = None, home: str = "") -> None:
        """`home`: the region in whose first county the try-out begins."""
        first = next((each.code for each in places.counties(home)), "")
        super().__init__(data, initial={"origin": first, "destination": first})
        counties = [(each.code, local(each, "name")) for each in places.counties()]
        items = [(each.code, local(each, "name")) for each in keeping.offered(str(tariff.region), shanghai_day(now()))]
        self.fields["origin"].choices = counties  # type: ignore[attr-defined]
        self.fields["destination"].choices = counties  # type: ignore[attr-defined]
        self.fields["item"].choices = [("", _("Any")), *items]  # type: ignore[attr-defined]


class TariffForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Short code"), max_length=60, help_text=gettext_lazy("Such as BOZHOU-2027; it stands on every charge.")
    )
    name = forms.CharField(label=gettext_lazy("Name of the tariff"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=100)
    basis = forms.ChoiceField(label=gettext_lazy("Rests on"), choices=lambda: [(each.value, TARIFF_BASES[each.value]) for each in Basis])
    document = forms.CharField(label=gettext_lazy("Document that sets these prices"), max_length=100)
    region = forms.ChoiceField(label=gettext_lazy("Where"))
    is_public = forms.BooleanField(
        label=gettext_lazy("Public: it holds for anyone who has no agreement"), required=False,
    )  # fmt: skip
    public_notice = forms.CharField(label=gettext_lazy("Where it is posted"), required=False, max_length=200)
    starts_on = day_field(gettext_lazy("First day"))
    ends_on = day_field(gettext_lazy("Last day"), required=False)
    rows = forms.CharField(
        label=gettext_lazy("Prices"), widget=forms.Textarea(TABLE), max_length=200_000,
        help_text=gettext_lazy("One price a line. Leave zone, item or direction empty for any; the most specific row holds."),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("Or a table (CSV or XLSX)"), required=False, help_text=gettext_lazy("It takes the place of the lines above.")
    )

    def __init__(self, request: ActorRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = region_choices(request.actor, MAY["keep_tariffs"])  # type: ignore[attr-defined]


class EndForm(forms.Form):
    ends_on = day_field(gettext_lazy("Last day"))


@audience(KEEPERS)
@require_safe
def tariffs(request: ActorRequest) -> HttpResponseBase:
    """The tariffs that are kept here and those from above that hold here; as a page or as CSV."""
    today, listing = shanghai_day(now()), read(request, FilterForm, SORTS, "code")
    found = keeping.tariffs(request.actor, on=today, **listing.filters)
    if request.GET.get("format") == "csv":
        return _export(list(found.order_by("code", "id")))
    page = keyset(found, listing.order, listing.cursor)
    context = {
        "page": page, "listing": listing, "sort": listing.sort, "today": today, "bases": TARIFF_BASES, "narrowed": bool(listing.filters),
        "regions": region_names(str(each.region) for each in page.items),
    }  # fmt: skip
    return render(request, "desk/configuration/tariffs.html", context)


def _export(found: Sequence[Tariff]) -> HttpResponseBase:
    header = [
        _("Short code"), _("Name of the tariff"), _("Rests on"), _("Document"), _("Where"), _("For everybody"),
        _("First day"), _("Last day"),
    ]  # fmt: skip
    names = region_names(str(each.region) for each in found)
    lines = (
        (each.code, local(each, "name"), say(TARIFF_BASES[each.basis]), each.document, names[str(each.region)],
         _("yes") if each.is_public else _("no"), each.starts_on, each.ends_on)
        for each in found
    )  # fmt: skip
    return csv_response("tariffs", header, lines)


@audience(KEEPERS)
@require_safe
def tariff(request: ActorRequest, tariff_id: UUID) -> HttpResponseBase:
    """One tariff: zones and weights in a grid, a try-out, who has agreed to it, its story; or its rows as CSV."""
    found = keeping.tariff(request.actor, tariff_id)
    prices = [row.to_price() for row in keeping.rows(found)]
    if request.GET.get("format") == "csv":
        return csv_response(f"tariff-{found.code}", COLUMNS, write_prices(prices))
    home = next(iter(request.actor.regions(MAY["keep_tariffs"])), "")
    form = TryForm(found, request.GET if "weight_g" in request.GET else None, home)
    context = {
        "tariff": found, "rows": _named(prices), "region": region_name(str(found.region)), "form": form, "explained": _try(found, form),
        "today": shanghai_day(now()), "basis": TARIFF_BASES[found.basis], "changes": changes.of(f"tariff:{found.id}"),
        "users": keeping.agreements(request.actor, on=shanghai_day(now())).filter(tariff=found).order_by("ends_on")[:50],
        "mine": any(request.actor.has(role, str(found.region)) for role in MAY["keep_tariffs"]),
    }  # fmt: skip
    return render(request, "desk/configuration/tariff.html", context, status=422 if form.errors else 200)


def _try(tariff: Tariff, form: TryForm) -> keeping.Explained | None:
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return keeping.explain(tariff, **form.cleaned_data)
    except InvalidInput as refusal:
        add_refusal(form, refusal)
        return None


def _named(prices: list[PriceRow]) -> list[tuple[PriceRow, str]]:
    """Each price with its item's name, "" for any."""
    names = catalogue.names(frozenset(row.item for row in prices if row.item))
    return [(row, local(names[row.item], "name") if row.item in names else row.item) for row in prices]


@audience(KEEPERS)
@require_http_methods(["GET", "POST"])
def tariff_new(request: ActorRequest) -> HttpResponse:
    """Prices from a table, checked and shown before they are entered."""
    form = TariffForm(request, request.POST or None, request.FILES or None, initial=_initial(request))
    prices: list[PriceRow] = []
    errors: list[RowError] = []
    if request.method == "POST" and form.is_valid():
        try:
            prices, errors = read_prices(_bytes(form))
            if "save" in request.POST and not errors:
                return _enter(request, form.cleaned_data, prices)
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"form": form, "rows": _named(prices), "errors": errors, "checked": bool(prices) and not errors and not form.errors}
    return render(request, "desk/configuration/tariff_new.html", context, status=422 if form.errors or errors else 200)


def _enter(request: ActorRequest, data: dict[str, Any], prices: list[PriceRow]) -> HttpResponse:
    if queries.tariffs([data["code"]]):
        raise InvalidInput({"code": Text("A tariff with this code stands already. Give the new one its own.")})
    kept = {key: value for key, value in data.items() if key not in ("rows", "file")}
    made = actions.add_tariff(**kept, rows=prices, at=now(), by=request.actor)
    messages.success(request, _("The tariff is entered."))
    return redirect("desk:tariff", tariff_id=made.id)


def _bytes(form: TariffForm) -> bytes:
    """The table's bytes; what a file said stands in the lines from then on, so that the second step needs no file."""
    file = form.cleaned_data["file"]
    if not file:
        return str(form.cleaned_data["rows"]).encode()
    data: bytes = file.read()
    prices, errors = read_prices(data)
    if not errors:
        form.data = {**form.data.dict(), "rows": _lines(prices)}  # type: ignore[attr-defined]
    return data


def _lines(prices: list[PriceRow]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(write_prices(prices))
    return out.getvalue()


def _initial(request: ActorRequest) -> dict[str, Any]:
    """Empty with three zones, or a copy of the tariff that is to follow (`?like=`)."""
    try:
        like = keeping.tariff(request.actor, UUID(request.GET.get("like", "")))
    except (ValueError, Refusal):
        return {"rows": FIRST_ROWS}
    copied = {key: getattr(like, key) for key in ("name", "name_en", "basis", "region", "is_public", "public_notice")}
    return copied | {"rows": _lines([row.to_price() for row in keeping.rows(like)])}


@audience(KEEPERS)
@require_http_methods(["GET", "POST"])
def tariff_end(request: ActorRequest, tariff_id: UUID) -> HttpResponse:
    """The last day of its prices, told with how many agreements still name them."""
    found = keeping.tariff(request.actor, tariff_id)
    form = EndForm(request.POST or None)
    address = reverse("desk:tariff", args=[found.id])

    def end(data: dict[str, Any]) -> str:
        actions.end_tariff(tariff_id=found.id, at=now(), by=request.actor, **data)
        return address

    users = keeping.agreements(request.actor, on=shanghai_day(now()), state="in_force").filter(tariff=found).count()
    intro = _(
        "%(count)s agreements in force name this tariff. After the last day their mail has no price and is refused: renew them first."
    )
    return act(
        request, form, end, done=_("The tariff ends on the day you chose."), heading=_("End the tariff"), eyebrow=local(found, "name"),
        intro=intro % {"count": users} if users else "", back=(address, found.code), danger=True,
    )  # fmt: skip
