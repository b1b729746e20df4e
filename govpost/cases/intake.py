"""What the one-window counter takes in: how each paper is provided, who stands there, and when papers are told to be missing. Pure.

A paper is handed in, seen electronically, waived with a reason, or comes later. What is missing is no reason to turn somebody
away: it is told once, in writing (行政许可法 32), and the application is taken with papers to come if the applicant wants it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from govpost.common.refusal import Decision, allow, deny
from govpost.common.text import Text
from govpost.places import identifiers


class Provided(StrEnum):
    """How a paper of an application is provided."""

    PAPER = "paper"
    ELECTRONIC = "electronic"
    WAIVED = "waived"
    LATER = "later"


class Source(StrEnum):
    """What stands for a paper that is not handed in on paper."""

    LICENCE = "licence"  # in the licence library, of the applicant and in force
    COPY = "copy"  # an electronic copy that the window looked at


class Waiver(StrEnum):
    """Why a paper need not be handed in."""

    SHARED = "shared"  # 数据共享核验
    PROMISE = "promise"  # 告知承诺制
    HELD = "held"  # handed in before, 已收取
    UNRELATED = "unrelated"  # has nothing to do with this application


WAIVERS: Mapping[Waiver, Decision] = {
    Waiver.SHARED: allow("shared", Text("The window has checked it in the government's own data."), "国令716"),
    Waiver.PROMISE: allow("promise", Text("The applicant promises it in writing, in place of the paper."), "国办发〔2020〕42号"),
    Waiver.HELD: allow("held", Text("The department has it from an earlier application, and it is still good."), "国令716"),
    Waiver.UNRELATED: allow("unrelated", Text("It has nothing to do with this application."), "行政许可法 31"),
}


@dataclass(frozen=True, slots=True)
class Given:
    """How one paper is provided. why: a `Source` or `Waiver`; licence: its identifier, where one stands for the paper."""

    how: str
    why: str = ""
    licence: str = ""

    def to_json(self) -> dict[str, str]:
        return {"how": self.how, "why": self.why, "licence": self.licence}

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> Given:
        return cls(data["how"], data["why"], data["licence"])


Checklist = Mapping[str, Given]  # by the id of the item's paper


def check_checklist(checklist: Checklist, *, wanted: Iterable[str], licences: Collection[str]) -> dict[str, Text]:
    """What is wrong, by "paper-<id>". wanted: ids of the papers that are asked for; licences: identifiers that may stand for one."""
    errors: dict[str, Text] = {}
    for paper in wanted:
        sentence = _wrong(checklist.get(paper), licences)
        if sentence:
            errors[f"paper-{paper}"] = sentence
    return errors


def _wrong(given: Given | None, licences: Collection[str]) -> Text | None:
    if given is None or given.how not in set(Provided):
        return Text("Say how this paper is provided: on paper, electronically, not needed, or later.")
    if given.how == Provided.ELECTRONIC and given.why == Source.LICENCE:
        return None if given.licence in licences else Text("This licence is not the applicant's, or is no longer in force.")
    if given.how == Provided.ELECTRONIC and given.why != Source.COPY:
        return Text("Say what stands for the paper: a licence of the library, or an electronic copy that you looked at.")
    if given.how == Provided.WAIVED and given.why not in set(Waiver):
        return Text("Say why this paper is not needed.")
    return None


def missing(checklist: Checklist, wanted: Iterable[str]) -> list[str]:
    """The papers that still have to come; without a word about a paper it has to come."""
    return [paper for paper in wanted if paper not in checklist or checklist[paper].how == Provided.LATER]


def may_tell_missing(*, missing: Collection[str], told: Collection[str]) -> Decision:
    """Everything that is missing is told at once; what was not told then is not asked for afterwards."""
    if not missing:
        return deny("nothing_missing", Text("Nothing is missing: take the application."), "行政许可法 32")
    if told and not set(missing) <= set(told):
        return deny(
            "told_once",
            Text(
                "The applicant was told once what is missing, and these papers were not named. Take the application; "
                "the department may ask once for corrections."
            ),
            "行政许可法 32",
        )
    return allow("may_tell_missing", basis="行政许可法 32")


class Relation(StrEnum):
    """Who stands at the counter, to the applicant."""

    SELF = "self"  # the applicant in person; for an enterprise its legal representative
    AGENT = "agent"  # 代办人 / 经办人, sent by the applicant


@dataclass(frozen=True, slots=True)
class Comer:
    """Who came. An agent has name, number and telephone of their own, and brings a letter of authority."""

    relation: str = ""
    name: str = field(default="", repr=False)
    id_number: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    authority_seen: bool = False
    identity_seen: bool = False

    def to_json(self) -> dict[str, str | bool]:
        return {name: getattr(self, name) for name in self.__slots__}


def check_comer(comer: Comer | None, *, on: date) -> dict[str, Text]:
    """What is wrong with who came, by field: nobody applies for somebody else without a letter of authority."""
    if comer is None or comer.relation not in set(Relation):
        return {"relation": Text("Say who stands at the counter.")}
    errors: dict[str, Text] = {}
    if not comer.identity_seen:
        errors["identity_seen"] = Text("Look at the identity document of the person before you, and confirm it.")
    if comer.relation == Relation.SELF:
        return errors
    if not comer.name.strip():
        errors["comer_name"] = Text("Enter the name of the person who came.")
    if not (number := identifiers.resident_id(comer.id_number, on=on)).allowed:
        errors["comer_number"] = number.sentence
    if not (phone := identifiers.phone(comer.phone)).allowed:
        errors["comer_phone"] = phone.sentence
    if not comer.authority_seen:
        errors["authority_seen"] = Text("Look at the letter of authority (授权委托书), and confirm it.")
    return errors


class Mistake(StrEnum):
    """Why an intake is undone."""

    WRONG_PERSON = "wrong_person"
    WRONG_ITEM = "wrong_item"
    TWICE = "twice"
    CHANGED_MIND = "changed_mind"


def check_contact(phone: str, *, known: str, identity_seen: bool) -> dict[str, Text]:
    """Another telephone for a case: a mobile, not the known one, of somebody whose document was looked at."""
    errors: dict[str, Text] = {}
    if not (fits := identifiers.mobile(phone)).allowed:
        errors["phone"] = fits.sentence
    elif phone == known:
        errors["phone"] = Text("This case is told of at this number already.")
    if not identity_seen:
        errors["identity_seen"] = Text("Look at the identity document of the person before you, and confirm it.")
    return errors


def may_undo(*, taken_on: date | None, today: date, untouched: bool, why: str) -> Decision:
    """An intake is undone on its day, while the department has not answered; afterwards the applicant takes it back."""
    if why not in set(Mistake):
        return deny("why_missing", Text("Say why this intake is undone."))
    if taken_on is None or not untouched or today - taken_on >= timedelta(days=1):
        return deny(
            "too_late_to_undo",
            Text("An intake is undone on its day, before the department has answered. Now the applicant can take the application back."),
        )
    return allow("may_undo")
