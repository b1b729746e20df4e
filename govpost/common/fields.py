"""Columns that Django lacks: PostgreSQL's ltree for regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:  # the stubs' fields and look-ups are generic, Django's own are not
    _Text = models.TextField[str, str]
    _Lookup = models.Lookup[Any]
else:
    _Text, _Lookup = models.TextField, models.Lookup


class LtreeField(_Text):
    """A path of labels such as 34.3416.341602; look up a subtree with `region__within="34.3416"`."""

    description = "ltree path"

    def db_type(self, connection: Any) -> str:
        return "ltree"

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "%s::ltree"


@LtreeField.register_lookup
class Within(_Lookup):
    """At or below an ancestor path."""

    lookup_name = "within"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """A subtree of a known place is a range, which plain indexes serve: "-" sorts before every other sign of a label."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        if isinstance(self.rhs, str) and self.rhs:
            bounds = (*left_params, self.rhs, *left_params, f"{self.rhs}-")
            return f"({left} >= %s::ltree AND {left} < %s::ltree)", bounds
        return f"{left} <@ ({right})::ltree", (*left_params, *right_params)


@LtreeField.register_lookup
class WithinAny(_Lookup):
    """At or below any of several ancestor paths; an empty list matches nothing (deny by default)."""

    lookup_name = "within_any"

    def get_prep_lookup(self) -> list[str]:
        return list(self.rhs)

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (list(value),)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        return f"{left} <@ %s::ltree[]", (*left_params, list(self.rhs))
