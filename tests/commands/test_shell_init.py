"""``awsuse`` in real shells. PowerShell is *not* run: there is none here."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.cloud import Cloud
from support.home import Home
from support.programs import required
from support.tmux import Pane

ADMIN = {"role_arn": "arn:aws:iam::111122223333:role/Admin", "source_profile": "base"}
SHELLS = {
    "bash": 'eval "$(awsttl shell-init bash)"',
    "zsh": 'eval "$(awsttl shell-init zsh)"',
    "fish": "awsttl shell-init fish | source",
    "nu": "source {home}/awsuse.nu",
}
NAMES = ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_REGION", "AWSTTL_PROFILE", "AWSTTL_EXPIRES")

in_each_shell = pytest.mark.parametrize(
    "shell", [pytest.param(name, marks=pytest.mark.needs(name)) for name in SHELLS]
)


@pytest.fixture
def ends() -> int:
    return int(time.time()) + 7200


@pytest.fixture
def environ(home: Home, ends: int) -> dict[str, str]:
    home.config(
        """
        [profile "my prod"]
        role_arn = arn:aws:iam::111122223333:role/Admin
        source_profile = base
        region = eu-west-1
        [profile base]
        aws_access_key_id = AKIAEXAMPLE000000001
        aws_secret_access_key = secret
        """
    )
    home.cli_cache(ADMIN, expires_at=ends)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return home.environ() | {"PATH": path}


def shell_says(
    shell: str, home: Home, environ: Mapping[str, str], *commands: str, option: str = ""
) -> list[dict[str, str]]:
    """The variables of a shell after each command."""
    if shell == "nu":
        made = [sys.executable, "-m", "awsttl", "shell-init", "nu", *option.split()]
        text = subprocess.run(made, env=environ, capture_output=True, text=True, check=True).stdout
        (home.path / "awsuse.nu").write_text(text)
    script = [SHELLS[shell].replace("{home}", str(home.path))]
    if option:
        script[0] = script[0].replace(f"shell-init {shell}", f"shell-init {shell} {option}")
    for command in commands:
        script += [command, *(("^env", "^echo ---") if shell == "nu" else ("env", "echo ---"))]
    flags = {"nu": ["--no-config-file"], "bash": ["--norc"], "zsh": ["-f"], "fish": ["-N"]}
    done = subprocess.run(
        [required(shell), *flags[shell], "-c", "\n".join(script)],
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert not done.stderr, done.stderr
    found = []
    for printed in done.stdout.split("---\n")[:-1]:
        pairs = (line.partition("=") for line in printed.splitlines())
        found.append({name: value for name, _, value in pairs if name in NAMES})
    return found


@in_each_shell
def test_keys_come_and_go_and_the_last_profile_comes_back(
    shell: str, home: Home, environ: dict[str, str], ends: int
) -> None:
    environ |= {"AWS_PROFILE": "stale", "AWS_SECURITY_TOKEN": "stale"}
    prod = {
        "AWS_ACCESS_KEY_ID": "ASIACACHEDSESSION001",
        "AWS_REGION": "eu-west-1",
        "AWSTTL_PROFILE": "my prod",
        "AWSTTL_EXPIRES": str(ends),
    }
    base = {
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE000000001",
        # That profile says none, so the shell keeps what it had.
        "AWS_REGION": "eu-west-1",
        "AWSTTL_PROFILE": "base",
    }
    without_region = {name: value for name, value in base.items() if name != "AWS_REGION"}
    assert shell_says(
        shell,
        home,
        environ,
        'awsuse "my prod"',
        "awsuse base",
        "awsuse -",
        "awsuse -",
        "awsuse --unset",
        "awsuse -",
    ) == [prod, base, prod, base, {}, without_region]


@in_each_shell
def test_the_name_alone_by_choice(
    shell: str, home: Home, environ: dict[str, str], ends: int
) -> None:
    environ |= {"AWS_ACCESS_KEY_ID": "AKIASTALE", "AWS_SECRET_ACCESS_KEY": "stale"}
    found = shell_says(
        shell, home, environ, 'awsuse "my prod"', 'awsuse --keys "my prod"', option="--name-only"
    )
    by_name, by_keys = found
    assert by_name == {
        "AWS_PROFILE": "my prod",
        "AWSTTL_PROFILE": "my prod",
        "AWSTTL_EXPIRES": str(ends),
    }
    assert "AWS_PROFILE" not in by_keys
    assert by_keys["AWS_ACCESS_KEY_ID"] == "ASIACACHEDSESSION001"


@pytest.mark.parametrize(
    "shell", [pytest.param(name, marks=pytest.mark.needs(name)) for name in ("bash", "zsh", "fish")]
)
@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        ("awsuse nobody", 2, 'awsuse: there is no profile "nobody"'),
        ("awsuse -", 2, "awsuse: this shell has used no other profile before"),
        ("awsuse --unknown", 2, 'awsuse: "--unknown" is not understood'),
    ],
)
def test_what_fails_leaves_the_shell_as_it_was(
    shell: str, command: str, code: int, words: str, environ: dict[str, str]
) -> None:
    environ |= {"AWS_PROFILE": "mine"}
    status = "$status" if shell == "fish" else "$?"
    script = f'{SHELLS[shell]}\n{command}\necho "{status} $AWS_PROFILE"'
    done = subprocess.run(
        [required(shell), "-c", script], env=environ, capture_output=True, text=True, check=False
    )
    assert done.stdout == f"{code} mine\n"
    assert words in done.stderr


@pytest.mark.heavy
@pytest.mark.needs("bash", "tmux")
def test_without_a_profile_it_is_picked(environ: dict[str, str], home: Home) -> None:
    script = home.path / "script"
    script.write_text(f'{SHELLS["bash"]}\nawsuse\necho "[$AWSTTL_PROFILE] $?"\nawsuse\necho $?\n')
    with Pane(f"bash {script}", environ) as pane:
        pane.sees("type to filter")
        pane.type("long-term")
        pane.sees_no_more("my prod")
        pane.press("Enter")
        pane.sees("type to filter")
        pane.press("Escape")
        pane.sees("[base] 0", "130")


@pytest.mark.needs("bash")
def test_a_session_that_has_ended_is_renewed_first(
    home: Home, cloud: Cloud, environ: dict[str, str]
) -> None:
    home.cli_cache(ADMIN, expires_at=time.time() - 60)
    (after,) = shell_says("bash", home, environ | cloud.environ(), 'awsuse "my prod"')
    assert cloud.actions == ["AssumeRole"]
    assert after["AWS_ACCESS_KEY_ID"] in cloud.sts.issued


@pytest.mark.needs("bash")
def test_help_is_shown_and_not_evaluated(environ: dict[str, str]) -> None:
    done = subprocess.run(
        [required("bash"), "-c", f"{SHELLS['bash']}\nawsuse --help"],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("usage: awsuse ")
    assert done.stderr == ""
