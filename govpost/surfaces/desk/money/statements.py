"""The monthly statements: who was billed how much for a month, each line of it, as a page, a file or on paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, Sum
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from govpost.catalogue import queries as catalogue
from govpost.common.clock import now, shanghai_day
from govpost.common.money import yuan
from govpost.common.refusal import InvalidInput
from govpost.common.text import Text
from govpost.parties.roles import Role
from govpost.settlement import actions, queries, statements
from govpost.settlement.models import Statement
from govpost.settlement.rules import last_month
from govpost.settlement.statements import Line
from govpost.surfaces.desk.words import kind_word, local, own_reference, word_of
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience
from govpost.surfaces.shared.csvout import csv_response, xlsx_response
from govpost.surfaces.shared.paging import keyset

READERS = STAFF(Role.FINANCE, Role.SUPERVISOR, Role.OFFICER, Role.SENDER)
PRINTED = 1000  # lines on paper; longer ones are read from the file
MOST = 10_000  # statements in a file of the list
SHEETS = 50  # statements that are printed together
SHEET = 100_000  # lines that a workbook is made of at once


class StatementsForm(forms.Form):
    """By month; by number, by the payer's name, or by the number of an agreement."""

    month = forms.ChoiceField(label=gettext_lazy("Month"), required=False)
    q = forms.CharField(
        label=gettext_lazy("Number, organisation or agreement"), required=False, max_length=60, widget=forms.TextInput({"type": "search"})
    )

    def __init__(self, months: Sequence[date], data: Any = None) -> None:
        super().__init__(data)
        self.fields["month"].choices = [("", gettext_lazy("All")), *((f"{each:%Y-%m}", f"{each:%Y-%m}") for each in months)]  # type: ignore[attr-defined]


@audience(READERS)
@require_GET
def listed(request: ActorRequest) -> HttpResponseBase:
    """The newest months first, with what they come to; finance makes here what is missing. As a page or as CSV."""
    form = StatementsForm(statements.months(request.actor), request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = statements.visible(request.actor)
    if chosen.get("month"):
        found = found.filter(month=date.fromisoformat(f"{chosen['month']}-01"))
    if words := chosen.get("q", "").strip():
        found = found.filter(
            Q(number__istartswith=words)
            | Q(agreements__contains=words)
            | Q(organisation__name__contains=words)
            | Q(organisation__name_en__icontains=words)
        )
    if request.GET.get("format") == "csv":
        return _listed_file(found.order_by("-month", "-number")[:MOST])
    totals = found.aggregate(fen=Sum("fen"), charges=Sum("charges"), reversals=Sum("reversals"))
    month, actor = last_month(shanghai_day(now())), request.actor
    waiting = statements.waiting(actor, month) if actor.has(Role.FINANCE) else []
    context = {
        "page": keyset(found.order_by(), ("-month", "-number"), request.GET.get("cursor", "")), "form": form,
        "narrowed": any(chosen.values()), "totals": totals, "waiting": len(waiting), "last": month,
    }  # fmt: skip
    return render(request, "desk/money/statements.html", context)


def _listed_file(found: Iterable[Statement]) -> HttpResponseBase:
    header = [
        _("Number"), _("Month"), _("Organisation"), _("Payer"), _("Agreements"), _("Charges"), _("Reversals"), _("Owed"), _("Made at"),
    ]  # fmt: skip
    lines = (
        (each.number, f"{each.month:%Y-%m}", local(each.organisation, "name"), word_of(each.payer, "payer"), " ".join(each.agreements),
         each.charges, each.reversals, yuan(each.fen), each.made_at)
        for each in found
    )  # fmt: skip
    return csv_response("statements", header, lines)


@audience(STAFF(Role.FINANCE))
@require_POST
def make(request: ActorRequest) -> HttpResponse:
    """What the worker does on the first working day, now."""
    made = actions.make_statements(month=last_month(shanghai_day(now())), at=now(), by=request.actor)
    if made:
        messages.success(request, ngettext("%(n)s statement made.", "%(n)s statements made.", len(made)) % {"n": len(made)})
    else:
        messages.info(request, _("Every statement is made already."))
    return redirect("desk:statements")


@audience(READERS)
@require_GET
def one(request: ActorRequest, number: str) -> HttpResponseBase:
    """One statement: what it sums by agreement and item, its lines page by page, of one agreement on request, and the same as a file."""
    found, agreement = statements.statement(request.actor, number), request.GET.get("agreement")
    if request.GET.get("format") in ("csv", "xlsx"):
        return _file(found, request.GET["format"], agreement)
    lines = statements.page(found, after=_position(request.GET.get("after", "")), limit=statements.PAGE + 1, agreement=agreement)
    more, lines = len(lines) > statements.PAGE, lines[: statements.PAGE]
    context = _context(found, lines) | {"page": {"next": str(lines[-1].position) if more else ""}, "agreement": agreement}
    return render(request, "desk/money/statement.html", context)


@audience(READERS)
@require_GET
def printed_together(request: ActorRequest) -> HttpResponse:
    """The sheets of all ticked statements, each on paper of its own."""
    numbers = list(dict.fromkeys(request.GET.getlist("number")))[:SHEETS]
    if not numbers:
        raise InvalidInput({"number": Text("Choose the statements that are printed.")})
    return render(request, "desk/money/statements_print.html", {"sheets": [_sheet(request, number) for number in numbers]})


def _sheet(request: ActorRequest, number: str) -> dict[str, Any]:
    found = statements.statement(request.actor, number)
    return _context(found, statements.page(found, limit=PRINTED)) | {"cut": found.lines_count > PRINTED, "most": PRINTED}


@audience(READERS)
@require_GET
def printed(request: ActorRequest, number: str) -> HttpResponse:
    """The sheet that both sides sign."""
    return render(request, "desk/money/statement_print.html", _sheet(request, number))


def _context(found: Statement, lines: Sequence[Line]) -> dict[str, Any]:
    parts = statements.parts(found)
    items = _items(portion.item for part in parts for portion in part.portions)
    tariffs = {tariff.code: local(tariff, "name") for tariff in queries.tariffs(line.tariff for line in lines)}
    return {
        "statement": found, "parts": [(part, [(items.get(each.item, each.item), each) for each in part.portions]) for part in parts],
        "lines": [(line, items.get(line.item, line.item), tariffs.get(line.tariff, line.tariff)) for line in lines],
    }  # fmt: skip


def _items(codes: Iterable[str]) -> dict[str, str]:
    return {code: local(service, "name") for code, service in catalogue.names(frozenset(codes)).items()}


def _position(text: str) -> int:
    if not text:
        return 0
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    raise InvalidInput({"after": Text("This page does not exist any more. Start again from the first page.")})


def _header() -> list[str]:
    return [
        _("Line"), _("Kind"), _("Mail number"), _("Reference"), _("Item code"), _("Service item"), _("Agreement"), _("Tariff"), _("Day"),
        _("Weight in grams"), _("Amount in yuan"), _("Corrects line"),
    ]  # fmt: skip


def _file(found: Statement, kind: str, agreement: str | None) -> HttpResponseBase:
    name = f"{found.number}-{agreement}" if agreement else found.number
    if kind == "csv":
        return csv_response(name, _header(), _cells(found, agreement))
    if found.lines_count > SHEET:
        raise InvalidInput({"format": Text("This statement has too many lines for a workbook. Take the CSV.")})
    return xlsx_response(name, _header(), _cells(found, agreement))


def _cells(found: Statement, agreement: str | None) -> Iterator[tuple[Any, ...]]:
    items = _items(portion.item for part in statements.parts(found) for portion in part.portions)
    for line in statements.every_line(found, agreement=agreement):
        yield (
            line.position, kind_word(line.kind), line.order_number, own_reference(line.order_ref), line.item, items.get(line.item, ""),
            line.agreement, line.tariff, line.posted_on, line.weight_g, yuan(line.fen), line.corrects,
        )  # fmt: skip
