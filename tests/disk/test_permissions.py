"""What this user may not read or write, shown as a user for whom that is so.

Root may read everything, so each check runs in a process that gives root's rights up first. It
makes a home of its own, because it may not enter the one of the test.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import Final

# What is imported later may be out of reach then.
_PROLOGUE: Final = """
import difflib, encodings.utf_8_sig, os, pathlib, resource, shutil, tempfile, threading, time

from awsttl.commands import doctor as _doctor, list as _list
from awsttl.commands.main import main
from awsttl.core.files import CacheEntry, Shape
from awsttl.core.secret import Secret
from awsttl.core.profiles.resolve import snapshot
from awsttl.disk import cache_store, credentials_file, ini_files, watcher, whole_files
from awsttl.disk.cache_folders import check_cache_folders
from awsttl.disk.locations import Locations
from awsttl.disk.setting_lines import SettingLines
from awsttl.disk.reader import Reader
from awsttl.disk.session_keys import NoKeysError, read
from botocore import configloader

if os.geteuid() == 0:
    os.seteuid(65534)
home = pathlib.Path(tempfile.mkdtemp(dir="/tmp"))
os.environ["HOME"] = str(home)
aws, cache = home / ".aws", home / ".aws" / "cli" / "cache"
cache.mkdir(parents=True)
config, credentials, name = aws / "config", aws / "credentials", "0" * 40 + ".json"
entry = cache / name
config.write_text("[profile a]\\nregion = x\\n")
credentials.write_text("[base]\\naws_access_key_id = AKIA\\naws_secret_access_key = s\\n")
entry.write_text('{"Credentials": {"AccessKeyId": "A", "SecretAccessKey": "S", '
                 '"SessionToken": "T", "Expiration": "2036-11-20T21:00:00Z"}}')
reader = Reader(Locations.of({}))

def command(*arguments):
    import contextlib, io
    with contextlib.redirect_stdout(io.StringIO()) as out:
        with contextlib.redirect_stderr(out):
            code = main(arguments)
    return code, out.getvalue()

def doctor(*arguments):
    return command("doctor", *arguments)

try:
"""

_EPILOGUE: Final = """
finally:
    for path in (aws, aws / "cli", cache):
        if path.exists():
            path.chmod(0o700)
    shutil.rmtree(home)
"""


def without_roots_rights(script: str) -> None:
    """Run *script*, which asserts what it shows, in a process of an ordinary user."""
    body = textwrap.indent(textwrap.dedent(script), "    ")
    run = subprocess.run(
        [sys.executable, "-c", _PROLOGUE + body + _EPILOGUE],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr


class TestIniFiles:
    def test_one_that_may_not_be_read_is_said_to_be_so_and_counts_as_empty(self) -> None:
        without_roots_rights("""
            config.chmod(0)
            read = ini_files.read_config(str(config))
            assert read.sections == {}
            assert read.problem.code == "file-unreadable"
            assert read.problem.message == (
                "~/.aws/config cannot be read: Permission denied; the AWS CLI takes it for empty"
            )
            assert str(read.problem.fix) == "chmod u+r ~/.aws/config"
            assert configloader.load_config(str(config))["profiles"] == {}
            """)

    def test_it_is_read_as_soon_as_it_may_be(self) -> None:
        without_roots_rights("""
            config.chmod(0)
            looked, opened = reader.look(), reader.opened
            assert looked.config.problem.code == "file-unreadable"
            assert looked.credentials.problem is None
            assert reader.look() is looked
            assert reader.opened == opened
            config.chmod(0o600)
            assert list(reader.look().config.sections) == ["a"]
            assert reader.look().config.problem is None
            """)

    def test_what_it_said_before_does_not_stay_because_the_cli_forgets_it_too(self) -> None:
        without_roots_rights("""
            assert list(reader.look().config.sections) == ["a"]
            config.chmod(0)
            assert reader.look().config.sections == {}
            """)

    def test_one_in_a_folder_that_may_not_be_entered_is_one_too(self) -> None:
        without_roots_rights("""
            aws.chmod(0)
            looked = reader.look()
            assert looked.config.sections == {}
            for file in (looked.config, looked.credentials):
                assert file.problem.code == "file-unreadable"
                assert str(file.problem.fix) == "chmod u+rx ~/.aws"
            assert {problem.code for problem in looked.problems} == {"cache-unreadable"}
            aws.chmod(0o700)
            assert list(reader.look().config.sections) == ["a"]
            assert reader.look().config.problem is None
            assert reader.look().problems == ()
            """)

    def test_one_of_another_user_has_to_change_hands(self) -> None:
        without_roots_rights("""
            problem = ini_files.read_config("/etc/shadow").problem
            assert problem.message.startswith("/etc/shadow cannot be read: Permission denied")
            assert str(problem.fix) == 'sudo chown "$(id -un)" /etc/shadow'
            """)

    def test_doctor_and_list_say_so(self) -> None:
        without_roots_rights("""
            for closed, names, place in (
                (config, (), "config"),
                (credentials, ("a",), "credentials"),
                (config, ("a",), "config"),
            ):
                closed.chmod(0)
                code, said = doctor("--offline", *names)
                assert code == 1, said
                assert f"~/.aws/{place} cannot be read: Permission denied" in said
                assert f"chmod u+r ~/.aws/{place}" in said
                closed.chmod(0o600)
            config.chmod(0)
            credentials.chmod(0)
            entry.unlink()
            said = command("list")[1]
            assert said.startswith("no profile can be read from ~/.aws/config or ~/.aws/cred")
            assert "aws configure" not in said
            """)

    def test_no_line_of_it_is_shown(self) -> None:
        without_roots_rights("""
            config.chmod(0)
            assert SettingLines(Locations.of({})).settings("a") == ()
            """)


class TestDiagnosis:
    def test_of_a_cache_folder_that_may_not_be_written(self) -> None:
        without_roots_rights("""
            assert check_cache_folders(Locations.of({})).findings == ()
            cache.chmod(0o500)
            (finding,) = check_cache_folders(Locations.of({})).findings
            assert finding.message == (
                "~/.aws/cli/cache cannot be written: every command gets a new session"
            )
            assert finding.evidence == ("~/.aws/cli/cache may not be written by this user",)
            """)


class TestCaches:
    def test_an_entry_that_may_not_be_read_is_corrupt_for_the_cli_too(self) -> None:
        without_roots_rights("""
            entry.chmod(0)
            found = reader.look().cli_cache[name]
            assert (found.shape, found.reason) == (Shape.CORRUPT, "Permission denied")
            entry.chmod(0o600)
            assert reader.look().cli_cache[name].shape is Shape.ROLE
            """)

    def test_a_folder_that_may_not_be_listed_is_a_problem_of_its_own(self) -> None:
        without_roots_rights("""
            assert list(reader.look().cli_cache) == [name]
            cache.chmod(0)
            looked = reader.look()
            (problem,) = looked.problems
            assert problem.message == "~/.aws/cli/cache cannot be listed: Permission denied"
            assert looked.cli_cache == {}
            assert list(looked.config.sections) == ["a"]
            assert reader.look() is looked
            cache.chmod(0o700)
            assert list(reader.look().cli_cache) == [name]
            assert reader.look().problems == ()
            """)

    def test_a_web_identity_token_that_may_not_be_read_is_left_out(self) -> None:
        without_roots_rights("""
            token = home / "token"
            token.write_text("the-token")
            token.chmod(0)
            config.write_text(f"[profile w]\\nrole_arn = r\\nweb_identity_token_file = {token}\\n")
            assert reader.look().web_tokens == {}
            token.chmod(0o600)
            assert reader.look().web_tokens[str(token)].reveal() == "the-token"
            """)

    def test_keys_that_may_not_be_read_are_refused_in_one_line(self) -> None:
        without_roots_rights("""
            config.write_text("[profile a]\\nrole_arn = r\\nsource_profile = base\\n")
            drawn = snapshot(reader.look()).status("a")
            link = drawn.hops[0].link.cache_names[0]
            entry.rename(cache / link)
            drawn = snapshot(reader.look()).status("a")
            (cache / link).chmod(0)
            try:
                read(drawn, Locations.of({}))
            except NoKeysError as error:
                assert str(error) == f"{link[:8]}… cannot be read any more"
            else:
                raise AssertionError("keys out of nowhere")
            """)


class TestClearing:
    def test_removes_an_unreadable_entry_which_cannot_be_brought_back(self) -> None:
        without_roots_rights("""
            entry.chmod(0)
            cleared = cache_store.clear([CacheEntry(str(entry), Shape.CORRUPT)])
            assert (cleared.paths, cleared.contents) == ((str(entry),), ())
            assert not entry.exists()
            assert cache_store.restore(cleared) == (0, ())
            """)

    def test_in_a_folder_that_may_not_be_written_leaves_all_as_it_was(self) -> None:
        without_roots_rights("""
            cache.chmod(0o500)
            cleared = cache_store.clear([CacheEntry(str(entry), Shape.ROLE)])
            assert cleared.failures == ("00000000… stays: Permission denied",)
            assert (cleared.paths, cleared.contents) == ((), ())
            assert entry.exists()
            """)

    def test_restoring_there_fails_in_one_line(self) -> None:
        without_roots_rights("""
            cleared = cache_store.clear([CacheEntry(str(entry), Shape.ROLE)])
            cache.chmod(0o500)
            assert cache_store.restore(cleared) == (
                0, ("00000000… cannot be written: Permission denied",)
            )
            cache.chmod(0o700)
            assert cache_store.restore(cleared) == (1, ())
            """)

    def test_writing_there_fails_and_leaves_the_old_session(self) -> None:
        without_roots_rights("""
            body = entry.read_bytes()
            cache.chmod(0o500)
            try:
                whole_files.replace(str(entry), b"new")
            except PermissionError:
                pass
            else:
                raise AssertionError("written all the same")
            assert entry.read_bytes() == body
            assert [path.name for path in cache.iterdir()] == [name]
            """)


class TestWatching:
    def test_a_folder_is_watched_as_soon_as_it_may_be(self) -> None:
        without_roots_rights("""
            called = threading.Event()
            cache.chmod(0)
            watching = watcher.Watcher(Locations.of({}), called.set)
            watching.rearm()
            cache.chmod(0o700)
            deadline = time.monotonic() + 30
            while not called.is_set() and time.monotonic() < deadline:
                watching.rearm()
                entry.write_text("new")
                called.wait(0.1)
            assert called.is_set()
            watching.stop()
            """)


class TestTheCredentialsFile:
    def test_one_that_may_not_be_read_is_not_overwritten(self) -> None:
        without_roots_rights("""
            credentials.chmod(0)
            for attempt in (
                lambda: credentials_file.check(str(credentials), "it"),
                lambda: credentials_file.put(str(credentials), "it", {"x": Secret("y")}),
            ):
                try:
                    attempt()
                    raise AssertionError("overwritten")
                except credentials_file.RefusedError as error:
                    assert error.problem.code == "file-unreadable"
            credentials.chmod(0o600)
            assert "AKIA" in credentials.read_text()
            """)

    def test_a_folder_that_may_not_be_written_is_told_before_a_code_is_spent(self) -> None:
        without_roots_rights("""
            before = credentials.read_text()
            aws.chmod(0o500)
            said = []
            for attempt in (
                lambda: credentials_file.check(str(credentials), "it"),
                lambda: credentials_file.put(str(credentials), "it", {"x": Secret("y")}),
            ):
                try:
                    attempt()
                except credentials_file.RefusedError as error:
                    said.append(str(error.problem.fix))
            assert said == ["make ~/.aws a folder that you may write to"] * 2, said
            assert credentials.read_text() == before
            """)
