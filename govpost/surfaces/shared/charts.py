"""Small figures as inline SVG, sized by attributes only, with their meaning in words for those who do not see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import floor

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from govpost.surfaces.shared.formats import weekday

WIDTH, HEIGHT, MARGIN = 120.0, 32.0, 3.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar list: `value` gives the length, `shown` is what stands at its end; tone "", warn or bad."""

    label: str
    value: float
    shown: str
    tone: str = ""
    href: str = ""


def sparkline(values: Sequence[float | None], label: str) -> SafeString:
    """A line over equal steps; None (no data that day) is a gap, never a zero."""
    points = _points(values)
    runs = [[point for point in run if point] for known, run in groupby(points, key=bool) if known]
    lines = format_html_join(
        "",
        '<polyline points="{}" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" '
        'stroke-linecap="round" vector-effect="non-scaling-stroke"/>',
        ((" ".join(f"{x:.1f},{y:.1f}" for x, y in run),) for run in runs),
    )
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" width="{}" height="{}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        *(WIDTH, HEIGHT, WIDTH, HEIGHT),
        label,
        lines,
    )


def _points(values: Sequence[float | None]) -> list[tuple[float, float] | None]:
    known = [value for value in values if value is not None]
    if not known:
        return []
    low, high = min(known), max(known)
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    room = HEIGHT - 2 * MARGIN

    def height(value: float) -> float:
        return MARGIN + room * (0.5 if high == low else (high - value) / (high - low))

    return [None if v is None else (MARGIN + i * step, height(v)) for i, v in enumerate(values)]


def course(days: Sequence[tuple[date, float | None, str]], target: float, label: str) -> SafeString:
    """A rate day by day: (day, percent or None, what is said of it); a gap where nothing was due, the target as a dashed line.

    The scale begins at the next ten below the lowest value and ends at 100 %, so that a fall is seen for what it is.
    """
    known = [percent for _, percent, _ in days if percent is not None]
    if not known:
        return SafeString()
    least = min(90, 10 * floor(min(*known, target) / 10))

    def height(percent: float) -> float:
        return 100 * (100 - percent) / (100 - least)

    step = 100 / max(len(days), 1)
    points = [None if percent is None else (step * (n + 0.5), height(percent), said) for n, (_, percent, said) in enumerate(days)]
    runs = [[point for point in run if point] for is_known, run in groupby(points, key=bool) if is_known]
    lines = format_html_join("", '<polyline points="{}"/>', ((" ".join(f"{x:.2f},{y:.2f}" for x, y, _ in run),) for run in runs))
    dots = format_html_join(
        "", '<path d="M{} {}h0"><title>{}</title></path>', ((f"{x:.2f}", f"{y:.2f}", said) for run in runs for x, y, said in run)
    )
    aim = format_html('<path class="course-target" d="M0 {}H100"/>', f"{height(target):.2f}")
    return format_html(
        '<div class="course"><span>100%</span><svg viewBox="0 0 100 100" width="100" height="100" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}{}<g class="course-dots">{}</g></svg><span>{}%</span><span>{}</span><span>{}</span></div>',
        *(label, aim, lines, dots, least, weekday(days[0][0]), weekday(days[-1][0])),
    )


def bars(rows: Sequence[Bar]) -> SafeString:
    """Rows of label, bar and figure; the longest bar is as wide as there is room."""
    longest = max((row.value for row in rows), default=0) or 1
    return format_html('<div class="bars">{}</div>', format_html_join("", "{}", ((_bar(row, longest),) for row in rows)))


def _bar(row: Bar, longest: float) -> SafeString:
    label = format_html('<a href="{}">{}</a>', row.href, row.label) if row.href else row.label
    return format_html(
        '<div data-tone="{}"><span>{}</span><svg viewBox="0 0 100 12" width="100" height="12" preserveAspectRatio="none" '
        'aria-hidden="true" focusable="false"><rect class="bar-ground" width="100" height="12"/>'
        '<rect class="bar" width="{}" height="12"/></svg><span class="number">{}</span></div>',
        row.tone,
        label,
        f"{max(0.0, 100 * row.value / longest):.1f}",
        row.shown,
    )
