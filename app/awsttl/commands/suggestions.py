"""The nearest to what was mistyped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

MOST: Final = 5000
"""Names among which the nearest is looked for; among more it would take half a second."""
NEAR: Final = 0.7
"""The likeness from which a name is near: one letter of four may be wrong or misplaced."""


def did_you_mean(typed: str, known: Iterable[str]) -> str:
    """``; did you mean "prod"?``, or nothing where no name is near."""
    # 4 ms, and only for those who have mistyped.
    import difflib

    names = list(known)[:MOST]
    folded = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(typed.casefold(), folded, 1, NEAR)
    return f'; did you mean "{folded[near[0]]}"?' if near else ""
