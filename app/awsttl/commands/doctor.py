"""``awsttl doctor [PROFILE…]``: every check of the diagnosis, on the command line.

Exit codes: 0 nothing is wrong; 1 something is; 2 it was called with a profile that does not exist.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

from awsttl.commands.output import show
from awsttl.core.model import Status
from awsttl.core.profiles import environment
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.view import doctor
from awsttl.core.why import checks
from awsttl.core.why.checks import Grounds
from awsttl.core.why.findings import Result
from awsttl.disk.evidence import Evidence
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader


def run(names: Sequence[str], *, as_json: bool, network: bool) -> int:
    """Examine these profiles, or all; print what is found. Returns the exit code."""
    locations = Locations.of(os.environ)
    files = Reader(locations).settle()
    seen = snapshot(files, environment.read(os.environ))
    known = {status.name: status for status in seen.profiles}
    if missing := [name for name in names if name not in known]:
        sys.stderr.write(f'awsttl doctor: there is no profile "{missing[0]}"\n')
        return 2
    statuses = [known[name] for name in names] if names else list(seen.profiles)
    grounds = Grounds.of(seen, files, time.time())
    evidence = Evidence(locations, os.environ)
    results = [
        evidence.folders(),
        *_examine(statuses, grounds, network=network, verify=locations if names else None),
    ]
    if names:
        shown = [evidence.complete(each, known.get(each.profile, statuses[0])) for each in results]
    else:
        # Which credentials win is asked of a few; of a thousand nobody reads it.
        shown = [evidence.located(each) for each in results]
    if as_json:
        table = {each.name: evidence.winners(each) for each in statuses if names}
        show(doctor.as_json(shown, table, grounds.now))
    else:
        lines = list(doctor.as_text(shown, len(statuses), full=bool(names)))
        if len(names) == 2:
            lines[-1:-1] = doctor.side_by_side(
                {each.name: evidence.winners(each) for each in statuses}
            )
        show("\n".join(lines))
    return int(any(finding.matters for result in results for finding in result.findings))


def _examine(
    statuses: Sequence[Status], grounds: Grounds, *, network: bool, verify: Locations | None
) -> list[Result]:
    found = list(checks.results(statuses, grounds, os.environ))
    if network:
        # boto3's world, for the network only: 500 ms.
        from awsttl.engine import online_checks

        online_checks.online(statuses, grounds, os.environ, found.append, verify=verify)
    return found
