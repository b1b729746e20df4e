"""Builders for tests and the named cast: Lin 林 (citizen), Wang 王 (clerk), Zhao 赵 (courier), Qian 钱 (must see nothing)."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count

from govpost.common.actor import Actor
from govpost.journal.testing import once
from govpost.parties import actions, queries
from govpost.parties.models import Organisation, Party, Staff
from govpost.parties.ports import IdentityClaims
from govpost.parties.roles import Role
from govpost.places.models import Outlet
from govpost.places.testing import AT, LOADER, load_places, make_resident_id, make_uscc

PASSWORD = "a-long-enough-word-2026"
LIN_NUMBER = make_resident_id("341602", date(1985, 3, 12), 996)
QIAN_NUMBER = make_resident_id("341621", date(1990, 7, 1), 997)
LIN_PHONE, QIAN_PHONE = "15400000001", "15400000002"
_numbers = count(1)


@once
def load_organisations() -> None:
    """Places (without their calendar) and the example organisations of the three cities."""
    load_places(calendar=False)
    actions.load_organisations(at=AT, by=LOADER)


def make_claims(**over: object) -> IdentityClaims:
    """A natural person's claims; an enterprise with `make_enterprise_claims`."""
    n = next(_numbers)
    values: dict[str, object] = {
        "subject": f"u{n}", "kind": "natural", "name": "林示例", "id_type": "111",
        "id_number": make_resident_id(sequence=n % 1000), "phone": f"154{n:08d}", "assurance": 3,
    }  # fmt: skip
    return IdentityClaims(**{**values, **over})  # type: ignore[arg-type]


def make_enterprise_claims(**over: object) -> IdentityClaims:
    n = next(_numbers)
    values: dict[str, object] = {
        "kind": "legal", "name": "亳州示例美容有限公司", "id_type": "001", "id_number": make_uscc(serial=f"XX{n:07d}"),
        "legal_representative": "孙示例", "acting_person_name": "李示例",
        "acting_id_number": make_resident_id(sequence=n % 1000), "acting_phone": f"154{n:08d}",
    }  # fmt: skip
    return make_claims(**{**values, **over})


def make_party(at: datetime = AT, **over: object) -> Party:
    return actions.sign_in(claims=make_claims(**over), at=at, by=LOADER)


def make_lin(at: datetime = AT) -> Party:
    """Lin 林, the citizen."""
    return make_party(at, name="林示例", id_number=LIN_NUMBER, phone=LIN_PHONE)


def make_qian(at: datetime = AT) -> Party:
    """Qian 钱, someone else's citizen: must see nothing of Lin's."""
    return make_party(at, name="钱示例", id_number=QIAN_NUMBER, phone=QIAN_PHONE)


def person(party: Party) -> Actor:
    return queries.actor_for_party(party.id, AT)


def make_staff(
    role: Role | None = None,
    *,
    organisation: str = "bozhou-government",
    region: str = "34.3416",
    outlet: str = "",
    **over: str,
) -> Staff:
    """Somebody of an organisation (by code) with perhaps one role there; postal roles at a postal organisation."""
    home = Organisation.objects.get(code=organisation)
    place = Outlet.objects.get(code=outlet) if outlet else None
    login, name = over.get("login", f"staff{next(_numbers)}"), over.get("name", "王示例")
    staff = Staff(login=login, name=name, organisation=home, outlet=place)
    staff.set_unusable_password()  # no test signs in with it, and a real digest is slow on purpose
    staff.save(force_insert=True)
    if role is not None:
        actions.grant(staff=staff, role=role, region=region, organisation=home, at=AT, by=LOADER)
    return staff


def staff_actor(role: Role, **over: str) -> Actor:
    return queries.actor_for_staff(make_staff(role, **over), AT)


def make_wang(**over: str) -> Actor:
    """Wang 王, the clerk of Bozhou's hall."""
    return staff_actor(Role.CLERK, name="王示例", **over)


def make_zhao(**over: str) -> Actor:
    """Zhao 赵, the courier of Qiaocheng's delivery office."""
    values = {"organisation": "bozhou-post", "region": "34.3416.341602", "outlet": "SL341602D1", "name": "赵示例"}
    return staff_actor(Role.COURIER, **{**values, **over})
