"""The desk's areas: who works in which, and the links beside every page. An area's addresses stand in its own `urls.py`."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from govpost.common.actor import Actor
from govpost.parties.roles import Role
from govpost.surfaces.shared.access import find_actor
from govpost.surfaces.shared.nav import Item


@dataclass(frozen=True, slots=True)
class Link:
    """One page of an area; shown to whoever holds one of `roles`. Pages under the address `also` belong to it too."""

    label: str | Promise
    name: str
    icon: str
    roles: frozenset[Role]
    exact: bool = False
    also: str = ""


WINDOW = frozenset({Role.CLERK})
OFFICE = frozenset({Role.OFFICER})
SENDING = frozenset({Role.SENDER, Role.OFFICER})
STATION = frozenset({Role.STATION})
DISPATCH = frozenset({Role.DISPATCHER})
SUPERVISION = frozenset({Role.SUPERVISOR})
QUALITY = frozenset({Role.QUALITY, Role.SUPERVISOR})
MONEY = frozenset({Role.FINANCE, Role.SUPERVISOR})
STATEMENTS = MONEY | SENDING  # whoever pays monthly sees the own ones
ADMINISTRATION = frozenset({Role.ADMIN})
WAITING = frozenset({Role.CLERK, Role.OFFICER, Role.STATION, Role.DISPATCHER, Role.SUPERVISOR, Role.FINANCE, Role.ADMIN})
KEEPING = frozenset({Role.ADMIN, Role.FINANCE})
TABLE_ONE = QUALITY | ADMINISTRATION

LINKS: tuple[tuple[str | Promise, tuple[Link, ...]], ...] = (
    (pgettext_lazy("place", "Window"), (
        Link(_("Counter"), "desk:counter", "person", WINDOW),
        Link(_("Taken in"), "desk:counter_intakes", "list", WINDOW),
        Link(_("Papers coming in"), "desk:window", "door", WINDOW),
        Link(_("Papers for the departments"), "desk:counter_papers", "truck", WINDOW),
        Link(_("Results to hand out"), "desk:window_results", "file", WINDOW),
    )),
    (_("Department"), (
        Link(_("Cases"), "desk:cases", "list", OFFICE),
        Link(_("Results for the desks"), "desk:handover", "truck", OFFICE),
        Link(_("Send mail"), "desk:send", "envelope", SENDING, exact=True),
        Link(_("Send a file"), "desk:send_file", "upload", SENDING),
        Link(_("Mail sent"), "desk:sent", "search", SENDING),
    )),
    (_("Station desk"), (
        Link(_("At the desk"), "desk:station", "envelope", STATION, exact=True),
        Link(_("Hand-over lists"), "desk:station_lists", "list", STATION),
        Link(_("Parcels"), "desk:parcels", "file", STATION),
        Link(_("Bags"), "desk:bags", "truck", STATION),
        Link(_("Day balance"), "desk:balance", "check", STATION),
        Link(_("Unclear events"), "desk:unclear", "warning", STATION),
    )),
    (_("Dispatch"), (
        Link(_("Instructions"), "desk:dispatch", "clock", DISPATCH),
        Link(_("Unclear events"), "desk:unclear", "warning", DISPATCH),
    )),
    (_("Supervision"), (
        Link(_("Cases and mail"), "desk:supervision", "search", SUPERVISION),
        Link(_("Retention"), "desk:retention", "shield", SUPERVISION, also="/desk/retention"),
    )),
    (_("Overdue"), (Link(_("What waits too long"), "desk:waiting", "clock", WAITING),)),
    (_("Quality"), (
        Link(_("Rates"), "desk:rates", "chart", QUALITY, exact=True),
        Link(_("Corrections"), "desk:corrections", "warning", QUALITY),
        Link(_("Cities compared"), "desk:table1", "list", TABLE_ONE),
    )),
    (_("Money"), (
        Link(_("Accounts"), "desk:accounts", "coin", STATEMENTS),
        Link(_("Statements"), "desk:statements", "file", STATEMENTS),
    )),
    (_("People and organisations"), (
        Link(_("People"), "desk:people", "person", ADMINISTRATION),
        Link(_("Organisations"), "desk:organisations", "building", ADMINISTRATION),
        Link(_("Partners' keys"), "desk:partner_keys", "key", ADMINISTRATION),
    )),
    (_("Configuration"), (
        Link(_("City profiles"), "desk:profiles", "list", ADMINISTRATION),
        Link(_("Service items"), "desk:services", "file", ADMINISTRATION),
        Link(_("Outlets and halls"), "desk:outlets", "home", ADMINISTRATION, also="/desk/configuration/halls"),
        Link(_("Where the door is served"), "desk:reach", "pin", ADMINISTRATION),
        Link(_("Working days"), "desk:calendars", "calendar", ADMINISTRATION),
        Link(_("Tariffs"), "desk:tariffs", "coin", KEEPING),
        Link(_("Agreements"), "desk:agreements", "file", KEEPING),
        Link(_("Carriers"), "desk:carriers", "truck", ADMINISTRATION),
        Link(_("Retention"), "desk:retention", "shield", ADMINISTRATION, also="/desk/retention"),
        Link(_("Unclear events"), "desk:unclear", "warning", ADMINISTRATION),
    )),
)  # fmt: skip


def side_nav(request: HttpRequest) -> dict[str, list[Item]]:
    """Context processor: the areas in which the actor has a role, each under its title."""
    actor = find_actor(request)
    if actor is None or not request.path.startswith(("/desk/", "/account")):
        return {}
    items: list[Item] = []
    for title, links in LINKS:
        mine = [item for link in links if any(actor.has(role) for role in link.roles) and (item := _item(link))]
        items += [Item(title), *mine] if mine else []
    return {"side_nav": items}


def first_page(request: HttpRequest) -> str | None:
    """Where somebody starts: the first of the pages that are most their own, which the fewest roles share; the administrator's last."""
    actor = find_actor(request)
    mine = [link for _title, links in LINKS for link in links if actor is not None and any(actor.has(role) for role in link.roles)]
    items = (_item(link) for link in sorted(mine, key=lambda link: (Role.ADMIN in link.roles, len(link.roles))))
    return next((item.url for item in items if item), None)


def way_back(actor: Actor | None, *names: str) -> Item | None:
    """The first of these pages that the actor's roles open: the way back from a page to which several areas lead."""
    links = {link.name: link for _title, area in LINKS for link in area}
    mine = (_item(links[name]) for name in names if actor is not None and any(actor.has(role) for role in links[name].roles))
    return next((item for item in mine if item), None)


def _item(link: Link) -> Item | None:
    try:
        return Item(link.label, reverse(link.name), link.icon, exact=link.exact, also=link.also)
    except NoReverseMatch:
        return None  # the area is not built yet
