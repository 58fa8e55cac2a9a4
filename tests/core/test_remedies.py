"""Remedies: what each face says, and that no text below the faces names a key."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import awsttl
from awsttl.commands import remedies as command_line
from awsttl.core.remedies import NOTHING_TO_DO, Act, Problem, Remedy
from awsttl.tui import remedies as dashboard
from awsttl.tui.actions import ACTIONS

SIGN_IN = Remedy(act=Act.RENEW, profile="prod", purpose="to sign in")
AGAIN = Remedy("wait a minute", Act.RENEW, "prod", purpose="again")
EITHER = Remedy(
    act=Act.RENEW,
    profile="prod",
    purpose="to replace it",
    otherwise=Remedy(act=Act.CLEAR, profile="my base", purpose="to remove it"),
)


class TestTheDashboard:
    def test_names_the_key(self) -> None:
        assert dashboard.said(SIGN_IN, "prod") == "press r to sign in"
        assert dashboard.said(AGAIN, "prod") == "wait a minute, then press r again"

    def test_names_the_row_where_it_is_another(self) -> None:
        assert dashboard.said(SIGN_IN) == 'press r on "prod" to sign in'
        both = 'press r to replace it, or press c on "my base" to remove it'
        assert dashboard.said(EITHER, "prod") == both

    def test_adds_a_remedy_to_its_problem_only_where_there_is_one(self) -> None:
        problem = Problem("long-term", "there is no session", NOTHING_TO_DO)
        assert dashboard.told(problem) == "there is no session; nothing to do"
        assert dashboard.told(problem._replace(fix=Remedy())) == "there is no session"

    @pytest.mark.parametrize("act", Act)
    def test_has_a_key_for_every_act_from_the_table_of_actions(self, act: Act) -> None:
        (key,) = (action.key for action in ACTIONS if action.name == act)
        assert re.fullmatch(rf"press {key} to \w.*", dashboard.said(Remedy(act=act)))


class TestTheCommandLine:
    def test_names_the_command(self) -> None:
        assert command_line.said(SIGN_IN) == "to sign in, run: awsttl renew prod"
        why = Remedy(act=Act.DIAGNOSE, profile="my base", purpose="to see more")
        assert command_line.said(why) == "to see more, run: awsttl doctor 'my base'"
        again = Remedy("wait a minute", Act.DIAGNOSE, purpose="again")
        assert command_line.said(again) == "wait a minute, then run: awsttl doctor"

    @pytest.mark.parametrize("act", Act)
    def test_has_words_for_every_act(self, act: Act) -> None:
        said = command_line.said(Remedy(act=act, profile="prod"))
        assert re.fullmatch(r"run: (awsttl|aws|eval) .*", said)

    @pytest.mark.parametrize("act", [act for act in Act if act is not Act.UNSET])
    def test_has_commands_that_fit_on_a_line_for_a_shell(self, act: Act) -> None:
        assert " 'a;b'" in command_line.said(Remedy(act=act, profile="a;b"))


class TestWithoutAFace:
    def test_names_neither_a_key_nor_a_command(self) -> None:
        assert str(SIGN_IN) == "renew prod to sign in"
        assert f"{AGAIN}" == "wait a minute, then renew prod again"
        assert str(EITHER) == "renew prod to replace it, or clear my base to remove it"
        assert str(Remedy(act=Act.RENEW)) == "renew it"

    @pytest.mark.parametrize("act", Act)
    def test_has_words_for_every_act(self, act: Act) -> None:
        assert str(Remedy(act=act, profile="prod"))


class TestForPrograms:
    def test_its_first_way_is_in_parts(self) -> None:
        assert AGAIN.fields() == {"action": "renew", "profile": "prod", "words": "wait a minute"}
        assert Remedy().fields() == {"action": None, "profile": None, "words": None}


ROOMS = ("core", "engine", "disk", "aws", "terminal")
KEY = re.compile(
    r"\b[Pp]ress(es)? \w\b"
    r"|(^|[\s;,.(])(?!a\b|I\b)[a-zA-Z] "
    r"(again|brings|cancels|clears|copies|does|finds|gets|hides|keeps|leaves|on its?|opens|renews"
    r"|removes|shows|signs|to|unsets|will)\b"
)
"""A sentence in which a letter is a key: ``press r``, ``z brings it back``, ``c on its row``."""


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Every string of a module that may be shown, with its line: all but docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    notes = {
        id(statement.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for statement in node.body
        if isinstance(statement, ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes:
            yield node.lineno, node.value


class TestNoTextBelowTheFaces:
    @pytest.mark.parametrize("room", ROOMS)
    def test_names_a_key(self, room: str) -> None:
        folder = Path(awsttl.__file__).parent / room
        found = [
            f"{path.relative_to(folder)}:{line}: {text}"
            for path in sorted(folder.rglob("*.py"))
            for line, text in texts(path)
            if KEY.search(text)
        ]
        assert found == []

    @pytest.mark.parametrize(
        "text",
        ["press r again", "gone; z brings it back", "or c on its row", "u unsets it"],
    )
    def test_would_be_let_through_by_the_search_for_one(self, text: str) -> None:
        assert KEY.search(text)

    def test_is_taken_for_one_only_if_it_is(self) -> None:
        assert not KEY.search("a key leads to 5 s on AWS; press on, a shows")
