"""`govpost import orders|scans|cases FILE`: orders through commission, scans through the set-based recorder, cases move by move.

Re-running changes nothing; what was refused can be written to a table of its own, to be mended and sent again.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ITEM_ANY_SIGNER = "000000000000"
CHUNK = 1_000
# Kept, and before a person at the desk; said here too, because the same file again only says "duplicate".
_UNCLEAR = {
    "unknown_waybill": ("number", "No order has this number. The event is kept: bring the order in, or look at the desk's unclear events."),
    "unknown_code": ("kind", "Nobody here knows this state. The event is kept as unclear; the states stand in docs/glossary.md."),
    "future": ("occurred_at", "This lies ahead of now. The event is kept as unclear."),
    "before_order": ("occurred_at", "This lies more than two days before the order. The event is kept as unclear."),
}


@dataclass(slots=True)
class Report:
    """What became of a file: counts, and each error with its line and field."""

    counts: Counter[str] = field(default_factory=Counter)
    errors: list[dict[str, Any]] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)

    def wrong(self, line: int, name: str, sentence: object) -> None:
        if not self.errors or self.errors[-1]["line"] != line:  # one row, however much is wrong in it
            self.counts["rejected"] += 1
        self.errors.append({"line": line, "field": name, "sentence": str(sentence)})

    def show(self, *, as_json: bool) -> int:
        """Print it; 0 when every row was good, 1 otherwise."""
        if as_json:
            print(json.dumps({**self.counts, "errors": self.errors, "unknown_columns": self.unknown_columns}, ensure_ascii=False))
        else:
            print(", ".join(f"{count} {name}" for name, count in sorted(self.counts.items())) or "no rows")
            for error in self.errors[:50]:
                print(f"  line {error['line']}, {error['field']}: {error['sentence']}", file=sys.stderr)
            if len(self.errors) > 50:
                print(f"  and {len(self.errors) - 50} more: use --format json to see all", file=sys.stderr)
        return 1 if self.errors else 0


def run(options: argparse.Namespace) -> int:
    """Bring one file in; the settings have found their database. What is no table at all is a refusal, which the command says."""
    import django

    django.setup()

    data = Path(options.file).read_bytes()
    if options.what == "orders":
        report = _orders(data, options.organisation)
    else:
        report = _cases(data) if options.what == "cases" else _scans(data, options.source)
    if options.refused:
        _write_refused(options.refused, data, options.what, report)
    return report.show(as_json=options.format == "json")


def _orders(data: bytes, organisation: str) -> Report:
    """Commit in chunks, so that followers do not wait for the whole file."""
    from govpost.common.actor import Actor
    from govpost.common.clock import now
    from govpost.common.refusal import Refusal
    from govpost.gateways.files.orders import read_orders
    from govpost.gateways.files.refused import refused_rows
    from govpost.places import queries as places
    from govpost.settlement import actions as settlement

    read = read_orders(data, sender=_sender(organisation), counties=places.county_names(), history=True)
    report = Report(unknown_columns=read.unknown)
    for error in read.errors:
        report.wrong(error.line, error.field, error.sentence)
    _make_months([request.placed_at for _, request in read.requests])
    for start in range(0, len(read.requests), CHUNK):
        part = read.requests[start : start + CHUNK]
        done = settlement.commission_rows([request for _, request in part], at=now(), by=Actor.system("import"))
        for error in refused_rows(part, done):
            report.wrong(error.line, error.field, error.sentence)
        report.counts.update("accepted" if result.new else "duplicate" for result in done if not isinstance(result, Refusal))
    report.errors.sort(key=lambda error: int(error["line"]))
    return report


def _scans(data: bytes, source: str) -> Report:
    from govpost.common.actor import Actor
    from govpost.common.clock import now
    from govpost.delivery import actions as delivery
    from govpost.gateways.files.scans import read_scans

    read = read_scans(data, source=source)
    report = Report(unknown_columns=read.unknown)
    for error in read.errors:
        report.wrong(error.line, error.field, error.sentence)
    _make_months([scan.occurred_at for _, scan in read.scans])
    for start in range(0, len(read.scans), CHUNK):
        part = read.scans[start : start + CHUNK]
        results = delivery.record_scans([scan for _, scan in part], at=now(), by=Actor.system("import"))
        report.counts.update(result.status for result in results)
        for (line, _), result in zip(part, results, strict=True):
            if result.status == "unclear":
                name, sentence = _UNCLEAR[result.reason]
                report.errors.append({"line": line, "field": name, "sentence": sentence})
    report.errors.sort(key=lambda error: int(error["line"]))
    return report


def _cases(data: bytes) -> Report:
    """In the order in which they were applied for, each case in a transaction of its own: what was interrupted is continued."""
    from govpost.cases import actions as cases
    from govpost.common.actor import Actor
    from govpost.common.clock import now
    from govpost.common.refusal import Refusal
    from govpost.gateways.files.cases import read_cases, refused_case
    from govpost.places import queries as places

    read = read_cases(data, counties=places.county_names())
    report = Report(unknown_columns=read.unknown)
    for error in read.errors:
        report.wrong(error.line, error.field, error.sentence)
    for line, told in read.cases:
        try:
            done = cases.bring_in(told=told, at=now(), by=Actor.system("import"))
        except Refusal as refused:
            for error in refused_case(line, refused):
                report.wrong(error.line, error.field, error.sentence)
            continue
        report.counts["accepted" if done.new else "moved" if done.moves else "duplicate"] += 1
    report.errors.sort(key=lambda error: int(error["line"]))
    return report


def _write_refused(file: Path, data: bytes, what: str, report: Report) -> None:
    """The rows that were not taken, as they came, each with what is wrong: mended in place, this file is imported as it is."""
    from govpost.gateways.files import cases, orders, scans
    from govpost.gateways.files.tables import is_ndjson, open_objects, open_table
    from govpost.surfaces.shared.csvout import csv_lines

    names = {"orders": orders.NAMES, "scans": scans.NAMES, "cases": cases.NAMES}[what]
    table = open_objects(data, names) if is_ndjson(data) else open_table(data, names, needed=())
    columns = list(dict.fromkeys(name for row in table.rows for name in row.cells))
    sentences: dict[int, list[str]] = {}
    for error in report.errors:
        sentences.setdefault(error["line"], []).append(f"{error['field']}: {error['sentence']}")
    rows = (
        [*(row.get(name) for name in columns), row.line, " / ".join(sentences[row.line])] for row in table.rows if row.line in sentences
    )
    with file.open("w", encoding="utf-8", newline="") as out:
        out.writelines(csv_lines([*columns, "refused_line", "refused_because"], rows))


def _sender(code: str) -> Any:
    """The organisation whose file it is, with its own address as sender."""
    from govpost.common.refusal import InvalidInput, NotFound
    from govpost.common.text import Text
    from govpost.gateways.files.orders import Sender
    from govpost.parties import queries as parties
    from govpost.settlement.senders import start_of

    try:
        found = parties.organisation_by_code(code)
    except NotFound as missing:
        sentence = Text("No organisation has the code “%(code)s”. Give the code it was entered with.", {"code": code})
        raise InvalidInput({"organisation": sentence}) from missing
    start = start_of(found)
    return Sender(
        organisation_id=found.id, region=str(found.region), address=start.address, division=start.division, outlet=start.outlet,
        item=ITEM_ANY_SIGNER,
    )  # fmt: skip


def _make_months(moments: list[datetime | None]) -> None:
    """The partitions that a history needs, made with the owner's rights."""
    from govpost.journal.actions import make_months

    known = [moment.astimezone(UTC).date() for moment in moments if moment]  # months are UTC's
    if known:
        make_months(first=min(known), last=max(known))
