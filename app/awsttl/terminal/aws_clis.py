"""The AWS CLIs on ``PATH``: which there are, and what they are too old for."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

from awsttl.core.model import Kind, Profile
from awsttl.core.profiles.environment import without_keys
from awsttl.core.profiles.kinds import FACTS
from awsttl.core.remedies import Remedy
from awsttl.core.why.findings import Check, Finding, Severity
from awsttl.disk.locations import shown

_PATIENCE: Final = 5.0
"""Seconds that ``aws --version`` may take: Python starts slowly on a cold disk."""

_SSO_SESSION: Final = (2, 9, 0)
"""The first v2 with ``sso_session`` (its change log). Of v1 nothing is said: what it knows
depends on the botocore beside it."""


class Cli(NamedTuple):
    """One AWS CLI."""

    path: str
    version: tuple[int, ...] = ()
    """Empty where ``aws --version`` did not say."""

    @property
    def text(self) -> str:
        """The version as people write it."""
        return ".".join(map(str, self.version)) or "of unknown version"

    def knows(self, kind: Kind) -> bool:
        """Whether it is an AWS CLI v2 that has profiles of that kind."""
        return self.version >= FACTS[kind].since


def installed(environ: Mapping[str, str]) -> tuple[Cli, ...]:
    """Every ``aws`` on ``PATH``, the one that runs first. Runs each with ``--version``."""
    paths: dict[str, str] = {}
    for folder in environ.get("PATH", "").split(os.pathsep):
        path = Path(folder, "aws.exe" if os.name == "nt" else "aws")
        if folder and path.is_file() and os.access(path, os.X_OK):
            paths.setdefault(os.path.realpath(path), str(path))
    with ThreadPoolExecutor(4) as pool:
        return tuple(pool.map(_ask, paths.values()))


def _ask(path: str) -> Cli:
    try:
        answer = subprocess.run(  # noqa: S603 (what the person's own PATH names)
            [path, "--version"],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=without_keys(os.environ),
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return Cli(path)
    # v1 of old says it on stderr.
    found = re.search(rb"aws-cli/(\d+)\.(\d+)\.(\d+)", answer.stdout or answer.stderr)
    return Cli(path, tuple(map(int, found.groups()))) if found else Cli(path)


def findings(clis: tuple[Cli, ...]) -> Iterator[Finding]:
    """What is wrong with the CLIs, whatever the profile."""
    if not clis:
        yield Finding(
            Check.CLI,
            Severity.WARNING,
            "cli-missing",
            "there is no aws on PATH",
            Remedy("install AWS CLI v2: https://aws.amazon.com/cli/"),
        )
        return
    first, *others = clis
    if others:
        listed = ", ".join(f"{shown(cli.path)} ({cli.text})" for cli in others)
        yield Finding(
            Check.CLI,
            Severity.WARNING,
            "cli-several",
            f"several AWS CLIs on PATH; {shown(first.path)} ({first.text}) runs",
            Remedy("remove those that you do not mean"),
            (f"behind it: {listed}",),
        )


def too_old(clis: tuple[Cli, ...], profiles: Sequence[Profile]) -> Iterator[Finding]:
    """What these profiles use and the CLI that runs does not know."""
    cli = clis[0] if clis else None
    if cli is None or cli.version[:1] != (2,):
        return
    with_session = [profile.name for profile in profiles if profile.sso_session]
    if with_session and cli.version < _SSO_SESSION:
        yield _outdated(cli, "sso_session", _SSO_SESSION, with_session)
    for kind, facts in FACTS.items():
        of_kind = [profile.name for profile in profiles if profile.kind is kind]
        if of_kind and not cli.knows(kind):
            yield _outdated(cli, facts.source, facts.since, of_kind)


def _outdated(cli: Cli, feature: str, needed: tuple[int, ...], names: list[str]) -> Finding:
    some = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return Finding(
        Check.CLI,
        Severity.CAUSE,
        "cli-too-old",
        f"AWS CLI {cli.text} does not know {feature}, which {some} use"
        + ("s" if len(names) == 1 else ""),
        Remedy(f"install version {'.'.join(map(str, needed))} or newer"),
        (shown(cli.path),),
    )
