"""The copy of the config file, and the file of a token: who can read them, and until when."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from awsttl.core.secret import Secret
from awsttl.disk import live_config
from awsttl.disk.live_config import LiveConfig
from awsttl.disk.locations import Locations
from support.home import Home


def mode(path: str | Path) -> int:
    return stat.S_IMODE(Path(path).stat().st_mode)


def test_the_copy_is_the_persons_alone_follows_the_file_and_goes(home: Home) -> None:
    home.config("[profile a]\nregion = x\n")
    copy = LiveConfig(Locations.of({}))
    copy.follow()
    assert not Path(copy.path).exists(), "nobody needs it"
    assert not live_config.was_used()
    copy.write()
    assert mode(copy.path) == 0o600
    assert mode(live_config.folder()) == 0o700
    assert live_config.was_used()
    home.config("[profile b]\nregion = x\n")
    copy.follow()
    assert "[profile b]" in Path(copy.path).read_text()
    copy.remove()
    assert not Path(copy.path).exists()


def test_without_a_config_file_there_is_a_copy_too(home: Home) -> None:
    copy = LiveConfig(Locations.of({}))
    assert copy.write().text.startswith("[profile awsttl-live]")


def test_what_a_killed_awsttl_left_is_removed(home: Home) -> None:
    home.config("")
    with subprocess.Popen([sys.executable, "-c", "pass"]) as ended:
        pass
    copy = LiveConfig(Locations.of({}))
    copy.write()
    folder = Path(live_config.folder())
    left, other = folder / f"{ended.pid}-abc.config", folder / "not ours"
    left.write_text("x")
    other.write_text("x")
    live_config.sweep()
    assert not left.exists()
    assert other.exists()
    assert Path(copy.path).exists()


def test_a_token_is_in_its_file_without_a_line_end_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("older")
    path.chmod(0o644)
    live_config.write_token(str(path), Secret("t0ken"))
    assert path.read_bytes() == b"t0ken"
    assert mode(path) == 0o600
    live_config.withdraw_token(str(path), Secret("another"))
    assert path.exists(), "somebody else's by now"
    live_config.withdraw_token(str(path), Secret("t0ken"))
    assert not path.exists()
    live_config.withdraw_token(str(path), Secret("t0ken"))


def test_a_token_goes_into_files_only(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "pipe", tmp_path, tmp_path / "no" / "folder"):
        with pytest.raises(OSError, match=r"regular file|No such file"):
            live_config.write_token(str(place), Secret("t0ken"))
