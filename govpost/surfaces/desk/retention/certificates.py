"""Certificates of what was erased: the list and a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from govpost.retention import queries
from govpost.retention.models import Certificate
from govpost.retention.rules import RULES, Fate
from govpost.surfaces.desk.configuration.keeping_periods import FATES
from govpost.surfaces.desk.configuration.pages import KEEPING
from govpost.surfaces.desk.words import clause
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.csvout import csv_response
from govpost.surfaces.shared.listing import read
from govpost.surfaces.shared.paging import keyset

SORTS = {"-finished_at": ("-finished_at", "-id")}
TITLES = {kind.value: rule.title for kind, rule in RULES.items()}


class FilterForm(forms.Form):
    number = forms.CharField(label=gettext_lazy("Number"), required=False, max_length=40, widget=forms.TextInput({"type": "search"}))
    kind = forms.ChoiceField(
        label=gettext_lazy("Class of data"), required=False,
        choices=lambda: [("", _("All")), *((k.value, str(r.title)) for k, r in RULES.items() if r.fate != Fate.KEEP)],
    )  # fmt: skip


@audience(KEEPING)
@require_safe
def listed(request: ActorRequest) -> HttpResponseBase:
    """Newest first; the file holds what the filter leaves."""
    shown = read(request, FilterForm, SORTS, "-finished_at")
    found = queries.certificates(request.actor, kind=shown.filters.get("kind", ""))
    if number := shown.filters.get("number", "").strip():
        found = found.filter(number__istartswith=number)
    if request.GET.get("format") == "csv":
        return csv_response("certificates", _header(), _lines(found))
    page = keyset(found.order_by(), shown.order, shown.cursor)
    context = {
        "page": page, "listing": shown, "narrowed": bool(shown.filters), "titles": TITLES, "fates": FATES,
        "rows": [(each, sum(each.counts.values())) for each in page.items],
    }  # fmt: skip
    return render(request, "desk/retention/certificates.html", context, status=422 if shown.form.errors else 200)


def _header() -> list[str]:
    return [
        _("Number"), _("Class of data"), _("What happens then"), _("Days kept"), _("First day kept"), _("Basis"), _("Rows"), _("By table"),
        _("Spared"), _("Digest (SM3)"), _("Began"), _("Finished"), _("By whom"),
    ]  # fmt: skip


def _lines(found: QuerySet[Certificate]) -> Iterator[tuple[Any, ...]]:
    for each in found.iterator():
        tables = "; ".join(f"{table} {rows}" for table, rows in sorted(each.counts.items()))
        yield (
            each.number, TITLES[each.kind], FATES[Fate(each.fate)], each.days, each.cut_on, clause(each.basis), sum(each.counts.values()),
            tables, each.spared, each.digest, each.started_at, each.finished_at, each.actor,
        )  # fmt: skip
