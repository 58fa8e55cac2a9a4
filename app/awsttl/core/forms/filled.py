"""A form that was filled in: what is wrong with it, and the plan that it makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from awsttl.core.files import EMPTY, Files, Section
from awsttl.core.forms.fields import NAME, Field, Sort
from awsttl.core.ini import names
from awsttl.core.ini.plans import Plan, RemoveSections, SetKeys, Step, Which
from awsttl.core.ini.secret_values import is_secret
from awsttl.core.profiles.cache_names import text_of
from awsttl.core.secret import Secret
from awsttl.core.why.checks import values as checks

_SESSION_KEYS = ("sso_start_url", "sso_region")
_IN_CREDENTIALS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")

Filled = Mapping[str, str]
"""Key of a field → what stands in it, without blanks around; an empty text for nothing."""


def complaints(fields: Sequence[Field], filled: Filled, files: Files) -> dict[str, str]:
    """Key of a field → what is wrong with what stands in it. Empty where nothing is."""
    found: dict[str, str] = {}
    for key, complaint in _complaints(fields, filled, files):
        found.setdefault(key, complaint)
    return found


def _complaints(fields: Sequence[Field], filled: Filled, files: Files) -> Iterator[tuple[str, str]]:
    asked = {field.key: field for field in fields}
    for key, field in asked.items():
        if field.needed and not filled.get(key):
            yield key, "this is needed"
    if NAME in asked:
        yield from _of_name(filled.get(NAME, ""), files)
    if "credential_source" in asked:
        ways = [key for key in ("source_profile", "credential_source") if filled.get(key)]
        if len(ways) != 1:
            yield "source_profile", "either a source profile or a credential source is needed"
    yield from _of_session(asked, filled, files)
    # What a person has not touched is no reason to refuse the rest.
    touched = {key for key, field in asked.items() if filled.get(key, "") != field.value}
    source = filled.get("source_profile") if "source_profile" in touched else None
    if source and source not in files.config.sections and source not in files.credentials.sections:
        yield "source_profile", f'there is no profile "{source}"'
    section: Section = {
        key: Secret(text) if is_secret(key) else text
        for key, text in filled.items()
        if text and key != NAME
    }
    for finding in checks.of_section(section):
        yield from ((key, finding.message) for key in finding.keys if key in touched)


def _of_name(name: str, files: Files) -> Iterator[tuple[str, str]]:
    if name in files.config.sections or name in files.credentials.sections:
        yield NAME, f'there is a profile "{name}" already'
    elif name and names.meaning(names.header_of(names.PROFILE, name)) != (names.PROFILE, name):
        yield NAME, "no header of the config file can mean this name"
    elif name == "DEFAULT" or "\n" in name:
        yield NAME, "this name means something else in these files"


def _of_session(
    asked: Mapping[str, Field], filled: Filled, files: Files
) -> Iterator[tuple[str, str]]:
    name = filled.get("sso_session", "")
    if "sso_start_url" not in asked or NAME not in asked or not name:
        return
    known = files.config.sso_sessions.get(name)
    for key in _SESSION_KEYS:
        text = filled.get(key)
        if known is None and not text:
            yield key, f'there is no sso-session "{name}" yet, so this is needed'
        elif known is not None and text and text != text_of(known, key):
            yield key, f'the sso-session "{name}" has another; leave this empty'
    url = filled.get("sso_start_url", "")
    if url and not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        yield "sso_start_url", "it begins with https://"


def new(sort: Sort, filled: Filled, files: Files) -> Plan:
    """The plan for a new profile: keys into the credentials file, all else into config."""
    name = filled[NAME]
    given = {key: text for key, text in filled.items() if text and key != NAME}
    if sort is Sort.SSO:
        session = {key: given.pop(key) for key in _SESSION_KEYS if key in given}
        return _new_sso(name, given, session, files)
    keys = {key: given.pop(key) for key in _IN_CREDENTIALS if key in given}
    steps: list[Step] = []
    if keys:
        steps.append(SetKeys(Which.CREDENTIALS, name, keys))
    if given or not keys:
        steps.append(SetKeys(Which.CONFIG, name, given))
    return tuple(steps)


def _new_sso(name: str, given: Mapping[str, str], session: Mapping[str, str], files: Files) -> Plan:
    steps: list[Step] = []
    session_name = given["sso_session"]
    if session_name not in files.config.sso_sessions:
        # As ``aws configure sso`` writes it; with this scope the token can be refreshed.
        made = {**session, "sso_registration_scopes": "sso:account:access"}
        steps.append(SetKeys(Which.CONFIG, session_name, made, names.SSO_SESSION))
    return (*steps, SetKeys(Which.CONFIG, name, given))


def edited(name: str, fields: Sequence[Field], filled: Filled, files: Files) -> Plan:
    """The plan for what differs from the fields: each key where it stands, new ones in config."""
    config = files.config.sections.get(name, EMPTY)
    credentials = files.credentials.sections.get(name, EMPTY)
    wanted: dict[Which, dict[str, str | None]] = {}
    for field in fields:
        text = filled.get(field.key, field.value)
        if text == field.value:
            continue
        for which in _files_of(field.key, config, credentials, is_removal=not text):
            wanted.setdefault(which, {})[field.key] = text or None
    return tuple(SetKeys(which, name, values) for which, values in wanted.items())


def _files_of(
    key: str, config: Section, credentials: Section, *, is_removal: bool
) -> tuple[Which, ...]:
    """Where a key has to be changed: where it counts; to be gone, it must be gone from both."""
    places = ((Which.CREDENTIALS, credentials), (Which.CONFIG, config))
    holding = tuple(which for which, section in places if key in section)
    return holding if is_removal else holding[:1] or (Which.CONFIG,)


def removed(name: str, files: Files) -> Plan:
    """The plan that takes a profile out of both files."""
    places = ((Which.CONFIG, files.config), (Which.CREDENTIALS, files.credentials))
    return tuple(RemoveSections(which, name) for which, file in places if name in file.sections)


def dependents(name: str, files: Files) -> tuple[str, ...]:
    """The profiles that get their credentials from that one, directly or by others."""
    sources: dict[str, str] = {}
    for file in (files.config, files.credentials):
        for profile, section in file.sections.items():
            if (source := text_of(section, "source_profile")) is not None:
                sources[profile] = source
    found: dict[str, None] = {}
    frontier = [name]
    while frontier:
        above = frontier.pop()
        for profile, source in sources.items():
            if source == above and profile not in (name, *found):
                found[profile] = None
                frontier.append(profile)
    return tuple(sorted(found))


def alone_with_session(name: str, files: Files) -> str:
    """The ``sso-session`` that no other profile uses; empty where there is none."""
    session = text_of(files.config.sections.get(name, EMPTY), "sso_session")
    users = [
        each for each, section in files.config.sections.items()
        if text_of(section, "sso_session") == session
    ]  # fmt: skip
    return session if session and users == [name] else ""
