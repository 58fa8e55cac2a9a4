"""What is chosen for good: hidden profiles, order, theme, shell, threshold, and a bad file."""

from __future__ import annotations

import time

import pytest

from awsttl.core.settings import Settings, Sort
from awsttl.disk.settings_file import SettingsFile
from support.cloud import Cloud
from support.home import Home
from support.odd import config_text
from support.renewing import BASE, role
from support.stage import NOW, Clock, Stage, stage

DEV, OPS = role(number=1), role(number=2)
BAD = 'theme = "nord"\nkeep = [\n'


@pytest.fixture
def roles(home: Home) -> Home:
    """Long-term keys, and two roles with a session."""
    home.config(config_text({"base": BASE, "dev": DEV, "ops": OPS}))
    home.cli_cache(DEV, expires_at=NOW + 1200)
    home.cli_cache(OPS, expires_at=NOW + 4000)
    return home


def chosen(home: Home) -> Settings:
    """What the settings file says now."""
    return SettingsFile(str(home.settings_file)).look().settings


def head(opened: Stage) -> str:
    return opened.text().splitlines()[0]


class TestHidden:
    async def test_x_hides_the_row_for_good_and_the_counts_are_those_of_what_is_shown(
        self, roles: Home
    ) -> None:
        async with stage((160, 40)) as opened:
            await opened.go_to("dev")
            assert head(opened) == " awsttl  3 fine"
            await opened.press("x")
            await opened.until(lambda: opened.names == ["ops", "base"])
            await opened.sees("+ 1 hidden")
            assert head(opened) == " awsttl  2 fine  + 1 hidden"
            await opened.hears("dev is hidden; z undoes it")
        assert chosen(roles).hidden == {"dev"}
        async with stage() as opened:
            assert opened.names == ["ops", "base"]

    async def test_capital_h_shows_them_marked_and_x_takes_one_back(self, roles: Home) -> None:
        roles.settings('hidden = ["dev", "gone"]')
        async with stage((160, 40)) as opened:
            assert opened.names == ["ops", "base"]
            assert "+ 1 hidden" in head(opened)
            await opened.press("H")
            await opened.until(lambda: opened.names == ["dev", "ops", "base"])
            await opened.sees("⊘● dev")
            assert "with 1 hidden" in head(opened)
            await opened.go_to("dev")
            await opened.sees("left out; x shows it again")
            await opened.press("x")
            await opened.sees_no_more("hidden")
            assert chosen(roles).hidden == {"gone"}
            await opened.press("H")
            await opened.hears("no profile is hidden")
            assert opened.names == ["dev", "ops", "base"]

    async def test_the_filter_finds_no_hidden_row_unless_they_are_shown(self, roles: Home) -> None:
        roles.settings('hidden = ["dev"]')
        async with stage((160, 40)) as opened:
            await opened.press("slash", *"role", "enter")
            await opened.until(lambda: opened.names == ["ops"])
            assert "1 of 3  1 fine" in head(opened)
            await opened.press("H")
            await opened.until(lambda: opened.names == ["dev", "ops"])
            assert "2 of 3  2 fine" in head(opened)

    async def test_capital_r_leaves_them_out_unless_they_are_shown(
        self, roles: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        now = Clock(float(int(time.time())))
        for section in (DEV, OPS):
            roles.cli_cache(section, expires_at=now() - 60)
        roles.settings('hidden = ["dev"]')
        async with stage((160, 40), clock=now) as opened:
            await opened.press("R")
            await opened.until(lambda: opened.row("ops").word == "valid")
            await opened.until(lambda: not opened.app.main.engine.renewing.jobs.running)
            assert [call.parameters["RoleArn"] for call in cloud.calls] == [OPS["role_arn"]]
            await opened.press("H")
            await opened.until(lambda: "dev" in opened.names)
            await opened.press("R")
            await opened.until(lambda: opened.row("dev").word == "valid")

    async def test_with_all_hidden_the_home_is_not_called_empty(self, roles: Home) -> None:
        roles.settings('hidden = ["dev", "ops", "base"]')
        async with stage() as opened:
            assert opened.names == []
            assert head(opened) == " awsttl   + 3 hidden"
            assert not opened.app.main.has_class("-empty")

    async def test_z_undoes_the_last_hiding_once(self, roles: Home) -> None:
        async with stage((160, 40)) as opened:
            await opened.go_to("dev")
            await opened.press("x")
            await opened.until(lambda: "dev" not in opened.names)
            await opened.press("z")
            await opened.hears("dev is shown again")
            await opened.until(lambda: "dev" in opened.names)
            await opened.press("z")
            await opened.hears("nothing has been edited, cleared or hidden")

    async def test_the_cursor_goes_on_from_where_the_row_was(self, roles: Home) -> None:
        async with stage() as opened:
            await opened.go_to("dev")
            await opened.press("x")
            await opened.until(lambda: opened.names == ["ops", "base"])
            assert opened.cursor == "ops"

    async def test_what_is_no_profile_cannot_be_hidden(self, roles: Home) -> None:
        roles.cli_cache("0" * 40 + ".json", expires_at=NOW + 900)
        async with stage() as opened:
            await opened.press("G", "x")
            await opened.hears("an orphan belongs to no profile")
        assert not roles.settings_file.exists()


class TestFollowing:
    async def test_a_change_by_another_hand_shows_by_itself(self, roles: Home) -> None:
        async with stage((160, 40)) as opened:
            assert opened.row("dev").word == "valid"
            roles.settings('threshold = "30m"\nhidden = ["base"]\nkeep = ["ops"]')
            await opened.until(lambda: opened.names == ["dev", "ops"])
            await opened.sees("◐ dev            expiring")
            await opened.sees("auto   ↻")
            roles.settings_file.unlink()
            await opened.until(lambda: opened.names == ["dev", "ops", "base"])
            await opened.sees("● dev            valid")
            await opened.sees_no_more("↻")

    @pytest.mark.heavy
    async def test_a_file_that_does_not_parse_is_a_banner_and_stays_as_it_is(
        self, roles: Home
    ) -> None:
        roles.settings('hidden = ["dev"]')
        async with stage() as opened:
            roles.settings(BAD)
            await opened.sees("settings.toml line 2 does not parse")
            # All goes on, by the last good settings.
            assert opened.names == ["ops", "base"]
            await opened.go_to("ops")
            await opened.press("x")
            await opened.hears("mend the file")
            await opened.press("s")
            await opened.until(lambda: opened.app.main.arrangement.view.sort is Sort.NAME)
            await opened.settle()
            assert roles.settings_file.read_text() == BAD
            roles.settings('hidden = ["ops"]')
            await opened.until(lambda: opened.names == ["base", "dev"])
            await opened.sees_no_more("settings.toml")

    async def test_a_bad_key_is_a_banner_and_the_others_count(self, roles: Home) -> None:
        roles.settings('hiden = 1\nthreshold = "soon"\nhidden = ["dev"]')
        async with stage((160, 40)) as opened:
            await opened.sees('"hiden" is no setting; hidden is')
            await opened.sees("threshold should be seconds")
            assert opened.names == ["ops", "base"]

    async def test_the_mark_shows_in_a_narrow_pane_too(self, roles: Home) -> None:
        roles.settings('keep = ["dev"]')
        for size in ((50, 15), (60, 15), (80, 24), (100, 30)):
            async with stage(size) as opened:
                lines = [line for line in opened.text().splitlines() if "dev " in line]
                assert [line.count("↻") for line in lines[:1]] == [1], opened.text()
                other = next(line for line in opened.text().splitlines() if "ops " in line)
                # No column moves for it.
                assert lines[0].replace("↻", " ").find("auto") == other.find("auto")


class TestStart:
    async def test_s_is_remembered(self, roles: Home) -> None:
        async with stage() as opened:
            await opened.press("s")
            await opened.until(lambda: chosen(roles).sort is Sort.NAME)
            await opened.press("s", "s", "s")
            await opened.until(lambda: opened.app.main.arrangement.view.sort is Sort.NAME)
        async with stage() as opened:
            assert opened.names == ["base", "dev", "ops"]
            assert "by name" in head(opened)
            await opened.press("s")
            await opened.until(lambda: opened.app.main.arrangement.view.sort is Sort.ACCOUNT)

    async def test_a_filter_leaves_the_chosen_order_alone(self, roles: Home) -> None:
        roles.settings('sort = "name"')
        async with stage() as opened:
            await opened.press("slash", "e", "enter")
            await opened.until(lambda: opened.app.main.arrangement.view.filter == "e")
            assert opened.app.main.arrangement.view.sort is Sort.NAME

    async def test_an_order_chosen_in_another_pane_does_not_turn_this_one_over(
        self, roles: Home
    ) -> None:
        async with stage() as opened:
            roles.settings('sort = "name"\nhidden = ["base"]')
            await opened.until(lambda: opened.names == ["dev", "ops"])
            assert opened.app.main.arrangement.view.sort is Sort.URGENCY

    async def test_a_theme_from_the_palette_is_remembered(self, roles: Home) -> None:
        async with stage() as opened:
            opened.app.theme = "nord"
            await opened.until(lambda: chosen(roles).theme == "nord")
        async with stage() as opened:
            await opened.until(lambda: opened.app.theme == "nord")
            await opened.settle()
            assert roles.settings_file.read_text().count("theme") == 1

    async def test_without_a_choice_nothing_is_written(self, roles: Home) -> None:
        roles.settings('theme = "gruvbox"')
        before = roles.settings_file.stat()
        async with stage() as opened:
            await opened.until(lambda: opened.app.theme == "gruvbox")
            await opened.settle()
        after = roles.settings_file.stat()
        # Not the whole of it: reading may set the access time.
        assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)

    async def test_a_theme_that_there_is_not_is_told(self, roles: Home) -> None:
        roles.settings('theme = "mauve"')
        async with stage() as opened:
            await opened.hears('there is no theme "mauve"')

    async def test_the_shell_of_the_export_dialog_is_remembered(
        self, roles: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SHELL", "/bin/bash")
        async with stage((160, 40)) as opened:
            await opened.press("u")
            await opened.sees("unset AWS_ACCESS_KEY_ID")
            await opened.press("tab")
            await opened.sees("set --erase AWS_ACCESS_KEY_ID")
            await opened.press("escape")
            await opened.until(lambda: chosen(roles).shell == "fish")
        async with stage((160, 40)) as opened:
            await opened.press("u")
            await opened.sees("set --erase AWS_ACCESS_KEY_ID")

    async def test_a_printed_snippet_leaves_after_the_shell_is_remembered(
        self, roles: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SHELL", "/bin/bash")
        async with stage((160, 40)) as opened:
            await opened.press("u", "tab")
            await opened.sees("set --erase AWS_ACCESS_KEY_ID")
            await opened.press("p")
            await opened.until(lambda: opened.app.return_value is not None)
        assert chosen(roles).shell == "fish"
