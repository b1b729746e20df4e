"""The waybill label as PDF: what the outside of an envelope may show, masked at drawing, and both codes readable by machine.

Nothing about the matter stands on it (快递暂行条例 22: no identity beyond name, address, phone; GB/T 41833 areas).

Whose name is masked is decided by what the party is, not by how long the name is. An office is no secret, and a counter or mail room
is found by its name; a person is found by the address and by the number that the courier's own page dials, so a person's name keeps
its first character only. The hall's or department's end of an order is an office. The other end is the applicant or recipient, of whom
an order says no more than the name: it is an organisation's where it ends like one (公司, 局, 合作社 …) and a person's otherwise, so
that in doubt it is masked.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import segno
import typst
import zxingcpp

from govpost.common.clock import SHANGHAI
from govpost.common.masks import mask_name, mask_phone, names_organisation
from govpost.common.refusal import Refusal
from govpost.common.text import Text
from govpost.delivery.models import Order
from govpost.delivery.queries import addresses
from govpost.delivery.rules import Address, Direction

TEMPLATE = "76x130"
_SOURCE = Path(__file__).with_name("label.typ")
_PAYMENT = {"recipient": "到付", "government": "政府付费", "department": "月结", "sender": "寄付"}
MOST_LABELS = 500


def label_pdf(orders: Sequence[Order], *, tracking_url: str, at: datetime) -> bytes:
    """One page of 76 × 130 mm per order; `tracking_url` ends where the waybill number follows. Orders must have their numbers.

    Raises Refusal: too_many_labels.
    """
    if len(orders) > MOST_LABELS:
        most = {"most": MOST_LABELS, "chosen": len(orders)}
        raise Refusal(
            "too_many_labels", Text("At most %(most)s labels are printed at once, and %(chosen)s are chosen. Choose fewer.", most)
        )
    data = [_label(order, tracking_url, at) for order in orders]
    pdf = typst.compile(
        str(_SOURCE),
        font_paths=[str(fonts())],
        ignore_system_fonts=True,
        sys_inputs={"labels": json.dumps(data, ensure_ascii=False)},
    )
    return bytes(pdf)


@cache
def fonts() -> Path:
    """Where the Chinese font of the package lies; a bare server has none of its own."""
    found = find_spec("pylopdf_fonts_zh_cn")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("The package pylopdf-fonts-zh-cn is not installed: run `python3 run.py help`.")
    return Path(next(iter(found.submodule_search_locations)))


def barcode_svg(text: str) -> str:
    """Code 128, without the human-readable line (the label sets it in its own type)."""
    return str(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128).to_svg(add_quiet_zones=True))


def qr_svg(text: str) -> str:
    """A full QR code; `make_qr` because phones cannot read Micro QR."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="svg", border=2, scale=4)
    return out.getvalue().decode()


def _label(order: Order, tracking_url: str, at: datetime) -> dict[str, Any]:
    sender, recipient = addresses(order)
    waybill, office_receives = order.waybill_no or "", order.direction == Direction.PAPERS
    return {
        "product": "政务寄递 · 特快专递", "payment": _PAYMENT.get(order.payer, order.payer), "waybill": waybill,
        "barcode": barcode_svg(waybill), "qr": qr_svg(f"{tracking_url}{waybill}"),
        "destination": f"{recipient.city}　{recipient.county}",
        "recipient": _end(recipient, office=office_receives), "sender": _end(sender, office=not office_receives),
        "contents": "物品" if order.rule["goods"] else "文件", "weight": f"{order.weight_g} 克", "number": order.number,
        "printed": at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
    }  # fmt: skip


def _end(who: Address, *, office: bool) -> dict[str, str]:
    place = who.province + (who.city if who.city != who.province else "") + who.county + who.street
    name = who.name if office or names_organisation(who.name) else mask_name(who.name)
    return {"name": name, "phone": mask_phone(who.phone), "address": place}
