"""What the catalogue knows without a database: kinds of items, what a guide says of days, and the rules of an item's mail."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from govpost.common.refusal import Decision, allow, deny
from govpost.common.text import Text
from govpost.parties.roles import Role

MAY: dict[str, frozenset[Role]] = {
    "end_service": frozenset({Role.ADMIN}),
    "propose": frozenset({Role.ADMIN}),
    "review": frozenset({Role.ADMIN}),
}

IMPORTED = "000000000000"  # an imported foreign history: any signer, no department, never offered


class Owner(StrEnum):
    """Whose case: decided inside GovPost, or in a system of the department's own."""

    INSIDE = "inside"
    OUTSIDE = "outside"


class ItemType(StrEnum):
    """事项类型 of GB/T 39046-2020 Annex A.1; only 01 is bound by the clocks of 行政许可法."""

    POWER = "00"
    LICENCE = "01"
    PENALTY = "02"
    COERCION = "03"
    LEVY = "04"
    PAYMENT = "05"
    INSPECTION = "06"
    CONFIRMATION = "07"
    REWARD = "08"
    RULING = "09"
    OTHER = "10"
    PUBLIC_SERVICE = "20"


class Subject(StrEnum):
    """Who may apply: natural persons, legal persons, or both (服务对象, Annex A.4, in coarse)."""

    NATURAL = "natural"
    LEGAL = "legal"
    BOTH = "both"


class Unit(StrEnum):
    """The unit of a clock: working days of the hall's calendar, or calendar days."""

    WORKING = "working"
    CALENDAR = "calendar"


class PaperForm(StrEnum):
    """How a paper is asked for."""

    ORIGINAL = "original"
    COPY = "copy"
    ELECTRONIC = "electronic"


@dataclass(frozen=True, slots=True)
class MailRule:
    """What the item demands of its mail; `to_json` has exactly the keys of the mail room's own rule."""

    signers: tuple[str, ...]
    needs_code: bool
    attempts_max: int
    hold_days: int
    goods: bool
    post_only: bool
    basis: str
    weight_g: int

    def to_json(self) -> dict[str, Any]:
        return {
            "signers": list(self.signers), "needs_code": self.needs_code, "attempts_max": self.attempts_max,
            "hold_days": self.hold_days, "goods": self.goods, "post_only": self.post_only, "basis": self.basis,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clock:
    """One line of the guide about days, and the clause or regulation it rests on."""

    sentence: Text
    basis: str


@dataclass(frozen=True, slots=True)
class Days:
    """The terms of an item as the catalogue holds them; None where the item has no such term."""

    accept: int | None
    accept_basis: str
    decide: int | None
    legal: int | None
    unit: Unit
    decide_basis: str
    deliver: int | None
    deliver_basis: str


def clocks(days: Days) -> tuple[Clock, ...]:
    """What the guide says of days, in the order in which they run."""
    lines = (_accept(days), _decide(days), _deliver(days))
    return tuple(line for line in lines if line)


def _accept(days: Days) -> Clock | None:
    if days.accept is None:
        return None
    sentence = Text(
        "Within %(days)s working days of receiving your papers the department accepts them, or tells you once all that is missing.",
        {"days": days.accept},
    )
    return Clock(sentence, days.accept_basis)


def _decide(days: Days) -> Clock | None:
    if days.decide is None:
        return None
    numbers = {"days": days.decide, "legal": days.legal}
    if days.unit is Unit.CALENDAR:
        sentence = Text("The result is made within %(days)s calendar days of your application.", numbers)
    elif days.legal and days.legal > days.decide:
        sentence = Text("The department decides within %(days)s working days of acceptance (the law allows %(legal)s).", numbers)
    else:
        sentence = Text("The department decides within %(days)s working days of acceptance.", numbers)
    return Clock(sentence, days.decide_basis)


def _deliver(days: Days) -> Clock | None:
    if days.deliver is None:
        return None
    sentence = Text("The result reaches you within %(days)s working days of the decision.", {"days": days.deliver})
    return Clock(sentence, days.deliver_basis)


def door_label(position: int) -> str:
    """What the courier sees instead of a paper's name: a letter may be counted but not read (邮政法 25)."""
    return f"材料 {position}"


def task_code(uscc: str, region: str, code: str) -> str:
    """The 31-character implementing code: credit code of the department, level of exercise (A.2), base code (GB/T 39554.1)."""
    level = len(region.split(".")) + 1 if region else 1
    return f"{uscc}{level}{code}"


def may_review(*, reviewer: str, hands: Collection[str]) -> Decision:
    """Four eyes: whoever wrote or changed a proposal never reviews it. `reviewer` and `hands` are keys of actors."""
    if reviewer in hands:
        return deny("own_proposal", Text("You wrote or changed this version. Another administrator must review it."))
    return allow()


def may_take_over(*, valid_from: date, today: date) -> Decision:
    """A version is proposed for a coming day: what was promised yesterday is not changed."""
    if valid_from <= today:
        return deny("too_early", Text("Choose a first day after today. Cases that are running keep their version."))
    return allow()


def may_withdraw(*, valid_from: date, today: date) -> Decision:
    """An approved version is taken back before its day only; afterwards a next version follows."""
    if valid_from <= today:
        return deny("in_force", Text("This version is in force. Propose a next one, or end the item."))
    return allow()
