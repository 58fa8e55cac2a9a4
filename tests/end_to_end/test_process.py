"""A ``credential_process`` below the dashboard, in a real tmux."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from support.home import Home
from support.tmux import AWSTTL, DEADLINE, Pane

pytestmark = pytest.mark.needs("tmux")


def _wait_for_its_end(pid: str) -> None:
    end = time.monotonic() + DEADLINE
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < end, "it still runs"
        time.sleep(0.02)


@pytest.mark.heavy
def test_it_cannot_ask_behind_the_screen_and_quitting_ends_it(home: Home) -> None:
    pid = home.path / "pid"
    script = home.path / "helper"
    script.write_text(f"#!/bin/sh\necho 'PIN:' >/dev/tty\necho $$ >{pid}\nexec sleep 600\n")
    script.chmod(0o700)
    home.config(f"[profile vault]\ncredential_process = {script}\n")
    with Pane(AWSTTL, home.environ()) as pane:
        pane.sees("vault", "no session")
        assert not pid.exists()
        pane.press("r")
        pane.sees("renewing…")
        end = time.monotonic() + DEADLINE
        while not (pid.exists() and pid.read_text().endswith("\n")):
            assert time.monotonic() < end, "it never began"
            time.sleep(0.02)
        assert "PIN:" not in pane.screen()
        pane.press("q")
        pane.sees("exit 0")
        _wait_for_its_end(pid.read_text().strip())
