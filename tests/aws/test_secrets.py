"""What awsttl says about a renewal may stand in a log, a traceback or a bug report."""

from __future__ import annotations

import logging

import pytest

from support.cloud import Cloud
from support.home import Home
from support.odd import config_text
from support.renewing import BASE, ROLE, child, problem_of, role, try_to_renew


@pytest.fixture(autouse=True)
def profiles(home: Home) -> None:
    profiles = {
        "base": BASE,
        "dev": role(),
        "outer": role("dev", 2),
        "short-name": role(role_session_name="x"),
    }
    home.config(config_text(profiles))


def test_no_outcome_shows_one(home: Home, cloud: Cloud) -> None:
    outcomes = [repr(try_to_renew(home, name)) for name in ("dev", "outer", "short-name")]
    cloud.sts.expire("AKIABASE")
    outcomes.append(repr(try_to_renew(home, "dev")))
    for issued in cloud.sts.issued.values():
        for secret in (issued.secret_key, issued.token, "base-secret"):
            assert not any(secret in outcome for outcome in outcomes)


def test_a_refusal_that_quotes_a_token_is_shown_without_it(home: Home, cloud: Cloud) -> None:
    token = home.web_token("token", "a.web.token")
    web = {"role_arn": ROLE, "web_identity_token_file": str(token)}
    home.config(config_text({"web": web}))
    cloud.sts.refuse_web_token(
        "a.web.token",
        "ValidationError",
        "1 validation error detected: Value 'a.web.token' at 'webIdentityToken' failed to"
        " satisfy constraint: Member must have length less than or equal to 20000",
    )
    problem = problem_of(home, "web")
    assert problem.code == "unknown"
    assert "a.web.token" not in repr(problem)
    assert "value at 'webIdentityToken' failed" in problem.message


def test_nothing_is_printed_and_no_logging_is_switched_on(home: Home, cloud: Cloud) -> None:
    cloud.sts.deny(f"{ROLE}2")
    with child(home, cloud, _SILENT) as run:
        assert run.communicate(timeout=60) == ("", "")
    assert run.returncode == 0
    assert cloud.actions == ["AssumeRole"] * 2


_SILENT = f"""
import logging
from pathlib import Path
from support.home import Home
from support.renewing import problem_of, renewed
home = Home(Path.home())
renewed(home, "dev")
problem_of(home, "outer")
names = ["", *(name for name in logging.root.manager.loggerDict if name.startswith("boto"))]
assert len(names) > 1
for logger in map(logging.getLogger, names):
    assert logger.getEffectiveLevel() >= {logging.WARNING}, logger
    assert all(type(handler) is logging.NullHandler for handler in logger.handlers), logger
"""
