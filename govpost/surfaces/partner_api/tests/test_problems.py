"""Problems speak the reader's language: Chinese, or English where the cookie of the language switch says so."""

from __future__ import annotations

import json

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from govpost.surfaces.partner_api.api import _invalid
from govpost.surfaces.partner_api.openapi import PROBLEM

pytestmark = pytest.mark.django_db


class _Wrong(Exception):
    errors = ({"loc": ("query", "state"), "msg": "Input should be a valid string"},)


def _invalid_in(language: str) -> HttpResponse:
    with translation.override(language):
        return _invalid(RequestFactory().get("/api/v1/orders"), _Wrong())


def test_without_a_key_the_remedy_is_chinese_unless_english_was_chosen() -> None:
    client = Client()
    said = client.get("/api/v1/orders").json()
    assert set(PROBLEM["required"]) <= set(said)
    assert "请在请求头" in said["detail"]
    client.cookies["govpost_language"] = "en"
    assert client.get("/api/v1/orders").json()["detail"].startswith("Send your key in the header")


def test_what_the_schema_refuses_is_said_in_the_readers_language() -> None:
    chinese, english = (json.loads(_invalid_in(language).content) for language in ("zh-hans", "en"))
    assert english["detail"] == "Some entries need another look."
    assert chinese["detail"] != english["detail"]
    assert "请改正此字段" in chinese["errors"][0]["detail"]
    assert english["errors"][0]["field"] == "state"


def test_a_wrong_verb_and_a_wrong_address_are_problems_too() -> None:
    verb, address = Client().delete("/api/v1/orders"), Client().get("/api/v1/nothing")
    assert (verb.status_code, verb["Content-Type"], verb.json()["code"]) == (405, "application/problem+json", "method_not_allowed")
    assert "GET" in verb["Allow"]
    assert "GET" in verb.json()["detail"]
    assert (address.status_code, address.json()["code"]) == (404, "not_found")
    assert "没有这个接口地址" in address.json()["detail"]
