"""The three sandboxes of the outside world (carrier, short messages, identity) in one process, each on its own port."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import signal
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from govpost.common.clock import now
from govpost.ops.binaries import NoServer
from govpost.ops.postgres import free_port, write_private

SPEED = 720.0  # an hour of the carrier passes in five seconds


@dataclass(frozen=True, slots=True)
class Ports:
    """Where each sandbox listens on 127.0.0.1."""

    ems: int
    sms: int
    identity: int

    @classmethod
    def free(cls) -> Ports:
        return cls(free_port(), free_port(), free_port())


def environment(home: Path, ports: Ports, public_url: str) -> dict[str, str]:
    """The settings that let the program speak to the sandboxes; the agreements' keys are made once per data directory."""
    return {
        "GOVPOST_PUBLIC_URL": public_url,
        "GOVPOST_EMS_URL": f"http://127.0.0.1:{ports.ems}",
        "GOVPOST_SMS_URL": f"http://127.0.0.1:{ports.sms}",
        "GOVPOST_OIDC_ISSUER": f"http://127.0.0.1:{ports.identity}",
        **_agreements(home),
    }


_AGREED = (
    "GOVPOST_EMS_SENDER_NO", "GOVPOST_EMS_AUTHORIZATION", "GOVPOST_EMS_SIGN_KEY", "GOVPOST_SMS_KEY", "GOVPOST_OIDC_CLIENT_ID",
    "GOVPOST_OIDC_CLIENT_SECRET",
)  # fmt: skip


def _agreements(home: Path) -> dict[str, str]:
    stored = home / "sandbox-agreements.json"
    if not stored.exists():
        made = {
            "GOVPOST_EMS_SENDER_NO": "1100012345678",
            "GOVPOST_EMS_AUTHORIZATION": secrets.token_hex(16),
            "GOVPOST_EMS_SIGN_KEY": base64.b64encode(secrets.token_bytes(16)).decode(),
            "GOVPOST_SMS_KEY": secrets.token_hex(24),
            "GOVPOST_OIDC_CLIENT_ID": "govpost-demo",
            "GOVPOST_OIDC_CLIENT_SECRET": secrets.token_urlsafe(32),
        }
        write_private(stored, json.dumps(made))
    try:
        found = json.loads(stored.read_text())
        return {name: str(found[name]) for name in _AGREED}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoServer(
            f"{stored} cannot be read as the sandboxes' agreements ({type(error).__name__}). Put the file back, or let "
            "`python3 run.py demo --fresh` build the demo anew."
        ) from error


def serve(home: Path, ports: Ports, *, speed: float = SPEED) -> int:
    """Serve all three until SIGTERM or SIGINT. What they know lies in `<home>/sandbox`."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    room = home / "sandbox"
    room.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        _identity(stack, room, ports.identity)
        _sms(stack, room, ports.sms)
        _ems(stack, room, ports.ems, speed)
        while not stop.wait(1):
            pass
    return 0


def _identity(stack: ExitStack, room: Path, port: int) -> None:
    from govpost.common.serving import serve as serve_app
    from govpost.gateways.identity.sandbox import make_app

    clients = {_of("GOVPOST_OIDC_CLIENT_ID"): (_of("GOVPOST_OIDC_CLIENT_SECRET"), [_of("GOVPOST_PUBLIC_URL") + "/"])}
    app = make_app(issuer=_of("GOVPOST_OIDC_ISSUER"), clients=clients, key_path=room / "identity-key.pem")
    stack.enter_context(serve_app(app, port=port))


def _sms(stack: ExitStack, room: Path, port: int) -> None:
    from govpost.common.serving import serve as serve_app
    from govpost.gateways.sms.sandbox import make_app

    stack.enter_context(serve_app(make_app(key=_of("GOVPOST_SMS_KEY"), state_path=room / "sms.sqlite"), port=port))


def _ems(stack: ExitStack, room: Path, port: int, speed: float) -> None:
    from govpost.gateways.ems.sandbox import make_app, running

    app = make_app(
        room / "ems.sqlite",
        clock=now,
        speed=speed,
        callback_url=_of("GOVPOST_PUBLIC_URL") + "/api/v1/carriers/ems/push",
        older_callback_url=f"{_of('GOVPOST_PUBLIC_URL')}/api/v1/carriers/ems/older-push/{_push_token()}",
        sender_no=_of("GOVPOST_EMS_SENDER_NO"),
        authorization=_of("GOVPOST_EMS_AUTHORIZATION"),
        sign_key=_of("GOVPOST_EMS_SIGN_KEY"),
    )
    app.store.set_setting("hold_brought", True)  # until `van` brings it
    stack.enter_context(running(app, port=port))


def _push_token() -> str:
    """As `surfaces.partner_api.carrier.push_token`, which would bring all of Django into this small process."""
    return hmac.new(_of("GOVPOST_EMS_SIGN_KEY").encode(), b"older push", hashlib.sha256).hexdigest()[:32]


def _of(name: str) -> str:
    return os.environ[name]
