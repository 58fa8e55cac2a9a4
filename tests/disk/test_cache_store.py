"""Clearing takes what is recognised and nothing else, and all of it comes back."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.files import CacheEntry, Shape
from awsttl.core.model import Snapshot, Status
from awsttl.core.profiles.resolve import snapshot
from awsttl.disk import cache_store
from awsttl.disk.cache_store import clear, clearable, entries_of, restore
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from awsttl.disk.whole_files import write_new
from support.home import Home, role_file

NOON = 1_795_003_200.0
SECRET = "cached-secret"

ADMIN = {
    "role_arn": "arn:aws:iam::111122223333:role/Admin",
    "source_profile": "jump",
}
JUMP = {"role_arn": "arn:aws:iam::111122223333:role/Jump", "source_profile": "base"}
DAMAGED = {"role_arn": "arn:aws:iam::111122223333:role/Damaged", "source_profile": "base"}
TAKEN = {"role_arn": "arn:aws:iam::111122223333:role/Taken", "source_profile": "base"}
SSO = {
    "sso_session": "corp",
    "sso_account_id": "111122223333",
    "sso_role_name": "ReadOnly",
}
PROFILES = {"admin": ADMIN, "jump": JUMP, "damaged": DAMAGED, "taken": TAKEN, "sso": SSO}


@pytest.fixture
def furnished(home: Home) -> Home:
    """A home with profiles of several kinds, and no cache yet."""
    sections = (
        f"[profile {name}]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())
        for name, keys in PROFILES.items()
    )
    home.config(
        "".join(sections)
        + "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\n"
        + "sso_region = eu-west-1\n"
    )
    home.credentials("[base]\naws_access_key_id = AKIA\naws_secret_access_key = x\n")
    return home


def look() -> Snapshot:
    return snapshot(Reader(Locations.of({})).settle())


def status(profile: str) -> Status:
    found = look().status(profile)
    assert found is not None
    return found


def put(path: Path, body: bytes) -> Path:
    """A file that was there before anybody looked."""
    path.write_bytes(body)
    os.utime(path, (NOON - 3600, NOON - 3600))
    return path


def names(paths: Iterable[Path]) -> set[str]:
    return {path.name for path in paths}


def entry(path: Path) -> CacheEntry:
    return CacheEntry(str(path), Shape.ROLE, expires_at=NOON)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


class TestWhatIsCleared:
    @pytest.fixture
    def ours(self, furnished: Home) -> set[Path]:
        """Entries of profiles, a corrupt one among them, and a session that nobody owns."""
        return {
            furnished.cli_cache(ADMIN, expires_at=NOON),
            furnished.cli_cache(JUMP, expires_at=NOON),
            furnished.cli_cache(SSO, expires_at=NOON),
            furnished.cli_cache("1" * 40 + ".json", expires_at=NOON),
            put(furnished.cli_folder / role_file(DAMAGED), b'{"Credentials": {"Acc'),
            put(furnished.cli_folder / role_file(TAKEN), b'{"another": "tool"}'),
        }

    @pytest.fixture
    def theirs(self, furnished: Home, ours: set[Path]) -> set[Path]:
        """What else lies in the three caches."""
        session = next(iter(ours)).read_bytes()
        folder = furnished.cli_folder
        return {
            put(folder / "session.db", b"SQLite"),
            put(folder / "2.36.7.index", b"SQLite"),
            put(folder / "prompt_history.json", session),
            put(folder / f"aws-sso-util-ids-{'1' * 40}.json", session),
            put(folder / ("2" * 40 + ".json"), b'{"another": "tool"}'),
            put(folder / ("3" * 40 + ".json"), b"damaged, and nobody's"),
            put(folder / ("4" * 40), session),
            furnished.sso_token("corp", expires_at=NOON),
            furnished.sso_registration("5" * 40 + ".json", expires_at=NOON),
            furnished.login_token("a:b:c:d:111122223333", expires_at=NOON),
        }

    def test_of_the_whole_cache_it_is_all_that_is_recognised(
        self, ours: set[Path], theirs: set[Path]
    ) -> None:
        bodies = {path: path.read_bytes() for path in ours | theirs}
        cleared = clear(clearable(look()))
        assert {Path(path) for path in cleared.paths} == ours
        assert cleared.failures == ()
        assert {path for path in bodies if path.exists()} == theirs
        assert all(path.read_bytes() == bodies[path] for path in theirs)

        assert restore(cleared) == (len(ours), ())
        assert all(path.read_bytes() == body for path, body in bodies.items())

    def test_of_a_profile_it_is_its_own_session_and_not_its_sources(
        self, ours: set[Path], furnished: Home
    ) -> None:
        cleared = clear(entries_of(status("admin")))
        assert cleared.paths == (str(furnished.cli_folder / role_file(ADMIN)),)
        assert status("jump").session is not None

    def test_of_an_sso_profile_it_is_the_role_session_and_not_the_sign_in(
        self, ours: set[Path], furnished: Home
    ) -> None:
        token = furnished.sso_token("corp", expires_at=NOON)
        cleared = clear(entries_of(status("sso")))
        assert [Path(path).parent for path in cleared.paths] == [furnished.cli_folder]
        assert token.exists()

    @pytest.mark.parametrize("profile", ["damaged", "taken"])
    def test_of_a_profile_whose_file_is_unusable_it_is_that_file(
        self, profile: str, ours: set[Path]
    ) -> None:
        assert status(profile).broken
        clear(entries_of(status(profile)))
        assert not status(profile).broken

    def test_of_a_profile_without_a_session_it_is_nothing(self, furnished: Home) -> None:
        assert entries_of(status("admin")) == ()
        assert clear(()) == cache_store.Cleared()

    def test_an_entry_that_nobody_owns_goes_only_if_it_is_recognised(
        self, ours: set[Path], theirs: set[Path]
    ) -> None:
        looked = look()
        goes = {
            orphan.entry.name: [
                found.name for found in cache_store.clearable_orphan(looked, orphan)
            ]
            for orphan in looked.orphans
        }
        assert goes["1" * 40 + ".json"] == ["1" * 40 + ".json"]
        assert goes[role_file(DAMAGED)] == [role_file(DAMAGED)]
        assert goes["3" * 40 + ".json"] == []


class TestClearing:
    @pytest.fixture
    def path(self, home: Home) -> Path:
        return home.cli_cache("1" * 40 + ".json", expires_at=NOON)

    @pytest.mark.parametrize(
        "name", ["session.db", "prompt_history.json", "config", "A" * 40 + ".json"]
    )
    def test_refuses_a_name_that_is_no_entrys(self, name: str, home: Home, path: Path) -> None:
        other = put(path.with_name(name), b"{}")
        cleared = clear([entry(other)])
        assert cleared.failures == (f"{name} is not a cache entry",)
        assert other.exists()

    def test_of_what_is_gone_already_is_no_failure(self, path: Path) -> None:
        path.unlink()
        assert clear([entry(path)]) == cache_store.Cleared()

    def test_of_a_folder_fails_in_one_line_and_goes_on(self, home: Home, path: Path) -> None:
        folder = path.with_name("2" * 40 + ".json")
        folder.mkdir()
        cleared = clear([entry(folder), entry(path)])
        assert cleared.failures == ("22222222… stays: Is a directory",)
        assert cleared.paths == (str(path),)
        assert folder.exists()

    def test_leaves_what_is_too_large_to_bring_back(self, path: Path) -> None:
        os.truncate(path, 1 << 40)
        cleared = clear([entry(path)])
        assert cleared.failures == ("11111111… stays: too large to bring back",)
        assert path.exists()

    def test_shows_no_secret(self, path: Path) -> None:
        assert SECRET in path.read_text()
        cleared = clear([entry(path)])
        assert SECRET in cleared.contents[0][1].reveal()
        assert SECRET not in f"{cleared} {cleared!r}"


class TestRestoring:
    @given(body=st.binary(max_size=300))
    def test_brings_any_bytes_back(self, body: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = put(Path(folder, "1" * 40 + ".json"), body)
            assert restore(clear([entry(path)])) == (1, ())
            assert path.read_bytes() == body

    @pytest.fixture
    def path(self, home: Home) -> Path:
        path = home.cli_cache("1" * 40 + ".json", expires_at=NOON)
        path.chmod(0o644)
        return path

    def test_keeps_the_file_to_its_owner(self, path: Path) -> None:
        restore(clear([entry(path)]))
        assert mode(path) == 0o600
        assert names(path.parent.iterdir()) == {path.name}

    def test_makes_the_folder_again_for_its_owner(self, path: Path, home: Home) -> None:
        cleared = clear([entry(path)])
        home.cli_folder.rmdir()
        assert restore(cleared) == (1, ())
        assert path.exists()
        assert mode(home.cli_folder) == 0o700

    @pytest.fixture(params=["with hard links", "without"])
    def links(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
        """Both kinds of file system."""
        if request.param == "without":

            def link(source: str, target: str, **_how: object) -> None:
                raise OSError(errno.EPERM, "Operation not permitted")

            monkeypatch.setattr(os, "link", link)

    @pytest.mark.usefixtures("links")
    def test_leaves_a_newer_session_alone(self, path: Path) -> None:
        cleared = clear([entry(path)])
        path.write_bytes(b"newer")
        restored, kept = restore(cleared)
        assert (restored, kept) == (0, ("11111111… has a newer session and is left alone",))
        assert path.read_bytes() == b"newer"
        assert names(path.parent.iterdir()) == {path.name}

    @pytest.mark.usefixtures("links")
    def test_brings_back_what_it_can(self, path: Path) -> None:
        other = put(path.with_name("2" * 40 + ".json"), b"other")
        cleared = clear([entry(path), entry(other)])
        path.write_bytes(b"newer")
        assert restore(cleared)[0] == 1
        assert other.read_bytes() == b"other"
        assert mode(other) == 0o600

    def test_a_second_time_changes_nothing(self, path: Path) -> None:
        cleared = clear([entry(path)])
        restore(cleared)
        before = path.stat()
        assert restore(cleared)[0] == 0
        assert path.stat() == before

    def test_where_no_folder_can_be_made_fails_in_one_line(self, path: Path, home: Home) -> None:
        cleared = clear([entry(path)])
        home.cli_folder.rmdir()
        home.cli_folder.write_text("a file")
        restored, (line,) = restore(cleared)
        assert restored == 0
        assert line.startswith("11111111… ")
        assert SECRET not in line

    def test_of_many_at_once_only_one_is_first(self, path: Path) -> None:
        path.unlink()
        outcomes: list[bool] = []
        together = threading.Barrier(8)

        def write(number: int) -> None:
            together.wait()
            try:
                write_new(str(path), b"%d" % number * 100)
            except FileExistsError:
                outcomes.append(False)
            else:
                outcomes.append(True)

        threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == [False] * 7 + [True]
        assert len(set(path.read_bytes())) == 1
        assert names(path.parent.iterdir()) == {path.name}
