"""The colours keep WCAG 2.2 AA, computed from the token sheet itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SHEET = Path(__file__).resolve().parents[1] / "static" / "shared" / "tokens.css"
ROOT = SHEET.read_text("utf-8").split("}")[0]
TOKENS = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})", ROOT))

TEXT = [
    ("ink", "paper"),
    ("ink", "ground"),
    ("ink-2", "paper"),
    ("ink-2", "sunken"),
    ("ink-3", "paper"),
    ("ink-3", "ground"),
    ("ink-3", "sunken"),
    ("green-700", "paper"),
    ("green-700", "ground"),
    ("green-700", "green-50"),
    ("green-800", "green-50"),
    ("green-900", "green-100"),
    ("good", "good-ground"),
    ("warn", "warn-ground"),
    ("bad", "bad-ground"),
    ("note", "note-ground"),
    ("ink", "warn-ground"),
    ("paper", "green-700"),
    ("paper", "green-800"),
    ("paper", "green-900"),
    ("paper", "bad"),
    ("warn", "paper"),
    ("bad", "paper"),
    ("warn", "sunken"),
]
SHAPES = [
    ("line-strong", "paper"),
    ("line-strong", "ground"),
    ("good-shape", "paper"),
    ("bad-shape", "paper"),
    ("focus", "paper"),
    ("focus-halo", "green-800"),
    ("green-600", "paper"),
]


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(TOKENS[one]), _luminance(TOKENS[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_borders_shapes_and_focus_can_be_seen(shape: str, ground: str) -> None:
    assert contrast(shape, ground) >= 3.0


def test_the_measure_itself_is_right() -> None:
    TOKENS.update(black="#000000", white="#ffffff")
    assert contrast("black", "white") == pytest.approx(21.0)
