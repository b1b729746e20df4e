"""Builders for tests and journeys that meet the carrier: an agreement, a booking, a sandbox on a clock, a receiver of its pushes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from werkzeug.wrappers import Request, Response

from govpost.common.clock import SHANGHAI
from govpost.common.serving import serve
from govpost.delivery.ports import Booking, Contact, RangePlace, ScanSeen
from govpost.gateways.ems.client import Agreement, EmsCarrier
from govpost.gateways.ems.codes import DELIVER_CODES
from govpost.gateways.ems.older import read_older
from govpost.gateways.ems.push import read_push
from govpost.gateways.ems.sandbox import Sandbox, make_app
from govpost.gateways.ems.wire import FIELD, SignKey, decrypt, load_json

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SIGN_KEY = "ASNFZ4mrze/+3LqYdlQyEA=="  # the published test vector's: synthetic
KEY = SignKey.parse(SIGN_KEY)
SENDER_NO = "90000000000001"
AUTHORIZATION = "sandbox-authorization"
NOON = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)
SAMPLES = Path(__file__).parent / "samples"


def sample(name: str) -> bytes:
    """The bytes of one synthetic message."""
    return (SAMPLES / name).read_bytes()


def make_agreement(url: str, **over: Any) -> Agreement:
    fields = {"url": url, "sender_no": SENDER_NO, "authorization": AUTHORIZATION, "sign_key": SIGN_KEY}
    return Agreement(**{**fields, "deliver_codes": DELIVER_CODES, **over})


def make_contact(**over: str) -> Contact:
    fields = {"name": "林示例", "phone": "13900000009", "province": "安徽省", "city": "亳州市", "county": "谯城区"}
    return Contact(**{**fields, "address": "示例路1号", "postcode": "236800", **over})


def make_place(place: str = "示例路") -> RangePlace:
    return RangePlace("安徽省", "亳州市", "谯城区", place)


def make_booking(**over: Any) -> Booking:
    """A document from the hall to Lin, by the carrier's door, the government pays."""
    fields: dict[str, Any] = {
        "order_number": "GP261123-7K3M9QXA",
        "product": "express",
        "sender": make_contact(name="示例市政务服务中心", phone="0558-0000000", address="示例大道100号"),
        "recipient": make_contact(),
        "weight_g": 50,
        "contents": "文件",
        "door": "carrier",
        "payer": "government",
    }
    return Booking(**{**fields, **over})


@dataclass
class HandClock:
    """A clock that stands until it is moved."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Receiver:
    """A platform's two push addresses, /push and /older: keeps what comes, and answers as told by `mood`.

    mood: "take", "refuse" (not acknowledged) or "break" (HTTP 500). `bodies` holds every body that came, also refused ones.
    """

    mood: str = "take"
    bodies: list[bytes] = field(default_factory=list)
    scans: list[ScanSeen] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        body = request.get_data()
        self.bodies.append(body)
        if self.mood == "break":
            return Response(status=500)(environ, start_response)
        respond = self._older if request.path == "/older" else self._push
        return respond(body)(environ, start_response)

    def _push(self, body: bytes) -> Response:
        push = read_push(body, key=KEY, sender_no=SENDER_NO)
        if self.mood == "refuse":
            return Response(json.dumps(push.ack() | {"code": "99999"}), mimetype="application/json")
        self.scans += push.scans
        return Response(json.dumps(push.ack()), mimetype="application/json")

    def _older(self, body: bytes) -> Response:
        push = read_older(body)
        failed = [scan.waybill_no for scan in push.scans] if self.mood == "refuse" else []
        self.scans += [] if failed else push.scans
        kind, answer = push.reply(failed)
        return Response(answer, mimetype=kind)

    @property
    def codes(self) -> list[str]:
        return [scan.code for scan in self.scans]


@dataclass
class Stage:
    """A served sandbox on a hand-moved clock (it moves only by `tick`), its client, and the receiver of its pushes."""

    sandbox: Sandbox
    carrier: EmsCarrier
    receiver: Receiver
    clock: HandClock
    url: str
    http: httpx.Client

    def control(self, **message: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.http.post(f"{self.url}/control", json=message).raise_for_status().json()
        return answer

    def holds(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.http.get(f"{self.url}/control").raise_for_status().json()
        return answer

    def tell(self, waybill: str, *steps: dict[str, Any]) -> None:
        """These events happen now and are pushed."""
        self.control(waybill=waybill, now=list(steps))
        self.sandbox.tick()


def plain_http(read_seconds: float = 10.0) -> httpx.Client:
    """A client for servers of this test: loading certificates would take a tenth of a second each time."""
    return httpx.Client(timeout=read_seconds, trust_env=False, verify=False)  # noqa: S501 - plain HTTP on this machine


@contextmanager
def stage(folder: Path, *, read_seconds: float = 10.0, speed: float = 1.0) -> Iterator[Stage]:
    """A stage for one test; the state file lies in `folder`, so a second stage there finds what the first left."""
    receiver, clock = Receiver(), HandClock()
    with serve(receiver) as platform:
        sandbox = make_app(
            folder / "carrier.sqlite3",
            clock=clock,
            speed=speed,
            callback_url=f"{platform.url}/push",
            older_callback_url=f"{platform.url}/older",
            sender_no=SENDER_NO,
            authorization=AUTHORIZATION,
            sign_key=SIGN_KEY,
        )
        try:
            with serve(sandbox) as served, plain_http(read_seconds) as http:
                carrier = EmsCarrier(make_agreement(served.url), http=http, clock=clock)
                yield Stage(sandbox, carrier, receiver, clock, served.url, http)
                sandbox.stop()
        finally:
            sandbox.close()


def carrier_answering(answers: Callable[[str, Any], bytes]) -> EmsCarrier:
    """A client whose calls are answered by `answers(apiCode, message)` instead of a server."""

    def respond(request: httpx.Request) -> httpx.Response:
        form = dict(httpx.QueryParams(request.content.decode()))
        return httpx.Response(200, content=answers(form["apiCode"], load_json(decrypt(form[FIELD], KEY))))

    http = httpx.Client(transport=httpx.MockTransport(respond))
    return EmsCarrier(make_agreement("https://carrier.example"), http=http, clock=HandClock())
