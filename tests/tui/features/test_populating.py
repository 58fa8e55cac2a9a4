"""The key n, portal: the roles of a sign-in are listed, and the marked ones become profiles."""

from __future__ import annotations

import pytest

from awsttl.tui.choice_dialog import ChoiceDialog
from awsttl.tui.form_dialog import FormDialog
from support.cloud import Cloud
from support.home import START_URL, Home
from support.odd import config_text
from support.renewing import CORP
from support.signing import HOUR
from support.stage import Clock, Stage, stage


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, cloud: Cloud, region: None) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    cloud.portal.poll_seconds = 0
    cloud.portal.accounts = {
        "111111111111": ("web", ["Admin", "ReadOnly"]),
        "222222222222": ("data", ["ReadOnly"]),
    }


async def _portal(opened: Stage) -> None:
    await opened.press("n")
    await opened.sees("a new profile")
    await opened.press(*"portal", "enter")
    await opened.sees("which SSO session")


async def _mark_and_make(opened: Stage) -> None:
    await opened.sees("roles of corp")
    dialog = opened.app.screen
    assert isinstance(dialog, ChoiceDialog)
    await opened.press(*"readonly", "ctrl+a", "enter")
    await opened.sees("The first of 2 would be called data-ReadOnly.")
    await opened.press("enter")
    await opened.sees("+ [profile web-ReadOnly]")
    await opened.press("y")
    await opened.until(lambda: {"data-ReadOnly", "web-ReadOnly"} <= set(opened.names))


@pytest.mark.heavy
async def test_of_a_session_that_lives(home: Home, cloud: Cloud, now: Clock) -> None:
    home.config(config_text({}, CORP))
    cloud.portal.allow("corp-token")
    home.sso_token("corp", expires_at=now() + HOUR, access_token="corp-token")
    async with stage(clock=now) as opened:
        await _portal(opened)
        await opened.press("enter")
        await _mark_and_make(opened)
    assert "web-Admin" not in home.config_file.read_text()


@pytest.mark.heavy
async def test_after_a_sign_in_to_a_session_that_is_new(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    """From an empty home to profiles."""
    cloud.portal.confirms_at_once = True
    async with stage(clock=now) as opened:
        await _portal(opened)
        await opened.press("enter")
        await opened.sees("a new SSO session")
        form = opened.app.screen
        assert isinstance(form, FormDialog)
        for shown, text in zip(form._inputs, ("corp", START_URL, "us-east-1"), strict=True):
            shown.value = text
        await opened.press("enter")
        await opened.sees("+ [sso-session corp]")
        await opened.press("y")
        await _mark_and_make(opened)
    assert cloud.actions.count("CreateToken") == 1


@pytest.mark.heavy
async def test_without_a_role_says_so(home: Home, cloud: Cloud, now: Clock) -> None:
    home.config(config_text({}, CORP))
    cloud.portal.accounts = {}
    cloud.portal.allow("corp-token")
    home.sso_token("corp", expires_at=now() + HOUR, access_token="corp-token")
    async with stage(clock=now) as opened:
        await _portal(opened)
        await opened.press("enter")
        await opened.hears("corp gives no role in any account")
