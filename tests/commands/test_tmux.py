"""The lines of ``awsttl tmux``, taken by the tmux that is here."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from awsttl.commands.tmux import lines
from support.commands import awsttl
from support.home import Home
from support.programs import required
from support.tmux import Pane


@pytest.mark.heavy
@pytest.mark.needs("tmux")
def test_tmux_takes_the_lines_and_shows_what_they_say(home: Home) -> None:
    role = {"role_arn": "arn:aws:iam::111122223333:role/Admin", "source_profile": "base"}
    home.config(
        """
        [profile prod]
        role_arn = arn:aws:iam::111122223333:role/Admin
        source_profile = base
        [profile base]
        aws_access_key_id = AKIAEXAMPLE000000001
        aws_secret_access_key = secret
        """
    )
    home.cli_cache(role, expires_at=time.time() + 235)
    conf = home.path / "tmux.conf"
    printed = awsttl(home, "tmux")
    assert printed.code == 0
    conf.write_text(printed.out)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    inner = f"awsttl-test-{uuid.uuid4().hex[:12]}"
    start = f"env -u TMUX {required('tmux')} -L {inner} -f {conf} new-session sh"
    try:
        with Pane(start, home.environ() | {"PATH": path}) as pane:
            pane.sees("[0]", " prod ")
            pane.press("C-b", "A")
            pane.sees("PROFILE", "┌")
            pane.press("q")
            pane.sees_no_more("┌")
            pane.press("C-b", "a")
            pane.sees("PROFILE", "│")
            listed = [required("tmux"), "-L", inner, "list-panes", "-F", "#{pane_width}"]
            widths = subprocess.run(listed, capture_output=True, text=True, check=True)
            assert widths.stdout.split()[-1] == "50"
    finally:
        subprocess.run([required("tmux"), "-L", inner, "kill-server"], check=False)


@pytest.mark.parametrize(
    ("version", "key"), [((3, 2), "display-popup"), ((3, 1), "new-window"), ((2, 9), "new-window")]
)
def test_without_popups_the_dashboard_has_a_window(version: tuple[int, int], key: str) -> None:
    assert key in lines(version)


def test_without_tmux_it_says_so(home: Home) -> None:
    done = awsttl(home, "tmux", environ={"PATH": str(home.path)})
    assert (done.code, done.out) == (1, "")
    assert done.err == "awsttl tmux: tmux is not on the PATH\n"
