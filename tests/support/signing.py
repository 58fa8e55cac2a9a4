"""Sign-ins by device code in a throwaway home, with time that passes by being waited for."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from awsttl.aws import sso_sign_in
from awsttl.aws.outcome import Failed
from awsttl.aws.sso_sign_in import Code, Pace, SignedIn
from awsttl.core.remedies import Problem
from support.cloud import Cloud
from support.home import Home
from support.looking import status
from support.odd import config_text
from support.renewing import BASE, CORP, LEGACY, SSO, role

HOUR: Final = 3600
DAY: Final = 24 * HOUR

PROFILES: Final = {"base": BASE, "sso": SSO, "legacy": LEGACY, "behind": role("sso", 2)}


class Time(Pace):
    """Time that passes by being waited for, and what happens meanwhile."""

    def __init__(self, cancelled: threading.Event | None = None) -> None:
        super().__init__(cancelled or threading.Event())
        self.passed = 0.0
        self.then: list[tuple[float, Callable[[], object]]] = []

    def now(self) -> float:
        return self.passed

    def wait(self, seconds: float) -> None:
        assert seconds > 0
        self.passed += seconds
        while self.then and self.then[0][0] <= self.passed:
            self.then.pop(0)[1]()

    def after(self, seconds: float, call: Callable[[], object]) -> None:
        """Have something happen once so many seconds have passed."""
        self.then.append((seconds, call))
        self.then.sort(key=lambda pair: pair[0])


def begun(home: Home, profile: str = "sso") -> Code:
    """Get a code."""
    code = sso_sign_in.begin(status(home, profile), str(home.sso_folder))
    assert isinstance(code, Code), code
    return code


def refused(home: Home, profile: str = "sso") -> Problem:
    """Fail to get a code; why."""
    outcome = sso_sign_in.begin(status(home, profile), str(home.sso_folder))
    assert isinstance(outcome, Failed), outcome
    return outcome.problem


def finished(code: Code, pace: Pace, tell: Callable[[str], None] = lambda _: None) -> Any:
    return sso_sign_in.finish(code, threading.Event(), tell, pace)


def signed_in(home: Home, cloud: Cloud, profile: str = "sso") -> dict[str, Any]:
    """Sign in from beginning to end; what is in the token file."""
    code = begun(home, profile)
    cloud.portal.approve(code.user_code)
    outcome = finished(code, Time())
    assert isinstance(outcome, SignedIn), outcome
    return body(Path(outcome.path))


def body(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def polls(cloud: Cloud) -> int:
    return cloud.actions.count("CreateToken")


def registrations(home: Home) -> list[Path]:
    return [path for path in home.sso_folder.iterdir() if "accessToken" not in body(path)]


def set_scopes(home: Home, scopes: str) -> None:
    """Write ``sso_registration_scopes``."""
    home.config(config_text(PROFILES, {"corp": CORP["corp"] | {"sso_registration_scopes": scopes}}))
