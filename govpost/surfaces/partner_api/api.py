"""The promised API, version 1: plural nouns, a transition is a sub-resource POST, cursor pages, problem+json."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from govpost.cases import actions as steps
from govpost.cases import queries as cases
from govpost.cases.models import Case
from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.common.refusal import Refusal, Rejected, Unavailable
from govpost.delivery import actions as delivery
from govpost.delivery import queries as orders
from govpost.surfaces.partner_api import applying, bodies, openapi, placing, scans, shapes
from govpost.surfaces.partner_api.idempotency import has_key, once
from govpost.surfaces.partner_api.reading import read
from govpost.surfaces.partner_api.security import PartnerKey
from govpost.surfaces.shared import errors
from govpost.surfaces.shared.paging import keyset

PAGE = 100


class _Api(NinjaAPI):
    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        schema.setdefault("components", {}).setdefault("schemas", {}).update(openapi.components())
        return schema


api = _Api(
    title="GovPost partner API",
    version="1",
    description="Cases, orders, scans and tracking for departments, carriers and city portals. Times carry their offset; money is in fen.",
    auth=PartnerKey(),
    urls_namespace="partner_api_v1",
    docs_url=None,
    openapi_url=None,  # served by `schema.openapi`: the patterns stand without their own namespace
)


@api.post(
    "/orders", operation_id="place_order", summary="Place one order without a case here", tags=["orders"],
    openapi_extra=openapi.takes(bodies.OrderIn, bodies.PlacedOut, status=201),
)  # fmt: skip
def place_order(request: HttpRequest) -> HttpResponse:
    by = _actor(request)
    body = read(request.body, bodies.OrderIn)
    return once(request, by.key, lambda: (201, placing.place(body, at=now(), by=by)))


@api.get(
    "/orders", operation_id="list_orders", summary="Your orders, newest first", tags=["orders"],
    openapi_extra=openapi.answers(bodies.PageOut),
)  # fmt: skip
def list_orders(request: HttpRequest, cursor: str = "", ref: str = "", state: str = "") -> HttpResponse:
    wanted = {name: value for name, value in (("ref", ref), ("state", state)) if value}
    page = keyset(orders.visible(_actor(request)).filter(**wanted), ("-placed_at", "-id"), cursor, PAGE)
    return _json(bodies.PageOut([shapes.order_out(order) for order in page.items], page.older))


@api.get(
    "/orders/{number}", operation_id="get_order", summary="One order, people masked", tags=["orders"],
    openapi_extra=openapi.answers(bodies.OrderOut),
)  # fmt: skip
def get_order(request: HttpRequest, number: str) -> HttpResponse:
    return _json(shapes.order_out(orders.order(_actor(request), number)))


@api.get(
    "/orders/{number}/tracking", operation_id="get_tracking", summary="Where it is, voided events included", tags=["orders"],
    openapi_extra=openapi.answers(bodies.TrackingOut),
)  # fmt: skip
def get_tracking(request: HttpRequest, number: str) -> HttpResponse:
    return _json(shapes.tracking_out(orders.order(_actor(request), number, columns=orders.TRACKED)))


@api.post(
    "/orders/{number}/cancellation", operation_id="cancel_order", summary="Cancel before collection", tags=["orders"],
    openapi_extra=openapi.takes(bodies.CancelIn, bodies.OrderOut),
)  # fmt: skip
def cancel_order(request: HttpRequest, number: str) -> HttpResponse:
    by = _actor(request)
    body = read(request.body, bodies.CancelIn)

    def work() -> tuple[int, bodies.OrderOut]:
        order = orders.order(by, number)
        delivery.cancel_order(order_id=order.id, reason=body.reason, at=now(), by=by)
        return 200, shapes.order_out(orders.by_id(order.id))

    return once(request, by.key, work)


@api.get(
    "/cases", operation_id="list_cases", summary="Cases of your department or taken in by you, newest first", tags=["cases"],
    openapi_extra=openapi.answers(bodies.PageOut),
)  # fmt: skip
def list_cases(request: HttpRequest, cursor: str = "", state: str = "") -> HttpResponse:
    found = cases.visible(_actor(request)).exclude(number=None).select_related("service")
    page = keyset(found.filter(state=state) if state else found, ("-created_at", "-id"), cursor, PAGE)
    return _json(bodies.PageOut([shapes.case_out(case, now()) for case in page.items], page.older))


@api.get(
    "/cases/{number}", operation_id="get_case", summary="One case with its clocks", tags=["cases"],
    openapi_extra=openapi.answers(bodies.CaseOut),
)  # fmt: skip
def get_case(request: HttpRequest, number: str) -> HttpResponse:
    return _json(shapes.case_out(cases.case(_actor(request), number), now()))


@api.post(
    "/cases", operation_id="apply", summary="Apply for somebody whom your platform has signed in", tags=["cases"],
    openapi_extra=openapi.takes(bodies.ApplicationIn, bodies.CaseOut, status=201),
)  # fmt: skip
def apply(request: HttpRequest) -> HttpResponse:
    by, at = _actor(request), now()
    body = read(request.body, bodies.ApplicationIn)
    applying.prepare(by, body, at)
    return once(request, by.key, lambda: (201, shapes.case_out(applying.apply(by, body, at), at)))


@api.get(
    "/cases/{number}/timeline", operation_id="get_timeline", summary="What happened to a case and its mail, and whose turn it is",
    tags=["cases"], openapi_extra=openapi.answers(bodies.StoryOut),
)  # fmt: skip
def get_timeline(request: HttpRequest, number: str) -> HttpResponse:
    return _json(applying.story(_actor(request), number))


@api.post(
    "/cases/{number}/correction", operation_id="correct_case", summary="Answer the request for corrections", tags=["cases"],
    openapi_extra=openapi.takes(bodies.CorrectionIn, bodies.CaseOut),
)  # fmt: skip
def correct_case(request: HttpRequest, number: str) -> HttpResponse:
    body = read(request.body, bodies.CorrectionIn)
    return _step(request, number, lambda by, at: applying.correct(by, number, body, at))


@api.post(
    "/cases/{number}/withdrawal", operation_id="withdraw_case", summary="Take the application back before the decision", tags=["cases"],
    openapi_extra=openapi.moves(bodies.CaseOut),
)  # fmt: skip
def withdraw_case(request: HttpRequest, number: str) -> HttpResponse:
    return _step(request, number, lambda by, at: steps.withdraw(case_id=cases.case(by, number).id, at=at, by=by))


@api.post(
    "/cases/{number}/collection-cancellation", operation_id="cancel_collection", summary="No courier: the papers are brought",
    tags=["cases"], openapi_extra=openapi.moves(bodies.CaseOut),
)  # fmt: skip
def cancel_collection(request: HttpRequest, number: str) -> HttpResponse:
    return _step(request, number, lambda by, at: steps.cancel_collection(case_id=cases.case(by, number).id, at=at, by=by))


@api.post(
    "/cases/{number}/result-fetching", operation_id="fetch_result", summary="The result is fetched instead of delivered",
    tags=["cases"], openapi_extra=openapi.moves(bodies.CaseOut),
)  # fmt: skip
def fetch_result(request: HttpRequest, number: str) -> HttpResponse:
    return _step(request, number, lambda by, at: steps.change_result_way(case_id=cases.case(by, number).id, at=at, by=by))


def _step(request: HttpRequest, number: str, work: Callable[[Actor, datetime], Case]) -> HttpResponse:
    """One further step of a case, once for each key; the answer is the case as it stands then."""
    by, at = _actor(request), now()
    return once(request, by.key, lambda: (200, shapes.case_out(work(by, at), at)))


@api.get(
    "/services", operation_id="list_services", summary="Items of your region that may be applied for here", tags=["services"],
    openapi_extra=openapi.answers(bodies.ServicesOut),
)  # fmt: skip
def list_services(request: HttpRequest) -> HttpResponse:
    return _json(bodies.ServicesOut(applying.services(_actor(request), now())))


@api.get(
    "/services/{code}", operation_id="get_service", summary="Papers, terms, ways, who pays and why, the notice", tags=["services"],
    openapi_extra=openapi.answers(bodies.GuideOut),
)  # fmt: skip
def get_service(request: HttpRequest, code: str) -> HttpResponse:
    return _json(applying.guide(_actor(request), code, now()))


@api.post(
    "/services/{code}/windows", operation_id="ask_windows", summary="Whether and when a courier fetches the papers somewhere",
    tags=["services"], openapi_extra=openapi.asks(bodies.PlaceIn, bodies.ReachOut),
)  # fmt: skip
def ask_windows(request: HttpRequest, code: str) -> HttpResponse:
    # A question; its body keeps the address out of the URL.
    return _json(applying.windows(_actor(request), code, read(request.body, bodies.PlaceIn), now()))


@api.post(
    "/scans", operation_id="record_scans", summary="Events in batches of up to 5,000, one result per row", tags=["scans"],
    openapi_extra=openapi.takes(bodies.ScansIn, bodies.ScansOut, key=False),
)  # fmt: skip
def record_scans(request: HttpRequest) -> HttpResponse:
    # Each event has an identity of its own, so a repeated batch is harmless with or without a key; with one, a caller that
    # lost the answer gets its rows' results again.
    by = _actor(request)
    body = read(request.body, bodies.ScansIn)
    if not has_key(request):
        return _json(scans.record(body, at=now(), by=by))
    return once(request, by.key, lambda: (200, scans.record(body, at=now(), by=by)))


def _actor(request: HttpRequest) -> Actor:
    found: Actor = request.auth  # type: ignore[attr-defined]
    return found


def _json(value: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(value), status=status, content_type="application/json")


@api.exception_handler(Refusal)
@api.exception_handler(Unavailable)
@api.exception_handler(Rejected)
def _anticipated(request: HttpRequest, error: Any) -> HttpResponse:
    return errors.problem(error)


@api.exception_handler(AuthenticationError)
def _no_key(request: HttpRequest, error: Any) -> HttpResponse:
    sentence = _("Send your key in the header “Authorization: Bearer …”. Keys are made by the administrator.")
    return errors.problem_answer(401, sentence, code="unauthenticated")


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    remedy = _("%(what)s. Correct this field and send the request again.")
    fields = [{"field": ".".join(map(str, each["loc"][1:])), "detail": remedy % {"what": each["msg"]}} for each in error.errors]
    return errors.problem_answer(422, _("Some entries need another look."), code="invalid", errors=fields)
