"""Whatever changes one of the files makes one call at least; looking at them makes none.

Events come when the kernel sends them: the tests wait for a call with a deadline, and where a
call must not come they wait for a later one.
"""

from __future__ import annotations

import errno
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from watchdog.events import FileSystemEvent
from watchdog.observers.api import BaseObserver

from awsttl.disk import watcher as watcher_module
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from awsttl.disk.watcher import Places, Watcher, is_silent
from support.home import Home
from support.writing import by_rename, in_place

NOON = 1_795_003_200.0
NAME = "0" * 40 + ".json"
PATIENCE = 30
"""Seconds until a call that has not come counts as missing."""


class _Tap(watcher_module._Handler):
    """Notes for which event a call is made; events are dispatched one at a time."""

    event: FileSystemEvent | None = None

    def on_any_event(self, event: FileSystemEvent) -> None:
        self.event = event
        super().on_any_event(event)


class Watching:
    """A watcher at work, and the paths for which it called."""

    def __init__(self, locations: Locations) -> None:
        self.paths: list[Path] = []
        self._news = threading.Condition()
        self.watcher = Watcher(locations, self._changed)
        self._tap = _Tap(Places.of(locations), self._changed)
        self.watcher._handler = self._tap
        self.watcher.rearm()

    def _changed(self) -> None:
        event = self._tap.event
        assert event is not None
        with self._news:
            self.paths += [Path(str(path)) for path in (event.src_path, event.dest_path) if path]
            self._news.notify()

    def wait_for(self, path: Path | None = None) -> None:
        """Until a call was made for *path*, or any call at all."""
        with self._news:
            if not self._news.wait_for(
                lambda: bool(self.paths) and path in (None, *self.paths), PATIENCE
            ):
                pytest.fail(f"no call for {path or 'anything'}; there were {self.paths}")

    def notices(self, path: Path, write: Callable[[], object]) -> None:
        """Until writing to *path* is noticed. Re-arms in between, as the feed does.

        The end of a watch is an event like others, so that the first writes may be too early.
        """
        deadline = time.monotonic() + PATIENCE
        while path not in self.paths:
            if time.monotonic() > deadline:
                pytest.fail(f"{path} is not watched; calls were made for {self.paths}")
            self.watcher.rearm()
            write()
            with self._news:
                self._news.wait_for(lambda: path in self.paths, timeout=0.2)

    @property
    def threads(self) -> set[threading.Thread]:
        observer = self.watcher._observer
        assert observer is not None
        return {observer, *observer.emitters}


Watch = Callable[..., Watching]


@pytest.fixture
def watch(home: Home) -> Iterator[Watch]:
    """Begins to watch the home as it is then."""
    begun: list[Watching] = []

    def begin(**variables: str) -> Watching:
        begun.append(Watching(Locations.of(variables)))
        return begun[-1]

    yield begin
    for watching in begun:
        threads = watching.threads
        watching.watcher.stop()
        for thread in threads:
            thread.join(PATIENCE)


@pytest.fixture
def furnished(home: Home) -> Home:
    home.config("[profile a]\n")
    home.credentials("[base]\n")
    home.cli_cache(NAME, expires_at=NOON)
    home.sso_token("corp", expires_at=NOON)
    home.login_token("arn:aws:sts::111122223333:assumed-role/Dev/me", expires_at=NOON)
    return home


CHANGES: dict[str, Callable[[Home], object]] = {
    "an SSO login": lambda home: home.sso_token("other", expires_at=NOON),
    "an SSO login in place of another": lambda home: home.sso_token("corp", expires_at=NOON),
    "an aws login": lambda home: home.login_token("a:b:c:d:e", expires_at=NOON),
    "a first assume-role": lambda home: home.cli_cache("1" * 40 + ".json", expires_at=NOON),
    "an assume-role, in place": lambda home: in_place(home.cli_folder / NAME),
    "an assume-role, by rename": lambda home: by_rename(home.cli_folder / NAME),
    "a removed entry": lambda home: (home.cli_folder / NAME).unlink(),
    "rm -r of the CLI cache": lambda home: shutil.rmtree(home.cli_folder),
    "rm -r of a folder above": lambda home: shutil.rmtree(home.aws / "sso"),
    "rm -r of everything": lambda home: shutil.rmtree(home.aws),
    "a folder that is renamed": lambda home: home.cli_folder.rename(home.aws / "cli" / "old"),
    "config, in place": lambda home: in_place(home.config_file),
    "config, by rename": lambda home: by_rename(home.config_file),
    "config, removed": lambda home: home.config_file.unlink(),
    "credentials, in place": lambda home: in_place(home.credentials_file),
    "credentials, by rename": lambda home: by_rename(home.credentials_file),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_each_change_makes_a_call(
    change: Callable[[Home], object], furnished: Home, watch: Watch
) -> None:
    watching = watch()
    change(furnished)
    watching.wait_for()


class TestNoCall:
    def test_for_looking(self, furnished: Home, watch: Watch) -> None:
        for number in range(100):
            furnished.cli_cache(f"{number:040x}.json", expires_at=NOON)
        watching = watch()
        paths = sorted(path for path in furnished.aws.rglob("*") if path.is_file())
        assert len(paths) >= 100

        for path in paths:
            path.read_bytes()
            path.stat()
            list(path.parent.iterdir())
        for _ in range(3):
            Reader(Locations.of({})).look()
            watching.watcher.rearm()

        assert_only_called_for_what_comes_now(watching, furnished)

    def test_for_files_that_are_not_read(self, furnished: Home, watch: Watch) -> None:
        watching = watch()
        for name in ("config.swp", "config~", "cli/alias", "sso/notes", "../elsewhere"):
            in_place(furnished.aws / name)
            by_rename(furnished.aws / name)
        (furnished.aws / "amazonq").mkdir()
        assert_only_called_for_what_comes_now(watching, furnished)

    def test_once_it_is_stopped(self, furnished: Home, watch: Watch) -> None:
        watching = watch()
        threads = watching.threads
        watching.watcher.stop()
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()
        in_place(furnished.config_file)
        assert watching.paths == []


def assert_only_called_for_what_comes_now(watching: Watching, home: Home) -> None:
    """Events of one folder come in their order: after one in each, no earlier one is to come."""
    sentinels = {
        by_rename(path)
        for path in (
            home.config_file,
            home.cli_folder / NAME,
            home.sso_folder / NAME,
            home.login_folder / NAME,
        )
    }
    for path in sentinels:
        watching.wait_for(path)
    temporary = {path.with_name("other.tmp") for path in sentinels}
    assert set(watching.paths) <= sentinels | temporary


class TestFoldersThatComeAndGo:
    """A call comes for the folder, and once it is armed again for what is written there."""

    def test_nothing_at_all_is_there_at_first(self, home: Home, watch: Watch) -> None:
        watching = watch()
        home.cli_folder.mkdir(parents=True)
        watching.wait_for()
        entry = home.cli_folder / NAME
        watching.notices(entry, lambda: in_place(entry))
        watching.notices(home.config_file, lambda: in_place(home.config_file))

    def test_a_cache_appears_later(self, home: Home, watch: Watch) -> None:
        home.config("[profile a]\n")
        watching = watch()
        home.sso_folder.mkdir(parents=True)
        watching.wait_for()
        token = home.sso_folder / NAME
        watching.notices(token, lambda: in_place(token))

    @pytest.mark.parametrize("place", [".aws/cli/cache", "a/b"])
    def test_it_appears_below_a_folder_that_holds_nothing_else_of_ours(
        self, place: str, home: Home, watch: Watch
    ) -> None:
        home.aws.mkdir()
        config = str(home.path / "a" / "b" / "config")
        watching = watch(AWS_CONFIG_FILE=config, AWS_SHARED_CREDENTIALS_FILE=config)
        (home.path / place).mkdir(parents=True)
        watching.wait_for()
        path = home.path / place / "config"
        watching.notices(path, lambda: in_place(path))

    def test_a_folder_is_replaced_by_another(self, furnished: Home, watch: Watch) -> None:
        watching = watch()
        furnished.cli_folder.rename(furnished.path / "old")
        furnished.cli_folder.mkdir()
        watching.wait_for()
        entry = furnished.cli_folder / NAME
        watching.notices(entry, lambda: in_place(entry))

    def test_a_folder_is_removed_and_made_again(self, furnished: Home, watch: Watch) -> None:
        # ext4 gives the new folder the inode of the old one.
        watching = watch()
        shutil.rmtree(furnished.cli_folder)
        furnished.cli_folder.mkdir(mode=0o700)
        watching.wait_for(furnished.cli_folder)
        entry = furnished.cli_folder / "1".zfill(45)
        watching.notices(entry, lambda: in_place(entry))

    def test_everything_is_removed_and_made_again(self, furnished: Home, watch: Watch) -> None:
        watching = watch()
        shutil.rmtree(furnished.aws)
        furnished.sso_folder.mkdir(parents=True)
        watching.wait_for()
        token = furnished.sso_folder / "1".zfill(45)
        watching.notices(token, lambda: in_place(token))
        watching.notices(furnished.config_file, lambda: by_rename(furnished.config_file))

    def test_a_file_stands_where_a_folder_should(self, home: Home, watch: Watch) -> None:
        home.aws.write_text("no folder")
        watching = watch()
        home.aws.unlink()
        home.aws.mkdir()
        watching.wait_for()
        watching.notices(home.config_file, lambda: in_place(home.config_file))


class TestSymlinks:
    @pytest.fixture
    def dotfiles(self, furnished: Home) -> Path:
        path = furnished.path / "dotfiles"
        path.mkdir()
        return path

    @pytest.mark.parametrize("write", [in_place, by_rename])
    def test_config_is_a_link_to_a_file_elsewhere(
        self, write: Callable[[Path], Path], furnished: Home, dotfiles: Path, watch: Watch
    ) -> None:
        target = furnished.config_file.rename(dotfiles / "aws-config")
        furnished.config_file.symlink_to(target)
        watching = watch()
        watching.wait_for(write(target))

    def test_the_link_is_led_elsewhere(self, furnished: Home, dotfiles: Path, watch: Watch) -> None:
        watching = watch()
        target = dotfiles / "aws-config"
        target.touch()
        link = furnished.aws / "new-link"
        link.symlink_to(target)
        link.replace(furnished.config_file)
        watching.wait_for()
        watching.notices(target, lambda: in_place(target))

    def test_a_cache_is_a_link_to_a_folder_elsewhere(
        self, furnished: Home, dotfiles: Path, watch: Watch
    ) -> None:
        target = furnished.cli_folder.rename(dotfiles / "cache")
        furnished.cli_folder.symlink_to(target)
        watching = watch()
        watching.wait_for(in_place(target / NAME))

    def test_a_cache_becomes_a_link(self, furnished: Home, dotfiles: Path, watch: Watch) -> None:
        watching = watch()
        target = furnished.cli_folder.rename(dotfiles / "cache")
        furnished.cli_folder.symlink_to(target)
        watching.wait_for()
        entry = target / NAME
        watching.notices(entry, lambda: in_place(entry))

    def test_everything_lies_behind_a_link(
        self, furnished: Home, dotfiles: Path, watch: Watch
    ) -> None:
        target = furnished.aws.rename(dotfiles / "aws")
        furnished.aws.symlink_to(target)
        watching = watch()
        watching.wait_for(in_place(target / "config"))
        watching.wait_for(by_rename(target / "cli" / "cache" / NAME))

    def test_a_link_to_itself_upsets_nothing(self, home: Home, watch: Watch) -> None:
        home.aws.mkdir()
        home.config_file.symlink_to("config")
        (home.aws / "cli").symlink_to("cli")
        watching = watch()
        watching.wait_for(by_rename(home.config_file))


class TestLimits:
    def test_arming_again_without_a_change_makes_no_new_watch(
        self, furnished: Home, watch: Watch
    ) -> None:
        watching = watch()
        threads = watching.threads
        for _ in range(3):
            watching.watcher.rearm()
        assert watching.threads == threads

    def test_without_watches_left_nothing_breaks_and_later_ones_are_used(
        self, furnished: Home, watch: Watch, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def no_more(*_: Any, **__: Any) -> None:
            raise OSError(errno.ENOSPC, "inotify watch limit reached")

        with monkeypatch.context() as limited:
            limited.setattr(BaseObserver, "schedule", no_more)
            watching = watch()
            assert len(watching.threads) == 1
        watching.watcher.rearm()
        watching.wait_for(in_place(furnished.config_file))

    def test_without_an_observer_nothing_breaks_and_a_later_one_is_used(
        self, furnished: Home, watch: Watch, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def no_more(**_: Any) -> None:
            raise OSError(errno.EMFILE, "inotify instance limit reached")

        with monkeypatch.context() as limited:
            limited.setattr(watcher_module, "Observer", no_more)
            watching = watch()
            assert watching.watcher._observer is None
        watching.watcher.rearm()
        watching.wait_for(in_place(furnished.config_file))

    def test_whoever_hears_everything_is_known(
        self, furnished: Home, watch: Watch, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tells = not is_silent(str(furnished.path))
        schedule = BaseObserver.schedule

        def not_this_one(observer: BaseObserver, handler: Any, path: str, **more: Any) -> Any:
            if path == str(furnished.cli_folder):
                raise OSError(errno.ENOSPC, "inotify watch limit reached")
            return schedule(observer, handler, path, **more)

        with monkeypatch.context() as limited:
            limited.setattr(BaseObserver, "schedule", not_this_one)
            watching = watch()
            assert not watching.watcher.hears_everything
        watching.watcher.rearm()
        assert watching.watcher.hears_everything is tells
        # Where a folder is missing, the one in which it would appear is heard.
        shutil.rmtree(furnished.aws)
        watching.watcher.rearm()
        assert watching.watcher.hears_everything is tells

    def test_a_relative_place_in_a_folder_that_is_gone(
        self, home: Home, watch: Watch, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gone = home.path / "gone"
        gone.mkdir()
        monkeypatch.chdir(gone)
        watching = watch(AWS_CONFIG_FILE="config")
        os.chdir(home.path)
        gone.rmdir()
        watching.wait_for(gone)


MOUNTS = """\
sysfs /sys sysfs rw,nosuid 0 0
/dev/sda1 / ext4 rw,relatime 0 0
tmpfs /run tmpfs rw 0 0
systemd-1 /home autofs rw,fd=53 0 0
server:/export /home nfs4 rw 0 0
/dev/sdb1 /home/local xfs rw 0 0
//server/share /mnt/my\\040share cifs rw 0 0
C: /mnt/c 9p rw 0 0
me@server: /srv/remote fuse.sshfs rw 0 0
somebody /new inventedfs rw 0 0
overlay /var/lib/x overlay rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "silent"),
    [
        ("/root/.aws", False),
        ("/run/user/1000", False),
        ("/var/lib/x/y", False),
        ("/home/me/.aws", True),
        ("/home", True),
        ("/homely", False),
        ("/home/local/me", False),
        ("/mnt/my share/me", True),
        ("/mnt/c/Users/me/.aws", True),
        ("/srv/remote/me", True),
        ("/new/me", True),
    ],
)
def test_of_file_systems_that_may_change_elsewhere_nothing_is_expected(
    folder: str, *, silent: bool, home: Home
) -> None:
    mounts = home.path / "mounts"
    mounts.write_text(MOUNTS)
    assert is_silent(folder, str(mounts)) is silent


def test_where_mounts_are_not_listed_all_file_systems_are_taken_to_tell(home: Home) -> None:
    assert not is_silent("/", str(home.path / "no-such-file"))
