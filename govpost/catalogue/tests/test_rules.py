"""What a guide says of days, door labels, implementing codes; and what a document may hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.catalogue import actions, documents, rules
from govpost.catalogue.rules import Days, MailRule, Unit
from govpost.catalogue.testing import make_document, make_licence_document
from govpost.common.refusal import InvalidInput
from govpost.places import identifiers

LICENCE = Days(5, "行政许可法 32", 10, 20, Unit.WORKING, "行政许可法 42", 10, "行政许可法 44")
CARD = Days(None, "", 60, None, Unit.CALENDAR, "居民身份证法 12", None, "")


def test_a_licence_has_three_clocks_in_working_days_with_their_clauses() -> None:
    lines = rules.clocks(LICENCE)
    assert [line.basis for line in lines] == ["行政许可法 32", "行政许可法 42", "行政许可法 44"]
    assert [line.sentence.params["days"] for line in lines] == [5, 10, 10]
    assert all("working days" in str(line.sentence) for line in lines)
    assert "the law allows 20" in str(lines[1].sentence)


def test_an_identity_card_has_one_clock_in_calendar_days() -> None:
    (line,) = rules.clocks(CARD)
    assert str(line.sentence) == "The result is made within 60 calendar days of your application."
    assert line.basis == "居民身份证法 12"


def test_a_promise_that_is_the_laws_own_is_said_once() -> None:
    days = Days(None, "", 20, 20, Unit.WORKING, "行政许可法 42", None, "")
    assert "allows" not in str(rules.clocks(days)[0].sentence)


def test_the_courier_reads_a_number_instead_of_a_name() -> None:
    assert [rules.door_label(position) for position in (1, 2)] == ["材料 1", "材料 2"]


@pytest.mark.parametrize(("region", "level"), [("", "1"), ("34", "2"), ("34.3416", "3"), ("34.3416.341602", "4")])
def test_an_implementing_code_has_31_characters_with_the_level(region: str, level: str) -> None:
    code = rules.task_code("11341600XX0000001N", region, "000190001000")
    assert len(code) == 31
    assert code[18] == level


def test_the_mail_rule_has_the_keys_of_the_mail_rooms_own() -> None:
    rule = MailRule(("addressee",), True, 2, 7, False, False, "示例", 50)
    assert set(rule.to_json()) == {"signers", "needs_code", "attempts_max", "hold_days", "goods", "post_only", "basis"}


@pytest.mark.parametrize("document", list(actions.seed()), ids=lambda document: document["code"])
def test_the_shipped_items_are_valid_and_marked(document: dict[str, Any]) -> None:
    documents.validate(document)
    if document["code"] != rules.IMPORTED:
        assert "示例" in document["name"]
        assert "example)" in document["name_en"]
    if type_code := document.get("licence", {}).get("type_code"):
        assert identifiers.uscc(type_code[:18]).code == "uscc_ok"
    for paper in document.get("papers", []):
        assert bool(paper.get("waived_because")) == bool(paper.get("waived_because_en"))


WRONG: list[tuple[dict[str, Any], set[str]]] = [
    ({"code": "123"}, {"code"}),
    ({"code": "０００１９０００１０００"}, {"code"}),
    ({"version": 0}, {"version"}),
    ({"version": "1"}, {"version"}),
    ({"name": " "}, {"name"}),
    ({"owner": "elsewhere"}, {"owner"}),
    ({"item_type": "99"}, {"item_type"}),
    ({"subject": "cat"}, {"subject"}),
    ({"keywords": "word"}, {"keywords"}),
    ({"keywords": [""]}, {"keywords"}),
    ({"directions": []}, {"directions"}),
    ({"directions": ["up"]}, {"directions"}),
    ({"mail": {}}, {"mail"}),
    ({"valid_from": "soon"}, {"valid_from"}),
    ({"valid_to": "2025-12-31"}, {"valid_to"}),
    ({"valid_to": "never"}, {"valid_to"}),
    ({"offers": []}, {"offers"}),
    ({"offers": [{"region": "34"}]}, {"offers"}),
    ({"fee": {"fen": -1, "basis": ""}}, {"fee"}),
    ({"fee": 3}, {"fee"}),
    ({"fee": {"fen": None, "basis": "示例", "basis_en": 3}}, {"fee"}),
    ({"validity_basis_en": " "}, {"validity_basis_en"}),
    ({"mail": {**make_document()["mail"], "basis_en": ""}}, {"mail.basis_en"}),
    ({"licence": {"years": 0}}, {"licence.years"}),
    ({"licence": {"colour": "red"}}, {"licence"}),
    ({"papers": "none"}, {"papers"}),
    ({"papers": [{}]}, {"papers.1.name"}),
    ({"papers": [{"name": "a", "name_en": "a", "form": "stone"}]}, {"papers.1.form"}),
    ({"papers": [{"name": "a", "name_en": "a", "form": "copy", "copies": 0}]}, {"papers.1.copies"}),
    ({"papers": [{"name": "a", "name_en": "a", "form": "copy", "required": "yes"}]}, {"papers.1.required"}),
    ({"clocks": {"nap": {}}}, {"clocks"}),
    ({"clocks": {"decide": {"days": 0, "basis": "x"}}}, {"clocks.decide"}),
    ({"clocks": {"decide": {"days": 10, "legal_days": 5, "basis": "x"}}}, {"clocks.decide"}),
    ({"clocks": {"decide": {"days": 10, "unit": "moons", "basis": "x"}}}, {"clocks.decide"}),
    ({"clocks": {"decide": {"days": 20, "basis": "行政许可法 42"}}}, {"clocks.decide"}),
    ({"extra": 1}, {"extra"}),
]


@pytest.mark.parametrize(("over", "fields"), WRONG)
def test_a_wrong_document_is_refused_by_the_name_of_its_key(over: dict[str, Any], fields: set[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        documents.validate(make_document(**over))
    assert set(refused.value.errors) == fields


@pytest.mark.parametrize("key", ["signers", "basis", "attempts_max", "hold_days", "weight_g", "needs_code", "goods", "post_only"])
@pytest.mark.parametrize("value", [None, "x" * 0, [], -1, ["locker"]])
def test_a_wrong_rule_of_the_mail_is_refused_by_the_name_of_its_key(key: str, value: Any) -> None:
    mail = {**make_document()["mail"], key: value}
    with pytest.raises(InvalidInput) as refused:
        documents.validate(make_document(mail=mail))
    assert set(refused.value.errors) == {f"mail.{key}"}


@pytest.mark.parametrize(
    ("clock", "value"),
    [
        ("accept", {"days": 6, "basis": "行政许可法 32"}),
        ("decide", {"days": 21, "basis": "行政许可法 42"}),
        ("deliver", {"days": 11, "basis": "行政许可法 44"}),
        ("decide", {"days": 20, "unit": "calendar", "basis": "行政许可法 42"}),
        ("decide", None),
    ],
)
def test_a_licence_keeps_the_clocks_of_the_licensing_law(clock: str, value: dict[str, Any] | None) -> None:
    clocks = {**make_licence_document()["clocks"], clock: value}
    if value is None:
        del clocks[clock]
    with pytest.raises(InvalidInput) as refused:
        documents.validate(make_licence_document(clocks=clocks))
    assert set(refused.value.errors) == {f"clocks.{clock}"}


def test_a_licence_with_a_law_of_its_own_may_take_longer() -> None:
    clocks = {**make_licence_document()["clocks"], "decide": {"days": 45, "basis": "示例条例"}}
    documents.validate(make_licence_document(clocks=clocks))


def test_an_item_decided_inside_needs_a_department_and_a_type_of_licence() -> None:
    with pytest.raises(InvalidInput) as refused:
        documents.validate(make_licence_document(offers=[{"region": "34", "department": None}], licence={}))
    assert set(refused.value.errors) == {"offers", "licence.type_code"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x), max_leaves=6
)


@given(st.sampled_from([*documents.REQUIRED, *documents.OPTIONAL, "else"]), JSON)
def test_any_value_of_any_key_is_accepted_or_refused_by_key(key: str, value: Any) -> None:
    assert {name.partition(".")[0] for name in _refused(make_licence_document(**{key: value}))} <= {
        *documents.REQUIRED,
        *documents.OPTIONAL,
        "else",
    }


@given(JSON)
def test_any_json_at_all_is_accepted_or_refused(document: Any) -> None:
    assert _refused(document)


def _refused(document: Any) -> set[str]:
    try:
        documents.validate(document)
    except InvalidInput as refused:
        return set(refused.errors)
    return set()
