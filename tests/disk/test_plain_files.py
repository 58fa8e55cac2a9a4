"""What is read is a plain file of a sensible size, whoever reads it, and nobody waits for one."""

from __future__ import annotations

import errno
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import pytest

import awsttl
from awsttl.aws import sso_sign_in, sso_sign_out
from awsttl.aws.outcome import Failed, Renewed
from awsttl.aws.renewal import renew
from awsttl.aws.sso_sign_in import Code
from awsttl.core.secret import Secret
from awsttl.disk import (
    cache_store,
    identities,
    last_clearing,
    plain_files,
    section_names,
    session_keys,
)
from awsttl.disk.cache_store import Cleared
from awsttl.disk.locations import Locations
from awsttl.disk.log_file import LogFile, key_of_written
from awsttl.disk.own_folders import state_folder
from awsttl.disk.settings_file import SettingsFile
from support.cloud import Cloud
from support.home import START_URL, Home, login_file, role_file, token_file
from support.looking import status
from support.odd import config_text
from support.renewing import BASE, CORP, LEGACY, SSO, nobody, role

T = TypeVar("T")

HUGE: Final = 3_000_000_000
SOON: Final = 10.0
"""Seconds after which a thread that has not come back hangs."""


def huge(path: Path) -> None:
    """A file of three gigabytes, which takes no room on the disk."""
    with path.open("wb") as file:
        file.truncate(HUGE)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def silent(path: Path) -> None:
    os.mkfifo(path)


TRAPS: Final = (huge, endless, silent)
Trap = Callable[[Path], None]


@pytest.fixture(params=TRAPS, ids=lambda trap: trap.__name__)
def trap(request: pytest.FixtureRequest) -> Trap:
    """Puts something in the place of a file that must not be read."""

    def put(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        make: Trap = request.param
        make(path)

    return put


def comes_back(work: Callable[[], T]) -> T:
    """The result of *work*, which must not hang."""
    results: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 (raised again below)
            failures.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(SOON)
    assert not thread.is_alive(), "it waits for ever"
    if failures:
        raise failures[0]
    return results[0]


class TestReading:
    def test_refuses_what_is_no_plain_file_or_too_large(self, tmp_path: Path, trap: Trap) -> None:
        trap(tmp_path / "file")
        with pytest.raises(OSError, match=r"it is (no regular file|far too large)"):
            comes_back(lambda: plain_files.read(tmp_path / "file", 1_000))

    def test_of_a_file_that_became_a_pipe_after_the_look_does_not_wait(
        self, tmp_path: Path
    ) -> None:
        silent(tmp_path / "file")
        with pytest.raises(OSError, match="it is no regular file"):
            comes_back(lambda: plain_files.read_with_status(tmp_path / "file"))

    def test_of_a_folder_says_that_it_is_one(self, tmp_path: Path) -> None:
        with pytest.raises(IsADirectoryError):
            plain_files.read(tmp_path)

    def test_gives_every_byte_also_of_a_file_that_tells_no_size(self, tmp_path: Path) -> None:
        body = os.urandom(3_500_000)
        (tmp_path / "file").write_bytes(body)
        assert plain_files.read(tmp_path / "file", 4_000_000) == body
        assert b"Name:" in plain_files.read("/proc/self/status")
        (tmp_path / "empty").touch()
        assert plain_files.read(tmp_path / "empty") == b""

    def test_ends_where_a_file_grows_past_what_is_sensible(self) -> None:
        with pytest.raises(OSError, match="far too large") as caught:
            plain_files.read("/proc/self/status", 100)
        assert caught.value.errno == errno.EFBIG


@pytest.fixture
def profiles(home: Home) -> Home:
    sections = {"base": BASE, "dev": role(), "sso": SSO, "legacy": LEGACY}
    home.config(config_text(sections, CORP))
    return home


@pytest.mark.usefixtures("region")
class TestRenewing:
    """Each file that a renewal may read is a trap."""

    def test_replaces_a_cache_entry_that_is_none(
        self, profiles: Home, cloud: Cloud, trap: Trap
    ) -> None:
        seen = status(profiles, "dev")
        path = profiles.cli_folder / role_file(role())
        trap(path)
        outcome = comes_back(
            lambda: renew(seen, str(profiles.cli_folder), nobody, threading.Event())
        )
        assert isinstance(outcome, Renewed), outcome
        assert path.stat().st_size < plain_files.MOST_BYTES
        assert cloud.actions == ["AssumeRole"]

    @pytest.mark.parametrize(("profile", "session"), [("sso", "corp"), ("legacy", START_URL)])
    def test_fails_in_words_at_a_token_that_is_none(
        self, profile: str, session: str, profiles: Home, cloud: Cloud, trap: Trap
    ) -> None:
        seen = status(profiles, profile)
        trap(profiles.sso_folder / token_file(session))
        outcome = comes_back(
            lambda: renew(seen, str(profiles.cli_folder), nobody, threading.Event())
        )
        assert isinstance(outcome, Failed), outcome
        assert "unexpected" not in outcome.problem.message
        assert cloud.actions == []

    def test_fails_in_words_at_a_login_that_is_none(self, home: Home, trap: Trap) -> None:
        arn = "arn:aws:iam::111122223333:user/me"
        home.config(config_text({"laptop": {"login_session": arn}}))
        seen = status(home, "laptop")
        trap(home.login_folder / login_file(arn))
        outcome = comes_back(lambda: renew(seen, str(home.cli_folder), nobody, threading.Event()))
        assert isinstance(outcome, Failed), outcome
        assert "unexpected" not in outcome.problem.message

    @pytest.mark.parametrize("name", ["config_file", "credentials_file"])
    def test_fails_in_words_at_settings_that_are_none(
        self, name: str, profiles: Home, cloud: Cloud, trap: Trap
    ) -> None:
        seen = status(profiles, "dev")
        trap(getattr(profiles, name))
        outcome = comes_back(
            lambda: renew(seen, str(profiles.cli_folder), nobody, threading.Event())
        )
        assert isinstance(outcome, Failed), outcome
        assert cloud.actions == []


@pytest.mark.usefixtures("region")
class TestSso:
    def test_signs_in_over_a_token_and_a_registration_that_are_none(
        self, profiles: Home, cloud: Cloud, trap: Trap
    ) -> None:
        seen = status(profiles, "sso")
        first = sso_sign_in.begin(seen, str(profiles.sso_folder))
        assert isinstance(first, Code)
        (registration,) = profiles.sso_folder.iterdir()
        trap(registration)
        trap(profiles.sso_folder / token_file("corp"))
        code = comes_back(lambda: sso_sign_in.begin(seen, str(profiles.sso_folder)))
        assert isinstance(code, Code), code
        assert cloud.actions.count("RegisterClient") == 2

    def test_signs_out_of_nothing(self, profiles: Home, cloud: Cloud, trap: Trap) -> None:
        seen, path = status(profiles, "sso"), profiles.sso_folder / token_file("corp")
        trap(path)
        assert comes_back(lambda: sso_sign_out.sign_out(seen, str(path))) is None
        assert cloud.actions == []


class TestAllOthers:
    def test_the_keys_of_a_session(self, profiles: Home, trap: Trap) -> None:
        path = profiles.cli_cache(role(), expires_at=4e9)
        seen = status(profiles, "dev")
        trap(path)
        with pytest.raises(session_keys.NoKeysError):
            comes_back(lambda: session_keys.read(seen, Locations.of(os.environ)))

    def test_the_settings(self, home: Home, trap: Trap) -> None:
        trap(home.settings_file)
        chosen = comes_back(SettingsFile(str(home.settings_file)).look)
        assert len(chosen.problems) == 1

    def test_the_names_for_a_shell(self, home: Home, trap: Trap) -> None:
        trap(home.config_file)
        trap(home.credentials_file)
        assert comes_back(lambda: section_names.profiles(os.environ)) == []

    def test_the_log(self, trap: Trap) -> None:
        log = LogFile()
        trap(Path(log.path))
        assert len(comes_back(log.read).events) == 0

    def test_the_state_of_a_file_for_the_log(self, home: Home, trap: Trap) -> None:
        path = home.cli_folder / ("0" * 40 + ".json")
        trap(path)
        assert comes_back(lambda: key_of_written(str(path))) == ""

    def test_what_was_cleared(self, trap: Trap) -> None:
        last_clearing.keep("dev", Cleared(("/a",), (("/a", Secret("x")),)))
        trap(Path(state_folder()) / "cleared.json")
        assert comes_back(last_clearing.load) is None

    def test_the_accounts(self, trap: Trap) -> None:
        trap(Path(state_folder()) / "identities.json")
        assert comes_back(lambda: identities.remember("dev", "111122223333")) == ""

    def test_clearing(self, profiles: Home, trap: Trap) -> None:
        path = profiles.cli_cache(role(), expires_at=4e9)
        entry = status(profiles, "dev").hops[0].entry
        assert entry is not None
        trap(path)
        cleared = comes_back(lambda: cache_store.clear([entry]))
        assert cleared.paths or cleared.failures


def test_nothing_else_in_awsttl_reads_files_whole() -> None:
    package = Path(awsttl.__file__).parent
    reading = re.compile(
        r"(?<!ini_files)\.read_(?:bytes|text)\(|(?<![\w.])(?<!def )open\(|json\.load\("
    )
    found = {
        str(path.relative_to(package)): reading.findall(path.read_text("utf-8"))
        for path in package.rglob("*.py")
        if "demo" not in path.parts
    }
    assert {name for name, calls in found.items() if calls} == {
        "commands/console.py",  # writes to the terminal
        "commands/serve.py",  # /dev/null
        "disk/watcher.py",  # the kernel's list of mounts
        "engine/prefetch.py",  # /dev/null
        "terminal/shells.py",  # the kernel's name of the parent process
    }
