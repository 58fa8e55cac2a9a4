"""How a renewal ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from awsttl.core.model import Held, Problem

Wrote = Callable[[str], None]
"""Hears the path of each file that a renewal has written, at once and in the renewal's thread."""


def ignored(_path: str) -> None:
    """Nobody wants to hear of it."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """It worked; these files are new."""

    paths: tuple[str, ...]
    held: tuple[Held, ...] = ()
    """What a ``credential_process`` gave, which is on no disk."""
    by_another: bool = False
    """Somebody else wrote them after the key was pressed, and AWS was asked for nothing."""
    until: float | None = None
    """When the new session ends, where no cache file tells: it may be in the credentials file."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not; the profile's own session is untouched."""

    problem: Problem


Outcome = Renewed | Failed
