"""Message catalogues: compiled at start with babel, and searched for sentences that have no Chinese yet.

`python -m govpost.surfaces.shared.catalogues [folder …]` prints the missing sentences as entries ready to translate.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

GOVPOST = Path(__file__).resolve().parents[2]
LANGUAGE = "zh_Hans"
KEYWORDS: dict[str, Any] = dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop", "_", "_lazy", "_noop", "Text", "Word"))
KEYWORDS.update(dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)))
KEYWORDS.update(dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)))
KEYWORDS["npgettext"] = ((1, "c"), 2, 3)


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence in the source: its English id (the singular), context if any, and where it stands."""

    msgid: str
    context: str
    file: Path
    line: int
    plural: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.msgid


def compile_all(root: Path = GOVPOST) -> list[Path]:
    """Compile every catalogue newer than its binary; returns the binaries written. Safe to run in several processes at once."""
    return [_compile(po) for po in sorted(root.glob("**/locale/*/LC_MESSAGES/django.po")) if _is_stale(po)]


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime_ns <= po.stat().st_mtime_ns


def _compile(po: Path) -> Path:
    mo = po.with_suffix(".mo")
    with po.open("rb") as source:
        catalogue = read_po(source, locale=po.parts[-3], abort_invalid=True)
    handle, half_way = tempfile.mkstemp(dir=po.parent, suffix=".tmp")
    with os.fdopen(handle, "wb") as out:
        write_mo(out, catalogue)
    Path(half_way).chmod(0o644)
    Path(half_way).replace(mo)
    return mo


def missing_messages(*folders: Path, root: Path = GOVPOST) -> list[Found]:
    """Sentences below `folders` (default: the whole program) that no Chinese catalogue of the program translates."""
    known = translated(root)
    seen: dict[tuple[str, str], Found] = {}
    for found in sentences(folders or (root,)):
        if found.msgid and found.key not in known:
            seen.setdefault(found.key, found)
    return list(seen.values())


def translated(root: Path = GOVPOST) -> set[tuple[str, str]]:
    """(context, msgid) of every sentence that has a Chinese translation, Django's own catalogue included."""
    import django

    paths = [*root.glob(f"**/locale/{LANGUAGE}/LC_MESSAGES/django.po"), *_of_django(Path(django.__file__).parent)]
    return {key for path in paths for key in _keys_of(path)}


def _of_django(home: Path) -> Iterable[Path]:
    return [path for part in ("conf", "contrib/auth") for path in home.glob(f"{part}/locale/{LANGUAGE}/LC_MESSAGES/django.po")]


def _keys_of(path: Path) -> Iterator[tuple[str, str]]:
    with path.open("rb") as source:
        catalogue: Catalog = read_po(source, locale=LANGUAGE)
    for message in catalogue:
        strings = [message.string] if isinstance(message.string, str) else list(message.string or [""])
        if message.id and all(strings) and not message.fuzzy:
            yield message.context or "", message.id if isinstance(message.id, str) else message.id[0]


def sentences(folders: Iterable[Path]) -> Iterator[Found]:
    """Every sentence in Python calls and templates below `folders`, tests left out."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".html", ".txt") and not {"tests", "migrations", "__pycache__"} & set(path.parts):
                yield from _in_file(path)


def _in_file(path: Path) -> Iterator[Found]:
    source = path.read_text("utf-8")
    if path.suffix != ".py":
        if "{%" not in source or "templates" not in path.parts:
            return
        # The template's own indentation means nothing, but the Python tokenizer would stumble over it.
        source = "\n".join(line.lstrip() for line in templatize(source, origin=str(path)).split("\n"))
    extracted = extract_python(io.BytesIO(source.encode()), KEYWORDS, [], {"encoding": "utf-8"})
    for line, function, messages, _comments in extracted:
        yield from _found(path, line, str(function or ""), messages)


def _found(path: Path, line: int, function: str, messages: Any) -> Iterator[Found]:
    parts = [part for part in (messages if isinstance(messages, tuple) else (messages,)) if isinstance(part, str)]
    context = parts.pop(0) if "pgettext" in function and parts else ""
    if parts:
        plural = parts[1] if function.startswith("n") and len(parts) > 1 else ""
        yield Found(parts[0], context, path, line, plural)


def entries(missing: Iterable[Found]) -> str:
    """The missing sentences as empty entries of a .po file."""
    catalogue = Catalog(locale=LANGUAGE)
    for found in missing:
        ids = (found.msgid, found.plural) if found.plural else found.msgid
        catalogue.add(ids, context=found.context or None, locations=[(str(found.file.relative_to(GOVPOST.parent)), found.line)])
    from babel.messages.pofile import write_po

    out = io.BytesIO()
    write_po(out, catalogue, omit_header=True, width=0)
    return out.getvalue().decode()


def main(arguments: list[str]) -> int:
    missing = missing_messages(*(Path(name).resolve() for name in arguments))
    sys.stdout.write(entries(missing))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
