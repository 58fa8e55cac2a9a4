"""Terminals that send anything: noise, reports of nonsense, storms of the mouse and of sizes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from benchmarks.pseudo_terminal import MeasureError
from support.home import Home

from .kit import Attack, Effort, Finding
from .victim import Victim

_ROOM: Final = (4, 6, 8, 10, 20, 40, 80, 120, 300, 2_500, 65_535)


Throw = Callable[[random.Random], bytes]


def _number(dice: random.Random) -> str:
    """A number as no terminal would send it, or as one would."""
    odd = ("", "-1", "0", "1114112", "55296", "99999999999999999999", "1:2:3", ":", "1;1")
    return dice.choice((*odd, str(dice.randrange(200)), str(dice.randrange(70_000))))


def _noise(dice: random.Random) -> bytes:
    return dice.randbytes(dice.randrange(1, 16))


def _keys(dice: random.Random) -> bytes:
    return bytes(dice.choices(b"jkgG/?ldhHsevtcxuzaR\r\t \x1bABC0123", k=dice.randrange(1, 12)))


def _sequence(dice: random.Random) -> bytes:
    parameters = ";".join(_number(dice) for _ in range(dice.randrange(5)))
    mark = dice.choice(("", "<", "?", ">", "="))
    return f"\x1b[{mark}{parameters}{dice.choice('uuumMMRtycABCDFHPQSZ~$I')}".encode()


def _report(dice: random.Random) -> bytes:
    return dice.choice(
        (
            f"\x1b[?2048;{dice.randrange(9)}$y",
            f"\x1b[?2026;{dice.randrange(9)}$y",
            "\x1b[48;0;0;0;0t",
            f"\x1b[48;{10**9};{10**9};1;1t",
            f"\x1b[48;{_number(dice)};{_number(dice)};{_number(dice)};{_number(dice)}t",
            f"\x1b[{10**12}R",
            "\x1b[I\x1b[O",
            "\x1b]11;rgb:ffff/ffff/ffff\x07",
            "\x1bP>|odd\x1b\\",
        )
    ).encode()


def _mouse(dice: random.Random) -> bytes:
    places = ((dice.randrange(130), dice.randrange(45)) for _ in range(dice.randrange(1, 100)))
    buttons = (0, 1, 2, 3, 32, 35, 35, 35, 35, 64, 65, 66, 67, 128)
    storm = [f"\x1b[<{dice.choice(buttons)};{x};{y}{dice.choice('Mm')}" for x, y in places]
    return "".join(storm).encode() + b"\x1b[M \xff\xff\x1b[M#" + bytes([dice.randrange(256), 200])


def _paste(dice: random.Random) -> bytes:
    body = dice.choice((b"", b"\xe9\xff", b"profile (dev)\n", b"\x1b[2", b"\0", b"x" * 9_000))
    ends = dice.choice((b"\x1b[201~", b"\x1b[201~", b"\x1b[200~", b"\x1b[201", b""))
    return b"\x1b[200~" + body * dice.randrange(4) + ends


THROWS: Final[dict[str, Throw]] = {
    "bytes that are no text": _noise,
    "keys in any order": _keys,
    "sequences with any numbers": _sequence,
    "reports that make no sense": _report,
    "storms of the mouse": _mouse,
    "pastes, whole and half": _paste,
}

_LEAVES: Final = re.compile(rb"[qQ\x03\x11\x1a\x1c]")
"""What leaves or stops a dashboard, and rightly; the same as kitty says it is in no throw."""


def _home(path: Path) -> Home:
    home = Home(path)
    home.credentials(
        "".join(
            f"[profile-{number}]\naws_access_key_id = AKIA\naws_secret_access_key = none\n"
            for number in range(30)
        )
    )
    return home


def _run(effort: Effort) -> Sequence[Finding]:
    environ = _home(effort.scratch / "home").environ()
    victim = Victim(environ, "profile-1", effort)
    findings = []
    try:
        for what, throw in THROWS.items():
            finding = Finding(what)
            dice = effort.dice(what)
            victim.begin()
            for _ in range(effort.times(4, 60)):
                volley = [_LEAVES.sub(b"j", throw(dice)) for _ in range(25)]
                try:
                    for each in volley:
                        victim.terminal().send(each)
                    victim.terminal().catch_up()
                except (MeasureError, OSError):
                    pass  # it has ended: the probe says of what
                finding.tried += len(volley)
                victim.probe(finding, repr(volley)[-300:])
            finding.note = victim.note
            findings.append(finding)
        findings.append(_sizes(victim, effort))
    finally:
        victim.end()
    return findings


def _sizes(victim: Victim, effort: Effort) -> Finding:
    """Sizes of the terminal that change faster than anything can be drawn."""
    finding = Finding("sizes of the terminal, and dialogs that close meanwhile")
    dice = effort.dice("sizes")
    victim.begin()
    for _ in range(effort.times(4, 60)):
        terminal = victim.terminal()
        keys = b""
        try:
            for _ in range(12):
                keys = dice.choice((b"l", b"d", b"?", b"e", b"c", b"/"))
                terminal.send(keys)
                terminal.resize(dice.choice(_ROOM[:9]), dice.choice(_ROOM[:7]))
                terminal.send(b"\x1b")
                finding.tried += 1
            terminal.catch_up()
        except (MeasureError, OSError):
            pass  # it has ended: the probe says of what
        victim.probe(finding, repr(keys))
    finding.note = victim.note
    return finding


ATTACKS: Final = (Attack("terminal", _run),)
