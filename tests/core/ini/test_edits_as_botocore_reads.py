"""Of any text that botocore reads: an edit changes what was asked for, and no other line."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from botocore.configloader import raw_config_parse
from botocore.exceptions import ConfigParseError
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from awsttl.core.ini import differences, edits
from awsttl.core.ini.document import DEFAULT, Document, parse
from awsttl.core.ini.edits import Drop, Put, Rename
from support.ini_texts import BODIES, CLEAN, ODD_TEXTS

Sections = dict[str, dict[str, Any]]

ANY = st.one_of(CLEAN, BODIES).map(bytes.decode) | ODD_TEXTS
TEXTS = ANY.filter(lambda text: not parse(text).faults and "NEW" not in text)
"""What botocore reads: ``test_document.py`` shows that it does where there is no fault."""
SOME = TEXTS.filter(lambda text: bool(parse(text).settings()))
"""Those with a section."""
FEW = settings(max_examples=int(os.environ.get("AWSTTL_EXAMPLES", "30")))
MARK = "NEW/1=="
NAMES = ("region", "s3", "aws_access_key_id", "aws_session_token", "x y", "ünï")


def _read(text: str) -> Sections:
    """What botocore makes of a text. Raises ``ConfigParseError``."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config"
        path.write_bytes(text.encode(errors="surrogateescape"))
        parsed: Sections = raw_config_parse(str(path))
        return parsed


def _drawn(data: st.DataObject, known: Collection[str], most: int) -> set[str]:
    """Some of these words, or none."""
    return data.draw(st.sets(st.sampled_from(sorted(known)), max_size=most)) if known else set()


def _changed(text: str, change: edits.Change) -> str:
    return edits.change(parse(text), text, [change])


def _lines(text: str) -> list[str]:
    return io.StringIO(text, newline="").readlines()


def _leaks(text: str, key: str) -> bool:
    """Whether ``[DEFAULT]`` gives the key to all sections, so that no section can be without it."""
    return key in parse(text).defaults()


def _others(text: str, document: Document, header: str, keys: set[str]) -> list[str]:
    """The lines that an edit of these keys has to leave: all but those that say their values."""
    gone: set[int] = set()
    for section in document.sections():
        if section.header == header:
            for key in keys & section.lines.keys():
                gone |= set(range(section.lines[key], document.end_of(section.lines[key]) + 1))
    lines = enumerate(_lines(text), start=1)
    return [line for n, line in lines if n not in gone or line.strip()[:1] in ("", "#", ";")]


def _same(left: list[str], right: list[str]) -> bool:
    """Whether these are the same lines; a last one may get an end when others come below it."""
    old, new = "".join(left), "".join(right)
    return new == old or (new.rstrip("\r\n") == old and not old.endswith(("\r", "\n")))


@FEW
@given(text=TEXTS, data=st.data())
def test_keys_are_set_and_taken_out(text: str, data: st.DataObject) -> None:
    before = _read(text)
    header = data.draw(st.sampled_from([*sorted(before), "a new one"]))
    section = before.get(header, {})
    to_set = _drawn(data, {*section, *NAMES}, 3)
    to_go = {key for key in _drawn(data, section, 2) if not _leaks(text, key)} - to_set
    values = dict.fromkeys(to_go) | dict.fromkeys(to_set, MARK)
    # A map of [DEFAULT] that no section has may have a fault that nobody has seen yet.
    assume(header in before or not parse(text + "\n[a new one]\n").faults)
    after = _changed(text, Put(header, values))
    kept = {key: value for key, value in section.items() if key not in to_go}
    if header not in before:
        kept = _read(text + "\n[a new one]\n")["a new one"] if _has_defaults(text) else {}
    assert _read(after) == before | {header: kept | dict.fromkeys(to_set, MARK)}
    if header in before:
        ours = [line for line in _lines(after) if MARK not in line]
        assert _same(_others(text, parse(text), header, {*to_set, *to_go}), ours)
    else:
        assert after.startswith(text)
    event("a section that was there" if header in before else "a new section")


def _has_defaults(text: str) -> bool:
    return bool(parse(text).defaults())


@FEW
@given(text=TEXTS, data=st.data())
def test_names_below_a_key_are_set_and_taken_out(text: str, data: st.DataObject) -> None:
    before = _read(text)
    header = data.draw(st.sampled_from([*sorted(before), "a new one"]))
    section = before.get(header, {})
    assume(header in before or not parse(text + "\n[a new one]\n").faults)
    maps = [key for key, value in section.items() if value == "" or isinstance(value, dict)]
    key = data.draw(st.sampled_from([*maps, "s3"]))
    assume(not _leaks(text, key) and (key in maps or key not in section))
    held = dict(section.get(key) or {})
    # One line that is split at more than line ends cannot be changed in part.
    assume(all(len(line.splitlines()) < 2 for line in _lines(text)))
    to_set = _drawn(data, {*held, "addressing_style", "a b"}, 2)
    to_go = _drawn(data, held, 2) - to_set
    assume("" not in to_set)
    after = _changed(text, Put(header, {key: dict.fromkeys(to_go) | dict.fromkeys(to_set, MARK)}))
    wanted = {name: value for name, value in held.items() if name not in to_go}
    wanted |= dict.fromkeys(to_set, MARK)
    left = {name: value for name, value in section.items() if name != key}
    if header not in before and _has_defaults(text):
        left = _read(text + "\n[a new one]\n")["a new one"]
    if to_set or to_go:
        assert _read(after) == before | {header: left | ({key: wanted} if wanted else {})}


@FEW
@given(text=SOME, data=st.data())
def test_a_section_goes_and_all_others_stay(text: str, data: st.DataObject) -> None:
    before = _read(text)
    header = data.draw(st.sampled_from(sorted(before)))
    after = _changed(text, Drop(header))
    assert _read(after) == {name: keys for name, keys in before.items() if name != header}
    others = [section.header for section in parse(text).sections() if section.header != header]
    assert [section.header for section in parse(after).sections()] == others


@FEW
@given(text=SOME, data=st.data())
def test_a_header_is_written_anew(text: str, data: st.DataObject) -> None:
    before = _read(text)
    header = data.draw(st.sampled_from(sorted(before)))
    after = _changed(text, Rename(header, "profile new"))
    assert _read(after) == {
        "profile new" if name == header else name: keys for name, keys in before.items()
    }
    changed = [pair for pair in zip(_lines(text), _lines(after), strict=True) if len(set(pair)) > 1]
    assert len(changed) == 1


@FEW
@given(text=SOME, data=st.data())
def test_several_changes_at_once_are_those_one_after_the_other(
    text: str, data: st.DataObject
) -> None:
    before = _read(text)
    assume(len(before) > 1)
    one, other = data.draw(st.permutations(sorted(before)))[:2]
    changes = [Put(one, {"region": MARK, "s3": None} if not _leaks(text, "s3") else {"x": MARK})]
    both = edits.change(parse(text), text, [*changes, Drop(other)])
    assert _read(both) == _read(_changed(_changed(text, changes[0]), Drop(other)))


@FEW
@given(text=ANY)
def test_what_botocore_refuses_is_not_edited(text: str) -> None:
    try:
        _read(text)
    except ConfigParseError:
        for change in (Put("it", {"x": "1"}), Drop("it"), Rename("it", "that")):
            with pytest.raises(ValueError, match="does not parse"):
                _changed(text, change)


@FEW
@given(text=SOME, data=st.data())
def test_a_difference_has_just_the_lines_that_differ(text: str, data: st.DataObject) -> None:
    before = _read(text)
    header = data.draw(st.sampled_from(sorted(before)))
    assume(header != DEFAULT)
    after = _changed(text, Put(header, {"region": MARK}))
    found = differences.between(text, after)
    new = [line.number for line in found if line.sign == "+"]
    assert all(0 < number <= len(_lines(after)) for number in new)
    old_lines, new_lines = _lines(text), _lines(after)
    gone = {line.number for line in found if line.sign == "-"}
    kept = [line.rstrip("\r\n") for n, line in enumerate(old_lines, 1) if n not in gone]
    stay = [line.rstrip("\r\n") for n, line in enumerate(new_lines, 1) if n not in set(new)]
    assert kept == stay
