"""Masking of personal data as it is shown by default (快递电子运单 practice: 王**, 138****1234)."""

from __future__ import annotations


def mask_name(name: str) -> str:
    """Keep the first character; an organisation's name (more than 5 characters) keeps 4 at the front and 2 at the end."""
    if len(name) <= 1:
        return name or ""
    if len(name) > 5:
        return name[:4] + "*" * (len(name) - 6) + name[-2:] if len(name) > 6 else name[:3] + "*" * (len(name) - 3)
    return name[0] + "*" * (len(name) - 1)


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
