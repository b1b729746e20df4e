"""The HTTP beneath the identity client: time limits, and one reading of every way in which a call can fail."""

from __future__ import annotations

import functools
import ssl
from typing import Any
from urllib.parse import urlsplit

import httpx

from govpost.common.refusal import Rejected, Unavailable

_PASSING = {408, 425, 429}


def opened(address: str, seconds: float) -> httpx.Client:
    """A client for one sign-in; close it. Redirects are never followed: no endpoint here has a reason to send one."""
    timeout = httpx.Timeout(seconds, connect=min(seconds, 3.0))
    # A proxy named in the environment cannot reach the sandbox on this machine's own loopback.
    return httpx.Client(timeout=timeout, verify=_tls(), follow_redirects=False, trust_env=not is_loopback(address))


def ask(http: httpx.Client, method: str, url: str, what: str, **options: Any) -> httpx.Response:
    """One request; `what` names the answer in errors. Raises `Unavailable` for silence, 5xx, 408, 425 and 429.

    Messages carry neither address nor body: both may hold codes, tokens or personal data.
    """
    try:
        response = http.request(method, url, **options)
    except httpx.HTTPError as error:
        raise Unavailable(f"identity service, {what}: {type(error).__name__}") from error
    except httpx.InvalidURL as error:
        raise Rejected("address", f"The address of the {what} is malformed.") from error
    if response.status_code >= 500 or response.status_code in _PASSING:
        raise Unavailable(f"identity service, {what}: HTTP {response.status_code}")
    return response


def json_object(response: httpx.Response, what: str) -> dict[str, Any]:
    """The JSON object of an answer; a maintenance page with status 200 counts as no answer."""
    try:
        data = response.json()
    except ValueError as error:
        raise Unavailable(f"identity service, {what}: the answer is not JSON") from error
    if not isinstance(data, dict):
        raise Unavailable(f"identity service, {what}: the answer is not a JSON object")
    return data


def is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


def is_safe(address: str) -> bool:
    """Whether secrets and tokens may be sent there: https, or plain http that does not leave this machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(address)))


@functools.cache
def _tls() -> ssl.SSLContext:
    """Loading the authorities takes tens of milliseconds; once per process is enough."""
    return httpx.create_ssl_context()
