"""What the sections of the config file are called, and how their headers are written.

The rules are those of botocore's ``build_profile_map``. They hold for the config file only: in
the credentials file each section is a profile by the very text of its header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

TYPE_CHECKING = False  # the module typing would be a third of what a shell's completion takes
if TYPE_CHECKING:
    from typing import Final, TypeVar

    V = TypeVar("V")

PROFILE: Final = "profile"
SSO_SESSION: Final = "sso-session"
SERVICES: Final = "services"

_QUOTING: Final = re.compile(r"""['"\\]|[^\S \t\r\n]""")
"""What ``shlex`` treats in its own way: quotes, and blanks at which it does not split."""


def skim(text: str) -> Iterator[str]:
    """The headers of a file, with no look at what is below them: for a shell's completion.

    Five thousand take 2 ms, where a :class:`~awsttl.core.ini.document.Document` takes 40. Headers
    that do not begin their line are not found; that is the only difference.
    """
    for section in f"\n{text}".split("\n[")[1:]:
        header = section.partition("\n")[0].rpartition("]")[0]
        if header:
            yield header


def by_name(sections: Mapping[str, V]) -> dict[str, dict[str, V]]:
    """The sections of the config file by kind and name, those by header being given.

    A header that means nothing to the AWS CLI is left out. Of two headers that mean the same, the
    later one's section takes the place of the earlier one's, whole.
    """
    # shlex takes 10 µs, and even to look for quotes in each header by itself would be noticed.
    split = str.split if _QUOTING.search("".join(sections)) is None else words
    profiles: dict[str, V] = {}
    sso_sessions: dict[str, V] = {}
    services: dict[str, V] = {}
    for header, section in sections.items():
        if header.startswith(PROFILE):
            named = profiles
        elif header.startswith(SSO_SESSION):
            named = sso_sessions
        elif header.startswith(SERVICES):
            named = services
        else:
            if header == "default":
                profiles[header] = section
            continue
        parts = split(header)
        if len(parts) == 2:
            named[parts[1]] = section
    return {PROFILE: profiles, SSO_SESSION: sso_sessions, SERVICES: services}


def place_of(profile: str, places: Mapping[str, V]) -> V | None:
    """What :func:`by_name` has for one profile, in a tenth of the time."""
    is_odd = _QUOTING.search("".join(places)) is not None
    # A header without quotes holds the name as it is.
    near = {
        header: place
        for header, place in places.items()
        if profile in header or (is_odd and _QUOTING.search(header))
    }
    return by_name(near)[PROFILE].get(profile)


def meaning(header: str) -> tuple[str, str] | None:
    """The kind and the name that a header of the config file means; ``None`` for nothing."""
    for kind, names in by_name({header: None}).items():
        for name in names:
            return kind, name
    return None


def words(header: str) -> list[str]:
    """The words of a header by the shell's rules of quoting; none where quotes do not close."""
    if _QUOTING.search(header) is None:
        return header.split()
    import shlex  # rarely needed, and each command would wait for it

    try:
        return shlex.split(header)
    except ValueError:
        return []


def header_of(kind: str, name: str) -> str:
    """How a section is written so that it is read as that: without its brackets."""
    if (kind, name) == (PROFILE, "default"):
        return name
    import shlex

    forms = (f"{kind} {name}", f'{kind} "{name}"', f"{kind} {shlex.quote(name)}")
    return next((form for form in forms if meaning(form) == (kind, name)), forms[-1])
