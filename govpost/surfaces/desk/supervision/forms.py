"""The filters of the supervision window."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from govpost.common.actor import Actor
from govpost.delivery.states import State
from govpost.surfaces.desk import finding
from govpost.surfaces.desk.office.forms import light_choices, state_choices
from govpost.surfaces.shared.words import state_word


class _PlacedForm(forms.Form):
    """A filter with the places of the jurisdiction."""

    def __init__(self, places: list[Any], data: Any = None) -> None:
        super().__init__(data)
        self.fields["place"].choices = [("", _("All")), *places]  # type: ignore[attr-defined]


ALL_UNDER_WAY = "under_way"


class SupervisionForm(_PlacedForm):
    found = forms.CharField(required=False, widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=lambda: [("", _("All")), (ALL_UNDER_WAY, _("Under way")), *state_choices()]
    )
    light = forms.ChoiceField(label=_("Term"), required=False, choices=light_choices)
    place = forms.ChoiceField(label=_("Place"), required=False)
    flagged = forms.BooleanField(label=_("Only what needs a person"), required=False)


def mail_states() -> list[tuple[str, Any]]:
    """Every state of a mail in the words of its tag."""
    return [(state.value, _(state_word("mail", state.value).msgid)) for state in State]


class MailForm(_PlacedForm):
    found = forms.CharField(required=False, widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("State"), required=False, choices=lambda: [("", _("All")), *mail_states()])
    light = forms.ChoiceField(label=_("Promise"), required=False, choices=light_choices)
    place = forms.ChoiceField(label=_("Place"), required=False)


def mail_find_form(actor: Actor, words: str) -> finding.FindForm:
    """The search box of the mail tab: mail belongs to departments too, which know their own reference only."""
    form = finding.find_form(actor, "supervised_mail", words)
    form.fields["q"].label = _("Mail number, waybill, reference or telephone")
    return form
