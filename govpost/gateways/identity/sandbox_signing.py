"""The sandbox's signing key and its ID tokens, right ones and, on request, each wrong in one respect."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

ID_TOKEN_SECONDS = 300


class Fault(StrEnum):
    """How the sandbox can be asked to misbehave; those of the second group are wrong ID tokens."""

    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    GARBAGE = "garbage"
    REPLAYED_CODE = "replayed_code"
    OTHER_SUBJECT = "other_subject"
    ROTATED_KEY = "rotated_key"

    WRONG_NONCE = "wrong_nonce"
    MISSING_NONCE = "missing_nonce"
    WRONG_AUDIENCE = "wrong_audience"
    WRONG_PARTY = "wrong_party"
    WRONG_ISSUER = "wrong_issuer"
    EXPIRED = "expired_token"
    FROM_THE_FUTURE = "future_token"
    STALE = "stale_token"
    WRONG_HASH = "wrong_token_hash"
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN_KEY = "unknown_key"
    UNSIGNED = "unsigned_token"
    HMAC = "hmac_token"


Change = Callable[[dict[str, Any]], dict[str, Any]]
WRONG_CLAIMS: Mapping[Fault, Change] = {
    Fault.WRONG_NONCE: lambda c: {**c, "nonce": "another-session"},
    Fault.MISSING_NONCE: lambda c: {name: value for name, value in c.items() if name != "nonce"},
    Fault.WRONG_AUDIENCE: lambda c: {**c, "aud": "another-client", "azp": "another-client"},
    Fault.WRONG_PARTY: lambda c: {**c, "aud": [c["aud"], "another-client"], "azp": "another-client"},
    Fault.WRONG_ISSUER: lambda c: {**c, "iss": "https://identity.example"},
    Fault.EXPIRED: lambda c: {**c, "exp": c["iat"] - 3600},
    Fault.FROM_THE_FUTURE: lambda c: {**c, "iat": c["iat"] + 3600, "exp": c["exp"] + 3600},
    Fault.STALE: lambda c: {**c, "iat": c["iat"] - 86400},
    Fault.WRONG_HASH: lambda c: {**c, "at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


class SigningKey:
    """An RSA key that is made once and kept at `path` (a private JWK, readable by its owner alone)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.exists():
            self._keep(_new_key(), replace=False)
        self._key = RSAKey.import_key(json.loads(path.read_text()))

    def jwks(self) -> dict[str, Any]:
        return dict(KeySet([self._key]).as_dict(private=False))

    def rotate(self) -> None:
        self._key = _new_key()
        self._keep(self._key, replace=True)

    def sign(self, claims: dict[str, Any], fault: Fault | None, client_secret: str) -> str:
        """The compact JWT of `claims` under RS256, or as `fault` spoils it."""
        match fault:
            case Fault.UNSIGNED:
                return f"{_plain({'alg': 'none', 'typ': 'JWT'})}.{_plain(claims)}."
            case Fault.HMAC:
                return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(client_secret), ["HS256"])
            case Fault.UNKNOWN_KEY:
                return _signed(claims, _new_key())
            case Fault.BAD_SIGNATURE:
                head, body, _ = _signed(claims, self._key).split(".")
                return f"{head}.{body}.{_signed(claims, _new_key()).rpartition('.')[2]}"
            case _:
                return _signed(claims, self._key)

    def _keep(self, key: RSAKey, *, replace: bool) -> None:
        """Written whole or not at all; of two processes that start together the first one's key stays."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_text(json.dumps(key.as_dict(private=True)))
        if replace:
            draft.replace(self._path)
            return
        try:
            os.link(draft, self._path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()


def id_token_claims(
    *, issuer: str, client_id: str, subject: str, nonce: str, access_token: str, auth_time: float, at: float
) -> dict[str, Any]:
    """OpenID Connect Core §2; `nonce` is left out if the request had none."""
    claims: dict[str, Any] = {
        "iss": issuer,
        "sub": subject,
        "aud": client_id,
        "azp": client_id,
        "iat": int(at),
        "exp": int(at) + ID_TOKEN_SECONDS,
        "auth_time": int(auth_time),
        "at_hash": _half_hash(access_token),
    }
    return claims | ({"nonce": nonce} if nonce else {})


def _half_hash(token: str) -> str:
    """The left half of its SHA-256 (OpenID Connect Core §3.1.3.6)."""
    return _base64url(hashlib.sha256(token.encode()).digest()[:16])


def _plain(part: dict[str, Any]) -> str:
    return _base64url(json.dumps(part).encode())


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _signed(claims: dict[str, Any], key: RSAKey) -> str:
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key, ["RS256"])


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
