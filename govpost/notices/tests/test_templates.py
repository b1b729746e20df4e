"""What is said: every template renders, names its speaker, and has one wording per code."""

from __future__ import annotations

import pytest

from govpost.notices.rules import TEMPLATES, reachable, render


@pytest.mark.parametrize("code", sorted(TEMPLATES))
def test_every_template_renders_with_exactly_its_fields(code: str) -> None:
    template = TEMPLATES[code]
    text = render(template, dict.fromkeys(template.fields, "示例"))
    assert text.startswith("【政邮通】")
    assert "{" not in text
    assert len(text) <= 134  # two parts of a long short message


def test_a_missing_or_surplus_parameter_is_a_bug_and_says_which_fields_it_takes() -> None:
    with pytest.raises(ValueError, match="pickup_code takes"):
        render(TEMPLATES["pickup_code"], {"number": "1"})
    with pytest.raises(ValueError, match="case_closed takes"):
        render(TEMPLATES["case_closed"], {"number": "1", "name": "林"})


@pytest.mark.parametrize(
    ("phone", "allowed"),
    [
        ("13812341234", True),
        ("19912341234", True),
        ("0558-5551234", False),
        ("12812341234", False),
        ("", False),
        ("1381234123", False),
    ],
)
def test_only_mobile_numbers_take_short_messages(phone: str, allowed: bool) -> None:
    assert reachable(phone).allowed is allowed
