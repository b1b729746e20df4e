"""Roles and regions in words, wherever somebody reads what they or others may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.places.models import Division
from govpost.surfaces.shared.words import local

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
    """Region path → in words, such as 安徽省 亳州市; one question however many."""
    wanted = {str(region) for region in regions}
    known = places.divisions(code for region in wanted for code in region.split(".") if code)
    return {region: named(region, known) for region in wanted}


def named(region: str, known: Mapping[str, Division]) -> str:
    """One path by divisions that are at hand."""
    if not region:
        return gettext("The whole country")
    return " ".join(local(known[code], "name") if code in known else code for code in region.split("."))
