"""One cause of errors: how its text is known, and what is said about it."""

from __future__ import annotations

import re
from collections.abc import Callable

from awsttl.core.remedies import Act, Remedy

Explain = Callable[[str, str], tuple[str, Remedy]]
"""(error text, profile's name) → what is wrong, and what to do."""

Cause = tuple[str, str, Explain]
"""A pattern that finds it in a text, its code for programs, and what is said."""


def fixed(message: str, words: str = "", act: Act | None = None, purpose: str = "") -> Explain:
    """The same whatever the text; *words* may hold ``{name}``. See :class:`Remedy` for the rest."""

    def explain(_text: str, name: str) -> tuple[str, Remedy]:
        of = name if act else ""
        return message, Remedy(words.format(name=quoted(name)), act, of, purpose)

    return explain


def quoted(name: str) -> str:
    """A profile's name as an argument of a shell command."""
    return name if re.fullmatch(r"[\w@%+=:,./-]+", name) else "'" + name.replace("'", "'\\''") + "'"


def short(text: str) -> str:
    """A text cut to what a row shows."""
    return text if len(text) <= 120 else text[:119] + "…"
