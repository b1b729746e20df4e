"""For tests and journeys: a sandbox gateway on a free port, and a look at the messages of a phone."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from govpost.common.serving import serve
from govpost.gateways.sms.client import SmsGateway
from govpost.gateways.sms.sandbox import Fault, make_app
from govpost.gateways.sms.signing import sign

KEY = "known-to-tests-and-to-nobody-else"


@dataclass(frozen=True, slots=True)
class Gateway:
    """A running sandbox."""

    url: str

    def sms(self, *, seconds: float = 5.0) -> SmsGateway:
        return SmsGateway(self.url, KEY, seconds=seconds)

    def messages(self, phone: str) -> list[dict[str, Any]]:
        return messages(self.url, KEY, phone)

    def misbehave(self, fault: Fault | None, **how: object) -> None:
        """Ask for one fault, or (None) for none at all."""
        self._control({"fault": fault, **how})

    def refuse(self, *numbers: str) -> None:
        self._control({"refuse": numbers})

    def _control(self, order: dict[str, object]) -> None:
        httpx.post(f"{self.url}/control", json=order, trust_env=False).raise_for_status()


@contextmanager
def gateway(folder: Path, *, clock: Callable[[], float] = time.time) -> Iterator[Gateway]:
    """A sandbox that keeps its messages in `folder`."""
    with serve(make_app(key=KEY, state_path=folder / "messages.sqlite3", clock=clock)) as served:
        yield Gateway(served.url)


def messages(url: str, key: str, phone: str) -> list[dict[str, Any]]:
    """What the sandbox at `url` was given for `phone`, oldest first: {id, phone, template, params, text, at (Unix time)}."""
    target = f"{urlsplit(url).path.rstrip('/')}/messages?phone={phone}"
    proof = sign(key, method="GET", target=target, body=b"", at=time.time(), nonce=secrets.token_urlsafe(16))
    answer = httpx.get(httpx.URL(url).join(target), headers=proof.headers(), trust_env=False).raise_for_status()
    found: list[dict[str, Any]] = answer.json()["messages"]
    return found
