"""How the command line says a remedy: by what can be typed in a shell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from awsttl.core.remedies import Act, Remedy, quoted

COMMANDS: Final[Mapping[Act, str]] = {
    Act.RENEW: "awsttl renew{argument}",
    Act.CLEAR: "awsttl clear{argument}",
    Act.KEEP: "awsttl keep{argument}",
    Act.EXPORT: 'eval "$(awsttl export{argument})"',
    Act.UNSET: 'eval "$(awsttl unset)"',
    Act.VERIFY: "aws sts get-caller-identity{option}",
    Act.DIAGNOSE: "awsttl doctor{argument}",
    Act.PASTE: "awsttl paste{argument}",
    Act.MEND: "awsttl doctor --fix{argument}",
}
"""Act → the command that carries it out. ``{argument}`` and ``{option}`` give the profile, where
one is known; where none is, the command takes that of ``AWS_PROFILE``."""


def said(remedy: Remedy) -> str:
    """The remedy in one line."""
    return remedy.said(_type)


def _type(act: Act, profile: str, purpose: str) -> str:
    name = f" {quoted(profile)}" if profile else ""
    option = f" --profile{name}" if profile else ""
    run = f"run: {COMMANDS[act].format(argument=name, option=option)}"
    # The purpose comes first: behind the command, it would be taken for a part of it.
    return run if purpose in ("", "again") else f"{purpose}, {run}"
