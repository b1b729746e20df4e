"""Looking at a person's full data with a cause, and handing something to a person whose document was looked at."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from govpost.cases import queries as cases
from govpost.cases.models import Case
from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.common.ids import uuid7
from govpost.common.refusal import NotPermitted, Refusal
from govpost.parties import actions as parties
from govpost.parties.roles import Role
from govpost.parties.rules import Identity
from govpost.surfaces.desk.casefile import may_reveal
from govpost.surfaces.desk.words import SIGNERS
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience
from govpost.surfaces.shared.forms import Card, CardField, add_refusal
from govpost.surfaces.shared.words import say

_SALT = "govpost.desk.identity"
LOOKED_SECONDS = 1800
"""How long a look at the identity counts for handing out: about one conversation at the counter."""


class CauseForm(forms.Form):
    """Why somebody wants to see the full data; kept in the journal and shown to the person."""

    cause = forms.CharField(
        label=_("Why do you need the full data?"), min_length=2, max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Your name, the time and this reason are kept. The applicant can read them."),
        error_messages={
            "required": _("Say why you need the full data."),
            "min_length": _("Say why you need the full data, in a few words."),
        },
    )  # fmt: skip


class GiveForm(forms.Form):
    """Who takes it, that the document was looked at, and the pick-up code where the item asks for one."""

    request_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    looked = forms.CharField(widget=forms.HiddenInput, required=False)
    signer = CardField(label=_("Who takes it?"), error_messages={"required": _("Choose who takes it.")})
    code = forms.RegexField(
        r"^\d{6}$", label=_("Pick-up code"), widget=forms.TextInput(
            attrs={"class": "digits", "inputmode": "numeric", "maxlength": 6, "autocomplete": "off"}
        ),
        help_text=_("Six digits from the short message."),
        error_messages={
            "required": _("Ask for the pick-up code from the short message."),
            "invalid": _("The pick-up code has six digits."),
        },
    )  # fmt: skip
    checked = forms.BooleanField(
        label=_("I have looked at the identity document of the person before me, and it fits"),
        error_messages={"required": _("Look at the identity document and confirm it.")},
    )

    def __init__(self, signers: tuple[str, ...], *, needs_code: bool, data: Any = None, looked: str = "") -> None:
        super().__init__(data, initial={"looked": looked, "signer": signers[0]})
        self.fields["signer"].choices = [(signer, Card(SIGNERS[signer])) for signer in signers]  # type: ignore[attr-defined]
        self.needs_code = needs_code
        if not needs_code:
            del self.fields["code"]


def show_refusal(form: GiveForm, refusal: Refusal) -> None:
    """A refused code belongs to its field; everything else stands above the form."""
    if "code" in form.fields and refusal.code in ("wrong_code", "code_locked"):
        form.add_error("code", say(refusal.sentence))
    else:
        add_refusal(form, refusal)


def read(actor: Actor, case: Case, cause: str) -> Identity:
    """The applicant's full data; the journal knows first. Raises NotPermitted for those who only look at the case."""
    if not may_reveal(actor, case):
        raise NotPermitted("read_identity")
    region = str(case.region)
    counter = actor.has(Role.CLERK, region) or actor.has(Role.STATION, region)
    return parties.read_identity(
        party_id=case.party_id, cause=cause, case=case.number or "", region=region, at=now(), by=actor,
        organisation=None if counter else case.department_id,
    )  # fmt: skip


def stamp(actor: Actor, case: Case) -> str:
    """Proof for the next form that this person has looked at the identity for this case just now."""
    return signing.dumps([str(actor.id), str(case.id)], salt=_SALT)


def stamped(actor: Actor, case: Case, token: str) -> bool:
    try:
        found: list[str] = signing.loads(token, salt=_SALT, max_age=LOOKED_SECONDS)
    except signing.BadSignature:
        return False
    return found == [str(actor.id), str(case.id)]


@audience(STAFF(Role.CLERK, Role.OFFICER, Role.STATION))
@require_http_methods(["GET", "POST"])
def reveal(request: ActorRequest, number: str) -> HttpResponse:
    """Ask the cause, then show the applicant's full data once; a reload asks again."""
    case = cases.case(request.actor, number)
    form, identity = CauseForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            identity = read(request.actor, case, form.cleaned_data["cause"])
        except Refusal as refusal:
            if isinstance(refusal, NotPermitted):
                raise
            add_refusal(form, refusal)
    context = {"case": case, "form": form, "identity": identity}
    return render(request, "desk/office/reveal.html", context, status=422 if form.errors else 200)
