"""What awsttl knows about each kind of profile, and which kind a profile is.

:data:`FACTS` has one row for each kind. Whoever acts or speaks by kind reads it there, so that a
new kind is a new row. What cannot be data (how a chain is read, what the AWS CLI does with it)
matches the kind in ``chains.py`` and ``why/prediction.py``; CONTRIBUTING lists the places. Facts
and finding stand in one file, longer than others, because a new kind is written in both.

The order in which kinds are tried is botocore's (``create_credential_resolver`` of botocore
1.44): the first provider that finds its settings takes the profile, whatever else stands there.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final

from awsttl.core.files import EMPTY, Cache, IniFile, Passage, Section
from awsttl.core.model import Kind, Link, Renewal
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.profiles.cache_names import secret_of, text_of
from awsttl.core.profiles.environment import Place
from awsttl.core.remedies import NOTHING_TO_DO, Problem, Remedy
from awsttl.core.secret import Secret

# -------------------------------------------------------------------- the facts


class SignIn(NamedTuple):
    """How a person signs in for profiles of a kind, and the token that this leaves."""

    command: str
    """The command of the AWS CLI that signs in."""
    cache: Cache
    """Where the token lies."""
    label: str
    """Stands before the name of the sign-in where it is told from a profile."""
    by_awsttl: bool
    """Whether awsttl signs in by itself. If not, it lends the terminal to *command*."""
    is_session: bool
    """Whether the token holds the session's keys. If not, sessions are got with the token."""
    refresh_margin: float
    """Seconds before the token's end from which botocore refreshes it."""


class ConsoleWay(enum.Enum):
    """How one gets into the AWS console with a profile."""

    PORTAL = enum.auto()
    """By a link of the SSO portal, which signs the person in itself: no call, no secret."""
    SESSION = enum.auto()
    """With the profile's session."""
    USER = enum.auto()
    """As an IAM user: its keys get a session of GetFederationToken first."""
    NONE = enum.auto()
    """Not at all: it has no credentials."""


class Facts(NamedTuple):
    """One kind of profile. Texts are for people; an empty one means that there is none."""

    # ---- what the AWS CLI knows

    methods: tuple[str, ...]
    """What botocore calls its providers (``METHOD``), and ``aws configure list`` its types.
    Which of two it is, for keys, the file tells in which they stand."""
    setting: str
    """The one setting that makes a profile one of this kind; empty where it takes several."""
    since: tuple[int, ...]
    """The first AWS CLI v2 that knows the kind, by its change log."""

    # ---- how its credentials come and go

    renewal: Renewal
    """What a new session asks of the person, where no MFA device is named."""
    session_in: Cache | None
    """Where the AWS CLI keeps its sessions; ``None`` where it keeps none."""
    sign_in: SignIn | None
    """The sign-in that a new session needs."""
    is_assumed: bool
    """Whether a role is assumed with the credentials of a source, which is the next hop."""
    is_role: bool
    """Whether its sessions are those of a role, so that a role assumed with one is chained."""
    is_temporary: bool
    """Whether its keys stand in a file and end."""
    is_long_term: bool
    """Whether its keys stand in a file and do not end."""
    is_at_hand: bool
    """Whether a role can be assumed with it at once: nothing has to be got before."""
    runs_process: bool
    """Whether a new session runs a program of the person's."""

    # ---- in words

    source: str
    """Where its credentials come from, where there is no hop behind it."""
    note: str
    """What the details say behind its name."""
    settings: str
    """Its settings, as they win over others: "its … come first"."""
    outranks_keys: bool
    """Whether these settings win over static keys in both files."""
    occupied: str
    """What a profile of this kind does already, where no MFA session may be written into it:
    "profile x, which …"."""

    # ---- what it refuses

    not_renewed: Problem | None
    """Why there is never a session to renew."""
    not_kept: Problem | None
    """Why its session can never be kept alive."""

    # ---- in the AWS console

    console: ConsoleWay
    console_time: str
    """Why AWS lets nobody choose how long a console session lasts; empty where it does."""

    @property
    def has_keys(self) -> bool:
        """Whether its keys stand in config or credentials."""
        return self.is_temporary or self.is_long_term


_V2: Final = (2, 0, 0)
_FILES: Final = ("shared-credentials-file", "config-file")

SSO: Final = SignIn(
    command="aws sso login",
    cache=Cache.SSO,
    label="sso",
    by_awsttl=True,
    is_session=False,
    refresh_margin=900.0,  # SSOTokenProvider._REFRESH_WINDOW
)
LOGIN: Final = SignIn(
    command="aws login",
    cache=Cache.LOGIN,
    label="",
    by_awsttl=False,
    is_session=True,
    refresh_margin=300.0,  # LoginCredentialFetcher._REFRESH_THRESHOLD
)

FACTS: Final[Mapping[Kind, Facts]] = {
    Kind.ROLE: Facts(
        methods=("assume-role",),
        setting="",
        since=_V2,
        renewal=Renewal.SILENT,
        session_in=Cache.CLI,
        sign_in=None,
        is_assumed=True,
        is_role=True,
        is_temporary=False,
        is_long_term=False,
        is_at_hand=False,
        runs_process=False,
        source="",
        note="assumed with AssumeRole",
        settings="role settings",
        outranks_keys=True,
        occupied="assumes a role",
        not_renewed=None,
        not_kept=None,
        console=ConsoleWay.SESSION,
        console_time="a role that is assumed with another session lasts as long as that session",
    ),
    Kind.WEB_IDENTITY: Facts(
        methods=("assume-role-with-web-identity",),
        setting="",
        since=_V2,
        renewal=Renewal.SILENT,
        session_in=Cache.CLI,
        sign_in=None,
        is_assumed=False,
        is_role=True,
        is_temporary=False,
        is_long_term=False,
        is_at_hand=False,
        runs_process=False,
        source="token file",
        note="AssumeRoleWithWebIdentity",
        settings="web identity settings",
        outranks_keys=True,
        occupied="assumes a role with a web identity",
        not_renewed=None,
        not_kept=None,
        console=ConsoleWay.SESSION,
        console_time="",
    ),
    Kind.SSO: Facts(
        methods=("sso",),
        setting="",
        since=_V2,
        renewal=Renewal.SILENT,
        session_in=Cache.CLI,
        sign_in=SSO,
        is_assumed=False,
        is_role=True,
        is_temporary=False,
        is_long_term=False,
        is_at_hand=False,
        runs_process=False,
        source="",
        note="IAM Identity Center",
        settings="SSO settings",
        outranks_keys=True,
        occupied="is an SSO profile",
        not_renewed=None,
        not_kept=None,
        console=ConsoleWay.PORTAL,
        console_time="the SSO portal decides it",
    ),
    Kind.LONG_TERM: Facts(
        methods=_FILES,
        setting="",
        since=_V2,
        renewal=Renewal.NOTHING,
        session_in=None,
        sign_in=None,
        is_assumed=False,
        is_role=False,
        is_temporary=False,
        is_long_term=True,
        is_at_hand=True,
        runs_process=False,
        source="keys",
        note="no expiry; renew nothing",
        settings="static keys",
        outranks_keys=False,
        occupied="holds long-term keys",
        not_renewed=Problem("long-term", "long-term keys have no session to renew", NOTHING_TO_DO),
        not_kept=Problem("long-term", "long-term keys have no session to keep", NOTHING_TO_DO),
        console=ConsoleWay.USER,
        console_time="",
    ),
    Kind.TEMPORARY: Facts(
        methods=_FILES,
        setting="",
        since=_V2,
        renewal=Renewal.PASTE,
        session_in=None,
        sign_in=None,
        is_assumed=False,
        is_role=False,
        is_temporary=True,
        is_long_term=False,
        is_at_hand=True,
        runs_process=False,
        source="pasted keys",
        note="pasted, or written by another tool",
        settings="static keys",
        outranks_keys=False,
        occupied="",
        not_renewed=None,
        not_kept=None,
        console=ConsoleWay.SESSION,
        console_time="it is known for roles and IAM users only",
    ),
    Kind.LOGIN: Facts(
        methods=("login",),
        setting="login_session",
        since=(2, 32, 0),
        renewal=Renewal.SILENT,
        session_in=Cache.LOGIN,
        sign_in=LOGIN,
        is_assumed=False,
        is_role=False,
        is_temporary=False,
        is_long_term=False,
        is_at_hand=False,
        runs_process=False,
        source="aws login",
        note="aws login",
        settings="aws login settings",
        outranks_keys=False,
        occupied="is an aws login profile",
        not_renewed=None,
        not_kept=None,
        console=ConsoleWay.SESSION,
        console_time="it is known for roles and IAM users only",
    ),
    Kind.PROCESS: Facts(
        methods=("custom-process",),
        setting="credential_process",
        since=_V2,
        renewal=Renewal.PROCESS,
        session_in=None,
        sign_in=None,
        is_assumed=False,
        is_role=False,
        is_temporary=False,
        is_long_term=False,
        is_at_hand=False,
        runs_process=True,
        source="process",
        note="credential_process, run by the AWS CLI at each use",
        settings="process settings",
        outranks_keys=False,
        occupied="has a credential_process",
        not_renewed=None,
        not_kept=Problem(
            "not-cached",
            "a credential_process is run anew at each use, and nothing is cached",
            Remedy("keep a role that has it as its source"),
        ),
        console=ConsoleWay.SESSION,
        console_time="it is known for roles and IAM users only",
    ),
    Kind.INCOMPLETE: Facts(
        methods=(),
        setting="",
        since=_V2,
        renewal=Renewal.NOTHING,
        session_in=None,
        sign_in=None,
        is_assumed=False,
        is_role=False,
        is_temporary=False,
        is_long_term=False,
        is_at_hand=False,
        runs_process=False,
        source="no keys",
        note="",
        settings="settings",
        outranks_keys=False,
        occupied="",
        not_renewed=Problem(
            "no-credentials",
            "this profile has no keys, only settings",
            Remedy("add a role, SSO or keys to it"),
        ),
        not_kept=None,
        console=ConsoleWay.NONE,
        console_time="it is known for roles and IAM users only",
    ),
    Kind.CREDENTIAL_SOURCE: Facts(
        methods=("env", "iam-role", "container-role"),
        setting="",
        since=_V2,
        renewal=Renewal.SILENT,
        session_in=None,
        sign_in=None,
        is_assumed=False,
        is_role=False,
        is_temporary=False,
        is_long_term=False,
        is_at_hand=True,
        runs_process=False,
        source="",
        note="",
        settings="settings",
        outranks_keys=False,
        occupied="",
        not_renewed=None,
        not_kept=None,
        console=ConsoleWay.NONE,
        console_time="it is known for roles and IAM users only",
    ),
}
"""Every kind has a row, and every row has every fact: mypy and a test see to it."""


def sign_in_of(link: Link) -> SignIn | None:
    """The sign-in that a hop is; ``None`` where it is a profile, or a ``credential_source``."""
    return None if link.is_profile else FACTS[link.kind].sign_in


def has_clock(link: Link) -> bool:
    """Whether what a hop gives is a session that ends."""
    is_recorded = link.expires_at is not None
    return bool(link.cache_names) or is_recorded or FACTS[link.kind].is_temporary


def cache_of(link: Link) -> Cache:
    """The folder in which the files of a hop's ``cache_names`` lie."""
    sign_in = sign_in_of(link)
    return sign_in.cache if sign_in else Cache.CLI


# -------------------------------------------------------------------- which kind a profile is

TOKENS: Final = ("aws_security_token", "aws_session_token")
"""Settings that make keys temporary."""
STATIC: Final = ("aws_access_key_id", "aws_secret_access_key")


class Settings(NamedTuple):
    """The two files merged as the AWS CLI merges them."""

    merged: Mapping[str, Section]
    config: Mapping[str, Section]
    credentials: Mapping[str, Section]
    sso_sessions: Mapping[str, Section]
    web_tokens: Mapping[str, Secret]
    places: Mapping[str, Place]
    """What each ``credential_source`` has to give; empty where the environment is not known."""
    ends: dict[str, tuple[Link, ...]]
    """Ends of chains that were found before: thousands of roles share a few sources."""
    roles: dict[str, Link]
    """The links of roles that were found before: each is a part of all chains that lead to it."""
    kinds: dict[tuple[str, bool], Kind]
    """Kinds that were found before, by name and whether as a source."""
    misread: Mapping[tuple[str, str], Passage] = EMPTY
    """What stands in the files in the place of a section: its kind and name → the passage."""


def merge(
    config: IniFile,
    credentials: IniFile,
    web_tokens: Mapping[str, Secret] = EMPTY,
    places: Mapping[str, Place] = EMPTY,
) -> Settings:
    """Config profiles first, then each credentials section over them, key by key."""
    merged: dict[str, Section] = dict(config.sections)
    for name, section in credentials.sections.items():
        below = merged.get(name)
        merged[name] = {**below, **section} if below else section
    return Settings(
        merged,
        config.sections,
        credentials.sections,
        config.sso_sessions,
        web_tokens,
        places,
        {},
        {},
        {},
        {passage.meant: passage for passage in (*config.misread, *credentials.misread)},
    )


def kind_of(settings: Settings, name: str, *, as_source: bool = False) -> Kind:
    """Which provider takes the profile.

    *as_source*: a source profile that has static keys uses them and ignores its own
    ``role_arn``; one without them and with a ``role_arn`` is a hop of its own.
    """
    known = settings.kinds.get((name, as_source))
    if known is None:
        known = settings.kinds[name, as_source] = _find_kind(settings, name, as_source=as_source)
    return known


def _find_kind(settings: Settings, name: str, *, as_source: bool) -> Kind:
    section = settings.merged[name]
    if _assumes_a_role(section) and not (as_source and has_static_keys(section)):
        return Kind.ROLE
    if text_of(section, "web_identity_token_file"):
        return Kind.WEB_IDENTITY
    if "sso_role_name" in section or "sso_account_id" in section:
        return Kind.SSO
    if "aws_access_key_id" in settings.credentials.get(name, {}):
        return _kind_of_keys(settings.credentials[name])
    if "login_session" in section:
        return Kind.LOGIN
    if "credential_process" in section:
        return Kind.PROCESS
    if "aws_access_key_id" in settings.config.get(name, {}):
        return _kind_of_keys(settings.config[name])
    return Kind.INCOMPLETE


def _assumes_a_role(section: Section) -> bool:
    return "role_arn" in section and "web_identity_token_file" not in section


def has_static_keys(section: Section) -> bool:
    """Whether a section has static keys, or one half of them."""
    return any(key in section for key in STATIC)


def _kind_of_keys(section: Section) -> Kind:
    return Kind.TEMPORARY if any(secret_of(section, key) for key in TOKENS) else Kind.LONG_TERM


def keys_section(settings: Settings, name: str) -> Section:
    """The section whose static keys win: the credentials file's, else the config's."""
    written = settings.credentials.get(name, {})
    return written if "aws_access_key_id" in written else settings.config.get(name, {})
