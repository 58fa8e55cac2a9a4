"""``awsttl status``: one line for a prompt or a status bar.

It is run each time a prompt is drawn: it reads files only, of one profile only those that the
profile needs, and has no exit code but 0, which a prompt would show as a failure.
"""

from __future__ import annotations

import os
import time
from argparse import Namespace

from awsttl.commands import choosing
from awsttl.commands.exit_codes import DONE
from awsttl.commands.output import show
from awsttl.commands.parsing import Parser
from awsttl.core.view import status_line
from awsttl.core.view.status_line import Said
from awsttl.disk.locations import Locations
from awsttl.engine.look import OneLook

FORMATS = ("plain", "tmux", "json")


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.takes_profile("the profile; without it, what an AWS CLI would use here")
    parser.add_argument("--all", action="store_true", help="what ends next of all that lives")
    parser.add_argument("--format", choices=FORMATS, default="plain", help="plain, tmux or json")
    parser.add_argument(
        "--width", type=int, default=0, metavar="N", help="columns that the line may take"
    )
    parser.explains(
        "Prints nothing where there is nothing to say: no profile is selected, its keys do not\n"
        "end, or the AWS CLI gets its next session by itself. The exit code is always 0."
    )
    parser.shows("awsttl status", "set -ag status-right ' #(awsttl status --all --format tmux)'")


def run(given: Namespace) -> int:
    """Print the line. Returns the exit code."""
    now = time.time()
    said = _of_all(now) if given.all else _of_one(given.profile, now)
    match given.format:
        case "json":
            show(_as_json(said, now))
        case "tmux":
            text = status_line.tmux_line(said, given.width)
            show(text) if text else None
        case _:
            text = status_line.line(said, given.width)
            show(text) if text else None
    return DONE


def _of_all(now: float) -> Said:
    look = OneLook(Locations.of(os.environ), os.environ)
    chosen = look.settings.look().settings
    seen = look.snapshot
    shown = tuple(status for status in seen.profiles if status.name not in chosen.hidden)
    return status_line.next_to_end(seen._replace(profiles=shown), now, silent=chosen.warn.auto)


def _of_one(profile: str | None, now: float) -> Said:
    name = choosing.name_of(profile)
    seen = OneLook(Locations.of(os.environ), os.environ, only=name).snapshot
    if profile is None and seen.environment is not None and not seen.environment.leads_to:
        # Keys in the environment win over what AWS_PROFILE selects.
        return status_line.of_environment(seen.environment, now)
    status = seen.status(name)
    if status is not None:
        return status_line.of_profile(status, now)
    is_named = profile is not None or choosing.is_selected()
    return status_line.missing(name) if is_named else status_line.NOTHING


def _as_json(said: Said, now: float) -> str:
    import json

    from awsttl.core.profiles.timestamps import iso_utc

    ends = said.expires_at
    return json.dumps(
        {
            "profile": said.name or None,
            "state": said.state and str(said.state),
            "renewal": str(said.renewal),
            "expires_at": None if ends is None else iso_utc(ends),
            "seconds_left": None if ends is None else max(0, int(ends - now)),
            "text": status_line.line(said),
        },
        ensure_ascii=False,
    )
