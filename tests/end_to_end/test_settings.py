"""What outlasts a restart, in a real terminal; several dashboards that keep one session."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack

import pytest

from support.cloud import Cloud
from support.home import Home
from support.odd import config_text
from support.renewing import BASE, role
from support.tmux import AWSTTL, Pane

pytestmark = pytest.mark.needs("tmux")

DEV = role(number=1, region="eu-central-1")
OPS = role(number=2, region="eu-central-1")


@pytest.fixture
def roles(home: Home) -> Home:
    home.config(config_text({"base": BASE, "dev": DEV, "ops": OPS}))
    home.cli_cache(DEV, expires_at=time.time() + 3000)
    home.cli_cache(OPS, expires_at=time.time() + 4000)
    return home


@pytest.mark.heavy
def test_what_keys_chose_is_there_after_a_restart(roles: Home, cloud: Cloud) -> None:
    environ = roles.environ() | cloud.environ()
    with Pane(AWSTTL, environ) as pane:
        pane.sees("dev", "ops")
        pane.press("g", "a")
        pane.sees("auto   ↻", "dev is kept alive")
        pane.press("j", "x")
        pane.sees("+ 1 hidden")
        pane.press("s")
        pane.sees("by name")
        text = ""
        end = time.monotonic() + 20
        while "name" not in text and time.monotonic() < end:
            text = roles.settings_file.read_text()
        pane.press("q")
        pane.sees("exit 0")
    assert 'keep = ["dev"]\n' in text
    with Pane(AWSTTL, environ) as pane:
        screen = pane.sees("auto   ↻", "+ 1 hidden", "by name")
        assert "ops" not in screen
        pane.press("H")
        pane.sees("⊘● ops")
    assert cloud.calls == ()


@pytest.mark.heavy
def test_the_first_paint_has_the_settings_and_a_bad_file_is_a_banner(roles: Home) -> None:
    roles.settings('hidden = ["ops"]\nthreshold = "2h"\nkeap = 1\n')
    with Pane(AWSTTL, roles.environ()) as pane:
        screen = pane.sees("expiring", '"keap" is no setting; keep is')
        assert "+ 1 hidden" in screen
    bad = "hidden = [\n"
    roles.settings(bad)
    with Pane(AWSTTL, roles.environ()) as pane:
        pane.sees("settings.toml line 1 does not parse", "ops")
        pane.press("g", "x")
        pane.sees("mend the file")
        pane.press("q")
        pane.sees("exit 0")
    assert roles.settings_file.read_text() == bad


@pytest.mark.heavy
def test_several_dashboards_that_keep_a_session_get_it_once(roles: Home, cloud: Cloud) -> None:
    roles.settings('keep = ["dev"]\n')
    path = roles.cli_cache(DEV, expires_at=time.time() + 600)
    os.utime(path, (time.time() - 3000,) * 2)
    environ = roles.environ() | cloud.environ()
    with ExitStack() as stack, cloud.hanging():
        panes = [stack.enter_context(Pane(AWSTTL, environ)) for _ in range(3)]
        for pane in panes:
            pane.sees("renewing")
        cloud.release()
        for pane in panes:
            pane.sees("dev            valid")
    assert cloud.actions == ["AssumeRole"]
