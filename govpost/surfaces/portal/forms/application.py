"""The pages of an application, one form each. What is right and wrong is decided by the rooms; these say it at the field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from govpost.places.identifiers import cleaned, phone
from govpost.profiles.rules import Window
from govpost.surfaces.shared.forms import Card, CardField
from govpost.surfaces.shared.offering import offer
from govpost.surfaces.shared.words import say

LONGEST_LINE = 200
LONGEST_TEXT = 2000
DOOR = "door"


class ContactForm(forms.Form):
    """Whom the courier asks for, and the number to call."""

    name = forms.CharField(
        label=_("Name for the courier"),
        help_text=_("Who hands over the papers or takes the result."),
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "medium"}),
        error_messages={
            "required": _("Enter the name of the person whom the courier should ask for."),
            "max_length": _("This name is too long: use at most %(limit_value)d characters."),
        },
    )
    phone = forms.CharField(
        label=_("Telephone"),
        help_text=_("The courier calls it before coming, and short messages go there. A mobile number is best."),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "medium"}),
        error_messages={"required": _("Enter a telephone number, so that the courier can reach you.")},
    )

    def clean_phone(self) -> str:
        number = cleaned(str(self.cleaned_data["phone"]))
        decision = phone(number)
        if not decision.allowed:
            raise forms.ValidationError(say(decision.sentence), code=decision.code)
        return number


class AnswersForm(forms.Form):
    """What the item asks besides papers (`cases.rules.ANSWER_KEYS`)."""

    subject = forms.CharField(
        label=_("What do you apply for?"),
        help_text=_("The name of the place, business or project, as it should stand in the result."),
        max_length=LONGEST_LINE,
        error_messages={
            "required": _("Say what you apply for: the name of the place, business or project."),
            "max_length": _("This name is too long: use at most %(limit_value)d characters."),
        },
    )
    premises = forms.CharField(
        label=_("Where is it?"),
        help_text=_("The address of the place that the application is about."),
        max_length=LONGEST_LINE,
        error_messages={
            "required": _("Enter the address of the place that the application is about."),
            "max_length": _("This address is too long: use at most %(limit_value)d characters."),
        },
    )
    details = forms.CharField(
        label=_("Is there anything the office should know?"),
        help_text=_("For example opening hours, the kind of business, or whom to ask on the spot."),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": _("This is too long: use at most %(limit_value)d characters.")},
    )


class PapersForm(forms.Form):
    """How the papers reach the window, and when the courier comes if one comes."""

    paper_way = CardField(
        label=_("How do your papers reach the window?"),
        help_text=_("Both ways count the same. You can change your mind until the courier has the papers."),
        error_messages={"required": _("Choose how your papers reach the window.")},
    )
    window = forms.ChoiceField(
        label=_("When shall the courier come?"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("This time has passed or is no longer offered. Choose another one.")},
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, cards: Iterable[tuple[str, Card]], windows: Sequence[Window], **more: Any
    ) -> None:
        super().__init__(data, **more)
        offer(self, "paper_way", cards)
        offer(self, "window", [(window_key(each), each) for each in windows])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("paper_way") != DOOR:
            # A time left over from an earlier choice is no mistake of somebody who brings the papers.
            self.errors.pop("window", None)
            found["window"] = ""
        elif not found.get("window") and "window" not in self.errors:
            self.add_error("window", _("Choose the day and time at which the courier comes."))
        return found


class HallForm(forms.Form):
    """At which hall papers are brought and the result is fetched; nothing to choose where one hall takes the item."""

    hall = forms.ChoiceField(
        label=_("At which hall?"),
        help_text=_("Papers that you bring and a result that you fetch are at its window. We chose the one nearest to your address."),
        error_messages={"invalid_choice": _("This hall does not take the item any more. Choose another one.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, halls: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(data, **more)
        if len(halls) > 1:
            offer(self, "hall", halls)
        else:
            del self.fields["hall"]

    @property
    def chosen(self) -> str:
        """The hall's code; "" leaves the one that stands."""
        return str(self.cleaned_data.get("hall", ""))


class WindowForm(forms.Form):
    """When another courier comes."""

    window = forms.ChoiceField(
        label=_("When shall the courier come?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the day and time at which the courier comes."),
            "invalid_choice": _("This time has passed or is no longer offered. Choose another one."),
        },
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, windows: Sequence[Window]) -> None:
        super().__init__(data)
        offer(self, "window", [(window_key(each), each) for each in windows])


class ResultForm(forms.Form):
    """How the result comes."""

    result_way = CardField(
        label=_("How does the result come to you?"),
        help_text=_("Both ways count the same. You can decide to fetch it after all until it has been posted."),
        error_messages={"required": _("Choose how the result comes to you.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, cards: Iterable[tuple[str, Card]], **more: Any) -> None:
        super().__init__(data, **more)
        offer(self, "result_way", cards)


class NoticeForm(forms.Form):
    """The confirmation that the notice was read; `version` says which text stood above the box."""

    version = forms.CharField(widget=forms.HiddenInput)
    consent = forms.BooleanField(
        label=_("I have read this notice. My choice of how papers and result travel is my own."),
        error_messages={"required": _("Read the notice and tick the box to go on. Without it nothing can be sent by post.")},
    )


def window_key(window: Window) -> str:
    """A collection window as a form value: both ends as ISO moments."""
    return f"{window.start.isoformat()}/{window.end.isoformat()}"
