"""Our own small line icons, drawn on a 24 × 24 grid, inlined so that fragments, print and offline pages keep them."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

PATHS: dict[str, str] = {
    "arrow-left": "M19 12H5M11 6l-6 6 6 6",
    "arrow-right": "M5 12h14M13 6l6 6-6 6",
    "bag": "M5 9h14l-1 11H6zM9 9V7a3 3 0 0 1 6 0v2",
    "bell": "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4",
    "box": "M4 8l8-4 8 4v9l-8 4-8-4zM4 8l8 4 8-4M12 12v9",
    "building": "M4 21V6l8-3v18M12 9l8 2v10M2 21h20M8 9v.01M8 13v.01M8 17v.01M16 14v.01M16 18v.01",
    "calendar": "M5 5h14v15H5zM5 10h14M9 3v4M15 3v4",
    "chart": "M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6",
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "chevron-down": "M6 9l6 6 6-6",
    "chevron-right": "M9 6l6 6-6 6",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
    "coin": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 7.5L12 12l3.5-4.5M12 12v5M9 12.5h6M9 15h6",
    "cross": "M6 6l12 12M18 6L6 18",
    "door": "M6 21V4h12v17M3 21h18M14.5 12.5v.01",
    "download": "M12 4v11M7 10.5l5 5 5-5M5 20h14",
    "envelope": "M3 6h18v13H3zM3.5 6.5L12 13l8.5-6.5",
    "exit": "M10 4H5v16h5M9 12h11M16 8l4 4-4 4",
    "eye": "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
    "file": "M6 3h8l5 5v13H6zM14 3v5h5M9 13h7M9 17h7",
    "filter": "M3 5h18l-7 8v6l-4 2v-8z",
    "home": "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v6M12 7.5v.01",
    "key": "M15 14a5 5 0 1 0-4.6-3L3 18.5V21h4v-2.5h2.5V16l1.9-1.9c1 .6 2.3.9 3.6-.1zM16 8v.01",
    "list": "M9 6h11M9 12h11M9 18h11M4.5 6v.01M4.5 12v.01M4.5 18v.01",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c.5-4.5 3.5-7 8-7s7.5 2.5 8 7",
    "phone": "M7 3h10v18H7zM11 18h2",
    "pin": "M12 21s7-6.5 7-11.5a7 7 0 0 0-14 0C5 14.5 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
    "print": "M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z",
    "scan": "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L21 21",
    "shield": "M12 3l8 3v6c0 5-3.5 8-8 9.5C7.5 20 4 17 4 12V6zM8.5 12l2.5 2.5 4.5-5",
    "truck": "M2.5 6h11v11h-11zM13.5 10H18l3.5 3.5V17h-8M7 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM17 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
    "undo": "M4 10h10a5.5 5.5 0 0 1 0 11H9M8 5.5L3.5 10 8 14.5",
    "upload": "M12 16V4M7 9l5-5 5 5M5 20h14",
    "warning": "M12 4l9.5 16.5h-19zM12 10v5M12 17.8v.01",
}


def icon(name: str, label: str = "") -> SafeString:
    """The icon as inline SVG; hidden from screen readers unless it has a `label` of its own."""
    said = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round" focusable="false" {}><path d="{}"/></svg>',
        said,
        PATHS[name],
    )


_LIGHTS = {
    "green": "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13z",
    "amber": "M8 1.5L15.2 14.5H.8z",
    "red": "M5 1h6l4 4v6l-4 4H5l-4-4V5z",
    "none": "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13zM8 3.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9z",
}


def light_shape(colour: str) -> SafeString:
    """Circle, triangle, octagon or ring: the lights differ in shape before they differ in colour."""
    return format_html(
        '<svg class="light-shape" viewBox="0 0 16 16" width="16" height="16" fill="currentColor" '
        'fill-rule="evenodd" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        _LIGHTS[colour],
    )
