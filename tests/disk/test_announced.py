"""Once per session and stage, in however many panes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from awsttl.disk.announced import KEPT, mark_announced
from awsttl.disk.own_folders import state_folder

NAMES = frozenset(f"expired prod-{number}" for number in range(50))

CLAIMER = """
import sys
from awsttl.disk.announced import mark_announced
print("ready", flush=True)
sys.stdin.readline()
print("\\n".join(sorted(mark_announced(sys.argv[1:]))))
"""


def warned() -> list[Path]:
    return list(Path(state_folder(), "warned").iterdir())


def test_what_is_claimed_is_not_claimed_again() -> None:
    assert mark_announced(["a", "b"]) == {"a", "b"}
    assert mark_announced(["b", "c"]) == {"c"}


def test_of_several_processes_that_want_the_same_one_gets_all_of_it() -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIMER, *NAMES],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    claimed = [set(process.communicate()[0].split("\n")) - {""} for process in processes]
    assert sorted(map(len, claimed)) == [0, 0, len(NAMES)]


def test_claims_tell_others_nothing() -> None:
    mark_announced(["expired prod"])
    (made,) = warned()
    assert "prod" not in made.name
    assert made.stat().st_mode & 0o777 == 0o600
    assert made.stat().st_size == 0
    assert made.parent.stat().st_mode & 0o777 == 0o700


def test_old_claims_are_swept_and_younger_ones_stand() -> None:
    for name, age in (("old", KEPT + 60), ("young", KEPT - 60)):
        before = set(Path(state_folder()).rglob("*"))
        mark_announced([name])
        (made,) = (path for path in set(warned()) - before)
        os.utime(made, (time.time() - age,) * 2)
    assert mark_announced(["new"]) == {"new"}
    assert len(warned()) == 2
    assert mark_announced(["old", "young"]) == {"old"}


@pytest.mark.parametrize("part", ["awsttl", "awsttl/warned"])
def test_where_no_claim_can_be_made_everybody_warns(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    if sys.platform == "darwin":
        monkeypatch.setattr("awsttl.disk.announced.state_folder", lambda: str(tmp_path / "awsttl"))
    in_the_way = tmp_path / part
    in_the_way.parent.mkdir(exist_ok=True)
    in_the_way.write_text("a file, where a folder should be")
    assert mark_announced(["a"]) == {"a"}
    assert mark_announced(["a"]) == {"a"}


def test_where_there_are_no_locks_a_claim_still_stands() -> None:
    """The file of a claim is exclusive by itself."""
    folder = Path(state_folder())
    folder.mkdir(parents=True)
    (folder / "locks").write_text("a file, where a folder should be")
    assert mark_announced(["a"]) == {"a"}
    assert mark_announced(["a"]) == frozenset()


def test_a_name_that_is_no_unicode_is_a_name() -> None:
    assert mark_announced(["expired \udcff"]) == {"expired \udcff"}
    assert mark_announced(["expired \udcff"]) == frozenset()
