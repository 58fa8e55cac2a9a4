"""What a writer that was killed leaves beside its target is removed, and nothing else is."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from awsttl.disk.locations import Locations
from awsttl.disk.own_folders import settings_file, state_folder
from awsttl.disk.whole_files import sweep
from awsttl.engine.feed import Feed
from support.home import Home

HOUR = 3600
LETTERS = "abcdefgh"


@pytest.fixture
def gone() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def _file(folder: Path, name: str, seconds: float) -> Path:
    """A file that was written so many seconds from now."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("a session")
    os.utime(path, (time.time() + seconds,) * 2)
    return path


@pytest.mark.parametrize("seconds", [-3, -59, -HOUR, 3, HOUR])
def test_of_a_process_that_is_gone_it_is_removed_but_for_the_first_moment(
    tmp_path: Path, gone: int, seconds: float
) -> None:
    """In which the writer may be one of another container that shares the home."""
    at_once = _file(tmp_path, f".awsttl-{gone}-at_once_.tmp", 0)
    later = _file(tmp_path, f".awsttl-{gone}-{LETTERS}.tmp", seconds)
    sweep(str(tmp_path))
    assert at_once.exists()
    assert not later.exists()


@pytest.mark.parametrize(
    "writer", [f"{os.getpid()}-", "1-", ""], ids=["ours", "another's", "nobody's"]
)
def test_of_a_process_that_runs_or_nobody_knows_it_stays_for_a_minute(
    tmp_path: Path, writer: str
) -> None:
    young = _file(tmp_path, f".awsttl-{writer}young___.tmp", -50)
    old = _file(tmp_path, f".awsttl-{writer}old_____.tmp", -70)
    future = _file(tmp_path, f".awsttl-{writer}future__.tmp", HOUR)
    sweep(str(tmp_path))
    assert young.exists()
    assert not old.exists()
    assert not future.exists()


@pytest.mark.parametrize(
    "name",
    [
        "1" * 40 + ".json",
        "config",
        "session.db",
        f".awsttl-{LETTERS}.tmp.bak",
        f"my.awsttl-{LETTERS}.tmp",
        f".awsttl-1x-{LETTERS}.tmp",
        ".awsttl-notes.tmp",
        f"tmp{LETTERS}.tmp",
    ],
)
def test_what_is_not_such_a_file_stays(tmp_path: Path, name: str) -> None:
    path = _file(tmp_path, name, -HOUR)
    sweep(str(tmp_path))
    assert path.exists()


def test_neither_folders_nor_links_are_followed(tmp_path: Path, home: Home) -> None:
    target = _file(home.path, "mine", -HOUR)
    link = tmp_path / f".awsttl-1-{LETTERS}.tmp"
    link.symlink_to(target)
    folder = tmp_path / ".awsttl-1-folder__.tmp"
    folder.mkdir()
    os.utime(folder, (time.time() - HOUR,) * 2)
    sweep(str(tmp_path))
    assert target.exists()
    assert folder.exists()


def test_a_folder_that_is_none_is_no_error(tmp_path: Path) -> None:
    sweep(str(tmp_path / "nowhere"))
    sweep(str(_file(tmp_path, "a file", 0)))


def test_within_a_minute_it_is_done_once(tmp_path: Path, gone: int) -> None:
    sweep(str(tmp_path), at_most_every=60)
    path = _file(tmp_path, f".awsttl-{gone}-{LETTERS}.tmp", -HOUR)
    sweep(str(tmp_path), at_most_every=60)
    assert path.exists()
    sweep(str(tmp_path))
    assert not path.exists()


def test_a_dashboard_that_is_opened_removes_them(home: Home, gone: int) -> None:
    state = Path(state_folder())
    own = (state, Path(settings_file()).parent)
    folders = [home.cli_folder, home.sso_folder, home.login_folder, home.aws, *own]
    for link in (home.credentials_file, home.config_file, own[1] / "settings.toml"):
        link.parent.mkdir(parents=True, exist_ok=True)
        dotfiles = home.path / f"dotfiles-{link.name}"
        link.symlink_to(_file(dotfiles, "file", 0))
        folders.append(dotfiles)  # behind the link, where the file itself is written
    left_over = [_file(folder, f".awsttl-{gone}-{LETTERS}.tmp", -HOUR) for folder in folders]
    # What t gave to a shell that never read it.
    left_over.append(_file(state / "handed-over", "prod-x.sh", -HOUR))
    still_read = _file(state / "handed-over", "dev-x.sh", 0)
    feed = Feed(Locations.of(os.environ), os.environ)
    feed.start()
    deadline = time.monotonic() + 30
    while any(path.exists() for path in left_over):
        assert time.monotonic() < deadline, [path for path in left_over if path.exists()]
        time.sleep(0.01)
    feed.stop()
    assert still_read.exists()
