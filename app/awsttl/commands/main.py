"""The door: arguments → command. Owns stdout and the exit codes.

Exit codes: 0 done; 1 awsttl itself failed; 2 it cannot run like this (usage, no terminal).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from awsttl import __version__
from awsttl.commands import exit_codes

if TYPE_CHECKING:
    import argparse


def main(arguments: Sequence[str] | None = None) -> int:
    """Run awsttl. Returns the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        # Each command is imported when it is asked for: `list` must not pay for Textual.
        if not given:
            # The usual case does not pay for the parser: 6 ms.
            return _dashboard()
        return _run(_parser().parse_args(given))
    except BrokenPipeError:
        # A pager that was left early; give Python no second try at flushing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except OSError as error:
        if sys.stderr is not None:
            sys.stderr.write(f"awsttl: {error.strerror or error}\n")
        return exit_codes.FAILED


def _run(parsed: argparse.Namespace) -> int:
    match parsed.command:
        case "list":
            from awsttl.commands import list as listing

            return listing.run(as_json=parsed.json)
        case "doctor":
            from awsttl.commands import doctor

            return doctor.run(parsed.profiles, as_json=parsed.json, network=not parsed.offline)
        case "explain":
            from awsttl.commands import explain

            return explain.run(" ".join(parsed.text), parsed.profile)
        case "demo":
            from awsttl.commands import demo

            return demo.run()
        case _:
            return _dashboard()


def _dashboard() -> int:
    from awsttl.commands import dashboard

    return dashboard.run()


def _parser() -> argparse.ArgumentParser:
    import argparse

    parser = argparse.ArgumentParser(
        prog="awsttl",
        description="top for AWS sessions: every profile, how long each has to live, "
        "one key to renew it.",
        epilog='With eval "$(awsttl)" the keys e and u, then p, change the calling shell.',
    )
    parser.add_argument("--version", action="version", version=f"awsttl {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command")
    listing = commands.add_parser("list", help="print the rows and end")
    listing.add_argument("--json", action="store_true", help="as JSON, for programs")
    doctor = commands.add_parser("doctor", help="say what is wrong with profiles, and the fix")
    doctor.add_argument("profiles", nargs="*", metavar="PROFILE", help="these only, in full")
    doctor.add_argument("--json", action="store_true", help="as JSON, for programs")
    doctor.add_argument("--offline", action="store_true", help="ask neither programs nor AWS")
    explain = commands.add_parser("explain", help="say what an error message of AWS means here")
    explain.add_argument("--profile", help="the profile that the failed command was for")
    explain.add_argument("text", nargs="*", help="the message; without it, stdin is read")
    commands.add_parser("demo", help="open the dashboard on a sandbox (needs the demo extra)")
    return parser
