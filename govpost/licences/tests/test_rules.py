"""The licence identifier against the published vectors, terms, and the ends of a licence."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.licences import rules
from govpost.licences.rules import ALPHABET, Status, Validity

VECTORS = [
    ("11100000000013338W011", "11430000006122244L", "20230000403", 2, "S"),
    ("11100000000013338W011", "11430000006122244L", "20230000403", 1, "U"),
    ("11100000000013338W032", "11220000013544541J", "2430599", 1, "F"),
]


@pytest.mark.parametrize(("type_code", "issuer", "serial", "version", "check"), VECTORS)
def test_the_identifier_equals_the_published_vectors(type_code: str, issuer: str, serial: str, version: int, check: str) -> None:
    made = rules.identifier(type_code=type_code, issuer_code=issuer, serial=serial, version=version)
    assert made == f"1.2.156.3005.2.{type_code}.{issuer}.{serial}.{version:03d}.{check}"
    assert rules.read_identifier(made).allowed


def test_the_serial_counts_letters_and_digits_only() -> None:
    made = rules.identifier(type_code=VECTORS[0][0], issuer_code=VECTORS[0][1], serial="卫公证字〔2023〕第 0000403-号", version=2)
    assert ".20230000403.002." in made


@given(
    serial=st.text(ALPHABET, min_size=1, max_size=20),
    at=st.integers(0, 60),
    replacement=st.sampled_from(ALPHABET),
)
def test_one_mistyped_character_is_always_found(serial: str, at: int, replacement: str) -> None:
    body = VECTORS[0][0] + VECTORS[0][1] + serial + "001"
    at %= len(body)
    wrong = body[:at] + replacement + body[at + 1 :]
    assert (rules.check_character(wrong) == rules.check_character(body)) == (wrong == body)


@pytest.mark.parametrize(
    "text",
    ["", "1.2.156.3005.2", "1.2.156.3005.2.A.B.C.001.X",
     "1.2.156.3005.1.11100000000013338W011.11430000006122244L.20230000403.002.S",
     "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.0x2.S"],
)  # fmt: skip
def test_what_is_no_identifier_is_refused_as_malformed(text: str) -> None:
    assert rules.read_identifier(text).code == "malformed_identifier"


def test_a_wrong_check_character_is_named() -> None:
    wrong = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.002.U"
    assert rules.read_identifier(wrong).code == "wrong_check_character"


@pytest.mark.parametrize(
    ("issued", "years", "last"),
    [
        (date(2026, 3, 2), 4, date(2030, 3, 1)),
        (date(2026, 1, 1), 1, date(2026, 12, 31)),
        (date(2024, 2, 29), 4, date(2028, 2, 28)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2026, 3, 2), None, None),
    ],
)
def test_a_licence_holds_to_the_day_before_its_anniversary(issued: date, years: int | None, last: date | None) -> None:
    assert rules.validity(issued_on=issued, years=years) == Validity(issued, last)


@pytest.mark.parametrize(
    ("status", "on", "code"),
    [
        (Status.VALID, date(2026, 3, 2), "holds"),
        (Status.VALID, date(2026, 3, 1), "out_of_term"),
        (Status.VALID, date(2030, 3, 2), "out_of_term"),
        (Status.REVOKED, date(2026, 3, 2), "not_valid"),
    ],
)
def test_only_a_valid_licence_within_its_term_holds(status: Status, on: date, code: str) -> None:
    assert rules.holds(status=status, valid=Validity(date(2026, 3, 2), date(2030, 3, 1)), on=on).code == code


def test_a_licence_ends_once_and_only_by_an_end() -> None:
    assert rules.may_end(status=Status.VALID, to=Status.CANCELLED).allowed
    assert rules.may_end(status=Status.REVOKED, to=Status.CANCELLED).code == "ended_before"
    assert rules.may_end(status=Status.VALID, to=Status.EXPIRED).code == "not_an_end"
