"""What follows a migration."""

from __future__ import annotations

from govpost.ops import roles
from govpost.ops.migrate import look_at_new_columns
from govpost.ops.postgres import Server


def test_a_column_that_a_migration_brings_to_a_filled_table_gets_its_statistics(server: Server, journey: str) -> None:
    with server.connect(journey, roles.OWNER) as connection:
        connection.autocommit = True
        connection.execute("CREATE TABLE filled AS SELECT n FROM generate_series(1, 500) n")
        connection.execute("ANALYZE filled")
        connection.execute("ALTER TABLE filled ADD COLUMN half int GENERATED ALWAYS AS (n / 2) STORED")
        try:
            assert "filled" in look_at_new_columns(server.url(roles.OWNER, journey))
            known = connection.execute("SELECT count(*) FROM pg_stats WHERE tablename = 'filled'").fetchone()
            assert known == (2,)
            assert "filled" not in look_at_new_columns(server.url(roles.OWNER, journey))
        finally:
            connection.execute("DROP TABLE filled")
