"""Settings of a profile in words: what each key means, and what a value says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from govpost.places.areas import days_words
from govpost.profiles.rules import REASONS
from govpost.quality.table_one.rules import ROWS, as_code
from govpost.surfaces.desk.words import LEGS, PAYERS
from govpost.surfaces.shared.formats import day
from govpost.surfaces.shared.words import enumerated, local, say

TITLES: dict[str, str | Promise] = {
    "late_minutes": gettext_lazy("An instruction is late after"),
    "collect_hours": gettext_lazy("Collection within"),
    "collection_windows": gettext_lazy("Collection windows"),
    "days_ahead": gettext_lazy("Windows are offered ahead for"),
    "order_before_minutes": gettext_lazy("A window is ordered before it begins by"),
    "same_day_until": gettext_lazy("Windows of today are ordered until"),
    "window_capacity": gettext_lazy("Collections of an outlet in a window"),
    "courier_days": gettext_lazy("Days on which couriers collect"),
    "couriers_on_holidays": gettext_lazy("Couriers collect on public holidays"),
    "range_check": gettext_lazy("The carrier is asked whether it collects at an address"),
    "result_hours": gettext_lazy("Delivery within"),
    "door": gettext_lazy("Whose door"),
    "papers_ways": gettext_lazy("How papers may come"),
    "result_ways": gettext_lazy("How results may go"),
    "intake": gettext_lazy("Ways of intake"),
    "platform_name": gettext_lazy("Name of the platform"),
    "payer_rules": gettext_lazy("Who pays"),
}
CODES: dict[str, str | Promise] = {
    "ours": gettext_lazy("Our couriers"),
    "carrier": gettext_lazy("The carrier's couriers"),
    "door": gettext_lazy("At the door"),
    "bring": gettext_lazy("Brought to the window"),
    "window": gettext_lazy("Fetched at the window"),
    "stationed": gettext_lazy("Stationed clerks"),
    "rounds": gettext_lazy("Collection rounds at departments"),
    "online": gettext_lazy("Orders online"),
}
_TABLE = {row.setting: row for row in ROWS}
PROMISES: dict[str, str | Promise] = {
    "same_city": gettext_lazy("within the city"), "same_province": gettext_lazy("within the province"), "other": gettext_lazy("elsewhere"),
}  # fmt: skip


def title(key: str) -> str:
    """What a key means; the rows of Table 1 have their title from there, a key that nobody taught us is shown as it is."""
    return say(_TABLE[key].title) if key in _TABLE else str(TITLES.get(key, key))


def value(key: str, said: Any) -> str:
    """What a value says, in one line."""
    if said is None:
        return "–"
    if key in _TABLE and _TABLE[key].values:
        found = _TABLE[key].values.get(as_code(said))
        return say(found.words) if found else as_code(said)
    if key in _SAID:
        return _SAID[key](said)
    if isinstance(said, list):
        return enumerated(CODES.get(code, code) for code in said) or _("none")
    return str(CODES.get(said, said)) if isinstance(said, str) else str(said)


def _hours(n: int) -> str:
    return _("%(n)s h") % {"n": n}


def _risk(said: dict[str, Any]) -> str:
    """The assessment with its day and whoever signed it."""
    return " · ".join((said["sentence"], day(date.fromisoformat(said["assessed_on"])), said["signed_by"]))


def _days(n: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}


_SAID: dict[str, Callable[[Any], str]] = {
    "late_minutes": lambda said: _("%(n)s min") % {"n": said},
    "collect_hours": _hours,
    "days_ahead": _days,
    "order_before_minutes": lambda said: _("%(n)s min") % {"n": said},
    "same_day_until": lambda said: f"{said}:00",
    "courier_days": lambda said: say(days_words(said)),
    "couriers_on_holidays": lambda said: str(_("yes") if said else _("no")),
    "range_check": lambda said: str(_("yes") if said else _("no")),
    "collection_windows": lambda said: enumerated(f"{first}:00–{last}:00" for first, last in said),
    "result_hours": lambda said: enumerated(f"{place} {_hours(said[where])}" for where, place in PROMISES.items() if where in said),
    "payer_rules": lambda said: _("; ").join(f"{_items(each)} → {PAYERS.get(each['payer'], each['payer'])}" for each in said),
    "risk": _risk,
}


def rule(said: dict[str, Any], names: dict[str, str]) -> dict[str, str]:
    """One payer rule in words: for which items, which way, who pays, why, on which paper."""
    ways = [str(_("any way")) if way == "*" else str(LEGS.get(way, way)) for way in said["directions"]]
    return {
        "items": _items(said, names), "ways": enumerated(ways), "payer": str(PAYERS.get(said["payer"], said["payer"])),
        "reason": say(REASONS.get(said["reason"])) or said["reason"], "basis": local(said, "basis"),
    }  # fmt: skip


def _items(said: dict[str, Any], names: dict[str, str] | None = None) -> str:
    return enumerated(_item(code, names or {}) for code in said["items"])


def _item(code: str, names: dict[str, str]) -> str:
    if code == "*":
        return _("every item")
    return f"{names[code]} ({code})" if code in names else code
