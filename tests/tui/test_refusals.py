"""A key that cannot act says why, and what would work instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from awsttl.core.model import Environment, Kind
from awsttl.tui.action import Target
from awsttl.tui.actions import ACTIONS
from awsttl.tui.remedies import said
from support.home import Home
from support.looking import look
from support.stage import NOW

ENVIRONMENT = Environment(Kind.TEMPORARY, ("AWS_SESSION_TOKEN",), NOW + 60)


def test_every_refusal_says_what_would_work(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    snapshot = look(Home(demo_home))
    items = (*snapshot.profiles, *snapshot.orphans, ENVIRONMENT, None)
    refused = set()
    for action in ACTIONS:
        for item in items:
            problem = action.why_not(Target(item, NOW))
            if problem is not None:
                assert said(problem.fix), f"{action.name} on {item}: {problem.message}"
                refused.add(action.name)
    assert refused >= {"renew", "clear", "keep", "export", "send", "copy", "diagnose", "remove"}
