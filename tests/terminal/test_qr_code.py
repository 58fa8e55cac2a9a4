"""QR codes as text: square by square what the library made, with its margin."""

from __future__ import annotations

import pytest
import segno

from awsttl.terminal.qr_code import LEAST_QUIET, QUIET, QrCode

LINK = "https://device.sso.us-east-1.amazonaws.com/?user_code=ABCD-EFGH"
_LIGHT = {"█": (True, True), "▀": (True, False), "▄": (False, True), " ": (False, False)}


def _squares(lines: tuple[str, ...]) -> list[list[bool]]:
    """What a camera sees: whether each square is light, two lines of them in each line of text."""
    return [[_LIGHT[character][half] for character in line] for line in lines for half in (0, 1)]


@pytest.mark.parametrize("quiet", [LEAST_QUIET, QUIET])
@pytest.mark.parametrize("text", [LINK, "x", "https://a.example/" + "é" * 300])
def test_the_squares_are_those_that_the_library_made(text: str, quiet: int) -> None:
    code = QrCode(text)
    seen = _squares(code.lines(quiet))
    expected = list(segno.make_qr(text, error="l").matrix_iter(border=quiet))
    wide, high = code.size(quiet)
    assert [[not light for light in row] for row in seen[: len(expected)]] == [
        [bool(square) for square in row] for row in expected
    ]
    assert {len(row) for row in seen} == {wide}
    assert len(seen) == 2 * high


def test_a_sign_in_fits_a_pane_of_24_lines_with_the_whole_margin() -> None:
    lines = QrCode(LINK).fitting(74, 21)
    assert lines == QrCode(LINK).lines(QUIET)


def test_less_room_takes_margin_away_and_in_much_less_there_is_no_code() -> None:
    code = QrCode(LINK)
    wide, high = code.size()
    assert code.fitting(wide + 3, high + 3) == code.lines(LEAST_QUIET + 1)
    assert code.fitting(wide, high) == code.lines(LEAST_QUIET)
    assert code.fitting(wide - 1, high) is None
    assert code.fitting(wide, high - 1) is None


def test_what_no_code_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match=r"."):
        QrCode("x" * 3000)
