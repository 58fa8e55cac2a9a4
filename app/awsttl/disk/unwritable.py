"""Why a file cannot be written, and what helps."""

from __future__ import annotations

import errno
import os

from awsttl.core.remedies import Remedy
from awsttl.core.why.full_disks import advice
from awsttl.disk.locations import shown


def why(error: OSError) -> str:
    """What the system says, for people."""
    return error.strerror or os.strerror(error.errno or errno.EIO)


def remedy(error: OSError, path: str) -> Remedy:
    """What helps where the file *path* cannot be written."""
    return Remedy(advice(why(error), shown(os.path.dirname(os.path.realpath(path)))))
