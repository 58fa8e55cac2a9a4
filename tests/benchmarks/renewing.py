"""Renewals as the dashboard does them, without a terminal: ``renewing URL [ROUNDS]``.

The STS is at that address. Prints, as JSON, the seconds that each measurement took; without
rounds, all roles are renewed once by ``R`` and nothing is measured.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Final, NoReturn

import botocore.session

from awsttl.aws.renewal import Renewed, renew
from awsttl.core.model import Status
from awsttl.core.profiles.resolve import snapshot
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from awsttl.engine.jobs import Job, Jobs, Phase

from .homes import NAME
from .pseudo_terminal import PATIENCE, MeasureError

ROLES: Final = 50
_CALLS_PER_ROUND: Final = 20


def main() -> None:
    """Do what the arguments say."""
    url, *rest = sys.argv[1:]
    if rest:
        rounds = int(rest[0])
        print(json.dumps({"single": one_role(url, rounds), "many": many_roles(rounds)}))
    else:
        by_key(statuses())()


def statuses() -> list[Status]:
    """All roles, as they are on disk now."""
    found = snapshot(Reader(Locations.of(os.environ)).settle()).profiles
    return [status for status in found if NAME.fullmatch(status.name)]


def cache_folder() -> str:
    """Where sessions are written."""
    return Locations.of(os.environ).cli_cache


def seconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def nobody(serial: str) -> NoReturn:
    """Nobody is asked for a code here."""
    raise MeasureError(f"asked for an MFA code of {serial}")


def renew_now(status: Status) -> None:
    """The key ``r``, in this thread."""
    outcome = renew(status, cache_folder(), nobody, threading.Event())
    if not isinstance(outcome, Renewed) or outcome.by_another:
        raise MeasureError(f"{status.name} was not renewed: {outcome}")


def one_role(url: str, rounds: int) -> list[list[float]]:
    """Pairs: a renewal, and the bare call of a client that has made one before."""
    client = botocore.session.Session().create_client(
        "sts",
        region_name="eu-west-1",
        endpoint_url=url,
        aws_access_key_id="AKIAEXAMPLE000000001",
        aws_secret_access_key="none",
    )
    pairs = []
    for number in range(rounds * _CALLS_PER_ROUND + 1):
        status = statuses()[0]
        role = f"arn:aws:iam::{status.profile.account_id}:role/Developer"
        pair = [
            seconds(partial(renew_now, status)),
            seconds(partial(client.assume_role, RoleArn=role, RoleSessionName="me")),
        ]
        if number:  # the first connects
            pairs.append(pair)
    return pairs


def many_roles(rounds: int) -> list[list[float]]:
    """Pairs: 50 roles by ``R``, and one after the other."""
    return [[seconds(by_key(statuses())), seconds(in_turn(statuses()))] for _ in range(rounds)]


def in_turn(roles: list[Status]) -> Callable[[], None]:
    """All, one after the other."""

    def work() -> None:
        for status in roles:
            renew_now(status)

    return work


def by_key(roles: list[Status]) -> Callable[[], None]:
    """All, as ``R`` renews them."""
    left = {status.name for status in roles}
    over = threading.Event()
    failed: list[Job] = []

    def changed(job: Job) -> None:
        if job.phase.over:
            left.discard(job.name)
            if job.phase is not Phase.DONE:
                failed.append(job)
            if not left:
                over.set()

    jobs = Jobs(cache_folder(), changed, nobody)

    def work() -> None:
        for status in roles:
            jobs.start(status)
        if not over.wait(PATIENCE) or failed:
            raise MeasureError(f"by R, these were not renewed: {sorted(left)} {failed}")

    return work


if __name__ == "__main__":
    main()
