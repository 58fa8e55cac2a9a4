"""Text that is brought into lines of a given width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.view.layout import cell_width, columns, wrapped

ARN = "arn:aws:sts::123456789012:assumed-role/Admin/me@example.com"
PATH = "~/.aws/cli/cache/25771663f68e1d9175d4ef25142df388d6383abf.json"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("short", 20, ["short"]),
        ("an MFA code is asked for", 14, ["an MFA code is", "asked for"]),
        ("x ****************0042  role", 20, ["x", "****************0042", "role"]),
        (f"role  {PATH}", 58, ["role  ~/.aws/cli/cache/", PATH.rpartition("/")[2]]),
        (f"in {PATH}", 40, ["in ~/.aws/cli/cache/", PATH[17:57], PATH[57:]]),
        (f"me {ARN}", 40, ["me arn:aws:sts::123456789012:", "assumed-role/Admin/me@example.com"]),
        (ARN, 30, ["arn:aws:sts::123456789012:", "assumed-role/Admin/", "me@example.com"]),
        ("x" * 45, 20, ["x" * 20, "x" * 20, "x" * 5]),
        ("→ " + "é" * 10, 8, ["→ " + "é" * 6, "éééé"]),
    ],
)  # fmt: skip
def test_lines_end_at_spaces_and_in_long_words_at_slashes_and_colons(
    text: str, width: int, lines: list[str]
) -> None:
    assert wrapped(text, width) == lines


@given(st.text(st.sampled_from("ab /:é漢"), max_size=80), st.integers(2, 30))
def test_nothing_is_lost_but_spaces_and_no_line_is_too_wide(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_width(line) <= width for line in lines)


def _widths(width: int, longest_needs: int) -> dict[str, int]:
    return {column.field: column.width for column in columns(width, 13, longest_needs)}


@pytest.mark.parametrize("longest", [0, 3, 7])
def test_renews_is_as_wide_as_any_single_need(longest: int) -> None:
    assert _widths(120, longest) == _widths(120, 7)
    assert _widths(120, longest)["renews"] == len("process")


def test_renews_has_room_for_two_needs_where_a_profile_may_have_them() -> None:
    longest = len("mfa+process")
    for width in (70, 120, 200):
        assert _widths(width, longest)["renews"] == longest
