"""What a settings document may hold: each wrong value is refused by the name of its key, and nothing makes the check fail itself."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext
from hypothesis import given
from hypothesis import strategies as st

from govpost.common.refusal import InvalidInput
from govpost.profiles import documents
from govpost.profiles.actions import SEED, seed
from govpost.profiles.rules import REASONS, TOLD_BEFORE, PayerKind
from govpost.profiles.testing import make_rule, make_settings

WRONG: dict[str, list[Any]] = {
    "late_minutes": [0, -1, 1441, "30", 1.5, True, None],
    "collect_hours": [0, 241, "2", None],
    "collection_windows": [[], [[9]], [[12, 9]], [[9, 12], [11, 14]], [[9, 12], [12, 14]], [[9, 25]], [["9", "12"]], "9-12", None],
    "days_ahead": [-1, 61, None],
    "order_before_minutes": [-1, 2881, "60", None],
    "same_day_until": [-1, 25, "16", None],
    "window_capacity": [-1, 1001, True, None],
    "courier_days": ["", "8", "21", "11", 12345, None],
    "couriers_on_holidays": ["no", 0, None],
    "range_check": ["yes", 1, None],
    "result_hours": [{}, {"same_city": 0}, {"same_city": 721}, {"moon": 3}, {"same_city": "24"}, 24, None],
    "door": ["theirs", "", None, ["ours"]],
    "papers_ways": [[], ["fly"], ["door", "door"], "door", None, [["door"]]],
    "result_ways": [[], ["fly"], None],
    "intake": [[], ["phone"], None],
    "lead_channel": ["phone", None],
    "lead_payer": ["nobody", None],
    "sharing": ["some", None],
    "embedding": [["watch"], None],
    "interconnection": ["total", None],
    "platform": ["other", None],
    "platform_name": ["", " ", None, 3],
    "risk": [
        {},
        None,
        "big",
        {"sentence": "x", "assessed_on": "soon", "signed_by": "y"},
        {"sentence": "", "assessed_on": "2017-03-28", "signed_by": "y"},
    ],
    "payer_rules": [
        [make_rule() | {"basis_en": " "}],
        [],
        None,
        ["x"],
        [{}],
        [make_rule(items=[])],
        [make_rule(items=["123"])],
        [make_rule(items="*")],
        [make_rule(directions=["sideways"])],
        [make_rule(directions=[])],
        [make_rule(payer="nobody")],
        [make_rule(payer=["government"])],
        [make_rule(reason="because")],
        [make_rule(reason={})],
        [make_rule(basis="")],
        [make_rule(extra=1)],
    ],
}


def test_every_key_has_wrong_values_here() -> None:
    assert set(WRONG) == set(documents.KEYS)


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in WRONG.items() for value in values])
def test_a_wrong_value_is_refused_by_the_name_of_its_key(key: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        documents.validate({key: value})
    assert set(refused.value.errors) == {key}


def test_an_unknown_key_and_a_document_that_is_none_are_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        documents.validate({"late_minuts": 30, "door": "ours"})
    assert set(refused.value.errors) == {"late_minuts"}
    empty: list[object] = []
    for nothing in (None, empty, "x", 3):
        with pytest.raises(InvalidInput):
            documents.validate(nothing)


@given(
    st.dictionaries(
        st.sampled_from([*documents.KEYS, "other"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x), max_leaves=8
        ),
    )
)
def test_any_json_is_accepted_or_refused_by_key(document: dict[str, Any]) -> None:
    assert _refused(document) <= document.keys()


@pytest.mark.parametrize("key", [key for key in documents.KEYS if key not in documents.OPTIONAL])
def test_what_nobody_says_is_named(key: str) -> None:
    whole = make_settings()
    del whole[key]
    with pytest.raises(InvalidInput) as refused:
        documents.require_complete(whole)
    assert set(refused.value.errors) == {key}


def test_a_promise_needs_all_its_distances_and_the_last_rule_must_fit_everything() -> None:
    with pytest.raises(InvalidInput) as refused:
        documents.require_complete(make_settings(result_hours={"same_city": 24}, payer_rules=[make_rule(items=["0001*"])]))
    assert set(refused.value.errors) == {"result_hours", "payer_rules"}


@pytest.mark.parametrize("name", SEED)
def test_the_shipped_profiles_are_valid_and_marked(name: str) -> None:
    document = seed(name)
    assert "示例" in document["name"]
    for version in document["versions"]:
        documents.validate(version["settings"])


def test_every_payer_and_every_reason_is_used_by_a_shipped_profile() -> None:
    rules = [rule for name in SEED for rule in seed(name)["versions"][0]["settings"].get("payer_rules", [])]
    assert {rule["payer"] for rule in rules} == {kind.value for kind in PayerKind}
    assert {rule["reason"] for rule in rules} == set(REASONS)


def _refused(document: dict[str, Any]) -> set[str]:
    try:
        documents.validate(document)
    except InvalidInput as refused:
        return set(refused.errors)
    return set()


def test_a_reason_is_true_for_whoever_reads_it_and_what_was_told_before_keeps_its_chinese() -> None:
    with translation.override("zh-hans"):
        chinese = [gettext(reason.msgid) for reason in REASONS.values()]
        before = [gettext(told.msgid) for told in TOLD_BEFORE]
    assert not any(word in sentence for sentence in chinese for word in ("您", "你"))
    assert not any(re.search(r"\byou\b", reason.msgid, re.IGNORECASE) for reason in REASONS.values())
    assert all(re.search("[一-鿿]", sentence) for sentence in before)
