"""A dialog is answered once, and closes itself alone."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from awsttl.tui.dialog import Dialog
from support.stage import stage


class Question(Dialog[str]):
    """A dialog that says its name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._said = name

    def compose(self) -> ComposeResult:
        yield Static(self._said)


class TestDismissing:
    async def test_twice_answers_once_and_leaves_the_dashboard(self) -> None:
        async with stage() as opened:
            answers: list[str | None] = []
            before, question = opened.app.screen, Question("only question")
            opened.app.push_screen(question, answers.append)
            await opened.sees("only question")
            question.dismiss("one")
            question.dismiss("two")
            await opened.sees_no_more("only question")
            await opened.until(lambda: bool(answers))
            assert answers == ["one"]
            assert opened.app.screen is before

    async def test_below_another_dialog_waits_for_that(self) -> None:
        async with stage() as opened:
            answers: list[str | None] = []
            before, below, above = opened.app.screen, Question("below"), Question("above")
            opened.app.push_screen(below, answers.append)
            opened.app.push_screen(above, answers.append)
            await opened.sees("above")
            below.dismiss("of below")
            await opened.sees("above")
            assert answers == []
            above.dismiss("of above")
            await opened.until(lambda: opened.app.screen is before and len(answers) > 1)
            assert answers == ["of above", "of below"]
