"""The authorisation matrix over every action: every role in its county, beside it, above it and abroad, of the own department and of
another, citizens, partners' keys, couriers of the outlet and of others, nobody and the system try every verb of every room on things
that are ready for it. Whoever may is let in and succeeds; whoever may not is refused, or finds nothing, and has written nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib import import_module

import pytest
from django.db import transaction
from django.test import override_settings

from tests.matrix.actions import INSIDE, ROWS, Row
from tests.matrix.callers import Caller, make_callers
from tests.matrix.calls import CALLS
from tests.matrix.stage import Stage, make_stage
from tests.matrix.trying import TURNED_AWAY, actions, attempt, expected, tries, tries_it
from tests.matrix.world import World


@pytest.fixture(scope="module")
def stage(world: World) -> Iterator[Stage]:
    """Things in every state, in one transaction that never commits: the routes' world stays as it is. Passwords cost nothing here."""
    with transaction.atomic(), override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield make_stage(world)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def callers(world: World, stage: Stage) -> list[Caller]:
    made = make_callers(world, stage.herself, stage.things["secured"])
    stage.colleague = next(caller.actor for caller in made if caller.name == "colleague")
    return made


def test_every_action_has_its_row_and_every_row_its_action() -> None:
    there, written = {name for name, _ in actions()}, {row.action for row in ROWS}
    assert sorted(there - written - INSIDE) == [], "actions without a row in tests/matrix/actions.py"
    assert sorted((written | INSIDE) - there) == [], "rows without an action"
    assert sorted(written & INSIDE) == []


def test_every_row_is_called_once_and_by_its_own_name() -> None:
    names = [row.name for row in ROWS]
    assert len(names) == len(set(names))
    assert sorted(names) == sorted(CALLS)


def test_the_table_names_the_roles_that_the_rooms_name() -> None:
    wrong = [(row.name, sorted(row.roles)) for row in ROWS if row.may and row.roles != set(_may(row)[row.may])]
    assert wrong == []


def test_every_verb_of_the_rooms_but_looking_is_in_the_table() -> None:
    written = {(row.room, row.may) for row in ROWS}
    looking = ("look", "see", "find_")
    left = [
        (room, verb) for room in sorted({row.room for row in ROWS if row.may})
        for verb, roles in import_module(f"govpost.{room}.rules").MAY.items()
        if roles and not verb.startswith(looking) and (room, verb) not in written
    ]  # fmt: skip
    assert left == []


def _may(row: Row) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = import_module(f"govpost.{row.room}.rules").MAY
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_action_is_done_by_those_and_only_those(row: Row, stage: Stage, callers: list[Caller]) -> None:
    wrong = [line for caller in callers if tries_it(row, caller) for line in _try(row, caller, stage)]
    assert wrong == []


def _try(row: Row, caller: Caller, stage: Stage) -> list[str]:
    outcome, wanted = attempt(partial(CALLS[row.name], stage, caller.actor), caller.actor), expected(row, caller)
    if outcome.word not in wanted:
        return [f"{caller.name}: {outcome.word} instead of {' or '.join(sorted(wanted))}"]
    if outcome.word in TURNED_AWAY and outcome.wrote - row.keeps:
        return [f"{caller.name}: {outcome.word}, and yet wrote {sorted(outcome.wrote - row.keeps)}"]
    return []


def test_the_number_of_tries_is_told(stage: Stage, callers: list[Caller], capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\naction matrix: {sum(tries.values())} decisions on {len(ROWS)} rows by {len(callers)} callers")
    assert len({row.action for row in ROWS}) >= 75
    assert len(callers) >= 150
