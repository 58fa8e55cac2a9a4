"""A disk that is full, broken or short of handles is told as what it is."""

from __future__ import annotations

import errno
import os

import pytest

from awsttl.core.secret import Secret
from awsttl.core.why import causes
from awsttl.disk.credentials_file import RefusedError, put
from awsttl.disk.settings_file import SettingsFile
from support.home import Home

ADVICE = {
    errno.ENOSPC: "make room: the disk with {} is full",
    errno.EDQUOT: "make room: your share of the disk with {} is used up",
    errno.EIO: "see the system's log: the disk with {} is failing",
    errno.EROFS: "make {} writable: it is mounted for reading only",
    errno.EMFILE: "restart awsttl: it has as many files open as it may (ulimit -n)",
    errno.EACCES: "make {} a folder that you may write to",
}


@pytest.fixture(params=ADVICE, ids=lambda number: errno.errorcode[number])
def failing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How the disk fails when a new file is to reach it."""

    def fail(_descriptor: int) -> None:
        raise OSError(request.param, os.strerror(request.param))

    monkeypatch.setattr(os, "fsync", fail)
    return int(request.param)


def test_by_a_setting(home: Home, failing: int) -> None:
    file = SettingsFile(str(home.settings_file))
    problem = file.change(lambda now: now._replace(threshold=60.0))
    assert problem is not None
    assert os.strerror(failing) in problem.message
    assert str(problem.fix) == ADVICE[failing].format("~/.config/awsttl")
    assert not list(home.settings_file.parent.iterdir())


def test_by_keys_for_the_credentials_file(home: Home, failing: int) -> None:
    (home.path / "dotfiles").mkdir()
    home.aws.mkdir()
    home.credentials_file.symlink_to("../dotfiles/credentials")
    with pytest.raises(RefusedError) as refused:
        put(str(home.credentials_file), "it", {"aws_session_token": Secret("x")})
    assert os.strerror(failing) in refused.value.problem.message
    assert str(refused.value.problem.fix) == ADVICE[failing].format("~/dotfiles")
    assert home.credentials_file.is_symlink()
    assert not list((home.path / "dotfiles").iterdir())


def test_by_a_renewal(failing: int) -> None:
    text = f"cannot write the cache file: {os.strerror(failing)}"
    problem = causes.explain(text, "dev")
    assert str(problem.fix) == ADVICE[failing].format("~/.aws/cli/cache")
