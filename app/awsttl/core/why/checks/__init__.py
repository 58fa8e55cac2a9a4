"""The checks of a profile that need no network and no program: AWS's troubleshooting article.

Each check is a generator that is given one :class:`~awsttl.core.why.checks.case.Case`, and depends
on no other check. A check looks at a few values only: a thousand profiles take less than 100 ms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from awsttl.core.files import Files
from awsttl.core.model import Snapshot, Status
from awsttl.core.profiles import environment
from awsttl.core.why.checks.case import Case, Context, case
from awsttl.core.why.checks.credentials import check_credentials, check_environment, check_variables
from awsttl.core.why.checks.files import check_cache, check_pasted
from awsttl.core.why.checks.ini_files import check_passages, check_places, whole_files
from awsttl.core.why.checks.names import check_names
from awsttl.core.why.checks.sessions import check_session, check_source
from awsttl.core.why.checks.unfound import without_findings
from awsttl.core.why.checks.values import check_values, check_values_of_environment
from awsttl.core.why.findings import Check, Finding, Result, Severity, worst

__all__ = ["SAID_BY_CLOCK", "Context", "offline_findings", "offline_results", "row_finding"]

_CHECKS: Final = (
    check_passages,
    check_names,
    check_values,
    check_credentials,
    check_environment,
    check_session,
    check_source,
    check_cache,
    check_pasted,
)


def offline_findings(status: Status, context: Context) -> list[Finding]:
    """All that is found about a profile without the network, in the order of the checks."""
    return _found(case(status, context))


def _found(examined: Case) -> list[Finding]:
    found = [finding for check in _CHECKS for finding in check(examined)]
    if broken := examined.status.broken:
        # Of several that would break the row, it shows the first.
        says = (broken.code, broken.message)
        return [
            each._replace(blocks=(each.code, each.message) == says) if each.blocks else each
            for each in found
        ]
    return found


def row_finding(status: Status, files: Files) -> Finding | None:
    """The worst finding that a row does not show already by its state or its countdown.

    State and countdown show all that depends on the time. So this stays true until a file changes.
    """
    context = Context(Snapshot(), files, now=0.0)
    found = [each for each in offline_findings(status, context) if each.code not in SAID_BY_CLOCK]
    if any(each.code == "caches-open-to-others" for each in files.problems):
        found = [each for each in found if each.code != "open-to-others"]  # said of all at once
    finding = worst(found)
    return finding if finding is not None and finding.matters else None


SAID_BY_CLOCK: Final = frozenset(
    {
        "session-expired",
        "past-reuse-point",
        "ends-soon",
        "sign-in",
        "never-signed-in",
        "pasted-expired",
        "expiry-unknown",
        "cache-corrupt",
        "source-expired",
    }
)
"""Codes of the findings that a row's state and countdown show: all that depend on the time."""


def offline_results(
    statuses: Collection[Status], context: Context, environ: Mapping[str, str]
) -> Iterator[Result]:
    """First the result that concerns all profiles, then of each profile that of each check."""
    around = (
        *check_variables(environ, context.snapshot, context.now),
        *check_values_of_environment(environ),
    )
    yield Result(
        Check.ENVIRONMENT, "", around, "no AWS variable is in the way", environment.shown(environ)
    )
    names = {status.name for status in statuses}
    are_all = len(names) == len(context.snapshot.profiles)
    of_files = (
        *check_places(environ, context.files),
        *whole_files(context.files, names, are_all=are_all),
    )
    yield Result(Check.FILES, "", of_files, "config and credentials are read whole")
    for status in statuses:
        by_check: defaultdict[Check, list[Finding]] = defaultdict(list)
        examined = case(status, context)
        findings = _found(examined)
        for finding in findings:
            by_check[finding.check].append(finding)
        is_hindered = any(each.severity is Severity.CAUSE for each in findings)
        for check in _EACH:
            if found := by_check[check]:
                yield Result(check, status.name, tuple(found))
            else:
                yield without_findings(check, examined, is_hindered=is_hindered)


_EACH: Final = (
    Check.CREDENTIALS,
    Check.ENVIRONMENT,
    Check.SESSION,
    Check.SOURCE,
    Check.CACHE,
    Check.PASTED,
)
