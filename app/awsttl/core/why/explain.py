"""An error message, as any AWS CLI or SDK prints it → its cause, whom it concerns, the next step.

``diagnosis`` knows the words. Here they are held against what is on this machine: a bare hash is
a file with owners, a sign-in has profiles, and where the words name nobody, ``prediction`` knows
for which profiles the AWS CLI would say them now.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from awsttl.core.model import Problem, Snapshot, Status
from awsttl.core.profiles import environment
from awsttl.core.profiles.kinds import sign_in_of
from awsttl.core.remedies import Act, Remedy
from awsttl.core.why import causes, obstacles
from awsttl.core.why.prediction import MACHINE, V1, V2, Prediction, predict, predict_status

ANYBODY: Final = "PROFILE"
"""Stands in a remedy for a profile that nobody named."""


class Explanation(NamedTuple):
    """What a message means here."""

    problem: Problem
    profiles: tuple[str, ...] = ()
    """Whom it concerns, as far as that can be told."""
    files: tuple[str, ...] = ()
    """The paths of the files that it is about."""

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

    Costs one prediction for each profile, and only where the text names none.
    """
    code = causes.explain(text, ANYBODY).code
    if code == "file-does-not-parse":
        return _of_settings(text, snapshot)
    if found := _of_environment(code, text, environ):
        return Explanation(found)
    if name := re.search(r"'([0-9a-f]{40})'\s*$", text, re.MULTILINE):
        return _of_file(text, name[1] + ".json", snapshot)
    named = _named(text, snapshot) if profile is None else (profile,)
    if not named and code != "unknown":
        named = _candidates(code, snapshot, environ, now)
    if not named and code in ("sign-in", "role-not-assigned"):
        named = _behind_the_sign_in(snapshot)
    return _of_profiles(text, named, snapshot, now)


def _of_settings(text: str, snapshot: Snapshot) -> Explanation:
    """Config or credentials cannot be parsed: the line, if it is still so."""
    problem = causes.explain(text, ANYBODY)
    path = re.search(r"Unable to parse config file: (.+)", text)
    here = next((found for found in snapshot.problems if found.code == problem.code), problem)
    return Explanation(here, files=(path[1].strip(),) if path else ())


def _of_environment(code: str, text: str, environ: Mapping[str, str]) -> Problem | None:
    """The fault of the environment, where the words are those for a fault of a file too."""
    held = environment.read(environ)
    bad = next((p for p in held.problems if p.code == "env-bad-expiry"), None) if held else None
    return bad if bad and code == "cache-corrupt" and re.search(_NO_TIME, text) else None


_NO_TIME: Final = r"offset-naive|Unknown string format|does not contain a date"


def _of_file(text: str, name: str, snapshot: Snapshot) -> Explanation:
    """A hash alone is the name of a cache file that cannot be read."""
    owners = [status for status in snapshot.profiles if _uses(status, name)]
    entries = [orphan.entry for orphan in snapshot.orphans if orphan.entry.name == name]
    problem = causes.explain(text, ANYBODY)
    if not entries:
        problem = problem._replace(fix=Remedy("it is gone, or whole again: try once more"))
    elif signed_in := next((s for s in owners if name in _token_names(s)), None):
        problem = problem._replace(fix=causes.sign_in(signed_in).fix)
    else:
        name = owners[0].name if owners else ""
        fix = Remedy(
            "remove it",
            otherwise=Remedy(
                act=Act.RENEW, profile=name, purpose="to replace it; the AWS CLI does neither"
            ),
        )
        problem = problem._replace(message=f"{problem.message}: {entries[0].reason}", fix=fix)
    files = tuple(entry.path for entry in entries)
    return Explanation(problem, tuple(status.name for status in owners), files)


def _uses(status: Status, name: str) -> bool:
    return any(name in hop.link.cache_names for hop in status.hops)


def _token_names(status: Status) -> tuple[str, ...]:
    """The names of the file of its sign-in."""
    end = status.hops[-1].link
    return () if end.is_profile else end.cache_names


def _named(text: str, snapshot: Snapshot) -> tuple[str, ...]:
    """The profiles that the words name, or whose sign-in they name."""
    for pattern in _NAMES:
        if found := re.search(pattern, text):
            return (found[1],)
    if found := re.search(r"Error loading SSO Token: Token for (.+) (?:does not|is inv)", text):
        sign_in = found[1]
        return tuple(
            status.name
            for status in snapshot.profiles
            if any(not hop.link.is_profile and hop.link.name == sign_in for hop in status.hops)
        )
    return ()


_NAMES: Final = (
    r'referenced in the profile "([^"]*)" does not exist',
    r'[Tt]he (?:source )?profile "([^"]*)" (?:contains|must|is configured)',
    r'referenced in profile "([^"]*)" is not valid',
    r"No credentials found in credential_source referenced in profile (.+)",
    r"The config profile \((.*)\) could not be found",
    r"Visited profiles: \['([^']*)'",
    r"--profile[= ]([^\s'\"]+)",
)
"""How botocore names a profile; the last is somebody's command in the text."""


def _behind_the_sign_in(snapshot: Snapshot) -> tuple[str, ...]:
    """The profiles behind SSO, where there is one sign-in for all of them."""
    behind = {
        status.name: hop.link.name
        for status in snapshot.profiles
        for hop in status.hops
        if (sign_in := sign_in_of(hop.link)) and not sign_in.is_session
    }
    return tuple(behind) if len(set(behind.values())) == 1 else ()


def _candidates(
    code: str, snapshot: Snapshot, environ: Mapping[str, str], now: float
) -> tuple[str, ...]:
    """The profiles for which an AWS CLI would fail like this now.

    First the one that a command without ``--profile`` would take.
    """
    found: dict[str, None] = {}
    for cli in (V2, V1):
        if _fails_so(code, predict(snapshot, None, environ, now, cli)):
            name = environment.selected(environ, cli.profile_variables)
            found["default" if name is None else name] = None
    for status in snapshot.profiles:
        if any(_fails_so(code, predict_status(status, environ, now, cli)) for cli in (V2, V1)):
            found[status.name] = None
    return tuple(found)


def _fails_so(code: str, prediction: Prediction) -> bool:
    if prediction.problem is not None:
        return prediction.problem.code == code
    # A machine that is asked for credentials may have none.
    asks_machine = any(step.action in MACHINE for step in prediction.steps)
    return asks_machine and code in ("no-credentials", "source-empty")


def _of_profiles(text: str, named: tuple[str, ...], snapshot: Snapshot, now: float) -> Explanation:
    problem = causes.explain(text, named[0] if named else ANYBODY)
    if not named:
        problem = problem._replace(fix=problem.fix._replace(profile=""))
    if status := snapshot.status(named[0]) if named else None:
        problem = _more_closely(causes.explain_profile(text, status), status)
        cannot = obstacles.cannot_renew(status, now)
        if problem.code == "session-expired" and cannot:
            problem = problem._replace(
                message=f"{problem.message}; {cannot.message}", fix=cannot.fix
            )
    files = tuple(
        hop.entry.path
        for name in named
        if problem.code == "cache-corrupt" and (of := snapshot.status(name))
        for hop in of.hops
        if hop.damaged and hop.entry
    )
    return Explanation(problem, named, tuple(dict.fromkeys(files)))


def _more_closely(problem: Problem, status: Status) -> Problem:
    """What awsttl itself found wrong with the profile, where that is the same fault."""
    return next((found for found in status.problems if found.code == problem.code), problem)
