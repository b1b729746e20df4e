"""What happens to the sandbox's parcels: the usual way of a mail, one event as the wire tells it, and its withdrawal.

A step is {"code": "704", "after": hours} with, as needed, "deliver_code", "reason" (failure code), "by" (who signed, in words),
"desc", "place", "at" (Shanghai time instead of the clock's), "silent" (no push, only in the track). {"older": true,
"action": "10", "properdelivery": "14"} is told by the older push alone; {"void": "704"} or {"void": "last"} withdraws an event.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zlib import crc32

from govpost.common.clock import SHANGHAI
from govpost.gateways.ems.codes import NOT_DELIVERED, OP_CODES, OP_CODES_OF_ACTION, OP_CODES_OF_REASON, OWN_DOOR_PROJECT, REASONS
from govpost.gateways.ems.wire import from_moment, to_moment

Step = dict[str, Any]
# Hours between the steps of an ordinary mail, for a promise of about two days.
_TO_THE_OFFICE: tuple[tuple[str, float], ...] = (
    ("303", 0.5),
    ("305", 1.0),
    ("389", 2.0),
    ("954", 6.0),
    ("989", 1.0),
    ("306", 6.0),
)
_COLLECT_HOURS = 2.0
_AT_SENDERS_END = frozenset({"203", "303", "345", "305"})
_AT_RECIPIENTS_END = frozenset({"306", "702", "704", "705", "711", "747", "748"})
_PRODUCTS = {"1": "特快专递", "2": "快递包裹", "3": "特快到付", "9": "国内即日", "10": "电商标快", "11": "国内标快"}
# Synthetic, and no number that anybody has: the sandbox's couriers.
_COURIERS = (("赵示例", "13900000001"), ("孙示例", "13900000002"), ("周示例", "13900000003"))


def usual_way(order: Mapping[str, Any], *, now: datetime, fails_first: bool = False) -> list[Step]:
    """Collected, carried, delivered. At an own door (projectId) the carrier's work ends on arrival at the delivery office."""
    steps = [{"code": "203", "after": _until_collection(order, now)}]
    steps += [{"code": code, "after": hours} for code, hours in _TO_THE_OFFICE]
    if order.get("projectId") == OWN_DOOR_PROJECT:
        return steps
    if fails_first:
        steps += [{"code": "702", "after": 1.0}, {"code": "705", "after": 2.0, "reason": "103"}]
    return [*steps, {"code": "702", "after": 16.0 if fails_first else 1.0}, {"code": "704", "after": 2.0, "deliver_code": "10"}]


def _until_collection(order: Mapping[str, Any], now: datetime) -> float:
    """Half an hour into the collection window; otherwise two hours after the order."""
    begins = order.get("pickupPreBeginTime")
    if not begins:
        return _COLLECT_HOURS
    wait = from_moment(str(begins), "pickupPreBeginTime") - now
    return max(wait.total_seconds() / 3600 + 0.5, _COLLECT_HOURS)


def track_item(order: Mapping[str, Any], waybill: str, step: Step, at: datetime) -> dict[str, Any]:
    """One event as 040001 and 040002 tell it."""
    code = str(step["code"])
    courier, phone = _COURIERS[crc32(waybill.encode()) % len(_COURIERS)]
    province, city, office = _place(order, code, str(step.get("place") or ""))
    item = {
        "traceNo": waybill,
        "waybillNo": waybill,
        "opTime": to_moment(at),
        "opCode": code,
        "opName": OP_CODES[code].name if code in OP_CODES else str(step.get("name") or ""),
        "opDesc": str(step.get("desc") or _words(step, city, office, courier, phone)),
        "opOrgProvName": province,
        "opOrgCity": city,
        "opOrgCode": f"{crc32(office.encode()) % 10**8:08d}",
        "opOrgName": office,
        "operatorNo": "XTZD" if code in ("954", "989") else f"{crc32(courier.encode()) % 10**6:06d}",
        "operatorName": "" if code in ("954", "989") else courier,
        "productName": _PRODUCTS.get(str(order.get("bizProductNo")), ""),
    }
    optional = {"deliverCode": step.get("deliver_code"), "attemptDeliveryCode": step.get("reason")}
    return item | {name: str(value) for name, value in optional.items() if value}


def _place(order: Mapping[str, Any], code: str, given: str) -> tuple[str, str, str]:
    end = order["sender"] if code in _AT_SENDERS_END else order["receiver"]
    end = order["sender"] if code == "389" else end
    province, city, county = str(end.get("prov", "")), str(end.get("city", "")), str(end.get("county", ""))
    local = code in _AT_SENDERS_END or code in _AT_RECIPIENTS_END
    return province, city, given or (f"{county}揽投部" if local else f"{city}邮件处理中心")


_WORDS = {
    "203": "【{city}】{office}已收件，揽投员：{courier}，电话：{phone}",
    "306": "【{city}】邮件到达{office}",
    "702": "【{city}】{office}安排投递，投递员：{courier}，电话：{phone}，投诉电话：11183",
    "704": "【{city}】您的快件已签收【{by}】，投递员：{courier}，电话：{phone}",
    "705": "【{city}】因{reason}未妥投，投递员：{courier}，电话：{phone}",
    "711": "【{city}】邮件已存放至自提点，请及时领取",
    "747": "【{city}】邮件已存放至自提点，请及时领取",
    "748": "【{city}】邮件已存放至自提点，请及时领取",
    "O_011": "订单已撤销",
}


def _words(step: Step, city: str, office: str, courier: str, phone: str) -> str:
    code, reason = str(step["code"]), REASONS.get(str(step.get("reason")))
    return _WORDS.get(code, "【{city}】{office}：{name}").format(
        city=city,
        office=office,
        courier=courier,
        phone=phone,
        by=step.get("by") or "本人",
        reason=reason.name if reason else "其它原因",
        name=OP_CODES[code].name if code in OP_CODES else "状态更新",
    )


def older_row(waybill: str, step: Mapping[str, Any], at: datetime, serial: str, *, effect: str = "1") -> dict[str, str]:
    """One event as the older push tells it."""
    local = at.astimezone(SHANGHAI)
    return {
        "serialnumber": serial,
        "mailnum": waybill,
        "procdate": local.strftime("%Y%m%d"),
        "proctime": local.strftime("%H%M%S"),
        "orgfullname": str(step.get("place") or ""),
        "action": str(step["action"]),
        "properdelivery": str(step.get("properdelivery") or ""),
        "notproperdelivery": str(step.get("notproperdelivery") or ""),
        "description": str(step.get("desc") or ""),
        "effect": effect,
    }


def withdrawal(item: Mapping[str, Any], serial: str) -> dict[str, str]:
    """The older push's withdrawal of an event that the track told."""
    reason = next((reason for reason, ops in OP_CODES_OF_REASON.items() if item["opCode"] in ops), "")
    usual = NOT_DELIVERED if reason else "30"
    step = {
        "action": next((action for action, ops in OP_CODES_OF_ACTION.items() if item["opCode"] in ops), usual),
        "properdelivery": item.get("deliverCode", ""),
        "notproperdelivery": item.get("attemptDeliveryCode", reason),
        "place": item["opOrgName"],
    }
    return older_row(item["waybillNo"], step, from_moment(item["opTime"], "opTime"), serial, effect="0")
