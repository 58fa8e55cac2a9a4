"""``awsttl explain``: what an error message of an AWS CLI or SDK means on this machine.

Exit codes: 0 the cause is known; 1 it is not; 2 there is no message. As light as ``awsttl list``,
for it stands at the end of a pipe: neither Textual nor boto3 is imported.
"""

from __future__ import annotations

import os
import sys
import time
from argparse import Namespace
from typing import IO, Final

from awsttl.commands.exit_codes import DONE, FAILED, CommandError
from awsttl.commands.output import show
from awsttl.commands.parsing import Parser
from awsttl.commands.remedies import said
from awsttl.core.view import json_text
from awsttl.core.view.layout import printable
from awsttl.core.why import explain
from awsttl.core.why.errors.text import LONGEST, decoded
from awsttl.core.why.explain import Explanation
from awsttl.disk.locations import Locations, shown
from awsttl.engine.look import OneLook

MOST_NAMES: Final = 8
"""Profiles that are named; of hundreds nobody reads more."""


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.add_argument(
        "--profile", help="the profile that the failed command was for (default: AWS_PROFILE)"
    )
    parser.takes_json()
    parser.add_argument(
        "text", nargs="*", metavar="TEXT", help="the message; without it, stdin is read"
    )
    parser.shows("aws s3 ls --profile dev 2>&1 | awsttl explain")


def run(given: Namespace) -> int:
    """Explain the text, or stdin where there is none. Returns the exit code."""
    # An argument that is no UTF-8 has surrogates in it, which no terminal takes.
    text = " ".join(given.text).encode(errors="surrogateescape").decode(errors="replace")
    if not text and sys.stdin is not None and not sys.stdin.isatty():
        text = decoded(end_of(sys.stdin.buffer, LONGEST))
    if not text.strip():
        raise CommandError("there is no message; try: aws … 2>&1 | awsttl explain")
    seen = OneLook(Locations.of(os.environ), os.environ).snapshot
    found = explain.explain(text, seen, os.environ, time.time(), given.profile)
    show(_json(found) if given.json else _lines(found))
    return DONE if found.recognised else FAILED


def end_of(stream: IO[bytes], most: int) -> bytes:
    """The last *most* bytes of a stream, or one less, read to its end in bounded memory."""
    kept, dropped = b"", 0
    while piece := stream.read(most):
        kept += piece
        dropped += max(0, len(kept) - most)
        kept = kept[-most:]
    # UTF-16 without its byte-order mark is read from an even place on.
    return kept[dropped % 2 :]


def _lines(found: Explanation) -> str:
    problem, names = found.problem, found.profiles
    more = len(names) - MOST_NAMES
    lines = [
        ("cause", problem.message if found.recognised else f"not known: {problem.message}"),
        ("profile", ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")),
        ("", found.note),
        *(("file", shown(path)) for path in found.files),
        ("next", said(problem.fix)),
    ]
    return "".join(f"{label:7}  {printable(words)}\n" for label, words in lines if words)


def _json(found: Explanation) -> str:
    """The same for programs; ``code`` is ``unknown`` where the cause is not known."""
    problem = found.problem
    document = {
        "code": problem.code,
        "cause": problem.message,
        "profiles": list(found.profiles),
        "files": list(found.files),
        "note": found.note or None,
        "fix": said(problem.fix),
        "remedy": problem.fix.fields(),
    }
    return json_text.dumps(document, indent=2)
