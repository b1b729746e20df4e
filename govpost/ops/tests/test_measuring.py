"""`govpost measure` walks through every order and says what it changed."""

from __future__ import annotations

import json

import pytest

from govpost.common.ids import uuid7
from govpost.delivery.events import ORDER_CHANGED
from govpost.journal import actions as journal
from govpost.ops.measuring import measure
from govpost.quality.models import FactNow
from govpost.quality.testing import NINE, make_payload


@pytest.mark.django_db
def test_orders_that_quality_never_saw_are_judged_and_a_second_run_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        payload = make_payload(uuid7())
        journal.record_many(
            [journal.NewFact(ORDER_CHANGED, f"order:{payload['order']}", payload["region"], NINE, NINE, "t", "system:t", payload)]
        )
    for changed, came_in in ((6, 3), (0, 0)):
        assert measure(as_json=True) == 0
        assert json.loads(capsys.readouterr().out) == {
            "ok": True, "orders": 3, "verdicts_changed": changed, "came_in": came_in,
        }  # fmt: skip
    assert FactNow.objects.count() == 6
