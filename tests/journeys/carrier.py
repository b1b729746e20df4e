"""The carrier's sandbox on its port beside our own application: what journeys over the real wire stand on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from govpost.common.clock import now
from govpost.common.serving import serve
from govpost.delivery.models import Order
from govpost.gateways.ems.sandbox import Sandbox, make_app
from govpost.gateways.ems.testing import AUTHORIZATION, SENDER_NO, SIGN_KEY, plain_http
from govpost.journal.testing import drain
from govpost.surfaces.partner_api.carrier import push_token


class Wire:
    """The sandbox and our own application, each on its port; the sandbox moves only by `tick`."""

    def __init__(self, sandbox: Sandbox, url: str) -> None:
        self.sandbox, self.url = sandbox, url

    def control(self, **message: Any) -> None:
        with plain_http() as http:
            http.post(f"{self.url}/control", json=message).raise_for_status()

    def tell(self, order: Order, *steps: dict[str, Any]) -> Order:
        """These things happen to the parcel now; pushes are sent until nothing is owed."""
        self.control(waybill=order.number, now=list(steps))
        while self.sandbox.tick():
            pass
        drain()
        order.refresh_from_db()
        return order


@contextmanager
def wired(live_url: str, settings: Any, folder: Path) -> Iterator[Wire]:
    """A fresh sandbox that pushes to the application at `live_url`, which books with it."""
    sandbox = make_app(
        folder / "ems.sqlite3", clock=now, speed=1.0, callback_url=f"{live_url}/api/v1/carriers/ems/push",
        older_callback_url=f"{live_url}/api/v1/carriers/ems/older-push/{push_token(SIGN_KEY)}",
        sender_no=SENDER_NO, authorization=AUTHORIZATION, sign_key=SIGN_KEY,
    )  # fmt: skip
    with serve(sandbox) as served:
        settings.GOVPOST_EMS_URL, settings.GOVPOST_EMS_SENDER_NO = served.url, SENDER_NO
        settings.GOVPOST_EMS_AUTHORIZATION, settings.GOVPOST_EMS_SIGN_KEY = AUTHORIZATION, SIGN_KEY
        yield Wire(sandbox, served.url)
        sandbox.stop()
    sandbox.close()
