"""An error message, as any AWS CLI or SDK prints it → its cause, whom it concerns, the next step.

``errors`` knows the words. Here they are held against what is on this machine: a hash is a file
with owners, a sign-in has profiles, and where the words name nobody, ``prediction`` knows for
which profiles the AWS CLI would say them now. Words that any program may print count only where
this machine has what they speak of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from awsttl.core.model import Snapshot, Status
from awsttl.core.profiles import environment
from awsttl.core.profiles.kinds import FACTS
from awsttl.core.remedies import Act, Problem, Remedy, quoted
from awsttl.core.why import causes, mentions, missing, obstacles, other_keys, refused_keys
from awsttl.core.why.concerned import Machine
from awsttl.core.why.errors import find
from awsttl.core.why.errors.files import HASH, NO_TIME
from awsttl.core.why.errors.rule import Found, is_alone, prepared
from awsttl.core.why.errors.text import Message
from awsttl.core.why.prediction import (
    MACHINE,
    PROMPT,
    RUN,
    V2,
    predict_status,
)


class Explanation(NamedTuple):
    """What a message means here."""

    problem: Problem
    profiles: tuple[str, ...] = ()
    """Whom it concerns, as far as that can be told."""
    files: tuple[str, ...] = ()
    """The paths of the files that it is about."""
    note: str = ""
    """What is to be known besides: a profile that this machine does not have."""

    @property
    def recognised(self) -> bool:
        """Whether the cause is known."""
        return self.problem.code != "unknown"


def explain(
    text: str,
    snapshot: Snapshot,
    environ: Mapping[str, str],
    now: float,
    profile: str | None = None,
) -> Explanation:
    """The meaning of *text*; *profile* is the one that the command was for, where that is known.

    Of a long text the end is read first: it is the last error that somebody asks about. Costs one
    prediction for each profile, and only where the text names none.
    """
    if len(text) > _END:
        found = _Reader(Message.of(text[-_END:]), snapshot, environ, now, profile).explanation()
        if found.recognised:
            return found
    return _Reader(Message.of(text), snapshot, environ, now, profile).explanation()


_END: Final = 1 << 16
"""Characters, at the end of a longer text, that are read first."""


_SESSION_CODES: Final = ("session-expired", "source-expired", *refused_keys.CODES)
"""What AWS says of the credentials that a request was signed with, wherever they came from."""
_NO_CALLS: Final = (PROMPT, RUN, *MACHINE)
_NAMELESS: Final = ("wrong-account", "ecr-login", "ecr-token", "program-half-key")
"""Causes that no profile's settings could tell."""


class _Reader:
    """One message, and what this machine knows about it."""

    def __init__(
        self,
        message: Message,
        snapshot: Snapshot,
        environ: Mapping[str, str],
        now: float,
        profile: str | None,
    ) -> None:
        self._message = message
        self._snapshot = snapshot
        self._environ = environ
        self._now = now
        self._given = profile
        self._machine = Machine(snapshot, environ, now)
        self._mentioned = mentions.profile(message) if profile is None else profile

    def explanation(self) -> Explanation:
        """The answer."""
        found = find(self._message, likely=self._first_call())
        if found is None:
            return self._unknown()
        match found.rule.code:
            case "file-does-not-parse":
                return self._of_settings(found)
            case "cache-corrupt" | "empty-value" | "file" | "process-failed" if not found.certain:
                return self._if_so_here(found)
            case "never-signed-in" if (token := self._of_missing_token(found)) is not None:
                return token
            case "sso-session-missing" if name := mentions.sso_session(self._message):
                return self._of_missing_session(found, name)
            case "no-credentials" if name := self._served():
                return _of_a_server(name)
            case code if code in _SESSION_CODES and (here := self._of_environment(found)):
                return here
        return self._of_profiles(found, self._whom(found))

    def _served(self) -> str:
        """The profile that an awsttl serves this shell; empty where none does, or it is not meant.

        The SDK for JavaScript does not tell what a server answered, nor that none did.
        """
        if self._mentioned is not None or environment.CONTAINER[-1] not in self._environ:
            return ""
        from awsttl.core.profiles.container_lead import lead

        found = lead(self._environ)
        return found.profile if found else ""

    def _first_call(self) -> str:
        """The call to AWS that comes first for the profile at hand, in lower case.

        An error whose operation nobody names is taken to be that call's. An ``AssumeRole`` counts
        only where its source has expired by the record: a program may also hold a session of the
        role in its memory, and have kept it for too long.
        """
        name = self._mentioned or environment.selected(self._environ)
        status = self._snapshot.status(name) if name else None
        if status is None:
            return ""
        prediction = predict_status(status, self._environ, self._now, V2)
        calls = [step.action for step in prediction.steps if step.action not in _NO_CALLS]
        if not calls or (calls[-1] == "AssumeRole" and prediction.problem is None):
            return ""
        return calls[-1].lower()

    # --- whom it concerns ---

    def _whom(self, found: Found) -> tuple[str, ...]:
        """The profiles that a message concerns, the likeliest first."""
        code = found.rule.code
        if self._mentioned is not None:
            return (self._mentioned,)
        if signed_in := mentions.sign_in(self._message):
            names = self._machine.behind(signed_in)
            return names if names or "://" not in signed_in else self._machine.with_a_session(code)
        if code in _NAMELESS:
            return ()
        selected = environment.selected(self._environ)
        if selected and not self._machine.has_no_such_sign_in(code, selected):
            return (selected,)
        if names := self._machine.candidates(code):
            return names
        return (
            self._machine.behind_the_sign_in() if code in ("sign-in", "role-not-assigned") else ()
        )

    # --- the answers ---

    def _unknown(self) -> Explanation:
        name = self._mentioned or ""
        fix = Remedy(act=Act.DIAGNOSE, profile=name if self._snapshot.status(name) else "")
        return Explanation(Problem("unknown", causes.telling_line(self._message), fix))

    def _of_settings(self, found: Found) -> Explanation:
        """Config or credentials cannot be parsed: the line, if it is still so."""
        problem = causes.problem_of(found.rule, self._message, "")
        path = mentions.unparsable(self._message)
        here = next((p for p in self._snapshot.problems if p.code == problem.code), problem)
        return Explanation(here, files=(path,) if path else ())

    def _of_environment(self, found: Found) -> Explanation | None:
        """The environment's own keys, which every profile gives way to."""
        held = environment.read(self._environ)
        if held is None or not held.access_key or self._mentioned is not None:
            return None
        problem = causes.problem_of(found.rule, self._message, "")
        if problem.code in refused_keys.CODES:
            return Explanation(refused_keys.of_environment(problem, held))
        if not FACTS[held.kind].is_temporary or (held.expires_at or 0.0) > self._now:
            return None
        cause = f"the session in the environment has expired (key …{held.access_key})"
        return Explanation(problem._replace(message=cause, fix=Remedy(act=Act.UNSET)))

    def _of_missing_token(self, found: Found) -> Explanation | None:
        """The file of an SSO token that is not there: its name tells which sign-in, and whose."""
        name = mentions.sso_file(self._message)
        names = self._machine.behind(name) if name else ()
        if not name or not names or self._given is not None:
            return None
        status = self._snapshot.status(names[0])
        assert status is not None
        sign_in = next(hop.link.name for hop in status.hops if name in hop.link.cache_names)
        problem = causes.problem_of(found.rule, self._message, names[0])
        cause = f"not signed in to SSO yet: the token of {sign_in} is not there"
        return Explanation(causes.for_profile(problem._replace(message=cause), status), names)

    def _of_missing_session(self, found: Found, name: str) -> Explanation:
        """An ``sso-session`` that is named, which perhaps no profile has."""
        problem = causes.problem_of(found.rule, self._message, "")
        here = {
            status.name: fault
            for status in self._snapshot.profiles
            for fault in status.problems
            if fault.code == problem.code and f'"{name}"' in fault.message
            if self._mentioned in (None, status.name)
        }
        if here:
            return Explanation(next(iter(here.values())), tuple(here))
        unread = missing.unread(problem, name, self._snapshot)
        return Explanation(unread or missing.nowhere(problem, name))

    def _if_so_here(self, found: Found) -> Explanation:
        """What Python says of a damaged file, a missing one, a process: if there is such a one."""
        if name := is_alone(HASH, self._message):
            return self._of_file(found, name[1] + ".json")
        if found.rule.code == "cache-corrupt" and (fault := self._bad_expiry()):
            return Explanation(fault)
        named = tuple(
            status.name
            for status in self._snapshot.profiles
            if self._has(found.rule.code, status) and self._given in (None, status.name)
        )
        return self._of_profiles(found, named) if named else self._unknown()

    def _bad_expiry(self) -> Problem | None:
        """The fault of the environment, where the words are those for a fault of a file too."""
        held = environment.read(self._environ)
        if held is None or not any(words in self._message.flat for words in NO_TIME):
            return None
        return next(
            (problem for problem in held.problems if problem.code == "env-bad-expiry"), None
        )

    def _has(self, code: str, status: Status) -> bool:
        """Whether a profile has what the words of that cause speak of."""
        if code == "cache-corrupt":
            return any(hop.damaged for hop in status.hops)
        if code == "process-failed":
            return any(FACTS[hop.link.kind].runs_process for hop in status.hops)
        if code == "file":
            path = mentions.file(self._message)
            faults = (hop.link.fault for hop in status.hops if hop.link.fault)
            return bool(path) and any(f'"{path}"' in fault.message for fault in faults)
        return any(problem.code == code for problem in status.problems)

    def _of_file(self, found: Found, name: str) -> Explanation:
        """A hash alone is the name of a cache file that cannot be read."""
        owners = [s for s in self._snapshot.profiles if _uses(s, name)]
        entries = [orphan.entry for orphan in self._snapshot.orphans if orphan.entry.name == name]
        if not owners and not entries:
            return self._unknown()
        problem = causes.problem_of(found.rule, self._message, "")
        if not entries:
            problem = problem._replace(fix=Remedy("it is gone, or whole again: try once more"))
        elif signed_in := next((s for s in owners if name in _token_names(s)), None):
            message = f"{problem.message}: {entries[0].reason}"
            problem = problem._replace(message=message, fix=causes.sign_in(signed_in).fix)
        else:
            owner = owners[0].name if owners else ""
            # The AWS CLI does neither.
            cannot = obstacles.cannot_renew(owners[0], self._now) if owners else None
            renew = None if cannot else Remedy(act=Act.RENEW, profile=owner)
            problem = problem._replace(
                message=f"{problem.message}: {entries[0].reason}",
                fix=Remedy("remove it", otherwise=renew),
            )
        files = tuple(entry.path for entry in entries)
        return Explanation(problem, tuple(status.name for status in owners), files)

    def _of_profiles(self, found: Found, named: tuple[str, ...]) -> Explanation:
        name = named[0] if named else ""
        status = self._snapshot.status(name) if named else None
        problem = causes.problem_of(found.rule, self._message, name)
        if status is None:
            return self._of_a_stranger(problem, found, named)
        if self._machine.has_no_such_sign_in(found.rule.code, name):
            problem = causes.problem_of(found.rule, self._message, "")
            note = f"{name} does not sign in: another profile does"
            return Explanation(problem, named, note=note)
        # Of several roles nobody knows which one it is.
        if problem.code != "role-not-assigned" or len(named) == 1:
            problem = _more_closely(causes.for_profile(problem, status), status)
        if problem.code == "profile-missing":
            problem = missing.elsewhere(problem, name)
        elif problem.code in ("session-expired", "source-expired"):
            if keys := other_keys.called_expired(problem.code, status):
                return self._other_keys(problem, status, keys)
            if cannot := obstacles.cannot_renew(status, self._now):
                message = f"{problem.message}; {cannot.message}"
                problem = problem._replace(message=message, fix=cannot.fix)
        elif problem.code in refused_keys.CODES:
            problem = refused_keys.of_profile(problem, status, self._now)
        files = tuple(
            hop.entry.path
            for owner in named
            if problem.code == "cache-corrupt" and (of := self._snapshot.status(owner))
            for hop in of.hops
            if hop.damaged and hop.entry
        )
        return Explanation(problem, named, tuple(dict.fromkeys(files)))

    def _of_a_stranger(self, problem: Problem, found: Found, named: tuple[str, ...]) -> Explanation:
        """A profile that this machine does not have, or nobody at all."""
        if not named or not named[0]:
            # "Its" is said to somebody who knows whose.
            whose = re.sub(r"\Aits ", "the profile's ", problem.message)
            return Explanation(problem._replace(message=whose), named)
        name = named[0]
        if problem.code == "profile-empty":
            gone = causes.known("profile-missing", name)._replace(blocks=False)
            # Every client asks for "default" by itself, so that its lack is no wrong name.
            if name != "default" or missing.unread(gone, name, self._snapshot):
                problem = gone
        # Some clients say of a profile which is not there that it has no credentials.
        may_be_unread = problem.code in ("profile-missing", "no-credentials")
        if may_be_unread and (unread := missing.unread(problem, name, self._snapshot)):
            return Explanation(unread, named)
        if problem.code == "profile-missing":
            near = missing.nearest(name, self._snapshot)
            return Explanation(missing.nowhere(problem, name), named, note=near)
        if name == "default":
            return Explanation(problem, named)
        # A command with a name that does not exist would be wrong advice.
        if problem.fix.act is Act.RENEW:
            words = f"correct the name {quoted(name)}, or AWS_PROFILE"
            if self._given is None and self._mentioned is not None:
                words = f"renew {quoted(name)} where it is kept"
            problem = problem._replace(fix=Remedy(words))
        elif self._given is not None:
            problem = problem._replace(fix=prepared(found.rule.remedy, ""))
        near = missing.nearest(name, self._snapshot)
        note = f"there is no profile {name} on this machine" + (f"; {near}" if near else "")
        return Explanation(problem, named, note=note)

    def _other_keys(self, problem: Problem, status: Status, keys: str) -> Explanation:
        """Long-term keys do not expire, so the request was signed with others: which?"""
        expired = self._machine.candidates("session-expired")
        found = (self._snapshot.status(name) for name in expired if name != keys)
        other = next((each for each in found if each is not None), None)
        told = other_keys.instead(problem, keys, other, self._environ, self._now)
        return Explanation(told, (status.name,))


def _of_a_server(name: str) -> Explanation:
    renew = Remedy(act=Act.RENEW, profile=name)
    cause = f"the awsttl that serves {name} to this shell has ended, or it refuses"
    fix = Remedy(act=Act.UNSET)._replace(otherwise=renew)
    return Explanation(Problem("served-nothing", cause, fix), (name,))


def _uses(status: Status, name: str) -> bool:
    return any(name in hop.link.cache_names for hop in status.hops)


def _token_names(status: Status) -> tuple[str, ...]:
    """The names of the file of its sign-in."""
    end = status.hops[-1].link
    return () if end.is_profile else end.cache_names


def _more_closely(problem: Problem, status: Status) -> Problem:
    """What awsttl itself found wrong with the profile, where that is the same fault."""
    return next((found for found in status.problems if found.code == problem.code), problem)
