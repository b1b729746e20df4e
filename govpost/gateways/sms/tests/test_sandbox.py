"""The sandbox is strict about signatures, keeps what it took, and shows it so that a person can read it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from govpost.gateways.sms.signing import sign
from govpost.gateways.sms.testing import KEY, Gateway, gateway

LIN, QIAN = "15400000001", "15400000002"


class Clock:
    def __init__(self) -> None:
        self.now = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def running(tmp_path: Path, clock: Clock) -> Iterator[Gateway]:
    with gateway(tmp_path, clock=clock) as sandbox:
        yield sandbox


def message(**over: object) -> dict[str, Any]:
    sample: dict[str, Any] = json.loads((Path(__file__).parents[1] / "samples" / "message.json").read_text())
    return sample | over


def post(running: Gateway, clock: Clock, said: object, *, nonce: str, age: float = 0, key: str = KEY) -> httpx.Response:
    body = json.dumps(said).encode()
    proof = sign(key, method="POST", target="/messages", body=body, at=clock.now - age, nonce=nonce)
    return httpx.post(f"{running.url}/messages", content=body, headers=proof.headers(), trust_env=False)


def page(running: Gateway, tail: str = "") -> httpx.Response:
    return httpx.get(f"{running.url}/", params={"tail": tail} if tail else {}, trust_env=False)


def test_a_new_message_is_created_and_a_repeated_one_is_the_same(running: Gateway, clock: Clock) -> None:
    first, again = (post(running, clock, message(), nonce=nonce) for nonce in ("n-1", "n-2"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


def test_a_request_that_is_seen_twice_is_a_replay(running: Gateway, clock: Clock) -> None:
    assert post(running, clock, message(), nonce="n-1").status_code == 201
    replayed = post(running, clock, message(), nonce="n-1")
    assert (replayed.status_code, replayed.json()["code"]) == (401, "replayed")


def test_a_replay_is_too_old_before_its_nonce_is_forgotten(running: Gateway, clock: Clock) -> None:
    assert post(running, clock, message(), nonce="n-1", age=-300).status_code == 201  # a clock that runs ahead
    clock.now += 600
    assert post(running, clock, message(), nonce="n-1", age=300).json()["code"] == "replayed"
    clock.now += 1
    assert post(running, clock, message(), nonce="n-1", age=301).json()["code"] == "not_signed"


@pytest.mark.parametrize("how", [{"age": 301}, {"age": -301}, {"key": "another key"}])
def test_what_is_not_rightly_signed_is_not_taken(running: Gateway, clock: Clock, how: dict[str, Any]) -> None:
    answer = post(running, clock, message(), nonce="n-1", **how)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed")
    assert "还没有短信" in page(running).text


@pytest.mark.parametrize("path", ["/messages?phone=15400000001", "/status"])
def test_nothing_is_told_without_a_signature(running: Gateway, path: str) -> None:
    assert httpx.get(f"{running.url}{path}", trust_env=False).status_code == 401


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ([], "invalid_message"),
        (7, "invalid_message"),
        ({}, "invalid_message"),
        (message(extra="field"), "invalid_message"),
        (message(params=[]), "invalid_message"),
        (message(params={"code": 482913}), "invalid_message"),
        (message(template=""), "invalid_message"),
        (message(text=None), "invalid_message"),
        (message(idempotency_key=""), "invalid_message"),
        (message(phone="110"), "invalid_number"),
    ],
)
def test_a_message_of_the_wrong_shape_is_refused_with_a_sentence(running: Gateway, clock: Clock, said: object, code: str) -> None:
    answer = post(running, clock, said, nonce="n-1")
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["sentence"]


def test_the_page_shows_the_text_in_full_and_the_number_masked(running: Gateway, clock: Clock) -> None:
    post(running, clock, message(text="取件码 482913 <b>示例</b>"), nonce="n-1")
    answer = page(running)
    assert "取件码 482913 &lt;b&gt;示例&lt;/b&gt;" in answer.text
    assert "*******0001" in answer.text
    assert LIN not in answer.text
    assert "2026-11-18" in answer.text  # Shanghai's day
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert httpx.get(f"{running.url}/style.css", trust_env=False).headers["content-type"].startswith("text/css")


def test_the_newest_stand_first_and_the_last_digits_choose_a_phone(running: Gateway, clock: Clock) -> None:
    for number, (phone, text) in enumerate([(LIN, "first"), (QIAN, "second"), (LIN, "third")]):
        said = message(phone=phone, text=text, idempotency_key=f"k-{number}")
        post(running, clock, said, nonce=f"n-{number}")
    assert re.findall(r"first|second|third", page(running).text) == ["third", "second", "first"]
    assert re.findall(r"first|second|third", page(running, "0001").text) == ["third", "first"]
    assert re.findall(r"first|second|third", page(running, "0009").text) == []
    assert page(running, '"><script>%_').status_code == 200


def test_messages_outlive_the_process_and_only_their_owner_can_read_the_file(tmp_path: Path) -> None:
    with gateway(tmp_path) as before:
        receipt = before.sms().send(phone=LIN, template="t", params={}, text="示例", idempotency_key="k-1")
    with gateway(tmp_path) as after:
        assert [known["id"] for known in after.messages(LIN)] == [receipt.provider_id]
        assert after.messages(QIAN) == []
    assert (tmp_path / "messages.sqlite3").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("body", [b'{"fault": "no such fault"}', b"[]", b"{}", b"7", b'{"refuse": 7}'])
def test_an_order_to_misbehave_that_is_not_understood_is_refused(running: Gateway, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = httpx.post(f"{running.url}/control", content=body, headers=headers, trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_fault")


def test_a_form_of_a_foreign_page_cannot_make_it_misbehave(running: Gateway) -> None:
    assert httpx.post(f"{running.url}/control", data={"fault": "timeout"}, trust_env=False).status_code == 415
