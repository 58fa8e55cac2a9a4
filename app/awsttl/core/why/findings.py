"""What the checks of a diagnosis find, as frozen values: findings with evidence and a fix."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from typing import Final

from awsttl.core.named_tuples import NamedTuple
from awsttl.core.remedies import Remedy


class Check(enum.StrEnum):
    """What is checked, in the order of AWS's troubleshooting article."""

    CLI = "AWS CLI"
    ENDPOINT = "endpoint"
    CLOCK = "clock"
    FILES = "files"
    CREDENTIALS = "credentials"
    ENVIRONMENT = "environment"
    SERVER = "live server"
    """The awsttl to which the container variables of the environment lead."""
    SESSION = "session"
    SOURCE = "source"
    PORTAL = "start URL"
    CACHE = "cache"
    PASTED = "pasted keys"
    IDENTITY = "identity"


class Severity(enum.IntEnum):
    """How much a finding matters."""

    NOTE = 0
    """Good to know; nothing has to be done."""
    WARNING = 1
    """Works now, but not as it looks, or not for long."""
    CAUSE = 2
    """Commands fail because of this."""

    @property
    def word(self) -> str:
        """The severity in a word, for people and programs."""
        return self.name.lower()


class Finding(NamedTuple):
    """One thing that a check has found. Every text is a single line, without secrets."""

    check: Check
    severity: Severity
    code: str
    """A name for programs. A finding about a ``Problem`` has that one's code."""
    message: str
    fix: Remedy
    evidence: tuple[str, ...] = ()
    """Times, variable names, values; a file and its line is ``~/.aws/config:12``."""
    keys: tuple[str, ...] = ()
    """The keys of the profile's settings that it is about. Their files and lines are added to the
    evidence by :class:`~awsttl.disk.result_details.ResultDetails`."""
    text: str = ""
    """What to write into a file, where that is the fix. It may have several lines."""
    blocks: bool = False
    """Whether it breaks the profile: then its row says the same."""

    @property
    def matters(self) -> bool:
        """Whether something is wrong; else it is only good to know."""
        return self.severity > Severity.NOTE

    @property
    def short(self) -> str:
        """The message in few words, for a row of the table."""
        return _SHORT.get(self.code, self.message)


_SHORT = {
    "chain-cap": "duration_seconds over a chain's hour",
    "duration-useless": "never reused (15 min)",
    "environment-wins": "the environment wins over it",
    "not-read": "read otherwise than it looks",
    "keys-never-used": "its static keys are never used",
    "open-to-others": "cache file open to others",
    "region-invalid": "its region is none",
    "setting-misnamed": "a setting that no AWS CLI knows",
    "set-twice": "config and credentials differ",
    "token-left-over": "a long-term key beside a session token",
    "token-missing": "a temporary key without its token",
}


class Result(NamedTuple):
    """What one check found, for one profile or for all."""

    check: Check
    profile: str = ""
    """The profile that was checked; empty where the result concerns all profiles alike."""
    findings: tuple[Finding, ...] = ()
    text: str = ""
    """What is right, where nothing is wrong: a version, a time, an account id."""
    lines: tuple[str, ...] = ()
    """Facts to show whatever was found: the variables that are set, the values that are used."""
    looked: bool = True
    """False where there was nothing to look at. Then *text* says why, and nothing is right."""

    @property
    def is_right(self) -> bool:
        """Whether it was looked, and nothing was found."""
        return self.looked and not self.findings


Tell = Callable[[Result], None]
"""Takes each result as it comes; may be called from any thread."""


class Headline(NamedTuple):
    """What to say first when a person asks why a profile fails."""

    own: Finding | None
    """The worst that is wrong with the profile itself; else what its row says, if that is more
    than that it works."""
    around: Finding | None
    """The worst that is wrong on this machine for all profiles alike, unless *own* is worse."""


_ON_THE_ROW: Final = ("session-expired", "past-reuse-point", "ends-soon", "no-credentials")
"""What a row shows although nothing is wrong. Who asks for the reason is told that first."""


def headline(results: Iterable[Result]) -> Headline:
    """The worst finding of the results for one profile, and of those for all profiles."""
    own, around = list[Finding](), list[Finding]()
    told: Finding | None = None
    for result in results:
        for finding in result.findings if result.profile else ():
            told = finding if finding.code in _ON_THE_ROW else told
        (own if result.profile else around).extend(filter(_matters, result.findings))
    mine, others = worst(own) or told, worst(around)
    if mine is not None and others is not None and mine.severity > others.severity:
        others = None
    return Headline(mine, others)


def _matters(finding: Finding) -> bool:
    return finding.matters


def worst(findings: Iterable[Finding]) -> Finding | None:
    """The most severe finding; of several the one that the row tells, else the first."""
    return max(findings, key=lambda finding: (finding.severity, finding.blocks), default=None)
