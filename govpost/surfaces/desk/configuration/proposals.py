"""A next version: drafted by form or brought in as documents, submitted, reviewed by a second person, taken back before its day."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from govpost.catalogue import actions, documents, keeping
from govpost.catalogue.models import Proposal, Service
from govpost.catalogue.rules import may_review, may_withdraw
from govpost.catalogue.states import State, Verb, allowed
from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import InvalidInput, Refusal
from govpost.common.text import Text
from govpost.surfaces.desk.configuration import changes
from govpost.surfaces.desk.configuration import service_forms as writing
from govpost.surfaces.desk.configuration import service_words as words
from govpost.surfaces.desk.configuration.items import address, departments_of, lines_of
from govpost.surfaces.desk.configuration.pages import ADMIN, act, region_name, region_names
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.forms import add_refusal, posted
from govpost.surfaces.shared.listing import read
from govpost.surfaces.shared.paging import keyset
from govpost.surfaces.shared.words import say

MOST_BYTES = 5 * 1024 * 1024
SORTS = {"-changed_at": ("-changed_at", "-id"), "changed_at": ("changed_at", "id")}


class FilterForm(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=lambda: [("", _("All")), *words.STATES.items()])


class OffersForm(forms.Form):
    """For whom the next version is: everybody who offers the present one in the same words."""

    offers = forms.MultipleChoiceField(
        label=gettext_lazy("For whom"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one department.")},
    )  # fmt: skip


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea({"rows": 3}), max_length=1000)


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Documents (JSON)"), error_messages={"required": gettext_lazy("Choose the file.")},
        help_text=gettext_lazy("One or a list, as exported here."),
    )  # fmt: skip


@audience(ADMIN)
@require_safe
def proposals(request: ActorRequest) -> HttpResponse:
    """What is being prepared, what waits for a second person, and what became of the others."""
    listing = read(request, FilterForm, SORTS, "-changed_at")
    page = keyset(keeping.proposals(request.actor, **listing.filters), listing.order, listing.cursor)
    context = {
        "page": page, "listing": listing, "sort": listing.sort, "states": words.STATES, "tones": words.TONES,
        "regions": region_names(str(each.region) for each in page.items), "narrowed": bool(listing.filters),
    }  # fmt: skip
    return render(request, "desk/configuration/proposals.html", context)


@audience(ADMIN)
@require_safe
def proposal(request: ActorRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal beside the version it would follow; the buttons are those that the table and four eyes allow."""
    found = keeping.proposal(request.actor, proposal_id)
    before = keeping.before(found)
    old = keeping.documents([before]) if before else []
    lines = lines_of([*old, found.document])
    context = {
        "proposal": found, "before": before, "lines": [line for line in lines if line.differs or not before],
        "same": [line for line in lines if before and not line.differs], "states": words.STATES, "tones": words.TONES,
        "region": region_name(str(found.region)), "changes": changes.of(f"proposal:{found.id}"), "buttons": _buttons(request, found),
        "own": not may_review(reviewer=request.actor.key, hands=found.hands).allowed, "offers": len(found.document["offers"]),
    }  # fmt: skip
    return render(request, "desk/configuration/proposal.html", context)


def _buttons(request: ActorRequest, found: Proposal) -> set[str]:
    possible = set(allowed(State(found.state)))
    if not may_review(reviewer=request.actor.key, hands=found.hands).allowed:
        possible -= {Verb.APPROVE, Verb.SEND_BACK}
    if found.state == State.APPROVED and not may_withdraw(valid_from=found.valid_from, today=shanghai_day(now())).allowed:
        possible -= {Verb.WITHDRAW}
    return {verb.value for verb in possible}


@audience(ADMIN)
@require_http_methods(["GET", "POST"])
def proposal_new(request: ActorRequest, task_code: str) -> HttpResponse:
    """A copy of the newest version to write the next one on."""
    newest = keeping.versions(request.actor, task_code)[-1]
    alike = keeping.alike(request.actor, newest)
    [standing] = keeping.documents([newest])
    offers = OffersForm(request.POST or None, initial={"offers": [str(newest.id)]})
    offers.fields["offers"].choices = departments_of(request, alike)  # type: ignore[attr-defined]

    def save(data: dict[str, Any], papers: list[dict[str, Any]]) -> Proposal:
        if not offers.is_valid():
            raise InvalidInput({"offers": Text("Choose at least one department.")})
        kept = {"code": newest.code, "version": keeping.next_version(newest.code), "offers": _offers(alike, offers)}
        return actions.propose(document=writing.document_from(data, papers, kept), at=now(), by=request.actor)

    standing |= {"valid_from": None, "valid_to": None}
    back = (address(newest), local(newest, "name"))
    return _write(request, standing, save, heading=_("Next version"), service=newest, offers=offers, back=back)


def _offers(alike: list[Service], form: OffersForm) -> list[dict[str, Any]]:
    chosen = set(form.cleaned_data["offers"])
    return [
        {"region": str(each.region), "department": each.department.code if each.department else None}
        for each in alike if str(each.id) in chosen
    ]  # fmt: skip


@audience(ADMIN)
@require_http_methods(["GET", "POST"])
def proposal_edit(request: ActorRequest, proposal_id: UUID) -> HttpResponse:
    """Another text for a draft or for what was sent back."""
    found = keeping.proposal(request.actor, proposal_id)
    kept = {key: found.document[key] for key in ("code", "version", "offers")}

    def save(data: dict[str, Any], papers: list[dict[str, Any]]) -> Proposal:
        document = writing.document_from(data, papers, kept)
        return actions.amend_proposal(proposal_id=found.id, document=document, at=now(), by=request.actor)

    back = _address(found), local(found, "name")
    return _write(request, found.document, save, heading=_("Change the proposal"), service=None, back=back)


def _write(request: ActorRequest, document: dict[str, Any], save: Any, **context: Any) -> HttpResponse:
    """The form with its papers; "one more paper" keeps what was written and opens further rows."""
    form = writing.VersionForm(request.POST or None, initial=writing.initial_of(document))
    papers = writing.PaperRows(request.POST or None, initial=writing.rows_of(document), prefix="papers")
    more = "more" in request.POST
    if request.method == "POST" and not more and form.is_valid() and papers.is_valid():
        try:
            made = save(form.cleaned_data, [row for row in papers.cleaned_data if row])
        except InvalidInput as refusal:
            writing.field_errors(form, refusal.errors, say)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            if "submit" in request.POST:
                actions.submit_proposal(proposal_id=made.id, at=now(), by=request.actor)
            messages.success(request, _("Handed to the other administrators.") if "submit" in request.POST else _("Saved as a draft."))
            return redirect("desk:proposal", proposal_id=made.id)
    if more:
        form, papers = _kept(request)
    wrong = request.method == "POST" and not more
    groups = [(title, [form[name] for name in names]) for title, names in writing.GROUPS]
    context |= {"form": form, "papers": papers, "groups": groups}
    return render(request, "desk/configuration/version.html", context, status=422 if wrong else 200)


def _kept(request: ActorRequest) -> tuple[writing.VersionForm, Any]:
    """What was written so far, unchecked, with further rows for papers."""
    data, several = request.POST, ("directions", "mail__signers")
    written = {name: data.getlist(name) if name in several else data.get(name) for name in writing.VersionForm.base_fields}
    count = min(int(data.get("papers-TOTAL_FORMS") or 0), writing.MOST)
    rows = [{name: data.get(f"papers-{row}-{name}") for name in writing.PaperForm.base_fields} for row in range(count)]
    return writing.VersionForm(initial=written), writing.PaperRows(initial=rows, prefix="papers")


@audience(ADMIN)
@require_POST
def proposal_submit(request: ActorRequest, proposal_id: UUID) -> HttpResponse:
    found = keeping.proposal(request.actor, proposal_id)
    actions.submit_proposal(proposal_id=found.id, at=now(), by=request.actor)
    messages.success(request, _("Handed to the other administrators."))
    return redirect("desk:proposal", proposal_id=found.id)


@audience(ADMIN)
@require_POST
def proposal_approve(request: ActorRequest, proposal_id: UUID) -> HttpResponse:
    found = keeping.proposal(request.actor, proposal_id)
    actions.approve_proposal(proposal_id=found.id, at=now(), by=request.actor)
    messages.success(request, _("Agreed. The version takes over on its first day."))
    return redirect("desk:proposal", proposal_id=found.id)


@audience(ADMIN)
@require_http_methods(["GET", "POST"])
def proposal_send_back(request: ActorRequest, proposal_id: UUID) -> HttpResponse:
    return _against(request, proposal_id, actions.send_back_proposal, _("Send it back for changes"), _("Sent back with your reason."))


@audience(ADMIN)
@require_http_methods(["GET", "POST"])
def proposal_withdraw(request: ActorRequest, proposal_id: UUID) -> HttpResponse:
    return _against(request, proposal_id, actions.withdraw_proposal, _("Withdraw it"), _("Withdrawn. The version before goes on."))


def _against(request: ActorRequest, proposal_id: UUID, action: Any, heading: str, done: str) -> HttpResponse:
    found = keeping.proposal(request.actor, proposal_id)

    def do(data: dict[str, Any]) -> str:
        action(proposal_id=found.id, reason=data["reason"], at=now(), by=request.actor)
        return _address(found)

    return act(
        request, ReasonForm(request.POST or None), do, done=done, heading=heading, eyebrow=_("version %(n)s") % {"n": found.version},
        back=(_address(found), local(found, "name")), danger=True,
    )  # fmt: skip


@audience(ADMIN)
@require_http_methods(["GET", "POST"])
def service_import(request: ActorRequest) -> HttpResponse:
    """Documents become drafts, all or none; the first step checks and shows them, the second enters what was shown."""
    saves = "save" in request.POST
    form = ImportForm() if saves else ImportForm(posted(request), request.FILES or None)
    checked: list[dict[str, Any]] = []
    errors: list[str] = []
    if request.method == "POST":
        try:
            checked = _read(request, form)
            errors = _faults(checked)
            if saves and not errors:
                return _enter(request, checked)
        except Refusal as refusal:
            if saves:
                errors = [say(sentence) for sentence in getattr(refusal, "errors", {}).values()] or [say(refusal.sentence)]
            else:
                add_refusal(form, refusal)
    context = {
        "form": form, "errors": errors, "checked": [] if errors else checked,
        "text": "" if errors else json.dumps(checked, ensure_ascii=False),
    }  # fmt: skip
    return render(request, "desk/configuration/service_import.html", context, status=422 if errors or form.errors else 200)


def _read(request: ActorRequest, form: ImportForm) -> list[dict[str, Any]]:
    """The uploaded documents, or those that the first step showed."""
    if "save" in request.POST:
        text = request.POST.get("text", "")
    elif form.is_valid():
        if form.cleaned_data["file"].size > MOST_BYTES:
            raise InvalidInput({"file": Text("The file is larger than 5 MB. Split it and send the parts.")})
        text = form.cleaned_data["file"].read().decode("utf-8-sig", "replace")
    else:
        return []
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidInput({"file": Text("This is no JSON: line %(line)s.", {"line": error.lineno})}) from error
    listed = found if isinstance(found, list) else [found]
    if not listed:
        raise InvalidInput({"file": Text("There is no document in this file.")})
    return listed


def _faults(found: list[Any]) -> list[str]:
    """Every fault of every document, with the item it stands in."""
    faults = []
    for number, document in enumerate(found, start=1):
        try:
            documents.validate(document)
        except InvalidInput as refusal:
            name = (isinstance(document, dict) and document.get("name")) or _("Document %(number)s") % {"number": number}
            faults += [f"{name} · {_key(key)}: {say(sentence)}" for key, sentence in refusal.errors.items()]
    return faults


def _key(key: str) -> str:
    """The key as the file has it, with its word where it is one of ours."""
    label = str(words.label(key))
    return key if label == key else f"{label} ({key})"


def _enter(request: ActorRequest, found: list[dict[str, Any]]) -> HttpResponse:
    made = actions.propose_all(documents=found, at=now(), by=request.actor)
    messages.success(request, _("%(count)s drafts are entered. Submit each for review.") % {"count": len(made)})
    return redirect("desk:proposals")


def _address(proposal: Proposal) -> str:
    return reverse("desk:proposal", args=[proposal.id])
