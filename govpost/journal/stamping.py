"""For migrations: triggers by which a room's configuration renews its mark."""

from __future__ import annotations

from django.db import migrations


def stamped(room: str, *tables: str) -> list[migrations.RunSQL]:
    """One operation per table; every statement that may change it renews the mark of `room`."""
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER {table}_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION touch_stamp('{room}')",
            f"DROP TRIGGER {table}_stamp ON {table}",
        )
        for table in tables
    ]
