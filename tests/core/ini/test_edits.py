"""Keys are put into one section of an ini file, and every other byte stays."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest
from botocore.configloader import raw_config_parse
from botocore.exceptions import ConfigParseError
from hypothesis import assume, given
from hypothesis import strategies as st

from awsttl.core.ini import edits
from awsttl.core.ini.document import parse
from support.odd import ODD_NAMES, revealed

VALUES = {"aws_access_key_id": "NEW/1", "aws_session_token": "NEW%(x)s==", "expiration": "NEW 3:4"}
REMOVED = ("aws_expiration",)

BLANKS = st.sampled_from(["", "", " ", "    ", "\t"])
NAMES = st.sampled_from(["it", "other", "it-long-term", "Ünï", "x]y", "it # no comment"])
OURS = st.sampled_from(["aws_access_key_id", "AWS_Session_Token", "Expiration", "aws_expiration"])
OTHERS = st.sampled_from(["region", "s3", "AWS_Secret_Access_Key", "x", "ünï", "a b"])
DELIMITERS = st.sampled_from(["=", " = ", ":", " :\t", "  =  "])
TAILS = st.lists(
    st.sampled_from(["  {} = 1", "\t{}", "", "  # {}", "; {}", "      {}"]), max_size=2
)


def _entry(indent: str, key: str, delimiter: str, mark: str, tails: list[str]) -> list[str]:
    """A key and what may follow it: continued values, comments, empty lines."""
    values = [tail.format(mark) if "#" not in tail and ";" not in tail else tail for tail in tails]
    return [f"{indent}{key}{delimiter}{mark}", *values]


NOISE = st.sampled_from(["", "   ", "# a comment", "  ; another", "#[it]", "\x0c"])
INDENTS = ["", "", "", " ", "\t", "    "]
ENTRIES = st.lists(
    st.one_of(
        st.builds(_entry, st.just("{}"), OURS, DELIMITERS, st.just("OLD"), TAILS),
        st.builds(_entry, st.just("{}"), OTHERS, DELIMITERS, st.sampled_from(["", "kept"]), TAILS),
        NOISE.map(lambda line: [line]),
    ),
    max_size=6,
)
"""Keys that are yet to be indented, each with what follows it, and lines that say nothing."""


def _no_deeper(draw: st.DrawFn, indent: str) -> str:
    return draw(st.sampled_from([each for each in INDENTS if len(each) <= len(indent)]))


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A file that somebody may have written by hand; mostly with the section ``it``."""
    lines = list(draw(st.lists(NOISE, max_size=2)))
    indent = "    "
    for name in draw(st.lists(NAMES, unique=True, max_size=3)):
        # What is indented deeper than the key above would continue its value.
        lines.append(f"{_no_deeper(draw, indent)}[{name}]{draw(BLANKS)}")
        indent = "    "
        for first, *more in draw(ENTRIES):
            indent = _no_deeper(draw, indent) if "{}" in first else indent
            entry = [first.replace("{}", indent), *more]
            # Marks of old values stand in the section that is changed, and nowhere else.
            lines += entry if name == "it" else [line.replace("OLD", "kept") for line in entry]
    end = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    return end.join(lines) + draw(st.sampled_from([end, end, ""]))


def _botocore(text: str) -> dict[str, dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "credentials"
        path.write_bytes(text.encode())
        parsed: dict[str, dict[str, object]] = raw_config_parse(str(path))
        return parsed


def _others(text: str) -> list[str]:
    """The lines without old and new values, with their ends."""
    lines = io.StringIO(text, newline="").readlines()
    return [line for line in lines if "OLD" not in line and "NEW" not in line]


class TestAnyFile:
    @given(text=texts())
    def test_keeps_every_other_byte_and_reads_back_with_the_new_values(self, text: str) -> None:
        try:
            before = _botocore(text)
        except ConfigParseError:
            assume(False)
        changed = edits.put(text, "it", VALUES, REMOVED)
        kept = {key: value for key, value in before.get("it", {}).items() if key not in REMOVED}
        assert _botocore(changed) == before | {"it": kept | VALUES}
        if "it" in before:
            # A line at the very end gets an end when there is something to come after it.
            old, new = "".join(_others(text)), "".join(_others(changed))
            assert new == old or (new.rstrip("\r\n") == old and not old.endswith(("\r", "\n")))
        else:
            assert changed.startswith(text)
            (header,) = [line for line in changed[len(text) :].splitlines() if "[" in line]
            assert header == "[it]"

    @given(text=texts())
    def test_is_the_same_when_the_same_is_put_again(self, text: str) -> None:
        try:
            once = edits.put(text, "it", VALUES, REMOVED)
        except ValueError:
            assume(False)
        assert edits.put(once, "it", VALUES, REMOVED) == once

    @given(text=st.text(max_size=40))
    def test_that_botocore_does_not_read_is_refused(self, text: str) -> None:
        try:
            _botocore(text)
        except (ConfigParseError, UnicodeEncodeError):
            with pytest.raises(ValueError, match=r"."):
                edits.put(text, "it", VALUES)


@pytest.mark.parametrize("name", [*ODD_NAMES, "]", "[", " blank ", "a;b"])
def test_a_section_of_any_name_is_made_and_found_again(name: str) -> None:
    text = edits.put("[base]\nx = 1", name, VALUES)
    assert revealed(parse(text).settings()[name]) == VALUES
    other = edits.put(text, name, {"expiration": "later"})
    assert other == text.replace("NEW 3:4", "later")


def test_an_empty_text_gets_just_the_section() -> None:
    assert edits.put("", "it", {"a": "1", "b": "2"}) == "[it]\na = 1\nb = 2\n"


def test_a_new_section_stands_apart_and_ends_its_lines_as_the_others_do() -> None:
    assert edits.put("[a]\r\nx=1", "it", {"y": "2"}) == "[a]\r\nx=1\r\n\r\n[it]\r\ny = 2\r\n"


def test_new_keys_stand_below_the_last_one_indented_as_it_is() -> None:
    text = "[it]\n  a: 1\n    more\n  # about b\n\n  [next]\n  c = 3\n"
    expected = "[it]\n  a: 1\n    more\n  y = 2\n  # about b\n\n  [next]\n  c = 3\n"
    assert edits.put(text, "it", {"y": "2"}) == expected


def test_a_map_that_default_has_given_is_written_whole() -> None:
    text = "[DEFAULT]\ns3 =\n  a = 1\n  b = 2\n[it]\nx = 1\n"
    changed = edits.change(parse(text), text, [edits.Put("it", {"s3": {"b": "3"}})])
    assert changed == f"{text}s3 =\n    a = 1\n    b = 3\n"


def test_a_value_of_several_lines_is_replaced_whole_and_its_comments_stay() -> None:
    text = "[it]\nToken :  one\n  two\n  # why\n  three\nlast = 1\n"
    assert edits.put(text, "it", {"token": "new"}) == ("[it]\nToken :  new\n  # why\nlast = 1\n")


@pytest.mark.parametrize(
    ("text", "section", "values"),
    [
        ("[it]\nx = 1\n[it]\n", "it", {"x": "2"}),
        ("x = 1\n", "it", {"x": "2"}),
        ("", "DEFAULT", {"x": "2"}),
        ("", "", {"x": "2"}),
        ("", "it", {"x": "two\nlines"}),
        ("", "it", {"x": "2\n[other]"}),
        ("", "it", {"x": " blank"}),
        ("[DEFAULT]\nx = 1\n", "it", {"y": "\r"}),
    ],
)
def test_what_would_not_read_back_is_refused(
    text: str, section: str, values: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match=r"."):
        edits.put(text, section, values)


def test_an_error_quotes_nothing_of_the_file() -> None:
    with pytest.raises(ValueError, match="does not parse") as caught:
        edits.put("[a]\nwJalrXUtnFEMI\n", "it", VALUES)
    assert "wJalr" not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
