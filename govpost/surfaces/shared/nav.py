"""The side navigation of the desk as a list: what a surface hands to the base template as `side_nav`."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Item:
    """A link; without `url` it is the title of the group that follows.

    `count` shows how many wait there; pages under the address `also` belong to it too.
    """

    label: str | Promise
    url: str = ""
    icon: str = ""
    count: int | None = None
    tone: str = ""
    exact: bool = False
    also: str = ""
