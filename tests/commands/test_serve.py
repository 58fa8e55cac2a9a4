"""``awsttl serve`` and ``awsttl exec --server``: what they print, serve, and end with."""

from __future__ import annotations

import json
import shlex
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from awsttl.core.profiles.container_lead import FULL_URI, TOKEN, TOKEN_FILE
from awsttl.disk import live_config
from support import awscli
from support.awscli import BOTH_CLIS, Version
from support.cloud import Cloud
from support.commands import AWSTTL, awsttl
from support.home import Home
from support.programs import required
from support.served import DEFAULT_KEYS, REGION, ask, line_of, served, serving
from support.states import CODE, LIVING_KEY, SECTIONS
from support.tmux import AWSTTL as AWSTTL_IN_SHELL
from support.tmux import Pane

# --- what it prints ---


def test_json_is_one_line_of_an_address_and_a_token(furnished: Home, cloud: Cloud) -> None:
    with served(furnished, cloud, "living") as variables:
        assert set(variables) == {FULL_URI, TOKEN}
        assert ask(variables).json["AccessKeyId"] == LIVING_KEY
    assert cloud.calls == ()


@pytest.mark.needs("bash")
def test_env_is_lines_for_a_shell(furnished: Home, cloud: Cloud) -> None:
    with serving(furnished, cloud, "living") as process:
        lines = [line_of(process)]
        while not lines[-1].startswith("unset "):
            lines.append(line_of(process))
        script = "".join(lines) + "env"
        stale = {"AWS_ACCESS_KEY_ID": "AKIAX", "AWS_PROFILE": "x"}
        bash = [required("bash"), "-c", script]
        done = subprocess.run(bash, env=stale, capture_output=True, text=True, check=True)
        variables = dict(line.split("=", 1) for line in done.stdout.splitlines())
        assert variables["AWSTTL_PROFILE"] == "living"
        assert variables["AWS_REGION"] == "eu-central-1"
        assert not stale.keys() & variables.keys()
        assert ask(variables).status == 200


def test_whoever_waits_for_the_end_of_the_lines_is_not_kept_waiting(
    furnished: Home, cloud: Cloud
) -> None:
    with serving(furnished, cloud, "living") as process:
        assert process.stdout is not None
        assert "AWS_CONTAINER" in process.stdout.read()
        assert process.poll() is None


def test_a_port_can_be_chosen(furnished: Home, cloud: Cloud) -> None:
    with served(furnished, cloud, "living") as variables:
        port = variables[FULL_URI].split("/")[2].partition(":")[2]
        done = awsttl(furnished, "serve", "living", "--port", port)
        assert (done.code, done.out) == (1, "")
        assert done.err == f"awsttl serve: port {port} cannot be served: Address already in use\n"
    with served(furnished, cloud, "living", "--port", port) as variables:
        assert f":{port}/" in variables[FULL_URI]


def test_the_token_may_be_in_a_file_instead(furnished: Home, cloud: Cloud, tmp_path: Path) -> None:
    path = tmp_path / "token"
    with serving(
        furnished, cloud, "living", "--format", "json", "--token-file", str(path)
    ) as process:
        variables = json.loads(line_of(process))
        assert set(variables) == {FULL_URI, TOKEN_FILE}
        assert variables[TOKEN_FILE] == str(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        token = path.read_text()
        assert ask({**variables, TOKEN: token}).status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert not path.exists()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130), (signal.SIGHUP, 129)]
)
def test_it_serves_until_a_signal_comes(
    furnished: Home, cloud: Cloud, number: signal.Signals, code: int
) -> None:
    with serving(furnished, cloud, "living", "--format", "json") as process:
        variables = json.loads(line_of(process))
        process.send_signal(number)
        assert process.wait(30) == code
        with pytest.raises(ConnectionRefusedError):
            ask(variables)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nosuch",), 2, "no profile"),
        (("living", "--port", "0"), 2, "is no port"),
        (("living", "--port", "99999"), 2, "is no port"),
        (("living", "--format", "ini"), 2, "--format cannot be"),
        (("mfa",), 3, "MFA code"),
        (("sso-over",), 3, "sign"),
        (("broken",), 1, "does not exist"),
        (("living", "--token-file", "/nowhere/token"), 1, "/nowhere/token cannot be written"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_line(
    furnished: Home, cloud: Cloud, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = awsttl(furnished, "serve", *arguments, cloud=cloud, environ=REGION)
    assert (done.code, done.out) == (code, "")
    assert words in done.err
    assert done.err.count("\n") == 1


def test_without_a_stdout_that_is_said_and_nothing_is_served(furnished: Home) -> None:
    for arguments in ("serve living", "export living", "unset"):
        script = f"{AWSTTL_IN_SHELL} {arguments} >&-"
        done = subprocess.run(
            ["sh", "-c", script],
            env=furnished.environ(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1
        assert done.stderr.endswith("there is no stdout to print on\n")
        assert done.stderr.count("\n") == 1


PROCESS: Final = """
import json, pathlib, sys, time
runs = pathlib.Path(sys.argv[0] + ".runs")
runs.write_text((runs.read_text() if runs.exists() else "") + "x")
ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 4))
keys = {"AccessKeyId": f"ASIA{len(runs.read_text())}", "SecretAccessKey": "x"}
print(json.dumps({"Version": 1, **keys, "SessionToken": "y", "Expiration": ends}))
"""
"""A ``credential_process`` whose sessions live for four seconds; each run gives another key."""


@pytest.mark.heavy
def test_a_process_that_the_command_had_run_is_run_again_when_it_is_time(
    furnished: Home, cloud: Cloud, tmp_path: Path
) -> None:
    script = tmp_path / "process"
    script.write_text(f"#!{sys.executable}\n{PROCESS}")
    script.chmod(0o755)
    furnished.config(f"[profile made]\nregion = x\ncredential_process = {script}\n")
    with served(furnished, cloud, "made") as variables:
        keys: list[str] = []
        end = time.monotonic() + 40
        while len(keys) < 2:
            assert time.monotonic() < end, keys
            got = ask(variables)
            if got.status == 200 and got.json["AccessKeyId"] not in keys:
                keys.append(got.json["AccessKeyId"])
            time.sleep(0.1)
        assert keys == ["ASIA1", "ASIA2"]


@pytest.mark.heavy
def test_after_another_awsttl_has_renewed_it_is_served_again(furnished: Home, cloud: Cloud) -> None:
    with serving(furnished, cloud, "mfa-ending", "--format", "json") as process:
        variables = json.loads(line_of(process))
        assert ask(variables).json["AccessKeyId"] == LIVING_KEY
        path = furnished.cli_cache(SECTIONS["mfa-ending"], expires_at=time.time() + 5)
        end = time.monotonic() + 30
        while (got := ask(variables)).status != 403:
            assert time.monotonic() < end, got
            time.sleep(0.05)
        assert got.json["message"].startswith("mfa-ending: each renewal asks for an MFA code")
        assert "run: awsttl renew mfa-ending" in got.json["message"]
        renewed = awsttl(
            furnished, "renew", "mfa-ending", "--mfa-code", CODE, cloud=cloud, environ=REGION
        )
        assert renewed.code == 0, renewed.err
        assert path.exists()
        while (got := ask(variables)).status != 200:
            assert time.monotonic() < end, got
            time.sleep(0.05)
        assert got.json["AccessKeyId"] in cloud.sts.issued


# --- exec --server ---


@pytest.mark.heavy
@BOTH_CLIS
@pytest.mark.parametrize("default", ["", DEFAULT_KEYS], ids=["", "default-has-keys"])
def test_the_aws_cli_in_the_command_gets_the_profile_and_not_default(
    furnished: Home, cloud: Cloud, version: Version, default: str
) -> None:
    furnished.credentials(default)
    script = f"{shlex.quote(required(f'aws-{version}'))} configure list; exit 7"
    environ = awscli.environ(version, furnished, cloud)
    done = awsttl(
        furnished, "exec", "--server", "living", "--", "sh", "-c", script, environ=environ
    )
    assert done.code == 7
    assert "container-role" in done.out
    assert "N001" in done.out
    assert ("[default] has credentials" in done.err) == bool(default)
    assert list(Path(live_config.folder()).glob("*")) == []


@pytest.mark.heavy
def test_nesting_replaces_and_works_on_the_persons_own_files(furnished: Home, cloud: Cloud) -> None:
    furnished.credentials(DEFAULT_KEYS)
    inner = f"{AWSTTL_IN_SHELL} exec --server over -- env"
    done = awsttl(
        furnished,
        "exec",
        "--server",
        "living",
        "--",
        "sh",
        "-c",
        inner,
        cloud=cloud,
        environ=REGION,
    )
    assert done.code == 0, done.err
    variables = dict(line.split("=", 1) for line in done.out.splitlines())
    assert variables["AWSTTL_PROFILE"] == "over"
    assert variables[FULL_URI].endswith("/over")
    assert "AWSTTL_CONFIG_FILE" not in variables, "the copy is no file of the person's"


def test_in_a_shell_that_is_served_its_profile_is_meant(furnished: Home) -> None:
    inner = f"{AWSTTL_IN_SHELL} status"
    done = awsttl(furnished, "exec", "--server", "living", "--", "sh", "-c", inner)
    assert done.out.startswith("living "), done.err


@pytest.mark.parametrize("code", [0, 1, 42])
def test_the_exit_code_is_the_commands_own(furnished: Home, code: int) -> None:
    done = awsttl(furnished, "exec", "-s", "living", "--", "sh", "-c", f"exit {code}")
    assert done == (code, "", "")


@pytest.mark.heavy
def test_what_fails_before_the_command_is_told_as_without_a_server(furnished: Home) -> None:
    found = [
        awsttl(furnished, "exec", "--server", *arguments).code
        for arguments in (
            ("living", "--", "no-such-program"),
            ("living", "--", "/"),
            ("nosuch", "--", "true"),
            ("mfa", "--no-input", "--", "true"),
            ("--name-only", "living", "--", "true"),
        )
    ]
    assert found == [127, 126, 125, 125, 125]


def test_a_script_without_a_first_line_is_run_by_the_shell(furnished: Home, tmp_path: Path) -> None:
    script = tmp_path / "plain"
    script.write_text("echo ran $1")
    script.chmod(0o755)
    done = awsttl(furnished, "exec", "-s", "living", "--", str(script), "it")
    assert done == (0, "ran it\n", "")


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGUSR1, signal.SIGQUIT]
)
def test_signals_are_handed_on_and_an_end_by_one_is_told(
    furnished: Home, number: signal.Signals
) -> None:
    script = f"trap 'trap - {number.name[3:]}; echo got' {number.name[3:]}; echo here; "
    script += "while :; do sleep 0.02; done"
    with subprocess.Popen(
        [*AWSTTL, "exec", "--server", "living", "--", "sh", "-c", script],
        env=furnished.environ(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        process.send_signal(number)
        assert process.stdout.readline() == "got\n", "once, and it lives"
        assert process.poll() is None
        process.send_signal(number)
        assert process.wait(30) == 128 + number


@pytest.mark.needs("tmux", "bash")
def test_the_terminal_is_the_commands_too(furnished: Home) -> None:
    count = "trap 'n=$((n+1)); echo interrupted $n' INT; n=0; echo be''gun; while read x; do "
    count += "echo heard $x; done"
    with Pane("bash --norc -i", furnished.environ()) as pane:
        pane.sees("bash-")
        pane.type(f'{AWSTTL_IN_SHELL} exec -s living -- bash -c "{count}"'.replace("$", "\\$"))
        pane.press("Enter")
        pane.sees("begun")
        pane.type("a word")
        pane.press("Enter")
        pane.sees("heard a word")
        pane.press("C-c")
        pane.sees("interrupted 1")
        pane.press("C-z")
        pane.sees("Stopped")
        pane.type("fg")
        pane.press("Enter")
        pane.leaves_its_shell("bash")
        pane.type("another")
        pane.press("Enter")
        screen = pane.sees("heard another")
        assert "interrupted 2" not in screen, "one Ctrl+C is one"
        pane.press("C-d")
        pane.type("echo code=$?")
        pane.press("Enter")
        pane.sees("code=0")
