"""How a renewal ended."""

from __future__ import annotations

from dataclasses import dataclass

from awsttl.core.model import Held, Problem


@dataclass(frozen=True, slots=True)
class Renewed:
    """It worked; these files are new."""

    paths: tuple[str, ...]
    held: tuple[Held, ...] = ()
    """What a ``credential_process`` gave, which is on no disk."""
    by_another: bool = False
    """Somebody else wrote them after the key was pressed, and AWS was asked for nothing."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not; the profile's own session is untouched."""

    problem: Problem


Outcome = Renewed | Failed
