"""Writing the timeline: one line per fact, and a stroke through the lines that a fact withdraws."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from govpost.common.actor import Actor, permit
from govpost.common.ids import uuid7
from govpost.common.rows import insert_rows
from govpost.common.text import Text
from govpost.delivery.events import ORDER_CHANGED
from govpost.delivery.states import State
from govpost.journal.followers import Told
from govpost.timeline import rules, words
from govpost.timeline.models import Entry
from govpost.timeline.words import Said

WITHDRAWN = "delivery.withdrawn"
Row = dict[str, Any]  # a line as `timeline_entry` holds it: instances of the model would be most of what telling costs


@dataclass(slots=True)
class _Mail:
    """The standing lines of one order and the newest version that was told of it."""

    lines: list[rules.MailLine] = field(default_factory=list)
    version: int = 0


@dataclass(slots=True)
class _Written:
    new: dict[UUID, Row] = field(default_factory=dict)
    struck: dict[UUID, tuple[datetime, Text]] = field(default_factory=dict)

    def add(self, entry: Row) -> None:
        self.new[entry["id"]] = entry


def tell(facts: Sequence[Told], *, by: Actor) -> int:
    """Write the lines of a batch of facts in their order; returns how many. The same fact twice is told once."""
    permit(by, "tell", ())
    with transaction.atomic():
        mails = _standing({fact.subject for fact in facts if fact.kind == ORDER_CHANGED})
        written = _Written()
        for fact in facts:
            if fact.kind == ORDER_CHANGED:
                _tell_mail(fact, mails[fact.subject], written)
            elif said := words.said(fact):
                written.add(_entry(fact, said))
        _strike(written)
        insert_rows("timeline_entry", list(written.new.values()), then="ON CONFLICT DO NOTHING")
    return len(written.new)


def _standing(subjects: set[str]) -> defaultdict[str, _Mail]:
    mails: defaultdict[str, _Mail] = defaultdict(_Mail)
    rows = Entry.objects.filter(subject__in=subjects, kind__in=[ORDER_CHANGED, WITHDRAWN])
    for entry_id, subject, state, at, version, voided_at in rows.values_list("id", "subject", "state", "at", "version", "voided_at"):
        mail = mails[subject]
        mail.version = max(mail.version, version)
        if state and voided_at is None:
            mail.lines.append(rules.MailLine(entry_id, State(state), at))
    return mails


def _tell_mail(fact: Told, mail: _Mail, written: _Written) -> None:
    order = fact.payload
    if order["version"] <= mail.version:
        return
    mail.version = order["version"]
    gone = rules.withdrawn(mail.lines, order)
    for line in gone:
        written.struck[line.id] = (fact.known_at, words.why_withdrawn(order))
    mail.lines = [line for line in mail.lines if line not in gone]
    if gone:
        written.add(_entry(fact, words.mail_withdrawn(order), kind=WITHDRAWN, at=fact.known_at))
    if rules.worth_a_line(mail.lines, order):
        entry = _entry(fact, words.mail(order), state=order["after"])
        mail.lines.append(rules.MailLine(entry["id"], State(order["after"]), entry["at"]))
        written.add(entry)


def _entry(fact: Told, said: Said, *, kind: str = "", state: str = "", at: datetime | None = None) -> Row:
    return {
        "id": uuid7(), "fact_id": fact.id, "subject": fact.subject, "number": str(fact.payload.get("number", "")),
        "region": fact.region, "kind": kind or fact.kind, "state": state, "version": _version(fact), "at": at or fact.occurred_at,
        "known_at": fact.known_at, "words": said.words.to_json(), "remark": said.remark.to_json() if said.remark else None,
        "who": said.who, "actor": fact.actor, "place": said.place, "audience": said.audience, "voided_at": None, "void_why": None,
    }  # fmt: skip


def _version(fact: Told) -> int:
    found: Any = fact.payload.get("version", 0) if fact.kind == ORDER_CHANGED else 0
    return int(found)


def _strike(written: _Written) -> None:
    """Strike lines of this batch before they are written, and those of earlier ones in the table."""
    older = {entry_id: stroke for entry_id, stroke in written.struck.items() if entry_id not in written.new}
    for entry_id, (at, why) in written.struck.items():
        if entry_id in written.new:
            written.new[entry_id] |= {"voided_at": at, "void_why": why.to_json()}
    rows = [Entry(id=entry_id, voided_at=at, void_why=why.to_json()) for entry_id, (at, why) in older.items()]
    Entry.objects.bulk_update(rows, ["voided_at", "void_why"])
