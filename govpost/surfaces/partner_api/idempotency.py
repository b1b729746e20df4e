"""`Idempotency-Key` on every POST: the first answer is kept in the transaction of the work, a repeat gets it back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from govpost.common.clock import now
from govpost.common.ids import uuid7
from govpost.common.refusal import InvalidInput, Refusal
from govpost.common.text import Text

LONGEST_KEY = 255
_CLAIM = """
INSERT INTO partner_api_idempotentcall (id, actor_key, key, request_digest, status, body, at)
VALUES (%s, %s, %s, %s, 0, ''::bytea, %s) ON CONFLICT (actor_key, key) DO NOTHING RETURNING id
"""
_KEEP = "UPDATE partner_api_idempotentcall SET status = %s, body = %s WHERE id = %s"
_FIRST = "SELECT request_digest, status, body FROM partner_api_idempotentcall WHERE actor_key = %s AND key = %s"


def once(request: HttpRequest, actor_key: str, work: Callable[[], tuple[int, Any]]) -> HttpResponse:
    """Run `work` once per key and answer its (status, body); a concurrent repeat waits for the first and gets its answer.

    Raises InvalidInput without a key, Refusal when the key was used for another request. A refusal undoes the claim.
    """
    key = _key(request)
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + request.body).digest()
    with transaction.atomic(), connection.cursor() as cursor:
        call_id = uuid7()
        cursor.execute(_CLAIM, [call_id, actor_key, key, digest, now()])
        if cursor.fetchone() is None:
            cursor.execute(_FIRST, [actor_key, key])
            return _again(digest, *cursor.fetchone())
        status, value = work()
        body = msgspec.json.encode(value)
        cursor.execute(_KEEP, [status, body, call_id])
    return HttpResponse(body, status=status, content_type="application/json")


def _key(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key or len(key) > LONGEST_KEY:
        raise InvalidInput(
            {"Idempotency-Key": Text("Send a header Idempotency-Key with a new value of at most 255 characters for each new request.")}
        )
    return key


def _again(digest: bytes, first_digest: bytes, status: int, body: bytes) -> HttpResponse:
    if bytes(first_digest) != digest:
        raise Refusal(
            "invalid_idempotency_key",
            Text("This Idempotency-Key was used for a different request. Use a new key for a new request."),
        )
    response = HttpResponse(bytes(body), status=status, content_type="application/json")
    response["Idempotent-Replayed"] = "true"
    return response
