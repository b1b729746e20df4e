"""A synthetic provincial identity service that speaks OpenID Connect over HTTP, and misbehaves on request.

Code flow with PKCE (OpenID Connect Core 1.0, RFC 6749, 7636, 9207). `POST /control` takes {"fault": name, "times": 1,
"seconds": 5, "where": "token"} (`Fault` lists the names; {"fault": null} forgets all); it must be sent as
application/json, which no foreign page can do.
"""

from __future__ import annotations

import hmac
import json
import threading
import time
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus, urlencode, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from govpost.gateways.identity import sandbox_pages as pages
from govpost.gateways.identity.people import PEOPLE, Account
from govpost.gateways.identity.sandbox_grants import (
    TOKEN_SECONDS,
    Client,
    Grant,
    Grants,
    NotARegisteredPlace,
    ProtocolError,
    read_request,
)
from govpost.gateways.identity.sandbox_signing import WRONG_CLAIMS, Fault, SigningKey, id_token_claims

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_ROUTES = Map(
    [
        Rule("/.well-known/openid-configuration", methods=["GET"], endpoint="discovery"),
        Rule("/jwks.json", methods=["GET"], endpoint="jwks"),
        Rule("/authorize", methods=["GET", "POST"], endpoint="authorize"),
        Rule("/token", methods=["POST"], endpoint="token"),
        Rule("/userinfo", methods=["GET", "POST"], endpoint="userinfo"),
        Rule("/logout", methods=["GET"], endpoint="logout"),
        Rule("/style.css", methods=["GET"], endpoint="style"),
        Rule("/control", methods=["POST"], endpoint="control"),
    ]
)
_CSP = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
_TOKEN_FAULTS = [f for f in Fault if f in WRONG_CLAIMS] + [
    Fault.BAD_SIGNATURE,
    Fault.UNKNOWN_KEY,
    Fault.UNSIGNED,
    Fault.HMAC,
]


def make_app(
    *,
    issuer: str,
    clients: Mapping[str, tuple[str, Sequence[str]]],
    key_path: Path,
    people: Sequence[Account] = PEOPLE,
    clock: Callable[[], float] = time.time,
) -> Sandbox:
    """The WSGI application. `issuer` is its address without a trailing slash; `clients` maps an id to its secret and the
    prefixes below which it may be returned to; the signing key is made once and kept at `key_path`."""
    return Sandbox(issuer, clients, key_path, people, clock)


@dataclass(slots=True)
class _Ordered:
    """A fault that was asked for, and how often it is still to happen."""

    fault: Fault
    times: int
    seconds: float
    where: str


class Sandbox:
    """See `make_app`. `hits` counts requests by endpoint, for tests."""

    def __init__(
        self,
        issuer: str,
        clients: Mapping[str, tuple[str, Sequence[str]]],
        key_path: Path,
        people: Sequence[Account],
        clock: Callable[[], float],
    ) -> None:
        self._issuer = issuer.rstrip("/")
        self._clients = {name: Client(name, secret, tuple(places)) for name, (secret, places) in clients.items()}
        self._people = {account.subject: account for account in people}
        self._key = SigningKey(key_path)
        self._clock = clock
        self._grants = Grants()
        self._ordered: list[_Ordered] = []
        self._lock = threading.Lock()
        self.hits: Counter[str] = Counter()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response = self._answer(Request(environ))
        response.headers.setdefault("Content-Security-Policy", _CSP)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            endpoint, _ = _ROUTES.bind_to_environ(request.environ).match()
            self.hits[endpoint] += 1
            spoiled = self._spoil(endpoint)
            answer: Response = spoiled or getattr(self, f"_{endpoint}")(request)
        except ProtocolError as error:
            return _refused(error)
        except HTTPException as error:
            return Response(f"{error.code} {error.name}\n", error.code)
        return answer

    # --- protocol ---

    def _discovery(self, request: Request) -> Response:
        return _json(
            {
                "issuer": self._issuer,
                "authorization_endpoint": f"{self._issuer}/authorize",
                "token_endpoint": f"{self._issuer}/token",
                "userinfo_endpoint": f"{self._issuer}/userinfo",
                "jwks_uri": f"{self._issuer}/jwks.json",
                "end_session_endpoint": f"{self._issuer}/logout",
                "scopes_supported": ["openid", "profile", "phone"],
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
                "ui_locales_supported": ["zh-Hans", "en"],
            }
        )

    def _jwks(self, request: Request) -> Response:
        return _json(self._key.jwks())

    def _authorize(self, request: Request) -> Response:
        try:
            wanted = read_request(request.args, self._clients)
        except NotARegisteredPlace:
            page = pages.message("无法登录：应用或返回地址没有登记。", "The application or its return address is not registered here.")
            return _html(page, 400)
        except ProtocolError as error:
            return self._send_back(request.args, error=error.error, error_description=error.description)
        if request.method == "GET":
            return _html(pages.choice(wanted.client_id, self._people.values()), return_to=wanted.redirect_uri)
        if "decline" in request.form:
            return self._send_back(request.args, error="access_denied", error_description="The person declined.")
        subject = request.form.get("subject", "")
        if subject not in self._people:
            return _html(pages.message("没有这个账号。", "There is no such account."), 400)
        spent = self._take(Fault.REPLAYED_CODE) is not None
        return self._send_back(request.args, code=self._grants.issue(wanted, subject, self._clock(), spent=spent))

    def _token(self, request: Request) -> Response:
        client = self._authenticated(request)
        if request.form.get("grant_type") != "authorization_code":
            raise ProtocolError("unsupported_grant_type", "Only authorization_code is offered.")
        code, address, verifier = (request.form.get(name, "") for name in ("code", "redirect_uri", "code_verifier"))
        grant, token = self._grants.redeem(code, client.client_id, address, verifier, self._clock())
        return _json(
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": TOKEN_SECONDS,
                "scope": grant.request.scope,
                "id_token": self._id_token(grant, token, client),
            }
        )

    def _userinfo(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise ProtocolError("invalid_token", "A bearer token is required.", 401)
        claims = self._people[self._grants.subject_of(token, self._clock())].userinfo()
        if self._take(Fault.OTHER_SUBJECT):
            claims["sub"] = "another-subject"
        return _json(claims)

    def _logout(self, request: Request) -> Response:
        """RP-initiated logout. There is no session to end; the browser goes back where its client may take it."""
        client = self._clients.get(request.args.get("client_id", ""))
        address = request.args.get("post_logout_redirect_uri", "")
        if client is None or not client.may_return_to(address):
            return _html(pages.message("您已退出登录。", "You are signed out."))
        state = request.args.get("state", "")
        return redirect(_with(address, {"state": state} if state else {}), 303)

    def _style(self, request: Request) -> Response:
        return Response(pages.STYLE, mimetype="text/css")

    # --- misbehaviour ---

    def _control(self, request: Request) -> Response:
        order = _ordered(request.get_json())
        with self._lock:
            if order is None:
                self._ordered.clear()
            elif order.fault is Fault.ROTATED_KEY:
                self._key.rotate()
            else:
                self._ordered.append(order)
            return _json({"ordered": [known.fault for known in self._ordered]})

    def _take(self, *faults: Fault, where: str = "") -> _Ordered | None:
        with self._lock:
            for known in self._ordered:
                if known.fault in faults and where in ("", known.where):
                    known.times -= 1
                    self._ordered = [o for o in self._ordered if o.times > 0]
                    return known
        return None

    def _spoil(self, endpoint: str) -> Response | None:
        """What breaks a whole answer: an error of the server, silence, or a page that is no answer."""
        known = self._take(Fault.SERVER_ERROR, Fault.TIMEOUT, Fault.GARBAGE, where=endpoint)
        if known is None:
            return None
        if known.fault is Fault.TIMEOUT:
            time.sleep(known.seconds)
        if known.fault is Fault.GARBAGE:
            return _html(pages.message("系统维护中。", "The service is being maintained."))
        return Response("503 Service Unavailable\n", 503)

    # --- details ---

    def _id_token(self, grant: Grant, access_token: str, client: Client) -> str:
        known = self._take(*_TOKEN_FAULTS)
        fault = known.fault if known else None
        claims = id_token_claims(
            issuer=self._issuer,
            client_id=client.client_id,
            subject=grant.subject,
            nonce=grant.request.nonce,
            access_token=access_token,
            auth_time=grant.issued_at,
            at=self._clock(),
        )
        if fault is not None and fault in WRONG_CLAIMS:
            claims = WRONG_CLAIMS[fault](claims)
        return self._key.sign(claims, fault, client.secret)

    def _authenticated(self, request: Request) -> Client:
        """client_secret_basic or client_secret_post (RFC 6749 §2.3.1)."""
        name, secret = _credentials(request)
        client = self._clients.get(name)
        if client is None or not _same(secret, client.secret):
            raise ProtocolError("invalid_client", "The client's id or secret is wrong.", 401)
        return client

    def _send_back(self, args: Mapping[str, str], **answer: str) -> Response:
        known = {"state": args["state"]} if args.get("state") else {}
        return redirect(_with(args["redirect_uri"], {**answer, **known, "iss": self._issuer}), 303)


def _ordered(order: Any) -> _Ordered | None:
    """What a body of /control asks for; None forgets all."""
    try:
        if order["fault"] is None:
            return None
        times, seconds = int(order.get("times", 1)), float(order.get("seconds", 5))
        return _Ordered(Fault(order["fault"]), times, seconds, str(order.get("where", "token")))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ProtocolError("unknown_fault", f'Send {{"fault": null}} or one of: {", ".join(Fault)}.') from None


def _credentials(request: Request) -> tuple[str, str]:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return request.form.get("client_id", ""), request.form.get("client_secret", "")
    try:
        name, _, secret = b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return unquote_plus(name), unquote_plus(secret)


def _same(a: str, b: str) -> bool:
    return hmac.compare_digest(a.encode(), b.encode())


def _with(address: str, params: Mapping[str, str]) -> str:
    if not params:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode(params)}"


def _json(data: Mapping[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(data, ensure_ascii=False), status, mimetype="application/json")


def _html(page: str, status: int = 200, *, return_to: str = "") -> Response:
    """Browsers apply form-action to the redirect after a form too, so the page names the origin it returns to."""
    response = Response(page, status, mimetype="text/html")
    if return_to:
        parts = urlsplit(return_to)
        response.headers["Content-Security-Policy"] = f"{_CSP} {parts.scheme}://{parts.netloc}"
    return response


def _refused(error: ProtocolError) -> Response:
    response = _json({"error": error.error, "error_description": error.description}, error.status)
    if error.status == 401:
        scheme = "Bearer" if error.error == "invalid_token" else "Basic"
        response.headers["WWW-Authenticate"] = f'{scheme} realm="sandbox", error="{error.error}"'
    return response
