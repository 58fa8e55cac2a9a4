"""The door: arguments → command. Owns stdout and the exit codes.

Exit codes: 0 done; 1 awsttl itself failed; 2 it cannot run like this (usage, no terminal).
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from awsttl import __version__

if TYPE_CHECKING:
    import argparse

EXIT_USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run awsttl. Returns the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        if not given:
            # The usual case does not pay for the parser: 6 ms.
            return _dashboard()
        parsed = _parser().parse_args(given)
        if parsed.command == "list":
            return _list(as_json=parsed.json)
        if parsed.command == "doctor":
            from awsttl import doctor

            return doctor.run(parsed.profiles, as_json=parsed.json, network=not parsed.offline)
        if parsed.command == "explain":
            from awsttl import explain

            return explain.run(" ".join(parsed.text), parsed.profile)
        if parsed.command == "demo":
            return _demo()
        return _dashboard()
    except BrokenPipeError:
        # A pager that was left early; give Python no second try at flushing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if sys.stderr is not None:
            sys.stderr.write(f"awsttl: {error.strerror or error}\n")
        return 1


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


def _list(*, as_json: bool) -> int:
    # Imported by command: this one must not pay for Textual or boto3 (800 ms).
    from awsttl.core.profiles import environment
    from awsttl.core.profiles.resolve import snapshot
    from awsttl.core.view import listing
    from awsttl.disk.locations import Locations
    from awsttl.disk.reader import Reader

    if sys.stdout is None:
        raise OSError(errno.EBADF, "there is no stdout to print on")
    files = Reader(Locations.of(os.environ)).settle()
    seen = snapshot(files, environment.read(os.environ))
    now = time.time()
    if as_json:
        text = listing.as_json(seen, now)
    else:
        import shutil

        width = shutil.get_terminal_size((120, 40)).columns if sys.stdout.isatty() else 160
        text = listing.as_table(seen, now, width)
    # Names in files may be in any encoding; what the terminal cannot show is shown as "?".
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()
    return 0


def _needs_terminal() -> str | None:
    if not all(stream and stream.isatty() for stream in (sys.stdin, sys.stderr)):
        return "awsttl: the dashboard needs a terminal; for scripts there is: awsttl list --json"
    if os.environ.get("TERM", "") in ("", "dumb"):
        return "awsttl: the dashboard needs a terminal that can move its cursor (TERM is dumb)"
    return None


def _dashboard() -> int:
    if message := _needs_terminal():
        if sys.stderr:
            sys.stderr.write(message + "\n")
        return EXIT_USAGE
    import gc

    # Nothing of what is imported now is garbage; looking for some takes 30 ms. The dashboard
    # begins to collect after its first paint.
    gc.disable()
    from awsttl.disk.locations import Locations
    from awsttl.engine import prefetch

    # Before anything that takes long: Textual is imported meanwhile.
    locations = Locations.of(os.environ)
    first = prefetch.begin(locations, os.environ)
    from awsttl.engine.feed import Feed
    from awsttl.tui.app import Dashboard

    feed = Feed(locations, os.environ, first=first)
    feed.start()
    app = Dashboard(feed, locations)
    printed = app.run()
    feed.stop()
    if printed is not None:
        sys.stdout.write(printed.reveal())
        sys.stdout.flush()
    return app.return_code or 0


def _demo() -> int:
    if message := _needs_terminal():
        sys.stderr.write(message + "\n")
        return EXIT_USAGE
    from awsttl import demo

    return demo.run(_dashboard)
