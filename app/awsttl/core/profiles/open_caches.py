"""Cache files that other users of the machine may read: where all are, that is said once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from awsttl.core.files import CacheEntry
from awsttl.core.remedies import Problem, Remedy, quoted

CODE: Final = "caches-open-to-others"
"""A snapshot with this problem has no row that says the same (``checks.row_finding``)."""
FEWEST: Final = 3
"""Files from which one problem tells of all. Of one or two files their own rows tell."""


def problem(caches: Iterable[Mapping[str, CacheEntry]]) -> Problem | None:
    """What is wrong with caches of which others may read every file, as after a copy."""
    held = [cache for cache in caches if cache]
    count = sum(map(len, held))
    if count < FEWEST:
        return None
    folders = (next(iter(cache.values())).path.rpartition("/")[0] for cache in held)
    command = "chmod 600 " + " ".join(f"{_shown(folder)}/*.json" for folder in folders)
    return Problem(
        CODE,
        f"all {count:,} cache files can be read by other users of this machine: {command}",
        Remedy(command),
    )


def _shown(folder: str) -> str:
    """A folder as a shell takes it, with ``~`` for the home that it is most likely in."""
    place = folder.find("/.aws/")
    return "~" + folder[place:] if place > 0 else quoted(folder)
