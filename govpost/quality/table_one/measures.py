"""What can be counted of a city's orders and cases, each with its sentence: the evidence and the exceptions of Table 1. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from govpost.common.text import Text
from govpost.quality.coming_in import Channel, Kind


class Screen(StrEnum):
    """On what the applicant applied when another platform handed the case in."""

    COMPUTER = "computer"
    MOBILE = "mobile"


@dataclass(frozen=True, slots=True)
class Manner:
    """How something came in; what the day's sums are kept by."""

    kind: str
    direction: str
    channel: str
    screen: str
    payer: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A part of what came in, chosen by manner; empty fields choose everything."""

    code: str
    words: Text
    kind: Kind
    direction: str = ""
    channel: str = ""
    screen: str = ""
    payer: str = ""

    def fits(self, manner: Manner) -> bool:
        wanted = self.wanted()
        return all(getattr(manner, name) == value for name, value in wanted.items())

    def wanted(self) -> dict[str, str]:
        """The columns that choose, with their values."""
        found = {"direction": self.direction, "channel": self.channel, "screen": self.screen, "payer": self.payer}
        return {"kind": self.kind.value} | {name: value for name, value in found.items() if value}


Tally = Counter[Manner]


def count(tally: Tally, measures: Iterable[Measure]) -> int:
    """How much of what came in fits at least one of these."""
    chosen = tuple(measures)
    return sum(n for manner, n in tally.items() if any(measure.fits(manner) for measure in chosen))


_CASE, _ORDER = Kind.CASE, Kind.ORDER
ONLINE_CASES = Measure("online_cases", Text("Cases applied for on the portal"), _CASE, channel=Channel.ONLINE)
WINDOW_CASES = Measure("window_cases", Text("Cases taken at the window"), _CASE, channel=Channel.WINDOW)
WINDOW_MAIL = Measure("window_mail", Text("Orders taken by clerks at a window or desk"), _ORDER, direction="single", channel=Channel.WINDOW)
PARTNER_CASES = Measure("partner_cases", Text("Cases handed in by another platform"), _CASE, channel=Channel.PARTNER)
PARTNER_MAIL = Measure(
    "partner_mail", Text("Orders of another system by the interface"), _ORDER, direction="single", channel=Channel.PARTNER
)
ON_COMPUTERS = Measure(
    "on_computers", Text("Cases of another platform, on computers"), _CASE, channel=Channel.PARTNER, screen=Screen.COMPUTER
)
ON_PHONES = Measure("on_phones", Text("Cases of another platform, on phones"), _CASE, channel=Channel.PARTNER, screen=Screen.MOBILE)
ORDERS = Measure("orders", Text("Orders in twelve months"), _ORDER)
GOVERNMENT_PAYS = Measure("government_pays", Text("Orders that the government pays"), _ORDER, payer="government")
DEPARTMENT_PAYS = Measure("department_pays", Text("Orders that the department pays"), _ORDER, payer="department")
RECIPIENT_PAYS = Measure("recipient_pays", Text("Orders freight collect: the recipient pays"), _ORDER, payer="recipient")
SENDER_PAYS = Measure("sender_pays", Text("Orders that the sender pays"), _ORDER, payer="sender")

MEASURES: dict[str, Measure] = {
    measure.code: measure
    for measure in (
        ONLINE_CASES, WINDOW_CASES, WINDOW_MAIL, PARTNER_CASES, PARTNER_MAIL, ON_COMPUTERS, ON_PHONES,
        ORDERS, GOVERNMENT_PAYS, DEPARTMENT_PAYS, RECIPIENT_PAYS, SENDER_PAYS,
    )
}  # fmt: skip
