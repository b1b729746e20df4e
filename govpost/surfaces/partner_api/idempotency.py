"""`Idempotency-Key` on every POST: the first answer is kept in the transaction of the work, a repeat gets it back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from govpost.common.clock import now
from govpost.common.ids import uuid7
from govpost.common.refusal import InvalidInput, Refusal
from govpost.common.text import Text

LONGEST_KEY = 255
_FIRST = "SELECT request_digest, status, body FROM partner_api_idempotentcall WHERE actor_key = %s AND key = %s"
_KEEP = """
INSERT INTO partner_api_idempotentcall (id, actor_key, key, request_digest, status, body, at)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (actor_key, key) DO NOTHING RETURNING id
"""
_FORGET = """
DELETE FROM partner_api_idempotentcall WHERE id IN (
  SELECT id FROM partner_api_idempotentcall WHERE at < %s ORDER BY at LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING id
"""


class _Overtaken(Exception):
    """A concurrent call with the same key committed first: what this one did is undone."""


def once(request: HttpRequest, actor_key: str, work: Callable[[], tuple[int, Any]]) -> HttpResponse:
    """Run `work` once per key and answer its (status, body); a repeat, concurrent or later, gets the first answer.

    Raises InvalidInput without a key, Refusal when the key was used for another request. A refused request keeps nothing.
    """
    key = _key(request)
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + request.body).digest()
    try:
        with transaction.atomic():
            return _again(actor_key, key, digest) or _first(actor_key, key, digest, work)
    except (_Overtaken, Refusal):
        # Refused perhaps because the same call, a moment ago, has done it already.
        answer = _again(actor_key, key, digest)
        if answer is None:
            raise
        return answer


def _first(actor_key: str, key: str, digest: bytes, work: Callable[[], tuple[int, Any]]) -> HttpResponse:
    status, value = work()
    body = msgspec.json.encode(value)
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [uuid7(), actor_key, key, digest, status, body, now()])
        if cursor.fetchone() is None:
            raise _Overtaken
    return HttpResponse(body, status=status, content_type="application/json")


def _again(actor_key: str, key: str, digest: bytes) -> HttpResponse | None:
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, [actor_key, key])
        kept = cursor.fetchone()
    if kept is None:
        return None
    first_digest, status, body = kept
    if bytes(first_digest) != digest:
        raise Refusal(
            "invalid_idempotency_key",
            Text("This Idempotency-Key was used for a different request. Use a new key for a new request."),
        )
    response = HttpResponse(bytes(body), status=status, content_type="application/json")
    response["Idempotent-Replayed"] = "true"
    return response


def has_key(request: HttpRequest) -> bool:
    return "Idempotency-Key" in request.headers


def forget_old(*, before: datetime, limit: int = 5_000) -> list[UUID]:
    """Remove the next `limit` answers given before a moment; returns their ids."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [before, limit])
        return [row[0] for row in cursor.fetchall()]


def _key(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key or len(key) > LONGEST_KEY:
        raise InvalidInput(
            {"Idempotency-Key": Text("Send a header Idempotency-Key with a new value of at most 255 characters for each new request.")}
        )
    return key
