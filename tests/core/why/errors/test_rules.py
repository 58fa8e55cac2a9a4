"""The rules as data: each is found by its own examples, and stands where it has to."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from re import _constants as op  # type: ignore[attr-defined]  # no types for sre's own names
from re import _parser as parser  # type: ignore[attr-defined]  # as above
from types import FrameType, ModuleType
from typing import Any

import pytest

from awsttl.core.why import causes, mentions
from awsttl.core.why.errors import TABLE, files, find, keys, known_of, marks, programs, text
from awsttl.core.why.errors.rule import Rule, filled, fits
from awsttl.core.why.errors.text import Message

PLACED = list(enumerate(TABLE))
EACH = pytest.mark.parametrize(
    ("place", "rule"), PLACED, ids=[f"{place}-{rule.code}" for place, rule in PLACED]
)


def is_own(rule: Rule) -> bool:
    """Whether a rule knows awsttl's own errors only."""
    return bool(rule.own) and not (rule.phrases or rule.shared or rule.codes or rule.alone)


@EACH
def test_a_rule_is_found_by_each_of_its_examples(place: int, rule: Rule) -> None:
    for client, example in rule.examples:
        found = find(Message.of(example), own=client == "awsttl")
        assert found is not None, example
        assert found.rule is rule, example


@EACH
def test_a_rule_has_an_example_of_two_clients(place: int, rule: Rule) -> None:
    assert len({client for client, _ in rule.examples}) >= (1 if is_own(rule) else 2)


@EACH
def test_a_rule_says_which_others_would_take_its_text_and_why_they_must_not(
    place: int, rule: Rule
) -> None:
    """No constraint that none of its examples needs, and none that is left unsaid."""
    behind = set()
    for client, example in rule.examples:
        message = Message.of(example)
        known = known_of(message, own=client == "awsttl")
        behind |= {other.code for other in TABLE[place + 1 :] if fits(other, message, known)}
    assert set(rule.before) <= behind
    assert behind - {rule.code} <= set(rule.before)
    assert bool(rule.before) == bool(rule.reason)


@EACH
def test_what_a_rule_says_names_no_placeholder(place: int, rule: Rule) -> None:
    for name in ("dev", ""):
        problem = causes.problem_of(rule, Message.of(rule.examples[0][1]), name)
        for words in (problem.message, str(problem.fix)):
            assert words
            assert "{" not in words
            assert "PROFILE" not in re.sub(r"AWS_\w+", "", words)


def test_a_name_is_quoted_for_a_shell_and_its_lack_is_said_in_words() -> None:
    assert filled("run: aws sso login{option}", "my dev") == "run: aws sso login --profile 'my dev'"
    assert filled("run: aws sso login{option}", "") == "run: aws sso login"
    assert filled("complete {profile}", "") == "complete the profile"


class TestAPattern:
    """No pattern's work grows faster than the text: counted in the pattern, not by a clock."""

    MOST = 5_000
    """Steps that a repetition may take, with those inside it."""

    @staticmethod
    def patterns() -> Iterator[str]:
        for module in (causes, mentions, files, keys, marks, programs, text):
            yield from patterns_of(module)
        yield from (pattern for rule in TABLE for pattern in rule.alone)
        for sentence in (sentence for rule in TABLE for sentence in rule.sentences):
            yield from (said.pattern for said in (sentence.before, sentence.behind) if said)

    def test_repeats_nothing_without_a_bound(self) -> None:
        found = list(self.patterns())
        assert len(found) > 30
        for pattern in found:
            assert nested(parser.parse(pattern)) <= self.MOST, pattern


def patterns_of(module: ModuleType) -> Iterator[str]:
    """The compiled patterns of a module, and the texts that its functions compile."""
    for value in vars(module).values():
        if isinstance(value, re.Pattern):
            yield value.pattern
        if isinstance(value, tuple):
            yield from (
                each for each in value if isinstance(each, str) and re.search(r"\\|\[", each)
            )


def nested(parsed: Any) -> int:
    """How often the innermost part of a parsed pattern may be repeated, all repetitions told."""
    most = 1
    for code, argument in parsed:
        match code:
            case op.MAX_REPEAT | op.MIN_REPEAT:
                _, times, inner = argument
                assert times is not op.MAXREPEAT, "a repetition without a bound"
                most = max(most, times * nested(inner))
            case op.SUBPATTERN:
                most = max(most, nested(argument[-1]))
            case op.BRANCH:
                most = max(most, *(nested(branch) for branch in argument[1]))
            case op.ASSERT | op.ASSERT_NOT:
                most = max(most, nested(argument[1]))
            case _:
                pass
    return most


@pytest.mark.parametrize(
    "piece",
    [
        "Value 'x",
        "sso ",
        "profile ",
        "ExpiredToken ",
        "An error occurred (ExpiredToken) when calling the ",
        "expired credentials SSO session ",
        "\x1b]",
        "\\",
        "&#",
        "| a",
        "[12:00:00] ",
        "2026-11-20 21:00:00 INFO words that are all different\n",
        "Traceback (most recent call last):\n",
    ],
)
def test_twice_the_text_takes_twice_the_calls(piece: str) -> None:
    """Counted in calls of functions, of Python's and of the interpreter's own."""
    few, many = (calls_of(piece * times) for times in (2_000, 4_000))
    assert many <= 2 * few + 2_000


def calls_of(text: str) -> int:
    """How many functions are called to explain a text."""
    count = 0

    def profile(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        causes.explain(text, "dev")
    finally:
        sys.setprofile(before)
    return count


def test_no_two_rules_of_one_code_stand_apart_without_a_reason() -> None:
    """Where a cause has two rules, other words tell it otherwise, or in a later place."""
    for one, two in pairwise(sorted(TABLE, key=lambda rule: rule.code)):
        if one.code == two.code:
            assert one.cause != two.cause or one.phrases != two.phrases
