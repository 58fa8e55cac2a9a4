"""``r`` on long-term keys with a device, and on the session that was got with them."""

from __future__ import annotations

import time

import pytest
from botocore.configloader import raw_config_parse

from support.cloud import Cloud
from support.home import Home
from support.odd import config_text
from support.stage import Clock, Stage, stage

DEVICE = "arn:aws:iam::111122223333:mfa/ada"
KEYS = f"""\
# Mine.
[base]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = never-to-be-seen
mfa_serial = {DEVICE}
region = eu-central-1
"""
SESSION = """
[base-mfa]
assumed_role = False
aws_access_key_id = ASIAIOSFODNN7EXAMPLE
aws_secret_access_key = never-to-be-seen
aws_session_token = token
aws_security_token = token
expiration = {}
"""


@pytest.fixture
def now(cloud: Cloud) -> Clock:
    """The real time, standing still; and a device that takes these codes."""
    cloud.sts.accept_codes(DEVICE, "123456", "654321")
    return Clock(float(int(time.time())))


def session(ends: float) -> str:
    return SESSION.format(time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(ends)))


async def answer(opened: Stage, code: str) -> None:
    await opened.sees("⏎ renew")
    assert DEVICE in opened.text()
    await opened.press(*code, "enter")


@pytest.mark.heavy
async def test_r_on_the_keys_gets_a_session_and_its_row_appears(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    home.credentials(KEYS)
    async with stage((160, 40), clock=now) as opened:
        await opened.go_to("base")
        assert opened.row("base").renews == "mfa"
        await opened.press("r")
        await answer(opened, "123456")
        await opened.until(lambda: "base-mfa" in opened.names, "a row of the session")
        row = opened.row("base-mfa")
        assert (row.word, row.renews, row.source) == ("valid", "mfa", "base")
        await opened.sees("✓ renewed")
        await opened.sees("in profile base-mfa until")
        assert opened.row("base").word == "long-term"
    assert cloud.actions == ["GetSessionToken"]
    assert home.credentials_file.read_text().startswith(KEYS)


async def test_r_on_the_session_gets_it_anew(home: Home, cloud: Cloud, now: Clock) -> None:
    home.credentials(KEYS + session(now() - 600))
    async with stage(clock=now) as opened:
        await opened.go_to("base-mfa")
        assert opened.row("base-mfa").word == "expired"
        await opened.press("c")
        await opened.hears("its keys stand in the credentials file")
        await opened.press("r")
        await answer(opened, "123456")
        await opened.until(lambda: opened.row("base-mfa").word == "valid")
    assert cloud.calls[0].access_key == "AKIAIOSFODNN7EXAMPLE"
    written = home.credentials_file.read_text()
    assert written.startswith(KEYS)
    assert written.count("[base-mfa]") == 1


@pytest.mark.heavy
async def test_a_wrong_code_is_asked_for_again(home: Home, cloud: Cloud, now: Clock) -> None:
    home.credentials(KEYS)
    async with stage(clock=now) as opened:
        await opened.go_to("base")
        await opened.press("r")
        await answer(opened, "000000")
        await opened.sees("wrong or already used MFA code")
        await answer(opened, "654321")
        await opened.until(lambda: "base-mfa" in opened.names)
    assert cloud.actions == ["GetSessionToken"] * 2


async def test_escape_at_the_question_leaves_all_as_it_was(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    home.credentials(KEYS)
    async with stage(clock=now) as opened:
        await opened.go_to("base")
        await opened.press("r")
        await opened.sees("⏎ renew")
        await opened.press("escape")
        await opened.sees("cancelled")
    assert cloud.actions == []
    assert home.credentials_file.read_text() == KEYS


@pytest.mark.heavy
async def test_one_code_serves_the_session_and_a_role_that_has_just_ended(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    """It is exchanged once, for as long as the session is to last that is kept."""
    role = {
        "role_arn": "arn:aws:iam::111122223333:role/Dev",
        "source_profile": "base",
        "region": "eu-central-1",
        "mfa_serial": DEVICE,
    }
    home.credentials(KEYS + session(now() - 600))
    home.config("[profile dev]\n" + "".join(f"{key} = {value}\n" for key, value in role.items()))
    home.cli_cache(role, expires_at=now() - 60)
    async with stage(clock=now) as opened:
        await opened.go_to("dev")
        await opened.press("r")
        await opened.sees("also base-mfa")
        await answer(opened, "123456")
        names = ("dev", "base-mfa")
        await opened.until(lambda: {opened.row(name).word for name in names} == {"valid"})
    assert sorted(cloud.actions) == ["AssumeRole", "GetSessionToken"]
    (exchange,) = [call for call in cloud.calls if call.action == "GetSessionToken"]
    assert exchange.parameters["DurationSeconds"] == "43200"


async def test_what_is_hidden_is_not_offered_unless_it_is_shown(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    keys = {"source_profile": "base", "mfa_serial": DEVICE}
    arn = "arn:aws:iam::111122223333:role/"
    roles = {name: {"role_arn": arn + name, **keys} for name in ("dev", "ops")}
    home.credentials(KEYS)
    home.config(config_text(roles))
    home.settings('hidden = ["ops"]')
    for section in roles.values():
        home.cli_cache(section, expires_at=now() - 60)
    async with stage(clock=now) as opened:
        await opened.go_to("dev")
        await opened.press("r")
        await opened.sees("⏎ renew")
        assert "also ops" not in opened.text()
        await opened.press("escape", "H")
        await opened.until(lambda: "ops" in opened.names)
        await opened.go_to("dev")
        await opened.press("r")
        await opened.sees("also ops")
        await opened.press("escape")
        await opened.sees_no_more("also ops")


async def test_the_keys_and_their_own_session_are_not_offered_as_two(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    home.credentials(KEYS + session(now() - 600))
    async with stage(clock=now) as opened:
        await opened.go_to("base")
        await opened.press("r")
        await opened.sees("⏎ renew")
        assert "also" not in opened.text()
        await answer(opened, "123456")
        await opened.until(lambda: opened.row("base-mfa").word == "valid")
    assert cloud.actions == ["GetSessionToken"]


async def test_what_would_overwrite_other_keys_is_refused_without_a_question(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    text = KEYS + "[base-mfa]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = s\n"
    home.credentials(text)
    async with stage(clock=now) as opened:
        await opened.go_to("base")
        await opened.press("r")
        await opened.hears('kept in "base-mfa", which holds long-term keys')
    assert cloud.actions == []
    assert home.credentials_file.read_text() == text


async def test_e_on_a_session_that_has_ended_gets_it_first(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    home.credentials(KEYS + session(now() - 600))
    async with stage(clock=now) as opened:
        await opened.go_to("base-mfa")
        await opened.press("e", "e")
        await answer(opened, "123456")
        await opened.sees("export base-mfa")
        await opened.press("s")
        section = raw_config_parse(str(home.credentials_file))["base-mfa"]
        await opened.sees(section["aws_access_key_id"])
