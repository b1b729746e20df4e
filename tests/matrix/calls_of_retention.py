"""How each verb about keeping and erasing is called."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from govpost.cases import actions as cases
from govpost.common.actor import Actor
from govpost.delivery import actions as mail
from govpost.notices import actions as notices
from govpost.places.testing import AT
from govpost.retention import actions as retention
from govpost.retention.queries import Held
from govpost.retention.rules import Kind
from govpost.supervision import actions as supervision
from tests.matrix.stage import CITY, LATER, Stage

Call = Callable[[Stage, Actor], object]
_RUN = UUID(int=7)
_EVER = AT - timedelta(days=3650)  # nothing ended before: the right is asked all the same


def _hold(on: str, value: Callable[[Stage], str]) -> Call:
    return lambda stage, by: cases.hold(on=on, value=value(stage), why="示例复议", at=AT, by=by)


def _erasing(verb: Callable[..., object], **over: Any) -> Call:
    return lambda stage, by: verb(before=_EVER, held=Held(), limit=10, run_id=_RUN, at=LATER, by=by, **over)


CALLS_OF_RETENTION: dict[str, Call] = {
    "retention.set_period": lambda stage, by: retention.set_period(
        kind="drafts", days=60, effective_on=AT.date(), why="示例", at=AT, by=by
    ),
    "retention.withdraw_period": lambda stage, by: retention.withdraw_period(period_id=stage.things["period"].id, why="示例", at=AT, by=by),
    "retention.release": lambda stage, by: retention.release(hold_id=stage.things["hold"].id, why="示例已结", at=AT, by=by),
    "retention.certify": lambda stage, by: retention.certify(
        run_id=_RUN, kind=Kind.DRAFTS, days=90, cut_on=AT.date(), spared=0, at=AT, by=by
    ),
    "cases.hold: an order's": _hold("order", lambda stage: stage.orders["lying"].number),
    "cases.hold: a case's": _hold("case", lambda stage: str(stage.cases["submitted"].number)),
    "cases.hold: an organisation's mail": _hold("organisation", lambda stage: stage.own.code),
    "cases.hold: a region's": _hold("region", lambda stage: CITY),
    "supervision.watch": lambda stage, by: supervision.watch(at=LATER, by=by),
    "cases.forget": _erasing(cases.forget, after=None),
    "cases.drop_drafts": _erasing(cases.drop_drafts),
    "delivery.forget_kept": _erasing(mail.forget_kept),
    "delivery.forget_addresses": _erasing(mail.forget_addresses, needed=set(), after=None),
    "notices.forget": _erasing(notices.forget, subjects=[], after=None),
}
