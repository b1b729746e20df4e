"""A version of a profile as a form: each value is said here or inherited; payer rules are rows in the order in which they are asked."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govpost.common.refusal import InvalidInput
from govpost.profiles import documents
from govpost.profiles.rules import REASONS
from govpost.surfaces.desk.profiles import words
from govpost.surfaces.desk.words import LEGS, PAYERS
from govpost.surfaces.shared.words import enumerated, say

INHERIT = ""
NUMBERS = ("late_minutes", "collect_hours", "days_ahead", "order_before_minutes", "same_day_until", "window_capacity")
LINES = ("platform_name", "courier_days")
FLAGS = {"yes": True, "no": False}
YES_OR_NO = ("couriers_on_holidays", "range_check")
SOME: dict[str, tuple[str, ...]] = {  # a choice of several, none where the rule allows it
    "papers_ways": documents.PAPERS_WAYS, "result_ways": documents.RESULT_WAYS, "intake": documents.INTAKE,
    "embedding": ("computer", "mobile"),
}  # fmt: skip
ONE: dict[str, tuple[str, ...]] = {
    "door": documents.DOORS, "lead_channel": ("stationed_and_online", "online"), "lead_payer": ("user", "government"),
    "sharing": ("none", "full"), "interconnection": ("independent", "partial", "third_party"), "platform": ("ems", "government"),
}  # fmt: skip
HOURS = ("same_city", "same_province", "other")
RISK = ("risk_sentence", "risk_assessed_on", "risk_signed_by")
_DAY = {"type": "date", "class": "medium"}


class VersionForm(forms.Form):
    """`above` is what would be inherited; an empty field inherits it."""

    marks_optional = False  # what is left empty is inherited

    effective_on = forms.DateField(
        label=gettext_lazy("Counts from"), widget=forms.DateInput(format="%Y-%m-%d", attrs=_DAY),
        help_text=gettext_lazy("The midnight with which this day begins in Shanghai; tomorrow at the earliest."),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Why"), max_length=300, help_text=gettext_lazy("The decision or agreement it rests on; the journal keeps it.")
    )

    def __init__(self, above: dict[str, Any], base: dict[str, Any], data: Any = None) -> None:
        super().__init__(data, initial=_initial(base))
        for key in documents.KEYS:
            if field := _field(key, above.get(key)):
                self.fields[key] = field
        for name in HOURS:
            self.fields[f"hours_{name}"] = _number(f"{words.title('result_hours')} · {words.PROMISES[name]}", _hours(above, name), 720)
        self.fields["risk_sentence"] = forms.CharField(label=words.title("risk"), required=False, max_length=200)
        self.fields["risk_assessed_on"] = forms.DateField(
            label=gettext_lazy("Assessed on"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=_DAY)
        )
        self.fields["risk_signed_by"] = forms.CharField(label=gettext_lazy("Signed by"), required=False, max_length=60)

    def clean_collection_windows(self) -> list[list[int]] | None:
        said = self.cleaned_data["collection_windows"].strip()
        windows = [[int(first), int(last)] for first, last in re.findall(r"(\d{1,2})\s*[-–至]\s*(\d{1,2})", said)]
        if said and (wrong := documents.KEYS["collection_windows"](windows)):
            raise forms.ValidationError(say(wrong))
        return windows or None

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        given = [name for name in RISK if found.get(name)]
        if given and len(given) < len(RISK):
            self.add_error(next(name for name in RISK if name not in given), _("An assessment has a sentence, a day and a signature."))
        return found

    def settings(self, base: dict[str, Any], rules: list[dict[str, Any]]) -> dict[str, Any]:
        """What the version says: the form's values; keys that this form does not know stay as they are."""
        known = {*NUMBERS, *SOME, *ONE, *LINES, *YES_OR_NO, "collection_windows", "result_hours", "risk", "payer_rules"}
        said: dict[str, Any] = {key: value for key, value in base.items() if key not in known}
        for key in (*NUMBERS, *ONE, *LINES, "collection_windows"):
            if self.cleaned_data.get(key) not in (None, INHERIT):
                said[key] = self.cleaned_data[key]
        said |= {key: _split(self.cleaned_data[key]) for key in SOME if self.cleaned_data.get(key)}
        said |= {key: FLAGS[self.cleaned_data[key]] for key in YES_OR_NO if self.cleaned_data.get(key)}
        hours = {name: self.cleaned_data[f"hours_{name}"] for name in HOURS if self.cleaned_data.get(f"hours_{name}")}
        said |= {"result_hours": hours} if hours else {}
        if self.cleaned_data.get("risk_sentence"):
            assessed_on: date = self.cleaned_data["risk_assessed_on"]
            said["risk"] = {
                "sentence": self.cleaned_data["risk_sentence"], "assessed_on": assessed_on.isoformat(),
                "signed_by": self.cleaned_data["risk_signed_by"],
            }  # fmt: skip
        return said | ({"payer_rules": rules} if rules else {})

    def refuse(self, error: InvalidInput) -> None:
        """The rules' sentences at their fields."""
        for key, sentence in error.errors.items():
            name = {"result_hours": "hours_same_city", "risk": "risk_sentence"}.get(key, key)
            self.add_error(name if name in self.fields else None, say(sentence))


class RuleForm(forms.Form):
    """One payer rule; a row without items is left out."""

    marks_optional = False  # what is left empty is inherited

    place = forms.IntegerField(label=gettext_lazy("Order"), min_value=1, required=False, widget=forms.NumberInput(attrs={"class": "short"}))
    items = forms.CharField(label=gettext_lazy("Item codes"), required=False, max_length=400)
    directions = forms.ChoiceField(label=gettext_lazy("Way"), required=False)
    payer = forms.ChoiceField(label=gettext_lazy("Payer"), required=False, choices=lambda: list(PAYERS.items()))
    reason = forms.ChoiceField(label=gettext_lazy("What people are told"), required=False)
    basis = forms.CharField(label=gettext_lazy("Rests on"), required=False, max_length=200)
    basis_en = forms.CharField(label=gettext_lazy("Rests on, in English"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(code, say(sentence)) for code, sentence in REASONS.items()]  # type: ignore[attr-defined]
        ways = [("*", _("any way")), *((code, enumerated(LEGS[way] for way in code.split("+"))) for code in _subsets(tuple(LEGS)))]
        self.fields["directions"].choices = ways  # type: ignore[attr-defined]

    def rule(self) -> dict[str, Any] | None:
        items = [code for code in re.split(r"[\s,，、;；]+", self.cleaned_data.get("items", "")) if code]
        if not items:
            return None
        english = self.cleaned_data["basis_en"].strip()
        return ({"basis_en": english} if english else {}) | {
            "items": items, "directions": _split(self.cleaned_data["directions"] or "*"), "payer": self.cleaned_data["payer"],
            "reason": self.cleaned_data["reason"], "basis": self.cleaned_data["basis"].strip(),
        }  # fmt: skip


RuleRows = forms.formset_factory(RuleForm, extra=2, max_num=60)


def rule_rows(base: dict[str, Any], data: Any = None) -> Any:
    initial = [
        {**rule, "place": place, "items": ", ".join(rule["items"]), "directions": "+".join(_in_order(rule["directions"]))}
        for place, rule in enumerate(base.get("payer_rules", []), start=1)
    ]  # fmt: skip
    # What is sent is taken as it is: a row that equals what stood before must not count as empty.
    return RuleRows(data, prefix="rules") if data is not None else RuleRows(initial=initial, prefix="rules")


def rules_of(rows: Any) -> list[dict[str, Any]]:
    """The rules of valid rows by their order; rows without one stand last."""
    filled = [(row.cleaned_data.get("place") or 999, row.rule()) for row in rows]
    return [rule for _place, rule in sorted(filled, key=lambda pair: pair[0]) if rule]


def first_day(today: date) -> date:
    return today + timedelta(days=1)


def _field(key: str, above: Any) -> forms.Field | None:
    inherited = _("As above: %(value)s") % {"value": words.value(key, above)} if above is not None else _("Not said here")
    hint = _empty(words.value(key, above) if above is not None else None)
    title = words.title(key)
    if key in NUMBERS:
        return _number(title, words.value(key, above) if above is not None else None, 1440)
    if key in SOME:
        choices = [(code, words.value(key, _split(code))) for code in _subsets(SOME[key], empty=key == "embedding")]
        return forms.ChoiceField(label=title, required=False, choices=[(INHERIT, inherited), *choices])
    if key in ONE:
        return forms.ChoiceField(label=title, required=False, choices=[(INHERIT, inherited), *((c, words.value(key, c)) for c in ONE[key])])
    if key == "collection_windows":
        return forms.CharField(label=title, required=False, help_text=_("Whole hours, such as 9-12, 14-17. %(empty)s") % {"empty": hint})
    if key in YES_OR_NO:
        choices = [(INHERIT, inherited), *((word, words.value(key, flag)) for word, flag in FLAGS.items())]
        return forms.ChoiceField(label=title, required=False, choices=choices)
    if key in LINES:
        return forms.CharField(label=title, required=False, max_length=60, help_text=hint)
    return None


def _empty(above: Any) -> str:
    """What an empty field stands for."""
    return _("Empty: as above, %(value)s") % {"value": above} if above is not None else ""


def _number(title: str, above: Any, most: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=title,
        required=False,
        min_value=0,
        max_value=most,
        help_text=_empty(above),
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


def _hours(above: dict[str, Any], name: str) -> str | None:
    hours = (above.get("result_hours") or {}).get(name)
    return words.value("collect_hours", hours) if hours else None


NOTHING = "-"


def _subsets(codes: tuple[str, ...], *, empty: bool = False) -> list[str]:
    """Every choice of some of the codes, joined in order."""
    found = ["+".join(chosen) for size in range(1, len(codes) + 1) for chosen in combinations(codes, size)]
    return [NOTHING, *found] if empty else found


def _split(code: str) -> list[str]:
    return [] if code == NOTHING else code.split("+")


def _in_order(directions: list[str]) -> list[str]:
    return directions if directions == ["*"] else [way for way in LEGS if way in directions]


def _initial(base: dict[str, Any]) -> dict[str, Any]:
    found = {key: base[key] for key in (*NUMBERS, *ONE, *LINES) if key in base}
    found |= {key: "yes" if base[key] else "no" for key in YES_OR_NO if key in base}
    found |= {key: "+".join(code for code in SOME[key] if code in base[key]) or NOTHING for key in SOME if key in base}
    if "collection_windows" in base:
        found["collection_windows"] = ", ".join(f"{first}-{last}" for first, last in base["collection_windows"])
    found |= {f"hours_{name}": hours for name, hours in base.get("result_hours", {}).items()}
    return found | {f"risk_{key}": value for key, value in base.get("risk", {}).items()}
