"""Where a pasted session is put: the keys of its section, and what becomes of what is there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final, NamedTuple

from awsttl.core.files import EMPTY, Files, Section
from awsttl.core.ini.plans import Plan, SetKeys, Which
from awsttl.core.pasted.model import LONG_TERM, Pasted
from awsttl.core.profiles.cache_names import secret_of, text_of
from awsttl.core.profiles.kinds import FACTS, keys_section, kind_of, merge
from awsttl.core.profiles.mfa_sessions import MANAGER
from awsttl.core.profiles.timestamps import RECORDED_AS, iso_utc
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.secret import Secret

LONGEST: Final = 36 * 3600.0
"""Seconds that AWS lets a session last at most (``GetSessionToken``, ``GetFederationToken``)."""

_PAIR: Final = ("aws_access_key_id", "aws_secret_access_key")
_ANY: Final = Secret("-")
_OTHER_TOKEN: Final = "aws_security_token"  # noqa: S105 (a name, no secret)


class Placing(NamedTuple):
    """What writing a session into a profile does."""

    plan: Plan
    is_new: bool
    """Whether there is no such profile yet."""
    replaces: str
    """The keys that go, in words: ``long-term keys …WXYZ``; empty where none do."""
    replaces_long_term: bool
    """Whether these are keys that nobody can get again."""
    problem: Problem | None
    """Why the AWS CLI would not use the keys there."""


def ends(session: Pasted, lasts: float | None, now: float) -> float | None:
    """When a session ends: as its text says, else *lasts* seconds after AWS made it.

    Where the token does not say when that was, *lasts* counts from *now*. All in seconds UTC.
    ``None`` for long-term keys, and where nobody knows.
    """
    if not session.is_temporary or session.expires_at is not None or lasts is None:
        return session.expires_at
    issued = session.issued_at
    is_likely = issued is not None and now - LONGEST < issued <= now
    return (issued if issued is not None and is_likely else now) + lasts


def place(
    session: Pasted, name: str, which: Which, files: Files, expires_at: float | None
) -> Placing:
    """Put a session into the profile *name* of one of the two files."""
    here = _sections(files, which).get(name, EMPTY)
    merged = {**files.config.sections.get(name, EMPTY)}
    merged.update(files.credentials.sections.get(name, EMPTY))
    identifier = text_of(here, "aws_access_key_id") or ""
    is_other = bool(identifier) and identifier != session.access_key_id
    token = secret_of(here, "aws_session_token") or secret_of(here, _OTHER_TOKEN)
    is_long_term = is_other and (identifier.startswith(LONG_TERM) or not token)
    sort = "long-term keys" if is_long_term else "the keys"
    plan: Plan = (SetKeys(which, name, _values(session, here, merged, expires_at)),)
    elsewhere = Which.CONFIG if which is Which.CREDENTIALS else Which.CREDENTIALS
    other = _sections(files, elsewhere).get(name, EMPTY)
    # An end that stands in the other file is that of older keys, and would count for these.
    if stale := {key: None for key in RECORDED_AS if key in other}:
        plan += (SetKeys(elsewhere, name, stale),)
    return Placing(
        plan,
        not merged,
        f"{sort} …{identifier[-4:]}" if is_other else "",
        is_long_term,
        _problem(session, name, which, files),
    )


def _sections(files: Files, which: Which) -> Mapping[str, Section]:
    return (files.credentials if which is Which.CREDENTIALS else files.config).sections


def _values(
    session: Pasted, here: Section, merged: Section, expires_at: float | None
) -> dict[str, str | None]:
    """Key → its value; ``None`` for what goes.

    The end is recorded twice: as saml2aws and others do, with its zone; and as aws-mfa does, in
    UTC. The ``manager`` keeps ``awsume --clean`` from taking the section for its own.
    """
    token = session.session_token
    pair = (session.access_key_id, session.secret_access_key.reveal())
    values: dict[str, str | None] = dict(zip(_PAIR, pair, strict=True))
    values["aws_session_token"] = token.reveal() if token else None
    recorded: dict[str, str | None] = {}
    if token and expires_at is not None:
        naive = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(expires_at))
        recorded = {
            "x_security_token_expires": iso_utc(expires_at),
            "expiration": naive,
            "manager": MANAGER,
        }
    stale = (*RECORDED_AS, _OTHER_TOKEN, "manager", "autoawsume", "assumed_role")
    values |= {key: None for key in stale if key in here} | recorded
    if session.region and not text_of(merged, "region"):
        values["region"] = session.region
    # A key that is not there need not go.
    return {key: value for key, value in values.items() if value is not None or key in here}


def _problem(session: Pasted, name: str, which: Which, files: Files) -> Problem | None:
    """Why the AWS CLI would not use these keys there: another of its providers comes first."""
    here = _sections(files, which)
    keys = {"aws_access_key_id": session.access_key_id, "aws_secret_access_key": _ANY}
    written = {**here, name: {**here.get(name, EMPTY), **keys}}
    config, credentials = files.config, files.credentials
    if which is Which.CREDENTIALS:
        credentials = credentials._replace(sections=written)
    else:
        config = config._replace(sections=written)
    settings = merge(config, credentials)
    facts = FACTS[kind_of(settings, name)]
    used = text_of(keys_section(settings, name), "aws_access_key_id")
    if facts.has_keys and used == session.access_key_id:
        return None
    why = facts.occupied if not facts.has_keys else "has other keys in the credentials file"
    message = f'"{name}" {why}, so that the AWS CLI would not use these keys'
    return Problem("not-used", message, Remedy("choose another name"))
