"""How a renewal ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from awsttl.core.files import Held
from awsttl.core.remedies import Problem

Wrote = Callable[[str], None]
"""Is called with the path of each file that a renewal wrote, at once and in its thread."""


def ignored(_path: str) -> None:
    """Do nothing: the caller does not need to know which files were written."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """The renewal worked. *paths* are the files that are new."""

    paths: tuple[str, ...]
    held: tuple[Held, ...] = ()
    """The sessions that a ``credential_process`` gave; these are on no disk."""
    by_another: bool = False
    """Whether another dashboard wrote them after the person asked, so that AWS was not called."""
    until: float | None = None
    """When the new session ends, where no cache file tells; in seconds UTC."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The renewal failed, and the profile's own session is as it was."""

    problem: Problem


Outcome = Renewed | Failed
