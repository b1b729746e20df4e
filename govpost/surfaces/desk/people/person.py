"""One person: joins, is renamed, moves, leaves, comes back; locked out, without password or phone; and who changed what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import Refusal
from govpost.dispatch import queries as dispatch
from govpost.parties import actions, listing, queries
from govpost.parties.models import Staff
from govpost.parties.roles import Role
from govpost.surfaces.desk.configuration import changes
from govpost.surfaces.desk.configuration.pages import ADMIN, act, day_field, region_names
from govpost.surfaces.desk.people import choosing
from govpost.surfaces.desk.people.joining import Joiner
from govpost.surfaces.desk.people.joining import join as join_in
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.forms import add_refusal


class JoinForm(forms.Form):
    login = forms.CharField(
        label=gettext_lazy("Login"), max_length=40, help_text=gettext_lazy("Small letters, digits, dots, hyphens; never used again."),
        error_messages={"required": gettext_lazy("Choose a login.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60, error_messages={"required": gettext_lazy("Enter the person's name.")})
    organisation = forms.ChoiceField(
        label=gettext_lazy("Organisation"), error_messages={"required": gettext_lazy("Choose the organisation.")}
    )
    outlet = forms.ChoiceField(
        label=gettext_lazy("Outlet"), required=False, help_text=gettext_lazy("For couriers and stationed clerks of the post.")
    )
    role = forms.ChoiceField(label=gettext_lazy("First role"), required=False)
    region = forms.ChoiceField(
        label=gettext_lazy("Role holds in"), required=False, help_text=gettext_lazy("If empty, in the organisation's region.")
    )
    ends_on = day_field(gettext_lazy("Role until"), required=False, hint=gettext_lazy("Last day; empty for no end."))

    def __init__(self, request: ActorRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = {
            "organisation": [("", _("Choose")), *choosing.organisations(request.actor)], "outlet": choosing.outlets(request.actor),
            "role": [("", _("None yet")), *choosing.roles(request.actor)],
            "region": [("-", _("Where the organisation is")), *choosing.regions(request.actor)],
        }  # fmt: skip
        for name, each in choices.items():
            self.fields[name].choices = each  # type: ignore[attr-defined]


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)


class MoveForm(forms.Form):
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"))
    outlet = forms.ChoiceField(label=gettext_lazy("Outlet"), required=False)
    effective_on = day_field(gettext_lazy("From"))

    def __init__(self, request: ActorRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = choosing.organisations(request.actor)  # type: ignore[attr-defined]
        self.fields["outlet"].choices = choosing.outlets(request.actor)  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    last_day = day_field(
        gettext_lazy("Last day"), required=False, hint=gettext_lazy("Empty: at once. Every session ends and every role ends.")
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("How you know that it is really them; they will read it."),
        error_messages={"required": gettext_lazy("Say why in a few words; the reason is kept and the person reads it.")},
    )  # fmt: skip


@audience(ADMIN)
@require_safe
def person(request: ActorRequest, staff_id: UUID) -> HttpResponse:
    """Organisation, roles with dates, sign-ins, and the story of the account."""
    staff, at = listing.person(request.actor, staff_id), now()
    held, today = listing.grants_of(staff), shanghai_day(at)
    names = region_names([*(each.region for each in held), staff.organisation.region])
    context = {
        "staff": staff, "here": staff.works_on(today), "today": today, "names": names, "place": names[str(staff.organisation.region)],
        "running": [each for each in held if each.ends_on is None or each.ends_on >= today],
        "over": [each for each in held if each.ends_on is not None and each.ends_on < today],
        "sign_ins": listing.sign_ins_of(staff), "locked": listing.is_locked(staff, at=at), "yourself": request.actor.id == staff.id,
        "moves": list(staff.moves.select_related("organisation", "outlet").order_by("-effective_on")),
        "codes_left": queries.recovery_codes_left(staff), "soon": today + listing.ENDS_SOON,
        "changes": changes.of(f"staff:{staff.id}", without=("parties.staff_signed_in",)),
    }  # fmt: skip
    return render(request, "desk/people/person.html", context)


@audience(ADMIN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: ActorRequest) -> HttpResponse:
    """A new account; its first password is shown once and has to be changed at the first sign-in."""
    wanted = request.GET.get("organisation", "")
    form = JoinForm(request, request.POST or None, initial={"organisation": wanted, "region": "-"})
    if request.method == "POST" and form.is_valid():
        try:
            staff, password = join_in(_joiner(request, form.cleaned_data), at=now(), by=request.actor)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return _once(request, staff, password)
    context = {
        "form": form, "heading": _("Add a person"), "back": _back(), "button": _("Add this person"),
        "intro": _("Their first password is shown once on the next page. They change it when they first sign in."),
    }  # fmt: skip
    return render(request, "desk/configuration/form.html", context, status=422 if form.errors else 200)


def _joiner(request: ActorRequest, data: dict[str, Any]) -> Joiner:
    organisation = choosing.picked_organisation(request.actor, data["organisation"])
    region = str(organisation.region) if data["region"] in ("-", "") and data["region"] != "" else data["region"]
    role = Role(data["role"]) if data["role"] else None
    return Joiner(data["login"], data["name"], organisation, choosing.picked_outlet(data["outlet"]), role, region, data["ends_on"])


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: ActorRequest, staff_id: UUID) -> HttpResponse:
    staff = listing.person(request.actor, staff_id)
    form = NameForm(request.POST or None, initial={"name": staff.name})

    def verb(data: dict[str, Any]) -> str:
        actions.rename_staff(staff_id=staff.id, name=data["name"], at=now(), by=request.actor)
        return _page(staff)

    heading = _("Correct the name")
    return act(request, form, verb, done=_("The name is changed."), heading=heading, eyebrow=staff.login, back=_back(staff))


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: ActorRequest, staff_id: UUID) -> HttpResponse:
    """From a day on somebody works elsewhere."""
    staff = listing.person(request.actor, staff_id)
    here = {
        "organisation": str(staff.organisation_id),
        "outlet": staff.outlet.code if staff.outlet else "",
        "effective_on": shanghai_day(now()),
    }
    form = MoveForm(request, request.POST or None, initial=here)

    def verb(data: dict[str, Any]) -> str:
        actions.move_staff(
            staff_id=staff.id, organisation=choosing.picked_organisation(request.actor, data["organisation"]),
            outlet=choosing.picked_outlet(data["outlet"]), effective_on=data["effective_on"], at=now(), by=request.actor,
        )  # fmt: skip
        return _page(staff)

    intro = _("Roles that are held for the present organisation end the day before. Grant those of the new one afterwards.")
    return act(request, form, verb, done=_("The move is entered."), heading=_("Move"), eyebrow=staff.name, intro=intro, back=_back(staff))


@audience(ADMIN)
@require_POST
def cancel_move(request: ActorRequest, staff_id: UUID) -> HttpResponse:
    staff = listing.person(request.actor, staff_id)
    actions.cancel_move(staff_id=staff.id, at=now(), by=request.actor)
    messages.success(request, _("The planned move is cancelled."))
    return redirect(_page(staff))


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: ActorRequest, staff_id: UUID) -> HttpResponse:
    """The last day; what somebody else has to take over is said before."""
    staff = listing.person(request.actor, staff_id)
    form = LeaveForm(request.POST or None)

    def verb(data: dict[str, Any]) -> str:
        actions.deactivate_staff(staff_id=staff.id, last_day=data["last_day"], at=now(), by=request.actor)
        return _page(staff)

    context = {
        "heading": _("Leave"), "eyebrow": staff.name, "back": _back(staff), "staff": staff, "tasks": dispatch.open_of(staff.id),
        "keys": listing.keys_made_by(staff, at=now()), "template": "desk/people/leave.html",
    }  # fmt: skip
    return act(request, form, verb, done=_("The last day is entered."), **context)  # type: ignore[arg-type]


@audience(ADMIN)
@never_cache
@require_POST
def come_back(request: ActorRequest, staff_id: UUID) -> HttpResponse:
    """Somebody who left works here again and gets a first password; who was about to leave stays."""
    staff, password = listing.person(request.actor, staff_id), actions.first_password()
    left = not staff.works_on(shanghai_day(now()))
    actions.return_staff(staff_id=staff.id, password=password, at=now(), by=request.actor)
    if left:
        return _once(request, staff, password)
    messages.success(request, _("The person stays. Roles that were given an end keep it: extend them where needed."))
    return redirect(_page(staff))


@audience(ADMIN)
@require_POST
def unlock(request: ActorRequest, staff_id: UUID) -> HttpResponse:
    staff = listing.person(request.actor, staff_id)
    actions.unlock_staff(staff_id=staff.id, at=now(), by=request.actor)
    messages.success(request, _("The login is open again."))
    return redirect(_page(staff))


@audience(ADMIN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: ActorRequest, staff_id: UUID) -> HttpResponse:
    """A forgotten password gives way to a first one, shown once."""
    staff = listing.person(request.actor, staff_id)
    if request.method == "POST":
        password = actions.first_password()
        actions.set_password(staff_id=staff.id, password=password, at=now(), by=request.actor)
        return _once(request, staff, password)
    context = {
        "form": forms.Form(), "heading": _("New first password"), "eyebrow": staff.name, "back": _back(staff), "danger": True,
        "intro": _("The present password and every session of this person end. Tell the new one to them in person."),
    }  # fmt: skip
    return render(request, "desk/configuration/form.html", context)


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def reset_factor(request: ActorRequest, staff_id: UUID) -> HttpResponse:
    """Phone and recovery codes are lost."""
    staff = listing.person(request.actor, staff_id)
    form = ReasonForm(request.POST or None)

    def verb(data: dict[str, Any]) -> str:
        actions.reset_second_factor(staff_id=staff.id, reason=data["reason"], at=now(), by=request.actor)
        return _page(staff)

    intro = _("Until they set it up again their password alone opens their account. The reset and its reason are kept.")
    return act(
        request, form, verb, done=_("The second factor is reset."), heading=_("Reset the second factor"), eyebrow=staff.name,
        intro=intro, danger=True, back=_back(staff),
    )  # fmt: skip


def _once(request: ActorRequest, staff: Staff, password: str) -> HttpResponse:
    context = {"staff": staff, "password": password, "back": _back(staff), "address": request.build_absolute_uri(_door(staff))}
    return render(request, "desk/people/first_password.html", context)


def _door(staff: Staff) -> str:
    return reverse("shared:courier_sign_in" if staff.outlet_id and staff.role_grants.filter(role=Role.COURIER) else "shared:desk_sign_in")


def _page(staff: Staff) -> str:
    return reverse("desk:person", args=[staff.id])


def _back(staff: Staff | None = None) -> tuple[str, str]:
    return (_page(staff), staff.name) if staff else (reverse("desk:people"), _("People"))
