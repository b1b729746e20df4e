"""Masking of personal data as it is shown by default (快递电子运单 practice: 王**, 138****1234)."""

from __future__ import annotations

import re

# How names of organisations end. Single characters only where no given name ends so (李科, 王园 are people).
_ORGANISATION = (
    "公司", "集团", "中心", "大厅", "政府", "委员会", "管委会", "居委会", "村委会", "法院", "检察院", "医院", "学院", "学校",
    "大学", "中学", "小学", "幼儿园", "银行", "支行", "分行", "协会", "学会", "商会", "工会", "联合会", "基金会", "合作社",
    "事务所", "研究院", "研究所", "设计院", "工作室", "商行", "大队", "支队", "总队", "中队", "海关", "超市", "酒店", "宾馆",
    "饭店", "餐厅", "药房", "门诊", "诊所", "服务部", "经营部", "门市部", "办公室", "收发室", "窗口", "局", "厅", "厂", "店",
    "站", "馆", "处", "社", "所",
)  # fmt: skip
_REMARK = re.compile(r"[（(][^（()）]*[)）]$")


def mask_name(name: str) -> str:
    """A person's first character, however long the name; of an organisation's the first four and the last two.

    A remark in brackets behind the name stays out of it: 何建国（示例） is a person.
    """
    plain = _REMARK.sub("", name.strip())
    if names_organisation(plain) and len(plain) > 5:
        return plain[:4] + "*" * (len(plain) - 6) + plain[-2:] if len(plain) > 6 else plain[:3] + "***"
    return plain[:1] + "*" * (len(plain) - 1)


def names_organisation(name: str) -> bool:
    """Whether a name reads as an organisation's, a remark in brackets left aside."""
    return _REMARK.sub("", name.strip()).endswith(_ORGANISATION)


def mask_phone(phone: str) -> str:
    """13812341234 → 138****1234; landlines keep the last two digits."""
    if len(phone) == 11 and phone.isdigit():
        return f"{phone[:3]}****{phone[-4:]}"
    return "*" * max(len(phone) - 2, 0) + phone[-2:]


def mask_id_number(number: str) -> str:
    """Keep the division's first three and the last two characters."""
    if len(number) < 8:
        return "*" * len(number)
    return number[:3] + "*" * (len(number) - 5) + number[-2:]


def mask_address(address: str) -> str:
    """Keep what stands before the house: the first eight characters."""
    return address if len(address) <= 4 else address[: min(8, len(address) - 3)] + "***"
