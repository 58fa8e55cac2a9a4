"""The palette: one accent, three grades of urgency, everything else recedes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Final

from textual.color import Color
from textual.theme import Theme

from awsttl.tui import sixteen

DARK: Final = Theme(
    name="awsttl-dark",
    primary="#7cb7ff",
    secondary="#7cb7ff",
    accent="#7cb7ff",
    success="#7fbf95",
    warning="#e9b35f",
    error="#f47f7f",
    foreground="#ccd3dd",
    background="#10141a",
    surface="#171c24",
    panel="#1e2530",
    boost="#242c38",
    dark=True,
    variables={
        "dim": "#87909e",
        "calm": "#4f7d63",
        "faint": "#363f4d",
        "cursor-line": "#1f2836",
        "block-cursor-text-style": "none",
        "footer-key-foreground": "#7cb7ff",
        "input-selection-background": "#7cb7ff 35%",
    },
)

LIGHT: Final = Theme(
    name="awsttl-light",
    primary="#1f5fae",
    secondary="#1f5fae",
    accent="#1f5fae",
    success="#287046",
    warning="#8d5900",
    error="#b3282d",
    foreground="#1e242c",
    background="#fbfaf7",
    surface="#f2f0ea",
    panel="#e9e6de",
    boost="#e2dfd6",
    dark=False,
    variables={
        "dim": "#606670",
        "calm": "#5f8f73",
        "faint": "#cfccc4",
        "cursor-line": "#e3ebf5",
        "block-cursor-text-style": "none",
        "footer-key-foreground": "#1f5fae",
        "input-selection-background": "#1f5fae 25%",
    },
)


def ours(environ: Mapping[str, str]) -> tuple[Theme, Theme]:
    """The dark and the light theme, in the colours that this terminal has.

    Of 256 colours none is a bluish dark or a warm light grey: Rich would make navy and yellow of
    them. There the grounds are greys.
    """
    if _has_true_colour(environ):
        return DARK, LIGHT
    dark, light = dict(DARK.variables), dict(LIGHT.variables)
    dark |= {"dim": "#949494", "calm": "#5f875f", "faint": "#444444", "cursor-line": "#262626"}
    light |= {"dim": "#5f5f5f", "calm": "#5f875f", "faint": "#c6c6c6", "cursor-line": "#f0f0f0"}
    return (
        replace(
            DARK,
            background="#121212",
            surface="#1c1c1c",
            panel="#262626",
            boost="#303030",
            variables=dark,
        ),
        replace(
            LIGHT,
            success="#005f00",
            background="#ffffff",
            surface="#f0f0f0",
            panel="#f0f0f0",
            boost="#e8e8e8",
            variables=light,
        ),
    )


def variables(theme: Theme) -> dict[str, str]:
    """Our own variables for a theme that does not know them, mixed from its colours."""
    if theme.ansi:
        return dict(sixteen.VARIABLES)
    if "cursor-line" in theme.variables:
        return {}
    colours = theme.to_color_system().generate()
    text, ground, success = (
        Color.parse(colours[name]) for name in ("foreground", "background", "success")
    )
    line = ground.blend(text, 0.12)
    return {
        "dim": _dim(text, (ground, line)).hex,
        "faint": text.blend(ground, 0.75).hex,
        "calm": success.blend(ground, 0.35).hex,
        "cursor-line": line.hex,
    }


READABLE: Final = 4.5
"""The least contrast of a text with what is behind it (WCAG 2.1, 1.4.3)."""


def contrast(one: Color, other: Color) -> float:
    """How well a colour can be told from another: from 1 up to 21 (WCAG 2.1)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _dim(text: Color, grounds: tuple[Color, ...]) -> Color:
    """The text's colour, receding as far as it can still be read."""
    for percent in range(45, 0, -3):
        dimmed = text.blend(grounds[0], percent / 100)
        if all(contrast(dimmed, ground) >= READABLE for ground in grounds):
            return dimmed
    return text


def default_name(environ: Mapping[str, str], *, light: bool | None = None) -> str:
    """The theme for this terminal: its own colours where it has only sixteen, or is to show none.

    *light*: how the terminal says that its background is. As long as it has said nothing,
    ``COLORFGBG`` counts (rxvt, Konsole, iTerm2 and others), which ends in the background's number.
    """
    if light is None:
        light = environ.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15")
    few = not _has_true_colour(environ) and "256" not in environ.get("TERM", "")
    if few or environ.get("NO_COLOR"):
        return sixteen.LIGHT.name if light else sixteen.DARK.name
    return LIGHT.name if light else DARK.name


def _has_true_colour(environ: Mapping[str, str]) -> bool:
    return environ.get("COLORTERM", "") in ("truecolor", "24bit")


def stylesheets(*names: str) -> list[str | PurePath]:
    """The ``.tcss`` files of these names: in the package when installed, else in the checkout."""
    package = Path(__file__).parent.parent
    folder = package / "styles"
    if not folder.is_dir():
        folder = package.parent.parent / "styles"
    return [folder / f"{name}.tcss" for name in names]
