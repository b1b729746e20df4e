"""One knock at one door: the request, what it wrote, and the answer in one word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.db import connection, transaction
from django.urls import reverse

from tests.matrix.routes import SEEN_BY, Row
from tests.matrix.seats import Seat
from tests.matrix.world import World

SIGN_INS = ("/sign-in?", "/desk/sign-in?", "/courier/sign-in?")
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_KEY = {"Idempotency-Key": "matrix"}
_WRITES = re.compile(r"\b(?:INSERT\s+INTO|UPDATE(?!\s+(?:SET|SKIP|NOWAIT|OF\b))|DELETE\s+FROM|COPY)\s+\"?(\w+)", re.IGNORECASE)
_VARIABLE = re.compile(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"')
# An API key's claim is undone with its refusal; that the key was used is true whatever it asked for.
KEPT_BY_VISITS = {
    "partner_api_idempotentcall", "django_session", "axes_accessattempt", "axes_accesslog", "axes_accessfailurelog",
    "parties_partnerkeyuse",
}  # fmt: skip
decisions: Counter[str] = Counter()


@dataclass(frozen=True, slots=True)
class Answer:
    """in, sign_in, no_key, refused, missing, method, or broken with its error; `body` without what differs by nature."""

    word: str
    status: int
    body: str
    wrote: frozenset[str]


def expected(row: Row, seat: Seat, method: str) -> set[str]:
    """What the table says of this seat at this door."""
    if isinstance(row.who, frozenset):
        return _for_staff(row, row.who, seat, method)
    if row.who == "citizen":
        return _inside(row, seat, method) if seat.kind == "citizen" else {"sign_in"}
    if row.who == "partner":
        if method not in row.methods.split():
            return {"method"}
        return _inside(row, seat, method) if seat.kind == "partner" else {"no_key"}
    if row.who == "self":
        return {"method", "in", "missing", "no_key", "unavailable"}
    return {"in"} if method in row.methods.split() else {"method"}


def _for_staff(row: Row, roles: frozenset[str], seat: Seat, method: str) -> set[str]:
    if seat.kind != "staff":
        return {"sign_in"}
    if roles and not roles & seat.roles:
        return {"refused"}
    return _inside(row, seat, method)


def _inside(row: Row, seat: Seat, method: str) -> set[str]:
    if method not in row.methods.split():
        return {"method"}
    if row.object and seat.name not in SEEN_BY[row.object]:
        return {"missing"}
    return {row.also.get(seat.name, "in")}


def address(row: Row, world: World, *, missing: bool = False) -> str:
    """The door of the real object, or of one that does not exist."""
    parts = {}
    for key, name in row.keys.items():
        if name.startswith("="):
            parts[key] = name[1:]
        else:
            parts[key] = world.missing(name) if missing and name in SEEN_BY else world.objects[name]
    return reverse(row.name, kwargs=parts or None) + row.query


def knock(seat: Seat, method: str, path: str, body: str = "") -> Answer:
    """One request, its body empty unless given, undone afterwards."""
    client, wrote = seat.client(), set[str]()
    decisions[seat.kind] += 1
    with undone(wrote):
        try:
            response = client.generic(method, path, body.encode(), content_type=_JSON if body.startswith("{") else _FORM, headers=_KEY)
        except Exception as error:  # noqa: BLE001 the whole point: nothing may come out of a door
            return Answer("broken", 500, f"{type(error).__name__}: {error}", frozenset(wrote))
        body = _VARIABLE.sub("", response.content.decode(errors="replace")) if not response.streaming else ""
        return Answer(_word(response), response.status_code, body, frozenset(wrote))


def _word(response: Any) -> str:
    status, where = response.status_code, response.headers.get("Location", "")
    if status == HTTPStatus.FOUND and where.startswith(SIGN_INS):
        return "sign_in"
    words = {401: "no_key", 403: "refused", 404: "missing", 405: "method", 502: "unavailable", 503: "unavailable"}
    return words.get(status, "broken" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "in")


@contextmanager
def undone(wrote: set[str]) -> Iterator[None]:
    """What is done inside is taken back, and the tables it wrote are told, jobs too."""

    def look(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        wrote.update(table for table in _WRITES.findall(str(sql)) if table not in KEPT_BY_VISITS)
        if "procrastinate_defer" in str(sql):
            wrote.add("procrastinate_jobs")
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(look):
        yield
        transaction.set_rollback(True)
