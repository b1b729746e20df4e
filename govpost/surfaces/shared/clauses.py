"""A clause as people know it from the law itself: 行政许可法 42 is shown as 《行政许可法》第四十二条. Pure."""

from __future__ import annotations

import re

_CLAUSE = re.compile(r"(?P<law>[^\s\d]+(?:法|条例|办法|规定)) (?P<numbers>\d+(?:, \d+)*)")
_LAW = re.compile(r"[^\s\d（）]+(?:法|条例|办法|规定)")
_DIGITS = "零一二三四五六七八九"


def spelled(basis: str, *, english: bool) -> str:
    """Every clause of `basis` (parts divided by ；); what is no clause stays as it is, for example a contract's name."""
    return ("; " if english else "；").join(_part(part.strip(), english=english) for part in basis.split("；") if part.strip())


def _part(part: str, *, english: bool) -> str:
    if clause := _CLAUSE.fullmatch(part):
        numbers = clause["numbers"].split(", ")
        if english:
            return f"《{clause['law']}》 Art. {', '.join(numbers)}"
        return f"《{clause['law']}》第{'、'.join(numeral(int(number)) for number in numbers)}条"
    return f"《{part}》" if _LAW.fullmatch(part) else part


def numeral(number: int) -> str:
    """1 to 199 as articles are counted: 十二, 二十, 一百零五."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    if hundreds:
        return f"{_DIGITS[hundreds]}百" + (f"零{_DIGITS[ones]}" if not tens and ones else "") + (_below(tens, ones, "一") if tens else "")
    return _below(tens, ones, "")


def _below(tens: int, ones: int, one_ten: str) -> str:
    ten = f"{one_ten if tens == 1 else _DIGITS[tens]}十" if tens else ""
    return ten + (_DIGITS[ones] if ones else "")
