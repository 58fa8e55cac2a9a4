"""The check whether the AWS CLI can write its caches."""

from __future__ import annotations

import os

from awsttl.core.remedies import Remedy
from awsttl.core.why.findings import Check, Finding, Result, Severity
from awsttl.disk.locations import Locations, shown


def check_cache_folders(locations: Locations) -> Result:
    """Whether files can be made in the folders where the AWS CLI keeps its caches.

    A folder need not be there yet: then the nearest one above it counts.
    """
    findings = []
    for folder in locations.caches:
        place = folder
        while not os.path.lexists(place) and place != os.path.dirname(place):
            place = os.path.dirname(place)
        why = _unwritable(place)
        if why is None:
            continue
        reason, fix = why
        findings.append(
            Finding(
                Check.CACHE,
                Severity.WARNING,
                "cache-unwritable",
                f"{shown(folder)} cannot be written: every command gets a new session",
                Remedy(fix.format(shown(place))),
                (f"{shown(place)} {reason}",),
            )
        )
    return Result(Check.CACHE, "", tuple(findings), "the cache folders can be written")


def _unwritable(place: str) -> tuple[str, str] | None:
    """Why no file can be made in a folder, and what to do; ``None`` where one can.

    access(2) answers for the user who asks. Root may write where the mode of a folder forbids it
    to others. A read-only file system is forbidden to root too; access(2) says so, but not that
    this is the reason, so that is asked apart.
    """
    if not os.path.isdir(place):
        return "is no folder", "make {} a folder that you may write to"
    if os.access(place, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
        return None
    if hasattr(os, "statvfs") and os.statvfs(place).f_flag & os.ST_RDONLY:
        return "is on a read-only file system", "mount what {} is on for writing"
    return "may not be written by this user", "make {} a folder that you may write to"
