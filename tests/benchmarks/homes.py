"""Homes with many profiles, each with a session of its own; and their rows on a screen."""

from __future__ import annotations

import json
import math
import os
import random
import re
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from awsttl.core.countdown import BEAT
from awsttl.core.profiles import cache_names, timestamps

from .pseudo_terminal import MeasureError

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86400

NAME: Final = re.compile(r"\b(?:acct|zone)-\d{4}\b")
"""What a profile with a session is called here."""

_TABLE_ROW: Final = re.compile(rf"[▌ ]\S ({NAME.pattern})")
"""How awsttl begins a row of its table; its details begin elsewhere."""

MINUTE_OFFSET: Final = 59
"""In homes that count in minutes, the seconds past the minute of all that is left."""
STILL: Final = MINUTE_OFFSET - BEAT
"""For so many seconds after they are written, no text of theirs changes by itself: awsttl tells
minutes as of the next beat."""

Flavour = Callable[[random.Random], float]
"""Gives a session its time left, in seconds; less than 0 for one that has ended."""


def seconds(dice: random.Random) -> float:
    """Below an hour and above the reuse point: every row counts in seconds."""
    return dice.uniform(16 * MINUTE, 59 * MINUTE)


def usual(dice: random.Random) -> float:
    """Most above an hour, one in two hundred expired: both are on the first screen.

    Nobody crosses the hour while the home is in use; there, a row would begin to count seconds.
    """
    if dice.random() < 0.005:
        return -dice.uniform(5 * MINUTE, 11 * HOUR)
    return dice.uniform(70 * MINUTE, 12 * HOUR)


def still(dice: random.Random) -> float:
    """As :func:`usual`, but nothing changes for a while, and then all at the same moment."""
    return usual(dice) // MINUTE * MINUTE + MINUTE_OFFSET


def hours(dice: random.Random) -> float:
    """Two to six hours, and all change their minute at the same moment."""
    return dice.randrange(2 * HOUR, 6 * HOUR, MINUTE) + MINUTE_OFFSET


class Home:
    """A home folder with *count* role profiles, and as many cache files once it is written.

    With fewer *accounts* than profiles, some profiles share a role, and with it a cache file.
    """

    def __init__(self, path: Path, count: int, accounts: int | None = None) -> None:
        self.path = path
        self.count = count
        self._accounts = accounts or count
        self._written_at = 0
        self.expiries: dict[str, float] = {}
        """Profile → the end of its session, as last written by this object."""
        # One in ten has a "z", which is nowhere else in a row: something to filter for.
        self._profiles = {
            f"{'acct' if number % 10 else 'zone'}-{number:04d}": self._section(number)
            for number in range(count)
        }
        cache = path / ".aws" / "cli" / "cache"
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._cache_files = {
            name: cache / cache_names.assume_role_name(section)
            for name, section in self._profiles.items()
        }

    def _section(self, number: int) -> dict[str, str]:
        # 7,919 is prime: accounts in another order than names, none twice.
        account = 100_000_000_000 + number * 7919 % self._accounts
        return {
            "role_arn": f"arn:aws:iam::{account}:role/Developer",
            "source_profile": "base",
            "role_session_name": "me",
            "region": "eu-west-1",
        }

    @property
    def by_urgency(self) -> list[str]:
        """The profiles, the one that ends first on top."""
        return sorted(self.expiries, key=lambda name: (self.expiries[name], name))

    @property
    def by_name(self) -> list[str]:
        """The profiles as awsttl sorts them by name."""
        return sorted(self._profiles)

    def write(self, flavour: Flavour) -> None:
        """Write all files anew, as of now. The same dice each time."""
        dice = random.Random(3)
        now = self._written_at = math.ceil(time.time())
        aws = self.path / ".aws"
        # What keys have chosen in the run before is kept there: the order, for one.
        shutil.rmtree(self.path / ".config", ignore_errors=True)
        (aws / "credentials").write_text(
            "[base]\naws_access_key_id = AKIAEXAMPLE000000001\naws_secret_access_key = none\n"
        )
        sections = [
            f"[profile {name}]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())
            for name, keys in self._profiles.items()
        ]
        (aws / "config").write_text("\n".join(["[profile base]\nregion = eu-west-1\n", *sections]))
        for name in self._profiles:
            self.write_one(name, now + flavour(dice))

    def check_still(self) -> None:
        """Raises an error if, by now, texts change by themselves that count in minutes."""
        if time.time() - self._written_at > STILL - 2:
            raise MeasureError("too slow: by now rows change because a minute has passed")

    def write_one(self, name: str, expires_at: float) -> None:
        """Write a profile's cache file. Sessions end at whole seconds."""
        self.expiries[name] = expires_at // 1
        put(*self.entry(name, expires_at))

    def entry(self, name: str, expires_at: float) -> tuple[str, str]:
        """The path and the text of a profile's cache file, as AWS CLI v2 writes it."""
        account = self._profiles[name]["role_arn"].split(":")[4]
        body = {
            "Credentials": {
                "AccessKeyId": "ASIAEXAMPLE000000001",
                "SecretAccessKey": "x" * 40,
                "SessionToken": "x" * 800,
                "Expiration": timestamps.iso_utc(expires_at),
            },
            "AssumedRoleUser": {
                "AssumedRoleId": "AROAEXAMPLE:me",
                "Arn": f"arn:aws:sts::{account}:assumed-role/Developer/me",
            },
            "ResponseMetadata": {
                "RequestId": "c6104cbe-af31-11e0-8154-cbc7ccf896c7",
                "HTTPStatusCode": 200,
                "HTTPHeaders": {"content-type": "text/xml"},
                "RetryAttempts": 0,
            },
        }
        return str(self._cache_files[name]), json.dumps(body)

    def environ(self) -> dict[str, str]:
        """The whole environment of a program that lives here."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.path),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "AWS_EC2_METADATA_DISABLED": "true",
        }


def put(path: str, text: str) -> None:
    """Write a cache file as AWS CLI v2 does: truncated and filled in place."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def table(lines: list[str]) -> Mapping[str, str]:
    """The rows of awsttl's table on a screen: profile → its whole line, from top to bottom."""
    return {found[1]: line for line in lines if (found := _TABLE_ROW.match(line))}


def table_lines(lines: list[str]) -> frozenset[int]:
    """The numbers of the lines that those rows stand on."""
    return frozenset(n for n, line in enumerate(lines) if _TABLE_ROW.match(line))
