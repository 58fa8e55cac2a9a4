"""What stands around the rows: the filter's line, the key bar, and the words where no row is."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from awsttl.core.files import Files
from awsttl.disk.reader import Reader
from awsttl.tui import screen
from awsttl.tui.actions import ACTIONS
from awsttl.tui.around.key_bar import fitting
from support.heavy import also_heavy
from support.home import Home
from support.odd import config_text
from support.renewing import BASE, role
from support.stage import DEADLINE, NOW, Stage, stage

SIZES = [(120, 40), (80, 24), (50, 15)]


def line(opened: Stage, number: int) -> str:
    return opened.text().splitlines()[number]


class TestFilterLine:
    @pytest.mark.heavy
    @pytest.mark.parametrize("size", SIZES)
    async def test_looks_like_a_filter_while_it_is_typed_and_while_it_is_kept(
        self, demo_home: Path, size: tuple[int, int]
    ) -> None:
        async with stage(size) as opened:
            await opened.press("slash")
            await opened.sees("words of a row, not times")
            await opened.press(*"prod")
            await opened.until(lambda: len(opened.names) == 2)
            assert line(opened, -1).split() == ["/prod", "⏎", "keeps", "esc", "clears"]
            await opened.press("enter")
            await opened.until(lambda: line(opened, -2).split() == ["/prod", "esc", "clears"])
            assert "renew" in line(opened, -1)
            await opened.press("escape")
            await opened.sees_no_more("esc clears")
            assert len(opened.names) == 22

    @pytest.mark.heavy
    async def test_opens_again_with_its_words(self, demo_home: Path) -> None:
        async with stage() as opened:
            await opened.press("slash", *"prod", "enter", "slash")
            await opened.sees("⏎ keeps")
            await opened.press("right", *"-admin")
            await opened.until(lambda: opened.names == ["prod-admin"])
            assert "/prod-admin" in line(opened, -1)

    async def test_shows_the_rows_again_where_the_details_hid_them(self, demo_home: Path) -> None:
        async with stage((80, 24)) as opened:
            await opened.press("enter")
            await opened.sees_no_more("PROFILE")
            await opened.press("slash")
            await opened.sees("PROFILE")


class TestNoRows:
    async def test_files_that_take_long_to_read_are_waited_for_in_words(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gate, look = threading.Event(), Reader.look

        def slow(reader: Reader) -> Files:
            gate.wait(DEADLINE)
            return look(reader)

        home.credentials("[base]\naws_access_key_id = A\naws_secret_access_key = S\n")
        monkeypatch.setattr(Reader, "look", slow)
        monkeypatch.setattr(screen, "PATIENCE", 0.0)
        async with stage(wait=False) as opened:
            await opened.sees("Reading your AWS files …")
            assert line(opened, 0).split() == ["awsttl"]
            gate.set()
            await opened.sees("∞ base")
            await opened.sees_no_more("Reading")

    @pytest.mark.parametrize("size", [SIZES[0], *also_heavy(*SIZES[1:])])
    async def test_a_filter_without_an_answer_says_so_in_the_tables_place(
        self, demo_home: Path, size: tuple[int, int]
    ) -> None:
        async with stage(size) as opened:
            await opened.press("slash", *"[/zz]")
            await opened.sees("None of 21 profiles matches  /[/zz]")
            await opened.sees("esc clears the filter")
            await opened.press("backspace")
            await opened.sees("None of 21 profiles matches  /[/zz\n")
            await opened.press("enter", "escape")
            await opened.sees_no_more("None of 21")
            assert "prod-admin" in opened.text()

    async def test_it_says_that_the_hidden_were_not_looked_at(self, home: Home) -> None:
        home.config(config_text({"base": BASE, "dev": role(), "ops": role(number=1)}))
        home.settings('hidden = ["dev"]')
        async with stage() as opened:
            await opened.press("slash", *"dev", "enter")
            await opened.sees("None of 2 profiles matches  /dev")
            await opened.sees("1 hidden: H looks among them too")
            await opened.press("H")
            await opened.until(lambda: opened.names == ["dev"])
            await opened.sees_no_more("None of")

    async def test_where_all_are_hidden_it_says_which_key_shows_them(self, home: Home) -> None:
        home.config(config_text({"base": BASE, "dev": role()}))
        home.settings('hidden = ["base", "dev"]')
        async with stage((50, 15)) as opened:
            await opened.sees("All 2 profiles are hidden.")
            await opened.sees("H shows them")
            await opened.press("H")
            await opened.until(lambda: opened.names == ["dev", "base"])
            await opened.sees_no_more("are hidden.")

    async def test_it_stands_below_the_rows_that_are_no_profiles(self, home: Home) -> None:
        home.config(config_text({"base": BASE}))
        home.settings('hidden = ["base"]')
        home.cli_cache(role(), expires_at=NOW + 3600)
        async with stage((80, 24)) as opened:
            await opened.sees("The only profile is hidden.")
            assert "orphan" in line(opened, 2)
            assert "The only profile is hidden." in line(opened, 4)

    async def test_a_filter_that_finds_other_rows_has_them_alone(self, demo_home: Path) -> None:
        async with stage() as opened:
            await opened.press("slash", *"orphan")
            await opened.until(lambda: len(opened.names) == 1)
            await opened.settle()
            assert "None of" not in opened.text()


class TestTop:
    async def test_a_bad_file_is_told_whole_in_a_narrow_pane(self, home: Home) -> None:
        home.config("[profile a]\nrole_arn = arn:aws:iam::111122223333:role/A\nno delimiter\n")
        home.credentials("[base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n")
        async with stage((50, 15)) as opened:
            (problem,) = opened.app.main.arrangement.snapshot.problems
            await opened.until(
                lambda: problem.message in " ".join(opened.text().split()), "all of the message"
            )
            await opened.pilot.resize_terminal(120, 40)
            await opened.sees(problem.message)
            await opened.until(lambda: "PROFILE" in line(opened, 2), "one line of it")

    async def test_the_title_gives_way_before_a_warning_does(
        self, demo_home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "never-to-be-seen")
        async with stage((50, 15)) as opened:
            assert "need you" in line(opened, 0)
            assert line(opened, 0).endswith("⚠ env")
            await opened.press("slash", *"prod", "enter")
            await opened.sees("2 of 21")
            assert "⚠ env" in line(opened, 0)

    async def test_an_empty_home_says_all_it_has_in_a_small_pane(self, home: Home) -> None:
        async with stage((50, 15)) as opened:
            await opened.sees("No profiles yet.")
            await opened.sees("aws configure sso  sign in in a browser")
            await opened.sees("Profiles show up here by themselves.")


class TestKeyBar:
    def test_a_wider_one_has_all_that_a_narrower_one_has(self) -> None:
        for width in range(1, 190):
            assert set(fitting(width - 1)) <= set(fitting(width))

    def test_never_takes_more_cells_than_there_are(self) -> None:
        for width in range(190):
            used = sum(len(f" {action.key} {action.label} ") for action in fitting(width))
            assert used <= width

    def test_every_key_with_a_label_is_in_it_where_there_is_room(self) -> None:
        assert fitting(180) == tuple(action for action in ACTIONS if action.label)
        assert "log" in {action.name for action in fitting(120)}

    async def test_a_small_one_has_what_matters_most(self, demo_home: Path) -> None:
        async with stage((50, 15)) as opened:
            assert line(opened, -1).strip() == "r renew  R renew all  d why  / filter  ? keys"


@pytest.mark.parametrize("size", SIZES)
async def test_texts_of_the_help_hang_beside_their_keys(
    demo_home: Path, size: tuple[int, int]
) -> None:
    async with stage(size) as opened:
        await opened.press("question_mark")
        await opened.sees("alive, and reused")
        inside = [row.split("│")[1] for row in opened.text().splitlines() if row.count("│") == 2]
        # The padding of the box, the column of keys, and the gap behind it.
        inside = [row for row in inside if row.strip(" ▁▂▃▄▅▆▇█")]
        if size[0] >= 80:
            # The legend has two columns, and stands there whole.
            assert any("valid" in row and "kept" in row for row in inside)
            inside = inside[7:]
        texts = [row[2 + 7 + 2 :] for row in inside]
        signs = [row[: 2 + 7 + 2] for row in inside]
        assert len(texts) > 6
        assert [row for row, text in zip(inside, texts, strict=True) if text[0] == " "] == []
        assert all(sign.endswith("  ") for sign in signs)
        if size[0] < 80:
            await opened.press("end")
            await opened.sees("Quit")
            below = [row.split("│")[1] for row in opened.text().splitlines() if row.count("│") == 2]
            wrapped = [row for row in below if row.strip() and not row[: 2 + 7 + 2].strip()]
            assert wrapped, "no text was wrapped"
