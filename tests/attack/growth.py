"""Long texts of repeated pieces: no reader of text takes longer than its length allows.

Regular expressions count no steps, so that here, and only here, the processor's time is looked at.
A pattern that goes back and forth takes minutes for such a text.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Final

from awsttl.core import events, links, masking
from awsttl.core.files import Files, IniFile
from awsttl.core.pasted import reading
from awsttl.core.profiles import resolve, timestamps
from awsttl.core.view import json_text, layout
from awsttl.core.why import explain
from awsttl.disk import settings_file

from .kit import Attack, Effort, Finding

_LONG: Final = 400_000
"""Characters of a text."""
_MOST: Final = 3.0
"""Seconds of the processor for one text; the longest takes a tenth of it on a quiet machine."""

_PIECES: Final = (
    "a", "A1b", " ", "\n", "\t", "x\n", "\n ", "[", "[profile ", "(", "{", '{"a":', '"',
    '"a" ', "'", "\\", '\\"', "\\n", "=", "a=", "a:", ".", "a.", ",", "|", "| ", "│", "/",
    "+/", "-", "--x ", "_", "<", "&#", "&quot;", "%2F", "://", "://a:", "https://", "\x1b[",
    "\x1b]", "\x9b", "\u202e", "0", "2026-01-01T", "2026-11-20T21:00:00Z ", "arn:aws:",
    "arn:aws:iam::1:role/", "AKIAIOSFODNN7", "aws: ", "aws_secret_access_key=",
    "aws_secret_access_key = x\n", "credential_process ", "export ", "An error occurred (",
    "error: ", "unable to ", "token ", 'token"', "secret", "secret='", "secret-",
    "--secret ", "bearer ", "pin ", "eyJ", "IQoJb3JpZ2lu", "ghp_",
    "-----BEGIN EC PRIVATE KEY-----", "SecretAccessKey\n", '"SecretAccessKey": "', "$env:",
    "set ", "- ", "# ", "a\tb\n", "x | y\n",
)  # fmt: skip
_KNOWN: Final = ("known-secret", "a" * 40)
_NO_FILES: Final = resolve.snapshot(Files(IniFile("config"), IniFile("credentials")))


def _timestamp(text: str) -> object:
    try:
        return timestamps.parse(text)
    except ValueError:
        return None


def _settings(text: str) -> object:
    try:
        return settings_file._parsed(text)
    except settings_file._BadFileError:
        return None


_READERS: Final[dict[str, Callable[[str], object]]] = {
    "explain": lambda text: explain.explain(text, _NO_FILES, {}, 1.8e9),
    "masking": lambda text: masking.masked(
        masking.plain(text.encode()), ["known-secret", "a" * 40]
    ),
    "values of an answer": lambda text: masking.values_of(text.encode()),
    "pasted keys": reading.read,
    "a line of the log": events.from_line,
    "settings": _settings,
    "a time": _timestamp,
    "printable": layout.printable,
    "a link": links.plain,
    "JSON": json_text.escaped,
}


def _run(effort: Effort) -> Sequence[Finding]:
    finding = Finding("long texts of repeated pieces")
    dice, longest, whose = effort.dice("growth"), 0.0, ""
    for piece in _chosen(effort, dice):
        text = piece * (_LONG // len(piece))
        for name, read in _READERS.items():
            finding.tried += 1
            began = time.process_time()
            try:
                read(text)
            except Exception as error:  # noqa: BLE001 (that is what is looked for)
                finding.count("ended", f"{name}: {type(error).__name__} of {piece!r}")
            took = time.process_time() - began
            if took > longest:
                longest, whose = took, f"{name}, {piece!r}"
            if took > _MOST:
                finding.count("late", f"{name}: {took:.1f} s for {piece!r} × {_LONG // len(piece)}")
    finding.note = f"the longest took {longest:.2f} s: {whose}"
    return [finding]


def _chosen(effort: Effort, dice: random.Random) -> Sequence[str]:
    """Single pieces, and pairs and triples of them."""
    pieces = list(_PIECES) if effort.is_long else dice.sample(_PIECES, 8)
    for _ in range(effort.times(4, 120)):
        pieces.append("".join(dice.choice(_PIECES) for _ in range(dice.randint(2, 3))))
    return pieces


ATTACKS: Final = (Attack("growth", _run),)
