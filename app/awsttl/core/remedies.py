"""What to do about a problem, as a value. Each face says it in its own way.

The dashboard names a key ("press r to sign in"), the command line names a command. So no text in
the core names a key: it says which :class:`Act` helps, and for whom.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import NamedTuple


class Act(enum.StrEnum):
    """Something that awsttl can do for a person. A face knows how it is started there."""

    RENEW = "renew"
    """Get a new session; that includes a sign-in and an MFA code where these are needed."""
    CLEAR = "clear"
    """Remove a profile's cache entries, or one that belongs to no profile."""
    KEEP = "keep"
    """Keep a session alive; that includes the question whether a process may run for it."""
    EXPORT = "export"
    UNSET = "unset"
    """Take the AWS variables out of a shell."""
    VERIFY = "verify"
    """Ask AWS whose a session is."""
    DIAGNOSE = "diagnose"
    """Look for what is wrong with a profile."""


class Remedy(NamedTuple):
    """What to do: first by hand, then with awsttl, or in some other way. Each part may be empty.

    ``Remedy("wait a minute", Act.RENEW, "prod", purpose="again")`` is said as "wait a minute, then
    press r again" in the dashboard, and with a command for ``prod`` elsewhere.
    """

    words: str = ""
    """What a person does by hand, as a command to them: ``set the clock``."""
    act: Act | None = None
    profile: str = ""
    """The profile that *act* is for; empty where it is for none, or for the row at hand."""
    purpose: str = ""
    """What *act* is for, as it follows the name of a key: ``to sign in``, ``again``."""
    otherwise: str = ""
    """Another way to the same end: ``run: aws sso login --profile prod``."""

    def said(self, way: Callable[[Act, str], str]) -> str:
        """The remedy in one line; *way* says how a person starts an act for a profile."""
        parts = [self.words] if self.words else []
        if self.act is not None:
            parts.append(f"{way(self.act, self.profile)} {self.purpose}".rstrip())
        line = ", then ".join(parts)
        if not self.otherwise:
            return line
        return f"{line}, or {self.otherwise}" if line else self.otherwise


NOTHING_TO_DO = Remedy("nothing to do")
