"""How a command says that it could not be done: a sentence with the remedy for people, one JSON object for programs."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass

from govpost.common.scrubbing import scrub

_MIGRATE = (
    "Run `govpost migrate` (on a server of your own with DATABASE_OWNER_URL), then the same command again; for a look around, "
    "`python3 run.py demo` brings everything."
)
_REACH = (
    "Check that PostgreSQL runs and that DATABASE_URL and DATABASE_OWNER_URL name it; `govpost doctor --sql` prints how to make the "
    "roles and the database."
)
_RIGHTS = "DATABASE_OWNER_URL must name the owner of the tables, DATABASE_URL the application; `govpost doctor --sql` prints both roles."
_AGAIN = "What was committed is kept; run the same command again when the database has time."
_NOT_MIGRATED = {"42P01", "42703", "42883", "3F000"}  # a table, column, function or schema that is not there
_NOT_ALLOWED = {"42501"}
_OVERTAXED = {"55P03", "57014", "40P01", "53100", "53200"}  # locks, time-outs, a deadlock, no room, no memory


@dataclass(frozen=True, slots=True)
class Failure:
    """What is wrong and what to do; both are sentences."""

    error: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.error} {self.remedy}".strip()


def format_option(command: argparse.ArgumentParser) -> None:
    """How a command prints its answer: a sentence for people or one JSON object."""
    command.add_argument("--format", choices=["text", "json"], default="text", help="how to print the answer (default: text)")


def explain(problem: BaseException) -> Failure | None:
    """The sentence for what a person must do first; None for a bug."""
    from django.core.exceptions import ImproperlyConfigured

    from govpost.common.refusal import InvalidInput, Refusal
    from govpost.ops.binaries import NoServer

    if isinstance(problem, NoServer | ImproperlyConfigured):
        return _split(str(problem))
    if isinstance(problem, InvalidInput):
        return _split(" ".join(str(sentence) for sentence in problem.errors.values()))
    if isinstance(problem, Refusal):
        return _split(str(problem.sentence))
    return _of_database(problem)


def _of_database(problem: BaseException) -> Failure | None:
    import psycopg
    from django.db.utils import Error

    cause = problem.__cause__ if isinstance(problem, Error) else problem
    if not isinstance(cause, psycopg.Error):
        return None
    state, words = cause.sqlstate or "", _first_line(cause)
    if state in _NOT_MIGRATED:
        return Failure(f"The database's tables are not those of this program ({words}).", _MIGRATE)
    if state in _NOT_ALLOWED:
        return Failure(f"The database's role may not do this ({words}).", _RIGHTS)
    if state in _OVERTAXED:
        return Failure(f"The database gave up ({words}).", _AGAIN)
    return Failure(f"The database cannot be reached ({words}).", _REACH) if isinstance(cause, psycopg.OperationalError) else None


def _first_line(error: Exception) -> str:
    return scrub((str(error).strip().splitlines() or [type(error).__name__])[0]).rstrip(".")


def _split(text: str) -> Failure:
    """House style: first what is wrong, then what to do."""
    error, stop, remedy = text.partition(". ")
    return Failure(error + stop.strip(), remedy)


def say(failure: Failure, *, as_json: bool) -> int:
    """Print it; the exit status for what could not be tried."""
    if as_json:
        print(json.dumps({"ok": False, "error": failure.error, "remedy": failure.remedy}, ensure_ascii=False))
    else:
        print(failure, file=sys.stderr)
    return 2
