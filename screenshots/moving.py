"""Makes ``moving.svg``: the demo in use, as one picture that moves.

The dashboard runs in the demo's sandbox, against its loopback STS and by the real clock. After each
step of :data:`STORY` its screen is exported. Most lines of two such screens are alike, so the
picture holds each different line once, and a style sheet shows it at its times: ten screens take
little more room than two.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
SIZE = (98, 36)


class Step(NamedTuple):
    """Something that a person does, and how long one looks at what comes of it."""

    caption: str
    keys: tuple[str, ...] = ()
    seconds: float = 1.0
    """How long the picture shows it."""
    wait: float = 0.4
    """How long the dashboard gets to show it, in seconds."""
    pasted: str = ""
    """What the person pastes after the keys."""
    still: str = ""
    """The name of a picture of its own, where it gets one."""


class Frame(NamedTuple):
    """One exported screen."""

    caption: str
    seconds: float
    lines: tuple[str, ...]
    """The elements of each line of the terminal, with their colours in their own attributes."""


EXPIRED = (
    "An error occurred (ExpiredToken) when calling the ListBuckets operation: "
    "The provided token has expired."
)

STORY = (
    Step("every profile; what needs you comes first", seconds=2.5),
    Step("every profile; what needs you comes first", wait=1.0),
    Step("every profile; what needs you comes first", wait=1.0),
    Step("space marks two roles, r renews them", ("j", "j", "space", "space"), 1.5),
    Step("one MFA code is enough for both", ("r", *"123456"), 2.2, 1.0),
    Step("one MFA code is enough for both", ("enter",), 0.8, 0.1),
    Step("one MFA code is enough for both", (), 2.5, 2.5),
    Step("an error, pasted: what it means, and what to do", ("escape",), 4.0, 1.0, EXPIRED),
    Step("SSO: sign in on any device", ("escape", "r"), 3.0, 1.5, still="sign-in"),
    Step("d: why it fails", ("escape", "home", "d"), 3.5, 2.5, still="diagnosis"),
    Step("e: to your shell, or to every tool in it", ("escape", *"jjjjjjj", "e"), 3.5),
)


# -------------------------------------------------------------------- the recording


def record() -> int:
    """Play the story in the sandbox that this process stands in, and write its pictures."""
    # No program of this machine is to be seen: the sandbox has its own AWS CLI.
    os.environ["PATH"] = str(Path.home() / "bin")
    frames = asyncio.run(_play())
    (FOLDER / "moving.svg").write_text(moving_picture(frames))
    return 0


async def _play() -> list[Frame]:
    from textual import events

    from awsttl.disk.locations import Locations
    from awsttl.engine.feed import Feed
    from awsttl.tui.app import Dashboard

    locations = Locations.of(os.environ)
    feed = Feed(locations, os.environ)
    feed.start()
    app = Dashboard(feed, locations)
    frames = []
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        while not app.main.arrangement.total:
            await pilot.pause(0.02)
        for step in STORY:
            await pilot.press(*step.keys)
            if step.pasted:
                app.post_message(events.Paste(step.pasted))
            await pilot.pause(step.wait)
            svg = app.export_screenshot(title="awsttl")
            if step.still:
                (FOLDER / f"{step.still}.svg").write_text(svg)
            lines = _lines_of(svg)
            frames.append(Frame(step.caption, step.seconds, lines))
    feed.stop()
    return frames


# -------------------------------------------------------------------- the picture

CELL, LINE, MARGIN, BAR = 12.2, 24.4, 12.0, 42.0
"""Sizes of a character, around the terminal, and of the window's bar, in the picture's units."""
_STYLE = re.compile(r"-(r\d+) \{ ([^}]*?) \}")
_RECT = re.compile(r'<rect fill="([^"]+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"[^>]*/>')
_TEXT = re.compile(
    r'<text class="[^"]*-(r\d+)" x="([\d.]+)" y="([\d.]+)" textLength="([\d.]+)"[^>]*>(.*?)</text>'
)


def _lines_of(svg: str) -> tuple[str, ...]:
    """The lines of a screen that Textual exported, each with its colours and without its place."""
    styles = dict(_STYLE.findall(svg))
    body = svg[svg.index("</defs>") :]
    grounds: defaultdict[int, list[tuple[str, float, float]]] = defaultdict(list)
    for fill, x, y, width in _RECT.findall(body):
        line = grounds[round((float(y) - 1.5) / LINE)]
        start, end = float(x), float(x) + float(width)
        if line and line[-1][0] == fill:
            line[-1] = (fill, line[-1][1], end)
        else:
            line.append((fill, start, end))
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for style, x, y, length, text in _TEXT.findall(body):
        if text.replace("&#160;", ""):
            texts[round((float(y) - 20) / LINE)].append(
                f'<text x="{x}" y="20" textLength="{length}" style="{styles[style]}">{text}</text>'
            )
    return tuple(
        "".join(
            f'<rect fill="{fill}" x="{start:g}" y="1" width="{end - start:.1f}" height="24.7"/>'
            for fill, start, end in grounds[number]
        )
        + "".join(texts[number])
        for number in range(SIZE[1])
    )


def moving_picture(frames: list[Frame]) -> str:
    """The frames as one SVG that shows them in turn, for ever."""
    parts: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for number, frame in enumerate(frames):
        parts[-1, _caption(frame.caption)].add(number)
        for line, drawn in enumerate(frame.lines):
            parts[line, drawn].add(number)
    times: dict[frozenset[int], str] = {}
    drawings = []
    for (line, drawn), shown in parts.items():
        name = times.setdefault(frozenset(shown), f"t{len(times)}")
        place = f' transform="translate({MARGIN:g} {BAR + line * LINE:.1f})"' if line >= 0 else ""
        drawings.append(f'<g class="{name}"{place}>{drawn}</g>')
    width, height = SIZE[0] * CELL + 2 * MARGIN, SIZE[1] * LINE + BAR + MARGIN
    rules = "".join(_rules(name, shown, frames) for shown, name in times.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">\n'
        "<style>text{font-family:'Fira Code',Menlo,Consolas,'DejaVu Sans Mono',monospace;"
        f"font-size:20px;white-space:pre}}{rules}</style>\n"
        f'<rect fill="#10141a" stroke="#3a4452" x=".5" y=".5" width="{width - 1:g}" '
        f'height="{height - 1:g}" rx="8"/>\n'
        '<g transform="translate(24 21)"><circle r="7" fill="#ff5f57"/>'
        '<circle cx="22" r="7" fill="#febc2e"/><circle cx="44" r="7" fill="#28c840"/></g>\n'
        + "\n".join(drawings)
        + "\n</svg>\n"
    )


def _caption(text: str) -> str:
    middle = (SIZE[0] * CELL + 2 * MARGIN) / 2
    return f'<text x="{middle:g}" y="28" fill="#c5c8c6" text-anchor="middle">{text}</text>'


def _rules(name: str, shown: frozenset[int], frames: list[Frame]) -> str:
    """The style that shows a part in the frames *shown*, and in no other."""
    total = sum(frame.seconds for frame in frames)
    if len(shown) == len(frames):
        return ""
    begins, moments = 0.0, []
    for number, frame in enumerate(frames):
        if not number or (number in shown) != (number - 1 in shown):
            state = "visible" if number in shown else "hidden"
            moments.append(f"{begins / total:.3%}{{visibility:{state}}}")
        begins += frame.seconds
    # A viewer that does not animate shows the first frame alone.
    at_rest = "visible" if 0 in shown else "hidden"
    return (
        f".{name}{{visibility:{at_rest};animation:{name} {total:g}s step-end infinite}}"
        f"@keyframes {name}{{{''.join(moments)}}}"
    )
