"""Why a collection did not succeed (the carrier's 揽收 reasons 1–21), and what each means for the collection: pure, one table.

The carrier's own note to its table: 14, 15 and 18 keep the task open, 3 and 17 are its own faults, the others are the customer's or
end it. Read here: what another visit can mend (4, 11, and 1, 2 and 21 while the item's attempts last) does not end it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Then(StrEnum):
    """What follows a collection that did not succeed."""

    AGAIN = "again"  # another visit while the item's rule allows one
    OPEN = "open"  # another visit in any case: it was no miss of the applicant's
    MOVED = "moved"  # another visit at the time that the applicant named
    ENDS = "ends"  # no courier comes any more


@dataclass(frozen=True, slots=True)
class Pickup:
    """One reason: its official name, what follows, and for one that ends the collection what the applicant is told, in Chinese.

    again: whether another collection may be ordered afterwards.
    """

    code: str
    name: str
    then: Then
    told: str = ""
    again: bool = True


def _table(*rows: Pickup) -> Mapping[str, Pickup]:
    return {row.code: row for row in rows}


P, T = Pickup, Then

PICKUP: Mapping[str, Pickup] = _table(
    P("1", "地址不详且无法联系到客户", T.AGAIN),
    P("2", "电话有误且该址无此人", T.AGAIN),
    P("3", "派段错误", T.OPEN),
    P("4", "客户不在揽收地点", T.AGAIN),
    P("5", "撤销", T.ENDS, "揽投员上门时您表示撤销"),
    P("6", "客户未下订单", T.ENDS, "揽投员上门时您表示未下单"),
    P("7", "超范围", T.ENDS, "该地址不在上门范围内", again=False),
    P("8", "超禁限", T.ENDS, "内件不能寄递", again=False),
    P("9", "超规格", T.ENDS, "内件超出寄递规格", again=False),
    P("10", "恶意下单", T.ENDS, "订单未能核实", again=False),
    P("11", "客户未备齐货品", T.AGAIN),
    P("12", "因资费原因放弃", T.ENDS, "您因资费原因放弃"),
    P("14", "客户要求延时", T.MOVED),
    P("15", "申请改派", T.OPEN),
    P("16", "重复下单", T.ENDS, "该订单为重复下单"),
    P("17", "已回班或其他原因无法处理", T.OPEN),
    P("18", "客户要求预约揽收", T.MOVED),
    P("19", "客户自交寄", T.ENDS, "您选择自行送交"),
    P("20", "客户转交其他公司", T.ENDS, "您已交由其他公司寄递"),
    P("21", "其他", T.AGAIN),
)


def then(code: str) -> Then:
    """What follows; a code that is not in the table is a miss like any other."""
    found = PICKUP.get(code)
    return found.then if found else Then.AGAIN


def may_order_again(code: str) -> bool:
    """Whether another courier could succeed after this reason; a wish of the applicant's own is no obstacle."""
    found = PICKUP.get(code)
    return found is None or found.again


NO_MISS = frozenset(code for code, row in PICKUP.items() if row.then in (Then.OPEN, Then.MOVED))
