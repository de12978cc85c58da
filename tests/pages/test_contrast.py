"""The contrast of every pair of colours that stand on each other, recomputed from the style sheet (WCAG 2.x luminance)."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "server" / "static" / "base.css").read_text()
THEMES = {"lins": ':root, [data-theme="lins"]', "vakars": '[data-theme="vakars"]', "kontrasts": '[data-theme="kontrasts"]'}
GROUNDS = ("page", "surface", "sunken")
TEXT_PAIRS = [
    *(("ink", ground) for ground in GROUNDS),
    *(("ink-2", ground) for ground in GROUNDS),
    ("pine", "page"), ("pine", "surface"), ("on-strong", "pine"), ("on-strong", "rowan"), ("on-strong", "sea"),
    ("rowan", "page"), ("rowan", "surface"), ("rowan", "rowan-soft"), ("sea", "surface"),
    ("ink", "pine-soft"), ("ink", "amber-soft"), ("ink", "sea-soft"), ("on-amber", "amber"),
]  # fmt: skip
BORDER_PAIRS = [("line-strong", "page"), ("line-strong", "surface"), ("focus-line", "page")]


def colours(theme: str) -> dict[str, str]:
    """The custom properties that hold a colour in a theme, those of the first block underneath."""
    blocks = [re.search(re.escape(THEMES[name]) + r"\s*\{([^}]*)\}", CSS) for name in ("lins", theme)]
    assert all(blocks), theme
    found: dict[str, str] = {}
    for block in blocks:
        found |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", block.group(1)))  # type: ignore[union-attr]
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_formula_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_reaches_seven_to_one(theme: str, text: str, ground: str) -> None:
    known = colours(theme)
    assert contrast(known[text], known[ground]) >= 7, f"{text} on {ground}"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("line", "ground"), BORDER_PAIRS)
def test_borders_and_focus_reach_three_to_one(theme: str, line: str, ground: str) -> None:
    known = colours(theme)
    assert contrast(known[line], known[ground]) >= 3, f"{line} on {ground}"
