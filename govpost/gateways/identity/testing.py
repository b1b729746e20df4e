"""For tests and journeys: a sandbox province on a free port, and a stand-in for the browser that chooses someone there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx

from govpost.common.serving import serve_built
from govpost.gateways.identity.client import OidcIdentity
from govpost.gateways.identity.sandbox import Sandbox, make_app
from govpost.gateways.identity.sandbox_signing import Fault

CLIENT_ID = "govpost"
OTHER_CLIENT_ID = "another-city"
CLIENT_SECRET = "known-to-tests-and-to-nobody-else"
RETURN = "http://127.0.0.1:8000/sign-in/return"


@dataclass(frozen=True, slots=True)
class Province:
    """A running sandbox."""

    url: str
    app: Sandbox

    def identity(self, *, seconds: float = 5.0) -> OidcIdentity:
        return OidcIdentity(self.url, CLIENT_ID, CLIENT_SECRET, seconds=seconds)

    def misbehave(self, fault: Fault | None, **how: object) -> None:
        """Ask for one fault, or (None) for none at all."""
        order = {"fault": fault, **how}
        httpx.post(f"{self.url}/control", json=order, trust_env=False).raise_for_status()


@contextmanager
def province(
    folder: Path,
    *,
    returns: Sequence[str] = ("http://127.0.0.1:8000/",),
    clock: Callable[[], float] = time.time,
) -> Iterator[Province]:
    """A sandbox whose key lies in `folder` and whose client may be returned below `returns`."""
    made: list[Sandbox] = []

    def build(url: str) -> Sandbox:
        clients = dict.fromkeys((CLIENT_ID, OTHER_CLIENT_ID), (CLIENT_SECRET, returns))
        made.append(make_app(issuer=url, clients=clients, key_path=folder / "identity-key.json", clock=clock))
        return made[0]

    with serve_built(build) as served:
        yield Province(served.url, made[0])


def choose(authorize_url: str, subject: str) -> dict[str, str]:
    """Do what a browser does at the page: choose `subject` ("" declines). The query that the return address gets."""
    form = {"subject": subject} if subject else {"decline": "1"}
    with httpx.Client(trust_env=False) as browser:
        browser.get(authorize_url).raise_for_status()
        answer = browser.post(authorize_url, data=form)
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))
