"""A price table as people keep it in a spreadsheet: each row one price, in grams and yuan. Pure.

Columns: zone 区域 (同城, 省内, 省外 or empty for any), item 事项编码, direction 方向, first_g 首重(克), first_yuan 首重资费(元),
step_g 续重(克), step_yuan 续重资费(元). Item, zone and direction may be left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from govpost.common.text import Text
from govpost.gateways.files.tables import Row, RowError, open_table
from govpost.settlement.rules import PriceRow, Zone

COLUMNS = ("区域", "事项", "方向", "首重（克）", "首重资费（元）", "续重（克）", "续重资费（元）")
NEEDED = ("first_g", "first_yuan", "step_g", "step_yuan")
_SPELLINGS = {
    "zone": ("区域", "资费区"), "item": ("事项", "事项编码"), "direction": ("方向",), "first_g": ("首重", "首重(克)", "首重（克）"),
    "first_yuan": ("首重资费", "首重资费(元)", "首重资费（元）"), "step_g": ("续重", "续重(克)", "续重（克）"),
    "step_yuan": ("续重资费", "续重资费(元)", "续重资费（元）"),
}  # fmt: skip
NAMES = {spelling: name for name, others in _SPELLINGS.items() for spelling in (name, *others)}
ZONES = {"同城": Zone.SAME_CITY, "省内": Zone.SAME_PROVINCE, "省外": Zone.OTHER} | {zone.value: zone for zone in Zone}
DIRECTIONS = {"材料": "papers", "结果": "result", "单件": "single", "退材料": "returned_papers"} | {
    direction: direction for direction in ("papers", "result", "single", "returned_papers")
}
_ZONE_WORDS = {zone.value: word for word, zone in reversed(ZONES.items())}
_DIRECTION_WORDS = {direction: word for word, direction in reversed(DIRECTIONS.items())}


def read_prices(data: bytes) -> tuple[list[PriceRow], list[RowError]]:
    """CSV or XLSX to prices; raises InvalidInput for the file as a whole, each wrong cell is an error of its row."""
    table = open_table(data, NAMES, needed=NEEDED)
    errors, prices = list(table.errors), []
    for row in table.rows:
        wrong = _wrong(row)
        errors += wrong
        prices += [] if wrong else [_price(row)]
    return prices, errors + _twice(table.rows)


def write_prices(prices: Iterable[PriceRow]) -> list[tuple[str | int, ...]]:
    """The rows of a file that `read_prices` reads again, under the header `COLUMNS`."""
    return [
        (_ZONE_WORDS.get(row.zone, ""), row.item, _DIRECTION_WORDS.get(row.direction, ""),
         row.first_g, _yuan(row.first_fen), row.step_g, _yuan(row.step_fen))
        for row in prices
    ]  # fmt: skip


def _price(row: Row) -> PriceRow:
    zone, direction = row.get("zone"), row.get("direction")
    return PriceRow(
        zone=ZONES[zone].value if zone else "", item=row.get("item"), direction=DIRECTIONS[direction] if direction else "",
        first_g=int(row.get("first_g")), first_fen=_fen(row.get("first_yuan")) or 0, step_g=int(row.get("step_g")),
        step_fen=_fen(row.get("step_yuan")) or 0,
    )  # fmt: skip


def _wrong(row: Row) -> list[RowError]:
    grams, yuan = Text("Write the weight in whole grams; a step has at least one."), Text("Write the price in yuan, such as 20 or 12.50.")
    good = {
        "zone": row.get("zone") in ("", *ZONES), "direction": row.get("direction") in ("", *DIRECTIONS),
        "first_g": row.get("first_g").isdecimal(), "step_g": row.get("step_g").isdecimal() and int(row.get("step_g")) > 0,
        "first_yuan": _fen(row.get("first_yuan")) is not None, "step_yuan": _fen(row.get("step_yuan")) is not None,
    }  # fmt: skip
    sentences = {
        "zone": Text("Write 同城, 省内, 省外, or leave the zone empty for any."),
        "direction": Text("Write 材料, 结果, 单件, 退材料, or leave it empty for any."),
        "first_g": grams, "step_g": grams, "first_yuan": yuan, "step_yuan": yuan,
    }  # fmt: skip
    return [RowError(row.line, name, sentences[name]) for name, fine in good.items() if not fine]


def _twice(rows: Iterable[Row]) -> list[RowError]:
    seen: set[tuple[str, str, str]] = set()
    errors = []
    for row in rows:
        key = (
            str(ZONES.get(row.get("zone"), row.get("zone"))),
            row.get("item"),
            DIRECTIONS.get(row.get("direction"), row.get("direction")),
        )
        if key in seen:
            errors.append(RowError(row.line, "row", Text("A price for this zone, item and direction stands above. Keep one of them.")))
        seen.add(key)
    return errors


def _fen(text: str) -> int | None:
    """Whole fen, or None: a tenth of a fen is no price."""
    try:
        fen = Decimal(text) * 100
    except InvalidOperation:
        return None
    return int(fen) if fen.is_finite() and fen == fen.to_integral_value() and 0 <= fen < 10**9 else None


def _yuan(fen: int) -> str:
    return f"{fen / 100:.2f}".removesuffix(".00")
