"""What each database role may do, tried on the migrated tables."""

from __future__ import annotations

import psycopg
import pytest

from govpost.ops import roles
from govpost.ops.postgres import Server


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
def test_the_application_can_alter_nothing_that_was_recorded(server: Server, journey: str, verb: str) -> None:
    with server.connect(journey) as connection:
        rows = connection.execute(
            "SELECT c.relname, has_table_privilege(%s, c.oid, %s) FROM pg_class c "
            "LEFT JOIN pg_inherits i ON i.inhrelid = c.oid "
            "WHERE c.relkind IN ('r', 'p') AND (c.relname = ANY(%s) OR i.inhparent::regclass::text = ANY(%s))",
            (roles.APPLICATION, verb, list(roles.APPEND_ONLY), list(roles.APPEND_ONLY)),
        ).fetchall()
    assert rows
    assert not [name for name, may in rows if may]


def test_the_application_cannot_pass_by_a_partitioned_table(server: Server, journey: str) -> None:
    with server.connect(journey, roles.APPLICATION) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("INSERT INTO journal_fact_default (kind) VALUES ('forged')")


def test_the_report_role_reads_and_does_nothing_else(server: Server, journey: str) -> None:
    with server.connect(journey, roles.REPORT) as connection:
        connection.execute("SELECT count(*) FROM journal_fact")
        for forbidden in ("DELETE FROM journal_cursor", "SELECT * FROM django_session", "CREATE TABLE mine (id int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden)


def test_the_script_for_another_server_names_all_three_roles_and_the_extensions() -> None:
    script = roles.setup_script()
    for word in (roles.OWNER, roles.APPLICATION, roles.REPORT, *roles.EXTENSIONS, *roles.APPEND_ONLY):
        assert word in script
