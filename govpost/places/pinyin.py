"""Spells Chinese words for searching: 亳州 is found by "bozhou" and by "bz"."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from types import ModuleType

# Place names that a dictionary of common words reads wrongly.
_OURS = {"涡阳": [["guō"], ["yáng"]]}


@dataclass(frozen=True, slots=True)
class Spelling:
    """`full` is the whole pinyin without tones or spaces, `initials` the first letter of each syllable."""

    full: str
    initials: str


@lru_cache(maxsize=4096)
def spell(words: str) -> Spelling:
    """Latin letters and digits stay as they are, in lower case; punctuation and spaces go."""
    text = folded(words)
    if text.isascii():
        return Spelling(text, text)
    pinyin = _dictionary()
    return Spelling(
        "".join(pinyin.lazy_pinyin(text, style=pinyin.Style.NORMAL, errors="default")),
        "".join(pinyin.lazy_pinyin(text, style=pinyin.Style.FIRST_LETTER, errors="default")),
    )


@cache
def _dictionary() -> ModuleType:
    """Read when the first word is spelled: it takes 60 MB, and most processes spell none."""
    import pypinyin

    pypinyin.load_phrases_dict(_OURS)
    return pypinyin


def folded(words: str) -> str:
    """One form for comparing: full-width as half-width, lower case, letters and digits only."""
    text = unicodedata.normalize("NFKC", words).casefold()
    return "".join(character for character in text if character.isalnum())
