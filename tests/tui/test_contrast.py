"""Every text can be read: 4.5 to 1 at least, in both themes, on every ground, the cursor's too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.color import ColorSystem
from textual import events
from textual.color import Color
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.theme import BUILTIN_THEMES, Theme

from awsttl.tui import theme
from support.pasted_renderings import RENDERINGS
from support.pasted_shapes import TEMPORARY
from support.programs import CHECKOUT
from support.stage import Stage, stage

LEAST = 4.5
"""WCAG 2.1, 1.4.3: of text in usual sizes."""
LEAST_OF_SIGNS = 3.0
"""WCAG 2.1, 1.4.11: of what is no text, such as a meter."""
TEXTS = ("foreground", "accent", "success", "warning", "error", "dim")
GROUNDS = ("background", "surface", "panel", "cursor-line")


def luminance(color: Color) -> float:
    """Relative luminance, by WCAG 2.1."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Color, other: Color) -> float:
    """Between 1 and 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colour(of: Theme, name: str) -> Color:
    found = {**theme.variables(of), **of.variables}.get(name)
    return Color.parse(found or getattr(of, name, None) or of.to_color_system().generate()[name])


@pytest.mark.parametrize("of", [theme.DARK, theme.LIGHT], ids=lambda of: of.name)
def test_of_our_own_themes_every_text_can_be_read_on_every_ground(of: Theme) -> None:
    poor = {
        (text, ground): round(found, 2)
        for text in TEXTS
        for ground in GROUNDS
        if (found := contrast(colour(of, text), colour(of, ground))) < LEAST
    }
    assert poor == {}


@pytest.mark.parametrize("of", theme.ours({"TERM": "xterm-256color"}), ids=lambda of: of.name)
def test_in_256_colours_the_grounds_are_greys_and_every_text_can_be_read(of: Theme) -> None:
    grounds = {name: in_256_colours(colour(of, name)) for name in GROUNDS}
    assert [name for name, found in grounds.items() if len({found.r, found.g, found.b}) > 1] == []
    assert grounds["background"] not in (grounds["cursor-line"], grounds["surface"])
    for text in TEXTS:
        for name, ground in grounds.items():
            assert contrast(in_256_colours(colour(of, text)), ground) >= LEAST, (text, name)


def in_256_colours(color: Color) -> Color:
    """What is drawn where a terminal has 256 colours."""
    drawn = color.rich_color.downgrade(ColorSystem.EIGHT_BIT)
    return Color.from_rich_color(drawn)


@pytest.mark.parametrize("of", [theme.DARK, theme.LIGHT], ids=lambda of: of.name)
def test_the_calm_meter_can_be_seen_on_the_rows(of: Theme) -> None:
    for ground in ("background", "cursor-line"):
        assert contrast(colour(of, "calm"), colour(of, ground)) >= LEAST_OF_SIGNS


@pytest.mark.parametrize("name", ["nord", "gruvbox", "tokyo-night", "solarized-light", "dracula"])
def test_what_recedes_in_other_themes_can_be_read_as_well_as_their_own_text(name: str) -> None:
    of = BUILTIN_THEMES[name]
    for ground in ("background", "cursor-line"):
        least = min(LEAST, contrast(colour(of, "foreground"), colour(of, ground)))
        assert contrast(colour(of, "dim"), colour(of, ground)) >= least - 0.01, ground


def test_what_is_too_faint_to_be_read_is_no_text() -> None:
    """``$faint`` draws the empty part of a meter and bars for scrolling."""
    rules = (CHECKOUT / "styles" / "main.tcss").read_text()
    found = re.findall(r"\.([a-z-]+) \{[^}]*[^-]color: \$faint", rules)
    assert found == ["table--faint"]


DIALOGS = {
    "staging": (
        ("question_mark", "down", "down"),
        ("full_stop", "down", "down"),
        ("y",),
        ("e", "tab"),
        ("E", "down"),
        ("D",),
        ("d",),
        ("C",),
        ("n",),
        ("n", "enter"),
        ("p",),
        ("l",),
        ("ctrl+p", "down", "down"),
        ("slash", "x"),
        ("space", "space", "d"),
    ),
    "prod-admin": (("r",),),
    "research": (("r",),),
}
"""Row → keys of dialogs on it, each by the theme's own colours."""


@pytest.mark.heavy
@pytest.mark.parametrize("of", [theme.DARK, theme.LIGHT], ids=lambda of: of.name)
async def test_every_text_that_is_drawn_can_be_read(
    demo_home: Path, of: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TMUX", "")
    poor: set[tuple[str, float]] = set()
    async with stage((120, 45)) as opened:
        opened.app.theme = of.name
        await opened.settle()
        poor |= set(hard_to_read(opened))
        for name in opened.names[: len(opened.names) - 1]:
            await opened.go_to(name)
            poor |= set(hard_to_read(opened))
        for row, dialogs in DIALOGS.items():
            for keys in dialogs:
                await opened.go_to(row)
                await opened.press(*keys)
                await opened.settle()
                poor |= set(hard_to_read(opened))
                await opened.press("escape", "escape", "escape")
                await opened.until(lambda: opened.app.screen is opened.app.main, f"{keys} closed")
        for text in (RENDERINGS["export"](TEMPORARY), "An error occurred (ExpiredToken)"):
            opened.app.post_message(events.Paste(text))
            await opened.until(lambda: opened.app.screen is not opened.app.main, "a dialog")
            await opened.settle()
            poor |= set(hard_to_read(opened))
            await opened.press("escape")
            await opened.until(lambda: opened.app.screen is opened.app.main, "it closed")
    assert poor == set()


def hard_to_read(opened: Stage) -> Iterator[tuple[str, float]]:
    """The texts of the topmost screen with less contrast than a text needs."""
    screen = opened.app.screen
    shown = Region(0, 0, *opened.app.size)
    if isinstance(screen, ModalScreen):
        # What is below a dialog recedes on purpose.
        shown = screen.query(".dialog, #--container").first().region
    for number, strip in enumerate(screen._compositor.render_strips(opened.app.size)):
        for text, style, _ in (
            strip.crop(shown.x, shown.right) if shown.y <= number < shown.bottom else ()
        ):
            if style is None or not any(map(str.isalnum, text)):
                continue
            assert style.color is not None
            assert style.bgcolor is not None
            found = contrast(
                Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
            )
            if found < LEAST:
                yield text.strip(), round(found, 2)
