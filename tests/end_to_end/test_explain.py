"""``aws … 2>&1 | awsttl explain``: the real words of the real AWS CLIs, on their way to a cause."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Mapping

import pytest

from awsttl.commands.explain import end_of
from support.awscli import BOTH_CLIS, Version, aws_cli
from support.cloud import Cloud
from support.home import Home
from support.odd import config_text
from support.programs import loaded_by
from support.renewing import BASE, role

NAME = "team [a]/é.b"


@pytest.fixture
def broken(home: Home) -> Home:
    """A home in which one profile has a damaged cache file."""
    home.config(config_text({NAME: role(), "base": BASE}))
    home.cli_cache(role(), expires_at=0).write_text("{")
    return home


def explain(
    home: Home,
    *arguments: str,
    typed: str = "",
    encoding: str = "utf-8",
    environ: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "awsttl", "explain", *arguments],
        env=home.environ() | dict(environ or {}),
        input=typed.encode(encoding),
        capture_output=True,
        timeout=60,
        check=False,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


@pytest.mark.heavy
@BOTH_CLIS
def test_names_the_file_and_its_profiles(broken: Home, cloud: Cloud, version: Version) -> None:
    ask = ("sts", "get-caller-identity", "--profile", NAME)
    words = aws_cli(version, *ask, home=broken, cloud=cloud).stderr
    done = explain(broken, typed=words)
    assert done.returncode == 0, done.stderr
    (path,) = broken.cli_folder.glob("*.json")
    fix = f"run: awsttl renew '{NAME}'"
    assert done.stdout.splitlines() == [
        f"cause    cache file {path.name[:8]}… is corrupt: not JSON: half-written or damaged",
        f"profile  {NAME}",
        f"file     ~/.aws/cli/cache/{path.name}",
        f"next     remove it, or {fix}",
    ]
    assert explain(broken, words).stdout == done.stdout


def test_what_is_not_known_exits_with_1(home: Home) -> None:
    done = explain(home, "An error occurred (Teapot) when calling the Brew operation: no coffee")
    assert done.returncode == 1
    assert done.stdout.startswith("cause    not known: Teapot: no coffee\n")


def test_without_a_message_it_exits_with_2(home: Home) -> None:
    done = explain(home, typed=" \n")
    assert (done.returncode, done.stdout) == (2, "")
    assert "2>&1 | awsttl explain" in done.stderr


def test_says_in_a_shell_what_can_be_typed_there(home: Home) -> None:
    home.config(config_text({"dev": role(), "base": BASE}))
    text = "An error occurred (ExpiredToken) when calling the ListBuckets operation: x"
    by_variable = explain(home, text, environ={"AWS_PROFILE": "dev"}).stdout
    assert by_variable == explain(home, "--profile", "dev", text).stdout
    assert by_variable.splitlines()[1:] == [
        "profile  dev",
        "next     run: awsttl renew dev",
    ]
    assert explain(home, "no coffee").stdout.endswith("next     run: awsttl doctor\n")


def test_gives_programs_json(broken: Home) -> None:
    done = explain(broken, "--json", "'Credentials'")
    found = json.loads(done.stdout)
    (path,) = broken.cli_folder.glob("*.json")
    assert done.returncode == 0
    assert (found["code"], found["profiles"]) == ("cache-corrupt", [NAME])
    assert (found["files"], found["note"]) == ([str(path)], None)
    assert found["remedy"] == {"action": "renew", "profile": NAME, "words": None}
    assert "run: awsttl renew" in found["fix"]
    unknown = explain(broken, "--json", "no coffee")
    assert (unknown.returncode, json.loads(unknown.stdout)["code"]) == (1, "unknown")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_reads_what_any_shell_pipes_into_it(home: Home, encoding: str) -> None:
    words = "é\r\nAn error occurred (ExpiredToken) when calling the ListBuckets operation: x\r\n"
    assert explain(home, typed=words, encoding=encoding).returncode == 0


def test_of_a_very_long_text_reads_the_end_in_bounded_memory(home: Home) -> None:
    noise = "a line of a log that tells nothing\n" * 600_000
    words = "An error occurred (ExpiredToken) when calling the ListBuckets operation: x"
    done = explain(home, typed=f"{noise}{words}")
    assert done.stdout.startswith("cause    the session has expired")


@pytest.mark.parametrize("size", [0, 1, 999, 1_000, 1_001, 2_500, 10_001])
def test_the_end_of_a_stream_is_kept_and_no_more_than_two_pieces_are_held(size: int) -> None:
    data = bytes(place % 251 for place in range(size))
    stream = Counting(data)
    kept = end_of(stream, 1_000)
    assert data.endswith(kept)
    assert len(kept) in {min(size, 1_000), min(size, 1_000) - 1}
    assert (size - len(kept)) % 2 == 0, "UTF-16 would be cut inside a character"
    assert stream.largest <= 1_000
    assert stream.read(1) == b""


class Counting(io.BytesIO):
    largest = 0

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size > 0
        self.largest = max(self.largest, size)
        return super().read(size)


def test_control_characters_do_not_reach_the_terminal(home: Home) -> None:
    assert "\x1b" not in explain(home, "oh\x1b[2Jno").stdout


def test_loads_neither_textual_nor_boto3(broken: Home) -> None:
    program = "from awsttl.commands.main import main; main(['explain', \"'Credentials'\"])"
    loaded = loaded_by(program, broken.environ())
    assert "awsttl.core.why.causes" in loaded
    assert not {"textual", "rich", "boto3"} & loaded
