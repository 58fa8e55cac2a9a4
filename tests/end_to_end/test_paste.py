"""What the real AWS CLIs print is pasted, and is what they use afterwards."""

from __future__ import annotations

import json

import pytest

from awsttl.core.pasted.reading import read
from support.awscli import BOTH_CLIS, Version, aws_cli
from support.commands import awsttl
from support.home import Home

BASE = "[base]\naws_access_key_id = AKIAA2B3C4D5E6F7G2H3\naws_secret_access_key = {}\n"
ASSUME = ("--role-arn", "arn:aws:iam::111122223333:role/Deploy", "--role-session-name", "me")


@pytest.mark.heavy
@BOTH_CLIS
@pytest.mark.parametrize("output", ["json", "text", "table", "yaml"])
def test_an_assumed_role_goes_into_a_profile(
    home: Home, moto_sts: str, version: Version, output: str
) -> None:
    if version == "v1" and output == "yaml":
        pytest.skip("AWS CLI v1 prints no YAML")
    home.credentials(BASE.format("aB3/" * 10))
    # As an option: AWS CLI v2 knows the variable for it since 2.13.
    sts = ("--endpoint-url", moto_sts, "--region", "us-east-1")
    words = ("sts", "assume-role", *ASSUME, *sts, "--profile", "base", "--output", output)
    printed = aws_cli(version, *words, home=home).stdout
    found = read(printed).session
    assert found is not None, printed
    assert found.expires_at is not None
    done = awsttl(home, "paste", "deploy", "--json", given=printed)
    assert done.code == 0, done.err
    assert json.loads(done.out)["access_key"] == f"…{found.last_four}"
    ask = ("sts", "get-caller-identity", *sts, "--profile", "deploy", "--output", "text")
    assert "assumed-role/Deploy/me" in aws_cli(version, *ask, home=home).stdout
