"""`govpost export orders|scans|cases FILE`: row by row into the tables that `govpost import` reads back, masked unless a cause is given.

With personal data the journal says who took what out and why before the first row leaves.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govpost.ops import saying

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from govpost.cases.models import Case
    from govpost.delivery.models import Order

CHUNK = 1_000
ENDINGS = (".csv", ".xlsx", ".ndjson")
ORDERS = (
    "ref", "name", "phone", "division", "address", "postcode", "item", "contents", "weight_g", "placed_at", "promised_at",
    "collect_due_at", "waybill_no", "number", "direction", "state", "state_at",
)  # fmt: skip
SCANS = (
    "number", "kind", "occurred_at", "code", "place_code", "place_name", "signer", "reason", "cause", "note", "effect", "source",
    "known_at",
)  # fmt: skip
CASES = (
    "ref", "item", "department", "applicant", "id_type", "id_number", "phone", "state", "channel", "paper_way", "result_way",
    "submitted_at", "papers_received_at", "correction_requested_at", "correction_due_on", "resubmitted_at", "accepted_at", "decided_at",
    "decision", "handed_over_at", "closed_at", "ended_at", "subject", "premises", "details", "recipient", "recipient_phone", "division",
    "address", "corrections", "reason", "remedy", "document", "papers_mail", "result_mail", "number", "service_name", "hall",
    "payer_papers", "payer_result", "accept_due_on", "decide_due_on", "deliver_due_on",
)  # fmt: skip
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is taken out. Days are Shanghai days, both included; an empty field narrows nothing. `cause`: why unmasked."""

    what: str
    organisation: str = ""
    region: str = ""
    first: date | None = None
    last: date | None = None
    source: str = ""
    cause: str = ""


def add(words: Any) -> None:
    export = words.add_parser("export", help="take orders, scans or cases out, in the tables that import reads")
    export.add_argument("what", choices=["orders", "scans", "cases"])
    export.add_argument("file", type=Path, help="where to: NAME.csv, NAME.xlsx or NAME.ndjson")
    export.add_argument("--organisation", default="", help="only the mail, or the department, of this code")
    export.add_argument("--region", default="", help="only this region and below, such as 34.3416")
    export.add_argument("--from", dest="first", type=date.fromisoformat, help="placed or submitted from this day on")
    export.add_argument("--until", dest="last", type=date.fromisoformat, help="up to and with this day")
    export.add_argument("--source", default="", help="scans: only those that this source reported")
    export.add_argument("--with-personal-data", dest="cause", default="", metavar="CAUSE", help="unmasked; the journal keeps the cause")
    saying.format_option(export)
    export.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    import os

    import django

    from govpost.ops import ground
    from govpost.ops.binaries import NoServer

    if options.file.suffix not in ENDINGS:
        raise NoServer(f"{options.file} does not say which table it is. End its name in {', '.join(ENDINGS)}.")
    if not options.file.absolute().parent.is_dir():
        raise NoServer(f"{options.file.absolute().parent} is no directory. Make it first.")
    os.environ["GOVPOST_STATEMENT_TIMEOUT_MS"], os.environ["GOVPOST_POOL_SIZE"] = "0", "0"
    with ground.database():
        django.setup()
        wanted = Wanted(options.what, options.organisation, options.region, options.first, options.last, options.source, options.cause)
        rows = export(wanted, options.file)
    facts = {"ok": True, "file": str(options.file), "rows": rows, "masked": not options.cause}
    masked = "" if options.cause or options.what == "scans" else ", personal data masked"
    print(json.dumps(facts) if options.format == "json" else f"{options.file}: {rows} rows{masked}")
    return 0


def export(wanted: Wanted, file: Path) -> int:
    """Write the file; returns its rows. Memory stays flat: rows are read and written by the thousand."""
    from django.db import transaction

    header, rows = {"orders": (ORDERS, _orders), "scans": (SCANS, _scans), "cases": (CASES, _cases)}[wanted.what]
    _note(wanted)
    counted = _Counted(rows(wanted))
    with transaction.atomic():  # one moment, and a cursor that lives as long
        {".csv": _csv, ".xlsx": _xlsx, ".ndjson": _ndjson}[file.suffix](file, header, counted)
    return counted.number


class _Counted:
    def __init__(self, rows: Iterable[Row]) -> None:
        self.number, self._rows = 0, rows

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.number += 1
            yield row


def _note(wanted: Wanted) -> None:
    """Before anything leaves (PIPL 54)."""
    import getpass

    from django.db import transaction

    from govpost.common.actor import Actor
    from govpost.common.clock import now
    from govpost.journal import actions as journal
    from govpost.ops.binaries import NoServer

    if not wanted.cause:
        return
    if len(wanted.cause.strip()) < 4:
        raise NoServer("The cause is too short. Say it in words; it is kept.")
    days = f"{wanted.first or ''}…{wanted.last or ''}"
    who = Actor.system(f"export by {getpass.getuser()}")
    with transaction.atomic():
        journal.record_reading(
            what=f"export {wanted.what} {wanted.organisation} {days}".strip(), subject=f"export:{wanted.what}", cause=wanted.cause.strip(),
            case="", region=wanted.region, at=now(), by=who,
        )  # fmt: skip


# -- rows -------------------------------------------------------------------------------


def _moment(at: datetime | None) -> str:
    """Whole, because a moment is part of an event's identity."""
    from govpost.common.clock import SHANGHAI

    return at.astimezone(SHANGHAI).isoformat() if at else ""


def _of_days(found: QuerySet[Any], name: str, wanted: Wanted) -> QuerySet[Any]:
    from datetime import timedelta

    from govpost.common.clock import shanghai_midnight

    if wanted.first:
        found = found.filter(**{f"{name}__gte": shanghai_midnight(wanted.first)})
    if wanted.last:
        found = found.filter(**{f"{name}__lt": shanghai_midnight(wanted.last + timedelta(days=1))})
    return found.filter(region__within=wanted.region) if wanted.region else found


def _mail(wanted: Wanted) -> QuerySet[Order]:
    from govpost.delivery.models import Order

    found = _of_days(Order.objects.all(), "placed_at", wanted)
    if wanted.organisation:
        found = found.filter(organisation_id=_organisation(wanted.organisation))
    return found.order_by("placed_at", "id")


def _organisation(code: str) -> Any:
    from govpost.common.refusal import InvalidInput, NotFound
    from govpost.common.text import Text
    from govpost.parties import queries as parties

    try:
        return parties.organisation_by_code(code).id
    except NotFound:
        sentence = Text("No organisation has the code “%(code)s”. Give the code it was entered with.", {"code": code})
        raise InvalidInput({"organisation": sentence}) from None


def _orders(wanted: Wanted) -> Iterator[Row]:
    from govpost.common.masks import mask_name, mask_phone
    from govpost.delivery.queries import addresses

    for order in _mail(wanted).iterator(chunk_size=CHUNK):
        to = addresses(order)[1]
        name, phone, street = (to.name, to.phone, to.street) if wanted.cause else (mask_name(to.name), mask_phone(to.phone), "***")
        yield (
            order.ref, name, phone, order.destination, street, to.postcode, order.item, ";".join(order.contents), order.weight_g,
            _moment(order.placed_at), _moment(order.promised_at), _moment(order.collect_due_at), order.waybill_no or "", order.number,
            order.direction, order.state, _moment(order.state_at),
        )  # fmt: skip


_OF_ORDERS = """
SELECT s.waybill_no, coalesce(nullif(s.kind, ''), s.code), s.occurred_at, s.code, s.place_code, s.place_name, s.signer, s.reason, s.cause,
       s.note, v.id IS NOT NULL, s.source, s.known_at
FROM delivery_scan s
LEFT JOIN delivery_scanvoid v ON (v.waybill_no, v.source, v.code, v.occurred_at) = (s.waybill_no, s.source, s.code, s.occurred_at)
WHERE s.waybill_no = ANY(%s) AND (%s = '' OR s.source = %s) ORDER BY s.waybill_no, s.occurred_at, s.code, s.place_code
"""


def _scans(wanted: Wanted) -> Iterator[Row]:
    """Events of the orders that are wanted, by the thousand orders; a withdrawn one is followed by its withdrawal."""
    from django.db import connection

    orders = _mail(wanted).values_list("number", "waybill_no").iterator(chunk_size=CHUNK)
    while part := list(islice(orders, CHUNK)):
        numbers = [number for pair in part for number in pair if number]
        with connection.cursor() as cursor:
            cursor.execute(_OF_ORDERS, [numbers, wanted.source, wanted.source])
            for *cells, voided, source, known_at in cursor:
                cells[2] = _moment(cells[2])
                yield (*cells, 1, source, _moment(known_at))
                if voided:
                    yield (*cells, 0, source, _moment(known_at))


def _cases(wanted: Wanted) -> Iterator[Row]:
    """By the thousand cases, with the mail that goes for them."""
    from govpost.cases.models import Case, CaseOrder
    from govpost.cases.states import State
    from govpost.delivery import queries as delivery

    found = _of_days(Case.objects.exclude(state=State.DRAFT.value), "submitted_at", wanted)
    if wanted.organisation:
        found = found.filter(department_id=_organisation(wanted.organisation))
    found = found.select_related("service", "department", "hall", "party").order_by("submitted_at", "id")
    cases = found.iterator(chunk_size=CHUNK)
    while part := list(islice(cases, CHUNK)):
        links = list(CaseOrder.objects.filter(case__in=part).order_by("placed_at", "id"))
        orders = delivery.by_ids({link.order_id for link in links})
        mail = {(link.case_id, link.leg): orders[link.order_id].waybill_no or link.number for link in links}
        for case in part:
            yield _case(case, {leg: mail.get((case.id, leg), "") for leg in ("papers", "result")}, wanted)


def _case(case: Case, mail: dict[str, str], wanted: Wanted) -> Row:
    payers = [case.payers.get(leg, {}).get("payer", "") for leg in ("papers", "result")]
    ends = (case.handed_over_at, case.closed_at, case.ended_at)
    who, words = _applicant(case, wanted), _words(case, wanted)
    return (
        case.ref or case.number, case.service.code, case.department.code, *who[:4], case.state, case.channel, case.paper_way,
        case.result_way, _moment(case.submitted_at), _moment(case.papers_received_at), _moment(case.correction_requested_at),
        _day(case.correction_due_on), _moment(case.resubmitted_at), _moment(case.accepted_at), _moment(case.decided_at), _decision(case),
        *(_moment(at) for at in ends), *who[4:], *words, case.document_serial or "", mail["papers"], mail["result"], case.number,
        case.service.name, case.hall.code, *payers, _day(case.accept_due_on), _day(case.decide_due_on), _day(case.deliver_due_on),
    )  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _decision(case: Case) -> str:
    """Wherever the result is now: a refusal has its remedies, and no licence where the item gives one."""
    from govpost.cases.sealing import words

    if case.decided_at is None:
        return ""
    no_licence = case.service.licence_type_code and not case.licence_id and not case.ref
    return "refused" if case.state == "refused" or no_licence or words(case).remedy else "approved"


def _applicant(case: Case, wanted: Wanted) -> tuple[str, ...]:
    """Name, document, telephone; what was applied for; whom and where the result goes to."""
    from govpost.cases.sealing import said
    from govpost.parties.sealing import opened

    if not wanted.cause:
        return (case.party.masked_name, *[""] * 10)
    who, spoken = opened(case.party), said(case)
    to = spoken.address
    answers = (spoken.answers.get(name, "") for name in ("subject", "premises", "details"))
    place = (to.name, to.phone, to.division, to.street) if to else ("", "", "", "")
    return (who.name, who.id_type, who.id_number, spoken.phone or who.reachable, *answers, *place)


def _words(case: Case, wanted: Wanted) -> tuple[str, str, str]:
    """The officer's sentences, which speak of the applicant."""
    from govpost.cases.sealing import words
    from govpost.gateways.files.cases import BETWEEN

    said = words(case) if wanted.cause else None
    return (BETWEEN.join(said.corrections), said.reason, said.remedy) if said else ("", "", "")


# -- files ------------------------------------------------------------------------------


def _csv(file: Path, header: Row, rows: Iterable[Row]) -> None:
    from govpost.surfaces.shared.csvout import csv_lines

    with file.open("w", encoding="utf-8", newline="") as out:
        out.writelines(csv_lines(header, rows))


def _xlsx(file: Path, header: Row, rows: Iterable[Row]) -> None:
    from govpost.surfaces.shared.csvout import write_xlsx

    with file.open("wb") as out:
        write_xlsx(out, header, rows)


def _ndjson(file: Path, header: Row, rows: Iterable[Row]) -> None:
    with file.open("w", encoding="utf-8") as out:
        for row in rows:
            cells = {name: value for name, value in zip(header, row, strict=True) if value not in ("", None)}
            out.write(json.dumps(cells, ensure_ascii=False) + "\n")
