"""The filter of the supervision window."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from govpost.surfaces.desk.office.forms import light_choices, state_choices


class SupervisionForm(forms.Form):
    found = forms.CharField(required=False, widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("State"), required=False, choices=lambda: [("", _("All")), *state_choices()])
    light = forms.ChoiceField(label=_("Term"), required=False, choices=light_choices)
    place = forms.ChoiceField(label=_("Place"), required=False)
    flagged = forms.BooleanField(label=_("Only what needs a person"), required=False)

    def __init__(self, places: list[Any], data: Any = None) -> None:
        super().__init__(data)
        self.fields["place"].choices = [("", _("All")), *places]  # type: ignore[attr-defined]
