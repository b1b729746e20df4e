"""The pages tell the truth about names: links, commands, options, settings, paths, functions, facts, roles, states."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

import run
from govpost.cases.states import State as CaseState
from govpost.delivery.states import State as MailState
from govpost.dispatch.states import State as TaskState
from govpost.ops import command, doctor
from govpost.parties.roles import Role
from tests.guards.source import ROOMS, ROOT, modules, name_of, tracked
from tests.guards.test_words import _facts as facts

OPERATIONS = ROOT / "docs" / "operations.md"
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_SETTING = re.compile(r"\b(?:GOVPOST|DATABASE)_[A-Z_]*[A-Z]\b")


def pages() -> list[Path]:
    """The markdown that people read; samples and component sheets beside the code are checked for links only."""
    return [p for p in tracked() if p.suffix == ".md" and (p.parent == ROOT or p.is_relative_to(ROOT / "docs"))]


def code_of(page: Path) -> Iterator[str]:
    """Every code span and every line of a fenced block."""
    text = page.read_text()
    for block in _FENCE.findall(text):
        yield from block.splitlines()[1:-1]
    yield from _SPAN.findall(_FENCE.sub("", text))


def test_every_relative_link_resolves() -> None:
    broken = []
    for page in (p for p in tracked() if p.suffix == ".md"):
        for target in _LINK.findall(_SPAN.sub("", _FENCE.sub("", page.read_text()))):
            path, _, anchor = target.partition("#")
            if "://" in path or path.startswith("mailto:"):
                continue
            goal = (page.parent / path).resolve() if path else page
            if not goal.exists() or (anchor and goal.suffix == ".md" and anchor not in _anchors(goal)):
                broken.append(f"{name_of(page)}: {target}")
    assert broken == []


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+\s+(.+?)\s*$", _FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# -- commands and their options -----------------------------------------------------


def _commands() -> dict[str, set[str]]:
    """Words of the govpost command with their options and those of their verbs."""
    return {word: _options(sub) for word, sub in _below(command.parser()).items()}


def _options(parser: argparse.ArgumentParser) -> set[str]:
    own = {option for action in parser._actions for option in action.option_strings}
    return own.union(*(_options(sub) for sub in _below(parser).values()))


def _below(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    words = [action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(words[0]) if words else {}


_RUN = {"demo": {"--port", "--fresh"}, "test": set(), "check": {"--quick", "--without-test"}, "bench": set(), "help": set()}


def _named() -> Iterator[tuple[str, str, str]]:
    """(page, which program, the rest of the line) of every command in code."""
    for page in pages():
        for line in code_of(page):
            for program, rest in re.findall(r"(python3 run\.py|(?<![\w./@=-])(?:\.venv/bin/)?govpost) ([a-z].*)", line):
                yield name_of(page), program, rest


def test_every_command_in_the_pages_exists_with_its_options() -> None:
    known, wrong = _commands(), []
    for page, program, rest in _named():
        word = rest.split()[0].rstrip(",;.:")
        options = set(re.findall(r"(?<!\S)(--[a-z-]+)", rest.split("#")[0].split("|")[0]))
        of_run = program.endswith("run.py") and word in _RUN
        if of_run and word in ("test", "bench"):
            continue  # the rest is pytest's or the benchmark's
        allowed = _RUN[word] if of_run else known.get(word)
        if allowed is None or options - allowed:
            wrong.append(f"{page}: {program} {rest}")
    assert wrong == []


def test_the_words_of_run_py_are_the_ones_that_its_help_names() -> None:
    named = set(re.findall(r"^  python3 run\.py ([a-z]+)", run.HELP, re.MULTILINE))
    assert named >= set(_RUN)
    assert named >= run.DEVELOPMENT


# -- settings -------------------------------------------------------------------------


def _read_from_environment() -> set[str]:
    """Names that the program asks of `os.environ`."""
    found: set[str] = set()
    for path, tree in modules():
        if path.is_relative_to(ROOT / "govpost"):
            found |= {name for node in ast.walk(tree) if (name := _asked(node)) and _SETTING.fullmatch(name)}
    return found


def _asked(node: ast.AST) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "setdefault") and node.args:
        return _of_environ(node.func.value, node.args[0])
    if isinstance(node, ast.Subscript):
        return _of_environ(node.value, node.slice)
    return ""


def _of_environ(where: ast.expr, name: ast.expr) -> str:
    is_environ = isinstance(where, ast.Attribute) and where.attr == "environ"
    return str(name.value) if is_environ and isinstance(name, ast.Constant) else ""


def test_every_setting_that_is_read_is_in_the_operations_page() -> None:
    told = OPERATIONS.read_text()
    assert sorted(name for name in _read_from_environment() if f"`{name}`" not in told) == []


def test_every_setting_in_the_pages_is_read() -> None:
    read = _read_from_environment() | _read_by_tests()
    wrong = [f"{name_of(p)}: {name}" for p in pages() for name in _SETTING.findall(p.read_text()) if name not in read]
    assert wrong == []


def _read_by_tests() -> set[str]:
    return {name for p in tracked() if p.is_relative_to(ROOT / "tests") and p.suffix == ".py" for name in _SETTING.findall(p.read_text())}


# -- names of the code ------------------------------------------------------------------

_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?(?:\.[a-z]+)?")
_DOTTED = re.compile(r"(?:govpost\.)?([a-z_]+)\.[a-z_]+(?:\.\w+)*")
_SOURCES = {"govpost", "docs", "tests", "benchmarks", *ROOMS, "common", "config", "gateways", "ops", "surfaces", "demo"}


def test_every_path_in_the_pages_exists() -> None:
    named = [(page, span) for page in pages() for span in _spans(page) if _PATH.fullmatch(span) and span.split("/")[0] in _SOURCES]
    assert [f"{name_of(page)}: {span}" for page, span in named if not any((home / span).exists() for home in _HOMES)] == []


def _spans(page: Path) -> list[str]:
    return _SPAN.findall(_FENCE.sub("", page.read_text()))


_HOMES = (ROOT, ROOT / "govpost", ROOT / "govpost" / "surfaces")


def test_every_function_in_the_pages_exists() -> None:
    said = set(facts()) | set(settings.PORTS) | {"journal.read", *_tasks()}
    named = [(page, span.removesuffix("()")) for page in pages() for span in _spans(page)]
    traces = ROOT / "docs" / "architecture.md"
    named += [(traces, name) for block in _FENCE.findall(traces.read_text()) for name in re.findall(r"(?<![\w/.])[a-z_]+(?:\.\w+)+", block)]
    ours = [(page, name) for page, name in named if _DOTTED.fullmatch(name) and _place(name) and not _PATH_END.search(name)]
    assert [f"{name_of(page)}: {name}" for page, name in ours if name not in said and not _resolves(name)] == []


_PATH_END = re.compile(r"\.(?:py|md|csv|json|sql|po|mo|typ|html|toml|txt|yaml|png|log|lock|sqlite)$")


def _place(name: str) -> bool:
    first = name.removeprefix("govpost.").split(".")[0]
    return first in {*ROOMS, "common", "config", "gateways", "ops", "surfaces"}


def _resolves(name: str) -> bool:
    parts = name.removeprefix("govpost.").split(".")
    for end in range(len(parts), 0, -1):
        dotted = "govpost." + ".".join(parts[:end])
        if _is_module(dotted):
            return _has(import_module(dotted), parts[end:])
    return False


def _is_module(dotted: str) -> bool:
    try:
        return find_spec(dotted) is not None
    except ModuleNotFoundError:
        return False


def _has(found: Any, rest: list[str]) -> bool:
    for part in rest:
        if not hasattr(found, part):
            return part in getattr(found, "__annotations__", {})
        found = getattr(found, part)
    return True


def _tasks() -> set[str]:
    """Names of background jobs."""
    found = set()
    for path, _ in modules():
        if path.name in ("tasks.py", "worker.py"):
            found |= set(re.findall(r'name="([a-z_.]+)"', path.read_text()))
    return found


# -- the glossary and the pages that others point to ----------------------------------------


def test_facts_roles_and_states_are_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    words = [*facts(), *(str(each.value) for kind in (Role, MailState, CaseState, TaskState) for each in kind)]
    assert sorted(word for word in words if f"`{word}`" not in glossary) == []


def test_every_kpi_has_its_definition_in_the_law_page() -> None:
    from govpost.quality.kpis import KPIS

    law = ROOT / "docs" / "law.md"
    assert [kpi.source for kpi in KPIS.values() if kpi.source.partition("docs/law.md#")[2] not in _anchors(law)] == []
    sections = dict(re.findall(r"^### (\w+)$(.*?)(?=^##)", law.read_text(), re.MULTILINE | re.DOTALL))
    assert [kpi.code for kpi in KPIS.values() if f"version {kpi.version}." not in sections.get(kpi.code, "")] == []


@pytest.mark.parametrize("said", ["months", "facts set aside"])
def test_what_the_doctor_points_to_is_there(said: str) -> None:
    assert f"“{said}”" in Path(doctor.__file__).read_text()
    assert re.search(rf"^## .*{said}", OPERATIONS.read_text(), re.MULTILINE | re.IGNORECASE)


def test_every_decision_has_its_parts_and_stands_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text()
    for page in sorted(folder.glob("0*.md")):
        assert f"]({page.name})" in listed
        assert all(f"## {part}" in page.read_text() for part in ("Context", "Decision", "Consequences", "Alternatives")), page.name


def test_the_licences_page_names_every_package() -> None:
    decision = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text()
    project = (ROOT / "pyproject.toml").read_text()
    packages = re.findall(r'^  "([A-Za-z0-9-]+)(?:\[[a-z,]+\])?(?:~=|==)', project, re.MULTILINE)
    assert [name for name in packages if name not in decision] == []
