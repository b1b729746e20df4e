"""Words: every fact is heard or public, every message translated, every model in the glossary, every basis in law.md."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO

from babel.messages.pofile import read_po
from django.apps import apps

from govpost.journal.followers import load
from govpost.surfaces.shared.catalogues import missing_messages
from govpost.surfaces.shared.clauses import NOT_VERIFIED
from tests.guards.source import ROOMS, ROOT, modules, name_of, tracked


def _facts() -> dict[str, tuple[str, bool]]:
    """Fact name → (room, marked public)."""
    found: dict[str, tuple[str, bool]] = {}
    for room in ROOMS:
        if find_spec(f"govpost.{room}.events"):
            module = import_module(f"govpost.{room}.events")
            public: set[str] = getattr(module, "PUBLIC", set())
            names = {v for k, v in vars(module).items() if k.isupper() and isinstance(v, str) and "." in v}
            found |= {name: (room, name in public) for name in names}
    return found


def test_every_fact_has_a_listener_or_is_marked_public() -> None:
    heard = {kind for follower in load().values() for kind in follower.kinds}
    assert [name for name, (_, public) in _facts().items() if name not in heard and not public] == []


def test_every_follower_listens_to_facts_that_exist() -> None:
    known = set(_facts())
    assert sorted(f"{f.name}: {kind}" for f in load().values() for kind in f.kinds if kind not in known) == []


def test_facts_are_named_after_the_room_that_tells_them() -> None:
    assert [name for name, (room, _) in _facts().items() if name.partition(".")[0] != room] == []


def test_every_message_is_translated() -> None:
    assert missing_messages() == []


def test_every_model_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    ours = [model.__name__ for config in apps.get_app_configs() if config.name.startswith("govpost.") for model in config.get_models()]
    assert [name for name in ours if f"`{name}`" not in glossary] == []


def test_every_basis_of_a_rule_is_in_the_law_page() -> None:
    law = (ROOT / "docs" / "law.md").read_text()
    cited = set()
    for path, tree in modules():
        if path.name in ("rules.py", "clocks.py") or "kpis" in path.parts:
            cited |= {
                word
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
                for word in _LAW.findall(node.value)
            }
    assert sorted(word for word in cited if word not in law) == []


def test_the_carrier_has_one_name() -> None:
    """承运企业, as the glossary has it."""
    wrong = [str(path) for path in ROOT.glob("govpost/**/*.po") if re.search("承运[方商人]", path.read_text(encoding="utf-8"))]
    assert wrong == []


def test_what_is_not_verified_is_marked_alike_on_the_law_page_and_on_screen() -> None:
    rows = [line.split("|")[1] for line in (ROOT / "docs" / "law.md").read_text().splitlines() if line.startswith("|")
            and "**not verified**" in line]  # fmt: skip
    marked = [name.strip() for first in rows for name in first.partition(" (")[0].split(", ")]
    assert sorted(marked) == sorted(NOT_VERIFIED)


_LAW = re.compile(r"(?:行政许可法|邮政法|快递暂行条例|快递市场管理办法|法释〔2004〕13号|GB/T \d+(?:\.\d+)?|居民身份证法|护照法)")

_HOSTS = ["pypi" + ".org", "python" + "hosted.org", "registry." + "npmjs.org", "deb." + "debian.org"]


def test_no_tracked_file_names_a_package_registry() -> None:
    named = [name_of(p) for p in tracked() if p.suffix not in (".png", ".woff2") for host in _HOSTS if host in p.read_text(errors="ignore")]
    assert named == []


def test_a_sentence_has_one_translation_whatever_the_room() -> None:
    """Django merges the catalogues of all apps: the same words with two translations would show the wrong one on half the pages."""
    found: dict[tuple[str | None, str], set[str]] = {}
    for path in ROOT.glob("govpost/**/zh_Hans/LC_MESSAGES/django.po"):
        for message in read_po(BytesIO(path.read_bytes())):
            if message.id:
                word = message.id if isinstance(message.id, str) else message.id[0]
                found.setdefault((message.context, word), set()).add(str(message.string))
    assert {word: said for word, said in found.items() if len(said) > 1} == {}


def test_no_chinese_sentence_has_a_space_after_its_colon() -> None:
    """A text that ends with a colon takes the English space along ("Kept: "): Chinese has none."""
    spaced = re.compile(r'\{% translate "[^"]*:" %\}(?:</\w+>)? |:\{% endblocktranslate %\} |[}%]\}: ')
    wrong = [
        f"{path.name}: {found}" for path in tracked() if path.suffix == ".html" for found in spaced.findall(_outside(path.read_text()))
    ]
    wrong += [line for path in tracked() if path.suffix == ".po" for line in path.read_text().splitlines() if re.search(r"：\s", line)]
    assert not wrong


def _outside(template: str) -> str:
    """A template without its translated blocks, whose punctuation the catalogue changes."""
    return re.sub(r"\{% blocktranslate.*?%\}.*?(:?)\{% endblocktranslate %\}", r"\1{% endblocktranslate %}", template, flags=re.DOTALL)
