"""What a search for items is narrowed to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from govpost.catalogue.rules import Subject
from govpost.places import queries as places
from govpost.surfaces.portal.words import local
from govpost.surfaces.shared.offering import offer


class SearchForm(forms.Form):
    """Words in Chinese, pinyin or initials; city and kind of applicant are optional."""

    q = forms.CharField(label=_("What do you want to get done?"), required=False, max_length=100, strip=True)
    city = forms.ChoiceField(label=_("City"), required=False)
    subject = forms.ChoiceField(
        label=_("Who applies"),
        required=False,
        choices=[
            ("", _("Everybody")),
            (Subject.NATURAL.value, _("Persons")),
            (Subject.LEGAL.value, _("Enterprises and organisations")),
        ],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.cities = {row.code: row for row in places.cities()}
        offer(self, "city", [("", _("All cities")), *((code, local(row, "name")) for code, row in self.cities.items())])

    @property
    def region(self) -> str:
        """The region path of the chosen city, "" for all."""
        city = self.cities.get(self.cleaned_data.get("city", "")) if self.is_valid() else None
        return str(city.region) if city else ""
