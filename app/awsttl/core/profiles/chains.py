"""Settings → profiles: their chains, their settings, what is wrong with them.

This follows botocore's credential providers step by step (``AssumeRoleProvider``,
``SSOProvider``, ``SharedCredentialProvider``, … of botocore 1.44), so that awsttl sees a profile as
the AWS CLI does. Nothing here depends on the clock or on a cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypedDict, assert_never

from awsttl.core.files import Section
from awsttl.core.ini.names import PROFILE, SSO_SESSION
from awsttl.core.model import Kind, Link, Profile, Renewal
from awsttl.core.profiles import cache_names, mfa_sessions, start_urls, timestamps
from awsttl.core.profiles.cache_names import secret_of, text_of
from awsttl.core.profiles.environment import Place
from awsttl.core.profiles.faults import (
    FaultError,
    check_filled,
    check_source,
    incomplete,
    nowhere,
    section_for,
)
from awsttl.core.profiles.kinds import (
    FACTS,
    STATIC,
    Settings,
    has_static_keys,
    keys_section,
    kind_of,
)
from awsttl.core.remedies import Problem, Remedy

MOST_ROLES: Final = 128
"""How many roles a chain may have. botocore goes along it by recursion, and ends between 110 and
140 roles at Python's limit. A chain of thousands would cost the screen minutes, too."""

_SSO_SESSION_KEYS: Final = ("sso_start_url", "sso_region")


def profiles(settings: Settings, only: str | None = None) -> tuple[Profile, ...]:
    """Every profile, in the order of ``aws configure list-profiles``; with *only*, that one."""
    names = settings.merged if only is None else [only] if only in settings.merged else []
    return tuple(_profile(settings, name) for name in names)


def _profile(settings: Settings, name: str) -> Profile:
    section = settings.merged[name]
    kind = kind_of(settings, name)
    problems: list[Problem] = []
    links: list[Link] = []
    try:
        links.extend(_chain(settings, name))
        if kind is Kind.INCOMPLETE:
            problems.append(incomplete(section))
    except FaultError as fault:
        problems.append(fault.problem)
    of_kind = _of_kind(kind, section, settings, name)
    of_kind.setdefault("account_id", text_of(section, "aws_account_id") or "")
    of_kind.setdefault("mfa_serial", text_of(section, "mfa_serial"))
    return Profile(
        name,
        kind,
        tuple(links) or (Link(name, kind, Renewal.NOTHING),),
        region=text_of(section, "region") or "",
        problems=tuple(problems),
        account_name=text_of(section, "sso_account_name") or "",
        **of_kind,
    )


class _OfKind(TypedDict, total=False):
    """Parts of a :class:`Profile` that depend on its kind."""

    account_id: str
    role: str
    sso_session: str
    login_session: str
    process: str
    mfa_serial: str | None
    access_key: str
    expiry_key: str


def _of_kind(kind: Kind, section: Section, settings: Settings, name: str) -> _OfKind:
    """What only profiles of one kind have."""
    match kind:
        case Kind.ROLE | Kind.WEB_IDENTITY:
            arn = text_of(section, "role_arn")
            return {"account_id": _account_of(arn), "role": _role_name(arn)} if arn else {}
        case Kind.SSO:
            return {
                "account_id": text_of(section, "sso_account_id") or "",
                "role": text_of(section, "sso_role_name") or "",
                "sso_session": text_of(section, "sso_session") or "",
                "mfa_serial": None,
            }
        case Kind.LONG_TERM:
            return {"access_key": _last_four(keys_section(settings, name))}
        case Kind.TEMPORARY:
            recorded = timestamps.recorded_expiry(section)
            key = recorded[0] if recorded else ""
            return {"access_key": _last_four(keys_section(settings, name)), "expiry_key": key}
        case Kind.LOGIN:
            session = text_of(section, "login_session") or ""
            return {"account_id": _account_of(session), "login_session": session}
        case Kind.PROCESS:
            return {"process": _process(section)}
        case Kind.INCOMPLETE | Kind.CREDENTIAL_SOURCE:
            return {}
        case _:
            assert_never(kind)


def _chain(settings: Settings, name: str) -> Iterator[Link]:
    """The hops from *name* back to its first source. Raises :class:`FaultError`."""
    visited = {name: None}
    current = name
    while FACTS[kind_of(settings, current, as_source=current != name)].is_assumed:
        section = settings.merged[current]
        if (link := settings.roles.get(current)) is None:
            link = settings.roles[current] = _role_link(current, section)
        yield link
        source = text_of(section, "source_profile")
        credential_source = text_of(section, "credential_source")
        check_source(current, source, credential_source)
        if credential_source is not None:
            yield from _place_link(settings, credential_source)
            return
        assert source is not None
        _check_step(settings, current, source, visited)
        visited[source] = None
        if source == current:
            # A profile may be its own source if it has static keys: then those are used.
            yield from _source_links(settings, source, itself=True)
            return
        current = source
    if current == name:
        yield from _source_links(settings, current, itself=False, first=True)
        return
    if current not in settings.ends:
        settings.ends[current] = tuple(_source_links(settings, current, itself=False))
    yield from settings.ends[current]


def _check_step(settings: Settings, current: str, source: str, visited: Mapping[str, None]) -> None:
    """Raise :class:`FaultError` where a chain cannot go on from *current* to *source*."""
    if source not in settings.merged:
        raise nowhere(
            settings,
            (PROFILE, source),
            "source-missing",
            f'source_profile "{source}" does not exist',
            f'add a profile "{source}", or correct source_profile of "{current}"',
        )
    if source in visited and not (source == current and has_static_keys(settings.merged[source])):
        raise FaultError.of(
            "source-loop",
            "source_profile loop: " + " › ".join([*visited, source]),
            f'give "{current}" a source_profile with credentials of its own',
        )
    if len(visited) > MOST_ROLES:
        raise FaultError.of(
            "chain-too-long",
            f"a chain of more than {MOST_ROLES} roles: the AWS CLI gives up on it",
            f'give "{next(iter(visited))}" a source_profile that is nearer to its credentials',
        )


def _place_link(settings: Settings, name: str) -> Iterator[Link]:
    """The place that ``credential_source`` names. The AWS CLI asks it at once, for any command."""
    place = settings.places.get(name, Place())
    kind = Kind.CREDENTIAL_SOURCE
    needs = Renewal.PASTE if place.is_temporary else FACTS[kind].renewal
    yield Link(name, kind, needs, is_profile=False, expires_at=place.expires_at)
    if place.fault:
        raise FaultError(place.fault)


def _role_link(name: str, section: Section) -> Link:
    serial = text_of(section, "mfa_serial")
    return Link(
        name,
        Kind.ROLE,
        # An empty mfa_serial still prompts.
        FACTS[Kind.ROLE].renewal if serial is None else Renewal.MFA,
        cache_names=(cache_names.assume_role_name(section),),
        mfa_serial=serial,
    )


def _source_links(
    settings: Settings, name: str, *, itself: bool, first: bool = False
) -> Iterator[Link]:
    """The end of a chain: a profile that gets its credentials in another way than by a role."""
    section = settings.merged[name]
    kind = kind_of(settings, name, as_source=True)
    # The AWS CLI reads and writes the source's own cache only when it is used directly.
    direct = first and not itself
    match kind:
        case Kind.WEB_IDENTITY:
            yield _web_identity_link(settings, name, section, direct=direct)
        case Kind.SSO:
            yield from _sso_links(settings, name, section, direct=direct)
        case Kind.LONG_TERM | Kind.TEMPORARY:
            yield _keys_link(settings, name, kind, direct=direct)
        case Kind.LOGIN:
            yield Link(name, kind, FACTS[kind].renewal)
            session = text_of(section, "login_session") or ""
            check_filled(name, "login_session", session)
            yield Link(
                session,
                kind,
                Renewal.SIGN_IN,
                is_profile=False,
                cache_names=(cache_names.login_token_name(session),),
                at_once=True,
            )
        case Kind.PROCESS:
            check_filled(name, "credential_process", secret_of(section, "credential_process"))
            yield Link(name, kind, FACTS[kind].renewal, at_once=True)
        case Kind.INCOMPLETE | Kind.ROLE | Kind.CREDENTIAL_SOURCE:
            if not first:
                raise FaultError.of(
                    "source-empty",
                    f'source_profile "{name}" has no credentials',
                    f'add keys, a role or an SSO session to "{name}"',
                )
            yield Link(name, kind, FACTS[kind].renewal)
        case _:
            assert_never(kind)


def _web_identity_link(settings: Settings, name: str, section: Section, *, direct: bool) -> Link:
    if not text_of(section, "role_arn"):
        raise FaultError.of(
            "no-role-arn",
            "web_identity_token_file without role_arn",
            f'add role_arn = … to "{name}"',
        )
    path = text_of(section, "web_identity_token_file") or ""
    token = settings.web_tokens.get(path)
    names = cache_names.web_identity_names(section, token.reveal() if token else None)
    fault = None
    if token is None:
        what, fix = "cannot be read", Remedy("have it written, or correct the path")
        if path.startswith(("~", "$")):
            what = f"begins with {path[0]}, which no AWS CLI expands there"
            fix = Remedy("write the whole path")
        fault = Problem("file", f'web_identity_token_file "{path}" {what}', fix)
    return Link(
        name,
        Kind.WEB_IDENTITY,
        FACTS[Kind.WEB_IDENTITY].renewal,
        cache_names=names if direct else (),
        fault=fault,
    )


def _sso_links(settings: Settings, name: str, section: Section, *, direct: bool) -> Iterator[Link]:
    session_name = text_of(section, "sso_session")
    resolved = dict(section)
    if session_name is not None:
        if session_name not in settings.sso_sessions:
            raise nowhere(
                settings,
                (SSO_SESSION, session_name),
                "sso-session-missing",
                f'sso_session "{session_name}" does not exist',
                section_for(session_name, name),
            )
        session = settings.sso_sessions[session_name]
        # The AWS CLI takes these two from the sso-session alone, whatever the profile says.
        if missing := [key for key in _SSO_SESSION_KEYS if key not in session]:
            raise FaultError.of(
                "sso-incomplete",
                f"sso-session settings missing: {', '.join(missing)}",
                f"add {' and '.join(missing)} to [sso-session {session_name}]",
            )
        for key, value in session.items():
            if resolved.setdefault(key, value) != value:
                raise FaultError.of(
                    "sso-inconsistent",
                    f"{key} differs between the profile and its sso-session",
                    f'remove {key} from "{name}"',
                )
    needed = ("sso_role_name", "sso_account_id", *_SSO_SESSION_KEYS)
    if missing := [key for key in needed if key not in resolved]:
        raise FaultError.of(
            "sso-incomplete",
            f"SSO settings missing: {', '.join(missing)}",
            f'add {" and ".join(missing)} to "{name}"',
        )
    start_url = text_of(resolved, "sso_start_url")
    names = (cache_names.sso_role_name(section, start_url),) if direct else ()
    yield Link(name, Kind.SSO, FACTS[Kind.SSO].renewal, cache_names=names)
    token = session_name or start_url or ""
    place = f'"{name}"' if session_name is None else f"[sso-session {session_name}]"
    yield Link(
        token,
        Kind.SSO,
        Renewal.SIGN_IN,
        is_profile=False,
        cache_names=(cache_names.sso_token_name(token),),
        refreshes=session_name is not None,
        fault=start_urls.fault(start_url or "", place),
    )


def _keys_link(settings: Settings, name: str, kind: Kind, *, direct: bool) -> Link:
    keys = keys_section(settings, name)
    if secret_of(keys, "aws_secret_access_key") is None:
        raise FaultError.of(
            "partial-keys",
            f'"{name}" has aws_access_key_id without aws_secret_access_key',
            "add the secret that belongs to the key, or remove the key",
        )
    key, fault = _last_four(keys), None
    if empty := [each for each in STATIC if not keys[each]]:
        # botocore signs with them, and AWS refuses every such signature.
        message = f'{" and ".join(empty)} of "{name}" {"are" if len(empty) > 1 else "is"} empty'
        fault = Problem("keys-empty", message, Remedy("fill in both keys, or remove them"))
    if FACTS[kind].is_long_term:
        # A role that has these keys as its source needs no MFA session of them.
        session = mfa_sessions.of_keys(settings, name) if direct else None
        needs = Renewal.MFA if session and not session.problem else FACTS[kind].renewal
        return Link(name, kind, needs, access_key=key, mfa_session=session, fault=fault)
    recorded = timestamps.recorded_expiry(settings.merged[name])
    session = mfa_sessions.of_session(settings, name)
    needs = Renewal.MFA if session else FACTS[kind].renewal
    ends = recorded[1] if recorded else None
    return Link(
        name, kind, needs, expires_at=ends, access_key=key, mfa_session=session, fault=fault
    )


def _process(section: Section) -> str:
    command = secret_of(section, "credential_process")
    return cache_names.process_fingerprint(command.reveal() if command else "")


def _last_four(keys: Section) -> str:
    return (text_of(keys, "aws_access_key_id") or "")[-4:]


def _role_name(arn: str) -> str:
    return arn.rsplit("/", 1)[-1] if "/" in arn else ""


def _account_of(arn: str) -> str:
    parts = arn.split(":")
    return parts[4] if len(parts) > 5 else ""
