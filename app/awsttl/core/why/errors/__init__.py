"""Every error text that is known, with its cause: AWS's troubleshooting article, turned round.

Texts are matched by substring, since every client dresses them differently (``aws: [ERROR]: …``
from newer v2).
"""

from __future__ import annotations

from typing import Final

from awsttl.core.why.errors import machine, refusals, settings
from awsttl.core.why.errors.rule import Cause

TABLE: Final[tuple[Cause, ...]] = (*refusals.CAUSES, *settings.CAUSES, *machine.CAUSES)
"""The first that fits counts, so the particular stands before the general."""
