"""The shape of the code: sizes, names, who writes which table, who assigns states."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.guards.source import ROOMS, ROOT, functions, modules, name_of, tracked

LONGEST_FILE, LONGEST_FUNCTION = 400, 80


def test_no_file_is_longer_than_400_lines() -> None:
    long = [(name_of(p), p.read_text().count("\n")) for p, _ in modules(tests=True) if p.read_text().count("\n") > LONGEST_FILE]
    assert long == []


def test_no_function_is_longer_than_80_lines() -> None:
    long = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path, tree in modules(tests=True)
        for node in functions(tree)
        if (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name_of(path) for path, tree in modules()
        if tree.body and not ast.get_docstring(tree) and path.name not in ("apps.py", "__init__.py", "conftest.py")
    ]  # fmt: skip
    assert silent == []


@pytest.mark.parametrize("word", ["utils", "helpers", "manager", "services", "base", "misc"])
def test_no_file_has_a_name_that_says_nothing(word: str) -> None:
    assert [name_of(p) for p, _ in modules(tests=True) if p.stem == word or word in p.relative_to(ROOT).parts[:-1]] == []


def test_states_are_assigned_only_where_moves_are_made() -> None:
    """One `_move` a room writes `.state`; the mail room's states are written by `fold.sql` alone."""
    wrong = []
    for path, tree in modules():
        if not _room(path):
            continue
        for node in functions(tree):
            if node.name in ("_move", "move"):
                continue
            wrong += [f"{name_of(path)}:{getattr(child, 'lineno', 0)}" for child in _own_nodes(node) if _assigns_state(child)]
    assert wrong == []


def _own_nodes(function: ast.FunctionDef) -> list[ast.AST]:
    inner = {id(x) for f in ast.walk(function) if isinstance(f, ast.FunctionDef) and f is not function for x in ast.walk(f)}
    return [node for node in ast.walk(function) if id(node) not in inner]


def _assigns_state(node: ast.AST) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
    flat = [t for target in targets for t in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return any(isinstance(target, ast.Attribute) and target.attr == "state" for target in flat)


_WRITE = re.compile(r"\b(?:INSERT INTO|UPDATE|DELETE FROM|COPY)\s+([a-z]+)_[a-z_]+", re.IGNORECASE)


def test_a_rooms_tables_are_written_by_that_room_alone() -> None:
    wrong = []
    for path in tracked():
        room = _room(path)
        if path.suffix not in (".py", ".sql") or not room or "tests" in path.parts or "migrations" in path.parts:
            continue
        written = set(_WRITE.findall(path.read_text())) & set(ROOMS)
        wrong += [f"{name_of(path)} writes {table}" for table in written if table != room]
    assert wrong == []


_FUNCTION = re.compile(r"CREATE (?:OR REPLACE )?FUNCTION ([a-z_]+)\s*\((.*?)\$(?:\w*)\$;", re.DOTALL)


def test_a_function_of_the_database_writes_its_own_rooms_tables_alone() -> None:
    """A statement may call another room's function; what that function writes is the business of the room that ships it."""
    shipped = {
        name: (_room(path), set(_WRITE.findall(body)) & set(ROOMS))
        for path in tracked()
        if _room(path) and path.suffix in (".py", ".sql") and "tests" not in path.parts
        for name, body in _FUNCTION.findall(path.read_text())
    }
    assert {"journal_tell", "delivery_fold"} <= set(shipped)
    assert [f"{name} of {room} writes {tables}" for name, (room, tables) in shipped.items() if tables - {room}] == []
    assert [f"{name} is shipped by {room}" for name, (room, _) in shipped.items() if name.partition("_")[0] in set(ROOMS) - {room}] == []


def _room(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    return parts[1] if len(parts) > 2 and parts[0] == "govpost" and parts[1] in ROOMS else ""
