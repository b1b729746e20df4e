"""Cases and time: what is held for a dispute, and what is erased when its period is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from govpost.cases.models import Case, CaseOrder, CasePaper
from govpost.cases.rules import MAY, PaperStatus
from govpost.cases.sealing import Said, Words, put_said, put_words
from govpost.cases.states import FINAL, State
from govpost.common.actor import Actor, permit
from govpost.common.refusal import InvalidInput, NotFound
from govpost.common.text import Text
from govpost.delivery.models import Order
from govpost.parties import queries as parties
from govpost.parties.models import Organisation
from govpost.places.models import Division
from govpost.retention import actions as retention
from govpost.retention.models import Hold
from govpost.retention.queries import Held
from govpost.retention.rules import HoldOn, Kind


@transaction.atomic
def hold(*, on: str, value: str, why: str, at: datetime, by: Actor) -> Hold:
    """Keep an order or case (by number), an organisation's mail (by code) or a region's (by path; "" is the whole country).

    A held case keeps its mail and messages too. Released by `retention.actions.release`.
    """
    value = value.strip()
    organisation = _organisation(value) if on == HoldOn.ORGANISATION else None
    if organisation:
        region = str(organisation.region)
    elif on == HoldOn.REGION:
        region = _known(value)
    else:
        value = value.upper()
        region = _region_of(on, value)
    permit(by, "hold", MAY["hold"], region=region)
    return retention.keep(
        on=on, value=value, region=region, organisation_id=organisation.id if organisation else None, why=why, at=at, by=by
    )  # fmt: skip


def _organisation(code: str) -> Organisation:
    try:
        return parties.organisation_by_code(code)
    except NotFound:
        raise InvalidInput({"value": Text("No organisation has this code.")}) from None


def _known(region: str) -> str:
    if region and not Division.objects.filter(region=region).exists():
        raise InvalidInput({"region": Text("Choose a region from the list.")})
    return region


def _region_of(on: str, number: str) -> str:
    tables: dict[str, QuerySet[Any]] = {HoldOn.ORDER: Order.objects.all(), HoldOn.CASE: Case.objects.all()}
    if on not in tables:
        raise InvalidInput({"on": Text("Hold an order, a case, an organisation or a region.")})
    region = tables[on].filter(number=number).values_list("region", flat=True).first()
    if region is None:
        raise NotFound(on)
    return str(region)


def ended(before: datetime) -> QuerySet[Case]:
    """Cases that ended before a moment and still hold what the applicant and the officer said."""
    return (
        Case.objects.filter(state__in=[state.value for state in FINAL], forgotten_at=None)
        .annotate(over_at=Coalesce("closed_at", "ended_at"))
        .filter(over_at__lt=before)
    )


def free(found: QuerySet[Case], held: Held) -> QuerySet[Case]:
    """Without what is held, what waits for a person, and ended cases whose papers are still here to be sent back."""
    papers_here = CasePaper.objects.filter(status=PaperStatus.RECEIVED.value).exclude(case__state=State.CLOSED.value).values("case_id")
    return (
        found.filter(flag="")
        .exclude(number__in=held.cases)
        .exclude(department_id__in=held.organisations)
        .exclude(region__within_any=held.regions)
        .exclude(id__in=papers_here)
    )


@transaction.atomic
def forget(*, before: datetime, held: Held, after: UUID | None, limit: int, run_id: UUID, at: datetime, by: Actor) -> UUID | None:
    """Erase the words of the next `limit` ended cases behind the id `after`; number, states, terms and licence stay."""
    permit(by, "forget", MAY["forget"])
    found = free(ended(before), held)
    ids = (found.filter(id__gt=after) if after else found).order_by("id").values_list("id", flat=True)[:limit]
    rows = list(Case.objects.select_for_update(skip_locked=True).filter(id__in=list(ids)).order_by("id"))
    for case in rows:
        put_said(case, Said())
        put_words(case, Words())
        case.forgotten_at = at
    Case.objects.bulk_update(rows, ["sealed", "words", "forgotten_at"], batch_size=500)
    retention.note_erased(run_id=run_id, kind=Kind.APPLICATIONS, table="cases_case", ids=[c.id for c in rows], at=at, by=by)
    return rows[-1].id if rows else None


def abandoned(before: datetime) -> QuerySet[Case]:
    return Case.objects.filter(state=State.DRAFT.value, created_at__lt=before)


@transaction.atomic
def drop_drafts(*, before: datetime, held: Held, limit: int, run_id: UUID, at: datetime, by: Actor) -> int:
    """Delete the next `limit` drafts that nobody submitted; returns how many."""
    permit(by, "forget", MAY["forget"])
    found = abandoned(before).exclude(region__within_any=held.regions).filter(Q(orders=None)).order_by("id")
    rows = list(Case.objects.select_for_update(skip_locked=True).filter(id__in=list(found.values_list("id", flat=True)[:limit])))
    ids = sorted(case.id for case in rows)
    CasePaper.objects.filter(case_id__in=ids).delete()
    Case.objects.filter(id__in=ids).delete()
    retention.note_erased(run_id=run_id, kind=Kind.DRAFTS, table="cases_case", ids=ids, at=at, by=by)
    return len(ids)


def orders_needed(held: Held) -> set[UUID]:
    """Mail whose address a running or held case still needs, however long ago that mail itself ended."""
    needs = ~Q(case__state__in=[state.value for state in FINAL]) | ~Q(case__flag="") | Q(case__number__in=held.cases)
    return set(CaseOrder.objects.filter(needs).values_list("order_id", flat=True))


def subjects_held(held: Held) -> list[str]:
    """Subjects of facts and messages about held cases and their mail."""
    cases = list(Case.objects.filter(number__in=held.cases).values_list("id", flat=True))
    orders = set(CaseOrder.objects.filter(case_id__in=cases).values_list("order_id", flat=True))
    orders |= set(Order.objects.filter(Q(number__in=held.orders) | Q(organisation_id__in=held.organisations)).values_list("id", flat=True))
    return [f"case:{each}" for each in cases] + [f"order:{each}" for each in orders]
