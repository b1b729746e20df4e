"""The sandbox's judgement of an order (020003): each field name and value as the interface has them, or a refusal naming it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from govpost.gateways.ems.wire import BadMessage, from_moment

_VALUES: dict[str, tuple[str, ...]] = {
    "contentsAttribute": ("1", "2", "3", "4"),
    "bizProductNo": ("1", "2", "3", "9", "10", "11"),
    "oneBillFlag": ("0", "1"),
    "deliverType": ("1", "2", "3", "4"),
    "pickupType": ("0", "1"),
    "paymentMode": ("1", "2", "3", "4", "5", "6", "7"),
    "insuranceFlag": ("1", "2", "3"),
    "codFlag": ("1", "2", "9"),
    "receiptFlag": ("1", "2", "3", "5", "6", "7", "8"),
    "valuableFlag": ("0", "1"),
}
_MUST = (
    "createdTime",
    "ecommerceUserId",
    "logisticsOrderNo",
    "contentsAttribute",
    "bizProductNo",
    "sender",
    "receiver",
    "cargos",
)
_MAY = frozenset(
    {"senderNo", "batchNo", "waybillNo", "oneBillNum", "subMailNo", "oneBillFeeType", "weight", "volume", "length", "width"}
    | {"height", "postageTotal", "pickupNotes", "insuranceAmount", "insurancePremiumAmount", "deliverPreDate", "note"}
    | {"deliverPreEndDate", "pickupPreBeginTime", "pickupPreEndTime", "codAmount", "receiptWaybillNo", "projectId"}
    | {"electronicPreferentialNo", "electronicPreferentialAmount", "senderSafetyCode", "receiverSafetyCode"}
    | {"teanIncrementFlag", "virtualNumFlag"}
)
_END_MUST = ("name", "prov", "city", "county", "address")
_END_MAY = ("postCode", "phone", "mobile")
_CARGO = frozenset(
    {"cargoName", "cargoCategory", "cargoQuantity", "cargoValue", "cargoWeight", "orderNo", "cargoMailNo"} | {"high", "length", "width"}
)


class Refused(Exception):
    """The sandbox's business refusal: retCode and retMsg."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")


def as_json_object(message: Any, *names: str) -> dict[str, Any]:
    """`message` as an object that holds no other fields than `names`."""
    if not isinstance(message, dict):
        raise Refused("B00001", "报文应为 JSON 对象")
    if strangers := set(message) - set(names):
        raise Refused("B00002", f"未知字段 {'、'.join(sorted(strangers))}")
    return message


def need(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).strip():
        raise Refused("B00003", f"字段 {name} 不能为空")
    return str(value)


def known(name: str, value: Any) -> bool:
    return str(value) in _VALUES[name]


def check_order(order: Any, now: datetime) -> dict[str, Any]:
    """The order as it came, once nothing is wrong with it."""
    fields = as_json_object(order, *_MUST, *_MAY, *_VALUES)
    for name in ("createdTime", "ecommerceUserId", "logisticsOrderNo", "contentsAttribute", "bizProductNo"):
        need(fields, name)
    for name in _VALUES:
        if name in fields and not known(name, fields[name]):
            raise Refused("B00004", f"字段 {name} 的取值 {fields[name]} 不在代码表内")
    if len(str(fields["ecommerceUserId"])) >= 50 or len(str(fields["logisticsOrderNo"])) > 50:
        raise Refused("B00005", "ecommerceUserId 或 logisticsOrderNo 超长")
    if (fields["bizProductNo"] == "3") != (fields.get("paymentMode") == "2"):
        raise Refused("B00006", "特快到付（bizProductNo 3）应与收件人付费（paymentMode 2）同时使用")
    _check_times(fields, now)
    for name in ("sender", "receiver"):
        _check_end(fields.get(name), name)
    _check_cargos(fields.get("cargos"))
    return fields


def _check_times(fields: Mapping[str, Any], now: datetime) -> None:
    _moment(fields, "createdTime")
    for begin, end in (("pickupPreBeginTime", "pickupPreEndTime"), ("deliverPreDate", "deliverPreEndDate")):
        if begin in fields and end in fields and _moment(fields, begin) >= _moment(fields, end):
            raise Refused("B00007", f"{end} 应晚于 {begin}")
    if fields.get("pickupType") == "1" and "pickupPreEndTime" in fields and _moment(fields, "pickupPreEndTime") < now:
        raise Refused("B00020", "预约时间小于当前时间")


def _moment(fields: Mapping[str, Any], name: str) -> datetime:
    try:
        return from_moment(need(fields, name), name)
    except BadMessage as error:
        raise Refused("B00011", f"日期格式错误：{name} 应为 yyyy-MM-dd HH:mm:ss") from error


def _check_end(end: Any, name: str) -> None:
    fields = as_json_object(end, *_END_MUST, *_END_MAY)
    for part in _END_MUST:
        need(fields, part)
    if not fields.get("phone") and not fields.get("mobile"):
        raise Refused("B00013", f"{name} 的联系电话为空")
    if len(str(fields["address"])) > 200:
        raise Refused("B00017", f"{name} 的地址超长")


def _check_cargos(cargos: Any) -> None:
    if not isinstance(cargos, list) or not cargos:
        raise Refused("B00018", "cargos 应为非空数组")
    for cargo in cargos:
        need(as_json_object(cargo, *_CARGO), "cargoName")
