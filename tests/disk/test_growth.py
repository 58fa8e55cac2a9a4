"""Whatever comes in, the work grows no faster than its length.

Steps are counted, not seconds: the lines of Python that are executed. Twice the input may take
little more than twice the steps.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from awsttl.core.files import Files, IniFile
from awsttl.core.ini.document import parse
from awsttl.core.ini.misread import in_config, in_credentials
from awsttl.core.ini.names import by_name
from awsttl.core.profiles import resolve
from awsttl.disk.settings_file import SettingsFile
from support.home import Home

ROLE = "role_arn = arn:aws:iam::111122223333:role/R{0}\nsource_profile = {1}\n"


def steps(work: Callable[[], object]) -> int:
    """How many lines of Python are executed by *work*."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def grows(make: Callable[[int], Callable[[], object]], least: int) -> float:
    """By which factor the steps grow where the input is twice as long."""
    make(least)()  # what is done once, such as an import
    return steps(make(2 * least)) / steps(make(least))


def _chain(length: int, *, closed: bool = False) -> Callable[[], object]:
    names = [f"p{number}" for number in range(length)]
    behind = [*names[1:], names[0] if closed else "base"]
    text = "".join(
        f"[profile {name}]\n{ROLE.format(name, source)}"
        for name, source in zip(names, behind, strict=True)
    )
    text += "[profile base]\naws_access_key_id = A\naws_secret_access_key = s\n"
    files = Files(IniFile("config", by_name(parse(text).settings())["profile"]), IniFile("x"))
    return lambda: resolve.snapshot(files)


def _around(bad: str) -> Callable[[int], Callable[[], object]]:
    """So many profiles, and such a line in the middle."""

    def make(count: int) -> Callable[[], object]:
        sections = [f"[profile p{n}]\n{ROLE.format(n, 'base')}" for n in range(count)]
        sections[count // 2] += bad
        text = "".join(sections)

        def read() -> None:
            document = parse(text)
            in_config(document, by_name(document.settings()))
            in_credentials(document, document.settings())

        return read

    return make


@pytest.mark.heavy
@pytest.mark.parametrize("closed", [False, True], ids=["to an end", "in a circle"])
def test_chains_of_hundreds(closed: bool) -> None:
    # Up to the longest chain that is followed, each profile has one hop more than the next.
    assert grows(lambda length: _chain(length, closed=closed), 320) < 2.5


@pytest.mark.parametrize(
    "bad",
    ["nonsense\n", "[profile p1]\nx = y\n", "\0\n", "\udcff\n", "  swallowed = x\n", "[p] x\n",
     "[DEFAULT]\nx =\n  y\n", "[x\n", "= x\n"],
)  # fmt: skip
def test_files_with_one_bad_line(bad: str) -> None:
    assert grows(_around(bad), 1000) < 2.2


@pytest.mark.parametrize("bad", ["nonsense\n", "[profile p]\n", "  a = b\n", "[DEFAULT]\nx=y\n"])
def test_files_with_nothing_but_bad_lines(bad: str) -> None:
    assert grows(lambda count: lambda: parse("[profile p]\nx =\n" + bad * count), 1000) < 2.2


@pytest.mark.parametrize(
    "text",
    ["{0}x = 1", "[{0}x]", "x = {{{0}x = 1}}", "{1}x = 1", "[[{0}x]]", "x = [{0}]"],
)  # fmt: skip
def test_settings_with_dots(text: str, home: Home) -> None:
    """A key of 8,000 parts took minutes."""

    def make(count: int) -> Callable[[], object]:
        path = home.settings(text.format("a." * count, '"a" . ' * count))
        return SettingsFile(str(path)).look

    assert grows(make, 2000) < 2.2
    assert [problem.code for problem in SettingsFile(str(home.settings_file)).look().problems] == [
        "settings-unreadable"
    ]


def test_dots_in_texts_and_comments_are_no_keys(home: Home) -> None:
    dots = "." * 200
    home.settings(f'# {dots}\nhidden = ["{dots}", \'{dots}\']\n"{dots}" = "\\"{dots}"\n')
    looked = SettingsFile(str(home.settings_file)).look()
    assert looked.settings.hidden == {dots}
    assert [problem.code for problem in looked.problems] == ["setting"]
