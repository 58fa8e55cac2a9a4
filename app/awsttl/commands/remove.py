"""``awsttl remove``: takes a profile out of config and credentials, as the key D does."""

from __future__ import annotations

import os
from argparse import Namespace

from awsttl.commands import writing
from awsttl.commands.acting import Acting
from awsttl.commands.parsing import Parser
from awsttl.commands.prompts import Prompts
from awsttl.commands.writing import Wanted
from awsttl.core.profiles import environment
from awsttl.engine import removing


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.add_argument("profile", metavar="PROFILE", help="the profile that is to go")
    writing.takes_yes(parser)
    parser.explains(
        "Says who depends on it, shows the lines that go, and removes them on a yes, with the\n"
        "profile's own entries of the CLI cache. awsttl edit --undo brings all of it back."
    )
    parser.shows("awsttl remove old-dev")


def run(given: Namespace) -> int:
    """Remove it. Returns the exit code."""
    with Acting(Prompts(no_input=given.no_input)) as acting:
        status = acting.status(given.profile)
        selected = environment.selected(os.environ)
        found = removing.of_profile(status, acting.look.files, selected)
        done = f"{status.name} is removed"
        wanted = Wanted(
            status.name, found.plan, "removed", done, found.warnings, clearing=found.entries
        )
        return writing.write(acting.engine.editing, wanted, given)
