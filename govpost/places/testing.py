"""Builders for tests: the three cities as they are loaded, and numbers that pass their checks."""

from __future__ import annotations

from datetime import UTC, date, datetime

from govpost.common.actor import Actor
from govpost.places import actions
from govpost.places.identifiers import resident_id_check, s10_check, uscc_check
from govpost.places.models import Outlet, OutletKind

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, 9:00 in Shanghai
LOADER = Actor.system("test")


def load_places(*, calendar: bool = True) -> None:
    """Divisions, outlets, halls and service areas of the three cities; the calendar's three years where days are counted."""
    for load in (actions.load_divisions, actions.load_outlets, actions.load_halls, actions.load_areas):
        load(at=AT, by=LOADER)
    if calendar:
        actions.load_calendar(at=AT, by=LOADER)


def make_resident_id(division: str = "341602", born: date = date(1980, 5, 17), sequence: int = 123) -> str:
    """A synthetic identity number with a right check digit."""
    first17 = f"{division}{born:%Y%m%d}{sequence:03d}"
    return first17 + resident_id_check(first17)


def make_uscc(division: str = "341602", serial: str = "XX0000001", kind: str = "91") -> str:
    """A synthetic credit code with a right check character; `serial` has nine symbols without I, O, S, V, Z."""
    first17 = f"{kind}{division}{serial}"
    return first17 + uscc_check(first17)


def make_s10(serial: int, service: str = "EA", country: str = "CN") -> str:
    eight = f"{serial:08d}"
    return f"{service}{eight}{s10_check(eight)}{country}"


def make_closed_outlet(code: str, *, at: datetime) -> Outlet:
    """A station desk of Qiaocheng that closed."""
    actions.open_outlet(
        code=code, name="示例已撤窗口", name_en="Example closed desk", kind=OutletKind.STATION, division="341602", address="示例路3号",
        phone="0558-0000007", at=at, by=LOADER,
    )  # fmt: skip
    return actions.close_outlet(code=code, reason="示例", at=at, by=LOADER)
