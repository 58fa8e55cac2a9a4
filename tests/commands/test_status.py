"""``awsttl status``: a line for a prompt, and never a failure."""

from __future__ import annotations

import json
import re
import time

import pytest

from awsttl.core.model import State
from awsttl.core.view import status_line
from awsttl.core.view.status_line import Said
from awsttl.disk.locations import Locations
from awsttl.engine.look import OneLook
from support.commands import awsttl
from support.home import Home
from support.odd import config_text
from support.programs import loaded_by
from support.renewing import BASE, role


@pytest.mark.parametrize(
    ("profile", "line"),
    [
        ("living", r"living 59m"),
        ("ending", r"ending 9m"),
        ("over", ""),
        ("fresh", ""),
        ("base", ""),
        ("pasted", ""),
        ("mfa", "mfa expired"),
        ("sso-over", "sso-over expired"),
        ("broken", "broken broken"),
        ("nosuch", "nosuch missing"),
    ],
)
def test_a_line_says_what_there_is_to_say(furnished: Home, profile: str, line: str) -> None:
    out = f"{line}\n" if line else ""
    assert awsttl(furnished, "status", profile) == (0, out, "")
    assert awsttl(furnished, "status", environ={"AWS_PROFILE": profile}) == (0, out, "")


def test_the_profile_is_chosen_as_aws_cli_v2_does(furnished: Home) -> None:
    both = {"AWS_PROFILE": "living", "AWS_DEFAULT_PROFILE": "mfa"}
    assert awsttl(furnished, "status", environ=both).out == "living 59m\n"
    second = {"AWS_DEFAULT_PROFILE": "mfa"}
    assert awsttl(furnished, "status", environ=second).out == "mfa expired\n"
    assert awsttl(furnished, "status") == (0, "", "")


def test_keys_in_the_environment_win_over_a_selected_profile(furnished: Home) -> None:
    ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1830))
    keys = {
        "AWS_PROFILE": "living",
        "AWS_ACCESS_KEY_ID": "ASIAX",
        "AWS_SECRET_ACCESS_KEY": "hush",
        "AWS_SESSION_TOKEN": "hush",
        "AWS_CREDENTIAL_EXPIRATION": ends,
    }
    assert awsttl(furnished, "status", environ=keys) == (0, "environment 30m\n", "")
    assert awsttl(furnished, "status", "living", environ=keys).out == "living 59m\n"


def test_of_all_the_one_that_ends_next(furnished: Home) -> None:
    assert awsttl(furnished, "status", "--all").out == "ending 9m\n"
    furnished.settings('hidden = ["ending"]\n')
    assert awsttl(furnished, "status", "--all").out == "mfa-ending 9m\n"


def test_sessions_that_renew_silently_are_left_out_where_nobody_wants_to_hear_of_them(
    furnished: Home,
) -> None:
    furnished.settings("[warn]\nauto = false\n")
    assert awsttl(furnished, "status", "--all").out == "mfa-ending 9m\n"


def test_json_has_all_of_it(furnished: Home) -> None:
    document = json.loads(awsttl(furnished, "status", "mfa-ending", "--format", "json").out)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document.pop("expires_at"))
    assert 540 < document.pop("seconds_left") <= 570
    assert document == {
        "profile": "mfa-ending",
        "state": "expiring",
        "renewal": "mfa",
        "text": "mfa-ending 9m",
    }


def test_tmux_doubles_each_mark_of_a_name_and_has_a_colour(home: Home) -> None:
    home.config(config_text({"base": BASE, "#[bg=red]x": role()}))
    home.cli_cache(role(), expires_at=time.time() + 610)
    done = awsttl(home, "status", "#[bg=red]x", "--format", "tmux")
    assert done.out == "#[fg=yellow]##[bg=red]x 10m#[default]\n"


@pytest.mark.parametrize(
    ("width", "line"),
    [(0, "data-platform 4m"), (16, "data-platform 4m"), (12, "data-pla… 4m"), (5, "d… 4m"),
     (4, "4m"), (1, "4m")],
)  # fmt: skip
def test_a_narrow_line_keeps_the_time(width: int, line: str) -> None:
    assert status_line.line(Said("data-platform", "4m", State.EXPIRING), width) == line


def test_a_broken_home_is_no_failure(home: Home) -> None:
    home.config("[profile a\nx")
    home.credentials_file.mkdir(parents=True)
    assert awsttl(home, "status").code == 0
    assert awsttl(home, "status", "a").code == 0


def test_of_one_profile_only_its_own_files_are_opened(furnished: Home) -> None:
    look = OneLook(Locations.of({}), {}, only="living")
    assert [status.name for status in look.snapshot.profiles] == ["living"]
    # config, and the one cache file: credentials are not there.
    assert look._look.reader.opened == 2


def test_it_reads_files_only(furnished: Home) -> None:
    program = "from awsttl.commands.main import main; main(['status', 'living'])"
    loaded = loaded_by(program, furnished.environ())
    assert "awsttl.core.view.status_line" in loaded
    assert not {"boto3", "botocore", "textual", "rich", "platformdirs", "tomlkit"} & loaded
