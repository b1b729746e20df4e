"""Translations compile by themselves and a broken catalogue is named."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from govpost.ops.messages import BadCatalogue, compile_messages

_HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def _catalogue(root: Path, text: str) -> Path:
    source = root / "room/locale/zh_Hans/LC_MESSAGES/django.po"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(_HEAD + text)
    return source


def test_a_catalogue_is_compiled_once_and_again_when_it_changed(tmp_path: Path) -> None:
    source = _catalogue(tmp_path, 'msgid "Post"\nmsgstr "邮政"\n')
    assert compile_messages(tmp_path) == 1
    assert compile_messages(tmp_path) == 0
    with source.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Post") == "邮政"
    _catalogue(tmp_path, 'msgid "Post"\nmsgstr "邮"\n')
    assert compile_messages(tmp_path) == 1


def test_a_broken_catalogue_is_named(tmp_path: Path) -> None:
    source = _catalogue(tmp_path, 'msgid "Post"\n邮政\n')
    with pytest.raises(BadCatalogue, match=r"django\.po"):
        compile_messages(tmp_path)
    assert not source.with_suffix(".mo").exists()
