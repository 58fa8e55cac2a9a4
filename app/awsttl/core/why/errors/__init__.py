"""Every error text that is known, with its cause: AWS's troubleshooting article, turned round.

``TABLE`` holds the rules in the order in which they are asked; the first that fits counts. So the
particular stands before the general, and a cause before what follows from it: a client whose SSO
session has ended says in the end that it has no credentials. Each rule names those that it has to
stand before, and why.
"""

from __future__ import annotations

from typing import Final

from awsttl.core.why.errors import (
    credentials,
    federation,
    files,
    keys,
    login,
    mfa,
    network,
    nowhere,
    paraphrases,
    programs,
    served,
    sessions,
    settings,
    sso,
    sso_setup,
)
from awsttl.core.why.errors.marks import bears_mark, is_of_others, told_codes
from awsttl.core.why.errors.rule import Found, Known, Rule, fits
from awsttl.core.why.errors.text import Message

TABLE: Final[tuple[Rule, ...]] = (
    *served.RULES,
    *mfa.RULES,
    *keys.RULES,
    *federation.RULES,
    *settings.RULES,
    *credentials.RULES,
    *sso_setup.RULES,
    *sso.RULES,
    *login.RULES,
    *sessions.RULES,
    *programs.RULES,
    *nowhere.RULES,
    *network.RULES,
    *files.RULES,
    *paraphrases.RULES,
    *programs.EXEC,
)

CODES: Final = frozenset(code for rule in TABLE for code in rule.codes)
"""Every error code of AWS's that a rule knows, without ``Exception``."""


def find(message: Message, *, own: bool = False, likely: str = "") -> Found | None:
    """The first rule that fits a message, or ``None``.

    *own*: awsttl itself met this error, so that it is known to be AWS's. *likely*: the operation
    that is taken to have failed where the text names none.
    """
    if not own and is_of_others(message):
        return None
    known = known_of(message, own=own, likely=likely)
    fitting = (fits(rule, message, known) for rule in TABLE)
    return next((found for found in fitting if found is not None), None)


def known_of(message: Message, *, own: bool = False, likely: str = "") -> Known:
    """What is known of a message, whichever the rule."""
    if own:
        return Known(marked=True, own=True, likely=likely)
    return Known(bears_mark(message, CODES), told=told_codes(message), likely=likely)
