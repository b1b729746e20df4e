"""A file of people who join: each row an account with perhaps a first role, or errors with line and field.

Columns (any of the names): login 登录名 · name 姓名 · organisation 单位代码 · outlet 网点代码 · role 角色 ·
region 辖区代码 · ends_on 截止日期.
Only login, name and organisation are needed. A role may be written as on screens or as its identifier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from govpost.common.text import Text
from govpost.gateways.files.tables import Row, RowError, open_table
from govpost.parties.roles import Role
from govpost.parties.rules import login_form

_NAMES = {
    "login": ("login", "登录名", "账号", "工号"),
    "name": ("name", "姓名"),
    "organisation": ("organisation", "单位代码", "单位"),
    "outlet": ("outlet", "网点代码", "网点"),
    "role": ("role", "角色"),
    "region": ("region", "辖区代码", "辖区", "区划代码"),
    "ends_on": ("ends_on", "截止日期", "授权截止"),
}
NAMES = {spelling: name for name, spellings in _NAMES.items() for spelling in spellings}
NEEDED = ("login", "name", "organisation")
MOST = 500


@dataclass(frozen=True, slots=True)
class JoinerRow:
    """One good row, by codes; `region` is a division's code or "" for the organisation's own."""

    line: int
    login: str
    name: str
    organisation: str
    outlet: str
    role: str
    region: str
    ends_on: str


@dataclass(frozen=True, slots=True)
class JoinersRead:
    rows: list[JoinerRow]
    errors: list[RowError]
    unknown: list[str]


def read_joiners(data: bytes, *, role_words: Mapping[str, str]) -> JoinersRead:
    """Read a file; `role_words` says which role a word of the screens means. Raises InvalidInput when it is no table of people."""
    table = open_table(data, NAMES, needed=NEEDED)
    rows: list[JoinerRow] = []
    errors, seen = list(table.errors), dict[str, int]()
    for row in table.rows:
        role = _role(row.get("role"), role_words)
        wrong = _wrong(row, role, seen)
        errors += wrong
        if not wrong:
            login = row.get("login").lower()
            rows.append(
                JoinerRow(
                    row.line, login, row.get("name"), row.get("organisation"), row.get("outlet"), role or "", row.get("region"),
                    row.get("ends_on")[:10].replace("/", "-"),
                )
            )  # fmt: skip
    if len(rows) > MOST:
        errors.append(RowError(rows[MOST].line, "row", Text("At most 500 people join by one file. Split it and send the parts.")))
        del rows[MOST:]
    return JoinersRead(rows, errors, table.unknown)


def _role(word: str, words: Mapping[str, str]) -> str | None:
    """None for a word that is no role."""
    if not word:
        return ""
    return word if word in set(Role) else words.get(word)


def _wrong(row: Row, role: str | None, seen: dict[str, int]) -> list[RowError]:
    login, found = row.get("login").lower(), list[RowError]()
    if not (formed := login_form(login)).allowed:
        found.append(RowError(row.line, "login", formed.sentence))
    elif login in seen:
        found.append(RowError(row.line, "login", Text("The same login stands in line %(line)s.", {"line": seen[login]})))
    seen.setdefault(login, row.line)
    if not row.get("name"):
        found.append(RowError(row.line, "name", Text("Enter the person's name, at most 60 characters.")))
    if role is None:
        found.append(RowError(row.line, "role", Text("There is no role of this name. Write it as the list of roles does.")))
    if row.get("ends_on") and not _is_day(row.get("ends_on")[:10].replace("/", "-")):
        found.append(RowError(row.line, "ends_on", Text("Write the day as 2026-12-31.")))
    return found


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
