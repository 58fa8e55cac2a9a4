"""``t``: the shell in the pane beside takes a session on, or lets go of it."""

from __future__ import annotations

import shlex
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.cloud import Cloud
from support.home import Home
from support.programs import required
from support.stage import stage
from support.tmux import AWSTTL, DEADLINE, Pane

pytestmark = pytest.mark.needs("tmux")

ROLE = {"role_arn": "arn:aws:iam::111122223333:role/Admin", "source_profile": "base"}
SECRETS = ("cached-secret", "cached-token", "canary-secret")


@pytest.fixture
def window(home: Home, cloud: Cloud) -> Iterator[Pane]:
    """A dashboard in a pane of tmux, with a role whose session lives."""
    home.config(
        """
        [profile prod]
        role_arn = arn:aws:iam::111122223333:role/Admin
        source_profile = base
        region = eu-west-1
        [profile base]
        aws_access_key_id = AKIAEXAMPLE000000001
        aws_secret_access_key = canary-secret
        """
    )
    session = cloud.sts.issue("arn:aws:sts::111122223333:assumed-role/Admin/me", 7200)
    home.cli_cache(ROLE, expires_at=time.time() + 7200, access_key=session.access_key)
    # Debian's AWS CLI v2 is older than AWS_ENDPOINT_URL_STS.
    models = cloud.write_models(home.path / "models")
    environ = home.environ() | cloud.environ() | models | {"PS1": "prompt> "}
    with Pane(AWSTTL, environ) as pane:
        pane.sees("prod", "base")
        yield pane


def files(home: Home) -> list[Path]:
    return list((home.path / ".local" / "state" / "awsttl" / "handed-over").glob("*"))


def says(window: Pane, pane: str, command: str, answer: str) -> str:
    """Type a command into a pane until it gives an answer."""
    window.tmux("send-keys", "-t", pane, "-l", command)
    window.tmux("send-keys", "-t", pane, "Enter")
    return window.sees(answer, of=pane)


def rests(window: Pane, pane: str) -> None:
    """Wait until the shell of a pane waits for a line: it draws its prompt behind the answer."""
    tty = window.tmux("display-message", "-p", "-t", pane, "#{pane_tty}").strip()
    end, quiet = time.monotonic() + DEADLINE, 0
    while quiet < 3:
        assert time.monotonic() < end, window.screen(of=pane)
        told = subprocess.run(
            ["ps", "-o", "stat=", "-t", tty], capture_output=True, text=True, check=False
        )
        working = [stat for stat in told.stdout.split() if "+" in stat]
        quiet = quiet + 1 if len(working) == 1 and working[0].startswith("S") else 0
        time.sleep(0.05)


def beside(window: Pane, *command: str) -> str:
    pane = window.split(*command)
    end = time.monotonic() + DEADLINE
    while not window.screen(of=pane).strip() and time.monotonic() < end:
        time.sleep(0.02)
    return pane


SHELLS = {
    "bash": ("bash --norc -i", "fc -ln 1"),
    "zsh": ("zsh -f", "fc -ln 1"),
    "fish": ("fish -N", "history"),
}


@pytest.mark.heavy
@pytest.mark.parametrize(
    "shell", [pytest.param(name, marks=pytest.mark.needs(name, "aws-v2")) for name in SHELLS]
)
def test_the_other_pane_is_who_the_row_is_until_it_is_unset(
    shell: str, window: Pane, home: Home
) -> None:
    start, history = SHELLS[shell]
    pane = beside(window, *start.split())
    identity = f"{shlex.quote(required('aws-v2'))} sts get-caller-identity --query Arn"
    window.press("t")
    window.sees("send to another pane", shell)
    window.press("Tab", "Enter")
    window.sees("sent to pane")
    says(window, pane, identity, "assumed-role/Admin/me")
    shown = says(window, pane, f"{history}; echo li''sted", "listed")
    seen = shown + window.tmux("capture-pane", "-p", "-S", "-", "-t", pane)
    assert not [secret for secret in SECRETS if secret in seen]
    assert files(home) == []
    rests(window, pane)
    window.press("t")
    window.sees("send to another pane")
    window.press("BTab", "Enter")
    window.sees("sent to pane 1: unset")
    says(window, pane, "env | grep -c '^AWS_[A-Z_]*KEY'; echo co''unted", "counted")
    assert "\n0\n" in window.screen(of=pane)


@pytest.mark.heavy
@pytest.mark.needs("aws-v1", "bash")
def test_the_other_pane_lives_on_the_dashboards_server(window: Pane, home: Home) -> None:
    pane = beside(window, "bash", "--norc", "-i")
    window.press("t")
    window.sees("send to another pane", "live prod")
    window.press("Tab", "Tab")
    window.sees("lives as long as this dashboard")
    window.press("Enter")
    window.sees("sent to pane 1: live prod", "⇄ live")
    identity = f"{shlex.quote(required('aws-v1'))} sts get-caller-identity --query Arn"
    shown = says(window, pane, identity, "assumed-role/Admin/me")
    assert not [secret for secret in SECRETS if secret in shown]
    assert "AUTHORIZATION" not in shown
    window.sees("⇄ 1 shell")
    window.press("U")
    window.sees("prod is served no more")
    says(window, pane, identity, "this was revoked in awsttl")


def test_the_name_comes_first_and_leaves_the_keys_where_they_are(window: Pane, home: Home) -> None:
    pane = beside(window, "sh", "-i")
    says(window, pane, "export AWS_ACCESS_KEY_ID=AKIAOLD; echo se''t", "set")
    window.press("t")
    window.sees("AWS_PROFILE prod")
    window.press("Enter")
    window.sees("sent to pane")
    says(window, pane, 'echo "[$AWS_PROFILE] [$AWS_ACCESS_KEY_ID]"', "[prod] []")


def test_a_pane_without_a_prompt_is_asked_about(window: Pane, home: Home) -> None:
    pane = window.split("cat")
    window.press("t")
    window.sees("cat runs there: awsttl asks before it types")
    window.press("Enter")
    window.sees("Type into pane 1 although cat runs there?")
    window.press("n")
    window.sees_no_more("although")
    assert window.screen(of=pane).strip() == ""
    assert files(home) == []
    window.press("t")
    window.sees("asks before it types")
    window.press("Tab", "Enter")
    window.sees("although cat runs there?")
    window.press("y")
    window.sees("sent to pane")
    typed = window.sees("export-prod-", of=pane)
    (file,) = files(home)
    assert str(file) in "".join(typed.split("\n"))
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert not [secret for secret in SECRETS if secret in typed]


def test_a_window_without_another_pane_says_so(window: Pane) -> None:
    window.press("t")
    window.sees("this window of tmux has no other pane")


async def test_outside_of_tmux_the_key_says_that(home: Home) -> None:
    home.config("[profile prod]\nregion = eu-west-1\n")
    async with stage() as at:
        await at.press("t")
        await at.hears("awsttl does not run in tmux, so there is no other pane")


@pytest.mark.needs("nu")
def test_nushell_takes_keys_on_and_lets_go_of_them(window: Pane, home: Home) -> None:
    # What npm links to is a script that starts this.
    program = next(Path(required("nu")).parents[1].glob("@nushell/*/bin/nu"), required("nu"))
    pane = beside(window, str(program), "--no-config-file")
    window.press("t")
    window.sees("send to another pane")
    window.press("Tab", "Enter")
    window.sees("sent to pane 1: export prod")
    says(window, pane, "$'key ($env.AWS_ACCESS_KEY_ID?)'", "key ASIA")
    window.press("t")
    window.sees("send to another pane")
    window.press("BTab", "Enter")
    window.sees("sent to pane 1: unset")
    says(window, pane, "$'key [($env.AWS_ACCESS_KEY_ID?)]'", "key []")
    assert files(home) == []
