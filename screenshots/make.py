"""Makes the README's pictures from the demo: stills at a fixed time, and one that moves."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from pathlib import Path

import moving

FOLDER = Path(__file__).parent
NOW = 1_795_210_200.0  # Friday 20 November 2026, 22:30 in Berlin


def prepare() -> Path:
    """A throwaway home with the demo's files; must run before Textual is imported."""
    home = Path(tempfile.mkdtemp(prefix="awsttl-pictures-"))
    for name in [
        name for name in os.environ if name.startswith(("AWS", "TEXTUAL", "NO_COLOR", "XDG_"))
    ]:
        del os.environ[name]
    os.environ.update(HOME=str(home), TZ="Europe/Berlin", COLORTERM="truecolor", SHELL="/bin/bash")
    time.tzset()
    from awsttl.demo.home import build_home

    build_home(home, NOW)
    return home


PASTED = "\n".join(
    (
        "export AWS_ACCESS_KEY_ID=ASIAA2B3C4D5E6F7G2H3",
        f"export AWS_SECRET_ACCESS_KEY={'aB3/' * 10}",
        f"export AWS_SESSION_TOKEN={'A1b2' * 60}",
        "export AWS_REGION=eu-west-1",
    )
)
"""A session that nobody has."""


async def picture(
    name: str, size: tuple[int, int], *keys: str, theme: str = "", pasted: str = ""
) -> None:
    """Press *keys* in a pane of *size* and keep what is seen as ``NAME.svg``.

    *pasted* is pasted before.
    """
    from textual import events

    from awsttl.disk.locations import Locations
    from awsttl.engine.feed import Feed
    from awsttl.tui.app import Dashboard

    locations = Locations.of(os.environ)
    feed = Feed(locations, os.environ, clock=lambda: NOW)
    feed.start()
    app = Dashboard(feed, locations, clock=lambda: NOW)
    async with app.run_test(size=size, notifications=True) as pilot:
        while not app.main.arrangement.total:
            await pilot.pause(0.02)
        if theme:
            app.theme = theme
        if pasted:
            app.post_message(events.Paste(pasted))
            await pilot.pause(0.4)
        await pilot.press(*keys)
        await pilot.pause(0.4)
        svg = app.export_screenshot(title="awsttl")
        (FOLDER / f"{name}.svg").write_text(svg)
    feed.stop()


async def main() -> None:
    """All pictures that the README shows."""
    await picture("dashboard", (120, 32), "j", "j", "j")
    await picture("wide", (160, 40), *"jjjjjjj")
    await picture("narrow", (50, 15))
    await picture("export", (100, 28), *"jjjj", "e")
    await picture("edit", (100, 28), *"jjjjjjjjj", "E", "ctrl+u", *"us-east-1", "enter")
    await picture("paste", (100, 28), *"fresh", "down", *"8h", pasted=PASTED)
    await picture("help", (100, 44), "question_mark")
    # Last: a theme that is chosen is kept.
    await picture("light", (120, 32), "j", "j", "j", theme="awsttl-light")


if __name__ == "__main__":
    os.environ.pop("TEXTUAL_DRIVER", None)
    prepare()
    asyncio.run(main())
    from awsttl.demo import home

    # The clock of the sandbox is the real one: what its STS gives has to last.
    home.run(moving.record)
