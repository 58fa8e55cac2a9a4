"""The one reading of the syntax is botocore's, and knows the line of everything."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from botocore.configloader import raw_config_parse
from botocore.exceptions import ConfigParseError
from hypothesis import example, given
from hypothesis import strategies as st

from awsttl.core.ini.document import Document, Fault, parse
from awsttl.core.secret import Secret
from support.ini_texts import BODIES, CLEAN, ODD_TEXTS, TELLING_CONFIGS
from support.odd import revealed

TEXTS = ODD_TEXTS | (BODIES | CLEAN).map(bytes.decode)
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def botocores(text: str) -> dict[str, dict[str, object]] | None:
    """What botocore reads from a file with this text; ``None`` where it refuses it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config"
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        try:
            parsed: dict[str, dict[str, object]] = raw_config_parse(str(path))
        except ConfigParseError:
            return None
    return parsed


class TestAsBotocore:
    @given(text=TEXTS)
    @example(text="[DEFAULT]\ns3 =\n  no map\n")
    @example(text="[DEFAULT]\ns3 =\n  no map\n[a]\ns3 = 1\n")
    @example(text="[DEFAULT]\ns3 =\n  no map\n[a]\n")
    @example(text="[DEFAULT]\nx = 1\n[a]\n[DEFAULT]\ny = 2\n")
    @example(text="[DEFAULT]\nx = 1\n[a]\n[DEFAULT]\nX = 2\n")
    @example(text="\ufeff# only a comment")
    def test_every_text_has_its_sections_or_is_refused(self, text: str) -> None:
        document, theirs = parse(text), botocores(text)
        assert (document.faults != ()) is (theirs is None)
        if theirs is not None:
            ours = revealed(document.settings())
            assert ours == theirs
            assert [list(keys) for keys in ours.values()] == list(map(list, theirs.values()))

    @pytest.mark.parametrize("text", TELLING_CONFIGS.values(), ids=TELLING_CONFIGS)
    def test_telling_files(self, text: str) -> None:
        assert revealed(parse(text).settings()) == botocores(text)


def rows_of(document: Document) -> dict[int, str]:
    """What the document takes each row for."""
    taken = {}
    for section in document.sections():
        taken[section.line] = "header"
        for key, line in section.lines.items():
            taken[line] = key
            for number in range(line + 1, document.end_of(line) + 1):
                taken[number] = f"{key} goes on"
    return taken


class TestLines:
    @given(text=TEXTS)
    def test_each_key_stands_where_it_is_said_to_stand(self, text: str) -> None:
        rows = ["", *text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
        for section in parse(text).sections():
            assert rows[section.line].lstrip("\ufeff").strip().startswith("[" + section.header)
            for key, line in section.lines.items():
                assert rows[line].strip().lower().startswith(key)
            assert list(section.lines) == list(section.values)

    @given(text=TEXTS)
    def test_no_row_is_passed_over(self, text: str) -> None:
        """Of a text without faults each row is something, or says nothing to anybody."""
        document = parse(text)
        if document.faults:
            return
        taken = rows_of(document)
        rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for number, row in enumerate(rows, start=1):
            assert number in taken or not row.strip() or row.strip()[0] in "#;"

    def test_a_value_ends_at_its_last_line_comments_among_them(self) -> None:
        text = "[a]\nx = 1\n  2\n\n  # why\n  3\n\n# the end\ny = 4\n"
        document = parse(text)
        (section,) = document.sections()
        assert section.values == {"x": "1\n2\n\n3", "y": "4"}
        assert section.lines == {"x": 2, "y": 9}
        assert [document.end_of(line) for line in (2, 9)] == [6, 9]

    def test_default_is_one_section_wherever_it_stands(self) -> None:
        document = parse("[DEFAULT]\nx = 1\n[a]\nz = 3\n[DEFAULT]\ny = 2\n")
        assert [(each.header, each.lines) for each in document.sections()] == [
            ("DEFAULT", {"x": 2}),
            ("a", {"z": 4}),
            ("DEFAULT", {"y": 6}),
        ]
        assert document.settings() == {"a": {"z": "3", "x": "1", "y": "2"}}


class TestFaults:
    def test_each_has_its_line_in_order(self) -> None:
        text = "x = 1\n[a]\nbad\ny = 1\nY = 2\n[b\n[a]\ns3 =\n  bad\n= 1\n\udcff\n"
        assert parse(text).faults == (
            Fault(1, "text before the first [section]"),
            Fault(3, "a line without = or :"),
            Fault(5, '"y" comes twice in "a"'),
            Fault(6, "an incomplete [section] header"),
            Fault(7, 'section "a" comes twice'),
            Fault(9, 'a line without = below "s3"'),
            Fault(10, "nothing before the = or :"),
            Fault(11, "a line without = or :"),
            Fault(11, "not valid UTF-8"),
        )

    def test_those_of_the_whole_file_come_first_and_cost_no_section(self) -> None:
        document = parse("\ufeff[a]\nx = 1\n", Fault(1, "written by a typewriter"))
        assert [fault.reason for fault in document.faults] == [
            "written by a typewriter",
            "a byte-order mark stands before the text: save it as plain UTF-8",
        ]
        assert document.settings() == {"a": {"x": "1"}}

    @given(text=TEXTS)
    def test_cost_their_own_section_only(self, text: str) -> None:
        document = parse(text)
        starts = [section.line for section in document.sections()]
        saved = document.settings()
        for section, end in zip(document.sections(), [*starts[1:], 10**9], strict=False):
            spoilt = any(
                section.line <= fault.line < end and "byte-order" not in fault.reason
                for fault in document.faults
            )
            if section.header not in ("", "DEFAULT") and not spoilt:
                assert saved[section.header].items() >= section.values.items()


class TestSecrets:
    @pytest.mark.parametrize(
        "text",
        [
            f"[a]\naws_secret_access_key = {SECRET}\n",
            f"[a]\nAWS_SESSION_TOKEN: {SECRET}\n  {SECRET}\n",
            f"[a]\naws_session_token =\n  {SECRET}=\n",
            f"[a]\nother =\n  secret = {SECRET}\n",
            f"[DEFAULT]\npassword = {SECRET}\n[a]\n",
        ],
    )
    def test_are_hidden_as_soon_as_they_are_read(self, text: str) -> None:
        document = parse(text)
        assert document.faults == ()
        for held in (document, document.settings(), *document.sections()):
            assert SECRET not in repr(held)
        assert SECRET in repr(revealed(document.settings()))

    def test_and_a_section_without_any_holds_plain_text(self) -> None:
        values = parse(f"[a]\nx = {SECRET}\ntoken = {SECRET}\n").settings()["a"]
        assert values == {"x": SECRET, "token": Secret(SECRET)}

    @given(before=st.sampled_from(["", "[a]\n", "[a]\nx = 1\n"]), tail=st.sampled_from(["", "="]))
    def test_are_quoted_by_no_fault(self, before: str, tail: str) -> None:
        faults = parse(f"{before}{SECRET}{tail}\n{SECRET}{tail}\n[a]\n").faults
        assert faults
        assert SECRET.lower() not in repr(faults).lower()
