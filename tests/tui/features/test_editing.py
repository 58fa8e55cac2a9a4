"""The keys n, E, D and z: profiles are made, edited, removed, and all of it is undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from awsttl.tui.form_dialog import FormDialog
from support.home import Home
from support.stage import Stage, cache_files, stage

CANARY = "canary-wJalrXUtnFEMI-K7MDENG"


async def _fill(opened: Stage, **values: str) -> None:
    """Type these values into the fields of the form that is open."""
    form = opened.app.screen
    assert isinstance(form, FormDialog)
    for place, field in enumerate(form._fields):
        if field.key in values:
            form._inputs[place].value = values[field.key]
    await opened.settle()


async def _new(opened: Stage, sort: str) -> None:
    await opened.press("n")
    await opened.sees("a new profile")
    await opened.press(*sort, "enter")
    await opened.sees(f"a new profile: {sort}")


class TestN:
    @pytest.mark.heavy
    async def test_makes_a_role_after_a_look_at_its_lines(self, demo_home: Path) -> None:
        config = demo_home / ".aws" / "config"
        before = config.read_text()
        async with stage() as opened:
            await _new(opened, "role")
            arn = "arn:aws:iam::123456789012:role/X"
            await _fill(opened, name="mine", role_arn=arn, source_profile="base")
            await opened.press("enter")
            await opened.sees("+ [profile mine]")
            assert config.read_text() == before
            await opened.press("y")
            await opened.hears("mine is made; z undoes it")
            added = f"\n[profile mine]\nrole_arn = {arn}\nsource_profile = base\n"
            assert config.read_text() == before + added
            await opened.until(lambda: opened.cursor == "mine")

    @pytest.mark.heavy
    async def test_says_in_the_field_what_is_wrong_with_it(self, demo_home: Path) -> None:
        async with stage() as opened:
            await _new(opened, "role")
            await _fill(opened, name="base", role_arn="role/X", source_profile="nobody")
            await opened.press("enter")
            await opened.sees('there is a profile "base" already')
            await _fill(opened, name="mine")
            await opened.press("enter")
            await opened.sees("role_arn is not the ARN of a role")
            await _fill(opened, role_arn="arn:aws:iam::123456789012:role/X")
            await opened.press("enter")
            await opened.sees('there is no profile "nobody"')
            # What exists is there to choose.
            await opened.press("ctrl+n")
            await opened.press("enter")
            await opened.sees("+ source_profile = default")

    @pytest.mark.heavy
    async def test_shows_no_secret_that_is_typed(self, home: Home) -> None:
        home.config("[default]\nregion = eu-west-1\n")
        async with stage() as opened:
            await _new(opened, "keys")
            await _fill(opened, name="user", aws_access_key_id="AKIAIOSFODNN7EXAMPLE")
            await opened.press("down", "down", *CANARY)
            assert CANARY not in opened.text()
            await opened.press("enter")
            await opened.sees("+ aws_secret_access_key = •••")
            assert CANARY not in opened.text()
            await opened.press("y")
            await opened.hears("user is made")
        assert home.credentials_file.read_text() == (
            f"[user]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = {CANARY}\n"
        )
        log = home.path / ".local" / "state" / "awsttl"
        kept = [path for path in log.rglob("*") if path.is_file() and path.name != "edited.json"]
        assert kept
        assert not [path for path in kept if CANARY in path.read_text(errors="replace")]

    @pytest.mark.heavy
    async def test_makes_the_session_of_an_sso_profile_too(self, home: Home) -> None:
        home.config("")
        async with stage() as opened:
            await _new(opened, "sso")
            asked = {"name": "dev", "sso_session": "corp", "sso_role_name": "Developer"}
            await _fill(opened, **asked, sso_account_id="111122223333")
            await opened.press("enter")
            await opened.sees("so this is needed")
            url = "https://corp.awsapps.com/start"
            await _fill(opened, sso_start_url=url, sso_region="eu-west-1")
            await opened.press("enter")
            await opened.sees("+ [sso-session corp]")
            await opened.press("y")
            await opened.until(lambda: "dev" in opened.names)
        assert home.config_file.read_text() == (
            f"[sso-session corp]\nsso_start_url = {url}\nsso_region = eu-west-1\n"
            "sso_registration_scopes = sso:account:access\n\n"
            "[profile dev]\nsso_session = corp\nsso_account_id = 111122223333\n"
            "sso_role_name = Developer\n"
        )


class TestE:
    async def test_edits_the_lines_that_are_there(self, demo_home: Path) -> None:
        config = demo_home / ".aws" / "config"
        before = config.read_text()
        async with stage() as opened:
            await opened.go_to("staging")
            await opened.press("E")
            await opened.sees("now at ~/.aws/config:")
            await _fill(opened, region="us-east-1", duration_seconds="")
            await opened.press("enter")
            await opened.sees("+ region = us-east-1")
            assert "- duration_seconds = 9" in opened.text()
            await opened.press("y")
            await opened.hears("staging is edited; z undoes it")
            assert config.read_text() != before
            await opened.press("z")
            await opened.hears("the edit of staging is undone")
        assert config.read_text() == before

    async def test_without_a_change_writes_nothing(self, demo_home: Path) -> None:
        config = demo_home / ".aws" / "config"
        before = config.stat().st_ino
        async with stage() as opened:
            await opened.go_to("staging")
            await opened.press("E")
            await opened.sees("edit staging")
            await opened.press("enter")
            await opened.hears("nothing is different")
        assert config.stat().st_ino == before

    async def test_of_a_file_that_does_not_parse_says_its_line(self, home: Home) -> None:
        home.config("[profile a]\nregion = eu-west-1\n")
        async with stage() as opened:
            await opened.press("E")
            await opened.sees("edit a")
            home.config("[profile a]\nregion = eu-west-1\nwhat\n")
            await _fill(opened, region="us-east-1")
            await opened.press("enter")
            await opened.hears("line 3: a line without = or :")


class TestD:
    async def test_names_who_depends_on_the_profile(self, demo_home: Path) -> None:
        async with stage() as opened:
            await opened.go_to("corp")
            await opened.press("D")
            await opened.sees("deploy comes from it, and will not work any more")
            await opened.press("n")
            await opened.settle()
            assert "corp" in opened.names

    async def test_names_the_mfa_session_that_its_keys_renew(self, demo_home: Path) -> None:
        async with stage() as opened:
            await opened.go_to("ops-long-term")
            await opened.press("D")
            await opened.sees("ops holds an MFA session of its keys, and cannot be renewed then")

    @pytest.mark.heavy
    async def test_removes_it_with_its_cache_entry_and_z_brings_both_back(
        self, demo_home: Path
    ) -> None:
        before = {path: path.read_bytes() for path in cache_files(demo_home)}
        config = (demo_home / ".aws" / "config").read_bytes()
        async with stage() as opened:
            await opened.go_to("staging")
            await opened.press("D")
            await opened.sees("- [profile staging]")
            await opened.press("y")
            await opened.until(lambda: "staging" not in opened.names)
            assert len(cache_files(demo_home)) == len(before) - 1
        # Another dashboard, after a restart.
        async with stage() as opened:
            await opened.press("z")
            await opened.until(lambda: "staging" in opened.names)
            await opened.until(lambda: opened.row("staging").word == "valid")
        assert {path: path.read_bytes() for path in cache_files(demo_home)} == before
        assert (demo_home / ".aws" / "config").read_bytes() == config


class TestZ:
    async def test_shows_first_what_would_be_lost(self, home: Home) -> None:
        home.config("[profile a]\nregion = eu-west-1\n")
        async with stage() as opened:
            await opened.press("E")
            await opened.sees("edit a")
            await _fill(opened, region="us-east-1")
            await opened.press("enter")
            await opened.sees("+ region = us-east-1")
            await opened.press("y")
            await opened.hears("a is edited")
            with home.config_file.open("a") as file:
                file.write("output = json\n")
            await opened.press("z")
            await opened.sees("- output = json")
            assert "output" in home.config_file.read_text()
            await opened.press("y")
            await opened.hears("the edit of a is undone")
        assert home.config_file.read_text() == "[profile a]\nregion = eu-west-1\n"

    @pytest.mark.heavy
    async def test_undoes_the_later_of_an_edit_and_a_clearing(self, demo_home: Path) -> None:
        async with stage() as opened:
            await opened.go_to("staging")
            await opened.press("E")
            await opened.sees("edit staging")
            await _fill(opened, region="us-east-1")
            await opened.press("enter")
            await opened.sees("+ region = us-east-1")
            await opened.press("y")
            await opened.hears("staging is edited")
            opened.clock.now += 1
            await opened.press("c")
            await opened.until(lambda: opened.row("staging").word == "no session")
            await opened.press("z")
            await opened.until(lambda: opened.row("staging").word != "no session")
            assert "us-east-1" in (demo_home / ".aws" / "config").read_text()
            await opened.press("z")
            await opened.hears("the edit of staging is undone")


@pytest.mark.parametrize("key", ["E", "D"])
async def test_on_the_environments_row_they_say_why_not(
    home: Home, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    async with stage() as opened:
        await opened.press(key)
        await opened.hears("the environment")
