"""Brings the tables up to date as the owner, then says again what the application and the report role may do."""

from __future__ import annotations

import os

import psycopg
from psycopg import sql

from govpost.ops.binaries import NoServer
from govpost.ops.postgres import apply_grants


def migrate(*, verbosity: int = 1) -> None:
    """Needs DATABASE_OWNER_URL; run before the new program's processes start. Running it again changes nothing."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govpost.config.settings")
    django.setup()
    if "owner" not in settings.DATABASES:
        raise NoServer("The owner's address is missing. Set DATABASE_OWNER_URL to that of the role that owns the tables and migrate again.")
    call_command("migrate", database="owner", run_syncdb=True, interactive=False, verbosity=verbosity)
    address = owner_address(settings.DATABASES["owner"])
    apply_grants(address)
    look_at_new_columns(address)


_UNKNOWN = """
SELECT DISTINCT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND pg_relation_size(c.oid) > 0
  AND NOT EXISTS (SELECT 1 FROM pg_stats s WHERE s.schemaname = 'public' AND s.tablename = c.relname AND s.attname = a.attname)
"""


def look_at_new_columns(owner_url: str) -> list[str]:
    """Take statistics of filled tables that got a column: the server itself does so when a tenth of the rows have changed. Their names."""
    with psycopg.connect(owner_url, autocommit=True, connect_timeout=5) as connection:
        connection.execute("SET statement_timeout = 0")
        tables = [table for (table,) in connection.execute(_UNKNOWN).fetchall()]
        for table in tables:
            connection.execute(sql.SQL("ANALYZE {}").format(sql.SQL(table)))
        return tables


def owner_address(database: dict[str, object]) -> str:
    from psycopg.conninfo import make_conninfo

    return make_conninfo(
        host=str(database["HOST"]),
        port=str(database["PORT"] or 5432),
        user=str(database["USER"]),
        password=str(database["PASSWORD"]),
        dbname=str(database["NAME"]),
    )


if __name__ == "__main__":
    migrate(verbosity=0)
