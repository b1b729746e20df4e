"""The same call of a partner twice at once: the second waits for the first and gets its answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from govpost.common.refusal import Refusal
from govpost.surfaces.partner_api.idempotency import once
from govpost.surfaces.partner_api.models import IdempotentCall
from tests.journeys.test_case_races import Meanwhile, while_we_hold

PARTNER = "partner:1"


def call() -> HttpRequest:
    return RequestFactory().post("/api/v1/orders", b"{}", content_type="application/json", headers={"Idempotency-Key": "k-1"})


@pytest.mark.parametrize("second", ["works too", "is refused by what the first did"])
def test_the_second_of_two_concurrent_calls_gets_the_first_answer(journey: str, second: str) -> None:
    answers: list[HttpResponse] = []

    def work() -> tuple[int, Any]:
        if second == "works too":
            return 201, {"number": "second"}
        with transaction.atomic():  # meets the first one's key, as it would meet the row that the first one locked
            once(call(), PARTNER, lambda: (201, {"number": "second"}))
        raise Refusal("cancelled", "It is cancelled already.")

    def run(verb: Callable[[], HttpResponse]) -> Callable[[], object]:
        return lambda: answers.append(verb())

    with while_we_hold(run(lambda: once(call(), PARTNER, work))) as other:
        assert isinstance(other, Meanwhile)
        first = once(call(), PARTNER, lambda: (201, {"number": "first"}))
    assert [json.loads(each.content) for each in (first, *answers)] == [{"number": "first"}] * 2
    assert other.refused is None
    assert IdempotentCall.objects.count() == 1
