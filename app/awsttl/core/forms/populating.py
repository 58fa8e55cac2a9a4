"""Profiles for the accounts and roles of an SSO session, named by a pattern.

Profiles that are there already stay as they are, whatever they are called.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from awsttl.core.files import Files
from awsttl.core.forms.fields import NAME, Field
from awsttl.core.ini import names
from awsttl.core.ini.plans import Plan, SetKeys, Which
from awsttl.core.profiles.cache_names import text_of
from awsttl.core.why.checks import values as checks

PATTERN: Final = "pattern"
"""The field that names the profiles, and is no setting."""
DEFAULT_PATTERN: Final = "{account}-{role}"
_PLACES: Final = ("account", "account_id", "role")
_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_NOT_IN_NAMES: Final = re.compile(r"[^\w.@+-]+")
"""What a shell or a header would have to quote: it becomes a dash."""


class Assigned(NamedTuple):
    """A role of an account that a person may have."""

    account_id: str
    account: str
    """The account's name; its id where it has none."""
    role: str


class Populated(NamedTuple):
    """What would be made of some roles."""

    plan: Plan
    names: tuple[str, ...]
    """The new profiles."""
    skipped: tuple[str, ...]
    """A line for each role that gets none, with the reason."""


def fields(files: Files) -> tuple[Field, ...]:
    """The form for what all new profiles have in common."""
    regions = _regions(files)
    hint = "in braces: " + ", ".join(_PLACES)
    return (
        Field(PATTERN, hint, value=DEFAULT_PATTERN, needed=True),
        Field("region", "for all of them; like eu-west-1", regions),
        Field("output", "json, yaml, text or table", ("json", "yaml", "text", "table")),
    )


def _regions(files: Files) -> tuple[str, ...]:
    found = (text_of(section, "region") for section in files.config.sections.values())
    return tuple(dict.fromkeys(region for region in found if region))


def wrong_with(pattern: str) -> str:
    """What is wrong with a pattern; empty for nothing."""
    places = _PLACE.findall(pattern)
    if stray := [place for place in places if place not in _PLACES]:
        return f"{{{stray[0]}}} is not known; there are {', '.join(_PLACES)}"
    if "{" in _PLACE.sub("", pattern) or "}" in _PLACE.sub("", pattern):
        return "a brace does not close"
    return "" if places else "without a place in braces all names would be the same"


def wrong_with_session(
    form: Sequence[Field], answer: Mapping[str, str], files: Files
) -> dict[str, str]:
    """Key of a field → what is wrong with a session that is yet to be made."""
    found = {field.key: "this is needed" for field in form if not answer.get(field.key)}
    name = answer.get(NAME, "")
    if name in files.config.sso_sessions:
        found[NAME] = f'there is an sso-session "{name}" already'
    elif name and names.meaning(names.header_of(names.SSO_SESSION, name)) is None:
        found[NAME] = "no header of the config file can mean this name"
    url = answer.get("sso_start_url", "")
    if url and not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        found["sso_start_url"] = "it begins with https://"
    for finding in checks.of_section({"sso_region": answer.get("sso_region", "")}):
        found.setdefault("sso_region", finding.message)
    return found


def name_of(role: Assigned, pattern: str) -> str:
    """How the profile of a role is called by a pattern."""
    values = {"account": role.account, "account_id": role.account_id, "role": role.role}
    name = _PLACE.sub(lambda found: _plain(values[found[1]]), pattern)
    return _plain(name)


def _plain(text: str) -> str:
    return _NOT_IN_NAMES.sub("-", text).strip("-")


def known(session: str, files: Files) -> dict[tuple[str, str], str]:
    """(account id, role) → the profile that has them by this session already."""
    return {
        (text_of(section, "sso_account_id") or "", text_of(section, "sso_role_name") or ""): name
        for name, section in files.config.sections.items()
        if text_of(section, "sso_session") == session
    }


def populated(
    session: str,
    roles: Iterable[Assigned],
    pattern: str,
    common: Sequence[tuple[str, str]],
    files: Files,
) -> Populated:
    """The plan for these roles. *common* are the settings that all of them get."""
    there = known(session, files)
    taken = {*files.config.sections, *files.credentials.sections}
    steps: list[SetKeys] = []
    skipped: list[str] = []
    for role in roles:
        name = name_of(role, pattern)
        what = f"{role.account} {role.role}"
        if has := there.get((role.account_id, role.role)):
            skipped.append(f"{what}: is profile {has} already")
        elif name in taken or not name:
            skipped.append(f"{what}: another profile is called {name}")
        else:
            taken.add(name)
            keys = {
                "sso_session": session,
                "sso_account_id": role.account_id,
                "sso_role_name": role.role,
                **{key: text for key, text in common if text},
            }
            steps.append(SetKeys(Which.CONFIG, name, keys))
    return Populated(tuple(steps), tuple(step.name for step in steps), tuple(skipped))
