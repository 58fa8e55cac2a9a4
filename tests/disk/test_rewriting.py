"""A person's file is rewritten, and all that belongs to it stays: links, rights, attributes."""

from __future__ import annotations

import os
import stat
import struct
import sys
import threading
import time
from pathlib import Path

import pytest

from awsttl.core.secret import Secret
from awsttl.disk import rewriting, whole_files
from awsttl.disk.exchange import Content
from awsttl.disk.rewriting import RefusedError, Rewritten
from awsttl.disk.whole_files import Dress

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux calls them so")
ACL = "system.posix_acl_access"
EVERYBODY = 0xFFFFFFFF


def _acl() -> bytes:
    """Read and write for the owner, read for one other person, nothing for the group."""
    entries = [(1, 6, EVERYBODY), (2, 4, 65534), (4, 0, EVERYBODY), (16, 4, EVERYBODY)]
    entries.append((32, 0, EVERYBODY))
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config"
    path.write_text("old")
    return path


def more(before: Secret | None) -> Secret:
    """Is the same when it is made twice."""
    text = before.reveal() if before else ""
    return Secret(text if text.endswith("new") else text + "new")


def rewrite(path: Path, *, closed: bool = False) -> Rewritten:
    return rewriting.rewrite(str(path), more, closed=closed)


def test_the_answer_says_what_was_there_and_what_is(file: Path) -> None:
    assert rewrite(file) == (Secret("old"), Secret("oldnew"))
    assert rewrite(file) == (Secret("oldnew"), Secret("oldnew"))
    assert rewrite(file.with_name("other")) == (None, Secret("new"))
    assert file.read_text() == "oldnew"


def test_what_is_as_it_should_be_is_not_written(file: Path) -> None:
    rewrite(file)
    before = file.stat()
    rewrite(file)
    after = file.stat()
    assert (after.st_ino, after.st_ctime_ns) == (before.st_ino, before.st_ctime_ns)


def test_every_byte_goes_through(file: Path) -> None:
    file.write_bytes(bytes(range(256)))
    rewrite(file)
    assert file.read_bytes() == bytes(range(256)) + b"new"


@linux
@pytest.mark.parametrize("closed", [False, True])
def test_an_access_control_list_and_attributes_stay(file: Path, *, closed: bool) -> None:
    try:
        os.setxattr(file, ACL, _acl())
        os.setxattr(file, "user.note", b"Ada's")
    except OSError:
        pytest.skip("this file system has no access control lists")
    mode = stat.S_IMODE(file.stat().st_mode)
    rewrite(file, closed=closed)
    assert os.getxattr(file, ACL) == _acl()
    assert os.getxattr(file, "user.note") == b"Ada's"
    assert stat.S_IMODE(file.stat().st_mode) == mode


@linux
def test_a_list_that_cannot_be_kept_opens_the_file_to_nobody(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        os.setxattr(file, ACL, _acl())
    except OSError:
        pytest.skip("this file system has no access control lists")

    def refuse(*_given: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "setxattr", refuse)
    rewrite(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_is_to_go_is_removed(file: Path) -> None:
    assert rewriting.rewrite(str(file), lambda _before: None) == (Secret("old"), None)
    assert not file.exists()


@linux
def test_a_program_that_is_still_writing_is_waited_for(file: Path) -> None:
    """It has emptied the file, and this is not taken for what stands in it."""
    with file.open("w") as theirs:

        def end() -> None:
            theirs.write("theirs")
            theirs.close()

        timer = threading.Timer(0.2, end)
        timer.start()
        rewrite(file)
        timer.join()
    assert file.read_text() == "theirsnew"


@linux
def test_what_comes_into_the_old_file_when_it_is_replaced_is_not_lost(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program had opened it just before; it writes when the file has no name any more."""
    replace = whole_files.replace_known
    late = [b"theirs"]

    def slow(path: str, body: Content, known: Content, dress: Dress) -> None:
        descriptor = os.open(path, os.O_WRONLY)
        os.close(descriptor)
        old = os.open(path, os.O_RDONLY)
        replace(path, body, known, dress)
        if late:
            writing = os.open(f"/proc/self/fd/{old}", os.O_WRONLY | os.O_TRUNC)
            os.write(writing, late.pop())
            os.close(writing)
        os.close(old)

    monkeypatch.setattr(whole_files, "replace_known", slow)
    assert rewrite(file) == (Secret("theirs"), Secret("theirsnew"))
    assert file.read_text() == "theirsnew"


def test_what_is_written_over_the_new_file_at_once_gets_the_change_too(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program had read the old file, and writes what it made of it."""
    late = ["theirs"]

    def sleep(_seconds: float) -> None:
        if late:
            file.write_text(late.pop())

    monkeypatch.setattr(time, "sleep", sleep)
    rewrite(file)
    assert file.read_text() == "theirsnew"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(file: Path) -> None:
    file.parent.chmod(0o500)
    with pytest.raises(RefusedError, match=r"make .* a folder that you may write to"):
        rewrite(file)
    file.parent.chmod(0o700)
