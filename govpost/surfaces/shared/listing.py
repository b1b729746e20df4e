"""What a list page was asked for: filters, order and place, read from the address and never trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Listing:
    """`filters` holds what was chosen (empty choices left out), `order` the keys for `paging.keyset`."""

    form: forms.Form
    filters: dict[str, Any]
    sort: str
    order: Sequence[str]
    cursor: str


def read(request: HttpRequest, form_class: type[forms.Form], sorts: Mapping[str, Sequence[str]], default: str) -> Listing:
    """Read `?…&sort=…&cursor=…`. An unknown order falls back to `default`; bad filter values show at their field.

    `sorts` maps what may stand in `?sort=` to keyset keys, for example {"-placed_at": ("-placed_at", "-id")}.
    """
    known = {name: value for name, value in request.GET.items() if name in form_class.base_fields}
    form = form_class(known or None)
    valid = form.is_valid() if form.is_bound else False
    filters = {name: value for name, value in form.cleaned_data.items() if value not in (None, "", [])} if valid else {}
    sort = request.GET.get("sort", "")
    sort = sort if sort in sorts else default
    return Listing(form, filters, sort, sorts[sort], request.GET.get("cursor", ""))
