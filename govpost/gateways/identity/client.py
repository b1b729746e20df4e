"""Signs people in at a province's OpenID Connect service: authorization code with PKCE (RFC 6749, RFC 7636, RFC 9207).

There is no default address: `GOVPOST_OIDC_ISSUER`, `GOVPOST_OIDC_CLIENT_ID` and `GOVPOST_OIDC_CLIENT_SECRET` of the settings
name the service unless the constructor does. Written to the published protocol and tried against the sandbox; no live
province was reached.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlsplit

import httpx
from authlib.common.security import generate_token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from django.conf import settings

from govpost.common.refusal import Problem, Rejected, Unavailable
from govpost.gateways.identity.id_token import Expected, validate
from govpost.gateways.identity.parse import read_claims
from govpost.gateways.identity.provider import Metadata, Provider, provider
from govpost.gateways.identity.wire import ask, is_safe, json_object, opened
from govpost.parties.ports import IdentityClaims, SignIn

SCOPE = "openid profile phone"
_PASSING_ERRORS = {"temporarily_unavailable", "server_error"}  # RFC 6749 §4.1.2.1


@dataclass(frozen=True, slots=True)
class Registration:
    """Where people sign in and as which client we are known there."""

    issuer: str
    client_id: str
    client_secret: str


class OidcIdentity:
    """`parties.ports.Identity` over HTTP. `seconds` bounds each request.

    `Rejected.code` is the service's own (`access_denied`, `invalid_grant`, …) or ours: `state`, `issuer`, `code`, `discovery`,
    `address`, `token`, `userinfo`, `subject`, `id_token_<what>`, `claims_<name>`.
    """

    def __init__(
        self,
        issuer: str | None = None,
        client_id: str | None = None,
        client_secret: str | None = None,
        *,
        seconds: float = 5.0,
    ) -> None:
        self._given = (issuer, client_id, client_secret)
        self._seconds = seconds

    def begin(self, redirect_uri: str) -> SignIn:
        """See the port. The service learns the state, the nonce and the verifier's digest, never the verifier."""
        with self._talking() as (known, http, service):
            endpoint = service.metadata(http).authorization_endpoint
        state, nonce, verifier = generate_token(43), generate_token(43), generate_token(64)
        url: str = prepare_grant_uri(
            endpoint,
            known.client_id,
            "code",
            redirect_uri=redirect_uri,
            scope=SCOPE,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return SignIn(url, state, nonce, verifier)

    def finish(
        self,
        callback_params: Mapping[str, str],
        *,
        redirect_uri: str,
        state: str,
        nonce: str,
        code_verifier: str,
    ) -> IdentityClaims:
        """See the port. Nothing is asked of the service before state, issuer and error of the return are judged."""
        _require_same_session(callback_params, state, nonce)
        with self._talking() as (known, http, service):
            metadata = service.metadata(http)
            code = _code(callback_params, metadata)
            tokens = _exchange(http, metadata, known, code, redirect_uri, code_verifier)
            expected = Expected(known.issuer, known.client_id, nonce, tokens["access_token"])
            claims = validate(tokens["id_token"], lambda kid: service.key(http, kid), expected)
            return read_claims(_userinfo(http, metadata, tokens["access_token"], claims["sub"]))

    def sign_out_url(self, return_to: str) -> str:
        """See the port (OpenID Connect RP-Initiated Logout 1.0)."""
        with self._talking() as (known, http, service):
            endpoint = service.metadata(http).end_session_endpoint
        if not endpoint:
            return return_to
        params = httpx.QueryParams({"client_id": known.client_id, "post_logout_redirect_uri": return_to})
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{params}"

    def check(self) -> list[Problem]:
        try:
            with self._talking() as (_, http, service):
                service.metadata(http, fresh=True)
                service.keys(http, fresh=True)
        except Unavailable as error:
            return [Problem("error", f"Sign-in is not available: {error}.", "Check GOVPOST_OIDC_ISSUER and the way to it.")]
        except Rejected as error:
            return [Problem("error", f"Sign-in cannot work: {error.sentence}", "Check GOVPOST_OIDC_ISSUER with the identity service.")]
        return []

    @contextmanager
    def _talking(self) -> Iterator[tuple[Registration, httpx.Client, Provider]]:
        known = self._registration()
        with opened(known.issuer, self._seconds) as http:
            yield known, http, provider(known.issuer)

    def _registration(self) -> Registration:
        names = ("GOVPOST_OIDC_ISSUER", "GOVPOST_OIDC_CLIENT_ID", "GOVPOST_OIDC_CLIENT_SECRET")
        values = [given if given is not None else getattr(settings, name, "") for given, name in zip(self._given, names, strict=True)]
        missing = [name for name, value in zip(names, values, strict=True) if not value]
        if missing:
            raise Unavailable(f"{', '.join(missing)} not set")
        if not is_safe(values[0]):
            raise Rejected("address", "GOVPOST_OIDC_ISSUER must be an https address (http only on this machine).")
        return Registration(values[0].rstrip("/"), *values[1:])


def _require_same_session(params: Mapping[str, str], state: str, nonce: str) -> None:
    """The return must belong to the sign-in that this browser began (RFC 6749 §10.12)."""
    if not state or not nonce or not hmac.compare_digest(params.get("state", "").encode(), state.encode()):
        raise Rejected("state", "This return does not belong to the sign-in that was begun here.")


def _code(params: Mapping[str, str], metadata: Metadata) -> str:
    issuer = params.get("iss", "" if metadata.names_issuer_on_return else metadata.issuer)
    if issuer != metadata.issuer:  # RFC 9207: another service must not be able to answer in this one's place
        raise Rejected("issuer", "The return names another identity service.")
    if "error" in params:
        raise _said_no(params["error"], params.get("error_description", ""))
    if not params.get("code"):
        raise Rejected("code", "The return carries no code.")
    return params["code"]


def _exchange(http: httpx.Client, metadata: Metadata, known: Registration, code: str, redirect_uri: str, verifier: str) -> dict[str, str]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    options: dict[str, Any] = {"data": form, "headers": {"Accept": "application/json"}}
    if metadata.secret_in_form:
        form |= {"client_id": known.client_id, "client_secret": known.client_secret}
    else:  # RFC 6749 §2.3.1: form-encoded before they become Basic credentials
        options["auth"] = httpx.BasicAuth(quote_plus(known.client_id), quote_plus(known.client_secret))
    response = ask(http, "POST", metadata.token_endpoint, "token", **options)
    answer = json_object(response, "token")
    if response.status_code != 200:
        raise _said_no(str(answer.get("error") or "token"), str(answer.get("error_description") or ""))
    if str(answer.get("token_type")).lower() != "bearer" or not all(
        isinstance(answer.get(name), str) for name in ("access_token", "id_token")
    ):
        raise Rejected("token", "The identity service answers without a bearer token or without an ID token.")
    return answer


def _userinfo(http: httpx.Client, metadata: Metadata, access_token: str, subject: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
    response = ask(http, "GET", metadata.userinfo_endpoint, "userinfo", headers=headers)
    if response.status_code != 200:
        raise Rejected("userinfo", f"The identity service answers HTTP {response.status_code} about the person.")
    claims = json_object(response, "userinfo")
    if claims.get("sub") != subject:  # OpenID Connect Core §5.3.2
        raise Rejected("subject", "The identity service speaks of another person than the one who signed in.")
    return claims


def _said_no(error: str, description: str) -> Unavailable | Rejected:
    """The service's own words, cut to what a log and a page can take."""
    if error in _PASSING_ERRORS:
        return Unavailable(f"identity service: {error}")
    return Rejected(error[:60], description[:200] or "The identity service refused without giving a reason.")
