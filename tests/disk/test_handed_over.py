"""A session that is handed over to another program lies in one whole file, or in none."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from awsttl.core.secret import Secret
from awsttl.disk import handed_over
from support.home import Home


def test_it_is_for_the_owner_alone_and_is_there_until_it_is_withdrawn(home: Home) -> None:
    path = Path(handed_over.write(Secret("export A=b"), "a/b c", ".sh"))
    assert path.read_text() == "export A=b"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.name.startswith("a-b-c-")
    handed_over.withdraw(str(path))
    handed_over.withdraw(str(path))
    assert not list(path.parent.iterdir())


@pytest.mark.parametrize("text", ["half of it\ud800", "x"], ids=["no text", "a full disk"])
def test_where_it_cannot_be_written_no_half_of_it_stays(
    home: Home, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    before = handed_over.write(Secret("theirs"), "other", ".sh")
    if text == "x":

        def full(descriptor: int, *_mode: object, **_how: object) -> None:
            os.write(descriptor, b"half of it")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises((OSError, UnicodeError)):
        handed_over.write(Secret(text), "dev", ".sh")
    assert [str(path) for path in Path(before).parent.iterdir()] == [before]
