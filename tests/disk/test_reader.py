"""A look reads what changed since the last one, and nothing else; nothing on disk upsets it."""

from __future__ import annotations

import json
import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from awsttl.core.files import Files, Shape
from awsttl.core.secret import Secret
from awsttl.disk import reader as reader_module
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from support.home import Home, role_file
from support.looking import files as freshly_read
from support.writing import by_rename, in_place, of_age

NOON = 1_795_003_200.0
LATER = NOON + 3600
ROLE = {"role_arn": "arn:aws:iam::111122223333:role/Admin", "source_profile": "base"}
NAME = role_file(ROLE)
HALF = b'{"Credentials": {"AccessKeyId": "ASIA'
TERABYTE = 1 << 40


def reader_of(home: Home) -> Reader:
    return Reader(
        Locations(
            str(home.config_file),
            str(home.credentials_file),
            str(home.cli_folder),
            str(home.sso_folder),
            str(home.login_folder),
        )
    )


@pytest.fixture
def reader(home: Home) -> Reader:
    return reader_of(home)


@pytest.fixture
def furnished(home: Home) -> Home:
    """A home with a file of each kind."""
    home.config(f"""\
        [profile admin]
        role_arn = {ROLE["role_arn"]}
        source_profile = base
        [profile web]
        role_arn = arn:aws:iam::111122223333:role/Web
        web_identity_token_file = {home.path}/token
        [sso-session corp]
        sso_region = eu-west-1
        """)
    home.credentials("[base]\naws_access_key_id = AKIA\naws_secret_access_key = x\n")
    home.web_token("token", "the-token")
    home.cli_cache(ROLE, expires_at=NOON)
    home.sso_token("corp", expires_at=NOON)
    home.login_token("arn:aws:sts::111122223333:assumed-role/Dev/me", expires_at=NOON)
    return home


def session(expires_at: str) -> bytes:
    keys = {"AccessKeyId": "ASIAX", "SecretAccessKey": "s", "SessionToken": "t"}
    return json.dumps({"Credentials": {**keys, "Expiration": expires_at}}).encode()


class TestReadingOnlyWhatChanged:
    def test_a_first_look_finds_everything(self, furnished: Home, reader: Reader) -> None:
        looked = reader.look()
        expected = freshly_read(furnished)
        assert looked.config == expected.config
        assert looked.credentials == expected.credentials
        assert looked.web_tokens == {f"{furnished.path}/token": Secret("the-token")}
        assert {name: entry.expires_at for name, entry in looked.cli_cache.items()} == {NAME: NOON}
        assert [entry.shape for entry in looked.sso_cache.values()] == [Shape.SSO_TOKEN]
        assert [entry.shape for entry in looked.login_cache.values()] == [Shape.LOGIN_TOKEN]
        assert looked.problems == ()
        assert reader.opened == 6

    def test_an_empty_home_is_fine(self, reader: Reader) -> None:
        looked = reader.look()
        assert looked == Files(looked.config, looked.credentials)
        assert (looked.config.sections, looked.credentials.sections) == ({}, {})
        assert reader.look() is looked
        assert reader.opened == 0

    def test_without_a_change_nothing_is_opened_and_the_very_same_files_come_back(
        self, furnished: Home, reader: Reader
    ) -> None:
        looked, opened = reader.look(), reader.opened
        assert [reader.look() for _ in range(3)] == [looked] * 3
        assert reader.look() is looked
        assert reader.opened == opened

    def test_of_many_entries_only_the_changed_one_is_read(
        self, furnished: Home, reader: Reader
    ) -> None:
        paths = [
            furnished.cli_cache(f"{number:040x}.json", expires_at=NOON) for number in range(50)
        ]
        before, opened = reader.look(), reader.opened
        in_place(paths[7], session("2036-11-20T21:00:00Z"))
        after = reader.look()
        assert reader.opened == opened + 1
        assert after.cli_cache[paths[7].name].expires_at != NOON
        assert after.cli_cache[paths[8].name] is before.cli_cache[paths[8].name]

    def test_an_unchanged_config_is_not_parsed_again(self, furnished: Home, reader: Reader) -> None:
        before = reader.look()
        in_place(furnished.cli_folder / NAME, session("2036-11-20T21:00:00Z"))
        after = reader.look()
        assert after is not before
        assert after.config is before.config
        assert after.credentials is before.credentials
        assert after.web_tokens is before.web_tokens
        assert after.sso_cache is before.sso_cache

    @pytest.mark.parametrize("write", [in_place, by_rename])
    def test_a_changed_config_is(
        self, furnished: Home, reader: Reader, write: Callable[[Path, bytes], Path]
    ) -> None:
        before, opened = reader.look(), reader.opened
        write(furnished.config_file, b"[profile other]\n")
        after = reader.look()
        assert list(after.config.sections) == ["other"]
        assert after.credentials is before.credentials
        assert after.cli_cache is before.cli_cache
        assert reader.opened == opened + 1

    def test_files_that_appear_late_and_go_again_are_followed(
        self, home: Home, reader: Reader
    ) -> None:
        empty = reader.look()
        home.config("[profile late]\n")
        entry = home.cli_cache(NAME, expires_at=NOON)
        assert list(reader.look().config.sections) == ["late"]
        assert list(reader.look().cli_cache) == [NAME]
        home.config_file.unlink()
        entry.unlink()
        assert reader.look() == empty


class TestChangesOfAnEntry:
    @pytest.fixture
    def entry(self, home: Home, reader: Reader) -> Path:
        path = home.cli_cache(NAME, expires_at=NOON)
        reader.look()
        return path

    @pytest.mark.parametrize("write", [in_place, by_rename])
    def test_a_new_session(
        self, entry: Path, reader: Reader, write: Callable[[Path, bytes], Path]
    ) -> None:
        write(entry, session("2036-11-20T21:00:00Z"))
        assert reader.look().cli_cache[NAME].expires_at == 2110827600

    def test_one_of_the_same_size_with_the_old_times_put_back(
        self, entry: Path, reader: Reader
    ) -> None:
        times = entry.stat()
        body = entry.read_bytes()
        in_place(entry, body.replace(b"ASIACACHEDSESSION001", b"ASIACACHEDSESSION002"))
        os.utime(entry, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert reader.look().cli_cache[NAME].access_key == "N002"

    def test_another_file_of_the_same_times_and_size(self, entry: Path, reader: Reader) -> None:
        times = entry.stat()
        by_rename(entry, entry.read_bytes().replace(b"SESSION001", b"SESSION003"))
        os.utime(entry, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert reader.look().cli_cache[NAME].access_key == "N003"

    def test_a_removed_file_costs_no_opening(self, entry: Path, reader: Reader) -> None:
        opened = reader.opened
        entry.unlink()
        assert reader.look().cli_cache == {}
        assert reader.opened == opened

    def test_a_removed_folder(self, entry: Path, reader: Reader) -> None:
        entry.unlink()
        entry.parent.rmdir()
        assert reader.look().cli_cache == {}
        assert reader.look().problems == ()

    def test_a_file_that_others_may_read_is_told_apart(self, entry: Path, reader: Reader) -> None:
        assert not reader.look().cli_cache[NAME].open_to_others
        entry.chmod(0o644)
        assert reader.look().cli_cache[NAME].open_to_others
        entry.chmod(0o600)
        assert not reader.look().cli_cache[NAME].open_to_others

    def test_a_symlink_to_another_session(self, entry: Path, reader: Reader) -> None:
        elsewhere = entry.parents[3] / "elsewhere"
        elsewhere.write_bytes(session("2036-11-20T21:00:00Z"))
        entry.unlink()
        entry.symlink_to(elsewhere)
        assert reader.look().cli_cache[NAME].expires_at == 2110827600
        in_place(elsewhere, session("2036-11-20T22:00:00Z"))
        assert reader.look().cli_cache[NAME].expires_at == 2110827600 + 3600


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time that half-written files are given does not run out on a slow machine."""
    monkeypatch.setattr(reader_module, "PATIENCE", 600.0)


@pytest.mark.usefixtures("patient")
class TestHalfWritten:
    def test_the_old_session_stays_until_the_new_one_is_whole(
        self, home: Home, reader: Reader
    ) -> None:
        entry = home.cli_cache(NAME, expires_at=NOON)
        before = reader.look()
        in_place(entry, HALF)
        assert reader.look() is before
        assert reader.has_half_written
        in_place(entry, session("2036-11-20T21:00:00Z"))
        assert reader.look().cli_cache[NAME].expires_at == 2110827600
        assert not reader.has_half_written

    @pytest.mark.parametrize("body", [b"", HALF, session("2036")], ids=["empty", "half", "no time"])
    def test_a_new_file_is_not_listed_while_in_doubt(
        self, body: bytes, home: Home, reader: Reader
    ) -> None:
        entry = home.cli_cache(NAME, expires_at=NOON)
        in_place(entry, body)
        assert reader.look().cli_cache == {}
        assert reader.has_half_written

    def test_it_is_read_again_at_each_look_though_its_times_are_the_same(
        self, home: Home, reader: Reader
    ) -> None:
        in_place(home.cli_cache(NAME, expires_at=NOON), HALF)
        for opened in (1, 2, 3):
            reader.look()
            assert reader.opened == opened

    def test_past_its_patience_it_is_corrupt_and_read_no_more(
        self, home: Home, reader: Reader
    ) -> None:
        entry = home.cli_cache(NAME, expires_at=NOON)
        reader.look()
        in_place(entry, HALF)
        of_age(entry)
        corrupt = reader.look()
        assert corrupt.cli_cache[NAME].shape is Shape.CORRUPT
        assert not reader.has_half_written
        opened = reader.opened
        assert reader.look() is corrupt
        assert reader.opened == opened

    def test_one_that_vanishes_leaves_no_doubt(self, home: Home, reader: Reader) -> None:
        entry = home.cli_cache(NAME, expires_at=NOON)
        reader.look()
        in_place(entry, HALF)
        reader.look()
        entry.unlink()
        assert reader.look().cli_cache == {}
        assert not reader.has_half_written

    def test_who_looks_only_once_waits_until_it_is_whole(self, home: Home, reader: Reader) -> None:
        entry = home.cli_cache(NAME, expires_at=NOON)
        in_place(entry, HALF)

        def finish() -> None:
            deadline = time.monotonic() + 30
            while not reader.has_half_written and time.monotonic() < deadline:
                time.sleep(0.001)
            by_rename(entry, session("2036-11-20T21:00:00Z"))

        writer = threading.Thread(target=finish)
        writer.start()
        assert reader.settle().cli_cache[NAME].expires_at == 2110827600
        writer.join()


def test_who_looks_only_once_is_told_of_what_stays_half_written(home: Home, reader: Reader) -> None:
    in_place(home.cli_cache(NAME, expires_at=NOON), HALF)
    assert reader.settle().cli_cache[NAME].shape is Shape.CORRUPT


class TestConfigThatDoesNotParse:
    DAMAGE = b"[profile admin]\nregion = x\nregion = y\n[profile new]\nregion = z\n"

    def test_the_last_good_list_stays_and_what_can_be_read_is_added(
        self, furnished: Home, reader: Reader
    ) -> None:
        good = reader.look().config
        in_place(furnished.config_file, self.DAMAGE)
        damaged = reader.look().config
        assert damaged.problem is not None
        assert damaged.problem.code == "file-does-not-parse"
        assert damaged.sections == {**good.sections, "new": {"region": "z"}}
        assert damaged.sso_sessions == good.sso_sessions

    def test_it_is_not_read_again_until_it_changes(self, furnished: Home, reader: Reader) -> None:
        in_place(furnished.config_file, self.DAMAGE)
        looked, opened = reader.look(), reader.opened
        assert reader.look() is looked
        assert reader.opened == opened

    def test_damage_upon_damage_keeps_what_was_good(self, furnished: Home, reader: Reader) -> None:
        good = reader.look().config
        in_place(furnished.config_file, self.DAMAGE)
        reader.look()
        in_place(furnished.config_file, b"nonsense")
        assert reader.look().config.sections == {**good.sections, "new": {"region": "z"}}

    def test_once_mended_only_what_it_says_counts(self, furnished: Home, reader: Reader) -> None:
        reader.look()
        in_place(furnished.config_file, self.DAMAGE)
        reader.look()
        in_place(furnished.config_file, b"[profile mended]\n")
        mended = reader.look().config
        assert list(mended.sections) == ["mended"]
        assert mended.problem is None

    def test_the_same_for_credentials(self, furnished: Home, reader: Reader) -> None:
        good = reader.look().credentials
        in_place(furnished.credentials_file, b"[base]\n[base]\n[x]\n")
        damaged = reader.look().credentials
        assert damaged.problem is not None
        assert "~/.aws/credentials line 2" in damaged.problem.message
        # What can be read of the first [base] is newer than what was good.
        assert damaged.sections == {**good.sections, "base": {}, "x": {}}

    def test_a_file_that_is_gone_is_no_damage(self, furnished: Home, reader: Reader) -> None:
        reader.look()
        furnished.config_file.unlink()
        assert reader.look().config.sections == {}


BODIES = (session("2036-11-20T21:00:00Z"), session("2036-11-20T22:00:00Z"), HALF, b"", b'{"x": 1}')
CONFIGS = (
    b"",
    b"[profile a]\nregion = x\n",
    b"[profile a]\nregion = y\n",
    b"[profile w]\nrole_arn = r\nweb_identity_token_file = TOKEN\n",
    b"[profile w]\nrole_arn = r\nweb_identity_token_file = TOKEN\n[sso-session s]\n",
)
INI_FILES = (".aws/config", ".aws/credentials")
OTHERS = (
    "token",
    f".aws/cli/cache/{NAME}",
    f".aws/cli/cache/{1:040x}.json",
    f".aws/sso/cache/{NAME}",
    f".aws/login/cache/{'0' * 64}.json",
)
STEPS = st.tuples(
    st.sampled_from(["in place", "by rename", "remove", "folder", "link"]),
    st.sampled_from(INI_FILES + OTHERS),
    st.integers(0, 4),
)


def take(step: tuple[str, str, int], home: Home) -> None:
    """Do to a home what a step says."""
    how, place, choice = step
    path = home.path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    is_ini = place in INI_FILES
    body = (CONFIGS if is_ini else BODIES)[choice].replace(b"TOKEN", bytes(home.path / "token"))
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    elif how != "in place" or path.is_symlink():
        path.unlink(missing_ok=True)
    match how:
        case "in place":
            in_place(path, body)
            of_age(path)
        case "by rename":
            by_rename(path, body)
            of_age(path)
        case "folder":
            path.mkdir()
        case "link":
            path.symlink_to(home.path / (INI_FILES[choice % 2] if is_ini else OTHERS[choice]))


@settings(max_examples=60)
@given(steps=st.lists(st.lists(STEPS, min_size=1, max_size=4), max_size=8))
def test_whatever_happens_between_two_looks_the_second_finds_what_a_first_one_would(
    steps: list[list[tuple[str, str, int]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        reader = reader_of(home)
        for between in steps:
            for step in between:
                take(step, home)
            looked = reader.look()
            assert looked == reader_of(home).look()
            assert reader.look() is looked
