"""How a cell of Table 1 follows from a profile's settings, and what it is held against. Pure.

Seven rows as the paper prints them (王锋等 2017, 表 1). A cell's words follow from one declared setting; what really came in shows it at
work, or stands beneath it as an exception. What nothing shows at work says so: declared, not yet exercised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from govpost.common.text import Text
from govpost.quality.table_one import measures as m
from govpost.quality.table_one.measures import Measure, Tally, count

DECLARED = Text("Declared, not yet exercised")
NOT_BUILT = Text("What it needs is not built yet.")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a setting: the paper's words, what shows it at work, and what would be an exception to it.

    shown_by: of each group something must have come in; no group: there is nothing that could run (nothing is shared, nobody docks).
    built: whether the machinery exists at all.
    """

    words: Text
    shown_by: tuple[tuple[Measure, ...], ...] = ()
    apart: tuple[Measure, ...] = ()
    built: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: its title as printed, the setting it rests on, its words by the setting's value."""

    key: str
    title: Text
    setting: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Counted:
    """A count beneath a cell; it opens what it counts."""

    measure: Measure
    n: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in the table. lacking: why it is declared only; empty where it was seen at work."""

    row: Row
    said: str
    words: Text | str
    exceptions: tuple[Counted, ...] = ()
    lacking: tuple[Text, ...] = ()

    @property
    def assessed(self) -> bool:
        """Whether somebody signed these words, instead of a setting having them."""
        return not self.row.values

    @property
    def exercised(self) -> bool:
        return not self.lacking


_ONLINE, _INTERFACE = (m.ONLINE_CASES, m.PARTNER_CASES, m.PARTNER_MAIL), (m.PARTNER_CASES, m.PARTNER_MAIL)
_WINDOW = (m.WINDOW_CASES, m.WINDOW_MAIL)

ROWS: tuple[Row, ...] = (
    Row("intake", Text("How mail is taken in"), "lead_channel", {
        "stationed_and_online": Value(Text("Papers travel by post (stationed clerks and orders online)"), (_WINDOW, _ONLINE)),
        "online": Value(Text("Handled on the net (orders online)"), (_ONLINE,), _WINDOW),
    }),
    Row("payment", Text("Mode of payment"), "lead_payer", {
        "user": Value(Text("Users pay"), ((m.RECIPIENT_PAYS, m.SENDER_PAYS),), (m.DEPARTMENT_PAYS, m.GOVERNMENT_PAYS)),
        "government": Value(
            Text("Government pays"), ((m.GOVERNMENT_PAYS,),), (m.RECIPIENT_PAYS, m.SENDER_PAYS, m.DEPARTMENT_PAYS)
        ),
    }),
    Row("sharing", Text("Whether government bodies share data"), "sharing", {
        "none": Value(Text("Not shared")),
        "full": Value(Text("Fully shared"), built=False),  # the exchange between government bodies comes later
    }),
    Row("embedding", Text("Whether the government's platform gives access to EMS"), "embedding", {
        "": Value(Text("No access"), apart=(m.PARTNER_CASES,)),
        "computer": Value(Text("Access on computers"), ((m.ON_COMPUTERS,),), (m.ON_PHONES,)),
        "mobile": Value(Text("Access on phones"), ((m.ON_PHONES,),), (m.ON_COMPUTERS,)),
        "computer+mobile": Value(Text("Access on computers and on phones"), ((m.ON_COMPUTERS,), (m.ON_PHONES,))),
    }),
    Row("interconnection", Text("How data are connected"), "interconnection", {
        "independent": Value(Text("Data stand alone"), apart=_INTERFACE),
        "partial": Value(Text("Partly connected to the network of government services"), (_INTERFACE,)),
        "third_party": Value(Text("Connected to government services as a third party's platform"), ((m.PARTNER_CASES,),)),
    }),
    Row("platform", Text("The platform of the business"), "platform", {
        "ems": Value(Text("EMS's own platform"), ((m.ONLINE_CASES, *_WINDOW),), (m.PARTNER_CASES,)),
        "government": Value(Text("The government's platform on the net"), ((m.ONLINE_CASES, m.PARTNER_CASES),)),
    }),
    Row("risk", Text("Risks"), "risk", {}),
)  # fmt: skip


def cells(document: Mapping[str, Any], tally: Tally) -> list[Cell]:
    """The seven cells of a city whose merged settings are `document`, held against what came in."""
    return [cell(row, document, tally) for row in ROWS]


def cell(row: Row, document: Mapping[str, Any], tally: Tally) -> Cell:
    said = as_code(document.get(row.setting))
    if not row.values:  # an assessment that somebody signed: its own words
        assessment = document.get(row.setting) or {}
        return Cell(row, said, assessment.get("sentence", ""), lacking=() if assessment else (Text("Nobody has assessed it yet."),))
    value = row.values[said]
    exceptions = tuple(Counted(measure, n) for measure in value.apart if (n := count(tally, [measure])))
    return Cell(row, said, value.words, exceptions, tuple(_lacking(value, tally)))


def as_code(said: Any) -> str:
    """A setting's value as one word: several are joined in order, an assessment is known by its day."""
    if isinstance(said, dict):
        return str(said.get("assessed_on", ""))
    return "+".join(sorted(said)) if isinstance(said, list | tuple) else str(said or "")


def _lacking(value: Value, tally: Tally) -> Sequence[Text]:
    if not value.built:
        return [NOT_BUILT]
    return [Text("None was counted: %(what)s.", {"what": group[0].words}) for group in value.shown_by if not count(tally, group)]
