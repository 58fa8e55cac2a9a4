"""How the command line says a remedy: by what can be typed in a shell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from awsttl.core.remedies import Act, Remedy
from awsttl.core.why.errors.rule import quoted

COMMANDS: Final[Mapping[Act, str]] = {
    Act.RENEW: "awsttl renew {profile}",
    Act.CLEAR: "awsttl clear {profile}",
    Act.KEEP: "awsttl keep {profile}",
    Act.EXPORT: 'eval "$(awsttl export {profile})"',
    Act.UNSET: 'eval "$(awsttl unset)"',
    Act.VERIFY: "aws sts get-caller-identity --profile {profile}",
    Act.DIAGNOSE: "awsttl doctor {profile}",
}
"""Act → the command that carries it out."""

_NOBODY: Final = "PROFILE"
"""Stands in a command for a profile that is not known."""


def said(remedy: Remedy) -> str:
    """The remedy in one line."""
    return remedy.said(_type)


def _type(act: Act, profile: str, purpose: str) -> str:
    run = f"run: {COMMANDS[act].format(profile=quoted(profile or _NOBODY))}"
    # The purpose comes first: behind the command, it would be taken for a part of it.
    return run if purpose in ("", "again") else f"{purpose}, {run}"
