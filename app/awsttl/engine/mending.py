"""What of a diagnosis can be mended by an edit, and all of it in one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from awsttl.core.ini.plans import Plan
from awsttl.core.profiles.kinds import FACTS
from awsttl.core.why import checks, mending
from awsttl.core.why.checks import Context
from awsttl.core.why.mending import Mend
from awsttl.disk.locations import shown
from awsttl.engine.diagnosing import with_modes

if TYPE_CHECKING:
    from awsttl.core.files import Files
    from awsttl.core.model import Snapshot, Status
    from awsttl.core.why.findings import Result
    from awsttl.disk.locations import Locations


class Together(NamedTuple):
    """Several things to mend, as one edit."""

    plan: Plan
    closing: tuple[str, ...]
    """The files that other users are no longer to read."""
    said: str
    """What the log says of it."""

    @property
    def closing_lines(self) -> tuple[str, ...]:
        """A line for each file whose mode will change."""
        return tuple(f"{shown(path)}: for nobody else to read (mode 600)" for path in self.closing)


def found(
    statuses: Sequence[Status],
    snapshot: Snapshot,
    files: Files,
    locations: Locations,
    now: float,
) -> tuple[Mend, ...]:
    """What an edit mends for these profiles, and in the files as a whole. Asks no network.

    *now* is the wall clock, in seconds UTC.
    """
    context = Context.of(snapshot, files, now)
    results = checks.offline_results(statuses, context, os.environ)
    return of_results((with_modes(result, locations) for result in results), files)


def instead_of_pasting(
    status: Status, snapshot: Snapshot, files: Files, locations: Locations
) -> tuple[Mend, ...]:
    """What makes pasting unnecessary for a row of pasted keys. Asks AWS whose these are; blocks."""
    if not FACTS[status.profile.kind].is_temporary or status.profile.mfa_session:
        return ()
    # boto3's world: 500 ms, the first time.
    from awsttl.aws import probes
    from awsttl.disk import session_keys

    try:
        answer = probes.who(status.name, session_keys.read(status, locations))
    except session_keys.NoKeysError:
        return ()
    if not isinstance(answer, probes.Identity):
        return ()
    long_term = Context.of(snapshot, files, 0.0).long_term
    found = mending.by_identity(answer.arn, status.name, files, long_term)
    return () if found is None else (found,)


def of_results(results: Iterable[Result], files: Files) -> tuple[Mend, ...]:
    """What an edit mends of these results; each once, since profiles share files."""
    seen: dict[object, Mend] = {}
    for result in results:
        for mend in mending.of_result(result, files):
            seen.setdefault((repr(mend.plan), mend.closed), mend)
    return tuple(seen.values())


def wanted(mends: Sequence[Mend]) -> Together:
    """All of these in one edit."""
    closing = tuple(dict.fromkeys(path for mend in mends for path in mend.closed))
    codes = ", ".join(dict.fromkeys(mend.finding.code for mend in mends))
    return Together(mending.one_plan(mends), closing, f"mended: {codes}")
