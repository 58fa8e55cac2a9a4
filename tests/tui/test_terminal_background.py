"""The terminal is asked for its background, and the theme follows the answer."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from awsttl.tui import theme
from awsttl.tui.terminal_background import AGAIN, PATIENCE, QUESTION, Background, is_light
from benchmarks import frames
from benchmarks.programs import AWSTTL
from benchmarks.pseudo_terminal import Terminal
from support.home import Home
from support.stage import stage

# Python 3.12 and later warn of fork beside threads, which pytest-xdist has. The child only execs.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@pytest.fixture(autouse=True)
def true_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")


@pytest.mark.parametrize(
    ("answer", "light"),
    [
        ("rgb:ffff/ffff/ffff", True),
        ("rgb:FB/FA/F7", True),
        ("rgba:ffff/ffff/dddd/8000", True),
        ("#fdf6e3", True),
        ("#fff", True),
        ("rgb:0000/0000/0000", False),
        ("rgb:1/1/2", False),
        ("rgb:00/2b/36", False),
        ("#101418", False),
        ("#000000000000", False),
        ("", None),
        ("rgb:", None),
        ("rgb:ffff/ffff", None),
        ("rgb:fffff/ffff/ffff", None),
        ("#ffff", None),
        ("white", None),
    ],
)
def test_what_a_terminal_says_of_its_background(answer: str, light: bool | None) -> None:
    assert is_light(answer) is light


class TestTheQuestion:
    def test_takes_one_answer(self) -> None:
        background = Background({"TERM": "xterm"})
        assert background.take("#fff") is None, "not asked"
        assert background.question() == QUESTION
        assert background.take("#fff") is True
        assert background.take("#000") is None, "a second answer"
        background.question()
        assert background.take("#000") is False

    def test_is_put_again_when_the_person_comes_back_to_a_terminal_that_answers(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        silent, answers = Background({"TERM": "xterm"}), Background({"TERM": "xterm"})
        for each in (silent, answers):
            each.question()
        assert answers.take("#000") is False
        assert answers.question_again() == "", "too soon"
        now = time.monotonic()
        monkeypatch.setattr(time, "monotonic", lambda: now + AGAIN + 1)
        assert answers.question_again() == QUESTION
        assert answers.take("#fff") is True
        assert silent.question_again() == ""
        assert Background({"TERM": "xterm"}).question_again() == "", "never asked"

    @pytest.mark.parametrize(
        "environ",
        [
            {"TERM": "linux"},
            {"TERM": "linux-16color"},
            {"TERM": "eterm-color"},
            {"TERM": "vt220"},
            {"TERM": "screen.xterm-256color", "STY": "4711.pts-0.host"},
        ],
    )
    def test_is_not_put_to_a_terminal_that_might_show_or_keep_it(
        self, environ: dict[str, str]
    ) -> None:
        background = Background(environ)
        assert background.question() == ""
        assert not background.is_awaited

    def test_is_waited_for_at_the_end_only_as_long_as_an_answer_may_be_under_way(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waited: list[float | None] = []
        background = Background({"TERM": "xterm"})
        background.let_come()
        background.question()
        monkeypatch.setattr(background._answered, "wait", waited.append)
        now = time.monotonic()
        monkeypatch.setattr(time, "monotonic", lambda: now + 10)
        background.let_come()
        background.let_come()
        assert waited == [0.0]
        assert PATIENCE < 1

    def test_is_not_put_again_to_a_terminal_that_was_waited_for_in_vain(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        background = Background({"TERM": "xterm"})
        background.question()
        monkeypatch.setattr(background._answered, "wait", lambda _seconds: False)
        background.let_come()
        assert background.question() == ""

    def test_is_put_again_to_one_that_answers(self) -> None:
        background = Background({"TERM": "xterm"})
        background.question()
        background.take("#fff")
        background.let_come()
        assert background.question() == QUESTION


class TestTheTheme:
    async def test_follows_the_answer(self, demo_home: Path) -> None:
        async with stage() as opened:
            assert opened.app.theme == theme.DARK.name
            opened.app.background_is(light=True)
            assert opened.app.theme == theme.LIGHT.name
            await opened.settle()
            # It is nobody's choice.
            await opened.press("x")
            settings = opened.app.main.engine.choices
            await opened.until(
                lambda: bool(opened.app.main.arrangement.settings.hidden), "a choice"
            )
            assert settings is not None
            assert opened.app.main.arrangement.settings.theme == ""

    async def test_that_was_chosen_stays(self, home: Home) -> None:
        home.settings(f'theme = "{theme.DARK.name}"\n')
        async with stage() as opened:
            opened.app.background_is(light=True)
            assert opened.app.theme == theme.DARK.name

    async def test_that_is_chosen_later_stays(self, demo_home: Path) -> None:
        async with stage() as opened:
            opened.app.theme = "nord"
            await opened.until(
                lambda: opened.app.main.arrangement.settings.theme == "nord", "the choice"
            )
            opened.app.background_is(light=True)
            assert opened.app.theme == "nord"

    async def test_is_not_changed_before_the_settings_are_known(self, home: Home) -> None:
        home.settings('theme = "nord"\n')
        async with stage(wait=False) as opened:
            opened.app.background_is(light=True)
            await opened.until(lambda: opened.app.theme == "nord", "the chosen theme")


def has_light_ground(cell: Any) -> bool:
    """Whether a cell has a light ground."""
    return len(cell.bg) == 6 and int(cell.bg[:2], 16) > 0x80


def is_bright(terminal: Terminal) -> bool:
    """Whether the first cell of the head of the table stands on a light ground."""
    return has_light_ground(terminal.picture[1][0])


def open_in(home: Home, answer: bytes) -> Terminal:
    """The dashboard in a terminal that says this of its background, as soon as it is asked."""
    home.config("[profile one]\nregion = eu-west-1\n[profile two]\nregion = eu-west-1\n")
    environ = home.environ() | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    return Terminal(AWSTTL, environ, answers={QUESTION.encode(): answer})


@pytest.mark.heavy
class TestInATerminal:
    def test_that_is_light_the_screen_is_and_no_frame_is_half_of_each(self, home: Home) -> None:
        with open_in(home, b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\") as terminal:
            drawing = frames.draw(terminal)
            assert "PROFILE" in terminal.line(1)
            assert is_bright(terminal)
            # On a busy machine the answer may come after a first frame, which is whole and dark.
            for picture in drawing.half_drawn:
                assert frames.text(picture) == frames.text(terminal.picture)
                assert not any(has_light_ground(cell) for line in picture for cell in line)

    def test_that_answers_late_the_theme_changes_then(self, home: Home) -> None:
        with open_in(home, b"") as terminal:
            frames.draw(terminal)
            assert not is_bright(terminal)
            terminal.send(b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\")
            terminal.wait_until(is_bright, "a light ground")
            assert "PROFILE" in terminal.line(1)

    def test_that_answers_nonsense_no_key_is_pressed_and_nothing_changes(self, home: Home) -> None:
        with open_in(home, b"\x1b]11;qqqq/q:q\x07") as terminal:
            frames.draw(terminal)
            terminal.send(b"\x1b]11;rgb:ffff/ffff/ffff\x07\x1b]11;r")
            terminal.check_answers()
            assert "PROFILE" in terminal.line(1)
            assert not is_bright(terminal)
