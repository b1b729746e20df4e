"""The table against the marks in the code, without a database: every route has a row, every row a route, and both say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import URLResolver, get_resolver

from govpost.surfaces.shared.access import Audience, audiences_of
from tests.matrix.routes import CITIZEN, INTERNAL, PARTNER, PUBLIC, ROUTES, SELF, Row


def routes(patterns: Iterable[Any] | None = None, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """(full name, view) of every address there is."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from routes(pattern.url_patterns, inner)
        else:
            yield ":".join((*spaces, pattern.name or str(pattern.pattern))), pattern.callback


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    there, written = [name for name, _ in routes()], [row.name for row in ROUTES]
    assert sorted(set(there) - set(written)) == [], "routes without a row in tests/matrix/routes.py"
    assert sorted(set(written) - set(there)) == [], "rows without a route"
    assert len(there) == len(set(there))
    assert len(written) == len(set(written))


def test_every_route_is_marked_with_those_whom_the_table_lets_in() -> None:
    rows = {row.name: row for row in ROUTES}
    wrong = [(name, audiences_of(view)) for name, view in routes() if name in rows and audiences_of(view) != _marks(rows[name])]
    assert wrong == []


def _marks(row: Row) -> tuple[Audience, ...]:
    if isinstance(row.who, frozenset):
        return (Audience("staff", row.who),)
    kinds = {PUBLIC: "public", CITIZEN: "citizen", PARTNER: "partner", SELF: "partner", INTERNAL: "internal"}
    return (Audience(kinds[row.who]),)  # type: ignore[arg-type]
