"""The checks that ask the network: whom they ask, and for whom."""

from __future__ import annotations

import os
import time

import pytest

from awsttl.core.why.checks import Context
from awsttl.core.why.findings import Check, Result
from awsttl.disk.locations import Locations
from awsttl.engine.look import OneLook
from awsttl.engine.online_checks import check_online
from support.cloud import Cloud
from support.home import Home
from support.odd import config_text, credentials_text

PLAIN = {"aws_access_key_id": "AKIAX", "aws_secret_access_key": "s"}


def endpoints(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> dict[str, Result]:
    """By profile, what the probe of its endpoint found; each probe calls the loopback AWS."""
    for name, value in cloud.environ().items():
        monkeypatch.setenv(name, value)
    look = OneLook(Locations.of(os.environ), os.environ)
    context = Context.of(look.snapshot, look.files, time.time())
    results: list[Result] = []
    check_online(look.snapshot.profiles, context, os.environ, results.append, verify=None)
    return {each.profile: each for each in results if each.check is Check.ENDPOINT}


def test_a_region_of_the_credentials_file_is_the_profiles_own(
    home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.config(config_text({"a": {"region": "eu-west-1"}, "b": {"region": "eu-west-1"}}))
    home.credentials(credentials_text({"a": PLAIN, "b": {**PLAIN, "region": "eu west"}}))
    found = endpoints(cloud, monkeypatch)
    assert found["a"].findings == ()
    (finding,) = found["b"].findings
    assert (finding.code, finding.fix.words) == ("region", "correct the region of b")


def test_profiles_of_one_region_share_a_call(
    home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.config(config_text({"a": {"region": "eu-west-1"}, "b": {}, "c": {"region": "eu-west-2"}}))
    home.credentials(credentials_text({"a": PLAIN, "b": {**PLAIN, "region": "eu-west-1"}}))
    # What is found for several is said of none by name.
    assert set(endpoints(cloud, monkeypatch)) == {"", "c"}
    assert len(cloud.calls) == 2
