"""The carrier's code tables as data, and what each code means here. A code that is absent is kept and shown, never guessed.

Sources: published clients of the agreement customers' platform (opCode, ranges, products) and the push specification of 2013
(action, properdelivery, notproperdelivery, pickup reasons). Chinese names are the carrier's own. Live service not reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from govpost.common.text import Text
from govpost.delivery.ports import Serves

SOURCE = "ems"
# Agreed with the carrier when our own couriers serve the door: it then ends its work at the delivery office (306).
OWN_DOOR_PROJECT = "GOVPOST-DOOR"


@dataclass(frozen=True, slots=True)
class Op:
    """One opCode or action: its official name and the mail state it means, None where it means none."""

    name: str
    kind: str | None


OP_CODES: Mapping[str, Op] = MappingProxyType(
    {
        "203": Op("收寄计费信息", "collected"),
        "303": Op("揽投配发", "in_transit"),
        "345": Op("揽收扫描配发", "in_transit"),
        "305": Op("揽投发运/封车", "in_transit"),
        "306": Op("揽投解车", "at_delivery_office"),
        "389": Op("处理中心封车", "in_transit"),
        "954": Op("邮件到达处理中心", "in_transit"),
        "989": Op("邮件离开处理中心", "in_transit"),
        "404": Op("交航扫描", "in_transit"),
        "500": Op("航空公司接收", "in_transit"),
        "457": Op("航空启运", "in_transit"),
        "505": Op("航空进港", "in_transit"),
        "702": Op("投递邮件接收-下段", "out_for_delivery"),
        "704": Op("投递结果反馈-妥投", "delivered"),
        "705": Op("投递结果反馈-未妥投", "attempt_failed"),
        "711": Op("自提", "at_pickup_point"),
        "747": Op("自提", "at_pickup_point"),
        "748": Op("投递到自提柜/代办点", "at_pickup_point"),
        "O_011": Op("订单撤销", "cancelled"),
        # Seen in the wild without a meaning that a domestic mail could rest on.
        "516": Op("", None),
        "423": Op("出口直封", None),
        "EXA": Op("送交出口海关", None),
        "EXC": Op("出口海关放行", None),
    }
)

ACTIONS: Mapping[str, Op] = MappingProxyType(
    {
        "00": Op("收寄", "collected"),
        "60": Op("揽收", "collected"),
        "30": Op("经转过程中", "in_transit"),
        "40": Op("离开处理中心", "in_transit"),
        "41": Op("到达处理中心", "in_transit"),
        "50": Op("安排投递", "out_for_delivery"),
        "51": Op("正在投递", "out_for_delivery"),
        "10": Op("妥投", "delivered"),
        "20": Op("未妥投", "attempt_failed"),
    }
)

# The same event under its newer name: an event told by 040002 may be withdrawn by the older push, which knows only actions.
OP_CODES_OF_ACTION: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "00": ("203",),
        "60": ("203",),
        "30": ("303", "345", "305", "389", "404", "500", "457", "505", "306"),
        "40": ("989",),
        "41": ("954",),
        "50": ("702",),
        "51": ("702",),
        "10": ("704",),
        "20": ("705",),
    }
)
# Action 20 is told as another opCode where its reason means something else than a failed attempt.
OP_CODES_OF_REASON: Mapping[str, tuple[str, ...]] = MappingProxyType({"125": ("O_011",), "128": ("748", "711", "747")})
NOT_DELIVERED = "20"


def told_as(action: str, reason: str) -> tuple[str, ...]:
    """The opCodes under which an event of the older push may have been told; one that names no reason may have had any."""
    codes = OP_CODES_OF_ACTION.get(action, ())
    if action != NOT_DELIVERED:
        return codes
    if reason:
        return codes + OP_CODES_OF_REASON.get(reason, ())
    return codes + tuple(code for others in OP_CODES_OF_REASON.values() for code in others)


ADDRESSEE, OTHER, OFFICE, RETURNED = "addressee", "other", "office", "returned"
# properdelivery of the older push: who signed, or that the mail went back to its sender.
PROPER_DELIVERY: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "10": ("本人收", ADDRESSEE),
        "11": ("他人收", OTHER),
        "12": ("单位收发章", OFFICE),
        "13": ("未出口退回妥投", RETURNED),
        "14": ("退回妥投", RETURNED),
    }
)
# deliverCode of 040001/040002 is undocumented. The table of 2013 is the default reading; GOVPOST_EMS_DELIVER_CODES replaces it.
DELIVER_CODES: Mapping[str, str] = MappingProxyType({code: signer for code, (_, signer) in PROPER_DELIVERY.items()})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an item was not delivered: whose doing (`cause`, "" where nobody's) and the state it means."""

    name: str
    cause: str
    kind: str | None = "attempt_failed"


# attemptDeliveryCode and notproperdelivery share this table.
REASONS: Mapping[str, Reason] = MappingProxyType(
    {
        "100": Reason("正在投递中", "", "out_for_delivery"),
        "101": Reason("收件人名址有误", "address"),
        "102": Reason("查无此人", "address"),
        "103": Reason("收件人不在指定地址", "address"),
        "104": Reason("拒收退回", "refusal", "refused"),
        "105": Reason("收件人要求延迟投递", "recipient"),
        "106": Reason("误投", "postal"),
        "107": Reason("邮件错发", "postal"),
        "108": Reason("收到时破损无法投出", "postal"),
        "109": Reason("禁寄物品", ""),
        "110": Reason("限寄物品", ""),
        "111": Reason("待收费后", "fee"),
        "112": Reason("无人认领", "unclaimed"),
        "113": Reason("无法找到收件人", "address"),
        "114": Reason("不可抗力", "external"),
        "115": Reason("收件人要求自取", "recipient"),
        "116": Reason("法定假日无法投递", "external"),
        "117": Reason("邮件丢失", "postal", "lost"),
        "118": Reason("人已他往", "address"),
        "119": Reason("收件人有信箱", "", None),
        "120": Reason("安排投递", "", "out_for_delivery"),
        "121": Reason("正在投递", "", "out_for_delivery"),
        "122": Reason("查无此单位", "address"),
        "123": Reason("地址不详无电话/电话不对", "address"),
        "124": Reason("地址不详", "address"),
        "125": Reason("撤回", "sender", "cancelled"),
        "126": Reason("迁移新址不明", "address"),
        "127": Reason("逾期未领", "unclaimed"),
        "128": Reason("投递到包裹站", "", "at_pickup_point"),
        "129": Reason("逾期投递员收回", "unclaimed"),
        "130": Reason("其它", ""),
    }
)


@dataclass(frozen=True, slots=True)
class PickupReason:
    """Why a collection failed: `side` is "post", "customer" or "" (not said); `keeps_task` where it is only put off."""

    name: str
    side: str = "customer"
    keeps_task: bool = False


PICKUP_REASONS: Mapping[str, PickupReason] = MappingProxyType(
    {
        "1": PickupReason("地址不详且无法联系到客户"),
        "2": PickupReason("电话有误且该址无此人"),
        "3": PickupReason("派段错误", "post"),
        "4": PickupReason("客户不在揽收地点"),
        "5": PickupReason("撤销"),
        "6": PickupReason("客户未下订单"),
        "7": PickupReason("超范围"),
        "8": PickupReason("超禁限"),
        "9": PickupReason("超规格"),
        "10": PickupReason("恶意下单"),
        "11": PickupReason("客户未备齐货品"),
        "12": PickupReason("因资费原因放弃"),
        "14": PickupReason("客户要求延时", keeps_task=True),
        "15": PickupReason("申请改派", "", keeps_task=True),
        "16": PickupReason("重复下单"),
        "17": PickupReason("已回班或其他原因无法处理", "post"),
        "18": PickupReason("客户要求预约揽收", keeps_task=True),
        "19": PickupReason("客户自交寄"),
        "20": PickupReason("客户转交其他公司"),
        "21": PickupReason("其他", ""),
    }
)

# bizProductNo. Freight collect is a product of its own (3) and a payment mode (2) at once.
PRODUCTS: Mapping[str, str] = MappingProxyType({"express": "1", "parcel": "2", "same_day": "9", "standard": "11"})
FREIGHT_COLLECT = "3"
PAYMENT_MODES: Mapping[str, str] = MappingProxyType(
    {
        "sender": "1",
        "monthly": "1",
        "government": "1",
        "department": "1",
        "recipient": "2",
        "recipient_monthly": "4",
        "free": "5",
    }
)
DOCUMENT, GOODS = "1", "3"
TO_THE_DOOR = "2"
COLLECTED_BY_CARRIER, BROUGHT_TO_CARRIER = "1", "0"
LABEL_TEMPLATES = ("129", "149", "179")

RANGE_OK = "0"
RANGE_FAILED = "6"  # the carrier's own failure: ask again
RANGE: Mapping[str, Text] = MappingProxyType(
    {
        RANGE_OK: Text("The carrier collects at this address."),
        "1": Text("This address lies outside the carrier's collection area. Bring the item to an outlet or change the address."),
        "2": Text("The carrier could not read the address. Write province, city, county and street."),
        "3": Text("The carrier misses the product. Choose a product."),
        "4": Text("The carrier does not know this product. Choose another product."),
        RANGE_FAILED: Text("The carrier's range check failed. Try again later."),
        "7": Text("The carrier could not read the question. Check the address."),
        "8": Text("The carrier does not know this address. Write it more precisely."),
        "9": Text("The carrier could not place the address exactly. Add street and house number."),
        "10": Text("The carrier has no collection times at this address yet. Bring the item to an outlet."),
    }
)
# 1 lies outside, 10 has no collection times: nobody comes. Whatever else is not 0 says that the question was not understood.
SERVES: Mapping[str, Serves] = MappingProxyType({RANGE_OK: Serves.YES, "1": Serves.NO, "10": Serves.NO})
RANGE_UNKNOWN = Text("The carrier answered with a code that is not known here. Ask the carrier before you promise a collection.")
