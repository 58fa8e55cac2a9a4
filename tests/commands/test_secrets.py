"""No secret is where a command was not asked to put it: arguments, words, the log."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support import states
from support.cloud import Cloud
from support.commands import AWSTTL, awsttl
from support.home import Home

SECRETS = ("cached-secret", "cached-token", "base-secret", "pasted-secret", "pasted-token")


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", "--all"),
        ("can", "living"),
        ("list",),
        ("renew", "over", "mfa", "living", "pasted-over"),
        ("export", "living", "--name-only"),
        ("export", "mfa"),
        ("unset",),
        ("exec", "living", "--", "true"),
        ("exec", "--server", "living", "--", "true"),
        ("serve", "mfa"),
        ("clear", "living", "over"),
        ("login", "sso-over"),
        ("logout", "sso-over"),
        ("keep", "mfa"),
    ],
)
def test_what_a_command_says_and_logs_holds_no_secret(
    furnished: Home, cloud: Cloud, arguments: tuple[str, ...]
) -> None:
    done = awsttl(furnished, *arguments, cloud=cloud)
    log = furnished.path / ".local/state/awsttl/log.jsonl"
    said = done.out + done.err + (log.read_text() if log.exists() else "")
    issued = [session.secret_key for session in cloud.sts.issued.values()]
    assert not [secret for secret in (*SECRETS, *issued, states.CODE) if secret in said]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_command_that_exec_runs_has_the_secret_in_no_argument(furnished: Home) -> None:
    with subprocess.Popen(
        [*AWSTTL, "exec", "living", "--", "sh", "-c", "echo here; exec sleep 60"],
        env=furnished.environ(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        arguments = Path(f"/proc/{process.pid}/cmdline").read_text()
        environment = Path(f"/proc/{process.pid}/environ").read_text()
        process.kill()
    assert "cached-secret" in environment, "the premise"
    assert "cached-secret" not in arguments
