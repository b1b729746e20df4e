from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from govpost.common.refusal import Rejected
from govpost.gateways.identity.provider import read_keys, read_metadata

SAMPLE = Path(__file__).parents[1] / "samples" / "discovery.json"
ISSUER = "https://identity.example"


def discovery(**over: object) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(SAMPLE.read_text())
    return {name: value for name, value in (document | over).items() if value is not None}


def test_the_sample_is_read() -> None:
    metadata = read_metadata(discovery(), ISSUER)
    assert metadata.token_endpoint == "https://identity.example/token"
    assert metadata.end_session_endpoint == "https://identity.example/logout"
    assert metadata.secret_in_form
    assert not metadata.names_issuer_on_return


def test_what_a_document_leaves_out_has_the_meaning_that_the_standard_gives_it() -> None:
    bare = discovery(
        token_endpoint_auth_methods_supported=None,
        code_challenge_methods_supported=None,
        id_token_signing_alg_values_supported=None,
        end_session_endpoint=None,
    )
    metadata = read_metadata(bare, ISSUER)
    assert not metadata.secret_in_form
    assert metadata.end_session_endpoint == ""


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"issuer": "https://identity.example/"}, "issuer"),
        ({"issuer": None}, "issuer"),
        ({"token_endpoint": None}, "discovery"),
        ({"token_endpoint": "http://identity.example/token"}, "discovery"),
        ({"userinfo_endpoint": 7}, "discovery"),
        ({"jwks_uri": "file:///etc/passwd"}, "discovery"),
        ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, "discovery"),
        ({"code_challenge_methods_supported": ["plain"]}, "discovery"),
    ],
)
def test_a_document_that_cannot_be_trusted_or_used_is_refused(over: dict[str, object], code: str) -> None:
    with pytest.raises(Rejected) as refused:
        read_metadata(discovery(**over), ISSUER)
    assert refused.value.code == code


def test_a_place_to_sign_out_that_is_not_safe_is_no_place() -> None:
    assert read_metadata(discovery(end_session_endpoint="http://identity.example/out"), ISSUER).end_session_endpoint == ""


def test_only_keys_that_can_verify_are_kept() -> None:
    rsa = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
    elliptic = ECKey.generate_key("P-256", {"kid": "elliptic"})
    for_secrets = RSAKey.generate_key(2048, {"kid": "enc", "use": "enc"})
    shared = OctKey.generate_key(256, {"kid": "shared"})
    public = [key.as_dict(private=False) for key in (rsa, elliptic, for_secrets)]
    broken = [{"kty": "RSA", "kid": "broken"}, {"kty": "ML-DSA", "kid": "newer"}, {"kid": "nothing"}, "no key", None]
    kept = read_keys({"keys": [*broken, shared.as_dict(private=True), *public]})
    assert [key.kid for key in kept] == ["rsa", "elliptic"]
    assert read_keys({}) == ()
