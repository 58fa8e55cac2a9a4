"""One profile under examination, and what the checks of all profiles share."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from typing import Final, NamedTuple

from awsttl.core.model import EMPTY, Files, Orphan, Problem, Section, Snapshot, Status
from awsttl.core.profiles.kinds import FACTS, Facts
from awsttl.core.why.findings import Check, Finding, Severity

KEY_ID: Final = "aws_access_key_id"


class Context(NamedTuple):
    """What the checks of all profiles share; made once for a snapshot. O(profiles)."""

    snapshot: Snapshot
    files: Files
    now: float
    leftovers: Mapping[tuple[str, str], tuple[Orphan, ...]] = EMPTY
    """(account, role) → entries of no profile for that role."""
    long_term: tuple[str, ...] = ()
    """Profiles with long-term keys."""

    @classmethod
    def of(cls, snapshot: Snapshot, files: Files, now: float) -> Context:
        """Gather them."""
        leftovers: defaultdict[tuple[str, str], tuple[Orphan, ...]] = defaultdict(tuple)
        for orphan in snapshot.orphans:
            if orphan.entry.role:
                leftovers[orphan.entry.account_id, orphan.entry.role] += (orphan,)
        long_term = tuple(
            status.name for status in snapshot.profiles if FACTS[status.profile.kind].is_long_term
        )
        return cls(snapshot, files, now, leftovers, long_term)


class Case(NamedTuple):
    """One profile under examination."""

    status: Status
    config: Section
    credentials: Section
    context: Context

    @property
    def name(self) -> str:
        """The profile's name."""
        return self.status.name

    @property
    def facts(self) -> Facts:
        """What is known of profiles of its kind."""
        return FACTS[self.status.profile.kind]

    @property
    def now(self) -> float:
        """Seconds UTC."""
        return self.context.now


def case(status: Status, context: Context) -> Case:
    """The profile with its own sections of the two files."""
    files = context.files
    return Case(
        status,
        files.config.sections.get(status.name, EMPTY),
        files.credentials.sections.get(status.name, EMPTY),
        context,
    )


def of_problem(check: Check, problem: Problem) -> Finding:
    """A fault that the profile's own reading has found, as a finding."""
    severity = Severity.CAUSE if problem.blocks else Severity.WARNING
    if problem.code == "no-credentials":
        severity = Severity.NOTE  # settings only is a fair use of a profile
    return Finding(check, severity, problem.code, problem.message, problem.fix)


def moment(instant: float) -> str:
    """An instant as evidence: local time, to the second."""
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S %Z", time.localtime(instant))
    except (OverflowError, OSError, ValueError):
        return ""
