"""Takes people out of the carrier's free text before it is kept: couriers, signers, phones, hotlines, identity numbers.

opDesc embeds the courier's name and mobile and the complaint number, and "签收【…】" may name the signer. Whoever needs the
full words for an inquiry asks the carrier with the waybill number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from govpost.common.masks import mask_address, mask_id_number, mask_name, mask_phone
from govpost.gateways.ems.wire import dump_json

_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])", re.ASCII)
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)", re.ASCII)
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)", re.ASCII)
_HOTLINE = re.compile(r"(?<!\d)(?:11183|11185|12305|400-?\d{3}-?\d{4})(?!\d)", re.ASCII)
# A name is taken up to the first word that cannot belong to one.
_NOT_A_NAME = "电话|手机|联系|正在|已|将|为|派|投|送|揽|收|会|请|因|未|无|的|，"
_HAN = r"[\u3400-\u9fff·]"
_COURIER = re.compile(
    rf"(?P<role>(?:投递|揽投|快递|派件|揽收|收寄|配送|业务)员|快递小哥)(?P<gap>[\s:：【\[（(]*)(?P<name>(?:(?!{_NOT_A_NAME}){_HAN}){{1,6}})"
)
_SIGNED_IN_BRACKETS = re.compile(r"(?P<before>(?:签收|代收)人?[\s:：]*[【\[（(])(?P<who>[^】\]）)]*)")
_SIGNED_BY = re.compile(rf"(?P<before>(?:签收人|代收人|收件人|寄件人)[:：]\s*)(?P<who>{_HAN}{{1,8}})")
_PEOPLE_WITHOUT_NAME = frozenset(
    {"本人", "他人", "家人", "家属", "家门口", "门口", "门卫", "门岗", "保安", "收发室", "传达室", "前台", "物业", "同事"}
    | {"邻居", "单位", "单位收发章", "代收点", "代办点", "快递柜", "智能柜", "自提柜", "驿站", "其他"}
)
_PERSON_KEY = re.compile(r"(?:operator|sender|receiver|recipient|signer|courier|deliver(?:y|er)|link|contact)\w*name", re.IGNORECASE)
_ADDRESS_KEY = re.compile(r"addr", re.IGNORECASE)
_LONGEST, _MOST_KEYS = 600, 60


def mask_text(text: str, *names: str) -> str:
    """`text` with phones, numbers, and the names of couriers and signers masked; `names` are masked wherever they stand."""
    for name in names:
        if len(name) >= 2:
            text = text.replace(name, mask_name(name))
    text = _COURIER.sub(lambda m: m["role"] + m["gap"] + mask_name(m["name"]), text)
    text = _SIGNED_IN_BRACKETS.sub(lambda m: m["before"] + _mask_signers(m["who"]), text)
    text = _SIGNED_BY.sub(lambda m: m["before"] + _mask_signers(m["who"]), text)
    text = _ID_NUMBER.sub(lambda m: mask_id_number(m[0]), text)
    text = _MOBILE.sub(lambda m: mask_phone(re.sub(r"\D", "", m[0])), text)
    text = _LANDLINE.sub(lambda m: mask_phone(m[0]), text)
    return _HOTLINE.sub(lambda m: "*" * len(m[0]), text)


def _mask_signers(who: str) -> str:
    """家人 or 门卫 names nobody and stays; anything else may be a name."""
    return re.sub(r"[^，,、\s]+", lambda m: m[0] if m[0] in _PEOPLE_WITHOUT_NAME else mask_name(m[0]), who)


def mask_item(item: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """A message as it came, masked and bounded, fit for a JSON column."""
    return {name[:_LONGEST]: _mask_value(name, item[name], names) for name in list(item)[:_MOST_KEYS]}


def _mask_value(name: str, value: Any, names: tuple[str, ...]) -> Any:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int) and abs(value) < 10**9:
        return value
    text = value if isinstance(value, str) else dump_json(value)
    if _PERSON_KEY.search(name):
        return mask_name(text[:_LONGEST])
    if _ADDRESS_KEY.search(name):
        return mask_address(text[:_LONGEST])
    return mask_text(text[: 4 * _LONGEST], *names)[:_LONGEST]  # masked before it is cut: half a phone is still a trace
