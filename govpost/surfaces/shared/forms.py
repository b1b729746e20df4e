"""Form parts of the house: choices as cards with their reasons, and refusals of the rules shown at their fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from govpost.common.refusal import InvalidInput, Refusal
from govpost.surfaces.shared.words import say

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Card:
    """One way to choose: `text` explains it, `note` says who pays and why, `because` says why it cannot be had now."""

    label: Words
    text: Words = ""
    note: Words = ""
    note_icon: str = "coin"
    because: Words = ""

    def __str__(self) -> str:
        return str(self.label)


class CardField(forms.ChoiceField):
    """A choice of `(value, Card)` pairs as radio cards; a card that cannot be had is refused with its reason."""

    widget = forms.RadioSelect

    def __init__(self, *, choices: Iterable[tuple[str, Card]] = (), **options: Any) -> None:
        super().__init__(choices=list(choices), **options)

    def validate(self, value: Any) -> None:
        super().validate(value)
        card = dict(self.choices).get(value)  # type: ignore[arg-type]
        if isinstance(card, Card) and card.because:
            raise ValidationError(str(card.because), code="not_available")


def faults(bound: forms.BoundField) -> list[str]:
    """What is wrong with a field; where nobody said it better, what is missing is named, for the summary stands apart from the field."""
    plain = str(forms.Field.default_error_messages["required"])
    return [_missing(bound) if str(each) == plain else str(each) for each in bound.errors]


def _missing(bound: forms.BoundField) -> str:
    widget, label = bound.field.widget, {"label": bound.label}
    if isinstance(widget, forms.CheckboxInput):
        return _("Please tick: %(label)s") % label
    if isinstance(widget, forms.widgets.ChoiceWidget | forms.DateInput | forms.FileInput):
        return _("Please choose: %(label)s") % label
    return _("Please fill in: %(label)s") % label


def add_refusal(form: forms.BaseForm, error: Refusal) -> None:
    """Show a refusal of the rules in the form: at its fields where it names them, above the form otherwise."""
    found = error.errors if isinstance(error, InvalidInput) else {}
    for name, sentence in found.items():
        form.add_error(name if name in form.fields else None, say(sentence))
    if not found:
        form.add_error(None, say(error.sentence))


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, an empty one too; None while the page is only opened."""
    return request.POST if request.method == "POST" else None


def tone_of(level: str) -> str:
    """The tone of a flash message by the tag of `django.contrib.messages`."""
    return {"success": "good", "warning": "warn", "error": "bad"}.get(level, "note")
