"""What the catalogue knows without a database: kinds of items, legal clocks, rules of an item's mail, ranking of a search."""

from __future__ import annotations

from enum import StrEnum


class Owner(StrEnum):
    """Whose case: decided inside GovPost, or in a system of the department's own."""

    INSIDE = "inside"
    OUTSIDE = "outside"


class ItemType(StrEnum):
    """事项类型 of GB/T 39046-2020 Annex A.1; only 01 is bound by the clocks of 行政许可法."""

    POWER = "00"
    LICENCE = "01"
    PENALTY = "02"
    COERCION = "03"
    LEVY = "04"
    PAYMENT = "05"
    INSPECTION = "06"
    CONFIRMATION = "07"
    REWARD = "08"
    RULING = "09"
    OTHER = "10"
    PUBLIC_SERVICE = "20"


class Subject(StrEnum):
    """Who may apply: natural persons, legal persons, or both (服务对象, Annex A.4, in coarse)."""

    NATURAL = "natural"
    LEGAL = "legal"
    BOTH = "both"


class Unit(StrEnum):
    """The unit of a clock: working days of the hall's calendar, or calendar days."""

    WORKING = "working"
    CALENDAR = "calendar"


class PaperForm(StrEnum):
    """How a paper is asked for."""

    ORIGINAL = "original"
    COPY = "copy"
    ELECTRONIC = "electronic"
