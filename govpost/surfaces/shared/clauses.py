"""A clause as people know it from the law itself: 行政许可法 42 is shown as 《行政许可法》第四十二条. Pure."""

from __future__ import annotations

import re

_CLAUSE = re.compile(r"(?P<law>[^\s\d]+(?:法|条例|办法|规定)) (?P<numbers>\d+(?:(?:, |、)\d+)*)")
_LAW = re.compile(r"[^\s\d（）]+(?:法|条例|办法|规定)")
# What we could not confirm in the text in force, as docs/law.md marks it; a test holds both equal.
NOT_VERIFIED = (
    "地方办理规程", "国令716", "国办发〔2020〕42号", "护照法 6", "国环规大气〔2016〕2号", "公共场所卫生管理条例",
    "食品经营许可和备案管理办法", "道路运输条例", "快递暂行条例 34", "快递暂行条例 22", "GB/T 27917.3", "GB/T 41833",
    "会计档案管理办法 14", "GB/T 39477", "GB/T 22239",
)  # fmt: skip
# As docs/law.md calls them; what is not here keeps its Chinese title.
_ENGLISH = {
    "行政许可法": "Administrative Licence Law", "邮政法": "Postal Law", "个人信息保护法": "Personal Information Protection Law",
    "快递暂行条例": "Interim Regulations on Express Delivery", "护照法": "Passport Law", "居民身份证法": "Identity Card Law",
    "行政复议法": "Administrative Reconsideration Law", "行政诉讼法": "Administrative Litigation Law", "价格法": "Price Law",
    "反恐怖主义法": "Counter-Terrorism Law", "网络安全法": "Cybersecurity Law",
    "网络数据安全管理条例": "Regulations on Network Data Security", "会计档案管理办法": "Measures on Accounting Archives",
    "公共场所卫生管理条例": "Regulations on Hygiene in Public Places", "道路运输条例": "Regulations on Road Transport",
    "食品经营许可和备案管理办法": "Measures on Food Business Licensing and Filing",
    "邮件快件实名收寄管理办法": "Measures on Real-Name Acceptance of Mail", "地方办理规程": "the city's own procedure",
    "国令716": "State Council Order No. 716", "国办发〔2020〕42号": "State Council General Office document No. 42 of 2020",
    "寄递服务协议": "mailing agreement", "邮资到付": "freight collect",
}  # fmt: skip
_DIGITS = "零一二三四五六七八九"


def spelled(basis: str, *, english: bool) -> str:
    """Every clause of `basis` (parts divided by ； or ;); what is no clause stays as it is, for example a contract's name."""
    return ("; " if english else "；").join(_part(part.strip(), english=english) for part in re.split("[；;]", basis) if part.strip())


def _part(part: str, *, english: bool) -> str:
    if clause := _CLAUSE.fullmatch(part):
        numbers = re.split(", |、", clause["numbers"])
        if english:
            return f"{_titled(clause['law'])}, Art. {', '.join(numbers)}"
        return f"《{clause['law']}》第{'、'.join(numeral(int(number)) for number in numbers)}条"
    if english:
        return _ENGLISH.get(part) or (_titled(part) if _LAW.fullmatch(part) else part)
    return f"《{part}》" if _LAW.fullmatch(part) else part


def _titled(law: str) -> str:
    return _ENGLISH.get(law, f"《{law}》")


def is_verified(basis: str) -> bool:
    """Whether everything that a basis rests on was confirmed in the text in force."""
    return not any(mark in basis for mark in NOT_VERIFIED)


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
