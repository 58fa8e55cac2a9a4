"""The profiles of an SSO portal: accounts, roles in each, and what is beside them."""

from __future__ import annotations

from typing import Final

from support.odd import config_text
from support.renewing import BASE, role

PROD, STAGING, SANDBOX = "111122223333", "222233334444", "555566667777"
ROLES: Final = ("Admin", "Audit", "Billing", "Developer")

LISTED: Final = {
    f"acme-{name}-{each}": {
        "sso_start_url": "https://corp.awsapps.com/start",
        "sso_region": "eu-central-1",
        "sso_account_id": account,
        "sso_role_name": each,
        "region": "eu-west-1",
    }
    for name, account in (("prod", PROD), ("staging", STAGING))
    for each in ROLES
}
OTHERS: Final = {
    "base": BASE,
    "sandbox": role() | {"role_arn": f"arn:aws:iam::{SANDBOX}:role/Admin"},
}


def portal() -> str:
    """The config file: two accounts with four roles each, one with one, and keys of no account."""
    return config_text(LISTED | OTHERS)
