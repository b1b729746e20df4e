"""Sends short messages through a gateway that speaks GovPost's own small signed POST (`signing`): not a vendor's protocol.

    POST {GOVPOST_SMS_URL}/messages   {"phone", "template", "params", "text", "idempotency_key"}
    201 or 200 {"id": …}              taken, or taken before under this key
    400, 409, 422 {"code", "sentence"}    this message will never go

Every other answer, and none, means: later. There is no default address: `GOVPOST_SMS_URL` and `GOVPOST_SMS_KEY` of the
settings name the gateway unless the constructor does.
"""

from __future__ import annotations

import functools
import json
import secrets
import ssl
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from govpost.common.refusal import Problem, Rejected, Unavailable
from govpost.gateways.sms.signing import sign
from govpost.notices.ports import SmsReceipt

_FINAL = {400, 409, 422}
_SHORT_KEY = 32


class SmsGateway:
    """`notices.ports.Sms` over HTTP. `seconds` bounds each wait.

    `Rejected.code` is the gateway's own: `invalid_number`, `refused_number`, `invalid_message`, `idempotency_conflict`.
    A wrong key or clock is our fault and no message's, so it counts as `Unavailable`, and `check` tells it.
    """

    def __init__(self, url: str | None = None, key: str | None = None, *, seconds: float = 5.0) -> None:
        self._given = (url, key)
        self._seconds = seconds

    def send(self, *, phone: str, template: str, params: Mapping[str, str], text: str, idempotency_key: str) -> SmsReceipt:
        """See the port."""
        message = {
            "phone": phone,
            "template": template,
            "params": dict(params),
            "text": text,
            "idempotency_key": idempotency_key,
        }
        response = self._ask("POST", "/messages", json.dumps(message, ensure_ascii=False).encode())
        answer = _object(response)
        if response.status_code in _FINAL and answer.get("code"):
            raise Rejected(str(answer["code"])[:60], str(answer.get("sentence") or "The gateway gave no reason.")[:200])
        if response.status_code not in {200, 201} or not isinstance(answer.get("id"), str) or not answer["id"]:
            raise Unavailable(f"message gateway: HTTP {response.status_code} without a receipt")
        return SmsReceipt(answer["id"])

    def check(self) -> list[Problem]:
        try:
            url, key = self._place()
            response = self._ask("GET", "/status", b"")
        except Unavailable as error:
            return [Problem("error", f"Short messages cannot be sent: {error}.", "Check GOVPOST_SMS_URL and the way to it.")]
        if response.status_code == 401:
            remedy = "Compare GOVPOST_SMS_KEY and the clocks of both sides."
            return [Problem("error", f"The message gateway at {url} does not accept our signature.", remedy)]
        if response.status_code != 200:
            sentence = f"The message gateway at {url} answers HTTP {response.status_code}."
            return [Problem("error", sentence, "Check GOVPOST_SMS_URL with its operator.")]
        if len(key) < _SHORT_KEY:
            return [Problem("warning", "GOVPOST_SMS_KEY is short.", "Agree on a random key of at least 32 characters.")]
        return []

    def _ask(self, method: str, path: str, body: bytes) -> httpx.Response:
        """One signed request. Raises `Unavailable` for silence; errors carry neither number nor text."""
        url, key = self._place()
        address = url + path
        target = urlsplit(address).path
        proof = sign(key, method=method, target=target, body=body, at=time.time(), nonce=secrets.token_urlsafe(16))
        headers = {**proof.headers(), "Content-Type": "application/json"}
        try:
            with _opened(url, self._seconds) as http:
                response = http.request(method, address, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"message gateway: {type(error).__name__}") from error
        return response

    def _place(self) -> tuple[str, str]:
        names = ("GOVPOST_SMS_URL", "GOVPOST_SMS_KEY")
        url, key = (given if given is not None else getattr(settings, name, "") for given, name in zip(self._given, names, strict=True))
        missing = [name for name, value in zip(names, (url, key), strict=True) if not value]
        if missing:
            raise Unavailable(f"{', '.join(missing)} not set")
        if not _is_safe(url):
            raise Unavailable("GOVPOST_SMS_URL must be an https address (http only on this machine)")
        return url.rstrip("/"), key


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        data = response.json()
    except ValueError as error:
        raise Unavailable(f"message gateway: HTTP {response.status_code}, and the answer is not JSON") from error
    if not isinstance(data, dict):
        raise Unavailable(f"message gateway: HTTP {response.status_code}, and the answer is not a JSON object")
    return data


def _opened(url: str, seconds: float) -> httpx.Client:
    timeout = httpx.Timeout(seconds, connect=min(seconds, 3.0))
    # A proxy named in the environment cannot reach the sandbox on this machine's own loopback.
    return httpx.Client(timeout=timeout, verify=_tls(), follow_redirects=False, trust_env=not _is_loopback(url))


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(url)))


@functools.cache
def _tls() -> ssl.SSLContext:
    """Loading the authorities takes tens of milliseconds; once per process is enough."""
    return httpx.create_ssl_context()
