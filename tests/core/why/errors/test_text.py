"""The text as it comes: whatever a terminal, a log or a file adds, the sentence is found."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.why.errors.text import LONGEST, Message, decoded, squeezed

SENTENCE = "The security token included in the request is expired"
WORDS = squeezed(SENTENCE)


class TestDressing:
    @pytest.mark.parametrize(
        "text",
        [
            (
                "\x1b[31mThe security\x1b[0m token \x1b]8;;https://x\x1b\\included\x1b]8;;\x07 in "
                "the request is expired"
            ),
            "│ The security token included\n│ in the request\n│ is expired\n╵",
            "   | The security token included\n   | in the request is expired.",
            "10:00:01 The security token\n10:00:01 included in the request is expired",
            (
                "2026-11-20T21:00:00.1234567Z │ The security token\n"
                "2026-11-20T21:00:00.1234568Z │ included in the request is expired"
            ),
            "web-1  | The security token\nweb-1  | included in the request is expired",
            (
                "2026-11-20T21:00:00Z web-1  | The security token\n"
                "2026-11-20T21:00:00Z web-1  | included in the request is expired"
            ),
            "Nov 20 21:00:00 The security token#012#011included in the request is expired",
            "The security token included in the requ\nest is expired",
            "The security token\r\nincluded in the\rrequest is expired",
            r"{\"message\": \"The security token included in the request\\nis expired\"}",
            "&lt;Message&gt;The security token included in the request is expired&lt;/Message&gt;",
            "The\0 security\0 token included in the request is expired",
            "The security token\u200b included in\u00a0the request is expired\ufeff",
            "THE SECURITY TOKEN INCLUDED IN THE REQUEST IS EXPIRED",
            "> The security token included\n> in the request is expired",
        ],
        ids=range(16),
    )
    def test_does_not_hide_a_sentence(self, text: str) -> None:
        assert WORDS in Message.of(text).words

    def test_leaves_the_table_of_an_error_whole(self) -> None:
        row = "|  ExpiredTokenException |  expired  |"
        assert "ExpiredTokenException" in Message.of(f"+---+\n{row}\n+---+").flat

    def test_turns_a_quotation_mark_into_the_plain_one(self) -> None:
        assert Message.of("run ‘aws login’").flat == "run 'aws login'"
        assert (
            Message.of(r"session corp\u0027s token &#39;x&#39;").flat == "session corp's token 'x'"
        )

    def test_keeps_the_lines_that_say_something(self) -> None:
        assert Message.of("one\n\n \t\n\x1b[0m\ntwo").lines == ("one", "two")

    def test_counts_places_in_words_as_in_the_flat_text(self) -> None:
        message = Message.of("a bc  (ExpiredToken) d")
        place = message.place_in_words(message.flat.index("(Exp"))
        assert message.words[place:] == "(expiredtoken)d"

    @given(st.text(), st.text())
    def test_of_any_kind_does_not_hide_a_line(self, before: str, after: str) -> None:
        message = Message.of(f"{before}\n{SENTENCE}\n{after}")
        # What looks like the escape of a syslog or of JSON may join lines, never cut them.
        assert WORDS in message.words

    @given(st.text())
    def test_leaves_neither_blanks_nor_line_ends(self, text: str) -> None:
        message = Message.of(text)
        assert not re.search(r"\s", message.words)
        assert "  " not in message.flat
        assert "\n" not in message.flat
        assert message.words == squeezed(message.flat)


class TestAVeryLongText:
    def test_is_read_from_its_end(self) -> None:
        message = Message.of("x" * LONGEST * 3 + "\n" + SENTENCE)
        assert message.words.endswith(WORDS)
        assert len(message.words) <= LONGEST


class TestDecoding:
    @pytest.mark.parametrize(
        ("encoding", "mark"),
        [
            ("utf-8", b""),
            ("utf-8", b"\xef\xbb\xbf"),
            ("utf-16-le", b"\xff\xfe"),
            ("utf-16-be", b"\xfe\xff"),
            ("utf-16-le", b""),
            ("utf-16-be", b""),
        ],
    )
    def test_knows_what_powershell_writes(self, encoding: str, mark: bytes) -> None:
        text = f"é {SENTENCE} – é\r\n"
        assert decoded(mark + text.encode(encoding)).lstrip("\ufeff") == text

    @pytest.mark.parametrize("stray", [b"\xff", b"\xff\xfe", b"\xc3("])
    def test_replaces_what_is_no_utf8(self, stray: bytes) -> None:
        text = stray.decode(errors="replace") + SENTENCE
        assert decoded(stray + SENTENCE.encode()) == text

    @given(st.binary())
    def test_gives_a_text_for_any_bytes(self, data: bytes) -> None:
        Message.of(decoded(data))
