"""A problem, and what to do about it, as a value that each face says in its own way.

The dashboard names a key ("press r to sign in"), the command line names a command. So no text of
the core, nor of any other room below a face, names a key: it says which :class:`Act` helps, and
for which profile. The faces are ``tui/remedies.py`` and ``commands/remedies.py``; the log has
none, and takes :meth:`Remedy.__str__`.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator
from typing import Final

from awsttl.core.named_tuples import NamedTuple


class Act(enum.StrEnum):
    """Something that awsttl can do for a person. A face knows how it is started there.

    The values are the names of the dashboard's actions (``tui/actions.py``) and stand in the JSON
    of ``awsttl list`` and ``awsttl doctor``.
    """

    RENEW = "renew"
    """Get a new session; that includes a sign-in and an MFA code where these are needed."""
    CLEAR = "clear"
    """Remove a profile's cache entries, or one that belongs to no profile."""
    KEEP = "keep"
    """Keep a session alive; that includes the question whether a process may run for it."""
    EXPORT = "export"
    """Give the credentials of a session to a shell."""
    UNSET = "unset"
    """Take the AWS variables out of a shell. It is for no profile."""
    VERIFY = "verify"
    """Ask AWS whose a session is."""
    DIAGNOSE = "diagnose"
    """Look for what is wrong with a profile."""
    PASTE = "paste"
    """Write a session that was copied somewhere into a profile."""
    MEND = "mend"
    """Edit the files so that a finding is gone, after a look at the lines."""


Start = Callable[[Act, str, str], str]
"""How a person starts an act in one face: (act, profile, purpose) → ``press r to sign in``."""


class Remedy(NamedTuple):
    """What to do: first by hand, then with awsttl, or in another way. Each part may be empty.

    ``Remedy("wait a minute", Act.RENEW, "prod", purpose="again")`` is said as "wait a minute, then
    press r again" in the dashboard, and with a command for ``prod`` elsewhere.
    """

    words: str = ""
    """What a person does by hand, as a command to them: ``set the clock``."""
    act: Act | None = None
    """What awsttl can do, after that."""
    profile: str = ""
    """The profile that *act* is for; empty where it is for none, or where nobody knows which."""
    purpose: str = ""
    """What *act* is for, where its name does not say it: ``to sign in``, ``again``."""
    otherwise: Remedy | None = None
    """Another way to the same end."""

    def said(self, start: Start) -> str:
        """The remedy in one line, in the words of one face."""
        parts = [self.words] if self.words else []
        if self.act is not None:
            parts.append(start(self.act, self.profile, self.purpose))
        ways = [", then ".join(parts)] if parts else []
        if self.otherwise is not None:
            ways.append(self.otherwise.said(start))
        return ", or ".join(ways)

    def acts(self) -> Iterator[tuple[Act, str]]:
        """Every act that it proposes, with the profile that the act is for."""
        if self.act is not None:
            yield self.act, self.profile
        if self.otherwise is not None:
            yield from self.otherwise.acts()

    def fields(self) -> dict[str, str | None]:
        """The first way, for programs."""
        return {
            "action": self.act and str(self.act),
            "profile": self.profile or None,
            "words": self.words or None,
        }

    def __str__(self) -> str:
        """The remedy where there is no face, as in the log: neither a key nor a command."""
        return self.said(_by_name)


Say = Callable[[Remedy], str]
"""How a face says a remedy."""

NOTHING_TO_DO: Final = Remedy("nothing to do")


class Problem(NamedTuple):
    """Something wrong, in one line, and what to do about it."""

    code: str
    message: str
    fix: Remedy
    blocks: bool = False
    """Whether the profile cannot work until this is fixed."""
    more: str = ""
    """What a ``credential_process`` wrote on stderr as it failed, in lines, for the details."""


_NAMED: Final = {
    Act.RENEW: "renew {profile}",
    Act.CLEAR: "clear {profile}",
    Act.KEEP: "keep {profile} alive",
    Act.EXPORT: "export {profile}",
    Act.UNSET: "unset the AWS variables",
    Act.VERIFY: "verify {profile}",
    Act.DIAGNOSE: "diagnose {profile}",
    Act.PASTE: "paste new ones into {profile}",
    Act.MEND: "mend {profile}",
}


def _by_name(act: Act, profile: str, purpose: str) -> str:
    return f"{_NAMED[act].format(profile=profile or 'it')} {purpose}".rstrip()


def quoted(name: str) -> str:
    """A profile's name as an argument of a shell command."""
    return name if re.fullmatch(r"[\w@%+=:,./-]+", name) else "'" + name.replace("'", "'\\''") + "'"
