"""What the terminal sends becomes keys and pastes, whatever it is."""

from __future__ import annotations

import random

import pytest

from awsttl.tui.incoming import (
    ANSWER_PATIENCE,
    HELD,
    MOST_PASTED,
    PASTE_PATIENCE,
    Answered,
    Incoming,
    Pasted,
    Piece,
    is_text,
)


def pieces(*chunks: bytes) -> list[Piece]:
    """The pieces of chunks that come at once, and then nothing for long."""
    incoming = Incoming()
    found = [piece for chunk in chunks for piece in incoming.feed(chunk, 0)]
    return found + incoming.tick(60)


class TestBytesThatAreNotUtf8:
    @pytest.mark.parametrize("noise", [b"\xff", b"\xe9", b"\xc3(", b"\xed\xa0\x80", b"\xf8\x88"])
    def test_are_replaced_and_the_keys_around_them_come_through(self, noise: bytes) -> None:
        text = "".join(str(piece) for piece in pieces(b"j" + noise + b"k"))
        assert text.startswith("j")
        assert text.endswith("k")
        assert "\ufffd" in text

    def test_a_paste_in_latin_1_is_a_paste(self) -> None:
        assert pieces(b"\x1b[200~caf\xe9 latte\x1b[201~") == [Pasted("caf\ufffd latte")]

    def test_an_old_mouse_report_beyond_column_95_is_one_sequence(self) -> None:
        assert pieces(b"\x1b[M \xc8\x21j") == ["\x1b[M \ufffd!j"]

    def test_a_character_may_come_in_halves(self) -> None:
        assert "".join(map(str, pieces("é".encode()[:1], "é".encode()[1:]))) == "é"


class TestAnswersOfTheTerminal:
    WHITE = b"\x1b]11;rgb:ffff/ffff/ffff"

    @pytest.mark.parametrize("end", [b"\x07", b"\x1b\\", b"\x9c", "\x9c".encode()])
    def test_are_no_keys_in_whatever_pieces_they_come(self, end: bytes) -> None:
        whole = b"j" + self.WHITE + end + b"k"
        for cut in range(len(whole)):
            found = pieces(whole[:cut], whole[cut:])
            assert [each for each in found if isinstance(each, Answered)] == [
                Answered("rgb:ffff/ffff/ffff")
            ]
            assert "".join(each for each in found if isinstance(each, str)) == "jk"

    def test_one_without_an_end_is_no_key_either(self) -> None:
        whole = self.WHITE
        for length in range(3, len(whole) + 1):
            assert pieces(whole[:length]) == []
        assert pieces(whole + b"\x1b[A") == ["\x1b[A"]
        assert pieces(whole + b"\x1b[200~text\x1b[201~") == [Pasted("text")]

    def test_a_key_behind_half_of_one_is_not_waited_for_long(self) -> None:
        incoming = Incoming()
        assert incoming.feed(b"\x1b]11;rgb:", 10.0) == []
        assert incoming.patience == ANSWER_PATIENCE
        assert incoming.tick(10.0 + ANSWER_PATIENCE) == []
        assert incoming.feed(b"q", 11.0) == ["q"]

    def test_that_never_end_are_not_kept(self) -> None:
        incoming = Incoming()
        for _ in range(1_000):
            incoming.feed(b"\x1b]11;" + b"f" * 1_000, 0)
        assert len(incoming._held) < 100

    def test_alt_and_a_bracket_are_a_key(self) -> None:
        assert pieces(b"\x1b]") == ["\x1b]"]
        assert pieces(b"\x1b]", b"j") == ["\x1b]j"]

    def test_in_a_paste_are_a_part_of_it(self) -> None:
        whole = b"\x1b[200~" + self.WHITE + b"\x07\x1b[201~"
        assert pieces(whole) == [Pasted(self.WHITE.decode() + "\x07")]


class TestPastes:
    def test_the_marks_may_come_in_any_pieces(self) -> None:
        whole = b"a\x1b[200~one\x1b[2 two\x1b[201~b"
        for cut in range(len(whole)):
            found = pieces(whole[:cut], whole[cut:])
            assert Pasted("one\x1b[2 two") in found
            assert "".join(each for each in found if isinstance(each, str)) == "ab"

    def test_of_a_huge_one_the_rest_is_left_out_and_nothing_is_kept(self) -> None:
        incoming = Incoming()
        incoming.feed(b"\x1b[200~", 0)
        for _ in range(40):
            assert incoming.feed(b"x" * 100_000, 0) == []
        (paste, key) = incoming.feed(b"\x1b[201~q", 0)
        assert isinstance(paste, Pasted)
        assert len(paste.text) == MOST_PASTED
        assert key == "q"

    def test_one_that_never_ends_is_over_after_a_while_so_that_keys_count_again(self) -> None:
        incoming = Incoming()
        assert incoming.feed(b"\x1b[200~half", 10.0) == []
        assert incoming.tick(10.0 + PASTE_PATIENCE / 2) == []
        assert incoming.tick(10.0 + PASTE_PATIENCE) == [Pasted("half")]
        assert incoming.feed(b"q", 20.0) == ["q"]

    def test_nul_is_taken_out(self) -> None:
        assert pieces(b"\x1b[200~a\0b\x1b[201~") == [Pasted("ab")]


class TestEscape:
    def test_alone_is_held_for_a_moment_only(self) -> None:
        incoming = Incoming()
        assert incoming.feed(b"\x1b", 1.0) == []
        assert incoming.patience == HELD
        assert incoming.tick(1.0 + HELD) == ["\x1b"]

    def test_each_sequence_is_a_piece_of_its_own(self) -> None:
        assert pieces(b"a\x1b[A\x1b[1114112ub") == ["a", "\x1b[A", "\x1b[1114112ub"]


def test_no_bytes_make_it_fail_and_no_character_is_lost() -> None:
    dice = random.Random(13)
    alphabet = [b"\x1b", b"[", b"200~", b"201~", b"M", b"\xff", b"\xc3", b"q", "é".encode(), b"\0"]
    for _ in range(2_000):
        data = b"".join(dice.choices(alphabet, k=dice.randrange(20)))
        cut = dice.randrange(len(data) + 1)
        found = pieces(data[:cut], data[cut:])
        assert sum(str(piece).count("q") for piece in found) == data.count(b"q")


def test_half_of_a_surrogate_pair_is_no_text() -> None:
    assert not is_text("\ud800")
    assert is_text("é")
    assert is_text(None)
