"""``awsttl``: the dashboard itself."""

from __future__ import annotations

import os
import sys

from awsttl.commands.exit_codes import CommandError


def run() -> int:
    """Open the dashboard on the person's files. Returns the exit code."""
    if message := needs_terminal():
        raise CommandError(message)
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
    from awsttl.engine.stepping_clock import SteppingClock
    from awsttl.tui.app import Dashboard

    clock = SteppingClock()
    feed = Feed(locations, os.environ, clock, first)
    clock.stepped = feed.clock_was_set
    feed.start()
    app = Dashboard(feed, locations, clock, is_new=_is_new())
    printed = app.run()
    feed.stop()
    if printed is not None:
        sys.stdout.write(printed.reveal())
        sys.stdout.flush()
    return app.return_code or 0


def _is_new() -> bool:
    """Whether nobody has chosen or done anything here yet: then the screen says how to begin."""
    from awsttl.disk.own_folders import settings_file, state_folder

    return not (os.access(state_folder(), os.F_OK) or os.access(settings_file(), os.F_OK))


def needs_terminal() -> str | None:
    """Why the dashboard cannot run here, in one line; ``None`` where it can."""
    if not all(stream and stream.isatty() for stream in (sys.stdin, sys.stderr)):
        return "the dashboard needs a terminal; for scripts there is: awsttl list --json"
    if os.environ.get("TERM", "") in ("", "dumb"):
        return "the dashboard needs a terminal that can move its cursor (TERM is dumb)"
    return None
