"""Forms of the station desk, made for a scanner: one field, Enter, next."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from govpost.common.clock import now, shanghai_day

_SCAN = {"autocomplete": "off", "class": "medium", "spellcheck": "false"}


class MatchForm(forms.Form):
    """Double scan: the certificate, then the envelope."""

    contents_serial = forms.CharField(
        label=_("Certificate"), max_length=64, help_text=_("The serial number on the certificate itself."),
        widget=forms.TextInput(attrs={**_SCAN, "autofocus": True}),
        error_messages={"required": _("Scan the serial number of the certificate.")},
    )  # fmt: skip
    envelope_serial = forms.CharField(
        label=_("Envelope"), max_length=64, help_text=_("The number printed on the envelope."),
        widget=forms.TextInput(attrs=_SCAN),
        error_messages={"required": _("Scan the serial number printed on the envelope.")},
    )  # fmt: skip


class AnewForm(forms.Form):
    """Another envelope for the same piece."""

    why = forms.CharField(
        label=_("Why is another envelope needed?"), max_length=100,
        error_messages={"required": _("Say why certificate and envelope are scanned anew.")},
    )  # fmt: skip


class ReprintForm(forms.Form):
    why = forms.CharField(
        label=_("Why is it printed again?"), max_length=100, error_messages={"required": _("Say why the label is printed again.")}
    )


class SealForm(forms.Form):
    seal_no = forms.CharField(
        label=_("Seal number"), max_length=40, widget=forms.TextInput(attrs=_SCAN),
        error_messages={"required": _("Scan or type the number of the seal.")},
    )  # fmt: skip


class BalanceForm(forms.Form):
    """Everything that lies at the desk, one scanned number a line."""

    on = forms.DateField(
        label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "medium"}),
        error_messages={"required": _("Say which day is balanced.")},
    )  # fmt: skip
    counted = forms.CharField(
        label=_("Numbers that lie at the desk"), required=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "mono"}),
        help_text=_("Scan every piece, one number a line: ours or the waybill number."),
    )  # fmt: skip

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > shanghai_day(now()):
            raise forms.ValidationError(_("This day has not come yet. Choose today or an earlier day."))
        return on

    def numbers(self) -> list[str]:
        return [line.strip().upper() for line in self.cleaned_data["counted"].splitlines() if line.strip()]
