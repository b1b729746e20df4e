"""Keyset paging: pages are reached by "older" and "newer" from where the reader is, at the same cost on any page."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, Model, Q, QuerySet

from govpost.common.refusal import InvalidInput
from govpost.common.text import Text

Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")
SIZE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """`older` and `newer` are opaque cursors, "" where there is no such page."""

    items: list[Item]
    older: str = ""
    newer: str = ""


@dataclass(frozen=True, slots=True)
class _Cursor:
    newer: bool
    values: list[Any]


def keyset(rows: QuerySet[Row], order: Sequence[str], cursor: str = "", size: int = SIZE) -> Page[Row]:
    """One page of `rows` by `order`, whose keys are all ascending or all ("-") descending and end with a unique one.

    Keys must not be null. Raises `InvalidInput` when the cursor is damaged or made for another order.
    """
    keys = [name.removeprefix("-") for name in order]
    descending = order[0].startswith("-")
    if any(name.startswith("-") != descending for name in order):
        raise ValueError("Keyset paging needs keys of one direction")
    place = _decode(cursor, rows.model, keys) if cursor else None
    backwards = place is not None and place.newer
    if place is not None:
        rows = rows.filter(_beyond(keys, place.values, below=descending != backwards))
    ordered = rows.order_by(*(f"-{key}" if descending != backwards else key for key in keys))
    found = list(ordered[: size + 1])
    more, items = len(found) > size, found[:size]
    if backwards:
        items.reverse()
    if not items:
        return Page([])
    has_newer = more if backwards else place is not None
    has_older = True if backwards else more
    return Page(
        items,
        older=_encode(items[-1], keys, newer=False) if has_older else "",
        newer=_encode(items[0], keys, newer=True) if has_newer else "",
    )


def _beyond(keys: list[str], values: list[Any], *, below: bool) -> Q:
    """(a, b) < (x, y) written so that an index on (a, b) is used: a <= x and (a < x or b < y)."""
    sign = "lt" if below else "gt"
    first, *rest = keys
    strict = Q(**{f"{first}__{sign}": values[0]})
    if not rest:
        return strict
    return Q(**{f"{first}__{sign}e": values[0]}) & (strict | _beyond(rest, values[1:], below=below))


def _encode(row: Model, keys: list[str], *, newer: bool) -> str:
    values = [getattr(row, key) for key in keys]
    text = json.dumps([int(newer), keys, values], cls=_Exact, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str, model: type[Model], keys: list[str]) -> _Cursor:
    try:
        text = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        newer, made_for, values = json.loads(text)
        if made_for != keys or len(values) != len(keys):
            raise ValueError("another order")
        typed = [_typed(model, key, value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, TypeError, binascii.Error, ValidationError) as error:
        sentence = Text("This link to a page of the list is damaged. Start again from the list.")
        raise InvalidInput({"cursor": sentence}) from error
    return _Cursor(bool(newer), typed)


def _typed(model: type[Model], key: str, value: Any) -> Any:
    field = model._meta.get_field(key)
    typed = field.to_python(value) if isinstance(field, Field) else None
    if typed is None:
        raise ValueError("null key")
    return typed


class _Exact(DjangoJSONEncoder):
    """Django's encoder cuts microseconds to milliseconds, which would repeat or lose rows at a page's edge."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)
