"""How the dashboard says a remedy: by the key that carries it out."""

from __future__ import annotations

from typing import Final

from awsttl.core.remedies import Act, Problem, Remedy
from awsttl.tui.keymap import key_of

_PURPOSES: Final = {
    Act.RENEW: "to renew it",
    Act.CLEAR: "to clear it",
    Act.KEEP: "to keep it alive",
    Act.EXPORT: "to export it",
    Act.UNSET: "to unset them",
    Act.VERIFY: "to ask AWS whose it is",
    Act.DIAGNOSE: "to see why",
    Act.PASTE: "to paste new ones",
    Act.MEND: "to mend it",
}
"""What a key does, where the remedy does not say it in other words: a key alone tells nothing."""


def said(remedy: Remedy, row: str = "") -> str:
    """The remedy in one line; *row* is the profile in whose row or dialog the line stands."""

    def press(act: Act, profile: str, purpose: str) -> str:
        where = "" if profile in ("", row) else f' on "{profile}"'
        return f"press {key_of(act)}{where} {purpose or _PURPOSES[act]}"

    return remedy.said(press)


def told(problem: Problem, row: str = "", joint: str = "; ") -> str:
    """A problem and what to do about it, if there is anything to do, with *joint* between."""
    return joint.join(filter(None, (problem.message, said(problem.fix, row))))
