"""Rates by place and day, and what stands behind each figure. Whoever looks sees the places of his own jurisdiction only."""

from __future__ import annotations

from govpost.quality.queries.cuts import Cut, definition, definitions
from govpost.quality.queries.items import Behind, Item, Items, Portion, behind, items
from govpost.quality.queries.past import (
    Corrected,
    Correction,
    Corrections,
    as_known_at,
    corrected,
    correction_page,
    corrections,
    versions_of,
)
from govpost.quality.queries.rates import Row, by_city, by_county, by_day, by_item, by_outlet, by_province, total

__all__ = [
    "Behind", "Corrected", "Correction", "Corrections", "Cut", "Item", "Items", "Portion", "Row", "as_known_at", "behind", "by_city",
    "by_county", "by_day", "by_item", "by_outlet", "by_province", "corrected", "correction_page", "corrections", "definition",
    "definitions", "items", "total", "versions_of",
]  # fmt: skip
