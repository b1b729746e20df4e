"""`govpost doctor`: what would stop or endanger this installation, each finding with what to do about it.

A running demo is found by its state file; without one the database is started for the question and stopped again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any

from govpost.common.refusal import Problem
from govpost.common.scrubbing import scrub
from govpost.ops import ground, roles, saying

Finding = tuple[str, Problem]
_WIDTH = 42
_SIGNS = {"ok": "ok     ", "warning": "WARNING", "error": "ERROR  "}
_SETTINGS = {"fsync": {"on"}, "full_page_writes": {"on"}, "synchronous_commit": {"on", "remote_write", "remote_apply"}}


def examine(*, invariants: bool, as_json: bool) -> int:
    """Print all findings; 1 if one of them is an error."""
    demo = ground.running_demo() if ground.has_own_database() else {}
    with ground.database() as started:
        import django

        django.setup()
        asked = chain(_all(bool(started), str(demo.get("url", ""))), _invariants() if invariants else ())
        findings = list(asked if as_json else _printed(asked))
    failed = any(problem.level == "error" for _, problem in findings)
    if as_json:
        listed = [{"about": about, "level": p.level, "sentence": p.sentence, "remedy": p.remedy} for about, p in findings]
        print(json.dumps({"ok": not failed, "findings": listed}, ensure_ascii=False, indent=2))
    return 1 if failed else 0


def _printed(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The same, each printed as soon as it is known: recounting a year takes minutes."""
    counts = Counter[str]()
    for about, problem in findings:
        counts[problem.level] += 1
        print(f"{_SIGNS[problem.level]} {about:<{_WIDTH}} {problem.sentence}", flush=True)
        if problem.remedy and problem.level != "ok":
            print(f"{'':>{_WIDTH + 7}} → {problem.remedy}", flush=True)
        yield about, problem
    print(f"{counts['error']} errors, {counts['warning']} warnings in {counts.total()} findings")


def print_sql() -> int:
    """The script for a server that is not ours."""
    print(roles.setup_script(), end="")
    return 0


def print_keys() -> int:
    from govpost.config.keys import new_keys

    print(json.dumps(new_keys(), indent=2))
    return 0


def _all(started: bool, demo_url: str) -> Iterator[Finding]:
    """Each question is asked even if another could not be answered; of a database that does not answer only that is said."""
    yield from _ask("configuration", partial(_configuration, demo_url))
    if lost := _lost():
        yield "database", lost
    else:
        for about, question in (
            ("database", _database),
            ("tables", _tables),
            ("journal", _journal),
            ("backups", _backups),
            ("clock", _clock),
            ("calendar", _calendar),
        ):
            yield from _ask(about, question)
    if started:
        yield "gateways", Problem("ok", "The demo does not run, so its sandboxes were not asked.")
    else:
        yield from _ask("gateways", _gateways)
    yield from _ask("pushes", _pushes)


def _ask(about: str, question: Callable[[], Iterator[Problem]]) -> Iterator[Finding]:
    try:
        yield from ((about, problem) for problem in question())
    except Exception as error:  # noqa: BLE001  a doctor that falls ill says so and goes on
        yield about, _not_asked(error)


def _not_asked(error: Exception) -> Problem:
    if failure := saying.explain(error):
        return Problem("error", failure.error, failure.remedy)
    words = scrub((str(error).strip().splitlines() or [""])[0])
    return Problem("error", f"This could not be asked: {type(error).__name__}: {words}", "See the findings above.")


def _lost() -> Problem | None:
    try:
        _one("SELECT 1")
    except Exception as error:  # noqa: BLE001
        return _not_asked(error)
    return None


# -- the questions --------------------------------------------------------------------


def _configuration(demo_url: str) -> Iterator[Problem]:
    from django.conf import settings

    mode = "a demo" if settings.DEMO else "production"
    yield Problem("ok", f"This is {mode}; its data lies in {settings.DATA}" + (f"; it runs at {demo_url}/" if demo_url else ""))
    place = _database_place(settings.DATA)
    if place:
        yield Problem("ok", f"PostgreSQL's files lie in {place}")
    if not settings.DEMO and not settings.GOVPOST_PUBLIC_URL.startswith("https://"):
        yield Problem("error", "People would send their data unencrypted.", "Set GOVPOST_PUBLIC_URL to an https:// address.")
    if not settings.DEMO and "owner" in settings.DATABASES:
        remedy = "Give DATABASE_OWNER_URL only to `govpost migrate`, not to web and worker."
        yield Problem("ok", f"The owner's address is known to this command. {remedy}")
    yield Problem("ok", f"{len(settings.GOVPOST_KEYS['data'])} data key(s); new rows use key {settings.GOVPOST_KEYS['current']}")


def _database_place(home: Path) -> Path | None:
    from govpost.ops.binaries import place_for_data

    place = place_for_data(home / "postgres")
    return place if place.exists() else None


def _database() -> Iterator[Problem]:
    version = int(_one("SHOW server_version_num"))
    level = "ok" if version >= 150000 else "error"
    yield Problem(level, f"PostgreSQL {version // 10000}.{version % 10000}", "Use PostgreSQL 15 or newer.")
    for name, good in _SETTINGS.items():
        value = _one(f"SHOW {name}")
        level = "ok" if value in good else "error"
        yield Problem(level, f"{name} is {value}", f"Set {name} = on: what was acknowledged could be lost.")
    level = "ok" if _one("SHOW data_checksums") == "on" else "warning"
    yield Problem(level, f"data_checksums is {_one('SHOW data_checksums')}", "Run pg_checksums --enable while the server is stopped.")
    yield from _role()
    missing = set(roles.EXTENSIONS) - {name for (name,) in _rows("SELECT extname FROM pg_extension")}
    if missing:
        yield Problem("error", f"Extensions are missing: {', '.join(sorted(missing))}", "`govpost doctor --sql` prints how to make them.")


def _role() -> Iterator[Problem]:
    name, high, owns = _rows(
        "SELECT current_user::text, rolsuper OR rolbypassrls OR rolcreaterole,"
        " EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user)"
        " FROM pg_roles WHERE rolname = current_user"
    )[0]
    remedy = "DATABASE_URL must name the application's role; `govpost doctor --sql` prints it."
    yield Problem("error" if high or owns else "ok", f"The application is the role {name}", remedy)
    altering = [table for table in roles.APPEND_ONLY if _may_alter(table)]
    if altering:
        yield Problem("error", f"The application may alter what was recorded: {', '.join(altering)}", "Run `govpost migrate`.")


def _may_alter(table: str) -> bool:
    query = "SELECT coalesce(has_table_privilege(to_regclass(%s), 'UPDATE') OR has_table_privilege(to_regclass(%s), 'DELETE'), false)"
    return bool(_one(query, table, table))


def _tables() -> Iterator[Problem]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    waiting = [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
    if waiting:
        yield Problem("error", f"{len(waiting)} migrations wait: {', '.join(waiting[:3])} …", "Run `govpost migrate`.")
        return
    yield Problem("ok", "All migrations are applied.")
    yield from _partitions()


def _partitions() -> Iterator[Problem]:
    for (parent,) in _rows("SELECT relname::text FROM pg_class WHERE relkind = 'p' AND relnamespace = 'public'::regnamespace ORDER BY 1"):
        stray = _strays(f"{parent}_default")
        remedy = "Rows arrived for a month that was not made; the worker makes it within the hour: see “months” in docs/operations.md."
        yield Problem("warning" if stray else "ok", f"{parent}: {stray} rows outside the months that were made", remedy)
        last = _one(
            "SELECT max(substring(c.relname FROM '[0-9]{6}$')) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = to_regclass(%s)",
            parent,
        )
        if last and last <= f"{datetime.now(tz=UTC):%Y%m}":
            yield Problem("warning", f"{parent}: the last month made is {last}", "Start `govpost worker`: it makes months ahead.")


def _strays(table: str) -> int:
    if not _one("SELECT to_regclass(%s)", table):
        return 0
    return int(_one(f'SELECT count(*) FROM "{table}"'))  # noqa: S608  the name comes from the catalogue


def _journal() -> Iterator[Problem]:
    from govpost.journal import followers

    behind = {name: lag for name, lag in followers.lag().items() if lag > 10_000}
    level = "warning" if behind else "ok"
    yield Problem(level, f"{len(followers.FOLLOWERS)} followers; far behind: {behind or 'none'}", "Does `govpost worker` run?")
    aside = int(_one("SELECT count(*) FROM journal_setaside"))
    yield Problem(
        "warning" if aside else "ok", f"{aside} facts are set aside", "A person must look: see “facts set aside” in docs/operations.md."
    )
    failed = int(_one("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'"))
    yield Problem("warning" if failed else "ok", f"{failed} background jobs failed for good", "Look at their errors and retry them.")


def _backups() -> Iterator[Problem]:
    """How long ago a backup was read back, and a restore was tried."""
    from django.conf import settings

    for kind, days, what in (("journal.backed_up", 2, "backup"), ("journal.drilled", 35, "restore drill")):
        last = _one("SELECT max(recorded_at) FROM journal_fact WHERE subject = 'backups' AND kind = %s", kind)
        late = last is None or datetime.now(tz=UTC) - last > timedelta(days=days)
        level = "warning" if late and not settings.DEMO else "ok"
        sentence = f"The last {what} is of {last:%Y-%m-%d %H:%M} UTC" if last else f"No {what} is known"
        yield Problem(level, sentence, f"Run `govpost {'backup' if days == 2 else 'drill'}`; see “backups” in docs/operations.md.")
    if (older := _older_server()) and settings.DEMO:
        yield Problem("warning", f"The data is of PostgreSQL {older}, an older version than is carried here.", "Run `govpost upgrade`.")


def _older_server() -> int | None:
    from govpost.ops.binaries import find_binaries

    version = int(_one("SHOW server_version_num")) // 10000
    return version if version < find_binaries().major else None


def _clock() -> Iterator[Problem]:
    difference = abs((datetime.now(tz=UTC) - _one("SELECT clock_timestamp()")).total_seconds())
    level = "ok" if difference < 1 else "error"
    yield Problem(level, f"This machine and the database differ by {difference:.1f} s", "Synchronise both clocks (NTP).")


def _calendar() -> Iterator[Problem]:
    this_year = datetime.now(tz=UTC).year
    for year in (this_year, this_year + 1):
        days, confirmed = _rows(
            'SELECT count(*), coalesce(bool_and(confirmed), false) FROM places_calendarday WHERE extract(year FROM "on") = %s', year
        )[0]
        known = days and confirmed
        sentence = f"{year}: working days are {'confirmed' if known else 'not confirmed; weekdays stand in, and dates say “provisional”'}"
        yield Problem("ok" if known else "warning", sentence, "Load the State Council's notice for the year when it is out.")


def _gateways() -> Iterator[Problem]:
    from django.conf import settings

    from govpost.common.plugs import plug

    for port in settings.PORTS:
        found = plug(port).check()
        yield from (Problem(problem.level, f"{port}: {problem.sentence}", problem.remedy) for problem in found)
        if not found:
            yield Problem("ok", f"{port} answers")


def _pushes() -> Iterator[Problem]:
    """Where the carrier must push to; the older push carries no signature, so its address is a secret of its own."""
    from django.conf import settings
    from django.urls import reverse

    from govpost.surfaces.partner_api.carrier import push_token

    if not (settings.GOVPOST_PUBLIC_URL and settings.GOVPOST_EMS_SIGN_KEY):
        remedy = "Set GOVPOST_PUBLIC_URL and GOVPOST_EMS_SIGN_KEY, then tell the carrier both addresses."
        yield Problem("warning", "The addresses of the carrier's pushes are not known yet.", remedy)
        return
    older = reverse("partner_api:ems_older_push", args=[push_token(settings.GOVPOST_EMS_SIGN_KEY)])
    yield Problem("ok", f"The carrier pushes 040002 to {settings.GOVPOST_PUBLIC_URL}{reverse('partner_api:ems_push')}")
    yield Problem("ok", f"The carrier's older push goes to {settings.GOVPOST_PUBLIC_URL}{older} (keep it secret)")


def _invariants() -> Iterator[Finding]:
    if find_spec("govpost.ops.invariants") is None:
        yield "invariants", Problem("warning", "This checkout has no invariants to recount yet.")
        return
    try:
        yield from import_module("govpost.ops.invariants").findings()
    except Exception as error:  # noqa: BLE001
        yield "invariants", _not_asked(error)


# -- asking the database ----------------------------------------------------------------


def _rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query, list(values))
        return list(cursor.fetchall())


def _one(query: str, *values: Any) -> Any:
    rows = _rows(query, *values)
    return rows[0][0] if rows else None
