"""``awsttl doctor [PROFILE…]``: every check of the diagnosis, on the command line.

Exit codes: 0 nothing is wrong; 1 something is; 2 it was called with a profile that does not exist.
"""

from __future__ import annotations

import os
import sys
import time
from argparse import Namespace
from collections.abc import Sequence

from awsttl.commands import choosing, exit_codes, writing
from awsttl.commands.acting import Acting
from awsttl.commands.output import say, show
from awsttl.commands.parsing import Parser
from awsttl.commands.prompts import Prompts
from awsttl.commands.remedies import said
from awsttl.commands.writing import Wanted
from awsttl.core.model import Status
from awsttl.core.view import doctor
from awsttl.core.why.configure_list import UsedValue
from awsttl.core.why.findings import Result
from awsttl.disk.locations import Locations
from awsttl.disk.result_details import ResultDetails
from awsttl.engine import mending
from awsttl.engine.diagnosing import examine
from awsttl.engine.look import OneLook


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.takes_profiles("these only, in full; globs are welcome")
    parser.takes_json()
    parser.add_argument("--offline", action="store_true", help="ask neither programs nor AWS")
    parser.add_argument(
        "--fix", action="store_true", help="mend what an edit mends, after a look at the lines"
    )
    writing.takes_yes(parser)
    parser.shows("awsttl doctor prod", "awsttl doctor --offline 'dev-*'", "awsttl doctor --fix")


def run(given: Namespace) -> int:
    """Examine these profiles, or all; print what is found. Returns the exit code."""
    if given.json and given.fix:
        raise exit_codes.CommandError("either --json or --fix")
    locations = Locations.of(os.environ)
    look = OneLook(locations, os.environ)
    names: list[str] = given.profiles
    try:
        statuses = choosing.some(names, look.snapshot) if names else list(look.snapshot.profiles)
    except exit_codes.CommandError as missing:
        if not (look.files.config.problem or look.files.credentials.problem):
            raise
        # It may stand in a file that the AWS CLI refuses: then the file is what is wrong.
        sys.stderr.write(f"awsttl doctor: {missing}\n")
        statuses = [status for status in look.snapshot.profiles if status.name in names]
    now = time.time()
    results: list[Result] = []
    examine(
        statuses,
        look.snapshot,
        look.files,
        locations,
        results.append,
        now=now,
        # Which credentials win is asked of a few; of a thousand nobody reads it.
        in_full=bool(names),
        network=not given.offline,
    )
    used_values = _used_values(statuses, locations) if names else {}
    if given.json:
        show(doctor.as_json(results, used_values, now, said))
    else:
        lines = list(doctor.as_text(results, len(statuses), said, full=bool(names)))
        if names and len(statuses) == 2:
            lines[-1:-1] = doctor.side_by_side(used_values)
        show("\n".join(lines))
    if given.fix:
        return _fix(results, look, given)
    matters = any(finding.matters for result in results for finding in result.findings)
    return exit_codes.FAILED if matters else exit_codes.DONE


def _fix(results: Sequence[Result], look: OneLook, given: Namespace) -> int:
    """Offer to mend what an edit mends. Returns the exit code."""
    found = mending.of_results(results, look.files)
    if not found:
        say("there is nothing here that an edit mends")
        return exit_codes.DONE
    with Acting(Prompts(no_input=given.no_input)) as acting:
        all_of_it = mending.wanted(found)
        wanted = Wanted(
            "config and credentials",
            all_of_it.plan,
            all_of_it.said,
            "mended",
            all_of_it.closing_lines,
            closing=all_of_it.closing,
        )
        return writing.write(acting.engine.editing, wanted, given)


def _used_values(
    statuses: Sequence[Status], locations: Locations
) -> dict[str, tuple[UsedValue, ...]]:
    details = ResultDetails(locations, os.environ)
    return {status.name: details.used_values(status) for status in statuses}
