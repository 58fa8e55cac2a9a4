"""awsttl and the writers of other tools at one file, at the same time: nobody loses anything."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from botocore.configloader import raw_config_parse

from awsttl.core.model import Secret
from awsttl.disk.credentials_file import put
from support.home import Home
from support.programs import required

BASE = """\
# Keys of the team; ask Ada before you change them.
[base]
aws_access_key_id = AKIABASE
[theirs]
count = 0
"""
SECONDS = 4.0
"""How long they race."""

AS_AWS_CONFIGURE = """
from awscli.customizations.configure.writer import ConfigFileWriter
def write(path, number):
    ConfigFileWriter().update_config({"__section__": "theirs", "count": str(number)}, path)
"""
AS_AWS_CONFIGURE_SSO = """
from awscli.customizations.configure.writer import ConfigFileWriter
def write(path, number):
    ConfigFileWriter().update_config({"__section__": f"theirs{number}", "count": "1"}, path)
    ConfigFileWriter().update_config({"__section__": "theirs", "count": str(number)}, path)
"""
AS_AN_EDITOR = """
import os
def write(path, number):
    with open(path) as file:
        lines = file.readlines()
    lines = [f"count = {number}\\n" if line.startswith("count = ") else line for line in lines]
    with open(path + ".swp", "w") as file:
        file.writelines(lines)
    os.replace(path + ".swp", path)
"""
RACER = """
import configparser, random, sys, time
path, end = sys.argv[1], time.time() + float(sys.argv[2])
def there():
    parser = configparser.RawConfigParser()
    try:
        parser.read(path)
        return parser.getint("theirs", "count")
    except configparser.Error:
        return None
number, lost = 0, 0
while time.time() < end:
    number += 1
    write(path, number)
    time.sleep(random.random() * 0.03)
    patience = time.time() + 5
    while there() != number and time.time() < patience:
        time.sleep(0.002)
    lost += there() != number
print(number, lost)
"""


@pytest.mark.heavy
@pytest.mark.needs("aws-v1")
@pytest.mark.parametrize(
    "writer", [AS_AWS_CONFIGURE, AS_AWS_CONFIGURE_SSO, AS_AN_EDITOR],
    ids=["aws configure set", "aws configure sso", "an editor"],
)  # fmt: skip
def test_no_update_is_lost(home: Home, tmp_path: Path, writer: str) -> None:
    path = home.credentials(BASE)
    program = tmp_path / "racer.py"
    program.write_text(writer + RACER)
    python = Path(required("aws-v1")).read_text().partition("\n")[0].removeprefix("#!")
    command = [python, str(program), str(path), str(SECONDS)]
    lost, number = 0, 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as racer:
        while racer.poll() is None:
            number += 1
            put(str(path), "ours", {"aws_session_token": Secret(f"ours{number}")})
            lost += f"ours{number}" not in path.read_text() and _is_lost(path, f"ours{number}")
        assert racer.stdout is not None
        theirs, theirs_lost = map(int, racer.stdout.read().split())
    print(f"theirs {theirs}, lost {theirs_lost}; ours {number}, lost {lost}", file=sys.stderr)
    assert (theirs_lost, lost) == (0, 0)
    assert min(theirs, number) > 10
    found = raw_config_parse(str(path))
    assert found["base"] == {"aws_access_key_id": "AKIABASE"}
    assert found["theirs"] == {"count": str(theirs)}
    assert found["ours"] == {"aws_session_token": f"ours{number}"}
    assert path.read_text().startswith(BASE.partition("\n")[0])
    assert not list(path.parent.glob(".awsttl-*"))


def _is_lost(path: Path, value: str) -> bool:
    """Whether the value is gone for good: a writer in place empties the file for a moment."""
    end = time.monotonic() + 1
    while time.monotonic() < end:
        if value in path.read_text():
            return False
        time.sleep(0.002)
    return True
