"""Which legal holds cover a case or a mail: its own, its case's or organisation's, and those of the regions it lies in."""

from __future__ import annotations

from django.db.models import Q

from govpost.cases.models import Case, CaseOrder
from govpost.delivery.models import Order
from govpost.retention.queries import ancestors
from govpost.retention.rules import HoldOn


def covering(number: str) -> Q:
    """Narrows holds to those that keep what has this number; an organisation's code finds that organisation's."""
    number = number.strip()
    order, case = Order.objects.filter(number=number.upper()).first(), Case.objects.filter(number=number.upper()).first()
    wanted = Q(value__iexact=number)
    if order:
        carried = CaseOrder.objects.filter(order_id=order.id).values("case__number")
        wanted |= Q(on=HoldOn.CASE.value, value__in=carried) | Q(organisation_id=order.organisation_id) | _above(str(order.region))
    if case:
        wanted |= Q(organisation_id=case.department_id) | _above(str(case.region))
    return wanted


def _above(region: str) -> Q:
    return Q(on=HoldOn.REGION.value, value__in=ancestors(region))
