"""Partners' keys: when each was last used, when it ends; made and shown once, changed with an overlap, ended."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from govpost.common.clock import now, shanghai_at, shanghai_day
from govpost.common.refusal import Refusal
from govpost.parties import actions, listing
from govpost.parties.models import PartnerKey
from govpost.surfaces.desk.bulk import do_each, ticked
from govpost.surfaces.desk.configuration import changes
from govpost.surfaces.desk.configuration.pages import ADMIN, act, day_field, region_names
from govpost.surfaces.desk.people import choosing
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import ActorRequest, audience, safe_next
from govpost.surfaces.shared.forms import add_refusal
from govpost.surfaces.shared.listing import read
from govpost.surfaces.shared.paging import keyset

SORTS = {"-active_from": ("-active_from", "-id"), "active_from": ("active_from", "id")}
STATES = (
    ("", gettext_lazy("All")), ("open", gettext_lazy("in force")), ("ending", gettext_lazy("Ends within 30 days")),
    ("ended", gettext_lazy("Ended")),
)  # fmt: skip
YEAR, WEEK = timedelta(days=365), 7


class FilterForm(forms.Form):
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=STATES)


class KeyForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Program"), max_length=80, help_text=gettext_lazy("Such as “city portal, production”."),
        error_messages={"required": gettext_lazy("Say which program of the partner uses this key.")},
    )  # fmt: skip
    organisation = forms.ChoiceField(
        label=gettext_lazy("Organisation"), help_text=gettext_lazy("The key acts for it, in its region and nowhere else.")
    )
    last_day = day_field(gettext_lazy("Last day"), required=False, hint=gettext_lazy("Empty: until somebody ends it. A year is usual."))

    def __init__(self, request: ActorRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = choosing.organisations(request.actor)  # type: ignore[attr-defined]


class RotateForm(forms.Form):
    days = forms.IntegerField(
        label=gettext_lazy("Days in which both open"), min_value=0, max_value=90, initial=WEEK,
        help_text=gettext_lazy("So long the partner has time to change over."), widget=forms.NumberInput(attrs={"class": "short"}),
    )  # fmt: skip
    last_day = day_field(gettext_lazy("Last day of the new key"), required=False)


@audience(ADMIN)
@require_safe
def keys(request: ActorRequest) -> HttpResponse:
    """Keys of the administrator's regions, the newest first."""

    class Own(FilterForm):
        def __init__(self, data: Any = None) -> None:
            super().__init__(data)
            own = choosing.with_all(choosing.organisations(request.actor))
            self.fields["organisation"].choices = own  # type: ignore[attr-defined]

    at, shown = now(), read(request, Own, SORTS, "-active_from")
    wanted = dict(shown.filters)
    wanted |= {"organisation": UUID(wanted["organisation"])} if "organisation" in wanted else {}
    page = keyset(listing.partner_keys(request.actor, at=at, **wanted), shown.order, shown.cursor)
    context = {
        "page": page, "listing": shown, "at": at, "soon": at + listing.ENDS_SOON, "narrowed": bool(shown.filters),
        "ending": listing.partner_keys(request.actor, state="ending", at=at).count(),
    }  # fmt: skip
    return render(request, "desk/people/keys.html", context, status=422 if shown.form.errors else 200)


@audience(ADMIN)
@require_safe
def key(request: ActorRequest, key_id: UUID) -> HttpResponse:
    at = now()
    found = listing.partner_key(request.actor, key_id, at=at)
    context = {
        "key": found, "ended": _ended(found, at), "place": region_names([found.region])[str(found.region)],
        "soon": found.active_to is not None and at < found.active_to <= at + listing.ENDS_SOON,
        "changes": changes.of(f"partner_key:{found.id}"),
    }  # fmt: skip
    return render(request, "desk/people/key.html", context)


@audience(ADMIN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: ActorRequest) -> HttpResponse:
    initial = {"organisation": request.GET.get("organisation", ""), "last_day": shanghai_day(now()) + YEAR}
    form = KeyForm(request, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        own = choosing.picked_organisation(request.actor, data["organisation"])
        try:
            made, text = actions.make_partner_key(
                name=data["name"], organisation=own, region=str(own.region), active_to=_end_of(data["last_day"]), at=now(), by=request.actor
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return _once(request, made, text)
    context = {"form": form, "heading": _("Make a key"), "back": _back(), "intro": _("The key is shown once on the next page.")}
    return render(request, "desk/configuration/form.html", context, status=422 if form.errors else 200)


@audience(ADMIN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rotate(request: ActorRequest, key_id: UUID) -> HttpResponse:
    """A new key beside the old one, which ends after the overlap."""
    found = listing.partner_key(request.actor, key_id, at=now())
    form = RotateForm(request.POST or None, initial={"last_day": shanghai_day(now()) + YEAR})
    if request.method == "POST" and form.is_valid():
        overlap, end = timedelta(days=form.cleaned_data["days"]), _end_of(form.cleaned_data["last_day"])
        try:
            made, text = actions.rotate_partner_key(key_id=found.id, overlap=overlap, active_to=end, at=now(), by=request.actor)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return _once(request, made, text)
    context = {
        "form": form, "heading": _("Change the key"), "eyebrow": found.name, "back": _back(found),
        "intro": _("A new key is made and shown once; the present one opens until the overlap is over."),
    }  # fmt: skip
    return render(request, "desk/configuration/form.html", context, status=422 if form.errors else 200)


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: ActorRequest, key_id: UUID) -> HttpResponse:
    found = listing.partner_key(request.actor, key_id, at=now())
    form = forms.Form(request.POST if request.method == "POST" else None)

    def verb(_data: dict[str, Any]) -> str:
        actions.end_partner_key(key_id=found.id, at=now(), by=request.actor)
        return reverse("desk:partner_key", args=[found.id])

    intro = _("From now on the partner's program is turned away. This cannot be undone; to change a key, change it with an overlap.")
    return act(
        request, form, verb, done=_("The key has ended."), heading=_("End the key"), eyebrow=found.name, intro=intro, danger=True,
        back=_back(found),
    )  # fmt: skip


@audience(ADMIN)
@require_POST
def end_many(request: ActorRequest) -> HttpResponse:
    """The ticked keys end at once, such as those of a partner whose machine was broken into."""
    at = now()
    found = listing.partner_keys(request.actor, at=at).filter(id__in=ticked(request, "key")).order_by("name", "id")
    do_each(
        request, ((each.name, partial(actions.end_partner_key, key_id=each.id, at=at, by=request.actor)) for each in found),
        done=lambda n: ngettext("%(n)s key has ended.", "%(n)s keys have ended.", n) % {"n": n},
    )  # fmt: skip
    return redirect(safe_next(request, request.POST.get("next"), reverse("desk:partner_keys")))


def _once(request: ActorRequest, made: PartnerKey, text: str) -> HttpResponse:
    return render(request, "desk/people/key_once.html", {"key": made, "text": text, "name": local(made.organisation, "name")})


def _end_of(last_day: date | None) -> datetime | None:
    return shanghai_at(last_day + timedelta(days=1), 0) if last_day else None


def _ended(found: PartnerKey, at: datetime) -> bool:
    return found.active_to is not None and found.active_to <= at


def _back(found: PartnerKey | None = None) -> tuple[str, str]:
    return (reverse("desk:partner_key", args=[found.id]), found.name) if found else (reverse("desk:partner_keys"), _("Partners' keys"))
