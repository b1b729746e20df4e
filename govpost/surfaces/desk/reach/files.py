"""A county's townships and villages as a table: out, and in again after a check that shows what would change."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import InvalidInput, Refusal
from govpost.gateways.files.areas import COLUMNS, read_areas, refused_areas
from govpost.gateways.files.tables import RowError
from govpost.places import actions
from govpost.places import queries as places
from govpost.places.actions import AreaRow
from govpost.places.areas import days_words
from govpost.places.models import Division
from govpost.surfaces.desk.configuration.pages import ADMIN, day_field
from govpost.surfaces.desk.reach.changing import FROM
from govpost.surfaces.desk.reach.views import county_of, tomorrow
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.csvout import csv_response, xlsx_response
from govpost.surfaces.shared.forms import add_refusal


class FileForm(forms.Form):
    """The file is checked first; what it said stands in `rows` from then on, so that the second step needs no file."""

    marks_optional = False

    file = forms.FileField(
        label=gettext_lazy("File"), required=False, widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
        help_text=gettext_lazy("CSV or XLSX with the columns 乡镇街道, 村, 投递日, 网点, perhaps 别名, 停用. Days as 135 or 周一三五."),
        error_messages={"empty": gettext_lazy("The file is empty. Choose a file with a header line and at least one row.")},
    )  # fmt: skip
    starts_on = day_field(gettext_lazy("From"), hint=FROM)
    rows = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2_000_000)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not found.get("file") and not found.get("rows") and "file" not in self.errors:
            self.add_error("file", _("Choose the file."))
        return found


@audience(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: ActorRequest, division: str) -> HttpResponse:
    """Check a file and show what would change; the second press keeps it, all rows or none."""
    county = county_of(request, division)
    form = FileForm(request.POST or None, request.FILES or None, initial={"starts_on": tomorrow(shanghai_day(now()))})
    rows: list[AreaRow] = []
    errors: list[RowError] = []
    if request.method == "POST" and form.is_valid():
        try:
            rows, errors = read_areas(_bytes(form))
            if "save" in request.POST and not errors:
                return _keep(request, county, rows, form.cleaned_data["starts_on"])
            if not errors:
                _try(request, county, rows, form.cleaned_data["starts_on"])
                form.data = {**request.POST.dict(), "rows": _lines(rows)}
        except Refusal as refusal:
            rows = []
            errors = refused_areas(refusal) if isinstance(refusal, InvalidInput) else []
            if not errors:
                add_refusal(form, refusal)
    checked = bool(rows) and not errors and not form.errors
    compared = _compared(county, rows, form) if checked else []
    context = {"county": county, "form": form, "errors": errors, "checked": checked, "rows": compared}
    return render(request, "desk/reach/file.html", context, status=422 if form.errors or errors else 200)


def _try(request: ActorRequest, county: Division, rows: Sequence[AreaRow], starts_on: Any) -> None:
    """What would be refused is refused now, before anybody presses on; nothing is kept."""
    with transaction.atomic():
        actions.keep_areas(division=county.code, rows=rows, starts_on=starts_on, at=now(), by=request.actor)
        transaction.set_rollback(True)


def _keep(request: ActorRequest, county: Division, rows: Sequence[AreaRow], starts_on: Any) -> HttpResponse:
    changed = actions.keep_areas(division=county.code, rows=rows, starts_on=starts_on, at=now(), by=request.actor)
    messages.success(request, _("Kept: %(number)s rows say something new.") % {"number": changed})
    return redirect("desk:reach_county", division=county.code)


def _compared(county: Division, rows: Sequence[AreaRow], form: FileForm) -> list[dict[str, Any]]:
    """Each row beside what stands: new, other days or outlet, struck, or the same."""
    known = places.areas(county.code, form.cleaned_data["starts_on"])
    names = {area.code: area.name for area in known}
    standing = {(names.get(area.parent, ""), area.name): area for area in known}
    found = []
    for row in rows:
        before = standing.get((row.parent, row.name))
        same = before is not None and (before.days, before.outlet, " ".join(before.words)) == (row.days, row.outlet, row.words)
        kind = "closed" if row.closed else "new" if before is None else "same" if same else "changed"
        found.append({"row": row, "kind": kind, "days": days_words(row.days), "before": days_words(before.days) if before else None})
    return found


def _bytes(form: FileForm) -> bytes:
    file = form.cleaned_data["file"]
    return file.read() if file else str(form.cleaned_data["rows"]).encode()


def _lines(rows: Sequence[AreaRow]) -> str:
    """The rows for the second step, each in the line that it has in the file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    above = 1
    for row in rows:
        out.write("\n" * (row.line - above - 1))
        above = row.line
        writer.writerow(_cells(row.parent or row.name, row.name if row.parent else "", row.days, row.outlet, row.words, row.closed))
    return out.getvalue()


def _cells(township: str, village: str, days: str, outlet: str, words: str, closed: bool = False) -> tuple[str, ...]:
    return township, village, days or "不投递", outlet, words, "是" if closed else ""


@audience(ADMIN)
@require_safe
def export(request: ActorRequest, division: str) -> HttpResponseBase:
    """The areas in force today, in the columns of the import."""
    county = county_of(request, division)
    areas = places.areas(county.code, shanghai_day(now()))
    names = {area.code: area.name for area in areas}
    rows = [
        _cells(names.get(area.parent, area.name), area.name if area.parent else "", area.days, area.outlet, " ".join(area.words))
        for area in areas
    ]
    write = xlsx_response if request.GET.get("format") == "xlsx" else csv_response
    return write(f"{county.name}-投递日", COLUMNS, rows)
