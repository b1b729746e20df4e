"""Numbers that people write down: identity cards, credit codes, telephones, waybills. Pure; each answer says what to mend."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from govpost.common.refusal import Decision, allow, deny
from govpost.common.text import Text

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_USCC_SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_OLDEST = 130

_ID = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_USCC = re.compile(rf"[{_USCC_SYMBOLS}]{{2}}\d{{6}}[{_USCC_SYMBOLS}]{{10}}", re.ASCII)
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}", re.ASCII)
_WAYBILL = re.compile(r"\d{13}", re.ASCII)
_S10 = re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}", re.ASCII)


def cleaned(number: str) -> str:
    """As people mean it: full-width digits as ordinary ones, capitals, no spaces."""
    return "".join(unicodedata.normalize("NFKC", number).split()).upper()


def resident_id(number: str, *, on: date) -> Decision:
    """Resident identity number (GB 11643, check by MOD 11-2), with a birth date that is possible on the day `on`.

    The division prefix is not compared with today's list: cards keep the codes of divisions that were merged since.
    """
    text = cleaned(number)
    if not _ID.fullmatch(text):
        return deny("id_form", Text("An identity number has 18 characters: 17 digits and a digit or X at the end."), "GB 11643")
    if not _born(text[6:14], on):
        return deny("id_birth", Text("The date of birth in this identity number is not possible. Check digits 7 to 14."), "GB 11643")
    if resident_id_check(text[:17]) != text[17]:
        return deny("id_check", Text("This identity number has a slip: its last character does not fit the others."), "GB 11643")
    return allow("id_ok", basis="GB 11643")


def resident_id_check(first17: str) -> str:
    """The eighteenth character of an identity number."""
    return _ID_CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True)) % 11]


def uscc(code: str) -> Decision:
    """Unified social credit code (GB 32100). Real codes exist that fail the check: that is a warning, no refusal."""
    text = cleaned(code)
    if not _USCC.fullmatch(text):
        return deny("uscc_form", Text("A credit code has 18 characters: digits and capital letters without I, O, S, V, Z."), "GB 32100")
    if uscc_check(text[:17]) != text[17]:
        return allow("uscc_check", Text("The last character of this credit code does not fit the others. Please compare."), "GB 32100")
    return allow("uscc_ok", basis="GB 32100")


def uscc_check(first17: str) -> str:
    """The eighteenth character of a credit code: weights are the powers of 3 modulo 31."""
    total = sum(_USCC_SYMBOLS.index(symbol) * pow(3, place, 31) for place, symbol in enumerate(first17))
    return _USCC_SYMBOLS[-total % 31]


def phone(number: str) -> Decision:
    """A mobile number of the mainland, or a landline with its area code."""
    text = cleaned(number)
    if _MOBILE.fullmatch(text) or _LANDLINE.fullmatch(text):
        return allow("phone_ok")
    return deny("phone_form", Text("Enter a mobile number of 11 digits, or a landline with its area code, such as 0558-1234567."))


def mobile(number: str) -> Decision:
    """A number that can receive a short message."""
    if _MOBILE.fullmatch(cleaned(number)):
        return allow("phone_ok")
    return deny("mobile_form", Text("Enter a mobile number of 11 digits: the pick-up code is sent to it by short message."))


def waybill(number: str) -> Decision:
    """A domestic waybill: 13 digits (no check digit is published), or an S10 number of the old labels."""
    text = cleaned(number)
    if _WAYBILL.fullmatch(text):
        return allow("waybill_ok")
    if _S10.fullmatch(text):
        return s10(text)
    return deny("waybill_form", Text("A waybill number has 13 digits. Check the number on the slip."))


def s10(number: str) -> Decision:
    """A postal item number of UPU S10: two letters, eight digits, check digit, two letters of the country."""
    text = cleaned(number)
    if not _S10.fullmatch(text):
        return deny("s10_form", Text("A postal item number has two letters, nine digits and two letters."), "UPU S10")
    if s10_check(text[2:10]) != text[10]:
        return deny("s10_check", Text("This postal item number has a slip: its check digit does not fit."), "UPU S10")
    return allow("s10_ok", basis="UPU S10")


def s10_check(eight: str) -> str:
    """The check digit after eight digits."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(eight, _S10_WEIGHTS, strict=True)) % 11
    return {10: "0", 11: "5"}.get(rest, str(rest))


def _born(digits: str, on: date) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return born <= on and on.year - born.year <= _OLDEST
