"""A making centre's or department's batch file of mail: each good row a commission, each bad one an error with line and field.

Columns (any of the names): ref 受理号/流水号 · item 事项编码 · name 姓名/收件人 · phone 手机号/电话 · division 区划代码 ·
address 地址 (one line, or from the street on where division is given) · postcode 邮编 · contents 证件编号 · weight_g 重量 ·
waybill_no 运单号 of a slip that has its number; and for imported history placed_at 下单时间, promised_at 承诺时间,
collect_due_at 承诺揽收时间. Only ref, name, phone and address are needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from govpost.common.clock import SHANGHAI, now
from govpost.common.text import Text
from govpost.delivery.rules import Address, Direction
from govpost.gateways.files.tables import Row, RowError, is_ndjson, open_objects, open_table
from govpost.places import identifiers
from govpost.places.addresses import STREET_LONGEST, CountyNames, take_apart
from govpost.settlement.rules import Commission

_NAMES = {
    "ref": ("ref", "受理号", "流水号", "业务流水号", "编号", "reference"),
    "item": ("item", "事项编码", "事项代码"),
    "name": ("name", "姓名", "收件人", "收件人姓名", "recipient"),
    "phone": ("phone", "手机号", "手机号码", "电话", "联系电话", "收件人电话", "mobile"),
    "division": ("division", "区划代码", "行政区划", "区划"),
    "address": ("address", "地址", "收件地址", "详细地址", "收件人地址"),
    "postcode": ("postcode", "邮编", "邮政编码"),
    "contents": ("contents", "证件编号", "证件序号", "内件编号"),
    "weight_g": ("weight_g", "重量", "重量(克)", "重量（克）"),
    "placed_at": ("placed_at", "下单时间"),
    "promised_at": ("promised_at", "承诺时间", "承诺送达时间"),
    "collect_due_at": ("collect_due_at", "承诺揽收时间"),
    "waybill_no": ("waybill_no", "运单号", "邮件号"),
}
NAMES = {spelling: name for name, spellings in _NAMES.items() for spelling in spellings}
NEEDED = ("ref", "name", "phone", "address")
HISTORY = ("placed_at", "promised_at", "collect_due_at")
# What desk and partner API allow too; the label sets the longest of them smaller, and they stay below the 100 characters that
# the national tables give a unit's name. The carrier's wire names no limits of its own.
OLDEST = timedelta(days=3652)  # months are made for ten years back
AHEAD = timedelta(minutes=10)  # as far as a clock may be wrong
LONGEST_REF = 80
LONGEST_NAME = 60
LONGEST_CONTENTS = 64
MOST_GRAMS = 30_000
_POSTCODE = re.compile(r"\d{6}", re.ASCII)

Place = tuple[CountyNames, str]  # the county, and the address from the street on


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose file it is: the organisation with its own address, and what the rows are where they do not say."""

    organisation_id: UUID
    region: str
    address: Address
    division: str
    item: str
    outlet: str = ""
    payer: str = ""
    batch: str = ""


@dataclass(frozen=True, slots=True)
class OrdersRead:
    """`requests` with their line numbers; `unknown` are columns that were not used."""

    requests: list[tuple[int, Commission]]
    errors: list[RowError]
    unknown: list[str]


@dataclass(slots=True)
class _File:
    """What the rows of one file are judged by, and what earlier rows of it took."""

    counties: Sequence[CountyNames]
    by_code: dict[str, CountyNames]
    history: bool
    refs: dict[str, int] = field(default_factory=dict)
    waybills: dict[str, int] = field(default_factory=dict)


def read_orders(data: bytes, *, sender: Sender, counties: Sequence[CountyNames], history: bool = False) -> OrdersRead:
    """Read a file; good rows stay good whatever the others hold. Raises InvalidInput when it is no table of orders at all.

    history: whether rows may say when they were ordered, promised and due; only an import by the system may.
    """
    table = open_objects(data, NAMES) if is_ndjson(data) else open_table(data, NAMES, needed=NEEDED)
    file = _File(counties, {names.division: names for names in counties}, history)
    requests: list[tuple[int, Commission]] = []
    errors = list(table.errors)
    for row in table.rows:
        place = _place(row, file)
        wrong = list(_wrong(row, place, file))
        errors += wrong
        if place is not None and not wrong:
            requests.append((row.line, _request(row, sender, *place)))
    return OrdersRead(requests, sorted(errors, key=lambda error: error.line), table.unknown)


def _wrong(row: Row, place: Place | None, file: _File) -> Iterator[RowError]:
    yield from _wrong_ref(row, file.refs)
    yield from _wrong_person(row)
    yield from _wrong_place(row, place, file)
    yield from _wrong_contents(row)
    yield from _wrong_waybill(row, file.waybills)
    yield from _wrong_moments(row, history=file.history)


def _wrong_ref(row: Row, seen: dict[str, int]) -> Iterator[RowError]:
    ref = row.get("ref")
    if not ref or len(ref) > LONGEST_REF:
        yield RowError(row.line, "ref", Text("Give each row a reference of your own, at most 80 characters."))
    elif ref in seen:
        yield RowError(
            row.line, "ref", Text("This reference stands in line %(line)s already. Each row needs its own.", {"line": seen[ref]})
        )
    seen.setdefault(ref, row.line)


def _wrong_person(row: Row) -> Iterator[RowError]:
    if not row.get("name") or len(row.get("name")) > LONGEST_NAME:
        yield RowError(row.line, "name", Text("Give the recipient's name, at most 60 characters."))
    if not identifiers.phone(row.get("phone")).allowed:
        yield RowError(row.line, "phone", Text("Give a mobile number of 11 digits or a landline with its area code."))


def _wrong_place(row: Row, place: Place | None, file: _File) -> Iterator[RowError]:
    code = row.get("division")
    if code and code not in file.by_code:
        yield RowError(row.line, "division", Text("This code is not a county here. Use the six digits of GB/T 2260."))
        return
    if place is None:
        yield RowError(
            row.line, "address", Text("Begin the address with province, city and county, or give the county's code in its own column.")
        )
    elif not place[1]:
        yield RowError(row.line, "address", Text("Enter street, house and room, so that the courier finds the door."))
    elif len(place[1]) > STREET_LONGEST:
        sentence = Text("The address is too long: use at most %(longest)s characters.", {"longest": STREET_LONGEST})
        yield RowError(row.line, "address", sentence)
    elif code and _named_elsewhere(row, file):
        yield RowError(row.line, "division", Text("The address names another county than this code. Correct one of them."))
    if row.get("postcode") and not _POSTCODE.fullmatch(row.get("postcode")):
        yield RowError(row.line, "postcode", Text("A postcode has six digits. Format the column as text, so that zeros stay."))


def _wrong_contents(row: Row) -> Iterator[RowError]:
    if len(row.get("contents")) > LONGEST_CONTENTS:
        yield RowError(row.line, "contents", Text("Give the serial number of the contents, at most 64 characters."))
    weight = row.get("weight_g")
    if weight and not (weight.isascii() and weight.isdigit() and 0 < int(weight) <= MOST_GRAMS):
        yield RowError(row.line, "weight_g", Text("Give the weight in whole grams, at most 30,000."))


def _wrong_waybill(row: Row, seen: dict[str, int]) -> Iterator[RowError]:
    waybill = identifiers.cleaned(row.get("waybill_no"))
    if not waybill:
        if row.get("placed_at"):
            yield RowError(row.line, "waybill_no", Text("Imported history needs the waybill number, or it would be booked again."))
        return
    if not identifiers.waybill(waybill).allowed:
        yield RowError(row.line, "waybill_no", Text("A waybill number has 13 digits."))
    elif waybill in seen:
        sentence = Text("This waybill number stands in line %(line)s already. Compare both with their slips.", {"line": seen[waybill]})
        yield RowError(row.line, "waybill_no", sentence)
    seen.setdefault(waybill, row.line)


def _wrong_moments(row: Row, *, history: bool) -> Iterator[RowError]:
    said = [name for name in HISTORY if row.get(name)]
    if said and not history:
        sentence = Text("When mail was ordered and promised is not for a file to say here. Leave this column out.")
        yield from (RowError(row.line, name, sentence) for name in said)
        return
    moments = {name: moment(row.get(name)) for name in said}
    for name, found in moments.items():
        if found is None:
            yield RowError(row.line, name, WRITE_MOMENT)
    placed_at = moments.get("placed_at")
    if said and "placed_at" not in moments:
        yield RowError(row.line, "placed_at", Text("A promise of its own belongs to history: say when the mail was ordered, too."))
    if placed_at is None:
        return
    if (outside := out_of_time(placed_at)) is not None:
        yield RowError(row.line, "placed_at", outside)
    for name, found in moments.items():
        if found is not None and found < placed_at:
            yield RowError(row.line, name, Text("This lies before the order itself. Correct one of the two moments."))


WRITE_MOMENT = Text("Write the moment as 2026-11-23 14:30.")


def out_of_time(found: datetime) -> Text | None:
    """Why a moment cannot be when something happened: it lies ahead, or further back than ten years."""
    at = now()
    if found > at + AHEAD:
        return Text("This moment lies ahead. Correct the year, the day or the hour.")
    if found < at - OLDEST:
        return Text("This moment lies more than ten years back. Correct the year.")
    return None


def _request(row: Row, sender: Sender, names: CountyNames, street: str) -> Commission:
    recipient = Address(
        row.get("name"), identifiers.cleaned(row.get("phone")), names.province, names.city, names.county, street,
        row.get("postcode") or names.postcode,
    )  # fmt: skip
    return Commission(
        ref=row.get("ref"), direction=Direction.SINGLE, item=row.get("item") or sender.item, region=sender.region,
        sender=sender.address, recipient=recipient, origin=sender.division, destination=names.division,
        origin_outlet=sender.outlet, organisation_id=sender.organisation_id,
        contents=(row.get("contents"),) if row.get("contents") else (), payer=sender.payer, batch=sender.batch,
        weight_g=int(row.get("weight_g")) if row.get("weight_g") else None, placed_at=moment(row.get("placed_at")),
        promised_at=moment(row.get("promised_at")), collect_due_at=moment(row.get("collect_due_at")),
        waybill_no=identifiers.cleaned(row.get("waybill_no")) or None,
    )  # fmt: skip


def _place(row: Row, file: _File) -> Place | None:
    """The county and the rest of the address; None rather than a guess."""
    names = file.by_code.get(row.get("division"))
    if names is not None:
        taken = take_apart(row.get("address"), [names])
        return names, taken.street if taken else row.get("address")
    taken = take_apart(row.get("address"), file.counties)
    return (file.by_code[taken.division], taken.street) if taken else None


def _named_elsewhere(row: Row, file: _File) -> bool:
    """Whether the address begins with the full names of another county than the row's code."""
    taken = take_apart(row.get("address"), file.counties)
    return taken is not None and taken.division != row.get("division") and row.get("address").startswith(taken.province)


def moment(text: str) -> datetime | None:
    """A moment as people write it; without an offset it is Shanghai time. None when it is none."""
    try:
        found = datetime.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
