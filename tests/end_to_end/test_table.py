"""The table in a real terminal: groups by account, and sets of columns."""

from __future__ import annotations

import pytest

from support.accounts import PROD, SANDBOX, portal
from support.home import Home
from support.tmux import AWSTTL, Pane

pytestmark = pytest.mark.needs("tmux")


@pytest.mark.heavy
def test_rows_by_account_have_heads_and_w_shows_other_columns(home: Home) -> None:
    home.config(portal())
    with Pane(AWSTTL, home.environ(), size=(80, 24)) as pane:
        pane.sees("acme-prod-Admin")
        pane.press("s", "s")
        pane.sees(f"{PROD} acme-prod · 4", f"{SANDBOX} · 1", "by account")
        pane.press("w")
        pane.sees("time columns", "UNTIL")
        pane.press("w")
        pane.sees("identity columns", "ROLE")
        pane.press("q")
        pane.sees("exit 0")
    # The next one begins as this one was left.
    with Pane(AWSTTL, home.environ(), size=(80, 24)) as pane:
        pane.sees(f"{PROD} acme-prod · 4", "identity columns")
