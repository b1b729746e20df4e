"""What the guards read: the tracked sources as parsed trees."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "journal", "places", "parties", "profiles", "retention", "catalogue", "notices", "delivery", "licences", "settlement", "dispatch",
    "cases", "timeline", "quality", "supervision",
)  # fmt: skip


@cache
def tracked() -> tuple[Path, ...]:
    """Every file git knows or would add; outside a checkout, every file that is not hidden or made by tools."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        listed = [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.is_file() and not any(x.startswith(".") for x in p.parts)]
    return tuple(ROOT / name for name in listed if (ROOT / name).is_file())


def modules(*, tests: bool = False) -> Iterator[tuple[Path, ast.Module]]:
    """Python files of the program with their trees; migrations never, tests on request."""
    for path in tracked():
        parts = path.relative_to(ROOT).parts
        if path.suffix != ".py" or "migrations" in parts:
            continue
        if not tests and ("tests" in parts or path.name in ("testing.py", "conftest.py")):
            continue
        yield path, parse(path)


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def called(node: ast.AST) -> set[str]:
    """Names of everything called inside `node` (the last part of dotted names)."""
    found = set()
    for child in ast.walk(node):
        if isinstance(child, ast.Call):
            target = child.func
            found.add(target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", ""))
    return found
