"""What an identity service publishes about itself: endpoints (OpenID Connect Discovery 1.0) and signing keys (RFC 7517).

Both are kept for an hour per process; a token signed by an unknown key makes the keys be fetched again, once.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey

from govpost.common.refusal import Rejected, Unavailable
from govpost.gateways.identity.wire import ask, is_safe, json_object

ALGORITHMS = ("RS256", "ES256")
KEPT_SECONDS = 3600.0
_REQUIRED = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")

VerifyingKey = RSAKey | ECKey


@dataclass(frozen=True, slots=True)
class Metadata:
    """The part of the discovery document that is used; `end_session_endpoint` is "" where there is none."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    end_session_endpoint: str
    secret_in_form: bool
    names_issuer_on_return: bool


class Provider:
    """One issuer's documents, fetched when first needed. Safe to share between threads."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self._lock = threading.Lock()
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, tuple[VerifyingKey, ...]] | None = None

    def metadata(self, http: httpx.Client, *, fresh: bool = False) -> Metadata:
        kept = self._metadata
        if fresh or kept is None or kept[0] < time.monotonic():
            kept = (time.monotonic() + KEPT_SECONDS, _fetch_metadata(http, self.issuer))
            with self._lock:
                self._metadata = kept
        return kept[1]

    def keys(self, http: httpx.Client, *, fresh: bool = False) -> tuple[VerifyingKey, ...]:
        kept = self._keys
        if fresh or kept is None or kept[0] < time.monotonic():
            kept = (time.monotonic() + KEPT_SECONDS, _fetch_keys(http, self.metadata(http).jwks_uri))
            with self._lock:
                self._keys = kept
        return kept[1]

    def key(self, http: httpx.Client, kid: str | None) -> VerifyingKey:
        """The key called `kid`, or the only one if the token names none. Raises `Rejected("id_token_key")`."""
        found = _find(self.keys(http), kid) or _find(self.keys(http, fresh=True), kid)
        if found is None:
            raise Rejected("id_token_key", "The ID token is signed by a key that the identity service does not publish.")
        return found


@functools.cache
def provider(issuer: str) -> Provider:
    """The process's one `Provider` for `issuer`."""
    return Provider(issuer)


def read_metadata(document: Mapping[str, Any], issuer: str) -> Metadata:
    """Check and read a discovery document. Raises `Rejected` where it cannot be trusted or used."""
    if document.get("issuer") != issuer:
        raise Rejected("issuer", "The discovery document names another issuer than the configured one.")
    for name in _REQUIRED:
        if not isinstance(document.get(name), str) or not is_safe(document[name]):
            raise Rejected("discovery", f"The discovery document has no {name} that can be reached safely (https).")
    if not set(ALGORITHMS) & set(document.get("id_token_signing_alg_values_supported", ALGORITHMS)):
        raise Rejected("discovery", "The identity service signs with none of " + ", ".join(ALGORITHMS) + ".")
    if "S256" not in document.get("code_challenge_methods_supported", ["S256"]):
        raise Rejected("discovery", "The identity service does not offer PKCE with S256 (RFC 7636).")
    methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    end_session = str(document.get("end_session_endpoint") or "")
    return Metadata(
        issuer=issuer,
        authorization_endpoint=document["authorization_endpoint"],
        token_endpoint=document["token_endpoint"],
        userinfo_endpoint=document["userinfo_endpoint"],
        jwks_uri=document["jwks_uri"],
        end_session_endpoint=end_session if is_safe(end_session) else "",
        secret_in_form="client_secret_basic" not in methods,
        names_issuer_on_return=document.get("authorization_response_iss_parameter_supported") is True,
    )


def read_keys(document: Mapping[str, Any]) -> tuple[VerifyingKey, ...]:
    """The keys of a JWK set that can verify signatures; others are passed over (RFC 7517 §5)."""
    found = []
    for data in document.get("keys") or ():
        try:
            key = JWKRegistry.import_key(data)
        except (JoseError, ValueError, TypeError):
            continue
        if isinstance(key, RSAKey | ECKey) and key.get("use", "sig") == "sig":
            found.append(key)
    return tuple(found)


def _find(keys: tuple[VerifyingKey, ...], kid: str | None) -> VerifyingKey | None:
    if kid is None:
        return keys[0] if len(keys) == 1 else None
    return next((key for key in keys if key.kid == kid), None)


def _fetch_metadata(http: httpx.Client, issuer: str) -> Metadata:
    return read_metadata(_document(http, f"{issuer}/.well-known/openid-configuration", "discovery document"), issuer)


def _fetch_keys(http: httpx.Client, address: str) -> tuple[VerifyingKey, ...]:
    keys = read_keys(_document(http, address, "signing keys"))
    if not keys:
        raise Unavailable("identity service, signing keys: none that can be used")
    return keys


def _document(http: httpx.Client, address: str, what: str) -> dict[str, Any]:
    response = ask(http, "GET", address, what, headers={"Accept": "application/json"})
    if response.status_code != 200:
        raise Rejected("discovery", f"The identity service answers HTTP {response.status_code} for its {what}.")
    return json_object(response, what)
