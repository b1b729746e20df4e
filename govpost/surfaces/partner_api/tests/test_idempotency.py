"""A key is claimed in the transaction of its work: a refused request leaves nothing behind, a repeat never does the work twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory

from govpost.common.clock import now
from govpost.common.refusal import Refusal
from govpost.surfaces.partner_api.idempotency import once
from govpost.surfaces.partner_api.models import IdempotentCall


def call() -> HttpRequest:
    return RequestFactory().post("/api/v1/orders", b"{}", content_type="application/json", headers={"Idempotency-Key": "k-1"})


@pytest.mark.django_db
def test_a_refused_request_may_be_sent_again_with_its_key() -> None:
    def refuse() -> tuple[int, object]:
        raise Refusal("closed", "Not now.")

    with pytest.raises(Refusal):
        once(call(), "partner:1", refuse)
    assert not IdempotentCall.objects.exists()
    answer = once(call(), "partner:1", lambda: (201, {"number": "N"}))
    assert (answer.status_code, answer.content) == (201, b'{"number":"N"}')


@pytest.mark.django_db
def test_a_repeat_gets_the_first_answer_and_does_no_work() -> None:
    first = once(call(), "partner:1", lambda: (201, {"number": "N"}))
    again = once(call(), "partner:1", lambda: pytest.fail("the work was done twice"))
    assert (again.status_code, again.content) == (first.status_code, first.content)


def test_what_was_overtaken_is_undone_and_gets_the_first_answer(journey: str) -> None:
    def elsewhere() -> None:
        try:
            once(call(), "partner:1", lambda: (201, {"number": "first"}))
        finally:
            connection.close()

    def work() -> tuple[int, object]:
        IdempotentCall.objects.create(actor_key="work", key="done", request_digest=b"", status=201, body=b"", at=now())
        with ThreadPoolExecutor(1) as pool:
            pool.submit(elsewhere).result()
        return 201, {"number": "second"}

    answer = once(call(), "partner:1", work)
    assert answer.content == b'{"number":"first"}'
    assert not IdempotentCall.objects.filter(actor_key="work").exists()
