"""The pages of an application before its answers are checked: about you, answers, papers, result, notice."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from govpost.cases.rules import NOTICE, Address
from govpost.surfaces.portal import choices
from govpost.surfaces.portal.draft import Draft
from govpost.surfaces.portal.forms.application import AnswersForm, ContactForm, HallForm, NoticeForm, PapersForm, ResultForm, window_key
from govpost.surfaces.portal.views.application.steps import MovedOn, first_open, go_on, open_draft, save, show, url_of
from govpost.surfaces.shared.access import CITIZEN, ActorRequest, audience
from govpost.surfaces.shared.address import RELOAD, AddressForm, initial_of

Page = Callable[[ActorRequest, Draft], HttpResponse]


def page_of_draft(page: Page) -> Callable[[ActorRequest, UUID], HttpResponse]:
    """A view over the actor's own draft; one that was submitted meanwhile leads to its case."""

    @audience(CITIZEN)
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(page)
    def view(request: ActorRequest, case_id: UUID) -> HttpResponse:
        try:
            return page(request, open_draft(request, case_id))
        except MovedOn as moved:
            return HttpResponseRedirect(reverse("portal:receipt", args=[moved.case.number]))

    return view


@page_of_draft
def resume(request: ActorRequest, draft: Draft) -> HttpResponse:
    """To the first page that has no answer yet."""
    return HttpResponseRedirect(url_of(first_open(draft, request.session), draft.case.id))


@page_of_draft
def about(request: ActorRequest, draft: Draft) -> HttpResponse:
    """Who the courier asks for and where; who applies is known from the province and cannot be changed here."""
    data = request.POST if request.method == "POST" else None
    contact = ContactForm(data, initial={"name": draft.contact_name, "phone": draft.contact_phone})
    address = AddressForm(data, initial=initial_of(draft.known_address, draft.hall.division_id))
    forms: dict[str, Any] = {"contact": contact, "address": address}
    if data is None or RELOAD in data:
        return show(request, draft, "about", reloaded=data is not None, **forms)
    if not (contact.is_valid() & address.is_valid()):
        return show(request, draft, "about", status=422, **forms)
    given = contact.cleaned_data
    found = address.address
    address_given = Address(given["name"], given["phone"], found.division, found.street)
    save(request, draft, address=address_given)
    draft.ask_carrier(address_given)
    return go_on(request, draft, "about")


@page_of_draft
def answers(request: ActorRequest, draft: Draft) -> HttpResponse:
    """What the item asks besides papers."""
    data = request.POST if request.method == "POST" else None
    form = AnswersForm(data, initial={"premises": draft.address_line, **draft.form.answers})
    if data is None or not form.is_valid():
        return show(request, draft, "answers", status=422 if form.is_bound else 200, form=form, forms=[form])
    save(request, draft, answers=form.cleaned_data)
    return go_on(request, draft, "answers")


@page_of_draft
def papers(request: ActorRequest, draft: Draft) -> HttpResponse:
    """How the papers reach the window; an item without papers has nothing to choose."""
    if not draft.papers_wanted:
        return _without_papers(request, draft)
    if request.method == "POST":
        draft.ask_carrier()
    form = PapersForm(
        request.POST if request.method == "POST" else None,
        cards=choices.paper_cards(draft),
        windows=draft.windows,
        initial={"paper_way": draft.form.paper_way, "window": window_key(draft.form.window) if draft.form.window else ""},
    )
    hall = _hall_form(request, draft)
    if not form.is_bound or not (form.is_valid() & hall.is_valid()):
        choices.explain(draft, form, request.POST.get("window", ""))
        more: dict[str, Any] = {"form": form, "hall_form": hall, "forms": [form, hall], **choices.time_table(draft, form)}
        return show(request, draft, "papers", status=422 if form.is_bound else 200, **more)
    chosen = {window_key(each): each for each in draft.windows}.get(form.cleaned_data["window"])
    save(request, draft, paper_way=form.cleaned_data["paper_way"], window=chosen, hall=hall.chosen)
    return go_on(request, draft, "papers")


def _hall_form(request: ActorRequest, draft: Draft) -> HallForm:
    data = {"hall": request.POST.get("hall") or draft.hall.code} if request.method == "POST" else None
    return HallForm(data, halls=choices.halls(draft), initial={"hall": draft.hall.code})


def _without_papers(request: ActorRequest, draft: Draft) -> HttpResponse:
    if request.method != "POST":
        return show(request, draft, "papers", forms=[])
    save(request, draft, paper_way=choices.NO_PAPERS, window=None)
    return go_on(request, draft, "papers")


@page_of_draft
def result(request: ActorRequest, draft: Draft) -> HttpResponse:
    """How the result comes."""
    data = request.POST if request.method == "POST" else None
    form = ResultForm(data, cards=choices.result_cards(draft), initial={"result_way": draft.form.result_way})
    hall = _hall_form(request, draft)
    if data is None or not (form.is_valid() & hall.is_valid()):
        more: dict[str, Any] = {"form": form, "hall_form": hall, "forms": [form, hall]}
        return show(request, draft, "result", status=422 if form.is_bound else 200, **more)
    save(request, draft, result_way=form.cleaned_data["result_way"], hall=hall.chosen)
    return go_on(request, draft, "result")


@page_of_draft
def notice(request: ActorRequest, draft: Draft) -> HttpResponse:
    """The notice; what was confirmed waits in the session until the draft is submitted, for it may change until then."""
    data = request.POST if request.method == "POST" else None
    form = NoticeForm(data, initial={"version": NOTICE.version, "consent": draft.notice_read(request.session)})
    if data is None or not form.is_valid():
        return show(request, draft, "notice", status=422 if form.is_bound else 200, form=form, forms=[form], notice=NOTICE)
    draft.keep_notice(request.session, form.cleaned_data["version"])
    return go_on(request, draft, "notice")
