"""One case as every page of the desk shows it: turn, facts, terms with their basis, papers, mail, story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import ngettext

from govpost.cases import clocks
from govpost.cases import queries as cases
from govpost.cases.clocks import ClockKind, ItemTerms, Light, Term
from govpost.cases.models import Case, CaseOrder
from govpost.cases.queries import CasePage
from govpost.catalogue.models import Service
from govpost.common.actor import Actor
from govpost.common.clock import now, shanghai_day
from govpost.common.text import Text
from govpost.delivery import queries as delivery
from govpost.delivery.models import Order
from govpost.parties.roles import Role
from govpost.surfaces.desk import telling


@dataclass(frozen=True, slots=True)
class TermRow:
    """One term that has begun. `light` is set while it runs, `met_on` once it was met, `kept` tells whether in time."""

    clock: str
    length: str
    basis: str
    since: datetime | None
    due_on: date
    light: str = ""
    met_on: date | None = None
    kept: bool = True
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Leg:
    """One mail of a case; the order is None only while the mail room has not written it yet."""

    link: CaseOrder
    order: Order | None


def case_file(actor: Actor, case: Case) -> dict[str, Any]:
    """The context of the shared fragments `desk/_case_*.html`."""
    at = now()
    page = cases.page(actor, case, at=at)
    return {
        "case": case, "page": page, "service": case.service, "turn": telling.turn_of(actor, case), "light": page.light or "",
        "lines": telling.story(actor, case), "terms": terms(case, page.light), "legs": _legs(page), "payers": payers_of(case),
        "may_reveal": may_reveal(actor, case), "lists": [item.handover_list for item in _listed(case)],
    }  # fmt: skip


def may_reveal(actor: Actor, case: Case) -> bool:
    """Whoever works on the case at a desk may ask for the full data; who only supervises may not."""
    region = str(case.region)
    return actor.has(Role.OFFICER, region, case.department_id) or actor.has(Role.CLERK, region) or actor.has(Role.STATION, region)


def payers_of(case: Case) -> list[dict[str, Any]]:
    """Who pays the ways that are used, with reason and basis, as pinned at submission; ways with the same answer together."""
    used = {"papers": case.paper_way == "door", "result": case.result_way == "door"}
    found: list[dict[str, Any]] = []
    for leg, kept in sorted(case.payers.items()):
        same = next((each for each in found if each["kept"] == kept), None)
        if same and used.get(leg):
            same["legs"].append(leg)
        elif used.get(leg):
            found.append({"legs": [leg], "kept": kept, **kept, "reason": Text.from_json(kept["reason"])})
    return found


def terms(case: Case, light: Light | None) -> list[TermRow]:
    """In the order in which they run; a term that never began is left out."""
    item = _item_terms(case.service)
    answered = case.correction_requested_at or case.accepted_at
    rows: tuple[tuple[ClockKind, Term | None, datetime | None, date | None, datetime | None], ...] = (
        (ClockKind.ACCEPT, clocks.accept_term(item), case.clock_from_at, case.accept_due_on,
         case.accepted_at if case.resubmitted_at else answered),
        (ClockKind.CORRECT, None, case.correction_requested_at, case.correction_due_on, case.resubmitted_at),
        (ClockKind.DECIDE, clocks.decide_term(item), case.accepted_at, case.decide_due_on, case.decided_at),
        (ClockKind.DELIVER, clocks.deliver_term(item), case.decided_at, case.deliver_due_on, case.closed_at),
    )  # fmt: skip
    return [_row(case, kind, term, since, due_on, met_at, light) for kind, term, since, due_on, met_at in rows if due_on is not None]


def _row(
    case: Case, kind: ClockKind, term: Term | None, since: datetime | None, due_on: date, met_at: datetime | None, light: Light | None
) -> TermRow:
    length, basis = (_length(term), term.basis) if term else ("", "")
    if case.clock == kind:
        shown = light.value if light else "none"
        return TermRow(kind.value, length, basis, since, due_on, light=shown, confirmed=case.due_confirmed)
    met_on = shanghai_day(met_at) if met_at else None
    return TermRow(kind.value, length, basis, since, due_on, met_on=met_on, kept=met_on is None or met_on <= due_on)


def _length(term: Term) -> str:
    if term.unit == "working":
        return ngettext("%(n)s working day", "%(n)s working days", term.days) % {"n": term.days}
    return ngettext("%(n)s calendar day", "%(n)s calendar days", term.days) % {"n": term.days}


def _item_terms(service: Service) -> ItemTerms:
    return ItemTerms(
        service.item_type, service.accept_days, service.decide_days, service.decide_unit, service.decide_basis, service.deliver_days
    )


def _legs(page: CasePage) -> list[Leg]:
    orders = delivery.by_ids([link.order_id for link in page.orders])
    return [Leg(link, orders.get(link.order_id)) for link in page.orders]


def _listed(case: Case) -> Any:
    return case.handovers.select_related("handover_list").order_by("handover_list__given_at")
