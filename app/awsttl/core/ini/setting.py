"""A key of a profile as it is shown: its value without secrets, and the line that sets it."""

from __future__ import annotations

from awsttl.core.named_tuples import NamedTuple


class Setting(NamedTuple):
    """One key of a profile, and the line that sets it."""

    key: str
    value: str
    file: str
    """As people write it, with ``~``."""
    line: int
    in_credentials: bool = False
    """Whether it stands in the credentials file, whatever that is called."""
