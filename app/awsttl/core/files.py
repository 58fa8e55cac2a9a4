"""What was read from ``~/.aws``, as frozen values: sections of ini files, entries of caches.

Secrets in them are :class:`~awsttl.core.secret.Secret` from the parser on. Times are instants:
seconds since the epoch, UTC, as ``float``.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, Final, assert_never

from awsttl.core.named_tuples import NamedTuple
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.secret import Secret

EMPTY: Final[Mapping[Any, Any]] = {}
"""No entries; never written to."""


class Cache(enum.StrEnum):
    """A folder in which the AWS CLI keeps sessions or tokens."""

    CLI = "cli"
    """``~/.aws/cli/cache``: sessions of roles."""
    SSO = "sso"
    """``~/.aws/sso/cache``: tokens of IAM Identity Center."""
    LOGIN = "login"
    """``~/.aws/login/cache``: tokens of ``aws login``."""


class Shape(enum.StrEnum):
    """What a cache file holds."""

    ROLE = "role"
    """A cached STS response, in ``cli/cache``."""
    SSO_ROLE = "sso-role"
    """Role credentials from the SSO portal (AWS CLI v2 only), in ``cli/cache``."""
    SSO_TOKEN = "sso-token"  # noqa: S105 (a shape, not a password)
    LOGIN_TOKEN = "login-token"  # noqa: S105 (as above)
    CORRUPT = "corrupt"
    """A file over which the AWS CLI fails."""
    FOREIGN = "foreign"
    """Well-formed JSON of another tool. The AWS CLI fails over it only where a profile's own cache
    file would have that name."""


class CacheEntry(NamedTuple):
    """One file of a cache, without its secrets."""

    path: str
    shape: Shape
    expires_at: float | None = None
    written_at: float = 0.0
    access_key: str = ""
    """The last four characters of the access key."""
    account_id: str = ""
    role: str = ""
    owner: str = ""
    """The start URL or the login session that the file itself names."""
    refreshable: bool = False
    """A token that the AWS CLI renews without a browser."""
    refreshable_until: float | None = None
    """When the registration as an OIDC client ends, which refreshing needs."""
    reason: str = ""
    """Why the entry is corrupt; else empty."""
    open_to_others: bool = False
    """Readable by other users of this machine."""
    fingerprint: str = ""
    """A fingerprint of the access key id: two sessions with the same one are the same session."""

    @property
    def name(self) -> str:
        """The file's name, without its folder."""
        return self.path.replace("\\", "/").rsplit("/", 1)[-1]


Section = Mapping[str, object]
"""One section of an ini file: keys in lower case; values are text, or a nested map.

A value that must not be seen is a :class:`Secret`, also in a nested map: see
``ini/secret_values.py``."""


class Passage(NamedTuple):
    """A line of a file that the AWS CLIs pass over, or take for something else, without a word."""

    line: int
    """Counted from 1."""
    message: str
    """What becomes of it, without the file's name."""
    fix: str
    """What to do there, as a command to a person."""
    file: str = ""
    """The file's path as people write it, with ``~``."""
    profile: str = ""
    """The profile that is read otherwise than it looks; empty where none is read."""
    meant: tuple[str, str] = ("", "")
    """Kind and name of the section that seems to be meant: ``("profile", "dev")``."""
    matters: bool = True
    """False where it is probably not meant for the AWS CLI at all."""
    header: str = ""
    """The header that would have to be written in another way; empty where it is not the header."""

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.file}:{self.line}"

    @property
    def remedy(self) -> Remedy:
        """What to do, and where."""
        return Remedy(f"{self.fix} in {self.place}")

    @property
    def problem(self) -> Problem:
        """The same for a list of what is wrong: what to do is part of the message."""
        message = f"{self.file} line {self.line}: {self.message}; {self.fix}"
        return Problem("not-read", message, self.remedy)


class IniFile(NamedTuple):
    """``config`` or ``credentials`` as botocore reads it."""

    path: str
    sections: Mapping[str, Section] = EMPTY
    """Profile name → its keys."""
    sso_sessions: Mapping[str, Section] = EMPTY
    problem: Problem | None = None
    misread: tuple[Passage, ...] = ()
    """What the AWS CLIs read otherwise than it looks, by line."""
    exists: bool = False
    """Whether there is a file at all, be it one that cannot be read."""


class Held(NamedTuple):
    """The session that a ``credential_process`` gave when a person had it run.

    Such a session is written to no disk: awsttl keeps it in memory.
    """

    profile: str
    process: str
    """The fingerprint of the command that gave it. When the profile has another command, the
    session counts no more."""
    access_key_id: str
    secret_access_key: Secret
    session_token: Secret | None = None
    expires_at: float | None = None
    account_id: str = ""
    got_at: float = 0.0

    @property
    def lasts(self) -> bool:
        """Whether these are long-term keys, which have no end."""
        return self.expires_at is None and self.session_token is None


class Files(NamedTuple):
    """Everything that was read from disk in one look."""

    config: IniFile
    credentials: IniFile
    cli_cache: Mapping[str, CacheEntry] = EMPTY
    """File name → entry; the same for the two maps below."""
    sso_cache: Mapping[str, CacheEntry] = EMPTY
    login_cache: Mapping[str, CacheEntry] = EMPTY
    web_tokens: Mapping[str, Secret] = EMPTY
    """Path as written in ``web_identity_token_file`` → the token."""
    problems: tuple[Problem, ...] = ()
    held: Mapping[str, Held] = EMPTY
    """Profile → the session that awsttl holds for it in memory."""
    outdated: Mapping[str, str] = EMPTY
    """Profile → the setting that records the end of a key which is there no more: it is left out
    of the profile's section."""

    def entries(self, cache: Cache) -> Mapping[str, CacheEntry]:
        """What one of the caches holds: file name → entry."""
        match cache:
            case Cache.CLI:
                return self.cli_cache
            case Cache.SSO:
                return self.sso_cache
            case Cache.LOGIN:
                return self.login_cache
            case _:
                assert_never(cache)
