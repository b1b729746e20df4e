"""`govpost backup`, `restore`, `receive-wal`, `drill` and `upgrade`."""

from __future__ import annotations

import argparse
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from govpost.ops import saying
from govpost.ops.binaries import NoServer

KEEP = 35


def add(words: Any) -> None:
    _backup(words)
    restore = words.add_parser("restore", help="bring a backup back into a new directory or an empty database, and check it")
    restore.add_argument("backup", type=Path, help="a directory that `govpost backup` made")
    restore.add_argument("--to", type=Path, help="the new data directory (default: the empty database DATABASE_OWNER_URL names)")
    restore.add_argument("--key", type=Path, action="append", default=[], help="one share of the backup's key; give it twice")
    restore.add_argument("--wal", type=Path, help="a directory of received WAL to replay on top")
    restore.add_argument("--until", type=_moment, help="no further than this moment, such as 2026-11-28T09:30+08:00")
    saying.format_option(restore)
    restore.set_defaults(run=_run_restore)
    receive = words.add_parser("receive-wal", help="on another machine: receive WAL synchronously until stopped (RPO 0)")
    receive.add_argument("--to", type=Path, required=True, help="where the segments go")
    receive.add_argument("--url", help="a role with REPLICATION (default: GOVPOST_RECEIVE_URL, or our own server here)")
    receive.set_defaults(run=_run_receive)
    drill = words.add_parser("drill", help="fill, write, back up, destroy, restore elsewhere, compare: prints RPO and RTO")
    drill.add_argument("--size", type=int, default=1000, help="megabytes of the database (default: 1000)")
    drill.add_argument("--seconds", type=float, default=5, help="how long it is written to after the backup (default: 5)")
    drill.set_defaults(run=_run_drill)
    upgrade = words.add_parser("upgrade", help="a data directory of an older PostgreSQL to the one that is carried here")
    upgrade.add_argument("directory", type=Path, nargs="?", help="the data directory (default: GOVPOST_DATA)")
    saying.format_option(upgrade)
    upgrade.set_defaults(run=_run_upgrade)


def _backup(words: Any) -> None:
    backup = words.add_parser("backup", help="an encrypted backup, read back before it has its name")
    backup.add_argument("--to", type=Path, help="the directory of backups, on another disk or machine")
    backup.add_argument("--key", type=Path, help="backup.pub (default: GOVPOST_BACKUP_KEY)")
    backup.add_argument("--keep", type=int, default=KEEP, help=f"how many of a kind stay, 0 for all (default: {KEEP})")
    backup.add_argument("--url", help="the server (default: our own, or DATABASE_OWNER_URL)")
    backup.add_argument("--physical", action="store_true", help="of another server: a base backup instead of a dump")
    backup.add_argument("--logical", action="store_true", help="of our own server: a dump instead of a base backup")
    backup.add_argument("--new-key", type=Path, metavar="DIR", help="only make a key: backup.pub and two shares")
    saying.format_option(backup)
    backup.set_defaults(run=_run_backup)


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no moment; write it as 2026-11-28T09:30+08:00") from None
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} has no time zone; add +08:00")
    return found


def _say(options: argparse.Namespace, facts: dict[str, Any], sentence: str) -> int:
    print(json.dumps({"ok": True, **facts}, ensure_ascii=False, default=str) if options.format == "json" else sentence)
    return 0


def _run_backup(options: argparse.Namespace) -> int:
    from govpost.ops.backup import keys, taking

    if options.new_key:
        files = [str(path) for path in keys.make(options.new_key)]
        tell = "Give each share to another person, away from this machine, and set GOVPOST_BACKUP_KEY to backup.pub."
        return _say(options, {"files": files}, f"{', '.join(files)}\n{tell}")
    if not options.to:
        raise NoServer("It is not said where the backup goes. Add --to DIR, best on another disk or machine.")
    with _source(options) as source:
        folder, made = taking.take(source, options.to.absolute(), key=options.key, keep=options.keep)
        _note("BACKED_UP", kind_of=made.kind, megabytes=sum(each["bytes"] for each in made.files) >> 20)
    size = sum(each["bytes"] for each in made.files)
    facts = {"backup": str(folder), "kind": made.kind, "bytes": size, "rows": made.rows, "verified_at": made.verified_at}
    return _say(options, facts, f"{folder}: {made.kind}, {size >> 20} MB, read back. Keys of the data are not in it.")


@contextmanager
def _source(options: argparse.Namespace) -> Iterator[Any]:
    """Our own server as a whole, or what an address names as a dump."""
    from govpost.ops import ground, postgres, roles
    from govpost.ops.backup.taking import Source
    from govpost.ops.postgres import SUPERUSER

    if options.url or not ground.has_own_database():
        url = options.url or os.environ.get("DATABASE_OWNER_URL")
        if not url:
            raise NoServer("A backup needs the owner's address. Set DATABASE_OWNER_URL or add --url.")
        yield Source(url, physical=options.physical, data_keys=_data_keys())
        return
    home = ground.data_directory()
    with ground.database() as started:
        found = postgres.running(home) if started is None else {name: started.url(name) for name in (SUPERUSER, roles.OWNER)}
        if not found:
            raise NoServer("The database has just ended. Run the same command again.")
        whole = not options.logical
        url = found[SUPERUSER if whole else roles.OWNER]
        yield Source(url, physical=whole, data_keys=_data_keys(), passwords=home / "postgres-passwords.json")


def _data_keys() -> list[int]:
    """Which keys the restored rows will need; the manifest names them and never holds them."""
    from govpost.ops import ground

    path = Path(os.environ.get("GOVPOST_KEYS_FILE") or ground.data_directory() / "keys.json")
    try:
        return sorted(int(number) for number in json.loads(path.read_text())["data"])
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _note(event: str, **facts: Any) -> None:
    """So that the doctor knows how old the last one is. A database that cannot be written to now is no reason to fail."""
    import django
    from django.db import Error, transaction

    django.setup()
    from govpost.common.actor import Actor
    from govpost.common.clock import now
    from govpost.journal import actions, events

    try:
        with transaction.atomic():
            actions.record(getattr(events, event), subject=events.BACKUPS, region="", at=now(), by=Actor.system("operations"), **facts)
    except Error as error:
        print(f"This could not be noted in the journal ({type(error).__name__}).")


def _run_restore(options: argparse.Namespace) -> int:
    from govpost.ops.backup import restoring
    from govpost.ops.postgres import Server

    home = options.to.absolute() if options.to else None
    if home and not os.environ.get("GOVPOST_KEYS_FILE") and not (home / "keys.json").exists():
        raise NoServer(f"The keys of the data are not at hand. Set GOVPOST_KEYS_FILE, or put keys.json into {home}, then restore.")
    if home is None:
        owner = os.environ.get("DATABASE_OWNER_URL")
        if not owner:
            raise NoServer("It is not said where to. Add --to DIR for a data directory, or set DATABASE_OWNER_URL to an empty database.")
        done = restoring.into_database(options.backup, owner, shares=options.key)
        return _report(options, done, "the database")
    done = restoring.into_directory(options.backup, home, shares=options.key, wal=options.wal, until=options.until)
    server = Server(home)
    server.start()
    try:
        _find(server, home)
        return _report(options, done, str(home))
    finally:
        server.stop()


def _find(server: Any, home: Path) -> None:
    """The settings look at what was restored, with the keys that were given."""
    from govpost.ops import ground

    os.environ.update(ground.addresses(server))
    os.environ["GOVPOST_DATA"] = str(home)
    if not os.environ.get("GOVPOST_KEYS_FILE"):
        os.environ["GOVPOST_DEMO"] = "1"


def _report(options: argparse.Namespace, done: Any, where: str) -> int:
    import django

    os.environ["GOVPOST_STATEMENT_TIMEOUT_MS"] = os.environ["GOVPOST_POOL_SIZE"] = "0"
    django.setup()
    from govpost.ops.backup.checking import check

    found = check()
    _note("RESTORED", seconds=round(done.seconds, 1), good=not found.wrong)
    last = done.last_at.astimezone(UTC).isoformat(timespec="milliseconds") if done.last_at else ""
    facts = {
        "ok": not found.wrong, "where": where, "rto_s": round(done.seconds, 1), "last_fact_at": last, "rows": done.rows,
        "sealed_opened": found.sealed, "wrong": found.wrong, "migrations_waiting": found.waiting,
    }  # fmt: skip
    words = [f"{where}: answered again after {done.seconds:.1f} s (RTO).", f"The newest fact is of {last}; what came later is lost (RPO)."]
    words += [f"{found.sealed} sealed fields opened; " + ("; ".join(found.wrong) or "the invariants hold") + "."]
    words += [f"{len(found.waiting)} migrations wait: run `govpost migrate`."] if found.waiting else []
    _say(options, facts, "\n".join(words))
    return 1 if found.wrong else 0


def _run_receive(options: argparse.Namespace) -> int:
    from govpost.ops import ground, postgres
    from govpost.ops.backup import receiving

    given = options.url or os.environ.get("GOVPOST_RECEIVE_URL", "")
    found = {} if given else postgres.running(ground.data_directory())
    url = given or (found or {}).get(postgres.SUPERUSER)
    if not url:
        raise NoServer("No server of ours runs here. Add --url with the address of a role that has REPLICATION.")
    return receiving.receive(url, options.to.absolute())


def _run_drill(options: argparse.Namespace) -> int:
    from govpost.ops import ground
    from govpost.ops.backup.drill import drill
    from govpost.ops.template import new_room

    room = new_room("govpost-drill-")
    try:
        said = drill(room / "drill", megabytes=options.size, seconds=options.seconds)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    print(json.dumps(said, ensure_ascii=False))
    good = said["rpo_lost"] == 0 and said["checks"] == "hold"
    if good and (not ground.has_own_database() or ground.running_demo()):
        with ground.database():
            _note("DRILLED", **{key: said[key] for key in ("size_mb", "acknowledged", "rpo_lost", "rto_s")})
    return 0 if good else 1


def _run_upgrade(options: argparse.Namespace) -> int:
    from govpost.ops import ground
    from govpost.ops.backup.upgrading import upgrade

    home = (options.directory or ground.data_directory()).absolute()
    done = upgrade(home)
    facts = {"before": done.before, "after": done.after, "done": done.done, "kept": str(done.kept), "rows": done.rows}
    if not done.done:
        return _say(options, facts, f"{home} is of PostgreSQL {done.after} already. Nothing was to be done.")
    total = sum(done.rows.values())
    sentence = f"{home} is of PostgreSQL {done.after} now: {total} rows of {len(done.rows)} tables are equal, what must hold holds."
    return _say(options, facts, f"{sentence}\nThe directory of PostgreSQL {done.before} is kept in {done.kept}; remove it when you like.")
