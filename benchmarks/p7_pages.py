"""P7: the desk's pages at a million cases, read by sixteen people at once over HTTP, beside one reader alone and the CPU that a page costs.

The demonstration's stories are built by their actions; then every case is copied with its papers, orders, links and parcels by SQL, with ids
and numbers of its own, a day further back for each round: closed ones many times, open ones so often that 2 of 100 cases are open.
"""

from __future__ import annotations

import random
import re
import time
from typing import Any

import httpx
import psycopg

from benchmarks.ground import Ground, drive
from benchmarks.inside import SEED, go_inside, owner

NAME = "P7 pages under load"
GOAL = "p95 ≤ 150 ms at 16 users, who look at a page for a second, and 1,000,000 cases"
CASES, FULL, USERS, CALLS, ALONE, LOOK_S = 50_000, 1_000_000, 16, 480, 12, 1.0
STORIES, OPEN = 120, 0.02
# Who reads what: the pages that grow with history.
PAGES: dict[str, tuple[str, str]] = {
    "cases": ("shi", "/desk/cases"), "supervision": ("wu", "/desk/supervision"), "supervision_red": ("wu", "/desk/supervision?light=red"),
    "mail": ("wu", "/desk/supervision/mail"), "station": ("sun", "/desk/station"), "rates": ("zheng", "/desk/rates"),
    "window": ("wang", "/desk/window"), "dispatch": ("feng", "/desk/dispatch"), "sent": ("tang", "/desk/sent"),
    "accounts": ("jin", "/desk/accounts"),
}  # fmt: skip


def run(ground: Ground, *, full: bool) -> dict[str, Any]:
    go_inside(ground)
    from govpost.demo.build import build

    wanted = FULL if full else CASES
    with owner(ground) as connection:
        _clear(connection)
    build(lambda done, of, words: None, seed=SEED, orders=STORIES)
    with owner(ground) as connection:
        started = time.perf_counter()
        _multiply(connection, wanted)
        made, open_cases = _count(connection)
        spent = time.perf_counter() - started
    readers = {login: _sign_in(ground, login) for login in {login for login, _ in PAGES.values()}}
    alone, spent_cpu = {}, {}
    for name, (login, path) in PAGES.items():
        drive(_reading(path), _reader(ground, readers[login]), clients=1, calls=4)
        before = ground.cpu_ms()
        alone[name] = drive(_reading(path), _reader(ground, readers[login]), clients=1, calls=ALONE)
        web, sql = (round((after - was) / ALONE, 1) for was, after in zip(before, ground.cpu_ms(), strict=True))
        spent_cpu[name] = {f"{name}_web_cpu_ms": web, f"{name}_sql_cpu_ms": sql}
    figures, racing = _together(ground, readers, look_s=LOOK_S), _together(ground, readers, look_s=0)
    by_page: dict[str, Any] = {key: value for name in PAGES for key, value in spent_cpu[name].items()}
    by_page |= {f"{name}_p95_ms": figures[name] for name in PAGES} | {f"{name}_alone_ms": rate.p50_ms for name, rate in alone.items()}
    return by_page | {
        "cases": made, "open": open_cases, "users": USERS, "seed": SEED, "made_s": spent, "p95_ms": figures["all"], "per_s": figures["per_s"],
        "no_pause_p95_ms": racing["all"], "no_pause_per_s": racing["per_s"], "worst_ms": max(figures[name] for name in PAGES), "ratio": sum(r.p50_ms for r in alone.values()) / len(alone) / figures["all"],
    }  # fmt: skip


def _clear(connection: psycopg.Connection[Any]) -> None:
    """The ground's own seed would stand in the stories' way. The carriers stay: a migration writes them, and without one there is no mail."""
    rows = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '^(django_|procrastinate_|auth_|journal_stamp|settlement_carrier$)'"
        " AND tablename !~ '_[0-9]{6}$' AND tablename !~ '_default$'"
    ).fetchall()
    connection.execute(f"TRUNCATE {', '.join(row[0] for row in rows)} CASCADE")


# table → columns that are ids of copied rows, texts that must stay unique, and moments that move back with the round
_COPIED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "delivery_order": (("id",), ("number", "ref", "waybill_no", "envelope_serial")),
    "cases_case": (("id",), ("number", "document_serial")),
    "cases_casepaper": (("id", "case_id"), ()),
    "cases_caseorder": (("id", "case_id", "order_id"), ("number",)),
    "cases_parcel": (("id", "order_id"), ("number", "order_number")),
    "cases_parcelcase": (("id", "case_id", "parcel_id"), ()),
}
_ROWS = {
    "delivery_order": "order_id", "cases_case": "case_id", "cases_casepaper": "case_id", "cases_caseorder": "case_id",
    "cases_parcel": "parcel_id", "cases_parcelcase": "parcel_id",
}  # fmt: skip


def _multiply(connection: psycopg.Connection[Any], wanted: int) -> None:
    """Whole groups of cases that share a parcel are copied together; a copied id is a digest of the old one and the round."""
    connection.execute("SET session_replication_role = replica" if _is_superuser(connection) else "SET synchronous_commit = off")
    connection.execute(_GROUPS)
    if not connection.execute("SELECT 1 FROM bench_group WHERE order_id IS NOT NULL LIMIT 1").fetchone():
        raise RuntimeError("the stories brought no mail: pages of an empty post measure nothing")
    (closed, open_) = connection.execute(
        "SELECT count(DISTINCT case_id) FILTER (WHERE NOT opened), count(DISTINCT case_id) FILTER (WHERE opened) FROM bench_group"
    ).fetchone() or (1, 1)
    rounds = {False: int(wanted * (1 - OPEN) / closed), True: int(wanted * OPEN / open_)}
    for table, (ids, texts) in _COPIED.items():
        for opened, times in rounds.items():
            _copy_rows(connection, table, ids, texts, opened=opened, times=times)
    connection.execute("ANALYZE")


_GROUPS = """
CREATE TABLE bench_group AS
SELECT c.id AS case_id, co.order_id, pc.parcel_id, c.state NOT IN ('closed', 'not_accepted', 'withdrawn', 'terminated') AS opened
FROM cases_case c LEFT JOIN cases_caseorder co ON co.case_id = c.id
LEFT JOIN (SELECT i.case_id, i.parcel_id FROM cases_parcelcase i JOIN cases_parcel p ON p.id = i.parcel_id AND p.closed_at IS NOT NULL) pc
    ON pc.case_id = c.id
WHERE c.state <> 'draft' AND NOT EXISTS (
    SELECT 1 FROM cases_parcelcase one JOIN cases_parcelcase two ON two.parcel_id = one.parcel_id AND two.case_id <> one.case_id
    WHERE one.case_id = c.id)
"""


def _copy_rows(
    connection: psycopg.Connection[Any], table: str, ids: tuple[str, ...], texts: tuple[str, ...], *, opened: bool, times: int
) -> None:
    columns = [
        (str(name), str(kind))
        for name, kind in connection.execute(
            "SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
            " WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''", [table]
        )
    ]  # fmt: skip

    def value(name: str, kind: str) -> str:
        if name in ids:
            return f"md5(r.{name}::text || n)::uuid"
        if name in texts:
            return f"r.{name} || '-' || n"
        if name == "licence_id":
            return "NULL"  # one case each
        back = "'1 day'" if not opened else "'1 second'"
        moves = kind in ("timestamptz", "date")
        return f"(r.{name} - n * interval {back})::{kind}" if moves else f"r.{name}"

    names = ", ".join(name for name, _ in columns)
    values = ", ".join(value(*column) for column in columns)
    inside = f"SELECT {_ROWS[table]} FROM bench_group WHERE opened = {opened} AND {_ROWS[table]} IS NOT NULL"  # noqa: S608
    key = _ROWS[table] if table.endswith(("paper", "caseorder", "parcelcase")) else "id"
    connection.execute(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} r, generate_series(1, {times}) n WHERE r.{key} IN ({inside})"  # noqa: S608
    )


def _is_superuser(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def _count(connection: psycopg.Connection[Any]) -> tuple[int, int]:
    row = connection.execute(
        "SELECT count(*), count(*) FILTER (WHERE state NOT IN ('draft', 'closed', 'not_accepted', 'withdrawn', 'terminated')) FROM cases_case"
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _sign_in(ground: Ground, login: str) -> dict[str, str]:
    from govpost.demo.people import PASSWORD

    site = ground.url.removesuffix("/api/v1")
    with httpx.Client(base_url=site, timeout=60) as client:
        page = client.get("/desk/sign-in").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        names = re.findall(r'<input[^>]* name="([^"]+)"', page)
        who = next(name for name in names if name in ("username", "login", "auth-username"))
        secret = next(name for name in names if "password" in name)
        form = {"csrfmiddlewaretoken": token.group(1) if token else "", who: login, secret: PASSWORD}
        answer = client.post("/desk/sign-in", data=form, headers={"Referer": f"{site}/desk/sign-in"})
        if answer.status_code != 302:
            raise RuntimeError(f"{login} could not sign in: {answer.status_code}")
        return dict(client.cookies)


def _reader(ground: Ground, cookies: dict[str, str]) -> Any:
    return lambda: httpx.Client(base_url=ground.url.removesuffix("/api/v1"), cookies=cookies, timeout=120)


def _reading(path: str) -> Any:
    def read(client: httpx.Client) -> int:
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
        return 1

    return read


def _together(ground: Ground, readers: dict[str, dict[str, str]], *, look_s: float) -> dict[str, float]:
    """Sixteen readers, each going from page to page by chance: the 95th percentile of each page and of all.

    look_s: how long one looks at a page on average before the next; people take longer. 0: each asks on as soon as it is answered.
    """
    dice, times = random.Random(SEED), {name: list[float]() for name in PAGES}
    order = [dice.choice(list(PAGES)) for _ in range(CALLS)] + list(PAGES)
    clients = {login: _reader(ground, cookies) for login, cookies in readers.items()}

    def work(mine: dict[str, httpx.Client]) -> int:
        name = order.pop()
        time.sleep(dice.uniform(0.5, 1.5) * look_s)
        login, path = PAGES[name]
        started = time.perf_counter()
        _reading(path)(mine[login])
        times[name].append((time.perf_counter() - started) * 1000)
        return 1

    whole = drive(work, lambda: {login: make() for login, make in clients.items()}, clients=USERS, calls=len(order))
    found = {name: _p95(spent) for name, spent in times.items()}
    return found | {"all": _p95([each for spent in times.values() for each in spent]), "per_s": whole.per_s}


def _p95(spent: list[float]) -> float:
    return sorted(spent)[int(len(spent) * 0.95)] if spent else 0.0
