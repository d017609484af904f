"""Every pair of colours that may meet on a page keeps its contrast, in both themes.

Formula and floors: WCAG 2.2, success criteria 1.4.3 and 1.4.11 (4.5 for text; 3.0 for edges and focus).
"""

import re
from pathlib import Path

import pytest

import mooring.web

pytestmark = pytest.mark.pure

CSS = Path(mooring.web.__file__).parent / "static" / "mooring" / "css"
TEXT, EDGE = 4.5, 3.0
STATES = ("due", "overdue", "alert", "saved", "waiting")
GROUNDS = ("paper", "sheet", "wash")
PAIRS = [
    *[(ink, ground, TEXT) for ground in GROUNDS for ink in ("ink", "ink-2", "ink-3", "accent", *STATES)],
    *[(ink, f"{state}-wash", TEXT) for state in STATES for ink in (state, "ink", "ink-2")],
    *[(ink, "accent-wash", TEXT) for ink in ("accent", "ink", "ink-2")],
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("on-emergency", "emergency", TEXT),
    *[("emergency-edge", ground, EDGE) for ground in ("paper", "sheet")],
    *[(edge, ground, EDGE) for edge in ("line-strong", "focus") for ground in GROUNDS],
    *[(f"chart-{each}", ground, TEXT) for each in ("axis", "a", "b", "c") for ground in ("paper", "sheet")],
    ("chart-neutral", "sheet", TEXT),
    ("chart-limit", "paper", TEXT),
]


def colours(theme: str) -> dict[str, tuple[int, int, int]]:
    """The colour tokens of a theme, as red, green, blue from 0 to 255."""
    text = re.sub(r"/\*.*?\*/", "", (CSS / "tokens.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    found: dict[str, tuple[int, int, int]] = {}
    for head, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text.split("@media")[0]):
        if f'[data-theme="{theme}"]' in [part.strip() for part in head.split(",")]:
            for name, value in re.findall(r"--([\w-]+):\s*#([0-9a-fA-F]{6})", body):
                found[name] = (int(value[:2], 16), int(value[2:4], 16), int(value[4:], 16))
    return found


def luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance, 0 to 1."""
    parts = [each / 255 for each in colour]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """Contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_ratio_of_black_on_white_is_21_as_published() -> None:
    assert ratio((0, 0, 0), (255, 255, 255)) == pytest.approx(21.0)


@pytest.mark.parametrize("theme", ["day", "room"])
def test_every_pair_is_above_its_floor(theme: str) -> None:
    known = colours(theme)
    low = [
        f"{ink} on {ground}: {ratio(known[ink], known[ground]):.2f} < {floor}"
        for ink, ground, floor in PAIRS
        if ratio(known[ink], known[ground]) < floor
    ]
    assert low == []


def test_the_room_has_no_colour_with_more_blue_than_red() -> None:
    assert [name for name, (red, _, blue) in colours("room").items() if blue > red] == []


def test_colours_stand_in_the_tokens_alone() -> None:
    """A new colour is a token first; paper under a square code and black print are the exceptions."""
    allowed = {"#ffffff", "#000", "#e4e4e4"}
    strays = [
        f"{path.name}: {colour}"
        for path in CSS.glob("*.css")
        if path.name != "tokens.css"
        for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text(encoding="utf-8"))
        if colour not in allowed
    ]
    assert strays == []


def test_no_style_file_is_longer_than_400_lines() -> None:
    assert [p.name for p in CSS.glob("*.css") if len(p.read_text(encoding="utf-8").splitlines()) > 400] == []
