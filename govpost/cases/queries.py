"""Questions about cases. Every one takes the actor: the applicant sees the own, an office what its roles, region and department cover.

Lists are keyset-paged: `after` is the opaque key that the page before gave. Full identity is read through
`parties.actions.read_identity` only; here names are masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from govpost.cases import clocks, mailing, rules, sealing
from govpost.cases.clocks import Light
from govpost.cases.listing import Order, Page, due_first, newest_first, paged
from govpost.cases.models import AT_WINDOW, WATCHED, Case, CaseOrder, CasePaper, HandoverItem, HandoverList, Parcel, ParcelCase
from govpost.cases.rules import FOR_RESULTS, LOOK, MAY, Address, Channel, Desk, PaperStatus, PaperWay, ResultWay
from govpost.cases.states import BY_ITSELF, DECIDED, UNDER_WAY, State, Verb, allowed
from govpost.catalogue import queries as catalogue
from govpost.common.actor import Actor, within
from govpost.common.clock import shanghai_day
from govpost.common.refusal import NotFound
from govpost.delivery import queries as delivery
from govpost.delivery.rules import Door
from govpost.delivery.states import State as Mail
from govpost.dispatch.reach import Reach, reach
from govpost.parties import queries as parties
from govpost.parties.models import Party
from govpost.parties.roles import Role
from govpost.parties.sealing import number_digest, phone_digest
from govpost.places.queries import halls_by_id
from govpost.profiles import queries as profiles
from govpost.profiles.rules import Settings

PAGE = 50
_UNDER_WAY = [state.value for state in UNDER_WAY]


def visible(actor: Actor) -> QuerySet[Case]:
    """The cases that the actor may know of. Drafts are nobody's but the applicant's and the intake's."""
    if actor.is_system:
        return Case.objects.all()
    if actor.kind == "person":
        return Case.objects.filter(party_id=actor.id) if actor.id else Case.objects.none()
    scope = Q(pk__in=[])
    for grant in actor.grants:
        if grant.role in LOOK:
            scope |= Q(region__within=grant.region) & _bound(grant.role, grant.organisation)
    return Case.objects.filter(scope)


def case(actor: Actor, number: str) -> Case:
    """By its public number; raises `NotFound` when missing or not within the actor's sight."""
    return _one(visible(actor).filter(number=number.strip().upper()))


def draft(actor: Actor, case_id: UUID) -> Case:
    """An own draft by its id."""
    return _one(visible(actor).filter(id=case_id, state=State.DRAFT.value))


def my_cases(actor: Actor, *, after: str = "", limit: int = PAGE) -> Page:
    """The actor's own, newest first, drafts too."""
    if actor.kind != "person":
        return Page([], "")
    return listed(visible(actor), newest_first("created_at"), after, limit)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; an empty field narrows nothing. search: exact case number, phone or identity number."""

    states: tuple[str, ...] = ()
    light: str = ""
    flagged: bool = False
    service_code: str = ""
    department_id: UUID | None = None
    region: str = ""
    search: str = ""


def department_queue(actor: Actor, *, at: datetime, wanted: Filter = Filter(), after: str = "", limit: int = PAGE) -> Page:
    """The cases that an officer's department has in hand, those earliest due first."""
    states = wanted.states or tuple(s.value for s in (State.SUBMITTED, State.CORRECTING, State.ACCEPTED, State.APPROVED, State.REFUSED))
    found = _scoped(actor, MAY["see_department"]).filter(state__in=states)
    return listed(narrow(found, wanted, at), due_first("red_at"), after, limit)


def window_queue(actor: Actor, *, at: datetime, wanted: Filter = Filter(), after: str = "", limit: int = PAGE) -> Page:
    """What a window waits for or holds: papers to receive, papers to give back, results to hand out; oldest first."""
    awaited = [s.value for s in (PaperStatus.EXPECTED, PaperStatus.ON_THE_WAY, PaperStatus.MISSING)]
    to_receive = Exists(CasePaper.objects.filter(case_id=OuterRef("id"), status__in=awaited))  # asked of what may still come
    to_hand_out = Q(state=State.HANDED_OVER.value, result_way=ResultWay.WINDOW.value)
    waited = Q(state__in=[State.SUBMITTED.value, State.CORRECTING.value]) & to_receive
    found = _scoped(actor, MAY["see_window"]).filter(AT_WINDOW).filter(waited | Q(papers_to_return=True) | to_hand_out)
    return listed(narrow(found, wanted, at), due_first("red_at"), after, limit)


def to_hand_over(actor: Actor, desk: Desk) -> list[Case]:
    """Decided results of the officer's department that are on no list yet, for one desk, oldest first."""
    way = ResultWay.DOOR if desk is Desk.STATION else ResultWay.WINDOW
    decided = _scoped(actor, MAY["give_list"]).filter(state__in=[State.APPROVED.value, State.REFUSED.value], result_way=way.value)
    listed = HandoverItem.objects.filter(found=None, papers=None).values("case_id")
    return list(_lines(decided).exclude(id__in=listed).order_by("decided_at", "id"))


def open_lists(actor: Actor, desk: Desk | None = None) -> list[HandoverList]:
    """Lists of results that a desk has not taken over yet: for the desk to count, and for the department to see."""
    found = HandoverList.objects.filter(taken_at=None).select_related("department", "hall").prefetch_related("items__case__service")
    found = found.filter(desk__in=[each.value for each in FOR_RESULTS] if desk is None else [desk.value])
    if not actor.is_system:
        taker = Q(pk__in=[])
        for each in FOR_RESULTS:
            taker |= Q(desk=each.value, region__within_any=actor.regions(MAY[f"hand_over_{each.value}"]))
        giver = Q(department_id__in=actor.organisations(MAY["give_list"]))
        found = found.filter(taker | giver)
    return list(found.order_by("given_at", "id"))


def draft_parcels(actor: Actor) -> list[Parcel]:
    """Parcels that a station may close: at least one of their results is at the desk."""
    ready = ParcelCase.objects.filter(left_at=None, case__state=State.HANDED_OVER.value).values("parcel_id")
    return list(_parcels(actor).filter(closed_at=None, id__in=ready).order_by("created_at", "id"))


def closed_parcels(actor: Actor, *, since: datetime, limit: int = PAGE) -> list[Parcel]:
    """Parcels closed since a moment, newest first."""
    return list(_parcels(actor).filter(closed_at__gte=since).order_by("-closed_at", "-id")[:limit])


def supervised(actor: Actor, *, at: datetime, wanted: Filter = Filter(), after: str = "", limit: int = PAGE) -> Page:
    """The supervision window: every submitted case of the jurisdiction, those earliest due first, mail under way too; then the newest.

    Read-only.
    """
    found = narrow(_scoped(actor, MAY["see_all"]), wanted, at, mail=True)
    return listed(found, due_first("lit_red_at", newest_rest=True), after, limit)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases are under way, of all the lights of those whose term runs, and how many need a person.

    What is over is not counted: it grows with every year, and quality has its figures.
    """

    under_way: int
    lights: dict[Light, int]
    flagged: int


def counts(actor: Actor, *, at: datetime, wanted: Filter = Filter(), right: str = "see_all") -> Counts:
    """The figures of what the actor sees by one right, in one statement: the scope of the list that they open.

    right: "see_all" counts as `supervised` lists, mail under way too; "see_department" as `department_queue`.
    """
    (found,) = counts_by_place(actor, at=at, places=[wanted.region], wanted=wanted, right=right)
    return found


def counts_by_place(
    actor: Actor, *, at: datetime, places: Sequence[str], wanted: Filter = Filter(), right: str = "see_all"
) -> list[Counts]:
    """The same for each of several places (region paths; "" for all the actor sees), in one statement for them all."""
    mail = right == "see_all"
    found = narrow(_scoped(actor, MAY[right]).filter(WATCHED), wanted, at, mail=mail)
    figures = {light.value: Count("region", filter=_light(light, at, mail=mail)) for light in Light}
    rows = found.values("region").annotate(
        under_way=Count("region", filter=Q(state__in=_UNDER_WAY)), flagged=Count("region", filter=Q(flag__gt="")), **figures
    )
    regions: list[dict[str, Any]] = [dict(row) for row in rows]
    return [_counted([row for row in regions if within(str(row["region"]), place)]) for place in places]


def _counted(rows: Sequence[dict[str, Any]]) -> Counts:
    def total(name: str) -> int:
        return sum(row[name] for row in rows)

    return Counts(total("under_way"), {light: total(light.value) for light in Light}, total("flagged"))


def running(region: str) -> int:
    """How many cases of a region are under way: each keeps the profile that it pinned. A number only, for whoever configures."""
    return Case.objects.filter(region__within=region, state__in=_UNDER_WAY).count()


# -- one case --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case as its page shows it. Personal fields are empty for those who only supervise."""

    case: Case
    applicant: str
    light: Light | None
    due_on: date | None
    buttons: tuple[Verb, ...]
    papers: tuple[CasePaper, ...]
    orders: tuple[CaseOrder, ...]
    parcel: Parcel | None
    answers: dict[str, str]
    address: Address | None
    words: sealing.Words | None
    check_code: str


def page(actor: Actor, case: Case, *, at: datetime) -> CasePage:
    """Everything about a case that the actor was given by `case()` or `draft()`."""
    own = actor.kind == "person" and case.party_id == actor.id
    handles = own or actor.is_system or _handles(actor, case)
    said = sealing.said(case) if handles else None
    binding = case.parcels.filter(left_at=None).select_related("parcel").first()
    orders = tuple(case.orders.order_by("placed_at", "id"))
    return CasePage(
        case=case, applicant=case.party.masked_name, light=clocks.light(case.amber_at, case.red_at, at), due_on=due_on(case),
        buttons=buttons(actor, case), papers=tuple(case.papers.order_by("round", "position")), orders=orders,
        parcel=binding.parcel if binding else None, answers=said.answers if said else {},
        address=said.address if said and own else None, words=sealing.words(case) if handles else None,
        check_code=_check_code(case, orders) if own else "",
    )  # fmt: skip


def buttons(actor: Actor, case: Case) -> tuple[Verb, ...]:
    """The verbs that the table allows now and this actor may use; the actions ask again."""
    return tuple(verb for verb in allowed(State(case.state)) if verb not in BY_ITSELF | _BY_LIST and _may(actor, verb, case))


def due_on(case: Case) -> date | None:
    """The last day of the term that runs now."""
    return {
        clocks.ClockKind.ACCEPT.value: case.accept_due_on, clocks.ClockKind.CORRECT.value: case.correction_due_on,
        clocks.ClockKind.DECIDE.value: case.decide_due_on, clocks.ClockKind.DELIVER.value: case.deliver_due_on,
    }.get(case.clock)  # fmt: skip


def collection_reach(case: Case, *, at: datetime) -> Reach | None:
    """The same for the address that the case holds, for pages that may not show it; None while there is none."""
    said = sealing.said(case)
    if said.address is None:
        return None
    settings = profiles.settings_by_pin(case.profile_pin) if case.profile_pin else profiles.settings_for(str(case.region), shanghai_day(at))
    return reach_of(case, said.address, settings, at=at)


def reach_of(case: Case, address: Address, settings: Settings, *, at: datetime) -> Reach:
    """Whether and when a courier fetches the papers of a case at this address."""
    return reach(division=address.division, street=address.street, hall=case.hall.division_id, settings=settings, at=at)


def cases_of_order(order_id: UUID) -> list[Case]:
    """The cases that an order carries something for; for rooms and pages that hold the order already."""
    return list(Case.objects.filter(orders__order_id=order_id).select_related("service").order_by("id"))


# -- how a list is made ------------------------------------------------------------------


def _one(found: QuerySet[Case]) -> Case:
    case = _lines(found).select_related("licence").first()
    if case is None:
        raise NotFound("case")
    return case


def listed(found: QuerySet[Case], order: Order, after: str, limit: int) -> Page:
    """A page with what every line shows. It is cut out of the cases alone: what is joined before, is joined for all of them."""
    page = paged(found, order, after, limit)
    if not page.lines:
        return page
    people = Party.objects.in_bulk({case.party_id for case in page.lines})
    services = catalogue.by_ids(frozenset(case.service_id for case in page.lines))
    departments = parties.by_ids(frozenset(case.department_id for case in page.lines))
    halls = halls_by_id(frozenset(case.hall_id for case in page.lines))
    for case in page.lines:
        case.party, case.service = people[case.party_id], services[case.service_id]
        case.department, case.hall = departments[case.department_id], halls[case.hall_id]
    return page


def _lines(found: QuerySet[Case]) -> QuerySet[Case]:
    """With what every line of a short list shows, in one statement."""
    return found.select_related("service", "party", "department", "hall")


def _bound(role: str, organisation: UUID | None) -> Q:
    """An officer's grant reaches the own department; a program's what it took in and its own department; no drafts of others."""
    submitted = ~Q(state=State.DRAFT.value)
    if role == Role.OFFICER:
        return submitted & (Q(department_id=organisation) if organisation else Q())
    if role == Role.INTEGRATOR:
        own = Q(intake_id=organisation) | (submitted & Q(department_id=organisation))
        return own if organisation else Q(pk__in=[])
    if role == Role.CLERK:  # a draft of one counter is continued at the next
        return submitted | Q(channel=Channel.WINDOW.value)
    return submitted


def _scoped(actor: Actor, roles: Iterable[Role]) -> QuerySet[Case]:
    """What the actor sees by one of these roles only: a person has none."""
    if actor.is_system:
        return Case.objects.all()
    grants = tuple(grant for grant in actor.grants if grant.role in set(roles))
    return visible(Actor(actor.kind, actor.id, actor.label, grants)) if actor.kind != "person" else Case.objects.none()


def narrow(found: QuerySet[Case], wanted: Filter, at: datetime, *, mail: bool = False) -> QuerySet[Case]:
    if wanted.states:
        found = found.filter(state__in=wanted.states)
    if wanted.light:
        found = found.filter(_light(Light(wanted.light), at, mail=mail))
    if wanted.flagged:
        found = found.filter(flag__gt="")
    if wanted.service_code:
        found = found.filter(service__code=wanted.service_code)
    if wanted.department_id:
        found = found.filter(department_id=wanted.department_id)
    if wanted.region:
        found = found.filter(region__within=wanted.region)
    return _search(found, wanted.search) if wanted.search.strip() else found


def _search(found: QuerySet[Case], words: str) -> QuerySet[Case]:
    """Exact numbers only: the case's, here or in the department's system; telephone or identity number (by their blind indexes)."""
    exact = words.strip()
    people = Party.objects.filter(Q(phone_digest=phone_digest(exact)) | Q(id_digest=number_digest(exact)))
    known = Q(number=exact.upper()) | (Q(ref=exact) & ~Q(ref=""))
    return found.filter(known | Q(party_id__in=list(people.values_list("id", flat=True))))  # an index for each, no join


def _light(light: Light, at: datetime, *, mail: bool = False) -> Q:
    """mail: by the light that stands, be it the mail's."""
    amber, red = ("lit_amber_at", "lit_red_at") if mail else ("amber_at", "red_at")
    return {
        Light.RED: Q((f"{red}__lte", at)),
        Light.AMBER: Q((f"{amber}__lt", at), (f"{red}__gt", at)),
        Light.GREEN: Q((f"{amber}__gte", at), (f"{red}__gt", at)),
    }[light]


def _parcels(actor: Actor) -> QuerySet[Parcel]:
    found = Parcel.objects.select_related("party", "hall").prefetch_related("contents__case__service")
    return found if actor.is_system else found.filter(region__within_any=actor.regions(MAY["close_parcel"]))


def _handles(actor: Actor, case: Case) -> bool:
    """Whoever works on the case reads what was applied for; who only looks does not."""
    return any(
        actor.has(role, str(case.region), {Role.OFFICER: case.department_id, Role.INTEGRATOR: case.intake_id}.get(role))
        for role in MAY["see_window"] | MAY["see_department"] | MAY["see_own_intake"]
    )


_RIGHT = {Verb.AMEND: "apply", Verb.SUBMIT: "apply", Verb.RESUBMIT: "apply"}
_BY_LIST = frozenset({Verb.HAND_OVER})  # offered where a list is taken over, not on a case's own page
_OWN = frozenset(
    {Verb.AMEND, Verb.SUBMIT, Verb.RESUBMIT, Verb.WITHDRAW, Verb.CANCEL_COLLECTION, Verb.ORDER_COLLECTION_AGAIN, Verb.CHANGE_RESULT_WAY}
)


def _may(actor: Actor, verb: Verb, case: Case) -> bool:
    if actor.kind == "person":
        return verb in _OWN and case.party_id == actor.id and _sensible(verb, case)
    bound = {Role.OFFICER: case.department_id, Role.INTEGRATOR: case.intake_id}
    may = any(actor.has(role, str(case.region), bound.get(role)) for role in MAY[_RIGHT.get(verb, verb.value)])
    return (may or actor.is_system) and _sensible(verb, case)


def _sensible(verb: Verb, case: Case) -> bool:
    """What the table allows but the case's own facts rule out gets no button."""
    if verb is Verb.CANCEL_COLLECTION:
        return case.paper_way == PaperWay.DOOR and case.papers_received_at is None and mailing.may_stop_collection(case)
    if verb is Verb.ORDER_COLLECTION_AGAIN:
        return case.clock_from_at is None and rules.may_order_again(**mailing.latest_collection(case)).allowed
    if verb is Verb.CHANGE_RESULT_WAY:
        return case.result_way == ResultWay.DOOR and (State(case.state) not in DECIDED or mailing.may_keep_result(case))
    if verb is Verb.REQUEST_CORRECTION:
        return case.correction_requested_at is None and case.clock_from_at is not None
    if verb is Verb.ACCEPT:
        return case.clock_from_at is not None
    if verb is Verb.HAND_OUT:
        return case.result_way == ResultWay.WINDOW
    return True


def _check_code(case: Case, orders: Iterable[CaseOrder]) -> str:
    """The six digits for the courier, shown to the applicant only, while a collection is awaited."""
    waiting = [order for order in orders if order.leg == "papers" and order.heard in ("ordered", "pickup_assigned", "pickup_failed")]
    if not waiting or case.state != State.SUBMITTED:
        return ""
    order = delivery.by_id(waiting[-1].order_id)
    given_up = order.state == Mail.PICKUP_FAILED and order.next_attempt_at is None and order.door == Door.OURS
    return "" if given_up else delivery.check_code_of(order.id)
