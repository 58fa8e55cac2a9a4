"""What ``aws login`` is announced with on the terminal that the screen lends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from support.home import Home

PROGRAM = """
import sys
from awsttl.terminal import aws_login
sys.exit(aws_login.run(*sys.argv[1:]))
"""


def ran(home: Home, path: Path, profile: str) -> str:
    """What stands on the terminal after a run."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), profile],
        env=home.environ(),
        capture_output=True,
        check=False,
        input=b"\n",
    )
    assert done.stdout == b""
    return done.stderr.decode()


def test_a_name_with_control_characters_does_not_steer_the_terminal(home: Home) -> None:
    said = ran(home, Path("/bin/true"), "a\x1b]0;gone\x07b\rc")
    assert said.startswith("\nawsttl runs: /bin/true login --profile a")
    assert set("\x1b\x07\r").isdisjoint(said)
    assert said.count("\n") == 2


def test_why_it_cannot_be_run_is_said_in_a_line(home: Home) -> None:
    said = ran(home, home.path / "no such program", "dev")
    assert "\nNo such file or directory\n" in said
    assert "Press Enter to go back to awsttl." in said
