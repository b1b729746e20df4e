from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from govpost.gateways.sms.signing import NotSigned, Proof, sign, verify

SAMPLES = Path(__file__).parents[1] / "samples"
KEY = "a-sample-key-that-is-no-secret-01"
AT = 1_795_000_000.0
TARGET = "/messages?phone=15400000001"


def proof(**over: str) -> Proof:
    return replace(sign(KEY, method="GET", target=TARGET, body=b"", at=AT, nonce="n-1"), **over)


def test_the_signature_is_the_one_that_openssl_makes_of_the_sample() -> None:
    body = (SAMPLES / "message.json").read_bytes()
    [written] = re.findall(r"v1=[0-9a-f]{64}", (SAMPLES / "README.md").read_text())
    assert sign(KEY, method="POST", target="/messages", body=body, at=AT, nonce="n-0001") == Proof("1795000000", "n-0001", written)


@pytest.mark.parametrize("skew", [-300, 0, 300])
def test_a_signed_request_is_accepted_within_five_minutes(skew: int) -> None:
    verify(KEY, proof(), method="GET", target=TARGET, body=b"", at=AT + skew)


@pytest.mark.parametrize("skew", [-301, 301])
def test_an_old_or_early_request_is_not(skew: int) -> None:
    with pytest.raises(NotSigned, match="clocks"):
        verify(KEY, proof(), method="GET", target=TARGET, body=b"", at=AT + skew)


@pytest.mark.parametrize(
    ("key", "method", "target", "body", "given"),
    [
        ("another key", "GET", TARGET, b"", proof()),
        (KEY, "POST", TARGET, b"", proof()),
        (KEY, "GET", "/messages?phone=15400000002", b"", proof()),
        (KEY, "GET", TARGET, b"{}", proof()),
        (KEY, "GET", TARGET, b"", proof(nonce="n-2")),
        (KEY, "GET", TARGET, b"", proof(timestamp="1795000001")),
        (KEY, "GET", TARGET, b"", proof(signature="")),
        (KEY, "GET", TARGET, b"", proof(signature="v1=签")),
    ],
)
def test_whatever_is_changed_on_the_way_breaks_the_signature(key: str, method: str, target: str, body: bytes, given: Proof) -> None:
    with pytest.raises(NotSigned, match="does not match"):
        verify(key, given, method=method, target=target, body=body, at=AT)


@pytest.mark.parametrize("over", [{"nonce": ""}, {"timestamp": ""}, {"timestamp": "1e9"}, {"timestamp": "١٧٩٥"}])
def test_a_request_without_the_headers_is_not_signed(over: dict[str, str]) -> None:
    with pytest.raises(NotSigned, match="missing"):
        verify(KEY, proof(**over), method="GET", target=TARGET, body=b"", at=AT)
