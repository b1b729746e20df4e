"""The `govpost` command: what people and service managers call. Each word imports only what it needs."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from govpost import __version__
from govpost.common.scrubbing import scrub_tracebacks
from govpost.ops import admins, erasing, exports, measuring, saying, sizes, table_one
from govpost.ops.backup import command as backups
from govpost.ops.cities import command as cities

if TYPE_CHECKING:
    Words = argparse._SubParsersAction[argparse.ArgumentParser]

PORTS = ("ems", "sms", "identity")


def main(words: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 something is wrong, 2 it could not be tried (the sentence says what to do)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govpost.config.settings")
    scrub_tracebacks()
    options = parser().parse_args(words)
    try:
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `govpost doctor | head`
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123  nothing more may be written at exit
        return 1
    except Exception as problem:
        failure = saying.explain(problem)
        if failure is None:
            raise
        return saying.say(failure, as_json=_wants_json(options))


def _wants_json(options: argparse.Namespace) -> bool:
    return getattr(options, "format", "text") == "json"


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="govpost", description="GovPost 政邮通: apply once, decided by a department, brought by the post.")
    top.add_argument("--version", action="version", version=f"govpost {__version__}")
    words = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _demo(words)
    _processes(words)
    _import(words)
    _openapi(words)
    _picture(words)
    _doctor(words)
    admins.add(words)
    erasing.add(words)
    backups.add(words)
    exports.add(words)
    measuring.add(words)
    table_one.add(words)
    cities.add(words)
    return top


def _demo(words: Words) -> None:
    demo = words.add_parser("demo", help="a demo province: database, web, worker and sandboxes, until Ctrl-C")
    demo.add_argument("--port", type=_port, help="the port of the web (default: 8000, or a free one where that is taken)")
    demo.add_argument("--size", choices=sizes.NAMES, help="how much mail: small (default), county, city or year (Jining's 600,000)")
    demo.add_argument("--fresh", action="store_true", help="throw the demo's data away and build it anew")
    demo.set_defaults(run=_run_demo)


def _processes(words: Words) -> None:
    serve = words.add_parser("serve", help="the web process (production: behind a proxy that speaks TLS)")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=_port, default=8000)
    serve.add_argument("--processes", type=int, default=1, help="worker processes (default: 1; in production one per core)")
    serve.add_argument("--threads", type=int, default=4, help="threads in each (default: 4)")
    serve.set_defaults(run=_run_serve)
    worker = words.add_parser("worker", help="the worker: followers of the journal and background jobs")
    worker.add_argument("--concurrency", type=int, default=4, help="jobs at the same time (default: 4)")
    worker.set_defaults(run=_run_worker)
    sandbox = words.add_parser("sandbox", help="the sandboxes of carrier, short messages and identity service")
    for name in PORTS:
        sandbox.add_argument(f"--{name}-port", type=_port, required=True)
    sandbox.add_argument("--speed", type=float, help="carrier seconds per second (default: 720, an hour in five seconds)")
    sandbox.set_defaults(run=_run_sandbox)
    migrate = words.add_parser("migrate", help="make or update tables, grants, translations and static files (as the owner)")
    saying.format_option(migrate)
    migrate.set_defaults(run=_run_migrate)


def _import(words: Words) -> None:
    bring = words.add_parser("import", help="bring orders, carrier scans or a department's cases in from a file")
    bring.add_argument("what", choices=["orders", "scans", "cases"])
    bring.add_argument("file", type=Path, help="CSV, XLSX or NDJSON; the columns stand in docs/operations.md")
    bring.add_argument("--organisation", default="", help="orders: code of the organisation whose mail it is")
    bring.add_argument("--source", default="import", help="scans: under whose name the events are kept")
    bring.add_argument("--refused", type=Path, help="write the rows that were not taken, with what is wrong, to this CSV file")
    saying.format_option(bring)
    bring.set_defaults(run=_run_import)


def _picture(words: Words) -> None:
    words.add_parser("picture", help="photograph the running demo for the README").set_defaults(run=_run_picture)


def _openapi(words: Words) -> None:
    words.add_parser("openapi", help="print the partner API's OpenAPI document").set_defaults(run=_run_openapi)


def _doctor(words: Words) -> None:
    doctor = words.add_parser("doctor", help="look at configuration, database, gateways, clock and calendar")
    doctor.add_argument("--invariants", action="store_true", help="recount what must always hold, from the rows")
    doctor.add_argument("--sql", action="store_true", help="print the script that makes roles and database on another server")
    doctor.add_argument("--keys", action="store_true", help="print a new set of keys for GOVPOST_KEYS_FILE")
    saying.format_option(doctor)
    doctor.set_defaults(run=_run_doctor)


def _port(text: str) -> int:
    port = int(text) if text.isdigit() else 0
    if not 0 < port < 65536:
        raise argparse.ArgumentTypeError(f"{text} is no port; give a number from 1 to 65535")
    return port


# -- the commands, each a few lines before its own module ---------------------------


def _run_demo(options: argparse.Namespace) -> int:
    from govpost.ops.supervisor import demo

    return demo(port=options.port, fresh=options.fresh, size=options.size)


def _run_serve(options: argparse.Namespace) -> int:
    from govpost.ops import prepare, web

    _need_database("serve")
    prepare.for_web()
    return web.serve(options.host, options.port, workers=options.processes, threads=options.threads)


def _run_worker(options: argparse.Namespace) -> int:
    from govpost.ops import prepare, worker

    _need_database("worker")
    os.environ.setdefault("GOVPOST_STATEMENT_TIMEOUT_MS", "60000")
    prepare.translations()
    return worker.work(concurrency=options.concurrency)


def _run_sandbox(options: argparse.Namespace) -> int:
    from govpost.ops import ground, sandboxes

    ports = sandboxes.Ports(options.ems_port, options.sms_port, options.identity_port)
    public = os.environ.get("GOVPOST_PUBLIC_URL", "http://127.0.0.1:8000")
    for name, value in sandboxes.environment(ground.data_directory(), ports, public).items():
        os.environ.setdefault(name, value)
    return sandboxes.serve(ground.data_directory(), ports, speed=options.speed or sandboxes.SPEED)


def _run_migrate(options: argparse.Namespace) -> int:
    from govpost.ops import ground
    from govpost.ops.prepare import prepare

    os.environ.setdefault("GOVPOST_POOL_SIZE", "0")  # one connection, and its own words when there is none
    with ground.database():
        prepare()
    sentence = "Tables, grants, translations and static files are up to date."
    print(json.dumps({"ok": True, "sentence": sentence}) if _wants_json(options) else sentence)
    return 0


def _run_import(options: argparse.Namespace) -> int:
    from govpost.ops import ground

    if options.what == "orders" and not options.organisation:
        return _cannot(options, "It is not said whose mail this is.", "Add --organisation CODE.")
    if not options.file.is_file():
        return _cannot(options, f"{options.file} is not a file.", "Give the path of a CSV, XLSX or NDJSON file.")
    os.environ.setdefault("GOVPOST_STATEMENT_TIMEOUT_MS", "600000")
    os.environ.setdefault("GOVPOST_POOL_SIZE", "0")
    with ground.database():
        from govpost.ops import imports

        return imports.run(options)


def _cannot(options: argparse.Namespace, error: str, remedy: str) -> int:
    return saying.say(saying.Failure(error, remedy), as_json=_wants_json(options))


def _run_picture(options: argparse.Namespace) -> int:
    from govpost.ops import picture

    return picture.take()


def _run_openapi(options: argparse.Namespace) -> int:
    import django

    os.environ.setdefault("GOVPOST_DEMO", "1")
    django.setup()
    from govpost.surfaces.partner_api.openapi import document

    print(document(), end="")
    return 0


def _run_doctor(options: argparse.Namespace) -> int:
    from govpost.ops import doctor

    if options.sql:
        return doctor.print_sql()
    if options.keys:
        return doctor.print_keys()
    os.environ.setdefault("GOVPOST_POOL_SIZE", "0")
    return doctor.examine(invariants=options.invariants, as_json=_wants_json(options))


def _need_database(word: str) -> None:
    from govpost.ops.binaries import NoServer

    if not os.environ.get("DATABASE_URL"):
        raise NoServer(
            f"`govpost {word}` needs DATABASE_URL, the application role's address (`govpost doctor --sql` prints how to make the "
            "roles). For a trial without any setting run `python3 run.py demo`."
        )


if __name__ == "__main__":
    sys.exit(main())
