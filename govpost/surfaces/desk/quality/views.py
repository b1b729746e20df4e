"""Rates by county and outlet; each figure opens its numerator, denominator, exclusions, the items, the timeline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from govpost.common.clock import now
from govpost.parties.roles import Role
from govpost.quality import queries
from govpost.quality.kpis.definition import Kpi, Outcome
from govpost.quality.kpis.reasons import sentence
from govpost.quality.queries import Corrected, Correction, Item, Portion, Row
from govpost.quality.rules import Counts
from govpost.surfaces.desk.quality import files
from govpost.surfaces.desk.quality.asking import Asked, asked, outlet_names, place_words
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience
from govpost.surfaces.shared.formats import day

READERS = STAFF(Role.QUALITY, Role.SUPERVISOR)
NO_REMARK = "-"
OUTCOMES = {
    Outcome.ON_TIME: _("On time"), Outcome.LATE: _("Late"), Outcome.OPEN: _("Not yet due"), Outcome.EXCLUDED: _("Excluded"),
}  # fmt: skip


@audience(READERS)
@require_GET
def rates(request: ActorRequest) -> HttpResponseBase:
    """Both rates: the whole, the trend, by county and (inside a county) by outlet, with the corrections known since."""
    ask, at = asked(request), now()
    panels = [_panel(request, ask, kpi, at) for kpi in queries.definitions()]
    if request.GET.get("format") == "csv":
        return files.rates_file(panels)
    context = {"panels": panels, "ask": ask, "asked": ask.cut, "places": place_words(ask, outlet_names(request))}
    return render(request, "desk/quality/rates.html", context)


def _panel(request: ActorRequest, ask: Asked, kpi: Kpi, at: datetime) -> dict[str, Any]:
    cut = ask.of(kpi.code)
    in_county = cut.within.count(".") == 2
    rows = queries.by_outlet(request.actor, cut, at=at) if in_county else queries.by_county(request.actor, cut, at=at)
    trend = queries.by_day(request.actor, cut, at=at)
    counts = queries.total(request.actor, cut, at=at)
    corrected = queries.corrected(request.actor, cut, by_outlet=in_county)
    known_at = ask.known_at(at)
    then = queries.as_known_at(request.actor, cut, moment=known_at) if known_at else None
    return {
        "kpi": kpi, "counts": counts, "rows": [_row(ask, kpi, row, corrected, in_county) for row in rows],
        "course": [_of_day(row) for row in trend], "aim": kpi.target * 100, "by_outlet": in_county, "percent": _rate(counts),
        "then": then and _rate(then), "target": f"{kpi.target:.0%}", "light": _light(counts, kpi.target),
        "corrected": corrected.total, "address": ask.address(kpi=kpi.code),
    } | _opened(ask, kpi)  # fmt: skip


def _of_day(row: Row) -> tuple[date, float | None, str]:
    """A day of the course: its rate, and the words that a pointer or a reader of the picture gets."""
    on, percent = date.fromisoformat(row.key), _percent(row.counts)
    said = _("%(day)s: %(percent)s%%, %(on_time)s of %(due)s on time")
    return on, percent, said % {"day": day(on), "percent": percent, "on_time": row.counts.on_time, "due": row.counts.judged}


def _row(ask: Asked, kpi: Kpi, row: Row, corrected: Corrected, in_county: bool) -> dict[str, Any]:
    path = f"{row.key[:2]}.{row.key[:4]}.{row.key}"
    narrowed = {"outlet": row.key} if in_county else {"within": path}
    name = row.name_en if get_language() == "en" and row.name_en else row.name
    return {
        "name": name, "counts": row.counts, "percent": _percent(row.counts), "light": _light(row.counts, kpi.target),
        "items": ask.address(kpi=kpi.code, **narrowed), "inside": "" if in_county else ask.address(**narrowed),
        "corrected": corrected.by_key.get(row.key, 0), "address": ask.address(kpi=kpi.code, **narrowed),
    } | _opened(ask, kpi, **narrowed)  # fmt: skip


def _opened(ask: Asked, kpi: Kpi, **narrowed: str) -> dict[str, str]:
    """The addresses that figures open: what is late, what is excluded."""
    return {
        "late": ask.address(kpi=kpi.code, outcome=Outcome.LATE.value, **narrowed),
        "excluded": ask.address(kpi=kpi.code, outcome=Outcome.EXCLUDED.value, **narrowed),
    }


def _percent(counts: Counts) -> float | None:
    return None if counts.rate is None else round(counts.rate * 100, 1)


def _rate(counts: Counts) -> str:
    return "–" if counts.rate is None else f"{counts.rate:.1%}"


def _light(counts: Counts, target: float) -> str:
    if counts.rate is None or counts.small:
        return ""
    return "green" if counts.rate >= target else "amber" if counts.rate >= target - 0.05 else "red"


@audience(READERS)
@require_GET
def behind(request: ActorRequest) -> HttpResponseBase:
    """One figure opened: definition, counts, exclusions by reason, the orders page by page."""
    ask, at = asked(request), now()
    cut = ask.of(request.GET.get("kpi", ""))
    found = queries.behind(request.actor, cut, at=at)
    wanted = [o for o in Outcome if o.value in request.GET.getlist("outcome")]
    reason = request.GET.get("reason", "")
    names, listed = outlet_names(request), partial(queries.items, request.actor, cut, at=at, outcomes=wanted, reason=_reason(reason))
    if request.GET.get("format") == "csv":
        return files.behind_file(_named(listed(limit=files.MOST).items, names))
    page = listed(after=request.GET.get("after", ""))
    chosen: dict[str, str | list[str]] = {"kpi": cut.kpi, "outcome": [o.value for o in wanted], "reason": reason}
    context = {
        "behind": found, "ask": ask, "page": page, "percent": _percent(found.counts), "outcomes": OUTCOMES.items(), "wanted": wanted,
        "portions": [_portion(ask, found.kpi, portion) for portion in found.portions],
        "items": _named(page.items, names),
        "here": ask.address(kpi=cut.kpi), "source": _for_people(found.kpi.source), "places": place_words(ask, names),
        "reason": sentence(_reason(reason) or "") if reason else "", "without_reason": ask.address(**chosen | {"reason": ""}),
        "judged": ask.address(kpi=cut.kpi, outcome=[Outcome.ON_TIME.value, Outcome.LATE.value]),
        "next": ask.address(**chosen, after=page.after) if page.after else "",
    }  # fmt: skip
    return render(request, "desk/quality/behind.html", context)


def _named(items: Iterable[Item], names: dict[str, str]) -> list[tuple[Item, Any, str]]:
    """Each item with the word of its outcome and the name of its outlet."""
    return [(item, OUTCOMES[item.outcome], names.get(item.outlet, item.outlet)) for item in items]


def _reason(asked_for: str) -> str | None:
    """The reason of an address: "" asks for every one, "-" for items without a remark."""
    return {"": None, NO_REMARK: ""}.get(asked_for, asked_for)


def _portion(ask: Asked, kpi: Kpi, portion: Portion) -> tuple[Portion, Any, str]:
    address = ask.address(kpi=kpi.code, outcome=portion.outcome.value, reason=portion.reason or NO_REMARK)
    return portion, OUTCOMES[portion.outcome], address


def _for_people(source: str) -> str:
    """What a definition rests on, without the place in this program's own pages."""
    return "；".join(part for part in source.split("；") if not part.startswith("docs/"))


@audience(READERS)
@require_GET
def corrections(request: ActorRequest) -> HttpResponseBase:
    """What rewrote past days, of both rates or of one: what it was, what it is, since when it is known, and why."""
    ask, added = asked(request), "added" in request.GET
    kpis = {kpi.code: kpi for kpi in queries.definitions()}
    one = kpis.get(request.GET.get("kpi", ""))
    codes = [one.code] if one else list(kpis)
    names, listed = outlet_names(request), partial(queries.correction_page, request.actor, ask.of(codes[0]), kpis=codes, added=added)
    if request.GET.get("format") == "csv":
        return files.corrections_file(_corrected(kpis[row.kpi], row, names) for row in listed(limit=files.MOST).rows)
    page = listed(after=request.GET.get("after", ""))
    chosen = {"kpi": one.code if one else ""}
    kept = {"kpi": chosen["kpi"], "added": "added" if added else "", "within": ask.cut["within"], "outlet": ask.cut["outlet"]}
    context = {
        "rows": [_corrected(kpis[row.kpi], row, names) for row in page.rows], "ask": ask, "added": added, "one": one,
        "places": place_words(ask, names), "changed_only": ask.address(**chosen), "with_added": ask.address(**chosen, added="added"),
        "kept": [(name, value) for name, value in kept.items() if value],
        "all": ask.address(), "next": ask.address(**chosen, added="added" if added else "", after=page.after) if page.after else "",
    }  # fmt: skip
    return render(request, "desk/quality/corrections.html", context)


def _corrected(kpi: Kpi, row: Correction, names: dict[str, str]) -> dict[str, Any]:
    return {
        "kpi": kpi, "row": row, "was": OUTCOMES.get(row.was_outcome) if row.was_outcome else "", "now": OUTCOMES[row.outcome],
        "outlet": names.get(row.outlet, row.outlet), "moved": row.was_day is not None and row.was_day != row.day,
    }  # fmt: skip
