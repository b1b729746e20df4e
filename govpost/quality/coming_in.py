"""How mail and applications came in: read off the facts that told them, once each. Table 1 is held against these counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from govpost.cases.events import SUBMITTED
from govpost.common.clock import shanghai_day
from govpost.delivery.events import ORDER_CHANGED
from govpost.journal.followers import Told


class Kind(StrEnum):
    """What came in."""

    CASE = "case"
    ORDER = "order"


class Channel(StrEnum):
    """Through whom: the applicant at our own portal, somebody at a window or desk, another platform by the interface."""

    ONLINE = "online"
    WINDOW = "window"
    PARTNER = "partner"
    ITSELF = "itself"  # a case's own mail, placed by the program


_CHANNELS = {"person": Channel.ONLINE, "staff": Channel.WINDOW, "partner": Channel.PARTNER}


def arrivals(facts: Sequence[Told]) -> list[dict[str, Any]]:
    """One row for every order that was placed and every case that was submitted; an imported history was taken in elsewhere."""
    return [*_orders(facts), *_cases(facts)]


def _orders(facts: Iterable[Told]) -> Iterator[dict[str, Any]]:
    for fact in facts:
        told = fact.payload
        if fact.kind == ORDER_CHANGED and not told["before"] and told["source"] != "import":
            placed_at = told["placed_at"]
            yield _row(fact, Kind.ORDER, told["order"], placed_at) | {"direction": told["direction"], "payer": told["payer"]}


def _cases(facts: Iterable[Told]) -> Iterator[dict[str, Any]]:
    for fact in facts:
        if fact.kind == SUBMITTED and fact.payload.get("source") != "import":
            screen = fact.payload.get("screen", "")
            yield _row(fact, Kind.CASE, fact.payload["case"], fact.occurred_at.isoformat()) | {"screen": screen}


def _row(fact: Told, kind: Kind, subject_id: str, at: str) -> dict[str, Any]:
    channel = _CHANNELS.get(fact.actor_key.partition(":")[0], Channel.ITSELF)
    return {
        "id": subject_id, "kind": kind.value, "number": fact.payload["number"], "at": at, "day": shanghai_day(datetime.fromisoformat(at)),
        "region": fact.region, "division": fact.region.rpartition(".")[2], "direction": "", "channel": channel.value, "screen": "",
        "payer": "", "item": fact.payload["item"],
    }  # fmt: skip
