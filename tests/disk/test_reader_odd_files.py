"""What lies among the files and is none of ours, or no file at all, costs nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from awsttl.core.files import Shape
from awsttl.core.secret import Secret
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from support.home import Home
from support.writing import in_place, of_age

NOON = 1_795_003_200.0
NAME = "0" * 40 + ".json"
SESSION = (
    b'{"Credentials": {"AccessKeyId": "A", "SecretAccessKey": "S", "SessionToken": "T",'
    b' "Expiration": "2036-11-20T21:00:00Z"}}'
)
TERABYTE = 1 << 40


@pytest.fixture
def reader(home: Home) -> Reader:
    return Reader(Locations.of({}))


class TestWhatIsNotOurs:
    @pytest.mark.parametrize(
        "name",
        [
            "session.db",
            "session.db-wal",
            "2.36.7.index",
            "prompt_history.json",
            f"aws-sso-util-ids-{'0' * 40}.json",
            "A" * 40 + ".json",
            "0" * 39 + ".json",
            "0" * 41 + ".json",
            "0" * 40,
            "0" * 40 + ".json.tmp",
            ".awsttl-x.tmp",
            "\udcff.json",
        ],
    )
    def test_is_never_opened(self, name: str, home: Home, reader: Reader) -> None:
        for folder in (home.cli_folder, home.sso_folder, home.login_folder):
            folder.mkdir(parents=True)
            (folder / name).write_bytes(SESSION)
        looked = reader.look()
        assert (looked.cli_cache, looked.sso_cache, looked.login_cache) == ({}, {}, {})
        assert reader.opened == 0

    def test_of_two_hash_lengths_each_folder_has_its_own(self, home: Home, reader: Reader) -> None:
        for folder in (home.cli_folder, home.login_folder):
            folder.mkdir(parents=True)
        (home.cli_folder / f"{'0' * 64}.json").write_bytes(SESSION)
        (home.login_folder / NAME).write_bytes(SESSION)
        looked = reader.look()
        assert (looked.cli_cache, looked.login_cache) == ({}, {})


class TestOddFiles:
    @pytest.fixture(autouse=True)
    def folder(self, home: Home) -> Path:
        home.cli_folder.mkdir(parents=True)
        return home.cli_folder

    def test_a_named_pipe_is_not_waited_for(self, folder: Path, reader: Reader) -> None:
        os.mkfifo(folder / NAME)
        assert reader.look().cli_cache == {}
        assert reader.opened == 0

    def test_a_folder_is_passed_over(self, folder: Path, reader: Reader) -> None:
        (folder / NAME).mkdir()
        assert reader.look().cli_cache == {}
        assert reader.opened == 0

    @pytest.mark.parametrize("target", ["nowhere", NAME], ids=["nowhere", "itself"])
    def test_a_symlink_to_nothing_is_passed_over(
        self, target: str, folder: Path, reader: Reader
    ) -> None:
        (folder / NAME).symlink_to(target)
        assert reader.look().cli_cache == {}
        assert reader.opened == 0

    def test_a_huge_file_is_corrupt_unread(self, folder: Path, reader: Reader) -> None:
        path = folder / NAME
        path.touch()
        os.truncate(path, TERABYTE)
        of_age(path)
        entry = reader.look().cli_cache[NAME]
        assert (entry.shape, entry.reason) == (Shape.CORRUPT, "far too large for a cache entry")

    def test_the_others_are_listed_all_the_same(
        self, home: Home, folder: Path, reader: Reader
    ) -> None:
        os.mkfifo(folder / f"{1:040x}.json")
        (folder / f"{2:040x}.json").mkdir()
        (folder / f"{3:040x}.json").symlink_to("nowhere")
        home.cli_cache(NAME, expires_at=NOON)
        assert reader.look().cli_cache[NAME].expires_at == NOON

    def test_a_problem_of_an_empty_folder_comes_and_goes_too(
        self, folder: Path, reader: Reader
    ) -> None:
        assert reader.look().problems == ()
        folder.rmdir()
        folder.touch()
        assert [problem.code for problem in reader.look().problems] == ["cache-unreadable"]
        folder.unlink()
        assert reader.look().problems == ()

    def test_a_file_in_place_of_the_folder_is_a_problem_until_it_is_gone(
        self, home: Home, folder: Path, reader: Reader
    ) -> None:
        home.sso_token("corp", expires_at=NOON)
        folder.rmdir()
        folder.touch()
        looked = reader.look()
        (problem,) = looked.problems
        assert problem.code == "cache-unreadable"
        assert problem.message == "~/.aws/cli/cache cannot be listed: Not a directory"
        assert len(looked.sso_cache) == 1
        assert reader.look() is looked
        folder.unlink()
        home.cli_cache(NAME, expires_at=NOON)
        assert reader.look().problems == ()
        assert list(reader.look().cli_cache) == [NAME]


class TestWebIdentityTokens:
    @pytest.fixture
    def token(self, home: Home, reader: Reader) -> Path:
        path = home.web_token("token", "the-token")
        home.config(f"[profile web]\nrole_arn = r\nweb_identity_token_file = {path}\n")
        reader.look()
        return path

    def test_are_read_again_when_they_change(self, token: Path, reader: Reader) -> None:
        before, opened = reader.look(), reader.opened
        in_place(token, b"new-token")
        after = reader.look()
        assert after.web_tokens == {str(token): Secret("new-token")}
        assert after.config is before.config
        assert reader.opened == opened + 1

    def test_that_are_gone_or_no_text_are_left_out(self, token: Path, reader: Reader) -> None:
        token.unlink()
        assert reader.look().web_tokens == {}
        token.write_bytes(b"\xff\xfe\x00")
        assert reader.look().web_tokens == {}
        in_place(token, b"again")
        assert reader.look().web_tokens == {str(token): Secret("again")}

    def test_that_nobody_names_any_more_are_forgotten_and_read_anew_when_somebody_does(
        self, token: Path, home: Home, reader: Reader
    ) -> None:
        config = home.config_file.read_bytes()
        in_place(home.config_file, b"[profile admin]\n")
        assert reader.look().web_tokens == {}
        in_place(home.config_file, config)
        assert reader.look().web_tokens == {str(token): Secret("the-token")}

    def test_that_are_no_small_files_are_not_read(self, home: Home, reader: Reader) -> None:
        os.mkfifo(home.path / "pipe")
        (home.path / "huge").touch()
        os.truncate(home.path / "huge", TERABYTE)
        places = [f"{home.path}/pipe", f"{home.path}/huge", str(home.path), "\0", ""]
        home.config(
            "".join(
                f"[profile p{number}]\nrole_arn = x\nweb_identity_token_file = {place}\n"
                for number, place in enumerate(places)
            )
        )
        assert reader.look().web_tokens == {}
        assert len(reader.look().config.sections) == len(places)
