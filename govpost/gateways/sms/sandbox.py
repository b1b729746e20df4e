"""A message gateway that sends nothing: it checks signatures, keeps each message once and shows it as a phone would.

`POST /control` makes it misbehave: {"fault": name, "times": 1, "seconds": 5} (`Fault` lists the names, {"fault": null} forgets
all), {"refuse": [numbers]}; it must be sent as application/json, which no foreign page can do.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from govpost.gateways.sms import sandbox_pages as pages
from govpost.gateways.sms.sandbox_store import OtherContent, Store
from govpost.gateways.sms.signing import NONCE, SIGNATURE, TIMESTAMP, WINDOW_SECONDS, NotSigned, Proof, verify

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SHOWN = 50
_PHONE = re.compile(r"1[3-9][0-9]{9}")
_LONGEST = 500  # characters; what operators let pass as one long message
_TEXTS = ("phone", "template", "text", "idempotency_key")
_CSP = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
_ROUTES = Map(
    [
        Rule("/", methods=["GET"], endpoint="page"),
        Rule("/style.css", methods=["GET"], endpoint="style"),
        Rule("/messages", methods=["POST"], endpoint="take"),
        Rule("/messages", methods=["GET"], endpoint="list"),
        Rule("/status", methods=["GET"], endpoint="status"),
        Rule("/control", methods=["POST"], endpoint="control"),
    ]
)
_OPEN = {"page", "style", "control"}


class Fault(StrEnum):
    """How the sandbox can be asked to misbehave when a message comes."""

    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    THROTTLED = "throttled"
    GARBAGE = "garbage"
    LOST_ANSWER = "lost_answer"  # the message is taken, and the answer does not arrive


class Refused(Exception):
    """An answer with a code and a sentence."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        self.status = status
        self.code = code
        self.sentence = sentence
        super().__init__(f"{code}: {sentence}")


@dataclass(slots=True)
class _Ordered:
    fault: Fault
    times: int
    seconds: float


def make_app(*, key: str, state_path: Path, clock: Callable[[], float] = time.time) -> Sandbox:
    """The WSGI application. `key` is shared with the client; messages are kept in a SQLite file at `state_path`."""
    return Sandbox(key, Store(state_path), clock)


class Sandbox:
    """See `make_app`."""

    def __init__(self, key: str, store: Store, clock: Callable[[], float]) -> None:
        self._key = key
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._ordered: list[_Ordered] = []
        self._refused: frozenset[str] = frozenset()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response = self._answer(Request(environ))
        response.headers["Content-Security-Policy"] = _CSP
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            endpoint, _ = _ROUTES.bind_to_environ(request.environ).match()
            if endpoint not in _OPEN:
                self._require_signed(request)
            answer: Response = getattr(self, f"_{endpoint}")(request)
        except Refused as refused:
            return _json({"code": refused.code, "sentence": refused.sentence}, refused.status)
        except HTTPException as error:
            return Response(f"{error.code} {error.name}\n", error.code)
        return answer

    def _require_signed(self, request: Request) -> None:
        query = request.query_string.decode("latin-1")
        target = request.root_path + request.path + (f"?{query}" if query else "")
        at = self._clock()
        proof = Proof(*(request.headers.get(name, "") for name in (TIMESTAMP, NONCE, SIGNATURE)))
        try:
            verify(self._key, proof, method=request.method, target=target, body=request.get_data(), at=at)
        except NotSigned as error:
            raise Refused(401, "not_signed", f"This request is not accepted: {error}.") from error
        if not self._store.is_first(proof.nonce, at, 2 * WINDOW_SECONDS):
            raise Refused(401, "replayed", "This request was seen before.")

    # --- what clients ask ---

    def _take(self, request: Request) -> Response:
        known = self._next_fault()
        if known and known.fault is not Fault.LOST_ANSWER:
            return _spoiled(known)
        message = _read(request.get_data())
        if message["phone"] in self._refused:
            raise Refused(422, "refused_number", "The holder of this number wants no messages.")
        try:
            number, new = self._store.keep(message, self._clock())
        except OtherContent:
            raise Refused(409, "idempotency_conflict", "This key was used for another message.") from None
        if known:
            return _spoiled(known)
        return _json({"id": str(number)}, 201 if new else 200)

    def _list(self, request: Request) -> Response:
        found = self._store.to_phone(request.args.get("phone", ""))
        rows = [{"id": m.id, "phone": m.phone, "template": m.template, "params": m.params, "text": m.text, "at": m.at} for m in found]
        return _json({"messages": rows})

    def _status(self, request: Request) -> Response:
        return _json({"status": "ok"})

    # --- what people see ---

    def _page(self, request: Request) -> Response:
        tail = "".join(re.findall(r"[0-9]", request.args.get("tail", "")))[:11]
        return Response(pages.newest(self._store.newest(SHOWN, tail), tail), mimetype="text/html")

    def _style(self, request: Request) -> Response:
        return Response(pages.STYLE, mimetype="text/css")

    # --- misbehaviour ---

    def _control(self, request: Request) -> Response:
        fault, refused = _read_order(request.get_json())
        with self._lock:
            if refused is not None:
                self._refused = refused
            elif fault is not None:
                self._ordered.append(fault)
            else:
                self._ordered.clear()
                self._refused = frozenset()
            return _json({"ordered": [known.fault for known in self._ordered], "refuse": sorted(self._refused)})

    def _next_fault(self) -> _Ordered | None:
        with self._lock:
            if not self._ordered:
                return None
            known = self._ordered[0]
            known.times -= 1
            self._ordered = [order for order in self._ordered if order.times > 0]
            return known


def _read(body: bytes) -> dict[str, Any]:
    """A message whose every field has the right kind. Raises `Refused`."""
    try:
        message = json.loads(body)
    except ValueError:
        raise Refused(400, "invalid_message", "The body is not JSON.") from None
    if not isinstance(message, dict) or set(message) != {*_TEXTS, "params"}:
        raise Refused(400, "invalid_message", f"The fields are {', '.join(_TEXTS)} and params.")
    if not all(isinstance(message[name], str) and message[name] for name in _TEXTS) or not _is_words(message["params"]):
        raise Refused(400, "invalid_message", "Every field is a text that is not empty, params an object of texts.")
    if len(message["text"]) > _LONGEST:
        raise Refused(400, "invalid_message", f"The text has more than {_LONGEST} characters.")
    if not _PHONE.fullmatch(message["phone"]):
        raise Refused(400, "invalid_number", "This is not a mobile number of the mainland.")
    return message


def _is_words(params: object) -> bool:
    return isinstance(params, dict) and all(isinstance(value, str) for value in params.values())


def _read_order(order: Any) -> tuple[_Ordered | None, frozenset[str] | None]:
    """A fault, or the numbers to refuse; both None forgets everything. Raises `Refused`."""
    try:
        if "refuse" in order:
            return None, frozenset(str(number) for number in order["refuse"])
        if order["fault"] is None:
            return None, None
        return _Ordered(Fault(order["fault"]), int(order.get("times", 1)), float(order.get("seconds", 5))), None
    except (AttributeError, KeyError, TypeError, ValueError):
        sentence = f'Send {{"fault": null}}, {{"refuse": [numbers]}} or one of: {", ".join(Fault)}.'
        raise Refused(400, "unknown_fault", sentence) from None


def _spoiled(known: _Ordered) -> Response:
    if known.fault is Fault.TIMEOUT:
        time.sleep(known.seconds)
    if known.fault is Fault.THROTTLED:
        return _json({"code": "throttled", "sentence": "Too many messages at once."}, 429)
    if known.fault is Fault.GARBAGE:
        return Response("<!doctype html><title>系统维护中</title>", 200, mimetype="text/html")
    return Response("503 Service Unavailable\n", 503)


def _json(data: Mapping[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(data, ensure_ascii=False), status, mimetype="application/json")
