"""Roles behind one pair of long-term keys: the home that most dashboards here are opened on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from support.cloud import Cloud
from support.odd import config_text
from support.stage import Stage

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


@asynccontextmanager
async def calling(opened: Stage, cloud: Cloud) -> AsyncIterator[None]:
    """``r`` on the row under the cursor, whose call to AWS hangs until the block ends."""
    with cloud.hanging():
        await opened.press("r")
        await opened.until(lambda: "AssumeRole" in cloud.actions, "the call")
        yield
