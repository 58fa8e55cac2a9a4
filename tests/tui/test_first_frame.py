"""Every frame that awsttl draws is whole: at the start, and after the terminal has another size.

The program runs in a real terminal, and what it writes goes through a terminal emulator. No clock
is asked: what counts is which frames there are.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from benchmarks import frames
from benchmarks.homes import MINUTE_OFFSET
from benchmarks.programs import AWSTTL
from benchmarks.pseudo_terminal import Terminal
from support.accounts import portal
from support.home import Home

# Python 3.12 and later warn of fork beside threads, which pytest-xdist has. The child only execs.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

KEYS = "[base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = none\n"
SIZES = ((150, 40), (200, 50), (90, 24), (100, 30), (60, 12), (120, 40))
"""Details beside the table, wide ones, none, below it, none in a low pane, and as at first."""


def roles(home: Home, count: int) -> None:
    """Role profiles that count in hours and minutes, none of which changes for half a minute."""
    home.credentials(KEYS)
    lines = []
    now = int(time.time())
    for number in range(count):
        arn = f"arn:aws:iam::{number:012}:role/Developer"
        lines.append(f"[profile role-{number:03}]\nrole_arn = {arn}\nsource_profile = base\n")
        left = 2 * 3600 + number * 60 + MINUTE_OFFSET
        home.cli_cache({"role_arn": arn}, expires_at=now + left, role_arn=arn)
    home.config("".join(lines))


def more_than_a_screen(home: Home) -> None:
    roles(home, 250)


def a_handful(home: Home) -> None:
    roles(home, 5)


def a_broken_file(home: Home) -> None:
    """A banner, of as many lines as the width makes of it."""
    roles(home, 30)
    with home.config_file.open("a") as config:
        config.write("this line has no delimiter\n")
    home.settings('threshold = "a while"\n')


def findings(home: Home) -> None:
    """Rows that say what is wrong with them: static keys beside a role are never used."""
    roles(home, 3)
    with home.credentials_file.open("a") as credentials:
        credentials.write(KEYS.replace("base", "role-000") + KEYS.replace("base", "role-002"))


def choices(home: Home) -> None:
    """Kept profiles and hidden ones; the sign-in of one ends before its next renewal."""
    roles(home, 12)
    now = int(time.time())
    with home.config_file.open("a") as config:
        config.write(
            "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\n"
            "sso_region = eu-west-1\n[profile short]\nsso_session = corp\n"
            "sso_account_id = 111122223333\nsso_role_name = Developer\n"
        )
    home.sso_token("corp", expires_at=now + 5400 + MINUTE_OFFSET)
    section = {
        "sso_session": "corp",
        "sso_account_id": "111122223333",
        "sso_role_name": "Developer",
    }
    home.cli_cache(section, expires_at=now + 7200 + MINUTE_OFFSET)
    home.settings('keep = ["role-000", "short"]\nhidden = ["role-003"]\n')


def groups(home: Home) -> None:
    """Heads above the rows of each account, and names that are too long for their column."""
    home.config(portal())
    home.settings('sort = "account"\n')


def all_hidden(home: Home) -> None:
    roles(home, 2)
    home.settings('hidden = ["base", "role-000", "role-001"]\n')


def nothing(home: Home) -> None:
    """No file at all."""


HOMES = [
    more_than_a_screen,
    a_handful,
    a_broken_file,
    findings,
    choices,
    groups,
    all_hidden,
    nothing,
]


def open_at(
    home: Home, furnish: Callable[[Home], None], size: tuple[int, int] = (120, 40)
) -> Terminal:
    furnish(home)
    environ = home.environ() | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    return Terminal(AWSTTL, environ, size)


def half_drawn(terminal: Terminal) -> list[str]:
    """The frames that come before the screen is as it stays, and are only a part of it."""
    return [frames.text(picture) for picture in frames.draw(terminal).half_drawn]


@pytest.mark.heavy
@pytest.mark.parametrize("furnish", HOMES, ids=lambda furnish: furnish.__name__)
def test_the_first_frame_is_whole(furnish: Callable[[Home], None], home: Home) -> None:
    with open_at(home, furnish) as terminal:
        assert half_drawn(terminal) == []


@pytest.mark.parametrize(
    "furnish", [more_than_a_screen, a_broken_file, groups], ids=lambda furnish: furnish.__name__
)
@pytest.mark.heavy
def test_the_first_frame_of_another_size_is_whole(
    furnish: Callable[[Home], None], home: Home
) -> None:
    with open_at(home, furnish) as terminal:
        frames.draw(terminal)
        for size in SIZES:
            terminal.resize(*size)
            assert half_drawn(terminal) == []


@pytest.mark.heavy
def test_the_first_frame_of_other_columns_or_another_order_is_whole(home: Home) -> None:
    with open_at(home, groups) as terminal:
        frames.draw(terminal)
        for key in "wwwsss":
            terminal.press(key)
            assert half_drawn(terminal) == []


@pytest.mark.heavy
def test_a_size_in_the_environment_is_not_believed(home: Home) -> None:
    a_handful(home)
    environ = home.environ() | {"TERM": "xterm-256color", "COLUMNS": "70", "LINES": "20"}
    with Terminal(AWSTTL, environ) as terminal:
        assert half_drawn(terminal) == []


@pytest.mark.heavy
def test_details_that_were_hidden_until_now_are_whole(home: Home) -> None:
    with open_at(home, a_handful, (80, 24)) as terminal:
        assert half_drawn(terminal) == []
        terminal.press("j")  # what is known of the first row from the start, is not of others
        frames.draw(terminal)
        terminal.resize(120, 40)
        assert half_drawn(terminal) == []
        assert "~/.aws/config:" in frames.text(terminal.picture)
