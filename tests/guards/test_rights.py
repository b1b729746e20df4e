"""Deny by default, held by tests: every route names its audience, every action asks for its permission."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

from django.urls import get_resolver

from govpost.surfaces.shared.access import audiences_of, walk
from tests.guards.source import ROOMS, ROOT, called, functions, name_of, parse, tracked

# What asks: `permit` itself, the rooms' own words for it, or a decision that is required.
ASKS = {"permit", "may_do", "own_case", "permit_at", "require", "permit_own"}


def test_every_route_names_its_audience() -> None:
    closed = [str(p.pattern) for p in walk(get_resolver().url_patterns) if not audiences_of(p.callback)]
    assert closed == []


def test_every_action_takes_who_and_when_and_asks_for_its_permission() -> None:
    silent = []
    for room in ROOMS:
        for path in _action_files(room):
            bodies = _bodies(room)
            verbs = [node for node in parse(path).body if isinstance(node, ast.FunctionDef) and _is_verb(node, room)]
            silent += [f"{name_of(path)}:{node.lineno} {node.name}" for node in verbs if not _asks(node, bodies, set())]
    assert silent == []


def _action_files(room: str) -> list[Path]:
    home = ROOT / "govpost" / room
    return [p for p in tracked() if p == home / "actions.py" or p.parent == home / "actions"]


def _bodies(room: str) -> dict[str, ast.FunctionDef]:
    files = [p for p in tracked() if p.suffix == ".py" and p.is_relative_to(ROOT / "govpost" / room) and "tests" not in p.parts]
    return {node.name: node for path in files for node in functions(parse(path))}


# Called inside a verb of another room, by its right: the journal writes what became true, notices what is said of it.
INSIDE_ANOTHER_RIGHT = {"keep", "record", "record_reading", "say", "fact_of"}


def _is_verb(node: ast.FunctionDef, room: str) -> bool:
    """What a room offers: in a package of actions, what its `__init__` names."""
    offered = getattr(import_module(f"govpost.{room}.actions"), "__all__", None)
    public = node.name in offered if offered is not None else not node.name.startswith("_")
    return public and _takes_actor(node) and node.name not in INSIDE_ANOTHER_RIGHT


def _takes_actor(node: ast.FunctionDef) -> bool:
    return "by" in {arg.arg for arg in (*node.args.args, *node.args.kwonlyargs)}


def _asks(node: ast.FunctionDef, bodies: dict[str, ast.FunctionDef], seen: set[str]) -> bool:
    names = called(node)
    if names & ASKS:
        return True
    for name in names - seen:
        seen.add(name)
        if name in bodies and _asks(bodies[name], bodies, seen):
            return True
    return False
