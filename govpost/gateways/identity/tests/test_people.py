"""The cast is format-valid and nobody: checked by our own reading of GB 11643, GB 32100 and GB 11714."""

from __future__ import annotations

import re
from datetime import date

import pytest

from govpost.gateways.identity.people import BY_SUBJECT, PEOPLE, Enterprise, Person

NATURAL = [account for account in PEOPLE if isinstance(account, Person)]
LEGAL = [account for account in PEOPLE if isinstance(account, Enterprise)]


@pytest.mark.parametrize("number", ["11010519491231002X", *(person.id_number for person in NATURAL)])
def test_identity_numbers_pass_the_check_of_gb_11643(number: str) -> None:
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    total = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))
    assert number[17] == "10X98765432"[total % 11]
    date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


@pytest.mark.parametrize("person", NATURAL, ids=lambda person: person.subject)
def test_nobody_can_have_been_issued_the_number_or_the_phone(person: Person) -> None:
    assert person.id_number[14:17] >= "996"
    assert re.fullmatch(r"154\d{8}", person.phone)
    assert person.name.endswith("示例")


@pytest.mark.parametrize("enterprise", LEGAL, ids=lambda enterprise: enterprise.subject)
def test_organisation_codes_pass_both_checks(enterprise: Enterprise) -> None:
    symbols = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(symbols.index(symbol) * pow(3, place, 31) for place, symbol in enumerate(enterprise.uscc[:17]))
    assert symbols.index(enterprise.uscc[17]) == (31 - total % 31) % 31

    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    body = enterprise.uscc[8:17]
    total = sum(letters.index(symbol) * weight for symbol, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=False))
    assert body[8] == "0123456789X"[(11 - total % 11) % 11]
    assert "示例" in enterprise.name


def test_everybody_is_somebody_else() -> None:
    assert len(BY_SUBJECT) == len(PEOPLE) == 11
    assert len({account.number for account in PEOPLE}) == 11
    assert len({person.phone for person in NATURAL}) == 8
