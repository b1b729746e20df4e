"""A structured address: province, city, county from lists, the rest as text. Works without script by its own small button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext_lazy as _

from govpost.common.refusal import InvalidInput
from govpost.places import queries as places
from govpost.places.addresses import StructuredAddress
from govpost.surfaces.shared.forms import add_refusal
from govpost.surfaces.shared.offering import offer
from govpost.surfaces.shared.words import local

RELOAD = "show_places"
"""The button that fetches the lists again for another province or city, where no script does it."""

_CHOOSE = ("", _("Please choose"))


class AddressForm(forms.Form):
    """`address` is the `StructuredAddress` once the form is valid."""

    province = forms.ChoiceField(label=_("Province"), error_messages={"required": _("Choose the province.")})
    city = forms.ChoiceField(label=_("City"), error_messages={"required": _("Choose the city.")})
    county = forms.ChoiceField(
        label=_("County or district"),
        error_messages={
            "required": _("Choose the county or district."),
            "invalid_choice": _("This county does not lie in the chosen city. Choose it again."),
        },
    )
    street = forms.CharField(
        label=_("Street, house, room"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
        error_messages={
            "required": _("Enter street, house and room, so that the courier finds the door."),
            "max_length": _("The address is too long: use at most 120 characters."),
        },
    )
    address: StructuredAddress

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        province, city = self._picked("province"), self._picked("city")
        offer(self, "province", [_CHOOSE, *_provinces()])
        offer(self, "city", [_CHOOSE, *_below(places.cities, province)])
        offer(self, "county", [_CHOOSE, *_below(places.counties, city if city.startswith(province) else "")])
        for name in ("province", "city"):
            self.fields[name].error_messages["invalid_choice"] = self.fields[name].error_messages["required"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors:
            try:
                self.address = places.structured_address(found["county"], found["street"])
            except InvalidInput as refusal:
                add_refusal(self, refusal)
        return found

    def _picked(self, name: str) -> str:
        value = self.data.get(self.add_prefix(name)) if self.is_bound else self.get_initial_for_field(self.fields[name], name)
        text = str(value or "")
        return text if text.isdigit() else ""


class Place(Protocol):
    """What is known of an address: its county and street."""

    @property
    def division(self) -> str: ...
    @property
    def street(self) -> str: ...


def initial_of(address: Place | None, division: str = "") -> dict[str, str]:
    """The form's initial values: a known address, else the county (or city) where the person most likely lives."""
    code = address.division if address else division
    return {
        "province": code[:2],
        "city": code[:4] if len(code) >= 4 else "",
        "county": code if len(code) == 6 else "",
        "street": address.street if address else "",
    }


def _provinces() -> list[tuple[str, str]]:
    named = places.divisions({city.code[:2] for city in places.cities()})
    return [(code, local(named[code], "name")) for code in sorted(named)]


def _below(lister: Any, code: str) -> list[tuple[str, str]]:
    if not code:
        return []
    path = ".".join(code[:length] for length in (2, 4) if len(code) >= length)
    return [(row.code, local(row, "name")) for row in lister(path)]
