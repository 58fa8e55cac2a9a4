"""Renewals in a throwaway home, as the key ``r`` starts them, and what they leave behind."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final

from awsttl.aws.mfa_device import AskMfa, MfaDevice
from awsttl.aws.renewal import Failed, Outcome, Renewed, renew
from awsttl.core.remedies import Problem
from awsttl.core.secret import Secret
from support.cloud import Cloud
from support.home import START_URL, Home
from support.looking import status
from support.programs import CHECKOUT

ROLE: Final = "arn:aws:iam::111122223333:role/team/Admin"
DEVICE: Final = "arn:aws:iam::111122223333:mfa/me"
OTHER_DEVICE: Final = "arn:aws:iam::444455556666:mfa/me"

BASE: Final = {"aws_access_key_id": "AKIABASE", "aws_secret_access_key": "base-secret"}
SSO: Final = {"sso_account_id": "111122223333", "sso_role_name": "Dev", "sso_session": "corp"}
LEGACY: Final = {
    "sso_account_id": "111122223333",
    "sso_role_name": "Dev",
    "sso_start_url": START_URL,
    "sso_region": "us-east-1",
}
CORP: Final = {"corp": {"sso_start_url": START_URL, "sso_region": "us-east-1"}}


def role(source: str = "base", number: int = 0, **keys: str) -> dict[str, str]:
    """The section of a role profile; each *number* is a role of its own."""
    return {"role_arn": f"{ROLE}{number or ''}", "source_profile": source, **keys}


def nobody(serial: str) -> MfaDevice:
    """Answers no question for a code: the test says that there is none."""
    raise AssertionError(f"asked for an MFA code of {serial}")


def with_code(code: str) -> AskMfa:
    """Answers with that code, whatever the device."""
    return lambda serial: MfaDevice(serial, Secret(code))


def try_to_renew(
    home: Home, profile: str, ask: AskMfa = nobody, cancelled: threading.Event | None = None
) -> Outcome:
    """Renew a profile as it stands on disk."""
    cancelled = cancelled or threading.Event()
    return renew(status(home, profile), str(home.cli_folder), ask, cancelled)


def renewed(home: Home, profile: str, ask: AskMfa = nobody) -> tuple[Path, ...]:
    """Renew a profile, which must work; the files that are new, in the order of writing."""
    outcome = try_to_renew(home, profile, ask)
    assert isinstance(outcome, Renewed), outcome
    return tuple(Path(path) for path in outcome.paths)


def problem_of(home: Home, profile: str, ask: AskMfa = nobody) -> Problem:
    """Renew a profile, which must fail; what is wrong."""
    outcome = try_to_renew(home, profile, ask)
    assert isinstance(outcome, Failed), outcome
    return outcome.problem


def credentials_in(path: Path) -> dict[str, Any]:
    """The ``Credentials`` of a cache file."""
    credentials: dict[str, Any] = json.loads(path.read_text())["Credentials"]
    return credentials


def child(home: Home, cloud: Cloud, program: str) -> subprocess.Popen[str]:
    """A Python process of its own in that home, which may import these helpers."""
    variables = {
        "AWS_DEFAULT_REGION": "us-east-1",
        "PYTHONPATH": f"{CHECKOUT / 'tests'}:{CHECKOUT / 'app'}",
    }
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env=home.environ() | cloud.environ() | variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
