"""The tests' own ground: which role they are, what is rolled back, what a journey keeps and loses."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from govpost.ops import roles


def _one(query: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    return row[0] if row else None


@pytest.mark.django_db
def test_tests_run_as_the_application_role_which_is_no_superuser() -> None:
    assert _one("SELECT current_user") == roles.APPLICATION
    assert _one("SELECT rolsuper OR rolcreatedb OR rolbypassrls FROM pg_roles WHERE rolname = current_user") is False


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 2])
def test_what_a_plain_test_writes_is_rolled_back(number: int) -> None:
    assert _one("SELECT count(*) FROM django_session") == 0
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_session VALUES (%s, '', now())", [str(number)])


@pytest.mark.parametrize("number", [1, 2])
def test_a_journey_commits_on_a_database_of_its_own(journey: str, number: int) -> None:
    assert _one("SELECT current_database()") == journey
    assert _one("SELECT count(*) FROM django_session") == 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_session VALUES (%s, '', now())", [str(number)])
    connection.close()
    assert _one("SELECT count(*) FROM django_session") == 1


@pytest.mark.django_db
def test_after_a_journey_plain_tests_are_back_on_their_own_database() -> None:
    assert _one("SELECT current_database()") == "govpost"
