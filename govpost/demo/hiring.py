"""Puts the cast into the rooms: staff with their roles, a partner's key, and citizens as the province's identity service knows them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from uuid import UUID

from django.contrib.auth.hashers import Argon2PasswordHasher, get_hasher

from govpost.cases.rules import Address
from govpost.common.actor import Actor
from govpost.demo.people import BOZHOU, JINING, PASSWORD, WORKERS, ZHAOQING
from govpost.gateways.identity.parse import read_claims
from govpost.gateways.identity.people import PEOPLE, Account, Enterprise
from govpost.parties import actions, queries, totp
from govpost.parties.models import Staff
from govpost.parties.ports import IdentityClaims, IdType
from govpost.places import queries as places
from govpost.places.identifiers import resident_id_check

BUILDER = Actor.system("demonstration")
NEIGHBOURS = {"bozhou": 30, "jining": 12, "zhaoqing": 12}
_SURNAMES = "李张刘杨黄徐朱林高梁宋唐许韩邓冯曹彭潘袁董余叶程魏苏吕丁任卢"
_STREETS = ("薛阁街道", "花戏楼街道", "汤陵街道", "城关街道", "庄周街道", "示例镇")


@dataclass(frozen=True, slots=True)
class Citizen:
    """Somebody who applies, with the address to which results are brought."""

    party_id: UUID
    actor: Actor
    home: Address
    is_enterprise: bool


def hire(*, at: datetime) -> dict[str, Actor]:
    """Everybody of `people.WORKERS` with the role they hold from `at` on; login → actor."""
    with _quick_passwords():
        for each in WORKERS:
            organisation = queries.organisation_by_code(each.organisation)
            outlet = places.outlet(each.outlet) if each.outlet else None
            staff = actions.add_staff(
                login=each.login, name=each.name, organisation=organisation, password=PASSWORD, outlet=outlet, at=at, by=BUILDER
            )
            actions.grant(staff=staff, role=each.role, region=each.region, organisation=organisation, at=at, by=BUILDER)
            if each.secret:
                _give_second_factor(staff, each.secret, at)
    return actors(at)


def _give_second_factor(staff: Staff, secret: str, at: datetime) -> None:
    actions.begin_second_factor(staff_id=staff.id, secret=secret, at=at, by=BUILDER)
    actions.confirm_second_factor(staff_id=staff.id, code=totp.code_at(secret, totp.step_of(at)), at=at, by=BUILDER)


def actors(at: datetime) -> dict[str, Actor]:
    """Login → actor, for staff that is there already."""
    return {line.login: queries.actor_for_staff(queries.staff_member(line.id), at) for line in queries.staff_lines(BUILDER, at=at)}


# Platforms of others whose people apply there: their key's name, by city.
PLATFORMS = {"bozhou": "亳州网上办事大厅（示例）", "zhaoqing": "肇庆政务服务手机平台（示例）"}


def give_partner_keys(*, at: datetime) -> dict[str, str]:
    """A key for each city's platform, by city; this is the only sight of their texts."""
    keys = {}
    for city, name in PLATFORMS.items():
        owner = queries.organisation_by_code(f"{city}-government")
        _, keys[city] = actions.make_partner_key(name=name, organisation=owner, region=str(owner.region), at=at, by=BUILDER)
    return keys


def portal_of(key: str, *, at: datetime) -> Actor:
    """The city portal's program, by the key that it was given."""
    found = queries.actor_for_partner(key, at)
    if found is None:
        raise LookupError("the portal's key is not in force")
    return found


def settle(rng: Random, *, at: datetime) -> dict[str, list[Citizen]]:
    """The people of the identity sandbox, so that a visitor who signs in finds cases, and neighbours of theirs; by city."""
    return {
        city: _people(rng, region, NEIGHBOURS[city], at)
        for city, region in (("bozhou", BOZHOU), ("jining", JINING), ("zhaoqing", ZHAOQING))
    }


def _people(rng: Random, region: str, neighbours: int, at: datetime) -> list[Citizen]:
    city = region.rpartition(".")[2]
    known = [(read_claims(each.userinfo()), code) for each in PEOPLE if (code := _county_of(each)).startswith(city)]
    counties = [county.code for county in places.counties(region)]
    new = [(_neighbour(rng, n, counties[n % len(counties)]), counties[n % len(counties)]) for n in range(neighbours)]
    return [_citizen(rng, claims, county, at) for claims, county in (*known, *new)]


def _citizen(rng: Random, claims: IdentityClaims, county: str, at: datetime) -> Citizen:
    party = actions.sign_in(claims=claims, at=at, by=BUILDER)
    name, phone = claims.acting_person_name or claims.name, claims.phone or claims.acting_phone
    home = Address(name, phone, county, street(rng))
    return Citizen(party.id, queries.actor_for_party(party.id, at), home, claims.kind == "legal")


def street(rng: Random) -> str:
    return f"{rng.choice(_STREETS)}示例路 {rng.randint(1, 199)} 号 {rng.randint(1, 18)} 栋 {rng.randint(101, 2606)} 室"


def name(rng: Random) -> str:
    return f"{rng.choice(_SURNAMES)}示例"


def phone(rng: Random) -> str:
    """Of a range that was given to no operator."""
    return f"154{rng.randint(10_000_000, 99_999_999)}"


def _county_of(account: Account) -> str:
    return account.uscc[2:8] if isinstance(account, Enterprise) else account.id_number[:6]


def _neighbour(rng: Random, n: int, county: str) -> IdentityClaims:
    """A natural person whose number passes its check but carries a serial that nobody of that age has."""
    born = date(rng.randint(1958, 2004), rng.randint(1, 12), rng.randint(1, 28))
    first17 = f"{county}{born:%Y%m%d}{996 + n % 4}"
    return IdentityClaims(
        subject=f"demo-{county[:4]}-{n:04d}", kind="natural", name=name(rng), id_type=IdType.RESIDENT_ID_CARD.value,
        id_number=first17 + resident_id_check(first17), phone=phone(rng), assurance=3,
    )  # fmt: skip


@contextmanager
def _quick_passwords() -> Iterator[None]:
    """A password that stands on the sign-in page need not be costly to guess: half a second each would be half of the build."""
    hasher = get_hasher()
    if not isinstance(hasher, Argon2PasswordHasher):
        yield
        return
    before = hasher.time_cost, hasher.memory_cost, hasher.parallelism
    hasher.time_cost, hasher.memory_cost, hasher.parallelism = 1, 1024, 1
    try:
        yield
    finally:
        hasher.time_cost, hasher.memory_cost, hasher.parallelism = before
