"""The sandbox's cast: who can be chosen at the synthetic identity service. Nobody here exists.

Identity numbers pass GB 11643 with a real division, but carry the serials 996–999, which were kept for centenarians and
are issued to nobody born in these years; organisation codes pass GB 32100 and GB 11714 with a body "XX…" that is not
issued; phones begin with 154, a range that was given to no operator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """A natural person; `phone` has eleven digits, `assurance` is 1 to 4."""

    subject: str
    name: str
    id_number: str
    phone: str
    assurance: int = 3
    remark: str = ""

    @property
    def number(self) -> str:
        return self.id_number

    def userinfo(self) -> dict[str, Any]:
        """The claims that /userinfo answers (OpenID Connect Core §5.1, and ours for the document and the real-name level)."""
        return {
            "sub": self.subject,
            "user_type": "natural",
            "name": self.name,
            "id_type": "111",
            "id_number": self.id_number,
            "phone_number": f"+86{self.phone}",
            "phone_number_verified": True,
            "assurance_level": self.assurance,
        }


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A legal person with the natural person who acts for it."""

    subject: str
    name: str
    uscc: str
    legal_representative: str
    acting: Person
    remark: str = ""

    @property
    def number(self) -> str:
        return self.uscc

    @property
    def assurance(self) -> int:
        return self.acting.assurance

    def userinfo(self) -> dict[str, Any]:
        return {
            "sub": self.subject,
            "user_type": "legal",
            "name": self.name,
            "id_type": "001",
            "id_number": self.uscc,
            "phone_number": f"+86{self.acting.phone}",
            "phone_number_verified": True,
            "assurance_level": self.assurance,
            "legal_representative": self.legal_representative,
            "acting_person": {
                "name": self.acting.name,
                "id_type": "111",
                "id_number": self.acting.id_number,
                "phone_number": f"+86{self.acting.phone}",
            },
        }


Account = Person | Enterprise

LIN = Person("ah-0001-lin", "林示例", "341602199105239989", "15400000001", remark="亳州谯城区")
QIAN = Person("ah-0002-qian", "钱示例", "341602198706149976", "15400000002", remark="亳州谯城区")
SUN = Person("ah-0003-sun", "孙示例", "341621197903089962", "15400000003", assurance=4, remark="亳州涡阳县")
ZHOU = Person("ah-0004-zhou", "周示例", "34162319950917997X", "15400000004", remark="亳州利辛县")
WU = Person("ah-0005-wu", "吴示例", "341622194811019986", "15400000005", assurance=2, remark="亳州蒙城县")
HE = Person("ah-0006-he", "何示例", "341602196604129975", "15400000006", remark="亳州谯城区")
ZHENG = Person("ah-0007-zheng", "郑示例", "370811198802269996", "15400000007", remark="济宁任城区")
CHEN = Person("ah-0008-chen", "陈示例", "441202200107309968", "15400000008", assurance=1, remark="肇庆端州区")

RESTAURANT = Enterprise("ah-9001-canyin", "亳州示例餐饮有限公司", "91341602XX0000019J", SUN.name, SUN)
BARBER = Enterprise("ah-9002-meifa", "谯城区示例美发店", "92341602XX0000027A", HE.name, HE)
PHARMACY = Enterprise("ah-9003-yaoye", "蒙城示例药业有限公司", "91341622XX00000357", WU.name, ZHOU)

PEOPLE: Sequence[Account] = (LIN, QIAN, SUN, ZHOU, WU, HE, ZHENG, CHEN, RESTAURANT, BARBER, PHARMACY)
BY_SUBJECT: Mapping[str, Account] = MappingProxyType({account.subject: account for account in PEOPLE})
