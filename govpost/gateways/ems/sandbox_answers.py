"""What the sandbox answers to each apiCode, strict about field names and values so that a client's slip shows here.

Business codes (B…) are the sandbox's own: the live ones are not published.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any
from zlib import crc32

from govpost.common.money import yuan
from govpost.gateways.ems.codes import BROUGHT_TO_CARRIER, LABEL_TEMPLATES
from govpost.gateways.ems.sandbox_mover import Mover
from govpost.gateways.ems.sandbox_orders import Refused, as_json_object, check_order, known, need
from govpost.gateways.ems.sandbox_pdf import label_pdf
from govpost.gateways.ems.sandbox_store import Parcel
from govpost.gateways.ems.sandbox_story import usual_way

Body = tuple[str, Any]
_FINE = "成功"
_OUT_OF_RANGE = ("范围外", "无人区")
_NO_TIMES = ("无频次",)
_FIRST_500_G_FEN, _NEXT_500_G_FEN = 2000, 600
_WHOLE_ADDRESS = re.compile(
    r"(?P<prov>.{2,8}?(?:省|自治区)|.{2}市)(?P<city>.{1,8}?(?:市|自治州|盟|地区))?(?P<county>.{1,8}?(?:县|区|市|旗))?"
)


def answer(mover: Mover, api_code: str, message: Any, base_url: str) -> Body:
    """retMsg and retBody; raises `Refused`."""
    handler = _HANDLERS.get(api_code)
    if handler is None:
        raise Refused("B00404", f"不支持的接口 {api_code}")
    return handler(mover, message, base_url)


def _order(mover: Mover, message: Any, base_url: str) -> Body:
    if not isinstance(message, list) or len(message) != 1:
        raise Refused("B00001", "020003 的报文应为只含一个订单对象的数组")
    order = check_order(message[0], mover.clock())
    with mover.store.transaction():
        parcel = mover.store.find_parcel(order["logisticsOrderNo"]) or _accept(mover, order)
        if parcel.state == "cancelled":
            raise Refused("B00009", "该订单号已撤销，请使用新的订单号")
    return _FINE, {"waybillNo": parcel.waybill, "routeCode": _route(parcel.body)}


def _accept(mover: Mover, order: dict[str, Any]) -> Parcel:
    prefix = {"1": "11", "3": "11", "9": "11", "2": "98"}.get(order["bizProductNo"], "12")
    waybill, now = mover.store.new_waybill(prefix), mover.now
    every = int(mover.store.setting("fail_every", 0))
    fails = bool(every) and crc32(waybill.encode()) % every == 0
    brought = order.get("pickupType") == BROUGHT_TO_CARRIER
    parcel = Parcel(
        waybill=waybill,
        order_no=order["logisticsOrderNo"],
        body=order,
        state="open",
        plan=[],
        next_at=None,
        held=brought and bool(mover.store.setting("hold_brought", False)),
        last_at=float(int(now)),
        created_at=now,
    )
    mover.store.add_parcel(parcel)
    mover.set_plan(parcel, usual_way(order, now=mover.clock(), fails_first=fails))
    return parcel


def _route(order: Mapping[str, Any]) -> str:
    """A made-up sorting code in the usual shape 123-456-78 90."""
    digits = f"{crc32(str(order['receiver']).encode()) % 10**10:010d}"
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:8]} {digits[8:]}"


def _cancel(mover: Mover, message: Any, base_url: str) -> Body:
    fields = as_json_object(message, "logisticsOrderNo", "waybillNo", "cancelReason")
    with mover.store.transaction():
        parcel = _same(mover, fields)
        if parcel.state == "cancelled":
            return _FINE, {}
        if mover.store.events(parcel.waybill):
            raise Refused("B00010", "邮件已收寄，不能撤销")
        mover.store.set_state(parcel.waybill, "cancelled")
        moment = mover.happen(parcel, {"code": "O_011"}, mover.now)
        mover.store.set_plan(parcel.waybill, [], None, moment)
    return _FINE, {}


def _same(mover: Mover, fields: Mapping[str, Any]) -> Parcel:
    parcel = mover.store.find_parcel(need(fields, "waybillNo"))
    if parcel is None or parcel.order_no != need(fields, "logisticsOrderNo"):
        raise Refused("B00011", "查无此订单")
    return parcel


def _label(mover: Mover, message: Any, base_url: str) -> Body:
    fields = as_json_object(message, "waybillNo", "type", "getURL", "isReturn")
    parcel = mover.store.find_parcel(need(fields, "waybillNo"))
    if parcel is None:
        raise Refused("B00011", "查无此邮件")
    if need(fields, "type") not in LABEL_TEMPLATES:
        raise Refused("B00012", "面单模板 type 应为 129、149 或 179")
    if fields.get("getURL") == "1":
        return _FINE, f"{base_url}/labels/{parcel.waybill}.pdf"
    return _FINE, base64.b64encode(label_pdf(parcel.waybill)).decode()


def _range(mover: Mover, message: Any, base_url: str) -> Body:
    fields = as_json_object(message, "address", "prov", "city", "county", "bizProductNo", "type", "senderNo")
    status = "0"
    if not fields.get("bizProductNo"):
        status = "3"
    elif not known("bizProductNo", fields["bizProductNo"]):
        status = "4"
    elif not all(fields.get(name) for name in ("address", "prov", "city", "county")):
        status = "2"
    elif any(word in fields["address"] for word in _OUT_OF_RANGE):
        status = "1"
    elif any(word in fields["address"] for word in _NO_TIMES):
        status = "10"
    return _FINE, {"status": status}


def _track(mover: Mover, message: Any, base_url: str) -> Body:
    fields = as_json_object(message, "waybillNo", "direction")
    events = mover.store.events(need(fields, "waybillNo"))
    if not events or mover.store.take_fault(("no_track",)):
        return "查无邮件信息", {"responseItems": []}
    return "查询结果正常返回！", {"responseItems": [event.item for event in events]}


def _postage(mover: Mover, message: Any, base_url: str) -> Body:
    parcel = _same(mover, as_json_object(message, "logisticsOrderNo", "waybillNo"))
    if not mover.store.events(parcel.waybill) or parcel.state == "cancelled":
        return "暂无运费信息", {}
    grams = int(parcel.body.get("weight") or 50) + crc32(parcel.waybill.encode()) % 15
    return _FINE, {"postageTotal": yuan(_fee(grams)), "realWeight": str(grams)}


def _fee(grams: int) -> int:
    """Fen: the first 500 g and each further 500 g begun."""
    return _FIRST_500_G_FEN + _NEXT_500_G_FEN * max(0, -(-(grams - 500) // 500))


def _estimate(mover: Mover, message: Any, base_url: str) -> Body:
    fields = as_json_object(message, "productCode", "weight", "senderInfo", "receiveInfo")
    weight = need(fields, "weight")
    if not weight.isdigit() or not re.fullmatch(r"\d{15}", need(fields, "productCode")):
        raise Refused("B00013", "weight 应为克数，productCode 应为 15 位数字")
    fee = yuan(_fee(int(weight)))
    return _FINE, {"totalFee": fee, "realFee": fee, "standardFee": fee}


def _address(mover: Mover, message: Any, base_url: str) -> Body:
    if not isinstance(message, list) or not message:
        raise Refused("B00001", "060001 的报文应为数组")
    return _FINE, [_parsed(need(as_json_object(entry, "wholeAddress"), "wholeAddress")) for entry in message]


def _parsed(whole: str) -> dict[str, str]:
    """A simple reading; codes stay empty because the sandbox has no table of divisions."""
    match = _WHOLE_ADDRESS.match(whole)
    parts = match.groupdict(default="") if match else {}
    codes = dict.fromkeys(("proCode", "cityCode", "countyCode", "districtCode"), "")
    return {name: parts.get(name, "") for name in ("prov", "city", "county")} | codes


_HANDLERS: dict[str, Callable[[Mover, Any, str], Body]] = {
    "020003": _order,
    "020006": _cancel,
    "010004": _label,
    "030005": _range,
    "040001": _track,
    "050001": _postage,
    "050005": _estimate,
    "060001": _address,
}
