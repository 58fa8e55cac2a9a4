"""A home with a profile in each state that a command can meet."""

from __future__ import annotations

import time
from typing import Final

from support.cloud import Cloud
from support.home import Home
from support.odd import config_text
from support.renewing import BASE, CORP, DEVICE, SSO, role

MINUTE: Final = 60.0
HOUR: Final = 3600.0

CODE: Final = "123456"
"""The MFA code that the loopback STS takes."""
LIVING_KEY: Final = "ASIACACHEDSESSION001"
"""The access key of the sessions that are there before."""

SECTIONS: Final[dict[str, dict[str, str]]] = {
    "base": BASE,
    "living": role("base", 1),
    "ending": role("base", 2),
    "over": role("base", 3),
    "fresh": role("base", 4),
    "mfa": role("base", 5, mfa_serial=DEVICE),
    "mfa-ending": role("base", 6, mfa_serial=DEVICE),
    "broken": role("nobody", 7),
    "pasted": {
        "aws_access_key_id": "ASIAPASTED",
        "aws_secret_access_key": "pasted-secret",
        "aws_session_token": "pasted-token",
    },
    "pasted-over": {
        "aws_access_key_id": "ASIAPASTED2",
        "aws_secret_access_key": "pasted-secret",
        "aws_session_token": "pasted-token",
        "aws_expiration": "2020-01-01T00:00:00Z",
    },
    "sso-over": SSO,
}
"""Profile → its section: living for an hour; past the reuse point; expired; never used; expired and
behind an MFA code; past the reuse point and behind one; without its source; temporary keys without
an end; such keys whose end has passed; behind a sign-in that has ended."""


def furnish(home: Home, cloud: Cloud | None = None) -> None:
    """Write the home. Of *cloud*, the codes and keys are made known."""
    regions = {name: {"region": "eu-central-1", **section} for name, section in SECTIONS.items()}
    home.config(config_text(regions, CORP))
    now = time.time()
    for name, left in (
        # Half past a minute, so that a slow machine tells the same minute.
        ("living", 59.5 * MINUTE),
        ("ending", 9.5 * MINUTE),
        ("over", -10.5 * MINUTE),
        ("mfa", -10.5 * MINUTE),
        ("mfa-ending", 9.5 * MINUTE),
    ):
        home.cli_cache(SECTIONS[name], expires_at=now + left, access_key=LIVING_KEY)
    home.sso_token("corp", expires_at=now - HOUR)
    if cloud is not None:
        cloud.sts.accept_codes(DEVICE, CODE)
