"""Diagnosing: the checks of the files first, then those that ask programs and the network."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from awsttl.core.files import Files
from awsttl.core.model import Snapshot, Status
from awsttl.core.why import checks, mending
from awsttl.core.why.checks import Context
from awsttl.core.why.findings import Check, Result, Tell
from awsttl.disk.cache_folders import check_cache_folders
from awsttl.disk.file_modes import check_modes
from awsttl.disk.result_details import ResultDetails

if TYPE_CHECKING:
    from awsttl.disk.locations import Locations


def examine(  # noqa: PLR0913 (each says something else of how thoroughly)
    statuses: Sequence[Status],
    seen: Snapshot,
    files: Files,
    locations: Locations,
    tell: Tell,
    *,
    now: float,
    in_full: bool = True,
    network: bool = True,
) -> None:
    """Tell every result as it comes. Blocks: five seconds at most for the network.

    *in_full*: with the credentials that win, and with AWS asked whose they are. Of a thousand
    profiles nobody reads that. *tell* is called from any thread, one call at a time. *now* is the
    wall clock in seconds UTC.
    """
    details = ResultDetails(locations, os.environ)
    known = {status.name: status for status in statuses}
    context = Context.of(seen, files, now)

    def complete(result: Result) -> None:
        result = mending.with_remedy(with_modes(result, locations), files)
        status = known.get(result.profile) if in_full else None
        tell(details.in_full(result, status) if status else details.with_lines(result))

    tell(check_cache_folders(locations))
    for result in checks.offline_results(statuses, context, os.environ):
        complete(result)
    if network:
        # boto3's world: 500 ms, the first time.
        from awsttl.engine import online_checks

        verify = locations if in_full else None
        online_checks.check_online(statuses, context, os.environ, complete, verify=verify)


def with_modes(result: Result, locations: Locations) -> Result:
    """The result for the files as a whole, with what their modes allow to others."""
    if result.check is not Check.FILES or result.profile:
        return result
    return result._replace(findings=(*result.findings, *check_modes(locations)))
