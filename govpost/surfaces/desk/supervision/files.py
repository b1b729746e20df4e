"""What the supervision window lists, as files: the same rows in the same order, as far as a spreadsheet takes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from govpost.cases.models import Case
from govpost.surfaces.desk import telling
from govpost.surfaces.desk.words import case_word, local, own_reference, word_of
from govpost.surfaces.shared.access import ActorRequest
from govpost.surfaces.shared.csvout import csv_response
from govpost.surfaces.shared.words import LIGHTS, state_word

MOST = 10_000


def cases_file(request: ActorRequest, found: list[tuple[Case, Any, Any]]) -> StreamingHttpResponse:
    """Cases with the light of their term and its last day; applicants stay masked."""
    header = [_("Number"), _("Service item"), _("Department"), _("Applicant"), _("State"), _("Whose turn"), _("Term"), _("Last day")]
    return csv_response("cases", header, _cases(request, found))


def _cases(request: ActorRequest, found: list[tuple[Case, Any, Any]]) -> Iterator[tuple[Any, ...]]:
    turns = telling.turns_of(request.actor, [case for case, _light, _due in found])
    for case, light, due_on in found:
        turn = turns[case.id]
        yield (
            case.number, local(case.service, "name"), local(case.department, "name"), case.party.masked_name, case_word(case),
            "" if turn.done else turn.who, _(LIGHTS[light.value]) if light else "", due_on,
        )  # fmt: skip


def mail_file(rows: Iterable[Any]) -> StreamingHttpResponse:
    """Mail with the light of the promise that runs, and until when."""
    header = [
        _("Number"), _("Waybill"), _("What it carries"), _("Reference"), _("From"), _("To"), _("Ordered at"), _("State"), _("Promise"),
        _("Promised by"),
    ]  # fmt: skip
    lines = (
        (
            row.order.number, row.order.waybill_no, word_of(row.order.direction, "leg"), own_reference(row.order.ref), *row.way,
            row.order.placed_at, _(state_word("mail", row.order.state).msgid), _(LIGHTS[row.light]) if row.light else "", row.due_at,
        )
        for row in rows
    )  # fmt: skip
    return csv_response("mail", header, lines)
