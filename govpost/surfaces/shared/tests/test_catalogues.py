"""Catalogues compile once, whole or not at all, and a sentence without Chinese is found wherever it stands."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

import pytest

from govpost.surfaces.shared.catalogues import compile_all, entries, missing_messages, sentences

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Known"
msgstr "已知"

#, fuzzy
msgid "Half known"
msgstr "大概"

msgid "Empty"
msgstr ""
"""


@pytest.fixture
def room(tmp_path: Path) -> Path:
    messages = tmp_path / "room" / "locale" / "zh_Hans" / "LC_MESSAGES"
    messages.mkdir(parents=True)
    (messages / "django.po").write_text(PO, "utf-8")
    return tmp_path


def test_a_catalogue_is_compiled_once_and_again_after_a_change(room: Path) -> None:
    (mo,) = compile_all(room)
    with mo.open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Known") == "已知"
    assert compile_all(room) == []
    po = mo.with_suffix(".po")
    os.utime(po, ns=(mo.stat().st_mtime_ns + 10**9,) * 2)
    assert compile_all(room) == [mo]
    assert not list(mo.parent.glob("*.tmp"))


def test_a_sentence_that_is_unsure_is_not_shown(room: Path) -> None:
    (mo,) = compile_all(room)
    with mo.open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Half known") == "Half known"


def _missing(room: Path, name: str, source: str) -> list[str]:
    path = room / "room" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, "utf-8")
    return [found.msgid for found in missing_messages(root=room)]


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("a.py", "_('Known'); _('New')", ["New"]),
        ("a.py", "gettext_lazy('Half known'); gettext('Empty')", ["Half known", "Empty"]),
        ("a.py", "Text('New %(n)s', {'n': 1})", ["New %(n)s"]),
        ("a.py", "Text(\n    'One '\n    'sentence')", ["One sentence"]),
        ("a.py", "Refusal('code', Text('New'))", ["New"]),
        ("a.py", "Word('New', 'good')", ["New"]),
        ("a.py", "ngettext('%(n)s paper', '%(n)s papers', n)", ["%(n)s paper"]),
        ("a.py", "pgettext('button', 'Known')", ["Known"]),
        ("a.py", "other('New')", []),
        ("templates/a.html", "{% load i18n %}{% translate 'New' %}{% translate 'Known' %}", ["New"]),
        ("templates/a.html", "{% blocktranslate trimmed with a=b %}\n New {{ a }}\n{% endblocktranslate %}", ["New %(a)s"]),
        ("templates/a.html", "{% fact _('New') 1 %}", ["New"]),
        ("templates/a.html", "    <p>\n      {% translate 'New' %}\n   </p>\n {% translate 'Newer' %}", ["New", "Newer"]),
        ("tests/a.py", "_('New')", []),
    ],
)
def test_a_sentence_without_chinese_is_found(room: Path, name: str, source: str, expected: list[str]) -> None:
    assert _missing(room, name, source) == expected


def test_missing_sentences_are_printed_ready_to_translate() -> None:
    from govpost.surfaces.shared.catalogues import GOVPOST, Found

    text = entries([Found('Say "yes"', "", GOVPOST / "a.py", 3)])
    assert 'msgid "Say \\"yes\\""\nmsgstr ""' in text
    assert "govpost/a.py:3" in text


def test_the_shared_surface_itself_lacks_no_word() -> None:
    from govpost.surfaces.shared.catalogues import GOVPOST

    here = GOVPOST / "surfaces" / "shared"
    assert len(list(sentences([here]))) > 100
    assert missing_messages(here, GOVPOST / "common") == []
