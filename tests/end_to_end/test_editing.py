"""Profiles made, edited and removed in a real terminal; the secrets in them are nowhere else."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from support.awscli import aws_cli
from support.home import Home
from support.tmux import AWSTTL, Pane

pytestmark = [pytest.mark.needs("tmux", "aws-v2"), pytest.mark.heavy]

CANARY = "canarywJalrXUtnFEMIK7MDENGbPxRfiCY0"
CONFIG = "# ours\n[profile old]\nregion = eu-west-1 # Ireland\n[old-style]\nregion = eu-west-1\n"


@pytest.fixture
def files(home: Home) -> Home:
    home.config(CONFIG)
    home.credentials(f"[old]\naws_access_key_id = AKIAOLD\naws_secret_access_key = {CANARY}1\n")
    return home


def _has_canary(path: Path) -> bool:
    return path.is_file() and CANARY.encode() in path.read_bytes()


def test_from_a_form_to_the_aws_cli_and_back(files: Home) -> None:
    seen: list[str] = []
    with Pane(AWSTTL, files.environ()) as pane:
        pane.sees("old")
        pane.press("n")
        pane.sees("type to filter")
        pane.type("keys")
        pane.press("Enter")
        pane.sees("a new profile: keys")
        pane.type("made")
        pane.press("Down")
        pane.type("AKIAIOSFODNN7EXAMPLE")
        pane.press("Down")
        pane.type(CANARY)
        pane.sees("•••")
        seen.append(pane.screen())
        pane.press("Enter")
        seen.append(pane.sees("aws_secret_access_key = •••", "y write"))
        pane.press("y")
        seen.append(pane.sees("made is made"))
        done = aws_cli("v2", "configure", "get", "aws_secret_access_key", "--profile", "made",
                       home=files)  # fmt: skip
        assert done.stdout == f"{CANARY}\n"
        # The row that is made has the cursor: edit it, mend the old one, remove it.
        pane.press("E")
        pane.sees("edit made")
        pane.type("eu-north-1")
        pane.press("Enter")
        seen.append(pane.sees("+ region = eu-north-1", "y write"))
        pane.press("y")
        pane.sees("made is edited")
        pane.press("g", "m")
        pane.sees("mend")
        seen.append(pane.screen())
        pane.press("Escape")
        pane.press("G", "D")
        seen.append(pane.sees("- [made]", "y remove"))
        pane.press("y")
        pane.sees("made is removed")
        assert "made" not in files.credentials_file.read_text()
        pane.press("z")
        seen.append(pane.sees("the edit of made is undone"))
        pane.press("q")
        pane.sees("exit 0")
        seen.append(pane.screen())
    assert CANARY in files.credentials_file.read_text()
    assert "region = eu-north-1" in files.config_file.read_text()
    assert not any(CANARY in screen for screen in seen)
    state = files.path / ".local" / "state" / "awsttl"
    with_secret = {path.name for path in files.path.rglob("*") if _has_canary(path)}
    # An undo forgets what it has brought back.
    assert with_secret == {"credentials"}
    assert state.exists()


def test_a_kill_between_two_keys_leaves_the_files_and_the_way_back(files: Home) -> None:
    before = files.config_file.read_bytes()
    with Pane(f"{AWSTTL}; true", files.environ()) as pane:
        pane.sees("old")
        pane.press("E")
        pane.sees("now at ~/.aws/config:3")
        pane.press("C-u")
        pane.sees_no_more("     eu-west-1 # Ireland")
        pane.type("us-east-1")
        pane.press("Enter")
        pane.sees("+ region = us-east-1", "y write")
        pane.press("y")
        pane.sees("old is edited")
        (pid,) = pane.tmux("list-panes", "-F", "#{pane_pid}").split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for child in children:
            os.kill(int(child), 9)
        time.sleep(0.2)
    with Pane(AWSTTL, files.environ()) as pane:
        pane.sees("us-east-1")
        pane.press("z")
        pane.sees("the edit of old is undone")
    assert files.config_file.read_bytes() == before
