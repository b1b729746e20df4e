"""One order at the counter, or a whole file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from govpost.catalogue.models import Service
from govpost.common.ids import uuid7
from govpost.delivery.states import State
from govpost.places import identifiers
from govpost.places.models import Division
from govpost.surfaces.shared.words import MAIL, say


def _named(row: Service | Division) -> str:
    return row.name_en if get_language() == "en" and row.name_en else row.name


class _ItemForm(forms.Form):
    item = forms.ChoiceField(label=_("Service item"), error_messages={"required": _("Choose what is mailed.")})

    def __init__(self, services: Sequence[Service], data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["item"].choices = [(service.code, _named(service)) for service in services]  # type: ignore[attr-defined]


class SentForm(forms.Form):
    """The filter of the mail sent; a batch comes from the page of its file."""

    q = forms.CharField(
        label=_("Reference, number or waybill"), required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=lambda: [("", _("All")), *((state.value, _(MAIL[state.value].msgid)) for state in State)]
    )
    batch = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class OrderForm(_ItemForm):
    """Recipient and item of one mail; `key` makes a second press harmless."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    ref = forms.CharField(
        label=_("Your reference"), max_length=80, help_text=_("For example your document's number. It is not printed on the label."),
        error_messages={"required": _("Give your own reference, so that you find the mail again.")},
    )  # fmt: skip
    name = forms.CharField(label=_("Recipient"), max_length=60, error_messages={"required": _("Enter the recipient's name.")})
    phone = forms.CharField(label=_("Phone"), max_length=20, error_messages={"required": _("Enter the recipient's phone number.")})
    county = forms.ChoiceField(label=_("City and county"), error_messages={"required": _("Choose the county from the list.")})
    street = forms.CharField(
        label=_("Street, house, room"), max_length=120, error_messages={"required": _("Enter street, house and room.")}
    )
    contents = forms.CharField(
        label=_("Serial number of the contents"), max_length=64, required=False,
        help_text=_("With it the station desk can check that the right document is in the envelope."),
    )  # fmt: skip
    pays = forms.BooleanField(label=_("The department pays (monthly account)"), required=False, initial=True)

    def __init__(self, services: Sequence[Service], counties: Sequence[Division], data: Any = None) -> None:
        super().__init__(services, data)
        grouped: dict[str, list[tuple[str, str]]] = {}
        for county in counties:
            city = county.parent
            grouped.setdefault(_named(city) if city else "", []).append((county.code, _named(county)))
        self.fields["county"].choices = [("", _("Choose")), *grouped.items()]  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"].strip()
        checked = identifiers.phone(phone)
        if not checked.allowed:
            raise forms.ValidationError(say(checked.sentence))
        return phone


class FileForm(_ItemForm):
    """A batch file; rows may name another item in a column of their own."""

    file = forms.FileField(
        label=_("File"), widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
        help_text=_("CSV (UTF-8 or GB18030) or XLSX with the columns 受理号, 姓名, 手机号, 地址, and if you like 证件编号."),
        error_messages={
            "required": _("Choose the file."),
            "empty": _("The file is empty. Choose a file with a header line and at least one row."),
        },
    )  # fmt: skip
