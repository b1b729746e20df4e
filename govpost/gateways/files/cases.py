"""A department's own cases as a table: each good row what the other system says of one case, each bad one an error with line and field.

Columns (any of the names): ref 办件编号 · item 事项编码 · department 部门代码 · applicant 申请人 · id_type 证件类型 · id_number 证件号码 ·
phone 电话 · state 状态 · channel 受理渠道 · paper_way 送件方式 · result_way 取件方式 · the moments · subject, premises, details ·
recipient, recipient_phone, division, address · decision, corrections, reason, remedy · document 证照编号 · papers_mail, result_mail.
Only ref, item, applicant, id_number, phone, state and submitted_at are needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from govpost.cases.history import Told
from govpost.cases.rules import Address, Channel, PaperWay, ResultWay
from govpost.cases.states import State
from govpost.common.refusal import InvalidInput, Refusal
from govpost.common.text import Text
from govpost.gateways.files.orders import WRITE_MOMENT, moment
from govpost.gateways.files.tables import Row, RowError, is_ndjson, open_objects, open_table
from govpost.parties.ports import IdType
from govpost.parties.rules import Identity
from govpost.places import identifiers
from govpost.places.addresses import STREET_LONGEST, CountyNames, take_apart

MOMENTS = (
    "submitted_at", "papers_received_at", "correction_requested_at", "resubmitted_at", "accepted_at", "decided_at", "handed_over_at",
    "closed_at", "ended_at",
)  # fmt: skip
DECISIONS = {"approved": False, "refused": True, "准予许可": False, "不予许可": True}
ANSWERS = ("subject", "premises", "details")
COLUMNS = (
    "ref", "item", "department", "applicant", "id_type", "id_number", "phone", "state", "channel", "paper_way", "result_way", *MOMENTS,
    "correction_due_on", "decision", *ANSWERS, "recipient", "recipient_phone", "division", "address", "corrections", "reason", "remedy",
    "document", "papers_mail", "result_mail",
)  # fmt: skip
_ALSO = {
    "ref": ("办件编号", "办件号", "受理编号", "受理号"), "item": ("事项编码", "事项代码"), "department": ("部门代码", "单位代码"),
    "applicant": ("申请人", "申请人姓名", "姓名"), "id_type": ("证件类型", "证件类型代码"),
    "id_number": ("证件号码", "身份证号", "统一社会信用代码"), "phone": ("电话", "手机号", "联系电话"), "state": ("状态", "办件状态"),
    "channel": ("受理渠道", "申请渠道"), "paper_way": ("送件方式",), "result_way": ("取件方式", "领取方式"),
    "submitted_at": ("申请时间",), "papers_received_at": ("收件时间",), "correction_requested_at": ("补正告知时间",),
    "correction_due_on": ("补正期限",), "decision": ("决定",), "resubmitted_at": ("补正时间",), "accepted_at": ("受理时间",),
    "decided_at": ("决定时间", "办结时间"), "handed_over_at": ("移交时间", "交寄时间"), "closed_at": ("送达时间", "领取时间"),
    "ended_at": ("终止时间",), "recipient": ("收件人", "收件人姓名"), "recipient_phone": ("收件人电话",), "division": ("区划代码",),
    "address": ("地址", "收件地址"), "document": ("证照编号", "文书编号"), "papers_mail": ("来件运单号",),
    "result_mail": ("运单号", "结果运单号"), "corrections": ("补正内容",), "reason": ("理由",), "remedy": ("救济途径",),
}  # fmt: skip
NAMES = {name: name for name in COLUMNS} | {spelling: name for name, spellings in _ALSO.items() for spelling in spellings}
NEEDED = ("ref", "item", "applicant", "id_number", "phone", "state", "submitted_at")
BETWEEN = "；"  # the points of a correction stand in one cell
LONGEST_REF = 80
_LONGEST_TEXT = 2000
_STATES = {
    "待受理": State.SUBMITTED, "补正中": State.CORRECTING, "已受理": State.ACCEPTED, "已批准": State.APPROVED,
    "不予许可": State.REFUSED, "已移交": State.HANDED_OVER, "已送达": State.CLOSED, "不予受理": State.NOT_ACCEPTED,
    "已撤回": State.WITHDRAWN, "已终止": State.TERMINATED,
}  # fmt: skip
_PAPER_WAYS = {"上门取件": PaperWay.DOOR, "自行送交": PaperWay.BRING, "不需要": PaperWay.NONE, "": PaperWay.NONE}
_RESULT_WAYS = {
    "邮寄": ResultWay.DOOR,
    "寄递": ResultWay.DOOR,
    "自行领取": ResultWay.WINDOW,
    "窗口领取": ResultWay.WINDOW,
    "": ResultWay.WINDOW,
}
_CHANNELS = {"网上": Channel.PORTAL, "窗口": Channel.WINDOW, "": Channel.PARTNER}
# What the action calls a field, and the table its column.
_COLUMN_OF_FIELD = {"name": "applicant", "street": "address", "county": "division"}
_COLUMN_OF_CODE = {"no_profile": "submitted_at", "told_differently": "ref", "moved_on_here": "state"}


Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class CasesRead:
    """`cases` with their line numbers, in the order in which they were applied for; `unknown` are columns that were not used."""

    cases: list[tuple[int, Told]]
    errors: list[RowError]
    unknown: list[str]


def read_cases(data: bytes, *, counties: Sequence[CountyNames]) -> CasesRead:
    """Read a file; good rows stay good whatever the others hold. Raises InvalidInput when it is no table of cases at all."""
    table = open_objects(data, NAMES) if is_ndjson(data) else open_table(data, NAMES, needed=NEEDED)
    found: list[tuple[int, Told]] = []
    errors, seen = list(table.errors), dict[tuple[str, str], int]()
    for row in table.rows:
        wrong = list(_wrong(row, seen, counties))
        errors += wrong
        if not wrong:
            found.append((row.line, _told(row, counties)))
    found.sort(key=lambda each: (each[1].submitted_at, each[0]))
    return CasesRead(found, sorted(errors, key=lambda error: error.line), table.unknown)


def refused_case(line: int, refused: Refusal) -> list[RowError]:
    """What `cases.bring_in` refused, at the column that has to be mended."""
    if isinstance(refused, InvalidInput):
        return [RowError(line, _COLUMN_OF_FIELD.get(name, name), sentence) for name, sentence in refused.errors.items()]
    return [RowError(line, _COLUMN_OF_CODE.get(refused.code, "row"), refused.sentence)]


def _wrong(row: Row, seen: dict[tuple[str, str], int], counties: Sequence[CountyNames]) -> Iterator[RowError]:
    ref, key = row.get("ref"), (row.get("item"), row.get("ref"))
    if not ref or len(ref) > LONGEST_REF:
        yield RowError(row.line, "ref", Text("Give the number that the case has in the department's system, at most 80 characters."))
    elif key in seen:
        yield RowError(row.line, "ref", Text("This number stands in line %(line)s already. Each case needs its own.", {"line": seen[key]}))
    seen.setdefault(key, row.line)
    yield from (RowError(row.line, name, Text("This is needed: fill it in.")) for name in NEEDED[1:] if not row.get(name))
    if row.get("id_number") and _id_type(row) is None:
        yield RowError(row.line, "id_type", Text("Say the kind of document by its code, for example 111 or 001."))
    if row.get("decision") and row.get("decision") not in DECISIONS:
        yield RowError(row.line, "decision", Text("Write one of these: %(known)s.", {"known": "approved, refused"}))
    yield from _wrong_words(row)
    yield from (RowError(row.line, name, WRITE_MOMENT) for name in MOMENTS if row.get(name) and moment(row.get(name)) is None)
    if row.get("correction_due_on") and _day(row.get("correction_due_on")) is None:
        yield RowError(row.line, "correction_due_on", Text("Write the day as 2026-12-31."))
    for name in (*ANSWERS, "corrections", "reason", "remedy", "document", "papers_mail", "result_mail"):
        if len(row.get(name)) > (_LONGEST_TEXT if name in (*ANSWERS, "corrections", "reason", "remedy") else LONGEST_REF):
            yield RowError(row.line, name, Text("This is too long. Shorten it."))
    yield from _wrong_place(row, counties)


def _wrong_words(row: Row) -> Iterator[RowError]:
    choices: Mapping[str, tuple[Mapping[str, str], type[State] | type[PaperWay] | type[ResultWay] | type[Channel]]] = {
        "state": (_STATES, State), "paper_way": (_PAPER_WAYS, PaperWay), "result_way": (_RESULT_WAYS, ResultWay),
        "channel": (_CHANNELS, Channel),
    }  # fmt: skip
    for name, (words, kind) in choices.items():
        said = row.get(name)
        if said and said not in words and (said not in set(kind) or said == State.DRAFT):
            known = ", ".join(value.value for value in kind if value != State.DRAFT)
            yield RowError(row.line, name, Text("Write one of these: %(known)s.", {"known": known}))


def _wrong_place(row: Row, counties: Sequence[CountyNames]) -> Iterator[RowError]:
    if not row.get("address"):
        return
    place = _place(row, counties)
    if place is None:
        yield RowError(
            row.line, "address", Text("Begin the address with province, city and county, or give the county's code in its own column.")
        )
    elif not 0 < len(place[1]) <= STREET_LONGEST:
        yield RowError(row.line, "address", Text("Enter street, house and room, so that the courier finds the door."))
    if not identifiers.phone(row.get("recipient_phone") or row.get("phone")).allowed:
        yield RowError(row.line, "recipient_phone", Text("Give a mobile number of 11 digits or a landline with its area code."))


def _told(row: Row, counties: Sequence[CountyNames]) -> Told:
    state = _word(row, "state", _STATES, State)
    moments = {name: moment(row.get(name)) for name in MOMENTS[1:]}
    if state == State.CLOSED:  # who keeps no moment of handing over knows that it was no later
        moments["handed_over_at"] = moments["handed_over_at"] or moments["closed_at"]
    submitted_at = moment(row.get("submitted_at"))
    if submitted_at is None:
        raise ValueError("asked by _wrong")
    return Told(
        ref=row.get("ref"), item=row.get("item"), state=state, submitted_at=submitted_at,
        applicant=Identity(row.get("applicant"), _id_type(row) or "", row.get("id_number"), row.get("phone")),
        paper_way=_word(row, "paper_way", _PAPER_WAYS, PaperWay).value, result_way=_word(row, "result_way", _RESULT_WAYS, ResultWay).value,
        channel=_word(row, "channel", _CHANNELS, Channel).value, department=row.get("department"),
        answers={name: row.get(name) for name in ANSWERS if row.get(name)}, address=_address(row, counties),
        correction_due_on=_day(row.get("correction_due_on")), refused=_refused(row, state),
        corrections=tuple(point for point in row.get("corrections").split(BETWEEN) if point), reason=row.get("reason"),
        remedy=row.get("remedy"), document=row.get("document"), papers_mail=identifiers.cleaned(row.get("papers_mail")),
        result_mail=identifiers.cleaned(row.get("result_mail")), **moments,
    )  # fmt: skip


def _refused(row: Row, state: State) -> bool:
    """Only a case that has gone on since has to say it in a column of its own."""
    return state == State.REFUSED or (state in (State.HANDED_OVER, State.CLOSED) and DECISIONS.get(row.get("decision"), False))


def _word(row: Row, name: str, words: Mapping[str, Word], kind: type[Word]) -> Word:
    said = row.get(name)
    return words[said] if said in words else kind(said)


def _id_type(row: Row) -> str | None:
    """The code that is said; without one what the number looks like (`cases.bring_in` checks it)."""
    said, number = row.get("id_type"), identifiers.cleaned(row.get("id_number"))
    if said:
        return said if said in set(IdType) else None
    resident = identifiers.resident_id(number, on=date.max)
    if not resident.allowed and identifiers.uscc(number).code == "uscc_ok":
        return IdType.USCC.value
    return IdType.RESIDENT_ID_CARD.value if resident.code != "id_form" else None


def _address(row: Row, counties: Sequence[CountyNames]) -> Address | None:
    place = _place(row, counties) if row.get("address") else None
    if place is None:
        return None
    phone = identifiers.cleaned(row.get("recipient_phone") or row.get("phone"))
    return Address(row.get("recipient") or row.get("applicant"), phone, place[0], place[1])


def _place(row: Row, counties: Sequence[CountyNames]) -> tuple[str, str] | None:
    """The county's code and the address from the street on; None rather than a guess."""
    wanted = [names for names in counties if names.division == row.get("division")] if row.get("division") else counties
    taken = take_apart(row.get("address"), wanted)
    if taken is not None:
        return taken.division, taken.street
    return (wanted[0].division, row.get("address")) if row.get("division") and wanted else None


def _day(text: str) -> date | None:
    found = moment(text)
    return found.date() if isinstance(found, datetime) else None
