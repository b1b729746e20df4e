"""People in the carrier's free text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.gateways.ems.masking import mask_item, mask_text
from govpost.gateways.ems.tests import CALM

MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
NO_DIGITS = st.text(st.characters(codec="utf-8", exclude_categories=["Nd"]))


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        ("投递员：赵示例，电话：13900000001，投诉电话：11183", "投递员：赵**，电话：139****0001，投诉电话：*****"),
        ("投递员赵示例正在派送", "投递员赵**正在派送"),
        ("揽投员【赵示例】已收件", "揽投员【赵**】已收件"),
        ("投递员正在派送，请稍候", "投递员正在派送，请稍候"),
        ("您的快件已代签收【家人，，】", "您的快件已代签收【家人，，】"),
        ("您的快件已签收【林示例，本人】", "您的快件已签收【林**，本人】"),
        ("签收人：林示例", "签收人：林**"),
        ("因收件人名址有误/不详且电话无法接通", "因收件人名址有误/不详且电话无法接通"),
        ("【北京市】离开，请拨0558-1234567或139 0000 0001", "【北京市】离开，请拨**********67或139****0001"),
        ("证件11010519491231002X", "证件110*************2X"),
        ("邮件1100000000017到达", "邮件1100000000017到达"),
    ],
)
def test_names_phones_and_hotlines_are_masked_and_the_rest_stays(words: str, masked: str) -> None:
    assert mask_text(words) == masked


def test_the_operators_name_is_masked_wherever_it_stands() -> None:
    assert mask_text("快件由欧阳示例本人送达", "欧阳示例") == "快件由欧***本人送达"


@CALM
@given(NO_DIGITS, MOBILES, NO_DIGITS)
def test_no_mobile_survives_in_any_words(before: str, mobile: str, after: str) -> None:
    assert mobile not in mask_text(before + mobile + after)


@CALM
@given(st.integers(0, 3000), MOBILES)
def test_no_part_of_a_mobile_survives_where_the_text_is_cut(length: int, mobile: str) -> None:
    kept = str(mask_item({"opDesc": "电" * length + mobile})["opDesc"])
    assert not re.search(r"\d{5}", kept)


def test_fields_of_people_and_addresses_that_nobody_expected_are_masked_by_their_names() -> None:
    kept = mask_item(
        {
            "receiverName": "林示例",
            "receiverAddr": "安徽省亳州市谯城区示例路1号",
            "opOrgName": "谯城区揽投部",
            "nested": {"tel": "13900000001"},
            "n": 1,
            "none": None,
        }
    )
    assert kept == {
        "receiverName": "林**", "receiverAddr": "安徽省亳州市谯城***", "opOrgName": "谯城区揽投部",
        "nested": '{"tel":"139****0001"}', "n": 1, "none": None,
    }  # fmt: skip
