"""space, v and *: rows are marked, and every key says what it acts on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from awsttl.core.settings import Settings
from awsttl.disk.settings_file import SettingsFile
from support.cloud import Cloud
from support.home import Home
from support.roles import KEYS, config, section
from support.stage import Clock, Stage, stage


def chosen(home: Home) -> Settings:
    """What the settings file says now."""
    return SettingsFile(str(home.settings_file)).look().settings


ONE, TWO, THREE = section("One"), section("Two"), section("Three")


@pytest.fixture
def roles(home: Home) -> Home:
    """Three roles whose sessions are over, and the keys that assume them."""
    home.credentials(KEYS)
    home.config(config(one=ONE, two=TWO, three=THREE))
    return home


def over(home: Home, now: Clock) -> None:
    """Have the sessions of all three end a while ago."""
    for number, each in enumerate((ONE, TWO, THREE)):
        home.cli_cache(each, expires_at=now() - 60 - number)


def marked(opened: Stage) -> list[str]:
    """The marked rows, in their order."""
    return [item.name for item in opened.app.main.table.marked]  # type: ignore[union-attr]  # only profiles can be marked


class TestMarks:
    async def test_space_marks_the_row_and_goes_on_and_the_header_counts(
        self, demo_home: Path
    ) -> None:
        async with stage() as opened:
            await opened.press("space", "space")
            assert marked(opened) == ["billing", "legacy"]
            assert opened.cursor == "prod-admin"
            await opened.sees("2 marked")
            await opened.sees("✗✓billing")
            await opened.press("k", "space")
            assert marked(opened) == ["billing"]
            await opened.press("escape")
            assert marked(opened) == []
            await opened.sees_no_more("marked")

    async def test_v_marks_what_the_cursor_passes_in_both_directions(self, demo_home: Path) -> None:
        async with stage() as opened:
            await opened.go_to("research")
            await opened.press("v", "j", "j")
            assert marked(opened) == ["research", "ops", "partner"]
            await opened.press("k", "k", "k")
            assert marked(opened) == ["prod-readonly", "research"]
            await opened.press("v", "G")
            assert marked(opened) == ["prod-readonly", "research"]

    @pytest.mark.parametrize("key", ["v", "escape"])
    async def test_how_a_range_ends_is_said_until_it_ends(self, demo_home: Path, key: str) -> None:
        async with stage() as opened:
            await opened.press("v", "j")
            await opened.sees("move to mark a range")
            await opened.press(key)
            await opened.settle()
            assert opened.app.main.messages.texts == []

    async def test_an_open_range_keeps_to_its_rows_in_another_order_and_goes_on_from_there(
        self, demo_home: Path
    ) -> None:
        async with stage() as opened:
            await opened.go_to("research")
            await opened.press("v", "j", "s")
            await opened.until(lambda: opened.names[0] == "audit")
            assert set(marked(opened)) == {"research", "ops"}
            await opened.press("j")
            assert set(marked(opened)) == {"research", "ops", "ops-long-term"}
            # A filter that hides the cursor's row ends it, and what it spanned stays marked.
            await opened.press("slash", *"research", "enter")
            await opened.until(lambda: opened.names == ["research"])
            await opened.press("j", "slash", *["backspace"] * 8, "enter")
            await opened.until(lambda: len(opened.names) > 20)
            assert set(marked(opened)) == {"research", "ops", "ops-long-term"}

    async def test_escape_ends_the_filter_where_it_hides_all_marks(self, demo_home: Path) -> None:
        async with stage() as opened:
            await opened.press("space", "slash", *"staging", "enter")
            await opened.until(lambda: opened.names == ["staging"])
            await opened.press("escape")
            await opened.until(lambda: marked(opened) == ["billing"])
            await opened.press("escape")
            assert marked(opened) == []

    async def test_star_marks_what_the_filter_shows_and_the_second_time_nothing(
        self, demo_home: Path
    ) -> None:
        async with stage() as opened:
            await opened.press("slash", *"prod", "enter", "asterisk")
            assert marked(opened) == ["prod-admin", "prod-readonly"]
            await opened.press("asterisk")
            assert marked(opened) == []

    @pytest.mark.heavy
    async def test_marks_stay_on_their_rows_in_another_order_and_none_acts_unseen(
        self, demo_home: Path
    ) -> None:
        async with stage() as opened:
            await opened.press("space", "space", "s")
            await opened.until(lambda: opened.names[0] == "audit")
            assert set(marked(opened)) == {"billing", "legacy"}
            await opened.press("slash", *"billing", "enter")
            await opened.until(lambda: marked(opened) == ["billing"])
            await opened.sees("1 marked")
            await opened.press("slash", *["backspace"] * 7, "enter")
            await opened.until(lambda: len(marked(opened)) == 2)

    async def test_a_mark_goes_with_its_profile(self, roles: Home) -> None:
        async with stage() as opened:
            await opened.go_to("two")
            await opened.press("space")
            roles.config(config(one=ONE, three=THREE))
            await opened.until(lambda: "two" not in opened.names)
            roles.config(config(one=ONE, two=TWO, three=THREE))
            await opened.until(lambda: "two" in opened.names)
            assert marked(opened) == []


class TestScope:
    @pytest.mark.heavy
    async def test_r_renews_the_marked_and_says_what_came_of_it_in_one_message(
        self, roles: Home, cloud: Cloud, now: Clock
    ) -> None:
        over(roles, now)
        cloud.sts.deny(THREE["role_arn"])
        async with stage((160, 40), clock=now) as opened:
            await opened.press("asterisk")
            await opened.go_to("base")
            await opened.press("space")
            with cloud.hanging():
                await opened.press("r")
                await opened.hears("renewing 3 of 3 marked")
                cloud.release()
            await opened.hears("2 renewed, 1 failed")
            assert len(opened.messages) == 1
            await opened.until(lambda: opened.row("one").word == "valid")

    async def test_capital_r_renews_what_the_filter_shows_and_no_other(
        self, roles: Home, cloud: Cloud, now: Clock
    ) -> None:
        over(roles, now)
        async with stage((160, 40), clock=now) as opened:
            await opened.press("slash", *"one", "enter")
            await opened.until(lambda: opened.names == ["one"])
            with cloud.hanging():
                await opened.press("R")
                await opened.hears("renewing 1 of 1 shown")
                cloud.release()
            await opened.hears("1 renewed")
            assert [call.parameters["RoleArn"] for call in cloud.calls] == [ONE["role_arn"]]

    async def test_capital_r_renews_the_marked_where_some_are(
        self, roles: Home, cloud: Cloud, now: Clock
    ) -> None:
        over(roles, now)
        async with stage((160, 40), clock=now) as opened:
            await opened.go_to("two")
            await opened.press("space", "R")
            await opened.hears("1 renewed")
            assert [call.parameters["RoleArn"] for call in cloud.calls] == [TWO["role_arn"]]

    async def test_c_clears_all_marked_and_one_undo_brings_all_back(
        self, roles: Home, now: Clock
    ) -> None:
        over(roles, now)
        async with stage((160, 40), clock=now) as opened:
            await opened.go_to("one")
            await opened.press("space", "space", "c")
            await opened.until(lambda: opened.row("two").word == "no session")
            assert opened.row("one").word == "no session"
            assert opened.row("three").word == "expired"
            await opened.press("z")
            await opened.until(lambda: opened.row("two").word == "expired")

    async def test_a_and_x_act_on_all_marked(self, roles: Home, cloud: Cloud, now: Clock) -> None:
        for number, each in enumerate((ONE, TWO, THREE)):
            roles.cli_cache(each, expires_at=now() + 7200 + number)
        async with stage((160, 40), clock=now) as opened:
            await opened.go_to("one")
            await opened.press("space", "space", "a")
            await opened.until(lambda: chosen(roles).keep == {"one", "two"})
            await opened.press("a")
            await opened.until(lambda: chosen(roles).keep == frozenset())
            await opened.press("x")
            await opened.until(lambda: chosen(roles).hidden == {"one", "two"})

    async def test_what_takes_one_profile_takes_the_only_marked_and_refuses_more(
        self, roles: Home, now: Clock
    ) -> None:
        roles.cli_cache(TWO, expires_at=now() + 7200)
        async with stage(clock=now) as opened:
            await opened.go_to("two")
            await opened.press("space", "G", "e")
            await opened.sees("export two")
            await opened.press("escape")
            await opened.go_to("one")
            await opened.press("space", "e")
            await opened.hears("e takes one profile, and 2 are marked; esc clears the marks")

    @pytest.mark.heavy
    async def test_rows_that_a_key_cannot_act_on_are_left_out_and_named(
        self, demo_home: Path
    ) -> None:
        async with stage((160, 40)) as opened:
            for name in ("legacy", "base"):
                await opened.go_to(name)
                await opened.press("space")
            await opened.press("r")
            await opened.hears('none of them: legacy: source_profile "old" does not exist')


class TestComparing:
    async def test_d_shows_two_marked_profiles_side_by_side(self, demo_home: Path) -> None:
        async with stage((160, 50)) as opened:
            for name in ("prod-admin", "prod-readonly"):
                await opened.go_to(name)
                await opened.press("space")
            await opened.press("d")
            await opened.sees("compare: ")
            text = opened.text()
            for label, sign in (("account", "="), ("role", "≠"), ("mfa_serial", "=")):
                assert any(
                    line.split("│")[1].split()[:2] == [label, sign]
                    for line in text.splitlines()
                    if line.count("│") >= 2
                ), label
            assert "1800" in text
            assert "3600" in text
            assert re.search(r"[0-9a-f]{8}…json +.*[0-9a-f]{8}…json", text)

    async def test_d_on_three_says_how_many_it_takes(self, demo_home: Path) -> None:
        async with stage() as opened:
            await opened.press("space", "space", "space", "d")
            await opened.hears("d compares two profiles, and 3 are marked")
