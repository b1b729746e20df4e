"""Configuration is remembered exactly as long as it stands: changes, rolled back changes and own changes are seen at once."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from govpost.journal import stamps
from govpost.journal.stamps import held, marks, remembered
from govpost.places import queries
from govpost.places.models import Outlet
from govpost.places.testing import load_places

pytestmark = pytest.mark.django_db


def name() -> str:
    return queries.outlet("SL341600S1").name


def rename(to: str) -> None:
    Outlet.objects.filter(code="SL341600S1").update(name=to)


def test_a_change_is_seen_by_the_next_question() -> None:
    load_places()
    name()
    rename("新名")
    assert name() == "新名"


def test_a_change_that_is_rolled_back_leaves_the_old_answer() -> None:
    load_places()
    before = name()
    with transaction.atomic():
        rename("新名")
        assert name() == "新名"
        transaction.set_rollback(True)
    assert name() == before
    with transaction.atomic():
        rename("另一名")
        assert name() == "另一名"


def test_what_stands_costs_one_small_question_and_inside_a_request_none() -> None:
    load_places()
    name()
    with CaptureQueriesContext(connection) as asked:
        name()
    assert len(asked) == 1
    with held(), CaptureQueriesContext(connection) as asked:
        name()
        name()
        queries.delivery_outlet("341602")
    assert len([q for q in asked.captured_queries if "journal_stamp" in q["sql"]]) == 1


def test_a_request_that_changes_configuration_and_tells_it_sees_its_own_change() -> None:
    load_places()
    with held():
        name()
        rename("新名")
        stamps.forget()
        assert name() == "新名"


def test_each_room_has_a_mark_of_its_own() -> None:
    load_places()
    before = marks()
    rename("新名")
    after = marks()
    assert {room for room in after if after[room] != before.get(room)} == {"places"}


def test_a_refusal_is_not_remembered() -> None:
    asked = []

    @remembered("places")
    def question() -> None:
        asked.append(1)
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            question()
    assert len(asked) == 2
