"""Who knocks: every role in its own city and in another, neighbours of the same city, citizens, partners, a stranger."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from django.test import Client

from govpost.common.actor import Actor
from govpost.parties import actions as parties
from govpost.parties import queries
from govpost.parties.models import Staff
from govpost.parties.roles import Role
from govpost.parties.testing import make_staff
from govpost.places.testing import AT, LOADER
from govpost.surfaces.shared.access import PARTY_KEY


@dataclass(slots=True)
class Seat:
    """One way of coming in: `kind` as the middleware sees it, the cookies or the key that prove it."""

    name: str
    kind: str
    roles: frozenset[str] = frozenset()
    cookies: SimpleCookie = field(default_factory=SimpleCookie)
    headers: dict[str, str] = field(default_factory=dict)

    def client(self) -> Client:
        """A browser as it was after signing in: what earlier answers set is forgotten."""
        client = Client(headers=self.headers)
        client.cookies = SimpleCookie(self.cookies.output(header="", sep=";"))
        return client


@dataclass(frozen=True, slots=True)
class Post:
    """Where somebody works: organisation, region of the role, outlet."""

    organisation: str
    region: str
    outlet: str = ""


# role → at home (where the objects of the matrix are), abroad (another city)
POSTS: dict[Role, tuple[Post, Post]] = {
    Role.CLERK: (Post("bozhou-government", "34.3416"), Post("jining-government", "37.3708")),
    Role.OFFICER: (Post("bozhou-health", "34.3416"), Post("jining-enforcement", "37.3708")),
    Role.STATION: (Post("bozhou-post", "34.3416", "SL341600S1"), Post("jining-post", "37.3708", "SL370800S1")),
    Role.COURIER: (Post("bozhou-post", "34.3416.341602", "SL341602D1"), Post("jining-post", "37.3708.370811", "SL370811D1")),
    Role.DISPATCHER: (Post("bozhou-post", "34.3416"), Post("jining-post", "37.3708")),
    Role.SUPERVISOR: (Post("bozhou-government", "34.3416"), Post("jining-government", "37.3708")),
    Role.QUALITY: (Post("bozhou-post", "34.3416"), Post("jining-post", "37.3708")),
    Role.FINANCE: (Post("bozhou-post", "34.3416"), Post("jining-post", "37.3708")),
    Role.SENDER: (Post("bozhou-health", "34.3416"), Post("jining-enforcement", "37.3708")),
    Role.ADMIN: (Post("bozhou-government", "34.3416"), Post("jining-government", "37.3708")),
}
# The same role in the same city, but of another department or outlet.
NEIGHBOURS: dict[str, tuple[Role, Post]] = {
    "officer next door": (Role.OFFICER, Post("bozhou-market", "34.3416")),
    "sender next door": (Role.SENDER, Post("bozhou-enforcement", "34.3416")),
    "courier next door": (Role.COURIER, Post("bozhou-post", "34.3416.341621", "SL341621D1")),
}
PARTNERS = {"partner": ("bozhou-health", "34.3416"), "partner next door": ("bozhou-market", "34.3416"),
            "partner abroad": ("zhaoqing-health", "44.4412")}  # fmt: skip


def staff_of(role: Role, post: Post) -> Staff:
    return make_staff(role, organisation=post.organisation, region=post.region, outlet=post.outlet)


def make_seats(lin: Actor, qian: Actor) -> list[Seat]:
    """Everybody who knocks; `courier` at home is at the outlet of the objects."""
    seats = [Seat("stranger", "nobody")]
    for role, (home, abroad) in POSTS.items():
        seats.append(_staff_seat(role.value, role, staff_of(role, home)))
        seats.append(_staff_seat(f"{role.value} abroad", role, staff_of(role, abroad)))
    seats += [_staff_seat(name, role, staff_of(role, post)) for name, (role, post) in NEIGHBOURS.items()]
    seats += [_person_seat("lin", lin), _person_seat("qian", qian)]
    return seats + [_partner_seat(name, *where) for name, where in PARTNERS.items()]


def _staff_seat(name: str, role: Role, staff: Staff) -> Seat:
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return Seat(name, "staff", frozenset({role.value}), client.cookies)


def _person_seat(name: str, person: Actor) -> Seat:
    client = Client()
    session = client.session
    session[PARTY_KEY] = str(person.id)
    session.save()
    return Seat(name, "citizen", cookies=client.cookies)


def _partner_seat(name: str, organisation: str, region: str) -> Seat:
    found = queries.organisation_by_code(organisation)
    key = parties.make_partner_key(name=name, organisation=found, region=region, at=AT, by=LOADER)[1]
    return Seat(name, "partner", headers={"Authorization": f"Bearer {key}"})
