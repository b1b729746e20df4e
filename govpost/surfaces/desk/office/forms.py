"""Forms of a department: the filter of its queue, and the words that a decision needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from govpost.cases.clocks import CORRECTION_DAYS, Light
from govpost.cases.states import State
from govpost.surfaces.shared.words import CASE, LIGHTS

ALL = "all"
LONGEST_CORRECTION = 60


def state_choices() -> list[tuple[str, Any]]:
    """Every state that is not a draft, in the words of the tags."""
    return [(state.value, _(CASE[state.value].msgid)) for state in State if state is not State.DRAFT]


def light_choices() -> list[tuple[str, Any]]:
    return [("", _("Any")), *((light.value, _(LIGHTS[light.value])) for light in Light)]


class QueueForm(forms.Form):
    found = forms.CharField(required=False, widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=lambda: [("", _("In hand")), (ALL, _("All")), *state_choices()]
    )  # fmt: skip
    light = forms.ChoiceField(label=_("Term"), required=False, choices=light_choices)
    item = forms.ChoiceField(label=_("Service item"), required=False)

    def __init__(self, items: list[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        self.fields["item"].choices = [("", _("All")), *items]  # type: ignore[attr-defined]


class CorrectionForm(forms.Form):
    """Everything at once: the law lets a department ask only once."""

    items = forms.CharField(
        label=_("What must be corrected"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One point a line. The applicant reads these words."),
        error_messages={"required": _("Name every point to be corrected; they are told at once.")},
    )  # fmt: skip
    papers = forms.CharField(
        label=_("Papers that must come again"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One paper a line. Papers that were missing are asked for anyway."),
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("Working days to answer"), min_value=1, max_value=LONGEST_CORRECTION, initial=CORRECTION_DAYS,
        widget=forms.NumberInput(attrs={"class": "short"}),
        error_messages={
            "required": _("Say how many working days the applicant has."),
            "invalid": _("Write the days as a whole number."),
            "min_value": _("Give at least one working day."),
            "max_value": _("Give at most %(limit_value)s working days."),
        },
    )  # fmt: skip

    def lines(self, name: str) -> list[str]:
        return [line.strip() for line in self.cleaned_data[name].splitlines() if line.strip()]


class ReasonForm(forms.Form):
    """Reasons and remedies of a decision against the applicant."""

    reason = forms.CharField(
        label=_("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Name the facts and the clause. The applicant reads these words."),
        error_messages={"required": _("Say why, in words the applicant understands.")},
    )  # fmt: skip
    remedy = forms.CharField(
        label=_("How to have it reviewed"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The usual words stand here already; check them."),
        error_messages={"required": _("Tell the applicant how to have the decision reviewed (行政复议、行政诉讼).")},
    )  # fmt: skip


class ApproveForm(forms.Form):
    years = forms.IntegerField(
        label=_("Valid for how many years"), required=False, min_value=1, max_value=50, widget=forms.NumberInput(attrs={"class": "short"}),
        help_text=_("Empty: as long as the item says."),
        error_messages={
            "invalid": _("Write the years as a whole number."),
            "min_value": _("Give at least one year."),
            "max_value": _("Give at most %(limit_value)s years."),
        },
    )  # fmt: skip
