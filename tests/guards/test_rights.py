"""Deny by default, held by tests: every route names its audience, every action asks for its permission."""

from __future__ import annotations

import ast
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
            for node in parse(path).body:
                if isinstance(node, ast.FunctionDef) and _is_verb(node) and not _asks(node, bodies, set()):
                    silent.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert silent == []


def _action_files(room: str) -> list[Path]:
    home = ROOT / "govpost" / room
    return [p for p in tracked() if p == home / "actions.py" or p.parent == home / "actions"]


def _bodies(room: str) -> dict[str, ast.FunctionDef]:
    files = [p for p in tracked() if p.suffix == ".py" and p.is_relative_to(ROOT / "govpost" / room) and "tests" not in p.parts]
    return {node.name: node for path in files for node in functions(parse(path))}


def _is_verb(node: ast.FunctionDef) -> bool:
    return not node.name.startswith("_") and _takes_actor(node)


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
