"""Opening a page in the person's browser, away from the terminal that the screen is drawn on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import Final

from awsttl.core import links
from awsttl.core.profiles.environment import without_keys

_OPENERS: Final = (
    "xdg-open",
    "gio",
    "x-www-browser",
    "firefox",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)
"""What Python's ``webbrowser`` finds on a desktop. Text browsers need the terminal: not these."""

_IN_THE_TERMINAL: Final = ("w3m", "lynx", "links", "elinks", "www-browser", "browsh")

_OPEN: Final = "import sys, webbrowser; sys.exit(not webbrowser.get().open(sys.argv[1], 2))"
"""The first choice only: the next ones may be text browsers, of which nobody would see a thing."""


def is_here(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a page could be opened where the person sits: not over SSH without a display."""
    if chosen := environ.get("BROWSER"):
        program = chosen.split(":")[0].split()[:1]
        return bool(program) and program[0].rpartition("/")[2] not in _IN_THE_TERMINAL
    if platform == "darwin":
        return not _is_over_ssh(environ)
    if not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return False
    return any(shutil.which(name, path=environ.get("PATH")) for name in _OPENERS)


def is_elsewhere(environ: Mapping[str, str]) -> bool:
    """Whether the person's browser is on another machine: over SSH, unless they have named one.

    ``BROWSER`` may be an editor's helper that opens the page where the person sits.
    """
    return _is_over_ssh(environ) and not (environ.get("BROWSER") and is_here(environ))


def _is_over_ssh(environ: Mapping[str, str]) -> bool:
    return bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))


def open_page(url: str) -> str:
    """Hand a page to the browser. Returns a complaint, or the empty text.

    Blocks until whatever opens it has ended, which may be the browser itself. It runs in a
    session of its own, without a terminal to write on, and without the working folder's modules.
    """
    if not links.is_page(url):
        return "this is no web page"
    try:
        opener = subprocess.run(  # noqa: S603 (this very Python; the page is one argument)
            [sys.executable, "-I", "-c", _OPEN, links.plain(url)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=without_keys(os.environ),
            check=False,
        )
    except OSError as error:
        return f"no browser can be run: {error.strerror}"
    return "the browser did not open" if opener.returncode else ""
