"""The keys e and u: what they show, copy and print."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from awsttl.core.secret import Secret
from support.cloud import Cloud
from support.home import Home, role_file
from support.roles import KEYS, config, section
from support.stage import Clock, stage


async def test_the_keys_mask_secrets_until_a_key_asks(demo_home: Path) -> None:
    async with stage((120, 40)) as opened:
        await opened.go_to("base")
        await opened.press("e", "e")
        await opened.sees("export AWS_SECRET_ACCESS_KEY='••••••••'")
        assert "wJalrXUtnFEMI" not in opened.text()
        await opened.press("s")
        await opened.sees("wJalrXUtnFEMI/K7MDENG")
        await opened.press("s")
        await opened.sees_no_more("wJalrXUtnFEMI")


async def test_p_quits_with_the_snippet_as_the_result(demo_home: Path) -> None:
    async with stage() as opened:
        await opened.go_to("staging")
        await opened.press("e", "e")
        await opened.sees("export AWS_SESSION_TOKEN")
        await opened.press("p")
        result = opened.app.return_value
        assert isinstance(result, Secret)
        assert "export AWS_SECRET_ACCESS_KEY='demo-secret'" in result.reveal()
        assert "export AWS_REGION='eu-west-1'" in result.reveal()


@pytest.mark.heavy
async def test_the_shells_are_a_tab_apart(demo_home: Path) -> None:
    async with stage() as opened:
        await opened.go_to("staging")
        await opened.press("u")
        for text in ("unset AWS_", "set --erase", "Remove-Item", 'set "AWS_', "hide-env"):
            await opened.sees(text)
            await opened.press("tab")


async def test_the_keys_are_got_first_where_that_needs_nobody(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    home.credentials(KEYS)
    home.config(config(dev=section("Dev")))
    async with stage(clock=now) as opened:
        await opened.go_to("dev")
        await opened.press("e", "e")
        await opened.sees("export AWS_ACCESS_KEY_ID")
        await opened.press("p")
        printed = opened.app.return_value
    written = json.loads((home.cli_folder / role_file(section("Dev"))).read_text())
    assert printed is not None
    assert written["Credentials"]["SessionToken"] in printed.reveal()


async def test_e_refuses_with_the_reason_what_has_nothing_to_give(demo_home: Path) -> None:
    async with stage((160, 50)) as opened:
        await opened.go_to("legacy")
        await opened.press("e")
        await opened.hears("nothing to export")


async def test_inside_tmux_c_copies_into_its_buffer(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage() as opened:
        written: list[str] = []
        monkeypatch.setattr(opened.app.main, "write", written.append)
        await opened.press("u")
        await opened.sees("unset AWS_")
        await opened.press("c")
        await opened.hears("copied to the terminal")
    assert written[0].startswith("\x1b]52;c;")


@pytest.mark.heavy
async def test_no_secret_is_on_any_screen_that_did_not_ask_for_it(demo_home: Path) -> None:
    async with stage((160, 50)) as opened:
        for name in opened.names[:19]:
            await opened.go_to(name)
            for secret in ("wJalrXUtnFEMI", "demo-secret", "demo-token", "je7MtGb", "AKIAIOSF"):
                assert secret not in opened.text()
    assert os.environ.get("AWS_SECRET_ACCESS_KEY") is None


class TestE:
    async def test_begins_with_the_profiles_name_and_nothing_secret(self, demo_home: Path) -> None:
        async with stage((120, 40)) as opened:
            await opened.go_to("staging")
            await opened.press("e")
            await opened.sees("export AWS_PROFILE='staging';")
            await opened.sees("the AWS CLI works by itself: it gets each session when it needs one")
            assert "s show" not in opened.text()
            assert (
                "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN" in opened.text()
            )
            await opened.press("p")
            result = opened.app.return_value
        assert isinstance(result, Secret)
        assert "demo-secret" not in result.reveal()
        assert result.reveal().startswith("export AWS_PROFILE='staging';\nunset AWS_ACCESS_KEY_ID ")

    @pytest.mark.heavy
    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("base", "its keys do not end"),
            ("vault", "it runs the credential_process for each command"),
            ("prod-admin", "asks for an MFA code now, and most SDKs cannot ask"),
            ("research", "fails with it now: its sign-in has ended"),
            ("saml", "then it fails: the session"),
        ],
    )
    async def test_says_what_the_aws_cli_does_with_the_name(
        self, demo_home: Path, name: str, said: str
    ) -> None:
        async with stage((160, 50)) as opened:
            await opened.go_to(name)
            await opened.press("e")
            await opened.sees(said)

    async def test_says_what_a_dotenv_file_cannot_do(self, demo_home: Path) -> None:
        async with stage((120, 40)) as opened:
            await opened.go_to("base")
            await opened.press("e", "shift+tab")
            await opened.sees("a .env file unsets none")
            await opened.press("tab")
            await opened.sees_no_more("a .env file unsets none")

    async def test_turns_from_name_to_keys_to_live_and_masks_again(self, demo_home: Path) -> None:
        async with stage((120, 40)) as opened:
            await opened.go_to("base")
            await opened.press("e", "e")
            await opened.sees("export AWS_SECRET_ACCESS_KEY='••••••••'")
            await opened.press("s")
            await opened.sees("wJalrXUtnFEMI")
            await opened.press("e")
            await opened.sees("AWS_CONTAINER_AUTHORIZATION_TOKEN='••••••••'")
            await opened.press("e")
            await opened.sees("export AWS_PROFILE='base'")
            await opened.press("2")
            await opened.sees("export AWS_SECRET_ACCESS_KEY='••••••••'")

    async def test_says_in_its_place_why_there_are_no_keys(
        self, home: Home, cloud: Cloud, now: Clock
    ) -> None:
        home.credentials(KEYS)
        home.config(config(dev=section("Dev")))
        cloud.sts.deny(section("Dev")["role_arn"])
        async with stage(clock=now) as opened:
            await opened.go_to("dev")
            await opened.press("e", "e")
            await opened.sees("AWS does not let this source assume the role")
            assert not [
                each for each in opened.app._notifications if "does not let" in each.message
            ]
            await opened.press("3")
            await opened.until(lambda: cloud.actions.count("AssumeRole") == 2, "one more try")

    async def test_asks_for_a_code_where_that_is_needed_for_keys_and_escape_leaves_it(
        self, demo_home: Path
    ) -> None:
        async with stage((120, 40)) as opened:
            await opened.go_to("prod-admin")
            await opened.press("e")
            await opened.sees("asks for an MFA code now")
            assert len(opened.app.screen_stack) == 2
            await opened.press("2")
            await opened.sees("⏎ renew")
            await opened.press("escape")
            await opened.sees("│  cancelled")
            await opened.press("1")
            await opened.sees("export AWS_PROFILE='prod-admin';")

    @pytest.mark.heavy
    @pytest.mark.parametrize("size", [(80, 24), (50, 15)])
    async def test_says_so_in_every_pane(self, demo_home: Path, size: tuple[int, int]) -> None:
        async with stage(size) as opened:
            await opened.go_to("prod-admin")
            await opened.press("e")
            await opened.sees("profile  keys  live")
            said = " ".join(opened.text().replace("│", "").split())
            assert "export AWS_PROFILE='prod-admin';" in said
            assert "most SDKs cannot ask" in said
            assert "takes it over" in said

    async def test_has_tabs_that_the_mouse_turns_to(self, demo_home: Path) -> None:
        async with stage((120, 40)) as opened:
            await opened.go_to("base")
            await opened.press("e")
            await opened.sees("export AWS_PROFILE='base';")
            for words, comes in (
                ("fish", "set --global --export AWS_PROFILE 'base';"),
                ("keys", "set --global --export AWS_SECRET_ACCESS_KEY '••••••••';"),
                ("bash/zsh", "export AWS_SECRET_ACCESS_KEY='••••••••'"),
            ):
                tabs = opened.app.screen.query_one("#shells").region
                lines = list(enumerate(opened.text().splitlines()))[tabs.y : tabs.bottom]
                x, y = next((line.index(words), y) for y, line in lines if words in line)
                await opened.pilot.click(offset=(x, y))
                await opened.sees(comes)
