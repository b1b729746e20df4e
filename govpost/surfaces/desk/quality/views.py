"""Rates by county and outlet; each figure opens its numerator, denominator, exclusions, the items, the timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from govpost.common.clock import now, shanghai_day
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.quality import queries
from govpost.quality.kpis.definition import Kpi, Outcome
from govpost.quality.queries import Cut, Row
from govpost.quality.rules import Counts
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience

READERS = STAFF(Role.QUALITY, Role.SUPERVISOR)
PERIOD = 14
OUTCOMES = {
    Outcome.ON_TIME: _("On time"), Outcome.LATE: _("Late"), Outcome.OPEN: _("Not yet due"), Outcome.EXCLUDED: _("Excluded"),
}  # fmt: skip


class PeriodForm(forms.Form):
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page was asked for, and the address parameters that carry it on."""

    form: PeriodForm
    cut: dict[str, Any]

    def of(self, kpi: str, **over: str) -> Cut:
        return Cut(kpi, **{**self.cut, **over})

    def address(self, **over: str) -> str:
        return "?" + urlencode({k: v for k, v in {**self.cut, **over}.items() if v})


def asked(request: HttpRequest) -> Asked:
    """The period (default: the last two weeks) and place of the address; a bad date falls back to the default and says so."""
    today = shanghai_day(now())
    form = PeriodForm(request.GET if "first" in request.GET or "last" in request.GET else None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    last = chosen.get("last") or today
    first = chosen.get("first") or last - timedelta(days=PERIOD - 1)
    if not form.is_bound:
        form.initial.update(first=first, last=last)
    return Asked(form, {"first": first, "last": last, "within": request.GET.get("within", ""), "outlet": request.GET.get("outlet", "")})


@audience(READERS)
@require_GET
def rates(request: ActorRequest) -> HttpResponse:
    """Both rates: the whole, the trend, by county and (inside a county) by outlet."""
    ask, at = asked(request), now()
    panels = [_panel(request, ask, kpi, at) for kpi in queries.definitions()]
    return render(request, "desk/quality/rates.html", {"panels": panels, "ask": ask, "asked": ask.cut})


def _panel(request: ActorRequest, ask: Asked, kpi: Kpi, at: Any) -> dict[str, Any]:
    cut = ask.of(kpi.code)
    in_county = cut.within.count(".") == 2
    rows = queries.by_outlet(request.actor, cut, at=at) if in_county else queries.by_county(request.actor, cut, at=at)
    trend = queries.by_day(request.actor, cut, at=at)
    counts = queries.total(request.actor, cut, at=at)
    return {
        "kpi": kpi, "counts": counts, "rows": [_row(ask, kpi, row, in_county) for row in rows],
        "trend": [_percent(row.counts) for row in trend], "address": ask.address(kpi=kpi.code), "by_outlet": in_county,
        "percent": "–" if counts.rate is None else f"{counts.rate:.1%}", "target": f"{kpi.target:.0%}", "light": _light(counts, kpi.target),
    }  # fmt: skip


def _row(ask: Asked, kpi: Kpi, row: Row, in_county: bool) -> dict[str, Any]:
    path = f"{row.key[:2]}.{row.key[:4]}.{row.key}"
    narrowed = {"outlet": row.key} if in_county else {"within": path}
    name = row.name_en if get_language() == "en" else row.name
    return {
        "name": name, "counts": row.counts, "percent": _percent(row.counts), "light": _light(row.counts, kpi.target),
        "items": ask.address(kpi=kpi.code, **narrowed), "inside": "" if in_county else ask.address(**narrowed),
    }  # fmt: skip


def _outlets(request: ActorRequest) -> dict[str, str]:
    """The names of the outlets in the reader's jurisdiction, by code."""
    regions = request.actor.regions([Role.QUALITY, Role.SUPERVISOR])
    return {outlet.code: local(outlet, "name") for region in regions for outlet in places.outlets(region)}


def _percent(counts: Counts) -> float | None:
    return None if counts.rate is None else round(counts.rate * 100, 1)


def _light(counts: Counts, target: float) -> str:
    if counts.rate is None or counts.small:
        return ""
    return "green" if counts.rate >= target else "amber" if counts.rate >= target - 0.05 else "red"


@audience(READERS)
@require_GET
def behind(request: ActorRequest) -> HttpResponse:
    """One figure opened: definition, counts, exclusions by reason, the orders page by page."""
    ask, at = asked(request), now()
    cut = ask.of(request.GET.get("kpi", ""))
    found = queries.behind(request.actor, cut, at=at)
    wanted = [o for o in Outcome if o.value == request.GET.get("outcome")]
    page = queries.items(
        request.actor, cut, at=at, outcomes=wanted, reason=request.GET.get("reason") or None, after=request.GET.get("after", "")
    )
    names = _outlets(request)
    context = {
        "behind": found, "ask": ask, "page": page, "percent": _percent(found.counts), "outcomes": OUTCOMES.items(), "wanted": wanted,
        "portions": [(p, OUTCOMES[p.outcome], ask.address(kpi=cut.kpi, outcome=p.outcome.value, reason=p.reason)) for p in found.portions],
        "items": [(item, OUTCOMES[item.outcome], names.get(item.outlet, item.outlet)) for item in page.items],
        "here": ask.address(kpi=cut.kpi), "source": _for_people(found.kpi.source),
        "next": ask.address(kpi=cut.kpi, after=page.after or "", outcome=request.GET.get("outcome", "")) if page.after else "",
    }  # fmt: skip
    return render(request, "desk/quality/behind.html", context)


def _for_people(source: str) -> str:
    """What a definition rests on, without the place in this program's own pages."""
    return "；".join(part for part in source.split("；") if not part.startswith("docs/"))


@audience(READERS)
@require_GET
def corrections(request: ActorRequest) -> HttpResponse:
    """What rewrote past days: what it was, what it is, since when it is known, and why."""
    ask = asked(request)
    found = [(kpi, queries.corrections(request.actor, ask.of(kpi.code), added="added" in request.GET)) for kpi in queries.definitions()]
    rows = sorted(((kpi, row) for kpi, rows in found for row in rows), key=lambda pair: pair[1].known_at, reverse=True)
    context = {"rows": [(kpi, row, OUTCOMES.get(row.was_outcome) if row.was_outcome else "", OUTCOMES[row.outcome]) for kpi, row in rows]}
    return render(request, "desk/quality/corrections.html", context | {"ask": ask, "added": "added" in request.GET})
