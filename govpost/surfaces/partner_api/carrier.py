"""The door at which the carrier pushes: open the envelope, store every event in one transaction, then acknowledge.

Whoever holds the agreement's key can push; the older push has no envelope of its own, so its address carries a token that is
derived from that key. An acknowledgement is sent only after the commit: what was acknowledged is never lost, and neither is a row that
nobody can read. Only an envelope that does not open is sent again.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.common.refusal import NotFound, Unavailable
from govpost.delivery import actions as delivery
from govpost.delivery.ports import ScanSeen
from govpost.gateways.ems.client import agreement_from_settings
from govpost.gateways.ems.older import read_older, refuse_older
from govpost.gateways.ems.parse import BadRow
from govpost.gateways.ems.push import read_push, refuse
from govpost.gateways.ems.wire import BadMessage
from govpost.surfaces.shared.access import PARTNER, audience

CARRIER = Actor.system("EMS")


def push_token(sign_key: str) -> str:
    """The secret part of the older push's address; `govpost doctor` shows the whole address."""
    return hmac.new(sign_key.encode(), b"older push", hashlib.sha256).hexdigest()[:32]


@csrf_exempt
@require_POST
@audience(PARTNER)
def push(request: HttpRequest) -> HttpResponse:
    """040002, form-encoded, SM4: one push, one acknowledgement."""
    agreement = agreement_from_settings()
    try:
        found = read_push(request.body, key=agreement.key(), sender_no=agreement.sender_no, deliver_codes=agreement.deliver_codes)
    except BadMessage as error:
        return JsonResponse(refuse(error, sender_no=agreement.sender_no))
    _keep(found.scans, found.bad)
    return HttpResponse(msgspec.json.encode(found.ack()), content_type="application/json")


@csrf_exempt
@require_POST
@audience(PARTNER)
def older_push(request: HttpRequest, token: str) -> HttpResponse:
    """The 2013–2018 push, XML or JSON: returns and voided events come only here."""
    sign_key = settings.GOVPOST_EMS_SIGN_KEY
    if not sign_key:
        raise Unavailable("The carrier is not configured: set GOVPOST_EMS_SIGN_KEY.")
    if not hmac.compare_digest(token, push_token(sign_key)):
        raise NotFound("carrier")
    try:
        found = read_older(request.body)
    except BadMessage as error:
        kind, body = refuse_older(error, request.body)
        return HttpResponse(body, content_type=kind)
    _keep(found.scans, found.bad)
    kind, body = found.reply()
    return HttpResponse(body, content_type=kind)


def _keep(scans: Sequence[ScanSeen], bad: Sequence[BadRow]) -> None:
    """The readable rows first: nothing about the others may cost one of them."""
    at = now()
    delivery.record_scans(scans, at=at, by=CARRIER)
    delivery.keep_unreadable([(row.mail, row.field, row.raw) for row in bad], at=at, by=CARRIER)
