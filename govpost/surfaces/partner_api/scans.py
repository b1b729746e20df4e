"""`POST /scans`: events in batches, one result per row; nothing is refused as a whole, nothing is counted twice."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from govpost.common.actor import Actor
from govpost.common.refusal import InvalidInput
from govpost.common.text import Text
from govpost.delivery import actions as delivery
from govpost.delivery.ports import ScanSeen
from govpost.delivery.states import State
from govpost.surfaces.partner_api.bodies import RowOut, ScanIn, ScansIn, ScansOut

_LAST_YEAR = 9000  # beyond it moments cannot be counted with
_KINDS = frozenset(state.value for state in State) - {State.ORDERED.value}


def record(body: ScansIn, *, at: datetime, by: Actor) -> ScansOut:
    """Store the batch under the partner's own name as source."""
    if odd := [f"rows[{n}].occurred_at" for n, row in enumerate(body.rows) if not 1970 <= row.occurred_at.year < _LAST_YEAR]:
        raise InvalidInput(dict.fromkeys(odd, Text("No parcel was carried in that year. Correct the year and send the request again.")))
    source = f"partner:{by.label}"[:60]
    results = delivery.record_scans([seen(row, source) for row in body.rows], at=at, by=by)
    counts = Counter(result.status for result in results)
    told = {(result.status, result.reason): RowOut(result.status, result.reason) for result in set(results)}
    return ScansOut(
        counts["accepted"], counts["duplicate"], counts["unclear"], counts["voided"],
        [told[result.status, result.reason] for result in results],
    )  # fmt: skip


def seen(row: ScanIn, source: str) -> ScanSeen:
    """A row as the mail room reads it; a state nobody knows is kept as an unknown code."""
    known = row.kind in _KINDS
    return ScanSeen(
        source=source, waybill_no=row.number.strip().upper(), code=row.code or row.kind, name=row.kind,
        occurred_at=row.occurred_at, kind=row.kind if known else None, place_code=row.place_code,
        place_name=row.place_name, signer_class=row.signer, reason=row.reason, note=row.note, effect=row.effect,
    )  # fmt: skip
