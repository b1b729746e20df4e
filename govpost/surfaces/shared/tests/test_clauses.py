"""Clauses in the words of the law."""

from __future__ import annotations

import pytest

from govpost.surfaces.shared.clauses import is_verified, numeral, spelled


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (44, "四十四"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (119, "一百一十九"),
    ],
)
def test_articles_are_counted_as_the_law_counts_them(number: int, words: str) -> None:
    assert numeral(number) == words


@pytest.mark.parametrize(
    ("basis", "chinese", "english"),
    [
        ("行政许可法 42", "《行政许可法》第四十二条", "Administrative Licence Law, Art. 42"),
        (
            "行政许可法 42；公共场所卫生管理条例",
            "《行政许可法》第四十二条；《公共场所卫生管理条例》",
            "Administrative Licence Law, Art. 42; Regulations on Hygiene in Public Places",
        ),
        ("行政许可法 69, 70", "《行政许可法》第六十九、七十条", "Administrative Licence Law, Art. 69, 70"),
        ("邮政法 14、55", "《邮政法》第十四、五十五条", "Postal Law, Art. 14, 55"),
        ("反恐怖主义法 20; 国令716", "《反恐怖主义法》第二十条；国令716", "Counter-Terrorism Law, Art. 20; State Council Order No. 716"),
        ("示例办法 3；示例条例", "《示例办法》第三条；《示例条例》", "《示例办法》, Art. 3; 《示例条例》"),
        (
            "市财政统一支付：政府购买寄递服务合同（示例）",
            "市财政统一支付：政府购买寄递服务合同（示例）",
            "市财政统一支付：政府购买寄递服务合同（示例）",
        ),
        ("工本费由公安机关按规定收取，与邮资无关", "工本费由公安机关按规定收取，与邮资无关", "工本费由公安机关按规定收取，与邮资无关"),
        ("", "", ""),
    ],
)
def test_a_clause_is_spelled_and_anything_else_left_alone(basis: str, chinese: str, english: str) -> None:
    assert spelled(basis, english=False) == chinese
    assert spelled(basis, english=True) == english


def test_a_basis_rests_on_what_was_confirmed_only_when_all_of_it_was() -> None:
    assert is_verified("行政许可法 42")
    assert not is_verified("行政许可法 42；公共场所卫生管理条例")
    assert not is_verified("快递服务 GB/T 27917.3：免费投递两次，之后通知自取")
