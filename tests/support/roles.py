"""Roles behind one pair of long-term keys: the home that most dashboards here are opened on."""

from __future__ import annotations

from typing import Final

from support.odd import config_text

SECRET: Final = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
KEYS: Final = f"""\
    [base]
    aws_access_key_id = AKIAIOSFODNN7EXAMPLE
    aws_secret_access_key = {SECRET}
    """
"""A credentials file."""
DEVICE: Final = "arn:aws:iam::111122223333:mfa/ada"


def section(role: str, **more: str) -> dict[str, str]:
    """The section of a profile that assumes that role with the keys."""
    arn = f"arn:aws:iam::111122223333:role/{role}"
    return {"role_arn": arn, "source_profile": "base", "region": "eu-west-1"} | more


def config(**profiles: dict[str, str]) -> str:
    """A config file of these profiles; ``_`` in a name stands for ``-``."""
    return config_text({name.replace("_", "-"): keys for name, keys in profiles.items()})
