"""awsttl counts as many cells for a character as a real tmux draws."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from support.home import Home
from support.tmux import AWSTTL, Pane

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


@pytest.mark.heavy
def test_tmux_draws_as_many_cells_as_are_counted(home: Home, tmp_path: Path) -> None:
    program, result = tmp_path / "counts.py", tmp_path / "result.json"
    program.write_text(COUNTS)
    command = shlex.join([sys.executable, str(program), str(result)])
    with Pane(f"{command}; echo over", home.environ()) as pane:
        pane.sees("over")
    count, wrong = json.loads(result.read_text())
    assert count > 3000
    assert wrong == []


NAMES = (
    "plain",
    "❤️ heart",
    "❤ without",
    "1️⃣ keycap",
    "#️⃣*️⃣",
    "☎️☀️⚠️✈️",
    "👩‍💻 at work",
    "👨‍👩‍👧‍👦",
    "👍🏽 skin",
    "🇩🇪 flag",
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "ภาษาไทย",
    "น้ำ ก็ ที่",
    "हिन्दी क्षि",
    "தமிழ் கொ",
    "বাংলা",
    "العربية",
    "עִבְרִית",
    "日本語",
    "한국어",
    "각",
    "e\u0301\u0302\u0303",
    "Zalgơ̷̢͓",
    "𝒻ancy ﷽",
)
"""Names of profiles over which tables go crooked."""
ACCOUNT = "111122223333"
MEASURED = """
import json, os, re, sys, termios, tty

with open(sys.argv[1]) as file:
    texts = json.load(file)
before = termios.tcgetattr(0)
tty.setraw(0)
found = []
for text in texts:
    os.write(1, f"\\r\\x1b[2K{text}\\x1b[6n".encode())
    answer = b""
    while not answer.endswith(b"R"):
        answer += os.read(0, 64)
    found.append(int(re.findall(rb";(\\d+)R", answer)[-1]) - 1)
termios.tcsetattr(0, termios.TCSANOW, before)
with open(sys.argv[1], "w") as file:
    json.dump(found, file)
"""


def measured(texts: list[str], home: Home, folder: Path) -> list[int]:
    """How many cells tmux draws for each text that it has drawn before."""
    program, given = folder / "measured.py", folder / "texts.json"
    program.write_text(MEASURED)
    given.write_text(json.dumps(texts))
    command = shlex.join([sys.executable, str(program), str(given)])
    with Pane(f"{command}; echo over", home.environ(), (200, 10)) as pane:
        pane.sees("over")
    found: list[int] = json.loads(given.read_text())
    return found


@pytest.mark.heavy
@pytest.mark.parametrize("command", ["", " list"])
def test_the_columns_of_a_table_stay_where_they_are(
    command: str, home: Home, tmp_path: Path
) -> None:
    role = f"role_arn = arn:aws:iam::{ACCOUNT}:role/Admin\nregion = eu-west-1\n"
    keys = "aws_access_key_id = AKIA\naws_secret_access_key = s\n"
    sections = [f"[profile keys]\n{keys}"]
    sections += [f"[profile {shlex.quote(name)}]\n{role}source_profile = keys\n" for name in NAMES]
    home.config("".join(sections))
    with Pane(f"{AWSTTL}{command}", home.environ(), (140, 60)) as pane:
        pane.sees("plain", "keys", "ROLE")
        lines = pane.screen().splitlines()
    rows = [line for line in lines if "no session  " in line and "auto" in line]
    head = next(line for line in lines if "PROFILE" in line)
    assert len(rows) == len(NAMES)
    words = {
        "STATE": "no session",
        "RENEWS": "auto",
        "FROM": "keys",
        "ACCOUNT": ACCOUNT,
        "ROLE": "Admin",
        "REGION": "eu-west-1",
    }
    for title, word in words.items():
        before = [row.partition(word)[0] for row in rows]
        assert measured([head.partition(title)[0], *before], home, tmp_path) == [
            len(head.partition(title)[0])
        ] * (len(rows) + 1)
