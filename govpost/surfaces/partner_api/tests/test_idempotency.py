"""A key is claimed in the transaction of its work: a refused request leaves nothing behind, a repeat never does the work twice."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from govpost.common.refusal import Refusal
from govpost.surfaces.partner_api.idempotency import once
from govpost.surfaces.partner_api.models import IdempotentCall

pytestmark = pytest.mark.django_db


def call() -> HttpRequest:
    return RequestFactory().post("/api/v1/orders", b"{}", content_type="application/json", headers={"Idempotency-Key": "k-1"})


def test_a_refused_request_may_be_sent_again_with_its_key() -> None:
    def refuse() -> tuple[int, object]:
        raise Refusal("closed", "Not now.")

    with pytest.raises(Refusal):
        once(call(), "partner:1", refuse)
    assert not IdempotentCall.objects.exists()
    answer = once(call(), "partner:1", lambda: (201, {"number": "N"}))
    assert (answer.status_code, answer.content) == (201, b'{"number":"N"}')


def test_a_repeat_gets_the_first_answer_and_does_no_work() -> None:
    first = once(call(), "partner:1", lambda: (201, {"number": "N"}))
    again = once(call(), "partner:1", lambda: pytest.fail("the work was done twice"))
    assert (again.status_code, again.content) == (first.status_code, first.content)
