"""A making centre of Jining and its files, for the tests of this gateway."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import openpyxl

from govpost.delivery.rules import Address
from govpost.gateways.files.orders import OrdersRead, Sender, read_orders
from govpost.places.addresses import CountyNames

COUNTIES = [
    CountyNames("370811", "山东省", "济宁市", "任城区", "272000"),
    CountyNames("370881", "山东省", "济宁市", "曲阜市", "273100"),
]
CENTRE = Sender(
    organisation_id=uuid4(), region="37.3708", division="370811", item="000100200001",
    address=Address("济宁市居民身份证制证中心（示例）", "05370000001", "山东省", "济宁市", "任城区", "示例路 1 号"),
)  # fmt: skip
HEADER = "受理号,姓名,手机号,地址,证件编号\n"
GOOD = "SL-1,林示例,15400000001,山东省济宁市任城区示例街道 2 号,ID-1\n"
OTHER = "SL-2,孙示例,15400000002,山东省济宁市曲阜市示例街道 3 号,ID-2\n"


def read(data: bytes | str, **over: Any) -> OrdersRead:
    return read_orders(data.encode() if isinstance(data, str) else data, sender=CENTRE, counties=COUNTIES, **over)


def cells(text: str) -> list[list[Any]]:
    return [line.split(",") for line in text.splitlines()]


def workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
