"""One cause of errors: how its text is known, and what is said about it."""

from __future__ import annotations

import re
from collections.abc import Callable

Explain = Callable[[str, str], tuple[str, str]]
"""(error text, profile's name) → what is wrong, and what to do."""

Cause = tuple[str, str, Explain]
"""A pattern that finds it in a text, its code for programs, and what is said."""


def fixed(message: str, fix: str) -> Explain:
    """The same words whatever the text; *fix* may hold ``{name}``."""

    def explain(_text: str, name: str) -> tuple[str, str]:
        return message, fix.format(name=quoted(name))

    return explain


def quoted(name: str) -> str:
    """A profile's name as an argument of a shell command."""
    return name if re.fullmatch(r"[\w@%+=:,./-]+", name) else "'" + name.replace("'", "'\\''") + "'"


def short(text: str) -> str:
    """A text cut to what a row shows."""
    return text if len(text) <= 120 else text[:119] + "…"
