"""What goes with a profile, and what would miss it."""

from __future__ import annotations

from typing import NamedTuple

from awsttl.core.files import CacheEntry, Files
from awsttl.core.forms import filled
from awsttl.core.ini.plans import Plan
from awsttl.core.model import Status
from awsttl.core.view import layout
from awsttl.disk import cache_store


class Removal(NamedTuple):
    """A profile that is to go."""

    plan: Plan
    entries: tuple[CacheEntry, ...]
    """Its cache entries, but for those that other profiles use too."""
    warnings: tuple[str, ...]
    """A line for each thing that a person should know before: who depends on it, what stays."""
    dependents: tuple[str, ...]
    """The profiles that cannot work without it."""


def of_profile(status: Status, files: Files, selected: str | None = None) -> Removal:
    """Look at a profile before it goes. *selected* is the profile that ``AWS_PROFILE`` names."""
    name = status.name
    dependents = filled.dependents(name, files)
    entries = () if status.shared_with else cache_store.entries_of(status)
    warnings: list[str] = []
    if dependents:
        verb = "comes" if len(dependents) == 1 else "come"
        listed = layout.listed(dependents)
        warnings.append(f"! {listed} {verb} from it, and will not work any more")
    if sessions := _mfa_sessions(name, files):
        listed = layout.listed(sessions)
        warnings.append(f"! {listed} holds an MFA session of its keys, and cannot be renewed then")
    if name == selected:
        warnings.append("! AWS_PROFILE names it in the shell that awsttl was started from")
    if status.shared_with:
        listed = layout.listed(status.shared_with)
        warnings.append(f"its session stays in the cache: {listed} uses it too")
    elif entries:
        warnings.append("its session in the cache goes too; a command that runs keeps its own")
    if session := filled.alone_with_session(name, files):
        warnings.append(f"[sso-session {session}] stays, although no other profile uses it")
    if status.profile.access_key:
        warnings.append("its keys work on until they are deleted in IAM, or end")
    return Removal(filled.removed(name, files), entries, tuple(warnings), dependents)


def _mfa_sessions(name: str, files: Files) -> tuple[str, ...]:
    """The profiles that hold an MFA session of a profile's long-term keys."""
    kept_in = name.removesuffix("-long-term") if name.endswith("-long-term") else f"{name}-mfa"
    return (kept_in,) if kept_in in files.credentials.sections else ()
