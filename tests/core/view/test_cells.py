"""Which characters are shown, and how many cells they take: as Rich and terminals count them."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from awsttl.core.view.cells import REPLACEMENT, cell_width, printable
from awsttl.core.view.layout import cut, fit


@pytest.mark.heavy
def test_every_character_takes_as_many_cells_as_rich_says() -> None:
    every = map(chr, range(sys.maxunicode + 1))
    shown = {character: printable(character) for character in every}
    assert [c for c, text in shown.items() if cell_width(text) != cell_len(text)] == []


@given(st.text(max_size=60), st.integers(1, 40))
def test_a_text_fits_its_cells_as_rich_cuts_them(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width
    assert cell_len(fit(text, width, right=True)) == width
    assert cell_len(cut(text, width)[0]) == width


@pytest.mark.parametrize(
    ("text", "shown", "cells"),
    [
        ("prod", "prod", 4),
        ("naïve", "naïve", 5),
        ("nai\u0308ve", "nai\u0308ve", 5),
        ("日本", "日本", 4),
        ("🦀", "🦀", 2),
        ("❤\ufe0f", "❤", 1),
        ("☂\ufe0e", "☂", 1),
        ("1\ufe0f\u20e3", "1\u20e3", 1),
        ("ไทยกำลัง", "ไทยกำลัง", 7),
        ("ที่", "ที่", 1),
        ("שָׁלוֹם", "שָׁלוֹם", 4),
        ("नमन", "नमन", 3),
        ("हिन्दी", f"ह{REPLACEMENT}न्द{REPLACEMENT}", 5),
        ("தமிழ்", f"தம{REPLACEMENT}ழ்", 4),
        ("👩\u200d💻", f"👩{REPLACEMENT}💻", 5),
        ("🇩🇪", REPLACEMENT * 2, 2),
        ("👍🏽", f"👍{REPLACEMENT}", 3),
        ("\u1112\u1161\u11ab", "\u1112\u1161\u11ab", 2),
        ("\u3164", REPLACEMENT, 1),
        ("☰", REPLACEMENT, 1),
        ("a\x1b[31m", f"a{REPLACEMENT}[31m", 6),
        ("a\u202eb", f"a{REPLACEMENT}b", 3),
    ],
)  # fmt: skip
def test_what_terminals_count_differently_is_replaced(text: str, shown: str, cells: int) -> None:
    assert printable(text) == shown
    assert cell_width(shown) == cells
