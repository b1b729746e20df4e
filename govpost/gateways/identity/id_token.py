"""Validates an ID token (OpenID Connect Core 1.0 §3.1.3.7): who says it, to whom, about which sign-in, and when."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import BadSignatureError, ClaimError, JoseError

from govpost.common.refusal import Rejected
from govpost.gateways.identity.provider import ALGORITHMS, VerifyingKey

LEEWAY_SECONDS = 60
OLDEST_SECONDS = 600  # the token was just asked for, so an old one is a replay or a badly wrong clock


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token must say."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str


def validate(token: str, find_key: Callable[[str | None], VerifyingKey], expected: Expected) -> dict[str, Any]:
    """The claims of a valid token; `find_key(kid)` may fetch. Raises `Rejected("id_token_<what>", …)`."""
    try:
        header = jws.extract_compact(token.encode()).headers()
        if header.get("alg") not in ALGORITHMS:
            raise Rejected("id_token_alg", "The ID token is not signed with " + " or ".join(ALGORITHMS) + ".")
        decoded = jwt.decode(token, find_key(header.get("kid")), ALGORITHMS)
        _claims(decoded, expected).validate(now=int(time.time()), leeway=LEEWAY_SECONDS)
        _require_recent(decoded.claims)
    except ClaimError as error:
        raise Rejected(f"id_token_{error.claim}", f"The ID token's {error.claim} is missing or wrong.") from error
    except BadSignatureError as error:
        raise Rejected("id_token_signature", "The ID token's signature does not match.") from error
    except (JoseError, ValueError) as error:
        raise Rejected("id_token_malformed", "The ID token cannot be read.") from error
    return decoded.claims


def _claims(decoded: jwt.Token, expected: Expected) -> Any:
    options = {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client_id},
        "sub": {"essential": True},
        "nonce": {"essential": True},
    }
    params = {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": expected.access_token}
    return CodeIDToken(decoded.claims, decoded.header, options, params)


def _require_recent(claims: dict[str, Any]) -> None:
    if claims["iat"] < time.time() - OLDEST_SECONDS:
        raise Rejected("id_token_iat", "The ID token was issued too long ago.")
