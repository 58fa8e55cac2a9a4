"""``awsttl exec``: the command takes awsttl's place."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from awsttl.commands import registry
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.parsing import Parser
from awsttl.core.profiles.environment import TO_UNSET
from support.cloud import Cloud
from support.commands import AWSTTL, Done, awsttl
from support.home import Home
from support.states import LIVING_KEY
from support.tmux import AWSTTL as AWSTTL_IN_SHELL
from support.tmux import Pane

ENVIRON = "import json, os; print(json.dumps(dict(os.environ)))"


def exec_(home: Home, *arguments: str, **more: object) -> Done:
    return awsttl(home, "exec", *arguments, **more)  # type: ignore[arg-type]  # handed on


def environment(home: Home, *arguments: str, **more: object) -> dict[str, str]:
    """The environment that a command gets."""
    done = exec_(home, *arguments, "--", sys.executable, "-c", ENVIRON, **more)
    assert (done.code, done.err) == (0, "")
    found: dict[str, str] = json.loads(done.out)
    return found


# --- what the command gets ---


def test_the_environment_has_the_session_and_nothing_stale(furnished: Home) -> None:
    before = dict.fromkeys(TO_UNSET, "stale") | {"AWSUME_NEW": "x", "AWS_VAULT_BACKEND": "file"}
    found = environment(furnished, "living", environ=before)
    session = {name: value for name, value in found.items() if name in before}
    expiry = session.pop("AWS_CREDENTIAL_EXPIRATION")
    assert expiry.endswith("Z")
    assert session == {
        "AWS_ACCESS_KEY_ID": LIVING_KEY,
        "AWS_SECRET_ACCESS_KEY": "cached-secret",
        "AWS_SESSION_TOKEN": "cached-token",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_VAULT_BACKEND": "file",
    }


def test_nesting_replaces(furnished: Home, cloud: Cloud) -> None:
    inner = (*AWSTTL, "exec", "over", "--", sys.executable, "-c", ENVIRON)
    done = exec_(furnished, "living", "--", *inner, cloud=cloud)
    assert done.code == 0
    assert json.loads(done.out)["AWS_ACCESS_KEY_ID"] not in (LIVING_KEY, "AKIABASE")


def test_by_its_name_only_the_profile_is_selected(furnished: Home) -> None:
    before = {"AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "old-1"}
    found = environment(furnished, "--name-only", "mfa", environ=before)
    assert found["AWS_PROFILE"] == "mfa"
    assert not {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"} & found.keys()


def test_a_region_can_be_chosen(furnished: Home) -> None:
    found = environment(furnished, "--region", "us-west-2", "living")
    assert (found["AWS_REGION"], found["AWS_DEFAULT_REGION"]) == ("us-west-2", "us-west-2")


def test_the_profile_of_the_environment_is_used_without_a_name(furnished: Home) -> None:
    found = environment(furnished, environ={"AWS_PROFILE": "living"})
    assert found["AWS_ACCESS_KEY_ID"] == LIVING_KEY
    assert "AWS_PROFILE" not in found


# --- renewing first ---


@pytest.mark.parametrize(
    ("arguments", "calls"),
    [
        (("living",), 0),
        (("--min", "30m", "living"), 0),
        (("--force", "living"), 1),
        (("ending",), 1),
        (("over",), 1),
        (("fresh",), 1),
        (("mfa-ending",), 0),
    ],
)
def test_a_session_is_renewed_where_it_would_not_last(
    furnished: Home, cloud: Cloud, arguments: tuple[str, ...], calls: int
) -> None:
    assert exec_(furnished, *arguments, "--", "true", cloud=cloud) == (0, "", "")
    assert cloud.actions == ["AssumeRole"] * calls


def test_a_new_session_that_is_too_short_as_well_is_a_failure(
    furnished: Home, cloud: Cloud
) -> None:
    done = exec_(furnished, "--min", "5h", "over", "--", "true", cloud=cloud)
    assert done.code == 125
    assert "even a new session does not last that long" in done.err


@pytest.mark.parametrize("profile", ["mfa", "sso-over", "pasted-over", "broken"])
def test_what_needs_a_person_is_ours_to_fail(furnished: Home, cloud: Cloud, profile: str) -> None:
    done = exec_(furnished, profile, "--", "true", cloud=cloud)
    assert (done.code, done.out) == (125, "")
    assert done.err.startswith("awsttl exec: ")
    assert done.err.count("\n") == 1


# --- exit codes ---


@pytest.mark.parametrize("code", [0, 1, 2, 3, 42, 130])
def test_the_exit_code_is_the_commands_own(furnished: Home, code: int) -> None:
    assert exec_(furnished, "living", "--", "sh", "-c", f"exit {code}") == (code, "", "")


def test_what_is_not_found_or_cannot_be_run_is_told_as_shells_do(
    furnished: Home, tmp_path: Path
) -> None:
    done = exec_(furnished, "living", "--", "no-such-program")
    assert done == (127, "", "awsttl exec: no-such-program: command not found\n")
    plain = tmp_path / "plain"
    plain.write_text("echo ran")
    assert exec_(furnished, "living", "--", str(plain)).code == 126
    plain.chmod(0o755)
    assert exec_(furnished, "living", "--", str(plain)) == (0, "ran\n", "")


@pytest.mark.parametrize("arguments", [("nosuch", "true"), ("--frobnicate", "living", "true")])
def test_usage_is_ours_to_fail_too(furnished: Home, arguments: tuple[str, ...]) -> None:
    assert exec_(furnished, *arguments).code == 125


@pytest.mark.parametrize(
    ("words", "profile", "command"),
    [
        ([], None, []),
        (["p"], "p", []),
        (["p", "ls", "-l"], "p", ["ls", "-l"]),
        (["p", "--", "ls", "-l"], "p", ["ls", "-l"]),
        (["--", "ls", "-l"], None, ["ls", "-l"]),
        (["p", "kubectl", "exec", "x", "--", "ls"], "p", ["kubectl", "exec", "x", "--", "ls"]),
        (["--min", "5m", "p", "ls", "--min"], "p", ["ls", "--min"]),
        (["-f", "--region=eu", "p", "--", "--", "x"], "p", ["--", "x"]),
        (["two words", "ls"], "two words", ["ls"]),
    ],
)
def test_profile_and_command_are_told_apart(
    words: list[str], profile: str | None, command: list[str]
) -> None:
    found = registry.find("exec")
    assert found is not None
    parser = Parser(found)
    found.load().declare(parser)
    given = parser.parse_args(words)
    assert (given.profile, given.words) == (profile, command)


def test_an_option_behind_the_profile_is_not_taken_for_the_command() -> None:
    found = registry.find("exec")
    assert found is not None
    parser = Parser(found)
    found.load().declare(parser)
    with pytest.raises(CommandError, match="options come before it"):
        parser.parse_args(["p", "--min", "5m", "--", "ls"])


# --- it is the command ---


def start(home: Home, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*AWSTTL, "exec", "living", "--", *command],
        env=home.environ(),
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGPIPE])
def test_a_signal_ends_the_command_itself(furnished: Home, number: signal.Signals) -> None:
    with start(furnished, "sh", "-c", "echo $$; exec sleep 60") as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) == process.pid, "the command has awsttl's process"
        process.send_signal(number)
        assert process.wait(30) == -number


def test_a_stopped_command_goes_on(furnished: Home) -> None:
    with start(furnished, "sh", "-c", "echo $$; exec sleep 60") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGSTOP)
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        process.send_signal(signal.SIGCONT)
        _, status = os.waitpid(process.pid, os.WCONTINUED)
        assert os.WIFCONTINUED(status)
        process.kill()


@pytest.mark.needs("tmux", "bash")
def test_job_control_of_a_shell_is_the_commands(furnished: Home) -> None:
    with Pane("bash --norc -i", furnished.environ()) as pane:
        pane.sees("bash-")
        pane.type(f"{AWSTTL_IN_SHELL} exec living -- sh -c 'echo be''gun; exec sleep 1000'")
        pane.press("Enter")
        pane.sees("begun")
        pane.press("C-z")
        pane.sees("Stopped")
        pane.type("fg")
        pane.press("Enter")
        pane.leaves_its_shell("bash")
        pane.press("C-c")
        pane.type("echo code=$?")
        pane.press("Enter")
        pane.sees("code=130")
