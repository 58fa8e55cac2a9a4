"""The check who may read the credentials file. AWS CLI v2 warns of it since 2.34.53."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from awsttl.core.remedies import Remedy
from awsttl.core.why.findings import Check, Finding, Severity
from awsttl.disk.locations import Locations, shown

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_modes(locations: Locations) -> Iterator[Finding]:
    """A finding where other users of this machine may read or write the credentials file.

    Where it has an access control list, somebody has thought about it.
    """
    if os.name != "posix":
        return
    path = os.path.realpath(locations.credentials)
    try:
        status = os.stat(path)
        has_list = hasattr(os, "listxattr") and "system.posix_acl_access" in os.listxattr(path)
    except OSError:
        return
    if not stat.S_ISREG(status.st_mode) or has_list or not status.st_mode & _OTHERS:
        return
    mode = f"{stat.S_IMODE(status.st_mode):o}"
    yield Finding(
        Check.FILES,
        Severity.WARNING,
        "file-open-to-others",
        f"{shown(locations.credentials)} can be read by other users of this machine (mode {mode})",
        Remedy(f"chmod 600 {shown(path)}"),
        (path,),
    )
