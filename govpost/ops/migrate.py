"""Brings the tables up to date as the owner, then says again what the application and the report role may do."""

from __future__ import annotations

import os

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
    apply_grants(owner_address(settings.DATABASES["owner"]))


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
