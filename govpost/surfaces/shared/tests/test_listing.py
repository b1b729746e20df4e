"""Lists read filters and order from the address without trusting it."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from govpost.surfaces.shared import listing
from govpost.surfaces.shared.style_guide import SampleFilter

SORTS = {"-at": ("-at", "-id"), "number": ("number",)}


def _read(query: str) -> listing.Listing:
    return listing.read(RequestFactory().get(f"/list{query}"), SampleFilter, SORTS, "-at")


def test_chosen_filters_are_kept_and_empty_ones_left_out() -> None:
    read = _read("?q=林&state=&since=2026-11-01&cursor=abc&sort=number")
    assert set(read.filters) == {"q", "since"}
    assert (read.sort, read.order, read.cursor) == ("number", ("number",), "abc")


@pytest.mark.parametrize("sort", ["", "id; drop table", "-password"])
def test_an_unknown_order_is_the_usual_one(sort: str) -> None:
    assert _read(f"?sort={sort}").order == ("-at", "-id")


def test_a_filter_that_makes_no_sense_shows_at_its_field_and_filters_nothing() -> None:
    read = _read("?since=yesterday")
    assert read.filters == {}
    assert read.form.errors["since"]


def test_an_address_without_filters_has_no_errors() -> None:
    assert _read("?sort=number").form.errors == {}
