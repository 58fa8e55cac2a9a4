"""y and .: menus of what can be copied, and of what can be done with the row."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.style import Style
from rich.text import Text
from textual.widgets import OptionList

from awsttl.core.secret import Secret
from awsttl.terminal import clipboard
from support.stage import stage


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What has been copied so far."""
    monkeypatch.setenv("SHELL", "/bin/bash")
    texts: list[str] = []

    def copy(secret: Secret, *_: object) -> str:
        texts.append(secret.reveal())
        return "clipboard"

    monkeypatch.setattr(clipboard, "copy", copy)
    return texts


async def test_the_keys_of_a_menu_stand_out_also_of_the_first_that_is_opened(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing has read the dialogs' stylesheet before."""
    monkeypatch.setenv("COLORTERM", "truecolor")
    async with stage() as opened:
        await opened.press("full_stop")
        await opened.sees("Renew the session")
        first = opened.app.screen.query_one("#entries", OptionList).get_option_at_index(0)
        assert isinstance(first.prompt, Text)
        styles = {
            str(first.prompt)[span.start : span.end]: span.style for span in first.prompt.spans
        }
        key = next(style for text, style in styles.items() if text.strip() == "r")
        assert isinstance(key, Style)
        assert key.color is not None
        assert key.color.name == "#7cb7ff"


async def test_the_menu_of_a_narrow_pane_has_an_action_in_few_words(demo_home: Path) -> None:
    async with stage((80, 24)) as opened:
        await opened.press("full_stop")
        await opened.sees("d  Diagnose the row")
        assert "every check" not in opened.text()


class TestCopying:
    @pytest.mark.parametrize(
        ("key", "text"),
        [
            ("r", "arn:aws:iam::444455556666:role/Deployer"),
            ("e", "export AWS_PROFILE='deploy';"),
            pytest.param("n", "deploy", marks=pytest.mark.heavy),
            pytest.param("p", "--profile deploy", marks=pytest.mark.heavy),
            pytest.param("a", "444455556666", marks=pytest.mark.heavy),
        ],
    )
    async def test_two_keys_copy_a_word_about_the_row(
        self,
        demo_home: Path,
        copied: list[str],
        monkeypatch: pytest.MonkeyPatch,
        key: str,
        text: str,
    ) -> None:
        monkeypatch.setenv("SHELL", "/bin/bash")
        async with stage() as opened:
            await opened.go_to("deploy")
            await opened.press("y")
            await opened.sees("copy: deploy")
            await opened.press(key)
            await opened.hears("copied to the clipboard")
        assert copied == [text]

    @pytest.mark.heavy
    async def test_of_marked_rows_each_gives_a_line(
        self, demo_home: Path, copied: list[str]
    ) -> None:
        async with stage() as opened:
            await opened.press("slash", *"prod", "enter", "asterisk", "y")
            await opened.sees("copy: 2 rows")
            await opened.press("n")
            await opened.until(lambda: copied == ["prod-admin\nprod-readonly"])

    async def test_what_is_not_there_says_so(self, demo_home: Path, copied: list[str]) -> None:
        async with stage() as opened:
            await opened.go_to("base")
            await opened.press("y")
            await opened.sees("there is none")
            await opened.press("r")
            await opened.hears("the role's ARN: there is none")
        assert copied == []

    async def test_the_last_message_can_be_copied_whole(
        self, demo_home: Path, copied: list[str]
    ) -> None:
        async with stage((50, 15)) as opened:
            await opened.go_to("legacy")
            await opened.press("r")
            await opened.hears('source_profile "old" does not exist')
            await opened.press("y", "m")
            await opened.until(lambda: bool(copied))
        assert copied[0].startswith('source_profile "old" does not exist; ')
        assert "\n" not in copied[0]


class TestTheMenuOfARow:
    async def test_has_every_action_and_those_that_are_off_say_why(self, demo_home: Path) -> None:
        async with stage((120, 40)) as opened:
            await opened.go_to("base")
            await opened.press("full_stop")
            await opened.sees("long-term keys have no session to renew")
            text = opened.text()
            for words in ("Diagnose the row", "Export the session", "Hide the profile"):
                assert words in text

    async def test_a_key_in_it_acts_as_the_key_outside(self, demo_home: Path) -> None:
        async with stage() as opened:
            await opened.go_to("staging")
            await opened.press("full_stop", "e")
            await opened.sees("export staging")
            await opened.press("escape", "full_stop", "escape")
            assert len(opened.app.screen_stack) == 1

    async def test_arrows_and_enter_choose_and_what_is_off_is_explained(
        self, demo_home: Path
    ) -> None:
        async with stage() as opened:
            await opened.go_to("base")
            await opened.press("full_stop", "down", "up", "enter")
            await opened.hears("long-term keys have no session to renew")

    async def test_it_fits_the_smallest_pane(self, demo_home: Path) -> None:
        async with stage((50, 15)) as opened:
            await opened.press("full_stop")
            await opened.sees("a key or ⏎ chooses")
            await opened.press("end")
            await opened.settle()
            assert "esc close" in opened.text()
