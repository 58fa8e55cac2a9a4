"""Sessions that are held in memory, as the core puts them into a snapshot and into words."""

from __future__ import annotations

import pytest

from awsttl.core import countdown
from awsttl.core.files import Held
from awsttl.core.model import Snapshot, State, Status
from awsttl.core.profiles import cache_names
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.secret import Secret
from awsttl.core.view import details, rows
from awsttl.core.why import obstacles
from support.home import Home
from support.keys import unavailable
from support.looking import files
from support.odd import config_text
from support.renewing import role

NOW = 1_795_208_400.0
HOUR = 3600.0
COMMAND = "helper --role 'a b'"
PROFILES = {
    "vault": {"credential_process": COMMAND},
    "dev": role("vault"),
    "base": {"aws_access_key_id": "AKIA", "aws_secret_access_key": "x"},
}


def held(
    expires_at: float | None = NOW + HOUR,
    *,
    token: str = "token",
    profile: str = "vault",
    command: str = COMMAND,
    account_id: str = "",
) -> Held:
    return Held(
        profile,
        cache_names.process_fingerprint(command),
        "ASIAPROCESSVAULT",
        Secret("secret"),
        Secret(token) if token else None,
        expires_at,
        account_id,
    )


@pytest.fixture(autouse=True)
def profiles(home: Home) -> None:
    home.config(config_text(PROFILES))


def look(home: Home, *sessions: Held) -> Snapshot:
    return snapshot(files(home)._replace(held={each.profile: each for each in sessions}))


def vault(home: Home, *sessions: Held) -> Status:
    found = look(home, *sessions).status("vault")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("session", "state"),
    [
        (held(), State.VALID),
        (held(NOW + 600), State.EXPIRING),
        (held(NOW), State.EXPIRED),
        (held(None), State.UNKNOWN),
        (held(None, token=""), State.LONG_TERM),
    ],
)
def test_its_state_is_that_of_any_session(home: Home, session: Held, state: State) -> None:
    assert countdown.standing(vault(home, session), NOW).state is state


@pytest.mark.parametrize("session", [held(command="helper"), held(profile="base")])
def test_what_another_command_gave_is_not_shown(home: Home, session: Held) -> None:
    assert all(status.session is None for status in look(home, session).profiles)


def test_a_role_behind_it_still_needs_the_process(home: Home) -> None:
    """The AWS CLI runs it each time, and knows of nothing that awsttl holds."""
    dev = look(home, held()).status("dev")
    assert dev is not None
    assert dev.renewal(NOW) == "process"
    assert obstacles.cannot_renew(dev, NOW) is None


def test_the_row_and_the_keys(home: Home) -> None:
    assert "clear" in unavailable(vault(home), NOW)
    status = vault(home, held(account_id="111122223333"))
    row = rows.row(status, NOW)
    assert (row.left, row.source, row.account) == ("1h 00m", "process", "111122223333")
    # Whether there is a pane to send to is a matter of tmux, and not of the row.
    assert unavailable(status, NOW).keys() - {"send"} == {"keep"}


def test_no_secret_of_it_is_in_a_repr(home: Home) -> None:
    assert "secret" not in repr(vault(home, held()).session).replace("secret_access_key", "")


def test_the_details_say_where_it_is_and_what_a_failed_process_said(home: Home) -> None:
    failure = Problem("process-failed", "it failed", Remedy("try it"), more="one\ntwo")
    page = details.page(vault(home, held(None, token="")), NOW, str)
    page.lines[:0] = details.failed(failure, str)
    lines = [(line.label, line.text) for line in page.lines]
    assert ("held", "in memory only; the AWS CLI runs the process itself each time") in lines
    assert ("ends", "never: these are long-term keys") in lines
    place = lines.index(("stderr", "one"))
    assert lines[place + 1] == ("", "two")
