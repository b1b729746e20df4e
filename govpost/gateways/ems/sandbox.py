"""A synthetic carrier: speaks the agreement customers' platform over HTTP, moves parcels by a clock, pushes, misbehaves.

`POST /` (any other path too) is the platform's one URL; `POST /control` takes what sandbox_control says, as application/json,
which no foreign page can send; `GET /control` tells what it holds; `GET /` is a page for people. Not for production.

Convention of its own: an order whose projectId is codes.OWN_DOOR_PROJECT ends at the delivery office (306), because our
couriers serve the door. With the setting "hold_brought" an order that the sender brings to the carrier (pickupType 0) starts only
when "post" says that it was posted.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from werkzeug.exceptions import HTTPException
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from govpost.common.serving import Served, serve
from govpost.gateways.ems.sandbox_answers import answer
from govpost.gateways.ems.sandbox_control import ANSWER_FAULTS, BadControl, control
from govpost.gateways.ems.sandbox_mover import Mover
from govpost.gateways.ems.sandbox_orders import Refused
from govpost.gateways.ems.sandbox_pages import STYLE, front_page
from govpost.gateways.ems.sandbox_pdf import label_pdf
from govpost.gateways.ems.sandbox_pusher import Pusher
from govpost.gateways.ems.sandbox_store import Fault, Store
from govpost.gateways.ems.wire import FIELD, OK, BadMessage, SignKey, decrypt, dump_json, load_json, to_moment

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_CSP = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
_MOST_BYTES = 4 * 1024 * 1024
_LONGEST_SLEEP = 1.0


class Sandbox:
    """The WSGI application. Tests call `tick` with a clock of their own; `running` moves it by a thread."""

    def __init__(self, *, store: Store, mover: Mover, pusher: Pusher, sender_no: str, authorization: str, key: SignKey) -> None:
        self.store = store
        self.mover = mover
        self.pusher = pusher
        self._sender_no = sender_no
        self._authorization = authorization
        self._key = key
        self._ticking = threading.Lock()
        self._wake = threading.Event()
        self._ending = threading.Event()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = request.max_form_memory_size = _MOST_BYTES
        try:
            response = self._respond(request)
        except HTTPException as error:
            response = Response(error.description, status=error.code)
        response.headers.update({"Content-Security-Policy": _CSP, "X-Content-Type-Options": "nosniff"})
        return response(environ, start_response)

    def tick(self) -> int:
        """Do everything that is due: parcels move, pushes are sent. How much was done."""
        with self._ticking:
            return self.mover.move_due() + self.pusher.push_due()

    def stop(self) -> None:
        """End the mover's thread and every answer that is being slept over."""
        self._ending.set()
        self._wake.set()

    def close(self) -> None:
        """Give up what is open; the state stays in its file."""
        self.stop()
        with self._ticking:
            self.pusher.close()
            self.store.close()

    def move_until_stopped(self) -> None:
        """The mover's thread: sleep until something is due or somebody acted."""
        while not self._ending.is_set():
            self._wake.clear()
            self.tick()
            self._wake.wait(self._sleep())

    def _sleep(self) -> float:
        due = self.store.next_due()
        return _LONGEST_SLEEP if due is None else min(max(due - self.mover.now, 0.05), _LONGEST_SLEEP)

    # -- HTTP

    def _respond(self, request: Request) -> Response:
        pages: dict[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "/"): self._front,
            ("GET", "/style.css"): self._style,
            ("GET", "/control"): self._holds,
            ("POST", "/control"): self._control,
            ("POST", "/press"): self._press,
        }
        if request.method == "GET" and request.path.startswith("/labels/"):
            return self._label(request)
        page = pages.get((request.method, request.path))
        if page is None and request.method != "POST":
            return Response("404", status=404)
        return (page or self._platform)(request)

    def _front(self, request: Request) -> Response:
        return Response(front_page(self.store), mimetype="text/html")

    def _style(self, request: Request) -> Response:
        return Response(STYLE, mimetype="text/css")

    def _control(self, request: Request) -> Response:
        if request.mimetype != "application/json":
            return _json({"ok": False, "error": "Send application/json."}, status=415)
        try:
            done = control(self.mover, load_json(request.get_data()))
        except (BadControl, BadMessage) as error:
            return _json({"ok": False, "error": error.words if isinstance(error, BadMessage) else str(error)}, status=400)
        self._wake.set()
        return _json(done)

    def _press(self, request: Request) -> Response:
        """A button of the page. Another site's page may not press it."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            return Response("403", status=403)
        try:
            control(self.mover, load_json(request.form.get("message", "")))
        except (BadControl, BadMessage) as error:
            return Response(str(error), status=400, mimetype="text/plain")
        self._wake.set()
        return redirect("/", 303)

    def _label(self, request: Request) -> Response:
        waybill = request.path.removeprefix("/labels/").removesuffix(".pdf")
        if not waybill.isascii() or self.store.find_parcel(waybill) is None:
            return Response("404", status=404)
        return Response(label_pdf(waybill), mimetype="application/pdf")

    def _holds(self, request: Request) -> Response:
        """What it holds, for tests: parcels with the codes of their track, pushes not yet acknowledged, tallies, faults."""
        parcels = [
            {
                "waybill": parcel.waybill,
                "order_no": parcel.order_no,
                "state": parcel.state,
                "held": parcel.held,
                "told": [event.item["opCode"] for event in self.store.events(parcel.waybill)],
                "to_come": len(parcel.plan),
            }
            for parcel in self.store.parcels()
        ]
        store = self.store
        return _json({"parcels": parcels, "pushes": store.waiting(), "tallies": store.tallies(), "faults": store.faults()})

    # -- the platform's one URL

    def _platform(self, request: Request) -> Response:
        api_code = request.form.get("apiCode", "")
        fault = self.store.take_fault(ANSWER_FAULTS, api_code)
        if fault and fault.name != "late_answer":
            return self._misbehave(fault)
        response = self._answer(request.form, api_code, request.host_url.rstrip("/"))
        self._wake.set()
        if fault:
            self._ending.wait(fault.seconds)
        return response

    def _misbehave(self, fault: Fault) -> Response:
        if fault.name == "timeout":
            self._ending.wait(fault.seconds)
            return Response("", status=504)
        if fault.name == "garbage":
            return Response("<html>网关忙</html>", mimetype="text/html")
        if fault.name == "system":
            return self._envelope("S00001", "系统繁忙，请稍后再试", None)
        return Response("", status=fault.status)

    def _answer(self, form: Mapping[str, str], api_code: str, base_url: str) -> Response:
        try:
            self._admit(form)
            message = load_json(decrypt(form.get(FIELD, ""), self._key))
            words, body = answer(self.mover, api_code, message, base_url)
        except Refused as error:
            return self._envelope(error.code, error.message, None)
        except BadMessage as error:
            return self._envelope("B00101", f"报文无法解密或解析（{error.field}）", None)
        return self._envelope(OK, words, body)

    def _admit(self, form: Mapping[str, str]) -> None:
        for name, expected in (("senderNo", self._sender_no), ("authorization", self._authorization)):
            if not hmac.compare_digest(form.get(name, "").encode(), expected.encode()):
                raise Refused("B00100", f"{name} 不正确")
        if form.get("msgType") != "0":
            raise Refused("B00102", "msgType 应为 0（JSON）")

    def _envelope(self, code: str, words: str, body: Any) -> Response:
        """retBody is double-encoded, except the bare text of labels."""
        return _json(
            {
                "serialNo": uuid4().hex[:20],
                "retCode": code,
                "retMsg": words,
                "retBody": body if body is None or isinstance(body, str) else dump_json(body),
                "retDate": to_moment(self.mover.clock()),
                "success": code == OK,
            }
        )


def make_app(
    state_path: Path,
    *,
    clock: Callable[[], datetime],
    speed: float,
    callback_url: str,
    sender_no: str,
    authorization: str,
    sign_key: str,
    older_callback_url: str = "",
) -> Sandbox:
    """A sandbox whose parcels live in the file `state_path`.

    speed: sandbox seconds per second of `clock` (1 = real time, 720 = an hour in 5 s). callback_url takes the pushes 040002,
    older_callback_url those of 2013 (may hold user:password@); an empty one means that this kind is not pushed.
    """
    if speed <= 0:
        raise ValueError("speed must be greater than 0")
    key, store = SignKey.parse(sign_key), Store(state_path)
    return Sandbox(
        store=store,
        mover=Mover(store, clock=clock, speed=speed, pushes=bool(callback_url), older_pushes=bool(older_callback_url)),
        pusher=Pusher(store, clock=clock, sender_no=sender_no, key=key, url=callback_url, older_url=older_callback_url),
        sender_no=sender_no,
        authorization=authorization,
        key=key,
    )


@contextmanager
def running(sandbox: Sandbox, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[Served]:
    """Serve the sandbox and let its parcels move until the block ends."""
    thread = threading.Thread(target=sandbox.move_until_stopped, name="ems sandbox", daemon=True)
    try:
        with serve(sandbox, host=host, port=port) as served:
            thread.start()
            try:
                yield served
            finally:
                sandbox.stop()
        thread.join(30)
    finally:
        sandbox.close()


def _json(body: Mapping[str, Any], status: int = 200) -> Response:
    return Response(dump_json(body), status=status, mimetype="application/json")
