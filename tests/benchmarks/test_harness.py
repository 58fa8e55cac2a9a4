"""What the benchmark promises of itself: no figure where nothing was measured."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from . import frames
from .pseudo_terminal import PATIENCE, Condition, MeasureError, Terminal
from .report import Finding, Target, as_table

# Python 3.12 and later warn of fork beside threads, which pytest-xdist has. The child only execs.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

TARGET = Target("first paint", 1.25, "×", "the bare app")


def shell(script: str) -> Terminal:
    return Terminal(["sh", "-c", script], {"PATH": os.environ["PATH"], "TERM": "xterm"})


def python(script: str) -> Terminal:
    return Terminal([sys.executable, "-c", script], {"PATH": os.environ["PATH"], "TERM": "xterm"})


def shows(text: str, line: int = 0) -> Condition:
    return lambda terminal: text in terminal.line(line)


def is_running(pid: int) -> bool:
    """Whether a process is there and is no zombie."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


class TestTerminal:
    def test_it_is_120_columns_wide_and_40_lines_high(self) -> None:
        with shell("stty size; sleep 60") as terminal:
            terminal.wait_until(shows("40 120"), "the size")

    def test_a_program_that_ends_is_an_error_with_its_exit_code_and_its_last_words(self) -> None:
        with (
            shell("echo alas; exit 3") as terminal,
            pytest.raises(MeasureError, match=r"(?s)exit code 3.*alas"),
        ):
            terminal.wait_until(shows("rows"), "rows")

    def test_a_program_that_ends_while_it_is_watched_is_an_error_too(self) -> None:
        with shell("echo rows; read line") as terminal:
            terminal.wait_until(shows("rows"), "rows")
            terminal.press("\n")
            with pytest.raises(MeasureError, match="ended"):
                terminal.watch(PATIENCE)

    def test_what_never_comes_is_an_error(self) -> None:
        with (
            shell("echo other; sleep 60") as terminal,
            pytest.raises(MeasureError, match=r"not within 0\.2 s: rows"),
        ):
            terminal.wait_until(shows("rows"), "rows", patience=0.2)

    def test_an_effect_is_timed_from_its_key(self) -> None:
        with shell("echo rows; exec cat") as terminal:
            terminal.wait_until(shows("rows"), "rows")
            assert 0 < terminal.effect_of("j", shows("j", line=1), "a j") < PATIENCE

    def test_an_effect_that_was_there_before_its_key_is_an_error(self) -> None:
        with shell("echo rows; exec cat") as terminal:
            terminal.wait_until(shows("rows"), "rows")
            with pytest.raises(MeasureError, match="before 'j' was pressed"):
                terminal.effect_of("j", shows("rows"), "rows")

    def test_a_program_that_does_not_answer_a_key_is_an_error(self) -> None:
        with shell("stty -echo; echo rows; sleep 60") as terminal:
            terminal.wait_until(shows("rows"), "rows")
            with pytest.raises(MeasureError, match="an answer to a cursor key"):
                terminal.check_answers(patience=0.2)

    def test_a_marked_frame_is_shown_and_counted_when_it_is_complete(self) -> None:
        ask, first, half, rest = (
            "\x1b[?2026$p",
            "\x1b[?2026hfirst\x1b[?2026l",
            "\x1b[?2026h\r\nsec",
            "ond\x1b[?2026l",
        )
        script = f"""
import sys, tty
tty.setraw(0)
def write(text):
    sys.stdout.write(text)
    sys.stdout.flush()
write({ask!r})
assert sys.stdin.read(11) == "\\x1b[?2026;2$y"
write({first!r})
write({half!r})
sys.stdin.read(1)
write({rest!r})
sys.stdin.read(1)
"""
        with python(script) as terminal:
            terminal.wait_until(shows("first"), "the first frame")
            deadline = time.monotonic() + PATIENCE
            while terminal.received < len(ask + first + half):
                assert time.monotonic() < deadline
                terminal.watch(0.01)
            terminal.catch_up()
            assert "sec" not in terminal.line(1), "half a frame is not shown"
            before = len(terminal.frames)
            terminal.effect_of("x", shows("second", line=1), "the second frame")
            (frame,) = terminal.frames[before:]
            assert 1 in frame.touched

    def test_nothing_that_it_started_is_left_running(self) -> None:
        with shell("sleep 61 & echo $! rows; exec sleep 62") as terminal:
            terminal.wait_until(shows("rows"), "rows")
            processes = (terminal.pid, int(terminal.line(0).split()[0]))
            assert all(map(is_running, processes))
        deadline = time.monotonic() + PATIENCE
        while any(map(is_running, processes)):
            assert time.monotonic() < deadline

    def test_a_program_is_told_of_another_size(self) -> None:
        script = "trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done"
        with shell(script) as terminal:
            terminal.wait_until(shows("ready"), "the trap is set")
            terminal.resize(90, 24)
            terminal.wait_until(shows("24 90", line=1), "the new size")
            assert (len(terminal.lines), len(terminal.line(0))) == (24, 90)


@pytest.mark.heavy
class TestDrawing:
    """A program in three frames, each of which is drawn over the one before."""

    @staticmethod
    def draw(*texts: str) -> frames.Drawing:
        marked = [f"\x1b[?2026h\x1b[H{text}\x1b[?2026l" for text in texts]
        script = f"""
import sys, time
for frame in {marked!r}:
    sys.stdout.write(frame)
    sys.stdout.flush()
time.sleep(60)
"""
        with python(script) as terminal:
            drawing = frames.draw(terminal)
            assert drawing.whole in [frame.arrived for frame in terminal.frames]
            return drawing

    def test_what_is_only_a_part_of_the_final_screen_is_half_drawn(self) -> None:
        (half,) = self.draw("rows", "rows and columns", "rows and columns").half_drawn
        assert frames.text(half).rstrip() == "rows"

    def test_a_frame_in_other_colours_is_not_whole(self) -> None:
        (half,) = self.draw("rows", "\x1b[31mrows").half_drawn
        assert half[0][0].fg == "default"

    def test_what_changes_after_a_whole_frame_and_back_counts(self) -> None:
        assert len(self.draw("rows", "oops", "rows").half_drawn) == 1

    def test_a_blank_screen_is_not_half_drawn(self) -> None:
        assert not self.draw("    ", "rows", "rows").half_drawn


class TestVerdict:
    @pytest.mark.parametrize(
        ("finding", "verdict"),
        [
            (Finding(TARGET, 1.25, ""), "ok"),
            (Finding(TARGET, 1.26, ""), "MISSED"),
            (Finding(TARGET, None, "it ended", failed=True), "FAILED"),
            (Finding(TARGET, None, "not on this machine"), "—"),
        ],
    )
    def test_it_tells_a_miss_from_what_was_not_measured(
        self, finding: Finding, verdict: str
    ) -> None:
        assert finding.verdict == verdict

    def test_what_was_not_measured_has_no_figure(self) -> None:
        assert row([Finding(TARGET, None, "it ended", failed=True)]) == (
            "first paint            ≤ 1.25 × the bare app  FAILED  it ended"
        )

    def test_a_miss_shows_the_ratio_the_target_and_the_figures(self) -> None:
        assert row([Finding(TARGET, 1.5, "300 ms; bare app 200 ms")]) == (
            "first paint    1.50 ×  ≤ 1.25 × the bare app  MISSED  300 ms; bare app 200 ms"
        )


def row(findings: Sequence[Finding]) -> str:
    return as_table(findings).splitlines()[1]
