"""``awsttl renew``: what r and R do, without a screen."""

from __future__ import annotations

import json

import pytest

from awsttl.disk.log_file import LogFile
from support import states
from support.cloud import Cloud
from support.commands import Done, awsttl
from support.home import Home
from support.programs import loaded_by
from support.tmux import AWSTTL, Pane


def renew(home: Home, cloud: Cloud, *arguments: str, **more: str) -> Done:
    return awsttl(home, "renew", *arguments, cloud=cloud, **more)  # type: ignore[arg-type]  # handed on


def told() -> list[tuple[str, str]]:
    """The log: what happened to whom."""
    return [(str(event.what), event.name) for event in LogFile().read().events]


@pytest.mark.parametrize(
    ("profile", "answer"),
    [
        ("living", (0, "living: lasts, 59:", 0)),
        ("base", (0, "base: lasts, long-term keys", 0)),
        ("ending", (0, "ending: renewed", 1)),
        ("over", (0, "over: renewed", 1)),
        ("fresh", (0, "fresh: renewed", 1)),
        ("mfa", (3, "mfa: it asks for an MFA code; run: awsttl renew mfa", 0)),
        ("mfa-ending", (3, "mfa-ending: it asks for an MFA code; ", 0)),
        ("sso-over", (3, "sso-over: the SSO session has ended; ", 0)),
        ("pasted-over", (3, "pasted-over: its keys were pasted", 0)),
        ("broken", (1, 'broken: source_profile "nobody" does not exist; ', 0)),
    ],
)
def test_each_state_has_its_line_and_code(
    furnished: Home, cloud: Cloud, profile: str, answer: tuple[int, str, int]
) -> None:
    code, line, calls = answer
    done = renew(furnished, cloud, profile)
    assert (done.code, done.err) == (code, "")
    assert done.out.startswith(line)
    assert done.out.count("\n") == 1
    assert cloud.actions == ["AssumeRole"] * calls


def test_a_missing_profile_is_usage(furnished: Home, cloud: Cloud) -> None:
    done = renew(furnished, cloud, "over", "ovr")
    assert (done.code, done.out) == (2, "")
    assert 'did you mean "over"?' in done.err
    assert cloud.calls == ()


def test_by_force_what_lasts_is_renewed_too(furnished: Home, cloud: Cloud) -> None:
    assert renew(furnished, cloud, "living", "--force").out == "living: renewed\n"
    assert cloud.actions == ["AssumeRole"]


@pytest.mark.parametrize(("least", "calls"), [("30m", 0), ("2h", 1)])
def test_a_session_that_is_too_short_is_renewed(
    furnished: Home, cloud: Cloud, least: str, calls: int
) -> None:
    renew(furnished, cloud, "living", "--min", least)
    assert len(cloud.actions) == calls


def test_a_glob_stands_for_several_and_the_worst_code_counts(furnished: Home, cloud: Cloud) -> None:
    done = renew(furnished, cloud, "[olm]*")
    assert done.code == 3
    assert set(done.out.splitlines()) > {"over: renewed"}
    assert cloud.actions == ["AssumeRole"]


def test_all_are_those_that_the_key_would_renew(furnished: Home, cloud: Cloud) -> None:
    furnished.settings('hidden = ["over"]\n')
    done = renew(furnished, cloud, "--all")
    assert done == (0, "ending: renewed\n", "")


def test_json_has_a_line_for_each(furnished: Home, cloud: Cloud) -> None:
    done = renew(furnished, cloud, "over", "mfa", "living", "--json")
    assert done.code == 3
    found = {each["profile"]: each for each in json.loads(done.out)["renewals"]}
    assert {name: each["result"] for name, each in found.items()} == {
        "over": "renewed",
        "mfa": "failed",
        "living": "lasts",
    }
    assert found["over"]["expires_at"].endswith("Z")
    assert found["mfa"]["problem"]["remedy"]["action"] == "renew"


# --- codes ---


@pytest.mark.parametrize("option", ["--mfa-code", "--mfa-token"])
def test_a_code_that_is_at_hand_is_used(furnished: Home, cloud: Cloud, option: str) -> None:
    assert renew(furnished, cloud, "mfa", option, states.CODE).out == "mfa: renewed\n"


def test_a_code_is_read_from_stdin(furnished: Home, cloud: Cloud) -> None:
    done = renew(furnished, cloud, "mfa", "--mfa-code", "-", given=f"{states.CODE}\n")
    assert done == (0, "mfa: renewed\n", "")


def test_a_wrong_code_is_a_failure_and_not_asked_for_again(furnished: Home, cloud: Cloud) -> None:
    done = renew(furnished, cloud, "mfa", "--mfa-code", "654321")
    assert done.code == 1
    assert renew(furnished, cloud, "mfa", "--mfa-code", "soon").code == 2


@pytest.mark.heavy
@pytest.mark.needs("tmux")
def test_on_a_terminal_the_code_is_asked_for_and_not_shown(furnished: Home, cloud: Cloud) -> None:
    environ = furnished.environ() | cloud.environ()
    with Pane(f"{AWSTTL} renew mfa", environ) as pane:
        pane.sees("MFA code of arn:aws:iam::111122223333:mfa/me for mfa:")
        pane.type(states.CODE)
        pane.press("Enter")
        assert states.CODE not in pane.sees("mfa: renewed", "exit 0")
    # The shell around it would end by the same Ctrl+C.
    with Pane(f"trap : INT; {AWSTTL} renew mfa --force", environ) as pane:
        pane.sees("MFA code of")
        pane.press("C-c")
        pane.sees("exit 130")
    with Pane(f"{AWSTTL} renew mfa --force", environ) as pane:
        pane.sees("MFA code of")
        pane.press("C-d")
        pane.sees("mfa: given up", "exit 1")
    with Pane(f"{AWSTTL} renew mfa --force --no-input", environ) as pane:
        pane.sees("mfa: it asks for an MFA code", "exit 3")


# --- as awsttl's own ---


def test_the_log_tells_of_it(furnished: Home, cloud: Cloud) -> None:
    renew(furnished, cloud, "over", "mfa")
    assert set(told()) == {("renewed", "over"), ("failed", "mfa")}


def test_it_loads_no_screen(furnished: Home, cloud: Cloud) -> None:
    program = "from awsttl.commands.main import main; main(['renew', 'over'])"
    loaded = loaded_by(program, furnished.environ() | cloud.environ())
    assert "awsttl.aws.renewal" in loaded
    assert not {"textual", "rich"} & loaded
