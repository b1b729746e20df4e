"""Builds the carrier's order object (020003) and range question (030005) from our values, with its exact field names.

This is the whole of what leaves the house: a field that is not written here is not disclosed. Live service not reached.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from govpost.common.refusal import Rejected
from govpost.delivery.ports import Booking, Contact, RangePlace
from govpost.gateways.ems import codes
from govpost.gateways.ems.wire import to_moment

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
CUSTOMER_REAL_TIME = "2"


def order_object(order: Booking, *, sender_no: str, at: datetime) -> dict[str, Any]:
    """The one order object of a 020003 list. Raises `Rejected` for a product or payer the carrier has no code for."""
    return {
        "createdTime": to_moment(at),
        "ecommerceUserId": uuid4().hex,
        "senderNo": sender_no,
        "logisticsOrderNo": order.order_number,
        "oneBillFlag": "0",
        "contentsAttribute": codes.GOODS if order.goods else codes.DOCUMENT,
        "bizProductNo": _product(order),
        "weight": str(order.weight_g),
        "paymentMode": _code(codes.PAYMENT_MODES, order.payer, "payer"),
        "deliverType": codes.TO_THE_DOOR,
        **_pickup(order),
        **_delivery(order),
        **_optional(order),
        "sender": _end(order.sender),
        "receiver": _end(order.recipient),
        "cargos": [{"cargoName": order.contents or "文件"}],
    }


def range_question(place: RangePlace, product: str, *, sender_no: str) -> dict[str, str]:
    """The wire wants an address: township and village, or a street. No name, no telephone, no house number."""
    return {
        "address": place.place,
        "prov": place.province,
        "city": place.city,
        "county": place.county,
        "bizProductNo": _code(codes.PRODUCTS, product, "product"),
        "type": CUSTOMER_REAL_TIME,
        "senderNo": sender_no,
    }


def _product(order: Booking) -> str:
    """Freight collect is its own product, whatever product was asked for."""
    product = _code(codes.PRODUCTS, order.product, "product")
    return codes.FREIGHT_COLLECT if order.payer == "recipient" else product


def _code(table: Mapping[str, str], name: str, what: str) -> str:
    if name not in table:
        raise Rejected(what, f"EMS has no code for the {what} {name!r}. Use one of {', '.join(table)}.")
    return table[name]


def _pickup(order: Booking) -> dict[str, str]:
    """The carrier is sent to a door only where the door is the carrier's; otherwise we bring the item."""
    if order.door != "carrier" or order.pickup_from is None:
        return {"pickupType": codes.BROUGHT_TO_CARRIER}
    return {
        "pickupType": codes.COLLECTED_BY_CARRIER,
        **_window("pickupPreBeginTime", order.pickup_from, "pickupPreEndTime", order.pickup_to),
    }


def _delivery(order: Booking) -> dict[str, str]:
    if order.deliver_from is None:
        return {}
    return _window("deliverPreDate", order.deliver_from, "deliverPreEndDate", order.deliver_to)


def _window(begin: str, since: datetime, end: str, until: datetime | None) -> dict[str, str]:
    return {begin: to_moment(since)} | ({end: to_moment(until)} if until else {})


def _optional(order: Booking) -> dict[str, str]:
    fields = {
        "receiverSafetyCode": order.recipient_code,
        "note": order.note,
        "projectId": codes.OWN_DOOR_PROJECT if order.door == "ours" else "",
    }
    return {name: value for name, value in fields.items() if value}


def _end(contact: Contact) -> dict[str, str]:
    number = "".join(contact.phone.split())
    fields = {
        "name": contact.name,
        "postCode": contact.postcode,
        "mobile" if _MOBILE.fullmatch(number) else "phone": number,
        "prov": contact.province,
        "city": contact.city,
        "county": contact.county,
        "address": contact.address,
    }
    return {name: value for name, value in fields.items() if value}
