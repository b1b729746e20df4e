"""The quality pages as files: rates by place, corrections, and the mail behind a figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from govpost.quality.queries import Item
from govpost.surfaces.shared.csvout import csv_response
from govpost.surfaces.shared.words import say

MOST = 10_000
Name = Callable[[str], Any]


def rates_file(panels: Iterable[dict[str, Any]]) -> StreamingHttpResponse:
    """A line for each rate and place, the whole first."""
    header = [_("Rate"), _("Place"), _("Due"), _("On time"), _("Late"), _("Excluded"), _("Not yet due"), _("Rate in percent"), _("Target")]
    lines = (
        (
            say(panel["kpi"].title), name, counts.due, counts.on_time, counts.all_late, counts.excluded, counts.not_yet_due,
            "" if counts.rate is None else round(counts.rate * 100, 1), panel["target"],
        )
        for panel in panels
        for name, counts in [(_("Together"), panel["counts"]), *((row["name"], row["counts"]) for row in panel["rows"])]
    )  # fmt: skip
    return csv_response("rates", header, lines)


def corrections_file(rows: Iterable[dict[str, Any]]) -> StreamingHttpResponse:
    header = [_("Number"), _("Known since"), _("Day before"), _("Day"), _("Rate"), _("Outlet"), _("Was"), _("Is"), _("Why")]
    lines = (
        (
            line["row"].number, line["row"].known_at, line["row"].was_day, line["row"].day, say(line["kpi"].title), line["outlet"],
            say(line["was"]), say(line["now"]), say(line["row"].cause),
        )
        for line in rows
    )  # fmt: skip
    return csv_response("corrections", header, lines)


def behind_file(items: Iterable[tuple[Item, Any, str]]) -> StreamingHttpResponse:
    header = [_("Number"), _("Due"), _("Outlet"), _("Outcome"), _("Reason")]
    lines = ((item.number, item.due_at, outlet, say(outcome), say(item.reason)) for item, outcome, outlet in items)
    return csv_response("behind", header, lines)
