"""How well an item fits what a person typed: words, everyday keywords, pinyin and initials. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from govpost.places.pinyin import Spelling, folded, spell

_LEAST_INITIALS = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """What an item is found by. `spelled` holds the spellings of its name (first) and of its keywords."""

    code: str
    name: str
    name_en: str
    keywords: tuple[str, ...]
    summary: str
    spelled: tuple[Spelling, ...]


def score(words: str, entry: Entry) -> int:
    """From 0 (does not fit) to 100 (is its name). Spaces do not matter; several words must all fit."""
    whole = _score(folded(words), entry)
    parts = [_score(folded(word), entry) for word in words.split()]
    return max(whole, min(parts, default=0) - 1, 0)


def _score(text: str, entry: Entry) -> int:
    if not text:
        return 0
    chinese = not text.isascii()
    return max(_by_name(text, entry), _by_keyword(text, entry), _by_sound(text, entry) if not chinese else _by_homophone(text, entry),
               30 if text in folded(entry.summary) else 0)  # fmt: skip


def _by_name(text: str, entry: Entry) -> int:
    if text in (entry.code, folded(entry.name)):
        return 100
    place = folded(entry.name).find(text)
    if place >= 0:
        return 90 if place == 0 else 80
    if text in folded(entry.name_en):
        return 60
    return 25 if len(text) > 1 and _in_order(text, folded(entry.name)) else 0


def _by_keyword(text: str, entry: Entry) -> int:
    keywords = [folded(keyword) for keyword in entry.keywords]
    if text in keywords:
        return 85
    # A whole sentence may hold the keyword: 我想开理发店 → 理发店.
    return max((75 if text in word else 45 if len(word) > 1 and word in text else 0 for word in keywords), default=0)


def _by_sound(text: str, entry: Entry) -> int:
    name, others = entry.spelled[:1], entry.spelled[1:]
    best = 0
    for bonus, group in ((10, name), (0, others)):
        for spelling in group:
            if spelling.full.startswith(text):
                best = max(best, 60 + bonus)
            elif len(text) >= _LEAST_INITIALS and spelling.initials.startswith(text):
                best = max(best, 55 + bonus)
            elif len(text) > _LEAST_INITIALS and (text in spelling.full or text in spelling.initials):
                best = max(best, 40 + bonus)
    return best


def _by_homophone(text: str, entry: Entry) -> int:
    """Written with another character of the same sound, or with pinyin among the characters."""
    sound = spell(text).full
    return 35 if len(text) > 1 and any(sound in spelling.full for spelling in entry.spelled) else 0


def _in_order(text: str, name: str) -> bool:
    """Whether the characters of `text` stand in `name` in this order: 卫许 fits 公共场所卫生许可."""
    rest = iter(name)
    return all(character in rest for character in text)
