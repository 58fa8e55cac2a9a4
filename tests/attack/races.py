"""awsttl and the writers of other tools at one credentials file, at the same time.

Each writer sets a number of its own again and again, and looks whether it is still there; so does
awsttl. What is gone for good is lost. Two writers that know no lock lose each other's updates, so
only one of them races with awsttl at a time.
"""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from support import programs

from .kit import Attack, Effort, Finding

_BASE: Final = """\
# Keys of the team; ask Ada before you change them.
[base]
aws_access_key_id = AKIABASE
[theirs]
count = 0
"""

_WRITERS: Final = {
    "aws configure set, in one process": (
        "aws-v1",
        """
from awscli.customizations.configure.writer import ConfigFileWriter
def write(path, number):
    ConfigFileWriter().update_config({"__section__": "theirs", "count": str(number)}, path)
""",
    ),
    "aws configure sso, which appends": (
        "aws-v1",
        """
from awscli.customizations.configure.writer import ConfigFileWriter
def write(path, number):
    ConfigFileWriter().update_config({"__section__": f"theirs{number}", "count": "1"}, path)
    ConfigFileWriter().update_config({"__section__": "theirs", "count": str(number)}, path)
""",
    ),
    "aws-mfa, which writes the whole file": (
        "",
        """
import configparser
def write(path, number):
    parser = configparser.RawConfigParser()
    parser.read(path)
    parser.set("theirs", "count", str(number))
    with open(path, "w") as file:
        parser.write(file)
""",
    ),
    "an editor, which renames": (
        "",
        """
import os
def write(path, number):
    with open(path) as file:
        lines = file.readlines()
    lines = [f"count = {number}\\n" if line.startswith("count = ") else line for line in lines]
    with open(path + ".swp", "w") as file:
        file.writelines(lines)
    os.replace(path + ".swp", path)
""",
    ),
    "aws configure set, v1": ("aws-v1", None),
    "aws configure set, v2": ("aws-v2", None),
}
"""Who writes → the program that it needs, and how it writes; ``None``: by the AWS CLI itself."""

_BY_COMMAND: Final = """
import os, subprocess
def write(path, number):
    environ = os.environ | {"AWS_CONFIG_FILE": path}
    command = [%r, "configure", "set", "count", str(number), "--profile", "theirs"]
    subprocess.run(command, env=environ, check=True)
"""
_RACER: Final = """
import configparser, random, sys, time
path, end = sys.argv[1], time.time() + float(sys.argv[2])
def there():
    parser = configparser.RawConfigParser()
    try:
        parser.read(path)
        return parser.getint(section, "count")
    except configparser.Error:
        return None
number, lost = 0, 0
while time.time() < end:
    number += 1
    write(path, number)
    time.sleep(random.random() * 0.02)
    patience = time.time() + 5
    while there() != number and time.time() < patience:
        time.sleep(0.002)
    lost += there() != number
print(number, lost)
"""


def _run(effort: Effort) -> Sequence[Finding]:
    return [
        _race(what, needs, how, effort, number)
        for number, (what, (needs, how)) in enumerate(_WRITERS.items())
    ]


def _race(what: str, needs: str, how: str | None, effort: Effort, number: int) -> Finding:
    finding = Finding(f"a race with {what}")
    if needs and programs.find(needs) is None:
        finding.skipped = f"{needs} is not there"
        return finding
    folder = effort.scratch / str(number)
    folder.mkdir(parents=True)
    path = folder / "credentials"
    section = "theirs" if how is not None else "profile theirs"
    path.write_text(_BASE.replace("[theirs]", f"[{section}]"))
    program = folder / "racer.py"
    source = how if how is not None else _BY_COMMAND % programs.required(needs)
    program.write_text(f"section = {section!r}\n{source}{_RACER}")
    python = _python(needs) if how is not None else sys.executable
    command = [python, str(program), str(path), str(effort.times(2, 20))]
    ours, lost = 0, 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as racer:
        while racer.poll() is None:
            ours += 1
            lost += _put(path, f"ours{ours}", finding)
        assert racer.stdout is not None
        words = racer.stdout.read().split()
    theirs, theirs_lost = map(int, words) if len(words) == 2 else (0, 1)
    finding.tried = ours + theirs
    finding.note = f"{theirs:,} of theirs, {ours:,} of ours"
    for count, whose in ((lost, "ours"), (theirs_lost, "theirs")):
        for _ in range(count):
            finding.count("lost", f"an update of {whose}")
    for harm in _harm(path, section, theirs, ours):
        finding.count("wrong", harm)
    shutil.rmtree(folder)
    return finding


def _python(needs: str) -> str:
    """The Python that the AWS CLI runs in, so that its own writer writes."""
    if not needs:
        return sys.executable
    first = Path(programs.required(needs)).read_text(encoding="utf-8").partition("\n")[0]
    return first.removeprefix("#!")


def _put(path: Path, value: str, finding: Finding) -> bool:
    """Write a value; whether it is lost."""
    from awsttl.core.secret import Secret
    from awsttl.disk.credentials_file import RefusedError, put

    try:
        put(str(path), "ours", {"aws_session_token": Secret(value)})
    except RefusedError as error:
        finding.count("wrong", str(error))
        return False
    end = time.monotonic() + 1
    # A writer in place empties the file for a moment.
    while value not in path.read_text(encoding="utf-8"):
        if time.monotonic() > end:
            return True
        time.sleep(0.002)
    return False


def _harm(path: Path, section: str, theirs: int, ours: int) -> Iterator[str]:
    """What is not in the file at the end as it should be."""
    parser = configparser.RawConfigParser()
    parser.read(path)
    if parser.get("base", "aws_access_key_id") != "AKIABASE":
        yield "the section of a third is not what it was"
    if parser.get(section, "count") != str(theirs):
        yield f"their last is {parser.get(section, 'count')}, and not {theirs}"
    if parser.get("ours", "aws_session_token") != f"ours{ours}":
        yield "our last is not there"
    if left := list(path.parent.glob(".awsttl-*")):
        yield f"{left[0].name} is left over"


ATTACKS: Final = (Attack("races", _run),)
