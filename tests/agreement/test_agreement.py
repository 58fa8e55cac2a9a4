"""What awsttl predicts is what the AWS CLI does: every home, v1 and v2."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from awsttl.core import countdown
from awsttl.core.model import Renewal, State, Status
from awsttl.core.profiles.environment import selected
from awsttl.core.profiles.kinds import FACTS, sign_in_of
from awsttl.core.why.prediction import (
    PROMPT,
    RUN,
    V1,
    V2,
    Cli,
    Effect,
    Prediction,
    predict,
    predict_status,
)
from support.awscli import BOTH_CLIS, Version
from support.home import Home

from .boto3_process import Boto3
from .driving import CLIS, STRUCTURED, cli_of, explained_in, look, meet, tell
from .homes import HOMES
from .homes_files import REFUSED
from .kit import Case

pytestmark = pytest.mark.heavy  # make agreement shows the same, home by home

EVERY_HOME = pytest.mark.parametrize("case", HOMES, ids=lambda case: case.name)


@BOTH_CLIS
@EVERY_HOME
def test_the_cli_does_what_is_predicted(case: Case, version: Version) -> None:
    """The same calls with the same keys, the same questions, the same failure.

    What the CLI prints as it fails is given to ``awsttl explain``: so the cause is known from
    the words as well, and whom they concern: the profile, or one that it comes from.
    """
    encounter = meet(case, version)
    assert encounter.done == encounter.predicted, encounter.outcome.stderr
    assert (encounter.outcome.exit_code == 0) == (encounter.done.failed == "")
    if version == "v2" and encounter.done.failed:
        for form in STRUCTURED:
            assert explained_in(form, encounter, case) == encounter.done.failed, form
    cli = cli_of(version)
    if cli in CLIS.values() and encounter.explained and encounter.explained.profiles:
        way = set(_way(case, cli))
        assert way & set(encounter.explained.profiles)


@pytest.fixture(scope="module")
def boto3() -> Iterator[Boto3]:
    with Boto3() as process:
        yield process


@EVERY_HOME
def test_what_boto3_raises_there_is_explained(case: Case, boto3: Boto3) -> None:
    told = tell(case, boto3)
    if told is not None:
        assert told.explained == told.predicted, told.text


def _way(case: Case, cli: Cli) -> Iterator[str]:
    """The profile that is asked for, and those that it comes from."""
    variable = selected(case.environ, cli.profile_variables)
    name = case.profile or ("default" if variable is None else variable)
    for _ in case.config:
        yield name
        name = case.config.get(name, {}).get("source_profile", name)
    yield name


SPOILT = {"a file that does not parse", *(case.name for case in REFUSED)}
"""Homes in which it is not the profile that fails."""


@pytest.mark.parametrize(
    "case", [case for case in HOMES if case.name not in SPOILT], ids=lambda case: case.name
)
def test_the_state_on_the_screen_says_the_same(case: Case, home: Home) -> None:
    """As far as the CLIs differ among themselves: it is true for one of them."""
    case.write(home)
    now, seen = time.time(), look(home, case.variables(home))
    status = seen.status(case.profile or "dev")
    if status is None:
        return
    predictions = [predict(seen, status.name, case.environ, now, cli) for cli in (V1, V2)]
    effects = {prediction.effect for prediction in predictions}
    match countdown.standing(status, now).state:
        case State.VALID | State.LONG_TERM | State.UNKNOWN:
            assert effects & {Effect.WORKS, Effect.RUNS}
        case State.BROKEN:
            assert status.broken
            assert _code(status.broken.code) in map(_failure, predictions)
        case State.EXPIRED | State.NONE | State.EXPIRING:
            assert Effect.WORKS not in effects


@EVERY_HOME
def test_what_a_renewal_needs_is_what_the_cli_would_ask_for(case: Case, home: Home) -> None:
    """Without the profile's own session, which is what a renewal replaces."""
    case.write(home)
    now, seen = time.time(), look(home, case.variables(home))
    for status in seen.profiles:
        if status.broken or FACTS[status.profile.kind].has_keys:
            continue
        own = status.hops[0]._replace(entry=None, by_name=(), expires_at=None, usable_until=None)
        afresh = status._replace(hops=(own, *status.hops[1:]))
        prediction = predict_status(afresh, case.environ, now, V2)
        done = {step.action for step in prediction.steps}
        expected = {
            Renewal.MFA: PROMPT in done,
            Renewal.PROCESS: RUN in done,
            Renewal.SIGN_IN: _failure(prediction) in ("sign-in", "never-signed-in")
            or (_failure(prediction) == "cache-corrupt" and _has_damaged_token(status)),
        }
        needs = status.needs(now)
        assert {need: need in needs for need in expected} == expected


def _has_damaged_token(status: Status) -> bool:
    end = status.hops[-1]
    return end.damaged and sign_in_of(end.link) is not None


def _failure(prediction: Prediction) -> str:
    return prediction.problem.code if prediction.problem else ""


def _code(code: str) -> str:
    """Of half a profile the CLI says only that it has no credentials.

    Where it takes a start URL it says only at the sign-in.
    """
    if code == "start-url-refused":
        return "never-signed-in"
    return "no-credentials" if code in ("half-written", "empty-value", "keys-empty") else code


def test_the_homes_have_names_of_their_own_and_are_many() -> None:
    names = [case.name for case in HOMES]
    assert len(set(names)) == len(names) >= 140
