"""What a commission refused, said of a row of the file: at the column that has to be mended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from govpost.common.refusal import InvalidInput, Refusal
from govpost.gateways.files.tables import RowError
from govpost.settlement.rules import Commission, Commissioned

_COLUMN_OF_CODE = {
    "payer_not_open": "payer",
    "no_agreement": "payer",
    "no_price": "item",
    "carrier_not_the_post": "item",
    "no_profile": "placed_at",
    "waybill_used": "waybill_no",
    "envelope_used": "envelope_serial",
    "ordered_differently": "ref",
}
_COLUMN_OF_FIELD = {"destination": "division", "origin": "row"}  # where it starts is the sender's, not the row's


def refused_rows(requests: Sequence[tuple[int, Commission]], done: Sequence[Commissioned | Refusal]) -> Iterator[RowError]:
    """The errors of the rows that were read well and could not be placed; both sequences in the same order."""
    for (line, _), result in zip(requests, done, strict=True):
        if isinstance(result, Refusal):
            yield from row_errors(line, result)


def row_errors(line: int, refused: Refusal) -> list[RowError]:
    """One error for each column that a refusal speaks of; "row" where it speaks of none."""
    if isinstance(refused, InvalidInput):
        return [RowError(line, _COLUMN_OF_FIELD.get(name, name), sentence) for name, sentence in refused.errors.items()]
    return [RowError(line, _COLUMN_OF_CODE.get(refused.code, "row"), refused.sentence)]
