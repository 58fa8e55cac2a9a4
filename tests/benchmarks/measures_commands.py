"""The commands that scripts and prompts run, beside what they would be compared with.

Each side runs in turn on the same machine. Time is the processor's, of the command and of all that
it starts: a prompt on a busy machine waits for that, and a busy machine disturbs it least.
"""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from . import homes, programs
from .homes import HOUR, Home
from .measures_renewal import sts
from .pseudo_terminal import PATIENCE, MeasureError
from .report import Finding, Group, Settings, Target, median, milliseconds

_THEIRS: Final = "aws configure list-profiles"
_STATUS: Final = Target("status, 1,000 profiles", 5, "×", "python -c pass")
_LIST: Final = Target("list --json, 1,000 profiles, processor", 0.2, "×", _THEIRS)
_CAN: Final = Target("can P, living session", 0.35, "×", _THEIRS)
_EXPORT: Final = Target("export P, living session", 0.35, "×", _THEIRS)
_EXEC: Final = Target("exec P -- true, over true", 0.35, "×", _THEIRS)
_RENEW: Final = Target("renew P", 1, "×", "aws sts assume-role")

_P: Final = "acct-0001"

Run = Callable[[], float]


def processor_seconds(command: Sequence[str], environ: Mapping[str, str]) -> float:
    """The processor's time for a command that must work."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode:
        raise MeasureError(f"{command} failed: exit code {run.returncode}\n{run.stderr[-500:]}")
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def elapsed(command: Sequence[str], environ: Mapping[str, str]) -> float:
    """How long a command takes that must work."""
    started = time.monotonic()
    processor_seconds(command, environ)
    return time.monotonic() - started


def in_turn(runs: Sequence[Run], rounds: int) -> list[list[float]]:
    """What each of them took, round by round; the first does not count."""
    samples = [[run() for run in runs] for _ in range(rounds + 1)]
    return [list(column) for column in zip(*samples[1:], strict=True)]


def measure_looking(settings: Settings) -> Sequence[Finding]:
    """The commands that read files and hand out what is there."""
    home = Home(settings.scratch / "commands", 1000)
    home.write(homes.hours)
    ours: list[tuple[Target, Sequence[str]]] = [
        (_STATUS, ("status", _P)),
        (_LIST, ("list", "--json")),
        (_CAN, ("can", _P)),
        (_EXPORT, ("export", _P)),
        (_EXEC, ("exec", _P, "--", "true")),
    ]
    environ, reference = home.environ(), programs.list_profiles()
    commands: list[tuple[Sequence[str], Mapping[str, str]]] = [
        (programs.BARE_PYTHON, environ),
        (("true",), environ),
        *(((*programs.AWSTTL, *words), environ) for _, words in ours),
    ]
    if reference is not None:
        commands.append((reference, environ))
    runs: list[Run] = [lambda each=each: processor_seconds(*each) for each in commands]  # type: ignore[misc]  # bound now
    found = in_turn(runs, 2 * settings.runs)
    nothing, true, *rest = found
    theirs = rest.pop() if reference is not None else None
    findings: list[Finding] = []
    for (target, _), samples in zip(ours, rest, strict=True):
        if target is _STATUS:
            findings.append(_against(target, samples, nothing))
        elif theirs is None:
            findings.append(Finding(target, None, "no AWS CLI v2 on this machine"))
        else:
            less = median(true) if target is _EXEC else 0.0
            findings.append(_against(target, [each - less for each in samples], theirs))
    return findings


def measure_renew(settings: Settings) -> Sequence[Finding]:
    """A renewal from the command line, and the AWS CLI's bare call to the same STS."""
    reference = programs.list_profiles()
    if reference is None:
        return [Finding(_RENEW, None, "no AWS CLI v2 on this machine")]
    home = Home(settings.scratch / "commands-renew", 10)
    home.write(homes.hours)
    with sts(0.04) as aws:
        environ = {**home.environ(), "AWS_ENDPOINT_URL_STS": aws.url}
        ours = (*programs.AWSTTL, "renew", _P)
        call = ("sts", "assume-role", "--role-session-name", "me", "--profile", "base")
        role = ("--role-arn", "arn:aws:iam::111122223333:role/Developer")
        theirs = (reference[0], *call, *role, "--endpoint-url", aws.url)

        def renew() -> float:
            home.write_one(_P, time.time() - HOUR)
            return elapsed(ours, environ)

        samples, bare = in_turn([renew, lambda: elapsed(theirs, environ)], settings.runs)
        if aws.calls < 2 * settings.runs:
            raise MeasureError("not every run has called STS")
    return [_against(_RENEW, samples, bare)]


def _against(target: Target, ours: Sequence[float], theirs: Sequence[float]) -> Finding:
    ratio = median(ours) / median(theirs)
    figures = f"{milliseconds(ours)}; {target.against} {milliseconds(theirs)}"
    return Finding(target, ratio, figures)


GROUPS: Final = (
    Group("commands", (_STATUS, _LIST, _CAN, _EXPORT, _EXEC), measure_looking),
    Group("commands: renew", (_RENEW,), measure_renew),
)
