"""A section that an error says is missing: what stands in the files in its place.

An AWS CLI passes over a header that means nothing to it, and takes a file that it cannot open for
empty. Then it says that the profile does not exist, and the person looks at it.
"""

from __future__ import annotations

from typing import Final

from awsttl.core.ini.names import PROFILE, SSO_SESSION, header_of
from awsttl.core.model import Snapshot
from awsttl.core.remedies import Problem, Remedy

SECTIONS: Final = {
    "profile-missing": PROFILE,
    "profile-empty": PROFILE,
    "no-credentials": PROFILE,
    "source-missing": PROFILE,
    "sso-session-missing": SSO_SESSION,
}
"""Causes by which clients mean that they found no section, and the kind of that section."""


def unread(problem: Problem, name: str, snapshot: Snapshot) -> Problem | None:
    """Why no AWS CLI reads the section *name*, which is there; ``None`` where nothing is.

    Where a whole file cannot be read, that is taken to be why.
    """
    kind = SECTIONS[problem.code]
    if passage := snapshot.instead_of(name, kind):
        message = f"there is no {kind} {name}, although it stands in {passage.place}"
        fix = passage.remedy
        return problem._replace(message=f"{message}: {passage.message}", fix=fix)
    closed = next((each for each in snapshot.unread if each.code != "not-read"), None)
    if closed is None:
        return None
    message = f"there is no {kind} {name} in what can be read: {closed.message}"
    return problem._replace(message=message, fix=closed.fix)


def nowhere(problem: Problem, name: str) -> Problem:
    """The problem of a section that stands in no file at all."""
    if problem.code != "sso-session-missing":
        return problem._replace(message=f"there is no such profile: {name}")
    words = f"add a section [{header_of(SSO_SESSION, name)}], or correct the name"
    message = f"there is no such sso-session: {name}"
    return problem._replace(message=message, fix=Remedy(words))


def elsewhere(problem: Problem, name: str) -> Problem:
    """The problem of a profile that is here, and that a program did not find."""
    message = f"the program did not find profile {name}, which exists here: it reads other files"
    words = "see what HOME, AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE are for that program"
    return problem._replace(message=message, fix=Remedy(words))


def nearest(name: str, snapshot: Snapshot) -> str:
    """The profile whose name is most like that one, in words, or nothing."""
    import difflib

    names = [status.name for status in snapshot.profiles]
    near = difflib.get_close_matches(name, names, n=1)
    return f"the nearest name is {near[0]}" if near else ""
