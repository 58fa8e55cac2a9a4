"""awsttl counts as many cells for a character as a real tmux draws."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from support.home import Home
from support.tmux import Pane

pytestmark = pytest.mark.needs("tmux")

COUNTS = """
import json, os, re, sys, termios, tty
from awsttl.core.view.cells import cell_width, printable

characters = map(chr, range(0xA0, 0x20000))
shown = [(text, cell_width(text)) for text in map(printable, characters)]
# All that are not one cell, and of the others one in forty.
asked = [pair for n, pair in enumerate(shown) if pair[0] and (pair[1] != 1 or n % 40 == 0)]
before = termios.tcgetattr(0)
tty.setraw(0)
wrong = []
for text, cells in asked:
    os.write(1, f"\\r\\x1b[2Ka{text}\\x1b[6n".encode())
    answer = b""
    while not answer.endswith(b"R"):
        answer += os.read(0, 64)
    column = int(re.findall(rb";(\\d+)R", answer)[-1])
    if column - 2 != cells:
        wrong.append([f"{ord(text):x}", cells, column - 2])
termios.tcsetattr(0, termios.TCSANOW, before)
with open(sys.argv[1], "w") as file:
    json.dump([len(asked), wrong], file)
"""


def test_tmux_draws_as_many_cells_as_are_counted(home: Home, tmp_path: Path) -> None:
    program, result = tmp_path / "counts.py", tmp_path / "result.json"
    program.write_text(COUNTS)
    command = shlex.join([sys.executable, str(program), str(result)])
    with Pane(f"{command}; echo over", home.environ()) as pane:
        pane.sees("over")
    count, wrong = json.loads(result.read_text())
    assert count > 3000
    assert wrong == []
