"""Schemas of `bodies` for django-ninja: hot doors read msgspec types from the raw body, and this documents the same types."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from govpost.surfaces.partner_api import bodies

_TYPES: tuple[type[Any], ...] = (
    bodies.OrderIn, bodies.OrderOut, bodies.PlacedOut, bodies.CancelIn, bodies.TrackingOut, bodies.ScansIn, bodies.ScansOut,
    bodies.CaseOut, bodies.PageOut, bodies.ServicesOut, bodies.GuideOut, bodies.PlaceIn, bodies.ReachOut, bodies.ApplicationIn,
    bodies.CorrectionIn, bodies.StoryOut,
)  # fmt: skip
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened and what to do"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"field": {"type": "string"}, "detail": {"type": "string"}}},
        },
    },
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "A new value for each new request; the same value again gives the first answer.",
}


def components() -> dict[str, Any]:
    """Named schemas of every body."""
    _, found = msgspec.json.schema_components(_TYPES, ref_template="#/components/schemas/{name}")
    return {**found, "Problem": PROBLEM}


def takes(shape: type[Any], gives: type[Any], *, status: int = 200, key: bool = True) -> dict[str, Any]:
    """`openapi_extra` of a POST; `key`: whether it must have an Idempotency-Key, or may."""
    return {
        "parameters": [_KEY | {"required": key}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref(shape)}}},
        "responses": _responses(gives, status),
    }


def moves(gives: type[Any]) -> dict[str, Any]:
    """`openapi_extra` of a POST that needs nothing but its address and a key."""
    return {"parameters": [_KEY], "responses": _responses(gives, 200)}


def asks(shape: type[Any], gives: type[Any]) -> dict[str, Any]:
    """`openapi_extra` of a question whose body keeps what it asks about out of the address."""
    return {
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref(shape)}}},
        "responses": _responses(gives, 200),
    }


def answers(gives: type[Any], *, status: int = 200) -> dict[str, Any]:
    """`openapi_extra` of a GET."""
    return {"responses": _responses(gives, status)}


def _responses(gives: type[Any], status: int) -> dict[int, Any]:
    good = {"description": "OK", "content": {"application/json": {"schema": _ref(gives)}}}
    problems = {
        code: {"description": words, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        for code, words in ((401, "No valid key"), (403, "Not permitted"), (404, "Missing or not yours"),
                            (409, "Not possible now"), (422, "Some entries need another look"))
    }  # fmt: skip
    return {status: good, **problems}


def _ref(shape: type[Any]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{shape.__name__}"}


def document() -> str:
    """The whole OpenAPI document as it is committed in docs/openapi.json."""
    from govpost.surfaces.partner_api.api import api

    return json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), indent=2, ensure_ascii=False, sort_keys=True, default=str) + "\n"
