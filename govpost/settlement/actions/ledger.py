"""The ledger follows the orders: for each order the open charge becomes what its state implies, by reversal and new charge.

Set-based: a batch of a thousand changes costs one read and at most five writes. Running a change twice, late or out of order
is harmless: `ChargeState` knows the newest version, and (kind, ref) is unique.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from govpost.common.actor import Actor, permit
from govpost.common.ids import uuid7
from govpost.common.rows import insert_rows
from govpost.settlement.models import ChargeState, TxnKind
from govpost.settlement.rules import Charge, charge_of, concerns_money, month_of, posting_day, receivable, revenue, reversal_cause

Lines = list[tuple[str, int]]
Row = dict[str, Any]  # as its table holds it: instances of the models would be most of what a posting costs


def post_changes(payloads: Iterable[dict[str, Any]], *, by: Actor) -> int:
    """Bring the ledger to what `delivery.order_changed` payloads say; returns how many transactions were posted."""
    permit(by, "post_changes", ())
    newest = _newest([payload for payload in payloads if concerns_money(payload)])
    with transaction.atomic():
        moved = [(state, newest[state.order_id]) for state in _lock(list(newest)) if state.version < newest[state.order_id]["version"]]
        posted = [each for state, payload in moved for each in _move(state, payload)]
        insert_rows("settlement_ledgertxn", [txn for txn, _ in posted])
        insert_rows("settlement_ledgerentry", [entry for txn, lines in posted for entry in _entries(txn, lines)])
        _add_up(posted)
        insert_rows("settlement_chargestate", [msgspec.structs.asdict(state) for state, _ in moved], then=_REPLACE)
    return len(posted)


def _newest(payloads: Sequence[dict[str, Any]]) -> dict[UUID, dict[str, Any]]:
    newest: dict[UUID, dict[str, Any]] = {}
    for payload in payloads:
        order_id = UUID(str(payload["order"]))
        if order_id not in newest or newest[order_id]["version"] < payload["version"]:
            newest[order_id] = payload
    return newest


class _State(msgspec.Struct):
    """A row of `ChargeState`."""

    order_id: UUID
    version: int = 0
    charges: int = 0
    account: str = ""
    tariff: str = ""
    charged_fen: int = 0
    open_txn_id: UUID | None = None


def _lock(order_ids: list[UUID]) -> list[_State]:
    rows = ChargeState.objects.select_for_update().filter(order_id__in=order_ids).order_by("order_id")
    known = {row[0]: _State(*row) for row in rows.values_list(*_State.__struct_fields__)}
    return [known.get(order_id) or _State(order_id) for order_id in order_ids]


def _move(state: _State, payload: dict[str, Any]) -> list[tuple[Row, Lines]]:
    """The transactions that lead from what is open to what is due; `state` is brought along."""
    state.version = payload["version"]
    due, open_ = charge_of(payload), _open(state)
    if due == open_:
        return []
    posted: list[tuple[Row, Lines]] = []
    if open_ is not None:
        posted.append((_txn(state, payload, TxnKind.REVERSAL, open_), _lines(open_, -1)))
        state.open_txn_id, state.account, state.tariff, state.charged_fen = None, "", "", 0
    if due is not None:
        state.charges += 1
        txn = _txn(state, payload, TxnKind.CHARGE, due)
        posted.append((txn, _lines(due, 1)))
        state.open_txn_id, state.account, state.tariff, state.charged_fen = txn["id"], due.account, due.tariff, due.fen
    return posted


def _open(state: _State) -> Charge | None:
    return Charge(state.account, state.tariff, state.charged_fen) if state.open_txn_id else None


def _txn(state: _State, payload: dict[str, Any], kind: TxnKind, charge: Charge) -> Row:
    """A charge's ref is the order and the charge's number; its reversal has the same."""
    occurred_at, known_at = _moment(payload["occurred_at"]), _moment(payload["known_at"])
    return {
        "id": uuid7(), "kind": kind.value, "ref": f"{state.order_id}:{state.charges}", "order_id": state.order_id,
        "order_number": payload["number"], "order_ref": payload["ref"], "item": payload["item"], "tariff": charge.tariff,
        "region": payload["region"], "cause": reversal_cause(payload["after"]) if kind is TxnKind.REVERSAL else payload["after"],
        "occurred_at": occurred_at, "known_at": known_at,
        "posted_on": posting_day(kind=kind.value, occurred_at=occurred_at, known_at=known_at),
    }  # fmt: skip


def _moment(value: str | datetime) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _lines(charge: Charge, sign: int) -> Lines:
    return [(receivable(charge.account), sign * charge.fen), (revenue(charge.tariff), -sign * charge.fen)]


def _entries(txn: Row, lines: Lines) -> list[Row]:
    return [{"id": uuid7(), "txn_id": txn["id"], "account": account, "fen": fen, "posted_on": txn["posted_on"]} for account, fen in lines]


_ADD = """
ON CONFLICT (month, account, region) DO UPDATE SET fen = settlement_monthtotal.fen + excluded.fen,
    charges = settlement_monthtotal.charges + excluded.charges, reversals = settlement_monthtotal.reversals + excluded.reversals
"""


def _add_up(posted: Iterable[tuple[Row, Lines]]) -> None:
    """The months' totals grow by what was posted; always in one order, so that two writers never wait for each other."""
    sums: dict[tuple[date, str, str], Counter[str]] = defaultdict(Counter)
    for txn, lines in posted:
        for account, fen in lines:
            total = sums[month_of(txn["posted_on"]), account, txn["region"]]
            total["fen"] += fen
            total["charges" if txn["kind"] == TxnKind.CHARGE.value else "reversals"] += 1
    columns = ("fen", "charges", "reversals")
    rows = [
        {"month": month, "account": account, "region": region, **{column: sums[month, account, region][column] for column in columns}}
        for month, account, region in sorted(sums)
    ]
    insert_rows("settlement_monthtotal", rows, then=_ADD)


_REPLACE = """
ON CONFLICT (order_id) DO UPDATE SET version = excluded.version, charges = excluded.charges, account = excluded.account,
    tariff = excluded.tariff, charged_fen = excluded.charged_fen, open_txn_id = excluded.open_txn_id
"""
