"""Finding an item by what people type: exact before everyday before sound, spaces without meaning. Pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.catalogue import actions
from govpost.catalogue.ranking import Entry, score
from govpost.places.pinyin import spell


def _entries() -> dict[str, Entry]:
    return {
        document["code"]: Entry(
            document["code"], document["name"], document["name_en"], tuple(document.get("keywords", [])), document["summary"],
            tuple(spell(word) for word in (document["name"], *document.get("keywords", []))),
        )
        for document in actions.seed()
        if document["code"] != "000000000000"
    }  # fmt: skip


ENTRIES = _entries()
HYGIENE, FOOD, FREIGHT, IDENTITY, PLATES, NOTICE = (
    "000190001000", "000191001000", "000192001000", "000793001000", "000794001000", "000295001000",
)  # fmt: skip


def best(words: str) -> str:
    points = {code: score(words, entry) for code, entry in ENTRIES.items()}
    first = max(points, key=lambda code: points[code])
    return first if points[first] else ""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("公共场所卫生许可", HYGIENE),
        ("公共 场所 卫生", HYGIENE),
        ("卫生许可证", HYGIENE),
        ("理发店", HYGIENE),
        ("我想开理发店", HYGIENE),
        ("理发店 卫生", HYGIENE),
        ("gonggongchangsuo", HYGIENE),
        ("gong gong chang suo", HYGIENE),
        ("ggcs", HYGIENE),
        ("lifadian", HYGIENE),
        ("卫许", HYGIENE),
        ("hygiene", HYGIENE),
        ("Hygiene Licence", HYGIENE),
        ("公共场锁", HYGIENE),
        ("食品", FOOD),
        ("开饭店", FOOD),
        ("spjy", FOOD),
        ("货运", FREIGHT),
        ("跑运输", FREIGHT),
        ("身份证", IDENTITY),
        ("身份证丢了怎么办", IDENTITY),
        ("shenfenzheng", IDENTITY),
        ("ＳＨＥＮＦＥＮＺＨＥＮＧ", IDENTITY),
        ("sfz", IDENTITY),
        ("车牌", PLATES),
        ("chepai", PLATES),
        ("number plates", PLATES),
        ("处罚", NOTICE),
        (HYGIENE, HYGIENE),
        ("护照", "000788001000"),
        ("传票", "001096001000"),
        ("zzzz", ""),
        ("", ""),
        ("  ", ""),
        ("！？", ""),
    ],
)
def test_what_people_type_finds_what_they_mean(words: str, code: str) -> None:
    assert best(words) == code


def test_the_name_counts_more_than_a_keyword_and_a_keyword_more_than_a_sound() -> None:
    entry = ENTRIES[HYGIENE]
    ladder = [
        score(words, entry) for words in ("公共场所卫生许可（示例）", "公共场所", "理发店", "卫生许可", "理发", "gonggong", "lifa", "游泳")
    ]
    assert ladder[0] == 100
    assert score("公共场所", entry) > score("卫生许可", entry) > score("理发", entry) > score("gonggong", entry) > score("lifadian", entry)
    assert all(ladder)


def test_several_words_must_all_fit() -> None:
    assert score("食品 车牌", ENTRIES[FOOD]) == 0
    assert score("食品 许可", ENTRIES[FOOD]) > 0


@given(st.text(max_size=20))
def test_any_text_scores_between_nothing_and_a_hundred(words: str) -> None:
    assert all(0 <= score(words, entry) <= 100 for entry in ENTRIES.values())


@given(st.sampled_from(list(ENTRIES.values())), st.data())
def test_spaces_inside_a_name_do_not_matter(entry: Entry, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(entry.name)))
    assert score(f"{entry.name[:at]} {entry.name[at:]}", entry) == 100
