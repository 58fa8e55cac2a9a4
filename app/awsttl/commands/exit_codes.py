"""What every command says by its exit code, and how one ends early."""

from __future__ import annotations

from typing import Final

DONE: Final = 0
"""Yes, or done."""
FAILED: Final = 1
"""No, or awsttl failed."""
USAGE: Final = 2
"""It cannot run like this: usage, no such profile, no terminal."""
NEEDS_YOU: Final = 3
"""A person is needed (an MFA code, a browser, keys to paste), and nobody was asked."""
INTERRUPTED: Final = 130
"""Ctrl+C, as shells say it."""


class CommandError(Exception):
    """A command ends here. The text is its one line on stderr; *code* is its exit code."""

    def __init__(self, text: str, code: int = USAGE) -> None:
        super().__init__(text)
        self.code = code
