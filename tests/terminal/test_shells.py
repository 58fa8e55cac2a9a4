"""Which shell is taken for the user's, in real shells where this machine has them.

PowerShell, cmd and nushell are *not* run: they appear by their names and variables only.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import awsttl
from awsttl.core.snippets import Shell
from awsttl.terminal.shells import eval_line, user_shell

RUN_HERE = {
    "bash": Shell.POSIX,
    "zsh": Shell.POSIX,
    "dash": Shell.POSIX,
    "fish": Shell.FISH,
}
in_each_shell = pytest.mark.parametrize(
    "program", [pytest.param(name, marks=pytest.mark.needs(name)) for name in RUN_HERE]
)
has_proc = pytest.mark.skipif(not Path("/proc/self/comm").exists(), reason="there is no /proc")

PROBE = (
    "import os; from awsttl.terminal.shells import parent_name, user_shell; "
    "print(parent_name(), user_shell(os.environ).name)"
)


def probe_environ(**lies: str) -> dict[str, str]:
    """The environment of a probe, which finds this very awsttl."""
    return {**os.environ, "PYTHONPATH": str(Path(awsttl.__file__).parents[1]), **lies}


@has_proc
@in_each_shell
def test_the_shell_that_started_awsttl_beats_every_variable(program: str) -> None:
    lies = {"SHELL": "/usr/bin/fish", "NU_VERSION": "0.100.0", "PSModulePath": "/x"}
    if program == "fish":
        lies["SHELL"] = "/bin/bash"
    # Something must come after the command, or the shell would put it in its own place.
    done = subprocess.run(
        [program, "-c", f'"{sys.executable}" -c "{PROBE}"; true'],
        env=probe_environ(**lies),
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.split() == [program, RUN_HERE[program].name], done.stderr


@has_proc
@pytest.mark.needs("bash")
def test_the_subshell_of_an_eval_is_that_shell() -> None:
    done = subprocess.run(
        ["bash", "-c", f'echo "$({sys.executable} -c "{PROBE}")"'],
        env=probe_environ(SHELL="/usr/bin/fish"),
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.split() == ["bash", "POSIX"]


@has_proc
def test_a_parent_that_is_no_shell_leaves_it_to_the_variables() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env=probe_environ(SHELL="/usr/bin/fish"),
        capture_output=True,
        check=True,
        text=True,
    )
    own_name = Path("/proc/self/comm").read_text().strip()
    assert done.stdout.split() == [own_name, "FISH"]


@pytest.mark.parametrize(
    ("parent", "shell"),
    [
        ("bash", Shell.POSIX),
        ("-zsh", Shell.POSIX),
        ("/bin/sh", Shell.POSIX),
        ("ksh", Shell.POSIX),
        ("fish", Shell.FISH),
        ("pwsh", Shell.POWERSHELL),
        ("powershell.exe", Shell.POWERSHELL),
        (r"C:\Windows\System32\cmd.exe", Shell.CMD),
        ("nu", Shell.NUSHELL),
    ],
)
def test_a_shell_is_known_by_its_name(parent: str, shell: Shell) -> None:
    assert user_shell({}, parent) is shell


@pytest.mark.parametrize(
    ("environ", "shell"),
    [
        ({"NU_VERSION": "0.100.0", "SHELL": "/bin/zsh"}, Shell.NUSHELL),
        ({"PSModulePath": "/opt/powershell/Modules", "SHELL": "/bin/zsh"}, Shell.POWERSHELL),
        ({"SHELL": "/opt/homebrew/bin/fish"}, Shell.FISH),
        ({"SHELL": "/bin/zsh"}, Shell.POSIX),
        ({"SHELL": "/usr/bin/xonsh"}, Shell.POSIX),
        ({}, Shell.POSIX),
    ],
)
@pytest.mark.parametrize("parent", ["make", ""])
def test_without_a_shell_for_a_parent_the_variables_decide(
    parent: str, environ: dict[str, str], shell: Shell
) -> None:
    assert user_shell(environ, parent) is shell


@in_each_shell
def test_the_eval_line_runs_all_that_the_command_prints(program: str, tmp_path: Path) -> None:
    set_both = {
        Shell.POSIX: "export AWSTTL_A='1  2'\nexport AWSTTL_B=3\n",
        Shell.FISH: "set -gx AWSTTL_A '1  2'\nset -gx AWSTTL_B 3\n",
    }
    (tmp_path / "printed").write_text(set_both[RUN_HERE[program]])
    script = f"{eval_line(RUN_HERE[program], 'cat printed')}\nenv"
    done = subprocess.run(
        [program, "-c", script], cwd=tmp_path, capture_output=True, check=True, text=True
    )
    assert {"AWSTTL_A=1  2", "AWSTTL_B=3"} <= set(done.stdout.splitlines())


def test_the_eval_lines_of_shells_that_are_not_run_here() -> None:
    assert eval_line(Shell.POWERSHELL) == "awsttl | Out-String | Invoke-Expression"
    assert eval_line(Shell.CMD) == "for /f \"delims=\" %i in ('awsttl') do @%i"


@pytest.mark.parametrize("shell", [Shell.NUSHELL, Shell.DOTENV])
def test_what_cannot_evaluate_has_no_eval_line(shell: Shell) -> None:
    assert eval_line(shell) == ""
