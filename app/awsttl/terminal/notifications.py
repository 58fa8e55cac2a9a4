"""Bell, title and desktop notification, by the terminal's own control sequences.

They reach the person's own screen over SSH as well, with nothing installed there. A sequence
that a terminal does not know it ignores.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from awsttl.core.view.layout import printable

BELL: Final = "\a"
SAVE_TITLE: Final = "\x1b[22;0t"
"""Puts the present title on the terminal's stack (xterm's ``XTWINOPS``; tmux has one as well)."""
RESTORE_TITLE: Final = "\x1b]2;\a\x1b[23;0t"
"""Takes it from there. Where there is no stack, an empty title is better than a wrong one."""
LONGEST: Final = 250
"""Characters of a text; some terminals drop longer sequences."""

_DRAWS_THEM: Final = ("dumb", "linux", "")
"""Values of ``TERM`` whose terminals know no such sequences, and may draw them instead."""
_KNOWS_BOTH: Final = ("kitty", "foot", "ghostty", "wezterm")
"""Terminals that show a notification for OSC 9 and another one for OSC 777."""
_LEFT_BY_THEM: Final = ("KITTY_WINDOW_ID", "GHOSTTY_RESOURCES_DIR", "WEZTERM_PANE")
"""Variables that some of these set; tmux, which has its own ``TERM``, hands them on."""


def takes_sequences(environ: Mapping[str, str]) -> bool:
    """Whether the terminal knows titles and notifications, or at least ignores them."""
    return environ.get("TERM", "") not in _DRAWS_THEM


def title(text: str) -> str:
    """The sequence that sets the terminal's title (OSC 2); in tmux, the pane's."""
    return f"\x1b]2;{_plain(text)}\a"


def desktop(text: str, environ: Mapping[str, str]) -> str:
    """The sequences that ask for a desktop notification: OSC 9, and OSC 777 where it is needed.

    iTerm2 and others know the one, urxvt and VTE the other. The text begins with the program's
    name, so that no terminal takes it for ConEmu's use of OSC 9, which begins with a number.
    Inside tmux they go through it to the terminal, if ``allow-passthrough`` is on.
    """
    plain = _plain(text).replace(";", ",")
    sequences = f"\x1b]9;awsttl: {plain}\a"
    if not _knows_both(environ):
        sequences += f"\x1b]777;notify;awsttl;{plain}\a"
    return _through_tmux(sequences) if environ.get("TMUX") else sequences


def _knows_both(environ: Mapping[str, str]) -> bool:
    said = f"{environ.get('TERM', '')} {environ.get('TERM_PROGRAM', '')}".lower()
    return any(name in said for name in _KNOWS_BOTH) or any(
        environ.get(variable) for variable in _LEFT_BY_THEM
    )


def _through_tmux(sequences: str) -> str:
    return f"\x1bPtmux;{sequences.replace(chr(27), chr(27) * 2)}\x1b\\"


def _plain(text: str) -> str:
    """A text that ends no sequence and begins none; names come from files."""
    return printable(text)[:LONGEST]
