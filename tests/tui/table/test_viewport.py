"""Rows, the heads of their groups, and which lines of them are in sight."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.view.arrangement import Arrangement
from awsttl.core.view.groups import Head
from awsttl.tui.table.viewport import Lines, Viewport

sizes = st.lists(st.integers(1, 6), max_size=8)
"""How many rows each group has."""


def _heads(groups: list[int], before: int = 0) -> tuple[Head, ...]:
    starts = [before + sum(groups[:number]) for number in range(len(groups))]
    return tuple(Head(at, str(at), "", rows) for at, rows in zip(starts, groups, strict=True))


def _shown(groups: list[int], before: int = 0) -> Arrangement:
    items = (None,) * (before + sum(groups))
    return Arrangement(items=items, heads=_heads(groups, before))  # type: ignore[arg-type]  # only their number counts


@given(sizes, st.integers(0, 2))
def test_every_line_is_a_row_or_a_head_in_their_order(groups: list[int], before: int) -> None:
    shown = _shown(groups, before)
    lines = Lines(len(shown.items), shown.heads)
    rows = [lines.of(row) for row in range(len(shown.items))]
    heads = [line for line in range(len(lines)) if lines.head(line) is not None]
    assert sorted(rows + heads) == list(range(len(lines)))
    for row, line in enumerate(rows):
        assert lines.row(line) == row
        assert lines.head(line) is None
    for line, head in zip(heads, shown.heads, strict=True):
        assert lines.head(line) == head
        assert lines.row(line) == head.at == lines.row(line + 1)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(-3, 3)),
        st.tuples(st.just("turn"), st.sampled_from([-1, 1])),
        st.tuples(st.just("scroll"), st.integers(-4, 4)),
        st.tuples(st.just("show"), st.integers(0, 20)),
    ),
    max_size=20,
)


@given(sizes, st.integers(1, 9), steps)
def test_the_cursor_is_in_sight_unless_the_wheel_was_turned(
    groups: list[int], height: int, taken: list[tuple[str, int]]
) -> None:
    viewport, shown, cursor = Viewport(), _shown(groups), 0
    viewport.height = height
    viewport.show(shown, 0, 0)
    for kind, number in taken:
        most = max(0, len(shown.items) - 1)
        match kind:
            case "move" | "turn":
                to = cursor + number if kind == "move" else viewport.turned(cursor, number)
                if kind == "turn" and 0 < cursor < most:
                    assert (to - cursor) * number > 0 or height == 1
                cursor = max(0, min(to, most))
                viewport.follow()
            case "scroll":
                viewport.scroll(number)
            case "show":
                before = cursor
                cursor = min(number, most)
                viewport.show(shown, before, cursor)
        viewport.settle(cursor)
        seen = list(viewport.in_sight())
        total = len(shown.items) + len(shown.heads)
        # No line is empty as long as there is something to show.
        assert [y for y, _ in seen] == list(range(min(height, total)))
        if kind in ("move", "turn") and shown.items:
            assert cursor in [at for _, at in seen]
            if height > 1:
                # The rows of a group are never without its head.
                assert seen[0][1] == shown.heads[0] or height < 4 or cursor >= shown.heads[0].rows
                first = seen[0][1]
                assert height < 4 or isinstance(first, Head)
        for y, at in seen:
            assert viewport.row_at(y) == (None if isinstance(at, Head) else at)


def test_a_page_is_a_screen_of_lines_whatever_is_on_them() -> None:
    viewport = Viewport()
    viewport.height = 6
    viewport.show(_shown([2, 2, 2, 2, 2]), 0, 0)
    # The head stays, so that five lines are turned. The first row is on line 1, and the third
    # group's first on line 7, below its head.
    assert viewport.turned(0, 1) == 4
    assert viewport.turned(4, -1) == 1


def test_the_head_of_a_group_stays_while_its_rows_pass() -> None:
    viewport = Viewport()
    viewport.height = 5
    shown = _shown([9, 2])
    viewport.show(shown, 0, 7)
    viewport.settle(7)
    assert [at for _, at in viewport.in_sight()] == [shown.heads[0], 4, 5, 6, 7]
    assert viewport.row_at(0) is None
    viewport.settle(4)
    assert [at for _, at in viewport.in_sight()] == [shown.heads[0], 4, 5, 6, 7]
    viewport.settle(3)
    assert [at for _, at in viewport.in_sight()] == [shown.heads[0], 3, 4, 5, 6]
