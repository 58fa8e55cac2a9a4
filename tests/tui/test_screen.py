"""The main screen: rows, cursor, filter, order, details, and what it says of bad input."""

from __future__ import annotations

import textwrap
import uuid
from pathlib import Path

import pytest

from awsttl.core.view.ranking import View
from support.home import Home
from support.stage import NOW, Clock, stage


def role(name: str, **more: str) -> str:
    """A config section of a role profile, with a role of its own."""
    lines = [f"[profile {name}]", f"role_arn = arn:aws:iam::111122223333:role/{name}"]
    lines += ["source_profile = base", *(f"{key} = {value}" for key, value in more.items()), ""]
    return "\n".join(lines)


BASE = textwrap.dedent("""\
    [base]
    aws_access_key_id = AKIAIOSFODNN7EXAMPLE
    aws_secret_access_key = never-to-be-seen
    """)


async def test_every_profile_is_a_row_the_most_urgent_first(demo_home: Path) -> None:
    async with stage((160, 50)) as opened:
        assert opened.names[:11] == [
            "billing",
            "legacy",
            "prod-admin",
            "prod-readonly",
            "research",
            "ops",
            "partner",
            "data-dev",
            "laptop",
            "staging",
            "corp",
        ]
        text = opened.text()
        for name in opened.app.main.arrangement.snapshot.profiles:
            assert name.name in text


async def test_the_header_says_how_many_need_somebody_and_who_will_next(demo_home: Path) -> None:
    async with stage((160, 50)) as opened:
        assert " 6 need you · 15 fine · next: saml 3h" in opened.text().splitlines()[0]
        opened.clock.now += 2.5 * 3600
        opened.app.main.feed.changed()
        # By then its sign-in and the session of the source are over, too.
        await opened.until(lambda: "next: saml 30m" in opened.text().splitlines()[0])


@pytest.mark.heavy
async def test_what_needs_somebody_can_be_shown_alone(demo_home: Path) -> None:
    async with stage((160, 50)) as opened:
        await opened.press("exclamation_mark")
        await opened.until(lambda: len(opened.names) == 6)
        assert set(opened.names) == {
            "billing", "legacy", "prod-admin", "prod-readonly", "research", "ops",
        }  # fmt: skip
        await opened.sees("6 need you  only these")
        await opened.press("slash", *"staging")
        await opened.sees("Nobody is needed.")
        await opened.press("escape", "exclamation_mark")
        await opened.until(lambda: len(opened.names) == 22)


async def test_red_is_for_what_needs_somebody_and_for_nothing_else(demo_home: Path) -> None:
    async with stage((160, 50)) as opened:
        opened.clock.now += 30 * 60  # partner and data-dev are over, and renew by themselves
        opened.app.main.feed.changed()
        await opened.until(lambda: opened.row("partner").word == "expired")
        tones = {name: opened.row(name).tone for name in ("prod-admin", "legacy", "partner")}
        assert tones == {"prod-admin": "expired", "legacy": "expired", "partner": "quiet"}


async def test_a_click_on_the_count_shows_only_what_needs_somebody(demo_home: Path) -> None:
    async with stage((160, 50)) as opened:
        await opened.pilot.click("#header", offset=(11, 0))
        await opened.until(lambda: len(opened.names) == 6)
        await opened.pilot.click("#header", offset=(11, 0))
        await opened.until(lambda: len(opened.names) == 22)
        place = opened.text().splitlines()[0].index("saml")
        await opened.pilot.click("#header", offset=(place, 0))
        await opened.until(lambda: opened.cursor == "saml")


async def test_each_state_has_a_glyph_and_a_word_so_that_nothing_hangs_on_colour(
    demo_home: Path,
) -> None:
    async with stage((160, 50)) as opened:
        text = opened.text()
        for sign in ("● ", "◐ ", "○ ", "· ", "∞ ", "? ", "✗ "):
            assert sign in text
        for word in ("valid", "expiring", "expired", "no session", "long-term", "unknown"):
            assert word in text


async def test_the_cursor_stays_on_its_profile_when_the_order_changes(demo_home: Path) -> None:
    async with stage() as opened:
        await opened.go_to("staging")
        before = opened.names.index("staging")
        await opened.press("s")
        await opened.until(lambda: opened.names.index("staging") != before, "another order")
        assert opened.cursor == "staging"


async def test_the_cursor_stays_on_its_profile_when_profiles_come_and_go(home: Home) -> None:
    home.credentials(BASE)
    home.config(role("m1") + role("m2"))
    async with stage() as opened:
        await opened.go_to("m2")
        home.config(role("a1") + role("a2") + role("m2"))
        await opened.until(lambda: "a1" in opened.names and "m1" not in opened.names)
        assert opened.cursor == "m2"


async def test_s_sorts_by_urgency_name_and_account_in_turn(demo_home: Path) -> None:
    async with stage() as opened:
        await opened.press("s")
        await opened.until(lambda: opened.names[0] == "audit", "sorted by name")
        await opened.press("s")
        await opened.until(lambda: opened.names[0] == "legacy", "sorted by account")
        await opened.press("s")
        await opened.until(lambda: opened.names[0] == "billing", "sorted by urgency again")


@pytest.mark.heavy
async def test_the_filter_follows_each_keystroke_and_any_word_of_the_row(demo_home: Path) -> None:
    async with stage() as opened:
        await opened.press("slash", "p", "r", "o", "d")
        await opened.until(lambda: opened.names == ["prod-admin", "prod-readonly"])
        await opened.press(*" readonly")
        await opened.until(lambda: opened.names == ["prod-readonly"])
        await opened.press("escape")
        await opened.until(lambda: len(opened.names) == 22)
        await opened.press("slash", *"mfa")
        asking = ["prod-admin", "prod-readonly", "ops", "ops-long-term"]
        await opened.until(lambda: opened.names == asking)
        for _ in "mfa":
            await opened.press("backspace")
        await opened.press(*"222233334444")
        await opened.until(lambda: opened.names == ["data-dev"])


async def test_the_filter_may_hold_any_character(demo_home: Path) -> None:
    async with stage() as opened:
        await opened.press("slash", *"[/x]")
        await opened.until(lambda: opened.names == [])
        await opened.press("enter", "r", "c", "e", "escape")
        await opened.until(lambda: len(opened.names) == 22)


class TestWhereAFilterPutsTheCursor:
    async def test_on_the_profile_of_that_name_though_others_match_too(
        self, demo_home: Path
    ) -> None:
        async with stage() as opened:
            await opened.press("slash", *"deploy")
            # The role of another row is Deploy, and that row stands above.
            await opened.until(lambda: opened.names == ["staging", "deploy"])
            assert opened.cursor == "deploy"

    async def test_on_a_name_that_begins_so_rather_than_on_one_that_has_it(
        self, demo_home: Path
    ) -> None:
        async with stage() as opened:
            await opened.press("G", "slash", "d", "e")
            await opened.until(lambda: opened.cursor == "deploy")
            await opened.press("p")
            await opened.until(lambda: opened.cursor == "deploy")

    async def test_and_a_key_that_comes_before_the_rows_waits_for_them(
        self, demo_home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with stage() as opened:
            feed, asked = opened.app.main.feed, list[View]()
            show = feed.show
            monkeypatch.setattr(feed, "show", asked.append)
            await opened.press("slash", *"deploy", "enter", "a")
            await opened.settle()
            assert opened.app.main.arrangement.settings.keep == frozenset()
            monkeypatch.setattr(feed, "show", show)
            show(asked[-1])
            await opened.hears("deploy is kept alive")

    async def test_nowhere_else_as_long_as_the_row_is_shown(self, demo_home: Path) -> None:
        async with stage() as opened:
            await opened.press("G", "k")
            await opened.until(lambda: opened.cursor == "ops-long-term")
            await opened.press("slash", *"mfa")
            await opened.until(lambda: len(opened.names) == 4)
            assert opened.cursor == "ops-long-term"


async def test_a_filter_that_is_kept_stays_in_sight(demo_home: Path) -> None:
    async with stage() as opened:
        await opened.press("slash", *"prod", "enter")
        await opened.until(lambda: len(opened.names) == 2)
        assert "2 of 21" in opened.text()
        assert "prod" in opened.text().splitlines()[-2]


async def test_names_are_text_never_markup(home: Home) -> None:
    names = ["team[prod]", "x[/foo]", "[bold]b", "a b/c.d", "größe-日本", "$(id)"]
    home.credentials(BASE + "".join(f"[{name}]\naws_access_key_id = A\n" for name in names))
    async with stage((160, 50)) as opened:
        text = opened.text()
        for name in names:
            assert name in text


async def test_control_characters_in_a_file_never_reach_the_terminal(home: Home) -> None:
    home.credentials("[evil\x1b]0;title\x07]\naws_access_key_id = A\n")
    async with stage((160, 50)) as opened:
        assert "\x1b" not in opened.text().replace("\x1b[", "")
        assert "evil�]0;title�" in opened.text()


async def test_a_file_that_does_not_parse_is_a_banner_and_the_last_good_list_stays(
    home: Home,
) -> None:
    home.credentials(BASE)
    home.config(role("one") + role("two"))
    async with stage() as opened:
        home.config(role("one") + "no delimiter here\n" + role("three"))
        await opened.sees("~/.aws/config line 4")
        await opened.until(lambda: {"one", "two", "three"} <= set(opened.names))
        assert "no delimiter here" not in opened.text()
        home.config(role("one") + role("three"))
        await opened.sees_no_more("line 4")
        await opened.until(lambda: "two" not in opened.names)


async def test_an_empty_home_says_what_to_do_next_and_wakes_by_itself(home: Home) -> None:
    async with stage() as opened:
        await opened.sees("No profiles yet")
        assert "aws configure sso" in opened.text()
        home.credentials(BASE)
        await opened.sees("∞ base")
        assert "No profiles yet" not in opened.text()


@pytest.mark.parametrize("text", ["[base]\n[base]\n", "[base\nregion = x\n"])
async def test_a_home_whose_only_file_is_refused_is_not_called_empty(text: str, home: Home) -> None:
    home.config(text)
    async with stage() as opened:
        await opened.sees("No profile can be read")
        assert "No profiles yet" not in opened.text()
        assert "correct line" in opened.text()
        home.config_file.unlink()
        await opened.sees("No profiles yet")
        home.config("[base-role]\nregion = x\n")
        await opened.sees("write [profile base-role]")


async def test_the_environment_is_a_row_of_its_own(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "never-to-be-seen")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "never-to-be-seen")
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", "2026-11-20T21:00:00Z")
    home.credentials(BASE)
    async with stage() as opened:
        assert opened.names[0] == "environment"
        text = opened.text()
        assert "⚠ env expired" in text
        assert "30m ago" in text
        assert "never-to-be-seen" not in text
        await opened.press("home")
        await opened.sees("shadows")


async def test_the_details_say_where_each_value_comes_from(demo_home: Path) -> None:
    async with stage((160, 50)) as opened:
        await opened.go_to("deploy")
        await opened.sees("~/.aws/config:")
        text = opened.text()
        for part in ("47:12", "corp", "31:05", "base", "role_session_name = ada", ".json"):
            assert part in text


async def test_the_details_name_who_shares_the_entry(home: Home) -> None:
    home.credentials(BASE)
    section = {"role_arn": "arn:aws:iam::111122223333:role/Shared"}
    same = "role_arn = arn:aws:iam::111122223333:role/Shared\nsource_profile = base\n"
    home.config(f"[profile one]\n{same}[profile two]\n{same}")
    home.cli_cache(section, expires_at=NOW + 3000)
    async with stage((160, 50)) as opened:
        await opened.go_to("one")
        await opened.sees("with two")


@pytest.mark.parametrize("size", [(160, 50), (120, 40), (80, 24), (50, 15)])
async def test_every_size_shows_profile_state_and_time_left(
    demo_home: Path, size: tuple[int, int]
) -> None:
    async with stage(size) as opened:
        line = next(line for line in opened.text().splitlines() if "data-dev" in line)
        assert "expiring" in line
        assert "9:41" in line
        assert all(len(line) <= size[0] for line in opened.text().splitlines())


@pytest.mark.parametrize("size", [(80, 24), (50, 15)])
async def test_in_a_small_pane_enter_shows_the_details_and_escape_ends_them(
    demo_home: Path, size: tuple[int, int]
) -> None:
    async with stage(size) as opened:
        await opened.go_to("staging")
        await opened.press("enter")
        await opened.sees("renews   auto")
        await opened.press("escape")
        await opened.sees("PROFILE")


async def test_a_pane_that_is_resized_is_laid_out_anew(demo_home: Path) -> None:
    async with stage((160, 50)) as opened:
        await opened.pilot.resize_terminal(50, 15)
        await opened.settle()
        assert "data-dev" in opened.text()
        await opened.pilot.resize_terminal(160, 50)
        await opened.sees("settings")


async def test_the_help_names_every_key(demo_home: Path) -> None:
    from awsttl.tui.actions import ACTIONS

    async with stage((160, 90)) as opened:
        await opened.press("question_mark")
        await opened.sees("Show the keys")
        said = " ".join(opened.text().replace("│", "").split())
        for action in ACTIONS:
            assert action.description in said
        await opened.press("escape")
        await opened.sees_no_more("Show the keys")


@pytest.mark.heavy
async def test_the_palette_opens_and_a_theme_can_be_chosen(demo_home: Path) -> None:
    async with stage() as opened:
        await opened.press("ctrl+p")
        await opened.sees("Search")
        await opened.press("escape")
        for theme in ("awsttl-light", "ansi-dark", "ansi-light", "nord"):
            opened.app.theme = theme
            await opened.settle()
            assert "data-dev" in opened.text()


async def test_a_sudden_jump_of_the_clock_is_right_in_the_next_frame(demo_home: Path) -> None:
    clock = Clock()
    async with stage(clock=clock) as opened:
        await opened.go_to("staging")
        clock.now += 8 * 3600
        opened.app.feed.changed()
        await opened.until(lambda: "staging" in opened.text() and "7h ago" in opened.text())
        assert opened.row("audit").word == "expired"


def _stumble(secret: str) -> None:
    raise RuntimeError("boom")


async def test_an_unexpected_error_shows_no_values_of_variables(demo_home: Path) -> None:
    async with stage() as opened:
        secret = uuid.uuid4().hex
        try:
            _stumble(secret)
        except RuntimeError:
            opened.app._fatal_error()
        console = opened.app.error_console
        with console.capture() as capture:
            for renderable in opened.app._exit_renderables:
                console.print(renderable)
        assert "boom" in capture.get()
        assert secret not in capture.get()
        opened.app._exit_renderables.clear()


async def test_variables_without_any_profile_are_a_row_too(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "never-to-be-seen")
    async with stage() as opened:
        await opened.sees("(environment)")


async def test_entries_without_any_profile_can_still_be_cleared(home: Home) -> None:
    path = home.cli_cache({"role_arn": "arn:aws:iam::111122223333:role/Gone"}, expires_at=NOW + 900)
    async with stage() as opened:
        await opened.sees("orphan")
        await opened.press("c")
        await opened.until(lambda: not path.exists())


@pytest.mark.heavy
async def test_a_feed_that_fails_says_so_and_recovers(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from awsttl.disk.reader import Reader

    async with stage() as opened:
        with monkeypatch.context() as broken:

            def fail(self: Reader) -> None:
                raise RuntimeError("a secret may be in here")

            broken.setattr(Reader, "look", fail)
            opened.app.feed.changed()
            await opened.sees("cannot follow its files: RuntimeError")
            assert "secret" not in opened.text()
        await opened.sees_no_more("cannot follow its files")


async def test_what_is_urgent_arrives_in_sight_of_who_looks_at_the_top(home: Home) -> None:
    home.credentials(BASE)
    names = [f"p{number:02}" for number in range(60)]
    home.config("".join(role(name) for name in names))
    for number, name in enumerate(names):
        arn = f"arn:aws:iam::111122223333:role/{name}"
        home.cli_cache({"role_arn": arn}, expires_at=NOW + 4000 + number)
    async with stage((120, 40)) as opened:
        assert opened.cursor == "p00"
        arn = "arn:aws:iam::111122223333:role/p59"
        home.cli_cache({"role_arn": arn}, expires_at=NOW + 60)
        await opened.until(lambda: opened.names[0] == "p59")
        await opened.sees("p59")
        assert opened.cursor == "p00"


async def test_a_longer_name_that_comes_later_widens_the_column(home: Home) -> None:
    home.config("[profile short]\nregion = eu-west-1\n")
    long = "a-name-of-thirty-characters-xyz"
    async with stage((120, 30)) as opened:
        await opened.sees("short")
        home.config(f"[profile {long}]\nregion = eu-west-1\n[profile short]\n")
        await opened.until(lambda: f"{long}  no session" in opened.text())
