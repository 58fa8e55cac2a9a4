"""Which profiles a command is for: by name, by glob, or the one that the environment selects."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from awsttl.commands.exit_codes import USAGE, CommandError
from awsttl.commands.suggestions import did_you_mean
from awsttl.core.model import Snapshot, Status
from awsttl.core.profiles import environment


def name_of(given: str | None) -> str:
    """The profile that is meant: the given one, else as AWS CLI v2 chooses it.

    That is by ``AWS_PROFILE``, then by ``AWS_DEFAULT_PROFILE``, and else ``default``; in a shell
    whose session awsttl serves, the profile of that.
    """
    if given is not None:
        return given
    selected = environment.selected(os.environ)
    if selected is not None:
        return selected
    if any(name in os.environ for name in environment.CONTAINER):
        from awsttl.core.profiles import container_lead

        if (lead := container_lead.lead(os.environ)) is not None and lead.profile:
            return lead.profile
    return "default"


def is_selected() -> bool:
    """Whether the environment selects a profile."""
    return environment.selected(os.environ) is not None


def one(given: str | None, seen: Snapshot) -> Status:
    """The profile that is meant. Raises ``CommandError`` where there is no such profile."""
    name = name_of(given)
    status = seen.status(name)
    if status is None:
        raise _missing(name, seen, by_environment=given is None)
    return status


def some(given: Sequence[str], seen: Snapshot) -> list[Status]:
    """The profiles of these names and globs, each once, in the order in which they were given.

    Without any, the one that the environment selects. A profile whose very name has a ``*`` in
    it is meant by that name. Raises ``CommandError`` for what is no profile.
    """
    if not given:
        return [one(None, seen)]
    import fnmatch

    known = {status.name: status for status in seen.profiles}
    found: dict[str, Status] = {}
    for word in given:
        names = [word] if word in known else fnmatch.filter(known, word) if is_glob(word) else []
        if not names:
            raise _missing(word, seen)
        found.update((name, known[name]) for name in names)
    return list(found.values())


def is_glob(word: str) -> bool:
    """Whether *word* may stand for several profiles."""
    return any(character in word for character in "*?[")


def _missing(name: str, seen: Snapshot, *, by_environment: bool = False) -> CommandError:
    if is_glob(name):
        return CommandError(f'no profile matches "{name}"', USAGE)
    if by_environment and not is_selected():
        return CommandError(
            "name a profile; AWS_PROFILE is not set, and there is no default", USAGE
        )
    if passage := seen.instead_of(name):
        said = f'there is no profile "{name}"; {passage.problem.message}'
        return CommandError(said, USAGE)
    error = missing(name, (status.name for status in seen.profiles))
    return CommandError(f"{error}; AWS_PROFILE names it") if by_environment else error


def missing(name: str, known: Iterable[str], what: str = "profile") -> CommandError:
    """The error for a name that is none of the *known*; it says which is the nearest."""
    return CommandError(f'there is no {what} "{name}"{did_you_mean(name, known)}', USAGE)
