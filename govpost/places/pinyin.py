"""Spells Chinese words for searching: 亳州 is found by "bozhou" and by "bz"."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, lazy_pinyin, load_phrases_dict

# Place names that a dictionary of common words reads wrongly.
load_phrases_dict({"涡阳": [["guō"], ["yáng"]]})


@dataclass(frozen=True, slots=True)
class Spelling:
    """`full` is the whole pinyin without tones or spaces, `initials` the first letter of each syllable."""

    full: str
    initials: str


@lru_cache(maxsize=4096)
def spell(words: str) -> Spelling:
    """Latin letters and digits stay as they are, in lower case; punctuation and spaces go."""
    text = folded(words)
    return Spelling(
        "".join(lazy_pinyin(text, style=Style.NORMAL, errors="default")),
        "".join(lazy_pinyin(text, style=Style.FIRST_LETTER, errors="default")),
    )


def folded(words: str) -> str:
    """One form for comparing: full-width as half-width, lower case, letters and digits only."""
    text = unicodedata.normalize("NFKC", words).casefold()
    return "".join(character for character in text if character.isalnum())
