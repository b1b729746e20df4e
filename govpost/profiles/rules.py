"""What a profile may say, how it is inherited, and who pays postage and why: pure."""

from __future__ import annotations

from enum import StrEnum


class ProfileLevel(StrEnum):
    """Where configuration stands; each level overrides the one above it."""

    HEADQUARTERS = "headquarters"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
