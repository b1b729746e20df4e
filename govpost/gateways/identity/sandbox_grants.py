"""What the sandbox has promised to whom: registered clients, authorization codes and access tokens, in memory only."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CODE_SECONDS = 60
TOKEN_SECONDS = 300
_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")  # RFC 7636 §4.1


class ProtocolError(Exception):
    """An OAuth 2.0 error answer (RFC 6749 §4.1.2.1, §5.2)."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        self.error = error
        self.description = description
        self.status = status
        super().__init__(f"{error}: {description}")


class NotARegisteredPlace(Exception):
    """The client or its return address is unknown, so the browser must not be sent there (RFC 6749 §4.1.2.1)."""


@dataclass(frozen=True, slots=True)
class Client:
    client_id: str
    secret: str
    redirect_prefixes: tuple[str, ...]

    def may_return_to(self, address: str) -> bool:
        """Whether `address` has the origin of a registered prefix and a path below it, and no fragment."""
        return "#" not in address and any(_below(address, prefix) for prefix in self.redirect_prefixes)


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    client_id: str
    redirect_uri: str
    state: str
    nonce: str
    challenge: str
    scope: str


@dataclass(slots=True)
class Grant:
    """One consent: the code is good once, for 60 s, for this client, return address and verifier."""

    request: AuthorizationRequest
    subject: str
    issued_at: float
    spent: bool = False
    tokens: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AccessToken:
    subject: str
    expires_at: float


def read_request(args: Mapping[str, str], clients: Mapping[str, Client]) -> AuthorizationRequest:
    """Read the query of /authorize. Raises `NotARegisteredPlace`, or `ProtocolError` to be sent to the return address."""
    client = clients.get(args.get("client_id", ""))
    address = args.get("redirect_uri", "")
    if client is None or not client.may_return_to(address):
        raise NotARegisteredPlace
    if args.get("response_type") != "code":
        raise ProtocolError("unsupported_response_type", "Only response_type=code is offered.")
    if "openid" not in args.get("scope", "").split():
        raise ProtocolError("invalid_scope", "The scope must hold openid.")
    if args.get("code_challenge_method") != "S256" or not args.get("code_challenge"):
        raise ProtocolError("invalid_request", "PKCE with S256 is required (RFC 7636).")
    if args.get("prompt") == "none":
        raise ProtocolError("login_required", "Nobody is signed in; the person must choose.")
    optional = {name: args.get(name, "") for name in ("state", "nonce")}
    return AuthorizationRequest(client.client_id, address, challenge=args["code_challenge"], scope=args["scope"], **optional)


class Grants:
    """Codes and tokens; every method is safe to call from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._codes: dict[str, Grant] = {}
        self._tokens: dict[str, AccessToken] = {}

    def issue(self, request: AuthorizationRequest, subject: str, at: float, *, spent: bool = False) -> str:
        code = secrets.token_urlsafe(32)
        with self._lock:
            self._forget(at)
            self._codes[code] = Grant(request, subject, at, spent)
        return code

    def redeem(self, code: str, client_id: str, redirect_uri: str, verifier: str, at: float) -> tuple[Grant, str]:
        """The grant and a fresh access token. Every refusal reads `invalid_grant` (RFC 6749 §5.2) and spends the code."""
        with self._lock:
            grant = self._codes.get(code)
            if grant is None or grant.request.client_id != client_id:
                raise ProtocolError("invalid_grant", "The code is unknown.")
            if grant.spent:
                self._revoke(grant)
                raise ProtocolError("invalid_grant", "The code was used before.")
            grant.spent = True
            _require_bound(grant, redirect_uri, verifier, at)
            token = secrets.token_urlsafe(32)
            grant.tokens.append(token)
            self._tokens[token] = AccessToken(grant.subject, at + TOKEN_SECONDS)
        return grant, token

    def subject_of(self, token: str, at: float) -> str:
        with self._lock:
            known = self._tokens.get(token)
        if known is None or known.expires_at <= at:
            raise ProtocolError("invalid_token", "The access token is unknown, revoked or expired.", 401)
        return known.subject

    def _revoke(self, grant: Grant) -> None:
        """A code seen twice may have been stolen: what it gave is taken back (RFC 6749 §4.1.2)."""
        for token in grant.tokens:
            self._tokens.pop(token, None)

    def _forget(self, at: float) -> None:
        old = at - CODE_SECONDS - TOKEN_SECONDS
        self._codes = {code: grant for code, grant in self._codes.items() if grant.issued_at > old}
        self._tokens = {token: known for token, known in self._tokens.items() if known.expires_at > at}


def _require_bound(grant: Grant, redirect_uri: str, verifier: str, at: float) -> None:
    if at >= grant.issued_at + CODE_SECONDS:
        raise ProtocolError("invalid_grant", "The code has expired.")
    if redirect_uri != grant.request.redirect_uri:
        raise ProtocolError("invalid_grant", "The return address differs from the one of the request.")
    if not _VERIFIER.fullmatch(verifier):
        raise ProtocolError("invalid_grant", "The code verifier is missing or malformed.")
    if not hmac.compare_digest(s256(verifier).encode(), grant.request.challenge.encode()):
        raise ProtocolError("invalid_grant", "The code verifier does not match.")


def s256(verifier: str) -> str:
    """BASE64URL(SHA256(ASCII(code_verifier))) without padding (RFC 7636 §4.2)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _below(address: str, prefix: str) -> bool:
    try:
        a, p = urlsplit(address), urlsplit(prefix)
    except ValueError:
        return False
    if not a.scheme or (a.scheme, a.netloc) != (p.scheme, p.netloc) or ".." in a.path:
        return False
    stem = p.path.rstrip("/")
    return a.path == stem or a.path.startswith(stem + "/")
