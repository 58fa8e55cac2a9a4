"""What a check is given: one profile, and what the checks of all profiles share."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from awsttl.core.files import EMPTY, Files, Section
from awsttl.core.model import Orphan, Snapshot, Status
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.profiles.kinds import FACTS, Facts
from awsttl.core.remedies import Problem
from awsttl.core.why.findings import Check, Finding, Severity

KEY_ID: Final = "aws_access_key_id"


class Context(NamedTuple):
    """What the checks of all profiles share. It is made once for a snapshot, in O(profiles)."""

    snapshot: Snapshot
    files: Files
    now: float
    leftovers: Mapping[tuple[str, str], tuple[Orphan, ...]] = EMPTY
    """(account id, role) → the cache entries of no profile that are sessions of that role."""
    long_term: tuple[str, ...] = ()
    """The names of the profiles with long-term keys."""

    @classmethod
    def of(cls, snapshot: Snapshot, files: Files, now: float) -> Context:
        """The context of a snapshot and the files that it was made from; *now* is seconds UTC."""
        leftovers: defaultdict[tuple[str, str], tuple[Orphan, ...]] = defaultdict(tuple)
        for orphan in snapshot.orphans:
            if orphan.entry.role:
                leftovers[orphan.entry.account_id, orphan.entry.role] += (orphan,)
        long_term = tuple(
            status.name for status in snapshot.profiles if FACTS[status.profile.kind].is_long_term
        )
        return cls(snapshot, files, now, leftovers, long_term)


class Case(NamedTuple):
    """One profile to check."""

    status: Status
    config: Section
    credentials: Section
    context: Context

    @property
    def name(self) -> str:
        """The profile's name."""
        return self.status.name

    @property
    def section(self) -> Section:
        """The settings of both files; those of the credentials file win, as in the AWS CLI."""
        return {**self.config, **self.credentials}

    @property
    def facts(self) -> Facts:
        """The facts of the profile's kind."""
        return FACTS[self.status.profile.kind]

    @property
    def now(self) -> float:
        """The wall clock, in seconds UTC."""
        return self.context.now


def case(status: Status, context: Context) -> Case:
    """The case of a profile: its status, and its sections of the two files."""
    files = context.files
    return Case(
        status,
        files.config.sections.get(status.name, EMPTY),
        files.credentials.sections.get(status.name, EMPTY),
        context,
    )


def of_problem(check: Check, problem: Problem) -> Finding:
    """A problem that was found when the files were read, as a finding."""
    severity = Severity.CAUSE if problem.blocks else Severity.WARNING
    if problem.code == "no-credentials":
        severity = Severity.NOTE  # settings only is a fair use of a profile
    found = Finding(check, severity, problem.code, problem.message, problem.fix)
    return found._replace(blocks=problem.blocks)


def moment(instant: float) -> str:
    """An instant as evidence: local time to the second; empty where it is no time of a calendar."""
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S %Z", time.localtime(instant))
    except (OverflowError, OSError, ValueError):
        return ""
