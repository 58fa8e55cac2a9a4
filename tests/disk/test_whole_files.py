"""A file is written whole or not at all, and never over what somebody has saved meanwhile."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from traceback import TracebackException

import pytest

from awsttl.core.profiles.cache_names import is_entry_name
from awsttl.disk import exchange, folders
from awsttl.disk.exchange import Content
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from awsttl.disk.whole_files import ChangedError, Dress, replace, replace_known, write_new
from support.home import Home

NOON = 1_795_003_200.0


def names(found: Iterable[Path]) -> set[str]:
    return {path.name for path in found}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def swap(path: Path, body: bytes, known: bytes | None, dress: Dress | None = None) -> None:
    replace_known(str(path), Content(body), None if known is None else Content(known), dress)


@pytest.fixture(params=["unnamed files", "no unnamed files", "unnamed files without links"])
def _system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kind of system and file system."""
    if request.param == "no unnamed files":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    elif request.param == "unnamed files without links":

        def link(source: str, target: str, **how: object) -> None:
            raise OSError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(os, "link", link)


REPLACE_FOREVER = """
import itertools, sys
from awsttl.disk.whole_files import replace
for number in itertools.count():
    replace(sys.argv[1], b"%d" % (number % 10) * (100_000 + number % 7))
"""

FULL_DISK = """
import resource, signal, sys
from awsttl.disk.whole_files import replace
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    replace(sys.argv[1], b"x" * 100_000)
except OSError:
    print("failed")
"""


@pytest.mark.usefixtures("_system")
class TestWriting:
    def test_is_whole_at_every_moment_even_when_the_writer_is_killed(self, home: Home) -> None:
        path = home.cli_folder / ("1" * 40 + ".json")
        home.cli_folder.mkdir(parents=True)
        for _ in range(4):
            path.write_bytes(b"old" * 10)
            writer = subprocess.Popen([sys.executable, "-c", REPLACE_FOREVER, str(path)])
            seen: set[bytes] = set()
            deadline = time.monotonic() + 30
            try:
                while len(seen) < 9 and time.monotonic() < deadline:
                    body = path.read_bytes()
                    assert body == b"old" * 10 or len(set(body)) == 1
                    assert body == b"old" * 10 or 100_000 <= len(body) < 100_007
                    seen.add(body[:4])
            finally:
                writer.kill()
                writer.wait()
            assert len(seen) >= 9
            assert len(set(path.read_bytes())) == 1
            assert len(path.read_bytes()) >= 100_000
        left_over = [found for found in home.cli_folder.iterdir() if found != path]
        for found in left_over:
            assert not is_entry_name(found.name)
            assert mode(found) == 0o600
        assert set(Reader(Locations.of({})).look().cli_cache) <= {path.name}

    @pytest.mark.parametrize("before", [0o600, 0o644, 0o666, 0o400, None])
    def test_leaves_the_file_to_its_owner_whatever_it_was(
        self, before: int | None, home: Home
    ) -> None:
        path = home.cli_folder / ("1" * 40 + ".json")
        if before is not None:
            home.cli_cache(path.name, expires_at=NOON).chmod(before)
        replace(str(path), b"new")
        assert path.read_bytes() == b"new"
        assert mode(path) == 0o600
        assert names(path.parent.iterdir()) == {path.name}

    def test_makes_the_folder_for_its_owner(self, home: Home) -> None:
        replace(str(home.cli_folder / "x.json"), b"new")
        assert mode(home.cli_folder) == 0o700

    def test_that_fails_leaves_the_old_file_and_no_other(self, home: Home) -> None:
        path = home.cli_cache("1" * 40 + ".json", expires_at=NOON)
        body = path.read_bytes()
        run = subprocess.run(
            [sys.executable, "-c", FULL_DISK, str(path)], capture_output=True, text=True, check=True
        )
        assert run.stdout == "failed\n"
        assert path.read_bytes() == body
        assert names(path.parent.iterdir()) == {path.name}

    def test_over_a_folder_fails_and_leaves_no_file(self, home: Home) -> None:
        path = home.cli_folder / ("1" * 40 + ".json")
        path.mkdir(parents=True)
        with pytest.raises(OSError, match="directory"):
            replace(str(path), b"new")
        assert names(home.cli_folder.iterdir()) == {path.name}

    def test_of_a_new_file_is_not_over_another(self, home: Home) -> None:
        path = home.cli_cache("1" * 40 + ".json", expires_at=NOON)
        body = path.read_bytes()
        with pytest.raises(FileExistsError):
            write_new(str(path), b"new")
        assert path.read_bytes() == body
        assert names(path.parent.iterdir()) == {path.name}

    @pytest.mark.parametrize("umask", [0, 0o777])
    def test_is_for_the_owner_whatever_the_umask(self, umask: int, home: Home) -> None:
        before = os.umask(umask)
        try:
            for name, write in (("a", write_new), ("b", replace), ("b", replace)):
                write(str(home.path / name), b"new")
        finally:
            os.umask(before)
        assert {mode(home.path / name) for name in "ab"} == {0o600}

    def test_closes_what_it_opens(self, home: Home) -> None:
        path = home.path / "x"
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(3):
            replace(str(path), b"new")
            swap(path, b"newer", b"new")
            with pytest.raises(FileExistsError):
                write_new(str(path), b"new")
            with pytest.raises(ChangedError):
                swap(path, b"newer", b"other")
        assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.usefixtures("_system")
class TestAKnownFile:
    """It is replaced as long as it holds what was read of it."""

    @pytest.fixture
    def path(self, home: Home) -> Path:
        path = home.path / "credentials"
        path.write_bytes(b"old")
        return path

    @pytest.fixture(params=[True, False], ids=["exchanging", "not exchanging"])
    def exchanges(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
        """Whether this system can exchange two files."""
        if not request.param:
            monkeypatch.setattr(exchange, "_renameat2", lambda: None)
        elif exchange._renameat2() is None:
            pytest.skip("this system exchanges no files")
        return bool(request.param)

    @pytest.mark.usefixtures("exchanges")
    def test_is_replaced(self, path: Path) -> None:
        swap(path, b"new", b"old")
        assert path.read_bytes() == b"new"
        assert mode(path) == 0o600
        assert names(path.parent.iterdir()) == {path.name}

    @pytest.mark.usefixtures("exchanges")
    @pytest.mark.parametrize("found", [b"", b"older", b"ol", b"olD", None])
    def test_that_holds_something_else_stays(self, path: Path, found: bytes | None) -> None:
        if found is None:
            path.unlink()
        else:
            path.write_bytes(found)
        with pytest.raises(ChangedError):
            swap(path, b"new", b"old")
        assert (path.read_bytes() if path.exists() else None) == found
        assert len(list(path.parent.iterdir())) == (found is not None)

    def test_that_was_missing_and_is_there_now_stays(self, path: Path) -> None:
        with pytest.raises(ChangedError):
            swap(path, b"new", None)
        assert path.read_bytes() == b"old"
        path.unlink()
        swap(path, b"new", None)
        assert path.read_bytes() == b"new"
        assert names(path.parent.iterdir()) == {path.name}

    @pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
    def test_in_whose_place_is_something_else_stays(
        self, path: Path, make: Callable[[Path], None]
    ) -> None:
        path.unlink()
        make(path)
        with pytest.raises(ChangedError):
            swap(path, b"new", b"old")
        assert names(path.parent.iterdir()) == {path.name}

    def test_gets_its_owner_and_mode_before_its_name(self, path: Path) -> None:
        swap(path, b"new", b"old", lambda opened: os.fchmod(opened, 0o400))
        assert mode(path) == 0o400

    def test_is_in_no_traceback(self, path: Path) -> None:
        def fail(_descriptor: int) -> None:
            raise RuntimeError("a fault of ours")

        with pytest.raises(RuntimeError) as caught:
            swap(path, b"new-secret", b"old", fail)
        whole = TracebackException.from_exception(caught.value, capture_locals=True)
        frames = [line for line in whole.format() if "/disk/whole_files.py" in line]
        assert frames
        assert "new-secret" not in "".join(frames)

    def test_stays_where_it_cannot_have_them(self, path: Path) -> None:
        def fail(_descriptor: int) -> None:
            raise PermissionError(errno.EPERM, "Operation not permitted")

        with pytest.raises(PermissionError):
            swap(path, b"new", b"old", fail)
        assert path.read_bytes() == b"old"
        assert names(path.parent.iterdir()) == {path.name}


@pytest.mark.skipif(exchange._renameat2() is None, reason="this system exchanges no files")
class TestTheLastMoment:
    """Another program saves after the last comparison, just before the two files are exchanged."""

    @pytest.fixture
    def path(self, home: Home) -> Path:
        path = home.path / "settings.toml"
        path.write_bytes(b"old")
        return path

    @pytest.fixture
    def before_swaps(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Callable[[], object]]]:
        """What is done before each exchange of two files, one after the other."""
        steps: list[Callable[[], object]] = []
        swap = exchange._swap

        def late(one: str, other: str) -> None:
            if steps:
                steps.pop(0)()
            swap(one, other)

        monkeypatch.setattr(exchange, "_swap", late)
        yield steps
        assert not steps

    def test_what_it_puts_in_the_place_stays(
        self, path: Path, before_swaps: list[Callable[[], object]]
    ) -> None:
        other = path.with_name("editor's")
        other.write_bytes(b"saved")
        before_swaps.append(lambda: other.rename(path))
        with pytest.raises(ChangedError):
            swap(path, b"new", b"old")
        assert path.read_bytes() == b"saved"
        assert names(path.parent.iterdir()) == {path.name}

    def test_what_it_writes_in_place_stays(
        self, path: Path, before_swaps: list[Callable[[], object]]
    ) -> None:
        before_swaps.append(lambda: path.write_bytes(b"saved"))
        with pytest.raises(ChangedError):
            swap(path, b"new", b"old")
        assert path.read_bytes() == b"saved"

    def test_what_it_is_about_to_write_in_place_is_not_lost(self, path: Path) -> None:
        with path.open("r+b") as opened:
            with pytest.raises(ChangedError):
                swap(path, b"new", b"old")
            opened.write(b"saved")
        assert path.read_bytes() == b"saved"

    def test_who_only_reads_is_no_obstacle(self, path: Path) -> None:
        with path.open("rb") as opened:
            swap(path, b"new", b"old")
            assert opened.read() == b"old"
        assert path.read_bytes() == b"new"

    def test_what_a_third_one_saves_while_it_is_put_back_is_the_newest(
        self, path: Path, before_swaps: list[Callable[[], object]]
    ) -> None:
        for text in (b"second", b"third", b"fourth"):
            other = path.with_name(text.decode())
            other.write_bytes(text)
            before_swaps.append(lambda other=other: other.rename(path))  # type: ignore[misc]  # mypy does not see the type of a bound default
        with pytest.raises(ChangedError):
            swap(path, b"new", b"old")
        assert path.read_bytes() == b"fourth"
        assert names(path.parent.iterdir()) == {path.name}


class TestFolders:
    @pytest.mark.parametrize("umask", [0, 0o077])
    def test_all_that_are_missing_are_made_for_the_owner_alone(
        self, umask: int, home: Home
    ) -> None:
        before = os.umask(umask)
        try:
            replace(str(home.path / ".aws" / "cli" / "cache" / "x.json"), b"new")
            folders.make(str(home.path / ".local" / "state" / "awsttl"))
        finally:
            os.umask(before)
        made = [path for path in home.path.rglob("*") if path.is_dir()]
        assert len(made) == 6
        assert {mode(path) for path in made} == {0o700}

    def test_one_that_is_there_stays_as_it_is(self, home: Home) -> None:
        (home.path / "open").mkdir(mode=0o755)
        folders.make(str(home.path / "open" / "new"))
        assert mode(home.path / "open") == 0o755

    def test_many_threads_may_make_the_same(self, home: Home) -> None:
        together = threading.Barrier(8)

        def make(number: int) -> None:
            for round_ in range(50):
                together.wait()
                folders.make(str(home.path / str(round_) / "cli" / "cache"))

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(make, range(8)))

    @pytest.mark.parametrize("name", ["file", "file/below", "nowhere/below"])
    def test_a_file_in_the_way_is_told(self, name: str, home: Home) -> None:
        (home.path / "file").write_text("")
        (home.path / "nowhere").symlink_to("gone")
        with pytest.raises(NotADirectoryError):
            folders.make(str(home.path / name))


class TestTheFileBehindALink:
    def test_is_found_through_any_number_of_links(self, home: Home) -> None:
        (home.path / "dotfiles").mkdir()
        target = home.path / "dotfiles" / "settings"
        (home.path / "one").symlink_to("two")
        (home.path / "two").symlink_to(target)
        # Also where the file is still to be made.
        assert folders.behind(str(home.path / "one")) == str(target)
        target.write_text("")
        assert folders.behind(str(home.path / "one")) == str(target)

    def test_may_be_in_a_folder_that_is_still_to_be_made(self, home: Home) -> None:
        (home.path / "aws").symlink_to("gone/far")
        found = folders.behind(str(home.path / "aws" / "config"))
        assert found == str(home.path / "gone" / "far" / "config")

    def test_a_circle_is_an_error(self, home: Home) -> None:
        (home.path / "a").symlink_to("b")
        (home.path / "b").symlink_to("a")
        with pytest.raises(OSError, match="symbolic links"):
            folders.behind(str(home.path / "a"))

    @pytest.mark.parametrize("number", [errno.EIO, errno.EACCES])
    def test_that_cannot_be_looked_at_is_no_file_to_be_replaced(
        self, number: int, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        link = home.path / "config"
        link.symlink_to("elsewhere")
        lstat = os.lstat

        def fail(path: str, **how: object) -> os.stat_result:
            if os.fspath(path) == str(link):
                raise OSError(number, os.strerror(number), path)
            return lstat(path)

        monkeypatch.setattr(os, "lstat", fail)
        with pytest.raises(OSError, match=os.strerror(number)):
            folders.behind(str(link))
