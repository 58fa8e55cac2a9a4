"""Regular expressions that are compiled at their first use.

Compiling all that a command might need takes 2 to 3 ms of the 35 that ``awsttl status`` takes, and
most of them look at what is rare: a damaged line, an odd character, an SSO start URL.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Late:
    """Stands for a compiled pattern, and becomes one when a method of it is asked for."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._wanted = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._wanted), name)
        # The next use finds it here, and costs no more than with a compiled pattern.
        setattr(self, name, found)
        return found


def late(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern as ``re.compile`` gives it, but for the work, which the first use does.

    Not for a pattern that every command uses anyway. A mistake in *pattern* raises ``re.error`` at
    the first use.
    """
    return cast("re.Pattern[str]", _Late(pattern, flags))
