"""JSON for programs, and for the terminal that it may be printed on.

Letters of all languages stand in it as they are. A character that steers a terminal, or turns the
direction of the text beside it, is escaped, by its number: for a program it is the same.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from awsttl.core.patterns import late

_UNSEEN: Final = late(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
"""C1 controls, separators of lines, and marks without a width. C0 controls JSON escapes itself."""


def dumps(value: Any, indent: int | None = None) -> str:
    """*value* as JSON."""
    return escaped(json.dumps(value, indent=indent, ensure_ascii=False))


def escaped(text: str) -> str:
    """JSON as it is, with these characters escaped."""
    return text if text.isascii() else _UNSEEN.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]
