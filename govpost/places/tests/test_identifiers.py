"""Numbers that people write down, against published samples and against every possible slip of one character."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.places import identifiers
from govpost.places.testing import make_resident_id, make_s10, make_uscc

ON = date(2026, 3, 2)
USCC_SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize("number", ["11010519491231002X", "11010519491231002x", " 110105 19491231 002X", "１１０１０５19491231002X"])
def test_a_published_identity_number_is_right_however_it_is_typed(number: str) -> None:
    assert identifiers.resident_id(number, on=ON).allowed


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "id_form"),
        ("11010519491231", "id_form"),
        ("11010519491231002", "id_form"),
        ("X1010519491231002X", "id_form"),
        ("110105194912310021", "id_check"),
        ("110105194913310025", "id_birth"),
        ("110105202613310025", "id_birth"),
    ],
)
def test_a_wrong_identity_number_says_what_is_wrong(number: str, code: str) -> None:
    assert identifiers.resident_id(number, on=ON).code == code


def test_nobody_was_born_tomorrow_or_in_the_nineteenth_century() -> None:
    assert identifiers.resident_id(make_resident_id(born=ON), on=ON).allowed
    assert identifiers.resident_id(make_resident_id(born=ON + timedelta(days=1)), on=ON).code == "id_birth"
    assert identifiers.resident_id(make_resident_id(born=date(1895, 1, 1)), on=ON).code == "id_birth"


@pytest.mark.parametrize("division", ["370802", "370882", "441283", "999999"])
def test_a_division_that_was_merged_or_is_unknown_is_no_reason_to_refuse(division: str) -> None:
    assert identifiers.resident_id(make_resident_id(division), on=ON).allowed


@given(
    st.dates(date(1900, 1, 1), ON),
    st.integers(100000, 999999),
    st.integers(0, 999),
    st.integers(0, 16),
    st.integers(1, 9),
)
def test_one_wrong_digit_in_an_identity_number_is_always_noticed(born: date, division: int, sequence: int, place: int, shift: int) -> None:
    right = make_resident_id(str(division), born, sequence)
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    assert identifiers.resident_id(right, on=ON).allowed
    assert not identifiers.resident_id(wrong, on=ON).allowed


@given(st.text(max_size=30))
def test_any_text_gets_an_answer(text: str) -> None:
    for check in (identifiers.uscc, identifiers.phone, identifiers.mobile, identifiers.waybill, identifiers.s10):
        assert str(check(text).sentence)
    assert str(identifiers.resident_id(text, on=ON).sentence)


def test_a_credit_code_that_fails_its_check_is_a_warning() -> None:
    right = make_uscc()
    assert identifiers.uscc(right).code == "uscc_ok"
    other = USCC_SYMBOLS[(USCC_SYMBOLS.index(right[17]) + 1) % 31]
    warned = identifiers.uscc(right[:17] + other)
    assert warned.allowed
    assert warned.code == "uscc_check"


@pytest.mark.parametrize("code", ["91341602XX0000001", "91341602XO00000010", "9134160AXX00000010", ""])
def test_a_credit_code_of_the_wrong_form_is_refused(code: str) -> None:
    assert identifiers.uscc(code).code == "uscc_form"


@given(st.text(alphabet=USCC_SYMBOLS, min_size=9, max_size=9), st.integers(0, 16), st.integers(1, 30))
def test_one_wrong_symbol_in_a_credit_code_is_always_noticed(serial: str, place: int, shift: int) -> None:
    right = make_uscc(serial=serial)
    symbols = USCC_SYMBOLS[:10] if 2 <= place < 8 else USCC_SYMBOLS
    other = symbols[(symbols.index(right[place]) + 1 + shift % (len(symbols) - 1)) % len(symbols)]
    assert identifiers.uscc(right).code == "uscc_ok"
    assert identifiers.uscc(right[:place] + other + right[place + 1 :]).code == "uscc_check"


@pytest.mark.parametrize("number", ["13812341234", "138 1234 1234", "0558-1234567", "05581234567", "010-12345678"])
def test_telephones_are_understood(number: str) -> None:
    assert identifiers.phone(number).allowed


@pytest.mark.parametrize("number", ["12812341234", "1381234123", "138123412345", "1234567", "+8613812341234", "", "0558-123456"])
def test_telephones_that_nobody_can_call_are_refused(number: str) -> None:
    assert not identifiers.phone(number).allowed


def test_a_landline_cannot_receive_a_code() -> None:
    assert identifiers.mobile("13812341234").allowed
    assert identifiers.mobile("0558-1234567").code == "mobile_form"


@pytest.mark.parametrize("number", ["1144843832109", "9858638312956", "LZ290346175CN", "RR473124829GB", "lz292346788cn"])
def test_waybills_of_both_kinds_are_understood(number: str) -> None:
    assert identifiers.waybill(number).allowed


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("114484383210", "waybill_form"),
        ("LZ290346176CN", "s10_check"),
        ("", "waybill_form"),
        ("１１４４８４３８３２１０X", "waybill_form"),
    ],
)
def test_waybills_with_a_slip_are_refused(number: str, code: str) -> None:
    assert identifiers.waybill(number).code == code


@given(st.integers(0, 99_999_999), st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_in_a_postal_number_is_noticed(serial: int, place: int, shift: int) -> None:
    """S10 folds the remainders 0 and 6 onto the digit 5; a slip between these two is the only one it cannot see."""
    right = make_s10(serial)
    eight = right[2:10]
    wrong = eight[:place] + str((int(eight[place]) + shift) % 10) + eight[place + 1 :]
    assert identifiers.s10(right).allowed
    if {_remainder(eight), _remainder(wrong)} != {0, 6}:
        assert not identifiers.s10(f"EA{wrong}{right[10]}CN").allowed


def _remainder(eight: str) -> int:
    return sum(int(digit) * weight for digit, weight in zip(eight, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
