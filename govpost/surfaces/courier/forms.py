"""What a courier fills in at a door. A form carries its own request id, so that a second press or a lost answer changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from govpost.common.ids import uuid7
from govpost.delivery.rules import ANY_SIGNER, Signer
from govpost.dispatch.queries import Visit
from govpost.dispatch.rules import REASONS, Kind, Reason
from govpost.profiles.rules import Window
from govpost.surfaces.shared.formats import clock_time, short_moment
from govpost.surfaces.shared.words import door_label, say

SIGNERS = {
    Signer.ADDRESSEE: _("The addressee in person"),
    Signer.AGENT: _("An agent with a mandate"),
    Signer.FAMILY: _("A family member"),
    Signer.OFFICE: _("The office or mail room"),
    Signer.OTHER: _("Somebody else"),
}


class _DoorForm(forms.Form):
    request_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, visit: Visit, data: Any = None) -> None:
        super().__init__(data, initial={"request_id": uuid7()})
        self.visit = visit


class CollectForm(_DoorForm):
    """Posting formalities, one radio pair per neutral paper label, and the check code that the applicant says."""

    real_name_checked = forms.BooleanField(
        label=_("I have checked the sender's identity document"),
        error_messages={"required": _("Check the sender's identity document first, then tick this box.")},
    )
    inspected = forms.BooleanField(
        label=_("I have looked at what is mailed (and read nothing)"),
        error_messages={"required": _("Look at what is mailed before you seal it, then tick this box.")},
    )
    check_code = forms.RegexField(
        r"^\s*\d{3}\s?\d{3}\s*$",
        label=_("Check code"),
        help_text=_("The applicant tells you these six digits after you have counted together."),
        error_messages={"required": _("Enter the six digits."), "invalid": _("Enter exactly six digits.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "digits", "maxlength": 7}),
    )

    def __init__(self, visit: Visit, data: Any = None) -> None:
        super().__init__(visit, data)
        for opaque_id, label in visit.checks:
            self.fields[paper_field(opaque_id)] = forms.ChoiceField(
                label=door_label(label),
                choices=[("yes", _("Here")), ("no", _("Missing"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("%(paper)s: mark it as here or missing.") % {"paper": door_label(label)}},
            )

        last = self.fields.pop("check_code")
        self.fields["check_code"] = last  # errors stand in the order of the page: the code is said after the count

    @property
    def papers(self) -> list[forms.BoundField]:
        return [self[paper_field(opaque_id)] for opaque_id, _label in self.visit.checks]

    def seen(self) -> dict[str, bool]:
        return {opaque_id: self.cleaned_data[paper_field(opaque_id)] == "yes" for opaque_id, _label in self.visit.checks}


class DeliverForm(_DoorForm):
    """Who took it, and the pick-up code where the item asks for one; only people whom the item's rule allows are offered."""

    signer = forms.ChoiceField(
        label=_("Who takes it?"), widget=forms.RadioSelect, error_messages={"required": _("Choose who takes the item.")}
    )

    def __init__(self, visit: Visit, data: Any = None) -> None:
        super().__init__(visit, data)
        self.fields["signer"].choices = list(_signers(visit.signers))  # type: ignore[attr-defined]
        if visit.needs_code:
            self.fields["code"] = forms.RegexField(
                r"^\s*\d{3}\s?\d{3}\s*$",
                label=_("Pick-up code"),
                help_text=_("The recipient got these six digits by text message. Never hand the item over without them."),
                error_messages={"required": _("Enter the six digits."), "invalid": _("Enter exactly six digits.")},
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "digits", "maxlength": 7}),
            )


class FailForm(_DoorForm):
    """Why the visit did not succeed."""

    reason = forms.ChoiceField(label=_("What happened?"), widget=forms.RadioSelect, error_messages={"required": _("Choose what happened.")})
    note = forms.CharField(
        label=_("Note for the dispatcher"), required=False, max_length=100, help_text=_("No names or phone numbers, please.")
    )

    appointment = forms.ChoiceField(
        label=_("When shall the courier come instead?"),
        required=False,
        help_text=_("Only if the person asked for another time."),
        error_messages={"invalid_choice": _("This time has passed or is no longer offered. Choose another one.")},
    )

    def __init__(self, visit: Visit, data: Any = None) -> None:
        super().__init__(visit, data)
        self.reasons = REASONS[Kind(visit.task.kind)]
        self.windows = {f"{each.start.isoformat()}/{each.end.isoformat()}": each for each in visit.appointments}
        offer(self, "reason", [(reason.code, _label(reason)) for reason in self.reasons.values()])
        if self.windows:
            times = [(key, f"{short_moment(each.start)}–{clock_time(each.end)}") for key, each in self.windows.items()]
            offer(self, "appointment", [("", _("No other time")), *times])
        else:
            del self.fields["appointment"]

    def chosen(self) -> Window | None:
        """The time that the person named, where the reason is that they asked for one."""
        moves = self.reasons[self.cleaned_data["reason"]].moves
        return self.windows.get(self.cleaned_data.get("appointment", "")) if moves else None


def _label(reason: Reason) -> str:
    """A reason after which nobody comes again says so."""
    return _("%(reason)s (no courier comes any more)") % {"reason": say(reason.words)} if reason.ends else say(reason.words)


def offer(form: forms.Form, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    cast(forms.ChoiceField, form.fields[name]).choices = list(choices)


def paper_field(opaque_id: str) -> str:
    return f"paper-{opaque_id}"


def _signers(allowed: Iterable[str]) -> Iterable[tuple[str, Any]]:
    everybody = ANY_SIGNER in allowed
    return ((signer.value, words) for signer, words in SIGNERS.items() if everybody or signer in allowed)
