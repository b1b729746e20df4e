"""Speaks to the carrier: books, cancels, asks, and opens its pushes. There is never a default address.

Time-outs, connection failures, HTTP errors and system codes are `Unavailable`; a business refusal is `Rejected` with the
carrier's own code and words. What leaves is name, phone, address, weight, the slip's contents (文件) and our opaque order
number. Live service not reached: the sandbox is what this was tried against.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog

from govpost.common.clock import now
from govpost.common.money import to_fen
from govpost.common.refusal import Problem, Rejected, Unavailable
from govpost.delivery.ports import Booked, Booking, Label, NoTrack, Postage, RangeAnswer, RangePlace, ScanSeen, Serves
from govpost.gateways.ems import booking, codes, older, push
from govpost.gateways.ems.label import read_label
from govpost.gateways.ems.parse import read_items
from govpost.gateways.ems.wire import Answer, BadMessage, SignKey, dump_json, nothing_known, read_answer, request_form

ORDER, CANCEL, LABEL, RANGE, TRACK, POSTAGE = "020003", "020006", "010004", "030005", "040001", "050001"
TIMEOUT = httpx.Timeout(10.0, connect=3.0)
WHILE_SOMEBODY_WAITS = httpx.Timeout(2.0, connect=1.0)
NOBODYS_MAIL = "0000000000000"
NOT_THERE = "查无"  # in the words of a refused cancellation: there is nothing to withdraw
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How this installation is known to the carrier; every field comes from the agreement."""

    url: str
    sender_no: str
    authorization: str
    sign_key: str
    deliver_codes: Mapping[str, str]

    def missing(self) -> list[str]:
        """Names of the settings that are empty."""
        names = ("url", "sender_no", "authorization", "sign_key")
        return [f"GOVPOST_EMS_{name.upper()}" for name in names if not getattr(self, name)]

    def key(self) -> SignKey:
        """Raises `Unavailable` where the agreement is not configured: that mends itself once somebody does."""
        if missing := self.missing():
            raise Unavailable(f"The carrier is not configured: set {', '.join(missing)}.")
        try:
            return SignKey.parse(self.sign_key)
        except ValueError as error:
            raise Unavailable(f"GOVPOST_EMS_SIGN_KEY: {error}") from error


def agreement_from_settings() -> Agreement:
    """Read Django's settings, at call time so that importing this module needs none."""
    from django.conf import settings

    return Agreement(
        url=settings.GOVPOST_EMS_URL,
        sender_no=settings.GOVPOST_EMS_SENDER_NO,
        authorization=settings.GOVPOST_EMS_AUTHORIZATION,
        sign_key=settings.GOVPOST_EMS_SIGN_KEY,
        deliver_codes=getattr(settings, "GOVPOST_EMS_DELIVER_CODES", codes.DELIVER_CODES),
    )


class EmsCarrier:
    """The port `delivery.carrier` over the agreement customers' platform."""

    def __init__(
        self, agreement: Agreement | None = None, *, http: httpx.Client | None = None, clock: Callable[[], datetime] = now
    ) -> None:
        self._given = agreement
        self._http = http
        self._clock = clock

    def book(self, order: Booking) -> Booked:
        answer = self._call(ORDER, [booking.order_object(order, sender_no=self._agreement.sender_no, at=self._clock())])
        waybill_no = answer.field("waybillNo")
        if not waybill_no:
            raise Unavailable("The carrier took the order but named no waybill; ask again with the same order number.")
        return Booked(waybill_no, _routing(answer))

    def cancel(self, order_number: str, waybill_no: str, reason: str) -> None:
        try:
            self._call(CANCEL, {"logisticsOrderNo": order_number, "waybillNo": waybill_no, "cancelReason": reason})
        except Rejected as error:
            if NOT_THERE not in error.sentence:
                raise

    def track(self, waybill_no: str) -> list[ScanSeen]:
        answer = self._ask_track(waybill_no)
        items = answer.body.get("responseItems") if isinstance(answer.body, dict) else None
        if nothing_known(answer.message) or not items:
            raise NoTrack("no_track", answer.message or "The carrier knows no event of this mail.")
        try:
            reading = read_items(items, waybill_no=waybill_no, deliver_codes=self._agreement.deliver_codes)
        except BadMessage as error:
            raise Unavailable(f"The carrier's track cannot be read: {error.words}") from error
        for row in reading.bad:
            _log.warning("ems.track.unreadable_row", waybill_no=waybill_no, row=row.position, field=row.field)
        if not reading.scans:
            raise Unavailable(f"No event of the carrier's track can be read: {reading.bad[0].words}")
        return reading.scans

    def _ask_track(self, waybill_no: str) -> Answer:
        try:
            return self._call(TRACK, {"waybillNo": waybill_no, "direction": "0"})
        except Rejected as error:
            if nothing_known(error.sentence):
                raise NoTrack(error.code, error.sentence) from error
            raise

    def postage(self, order_number: str, waybill_no: str) -> Postage:
        answer = self._call(POSTAGE, {"logisticsOrderNo": order_number, "waybillNo": waybill_no})
        total, weight = _number(answer, "postageTotal"), _number(answer, "realWeight")
        if total is None or weight is None or not weight:
            raise Unavailable("The carrier has not weighed this item yet.")
        return Postage(to_fen(total), int(weight))

    def range_check(self, place: RangePlace, product: str) -> RangeAnswer:
        question = booking.range_question(place, product, sender_no=self._agreement.sender_no)
        status = self._call(RANGE, question, timeout=WHILE_SOMEBODY_WAITS).field("status")
        if not status or status == codes.RANGE_FAILED:
            raise Unavailable("The carrier's range check failed.")
        return RangeAnswer(codes.SERVES.get(status, Serves.UNCLEAR), status, codes.RANGE.get(status, codes.RANGE_UNKNOWN))

    def label(self, waybill_no: str, template: str = "179", *, as_url: bool = False) -> Label:
        """The carrier's own label (010004): template 129, 149 or 179. Raises like the other calls."""
        message = {"waybillNo": waybill_no, "type": template, "getURL": "1" if as_url else "0", "isReturn": "0"}
        return read_label(waybill_no, self._call(LABEL, message).body)

    def receive_push(self, body: bytes) -> push.Push:
        """Open a push 040002. Raises `BadMessage`; `Unavailable` where the agreement is not configured."""
        agreement = self._agreement
        return push.read_push(body, key=agreement.key(), sender_no=agreement.sender_no, deliver_codes=agreement.deliver_codes)

    def receive_older(self, body: bytes) -> older.OlderPush:
        """Open an older push. It carries no signature: the caller has made sure who is speaking. Raises `BadMessage`."""
        return older.read_older(body)

    def check(self) -> list[Problem]:
        problems = _configuration(self._agreement)
        return problems if any(problem.level == "error" for problem in problems) else problems + self._reach()

    def _reach(self) -> list[Problem]:
        """Ask for a mail that nobody has: it changes nothing and shows address, authorization and key."""
        try:
            self.track(NOBODYS_MAIL)
        except NoTrack:
            return []
        except Unavailable as error:
            return [Problem("error", f"The carrier does not answer: {error}", "Check GOVPOST_EMS_URL and the network.")]
        except Rejected as error:
            remedy = "Compare GOVPOST_EMS_SENDER_NO, _AUTHORIZATION and _SIGN_KEY with the agreement."
            return [Problem("error", f"The carrier refuses us: {error.code} {error.sentence}", remedy)]
        return []

    @property
    def _agreement(self) -> Agreement:
        if self._given is None:
            self._given = agreement_from_settings()
        return self._given

    def _call(self, api_code: str, message: Any, *, timeout: httpx.Timeout | None = None) -> Answer:
        agreement = self._agreement
        form = request_form(
            api_code=api_code,
            message=message,
            sender_no=agreement.sender_no,
            authorization=agreement.authorization,
            key=agreement.key(),
            at=self._clock(),
        )
        return read_answer(_post(self._http or _client(_is_local(agreement.url)), agreement.url, form, timeout))


def _post(http: httpx.Client, url: str, form: Mapping[str, str], timeout: httpx.Timeout | None) -> bytes:
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    try:
        response = http.post(url, data=form, headers=headers, timeout=timeout or http.timeout)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # The error's own text may hold the address; its kind says enough.
        raise Unavailable(f"No answer from the carrier ({type(error).__name__}).") from error
    if response.status_code != 200:
        raise Unavailable(f"The carrier answered HTTP {response.status_code}.")
    return response.content


@cache
def _client(local: bool) -> httpx.Client:
    """One pool of connections for the process; a proxy of the environment never stands between us and this machine."""
    return httpx.Client(timeout=TIMEOUT, trust_env=not local, follow_redirects=False)


def _is_local(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _configuration(agreement: Agreement) -> list[Problem]:
    remedy = "The agreement with the carrier names it; there is no default."
    problems = [Problem("error", f"{name} is not set.", remedy) for name in agreement.missing()]
    if agreement.sign_key:
        try:
            SignKey.parse(agreement.sign_key)
        except ValueError as error:
            problems.append(Problem("error", f"GOVPOST_EMS_SIGN_KEY: {error}", "Copy the key again."))
    if agreement.url and not agreement.url.startswith("https://") and not _is_local(agreement.url):
        sentence = "GOVPOST_EMS_URL is not https: names and addresses would travel readable."
        problems.append(Problem("error", sentence, "Use the carrier's https address."))
    return problems


def _routing(answer: Answer) -> str:
    """The sorting code for the label. Its field name is not certain: whatever else came is kept whole."""
    rest = {name: value for name, value in answer.body.items() if name != "waybillNo" and value not in ("", None)}
    return answer.field("routeCode") or (dump_json(rest) if rest else "")


def _number(answer: Answer, name: str) -> Decimal | None:
    try:
        value = Decimal(answer.field(name))
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value < 10**9 else None
