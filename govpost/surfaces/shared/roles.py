"""Roles and regions in words, wherever somebody reads what they or others may do."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy

from govpost.parties.roles import Role
from govpost.places import queries as places

ROLES: dict[str, str | Promise] = {
    Role.CLERK: gettext_lazy("One-window clerk"),
    Role.OFFICER: gettext_lazy("Department officer"),
    Role.STATION: gettext_lazy("Stationed clerk"),
    Role.COURIER: gettext_lazy("Courier"),
    Role.DISPATCHER: gettext_lazy("Dispatcher"),
    Role.SUPERVISOR: gettext_lazy("Supervisor"),
    Role.QUALITY: gettext_lazy("Quality manager"),
    Role.FINANCE: gettext_lazy("Finance"),
    Role.INTEGRATOR: gettext_lazy("Integrator"),
    Role.SENDER: gettext_lazy("Sending department"),
    Role.ADMIN: gettext_lazy("Administrator"),
}


def role_word(role: str) -> str:
    return str(ROLES.get(role, role))


def region_names(regions: Iterable[str]) -> dict[str, str]:
    """Region path → what the place is called; one query however many."""
    paths = set(map(str, regions))
    found = places.divisions(path.rpartition(".")[2] for path in paths if path)
    english = get_language() == "en"
    names = {path: found.get(path.rpartition(".")[2]) for path in paths}
    return {path: (division.name_en if english else division.name) if division else _unnamed(path) for path, division in names.items()}


def _unnamed(path: str) -> str:
    return path or gettext("The whole country")
