"""Who tries: every role at every place and for every kind of organisation, real keys, couriers of real outlets, people, nobody."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from govpost.common.actor import Actor, Grant
from govpost.common.ids import uuid7
from govpost.parties import actions as parties
from govpost.parties import queries
from govpost.parties.models import Staff
from govpost.parties.roles import Role
from govpost.parties.rules import role_fits
from govpost.parties.testing import make_staff, make_zhao, staff_actor
from govpost.places.testing import AT, LOADER
from tests.matrix.world import World

PLACES = {
    "county": "34.3416.341602", "next county": "34.3416.341621", "city": "34.3416", "next city": "34.3401", "province": "34",
    "other city": "37.3708", "other province": "37", "country": "",
}  # fmt: skip
# The department of the objects, another one of the same hall, no bond to any.
HOUSES = {"own": "bozhou-health", "other": "bozhou-market", "any": ""}
# An own department everywhere; another one, and none, where the place alone would let them in.
POSTS = [*((place, "own") for place in PLACES), *((place, "other") for place in ("county", "city", "province", "country")),
         ("city", "any"), ("country", "any")]  # fmt: skip
STRONGEST = {("city", "own"), ("country", "own"), ("country", "any")}  # who is turned away here is turned away everywhere


@dataclass(frozen=True, slots=True)
class Caller:
    """`role`, `place` and `house` are "" for callers without a role; `name` tells which relation they have."""

    name: str
    actor: Actor
    role: str = ""
    place: str = ""
    house: str = ""

    @property
    def strongest(self) -> bool:
        """Whether this post stands for the others of its role."""
        return not self.role or (self.place, self.house) in STRONGEST


def make_callers(world: World, herself: Staff, secured: Staff) -> list[Caller]:
    """Everybody; `herself` is the member of staff whose password is changed, `secured` one with a second factor."""
    cast, somebody = world.cast, make_staff(organisation="bozhou-post", outlet="SL341621D1").id
    posts = [_at_a_post(role, place, house, somebody) for role in Role for place, house in POSTS if _is_held(role, house)]
    return [
        *posts,
        _with_key("key", "bozhou-health", "city", "own"), _with_key("other key", "bozhou-market", "city", "other"),
        _with_key("key abroad", "jining-enforcement", "other city", "other"),
        Caller("zhao", cast.zhao, "courier", "county", "other"),
        Caller("colleague", make_zhao(name="孙示例"), "courier", "county", "other"),
        _courier("zhao elsewhere", "next county", "SL341602D1"), _courier("neighbour", "city", "SL341621D1"),
        Caller("herself", queries.actor_for_staff(herself, AT)), Caller("secured", queries.actor_for_staff(secured, AT)),
        Caller("without a role", queries.actor_for_staff(make_staff(), AT)),
        Caller("lin", cast.lin), Caller("qian", cast.qian), Caller("nobody", Actor("person", None, "")),
        Caller("system", Actor.system("test")),
    ]  # fmt: skip


def _is_held(role: Role, house: str) -> bool:
    """Whether the role can be granted so: some are held for one organisation only."""
    return house != "any" or role_fits(role, None).allowed


def _at_a_post(role: Role, place: str, house: str, somebody: UUID) -> Caller:
    code = HOUSES[house]
    grant = Grant(role.value, PLACES[place], queries.organisation_by_code(code).id if code else None)
    kind, who = ("partner", uuid7()) if role is Role.INTEGRATOR else ("staff", somebody)
    name = f"{role.value}, {place}, {house}"
    return Caller(name, Actor(kind, who, name, (grant,)), role.value, place, house)  # type: ignore[arg-type]


def _courier(name: str, place: str, outlet: str) -> Caller:
    """A courier whose place and outlet do not agree, or whose outlet is another."""
    actor = staff_actor(Role.COURIER, organisation="bozhou-post", region=PLACES[place], outlet=outlet)
    return Caller(name, actor, "courier", place, "other")


def _with_key(name: str, organisation: str, place: str, house: str) -> Caller:
    found = queries.organisation_by_code(organisation)
    text = parties.make_partner_key(name=name, organisation=found, region=PLACES[place], at=AT, by=LOADER)[1]
    actor = queries.actor_for_partner(text, AT)
    assert actor is not None
    return Caller(name, actor, Role.INTEGRATOR.value, place, house)
