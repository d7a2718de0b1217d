"""Colours can be told apart by everybody, in light and in dark."""

import re
from itertools import product

import pytest

from caf_pipelines.report.writing import TEMPLATES

TEXTS = ("ink", "muted", "accent", "good", "bad", "unknown", "held", "move")
GRAPHICS = ("served", "frozen", "newest", "good", "bad", "held")
GROUNDS = ("paper", "sheet")


def _palettes() -> dict[str, dict[str, str]]:
    """The colours of both themes by name; dark ones stand in the media query."""
    css = (TEMPLATES / "colours.css").read_text("utf-8")
    light, dark = css.split("@media", 1)
    return {
        theme: dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", part))
        for theme, part in (("light", light), ("dark", dark))
    }


PALETTES = _palettes()


def _luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance of an sRGB colour."""
    shares = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_both_themes_have_the_same_colours():
    """A colour that only one theme knows would fall back to nothing in the other."""
    assert PALETTES["light"].keys() == PALETTES["dark"].keys()


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize(("text", "ground"), product(TEXTS, GROUNDS))
def test_text_has_enough_contrast(theme, text, ground):
    """WCAG 2.2 AA asks for 4.5 to 1."""
    colours = PALETTES[theme]

    assert _contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize(("mark", "ground"), product(GRAPHICS, GROUNDS))
def test_marks_have_enough_contrast(theme, mark, ground):
    """WCAG 2.2 AA asks for 3 to 1 where a shape carries meaning."""
    colours = PALETTES[theme]

    assert _contrast(colours[mark], colours[ground]) >= 3


@pytest.mark.parametrize("name", ["colours.css", "picture.css", "page.css"])
def test_styles_are_plain_and_whole(name):
    """No address, no import, and every brace closed."""
    css = (TEMPLATES / name).read_text("utf-8")

    assert not re.search(r"@import|url\(|https?:|</", css)
    assert css.count("{") == css.count("}")


def test_both_themes_and_small_screens_are_provided_for():
    """Dark, phone, and people who want nothing to move."""
    css = "".join((TEMPLATES / name).read_text("utf-8") for name in ("colours.css", "page.css"))

    for asked in ("prefers-color-scheme: dark", "max-width", "prefers-reduced-motion", ":focus"):
        assert asked in css
