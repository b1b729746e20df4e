from __future__ import annotations

import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from govpost.common.refusal import Rejected
from govpost.gateways.identity.id_token import Expected, validate
from govpost.gateways.identity.provider import VerifyingKey

ELLIPTIC = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
RSA = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
EXPECTED = Expected("https://identity.example", "govpost", "n-1", "token-1")


def claims(**over: object) -> dict[str, Any]:
    now = int(time.time())
    said = {"iss": EXPECTED.issuer, "sub": "lin", "aud": "govpost", "iat": now, "exp": now + 300, "nonce": "n-1"} | over
    return {name: value for name, value in said.items() if value is not None}


def signed(said: dict[str, Any] | None = None, key: VerifyingKey = RSA, alg: str = "RS256") -> str:
    return jwt.encode({"alg": alg, "kid": key.kid}, said or claims(), key, [alg])


def code_of(token: str, key: VerifyingKey = RSA) -> str:
    with pytest.raises(Rejected) as refused:
        validate(token, lambda kid: key, EXPECTED)
    return refused.value.code


@pytest.mark.parametrize(("key", "alg"), [(RSA, "RS256"), (ELLIPTIC, "ES256")])
def test_both_allowed_algorithms_are_read_and_the_key_is_asked_for_by_its_name(key: VerifyingKey, alg: str) -> None:
    asked: list[str | None] = []

    def find(kid: str | None) -> VerifyingKey:
        asked.append(kid)
        return key

    assert validate(signed(key=key, alg=alg), find, EXPECTED)["sub"] == "lin"
    assert asked == [key.kid]


@pytest.mark.parametrize("alg", ["RS384", "RS512", "PS256"])
def test_other_algorithms_are_refused_even_with_the_right_key(alg: str) -> None:
    assert code_of(signed(alg=alg)) == "id_token_alg"


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "exp", "iat", "nonce"])
def test_each_claim_must_be_there(name: str) -> None:
    assert code_of(signed(claims(**{name: None}))) == f"id_token_{name}"


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"iss": "https://identity.example/"}, "id_token_iss"),
        ({"aud": ["another"]}, "id_token_aud"),
        ({"aud": ["govpost", "another"]}, "id_token_azp"),
        ({"azp": "another"}, "id_token_azp"),
        ({"sub": ""}, "id_token_sub"),
        ({"sub": 7}, "id_token_sub"),
        ({"nonce": ""}, "id_token_nonce"),
        ({"exp": "tomorrow"}, "id_token_exp"),
        ({"at_hash": "bm90LWl0cy1oYXNoLi4u"}, "id_token_at_hash"),
    ],
)
def test_a_claim_that_says_otherwise_is_refused(over: dict[str, object], code: str) -> None:
    assert code_of(signed(claims(**over))) == code


@pytest.mark.parametrize(
    ("name", "seconds", "code"),
    [("exp", -61, "id_token_exp"), ("iat", 120, "id_token_iat"), ("iat", -700, "id_token_iat"), ("nbf", 120, "id_token_nbf")],
)
def test_a_moment_too_far_off_is_refused(name: str, seconds: int, code: str) -> None:
    assert code_of(signed(claims(**{name: int(time.time()) + seconds}))) == code


def test_several_audiences_are_well_if_the_token_was_issued_to_us() -> None:
    assert validate(signed(claims(aud=["govpost", "another"], azp="govpost")), lambda kid: RSA, EXPECTED)["azp"] == "govpost"


def test_clocks_may_differ_by_less_than_a_minute() -> None:
    now = int(time.time())
    assert validate(signed(claims(iat=now + 30, exp=now - 30)), lambda kid: RSA, EXPECTED)


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "签.名.者", signed()[:-2], f"{signed()}.x"])
def test_what_is_no_token_is_refused(token: str) -> None:
    assert code_of(token) in {"id_token_malformed", "id_token_signature"}


def test_a_key_of_another_kind_than_the_algorithm_names_is_refused() -> None:
    assert code_of(signed(), ELLIPTIC) == "id_token_malformed"
