"""A session's keys go into the credentials file, and nothing else in it changes."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from traceback import TracebackException

import pytest
from botocore.configloader import raw_config_parse

from awsttl.core.remedies import Problem, Remedy
from awsttl.core.secret import Secret
from awsttl.disk import rewriting, whole_files
from awsttl.disk.credentials_file import RefusedError, check, put
from awsttl.disk.exchange import Content
from awsttl.disk.whole_files import Dress
from support.home import Home
from support.programs import CHECKOUT

HAND_WRITTEN = """\
# Keys of the team; ask Ada before you change them.
[base]
aws_access_key_id = AKIABASE
aws_secret_access_key=base-secret

[other]   ; kept
region: eu-west-1
"""
KEYS = {
    "aws_access_key_id": Secret("ASIANEW"),
    "aws_secret_access_key": Secret("new-secret"),
    "aws_session_token": Secret("new-token"),
}
PLAIN = {key: value.reveal() for key, value in KEYS.items()}


def _sections(path: Path) -> dict[str, dict[str, str]]:
    parsed: dict[str, dict[str, str]] = raw_config_parse(str(path))
    return parsed


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _refusal(path: Path, section: str = "it") -> Problem:
    """What both the foresight and the writing say; the file stays as it is."""
    before = path.read_bytes() if path.is_file() and os.access(path, os.R_OK) else None
    with pytest.raises(RefusedError) as foreseen:
        check(str(path), section)
    with pytest.raises(RefusedError) as refused:
        put(str(path), section, KEYS)
    assert foreseen.value.problem == refused.value.problem
    if before is not None:
        assert path.read_bytes() == before
    assert not list(path.parent.glob(".awsttl-*"))
    return refused.value.problem


class TestAFile:
    def test_that_is_not_there_is_made_for_nobody_else_to_read(self, home: Home) -> None:
        check(str(home.credentials_file), "it")
        assert not home.aws.exists()
        put(str(home.credentials_file), "it", KEYS)
        assert _sections(home.credentials_file) == {"it": PLAIN}
        assert (_mode(home.credentials_file), _mode(home.aws)) == (0o600, 0o700)

    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_keeps_what_stands_in_it(self, home: Home, end: str) -> None:
        before = HAND_WRITTEN.replace("\n", end).encode()
        home.credentials("").write_bytes(before)
        put(str(home.credentials_file), "base-mfa", KEYS)
        after = home.credentials_file.read_bytes()
        added = ["[base-mfa]", *(f"{key} = {value}" for key, value in PLAIN.items())]
        assert after == before + (end + "".join(line + end for line in added)).encode()

    def test_is_changed_in_one_section_only(self, home: Home) -> None:
        text = HAND_WRITTEN + "[it]\nAWS_ACCESS_KEY_ID=ASIAOLD\naws_session_token = old\nmine = 1\n"
        home.credentials(text)
        put(str(home.credentials_file), "it", KEYS, remove=("mine",))
        changed = "[it]\nAWS_ACCESS_KEY_ID=ASIANEW\naws_session_token = new-token\n"
        assert home.credentials_file.read_text() == (
            HAND_WRITTEN + changed + "aws_secret_access_key = new-secret\n"
        )

    @pytest.mark.parametrize(
        ("mode", "kept"), [(0o600, 0o600), (0o400, 0o400), (0o644, 0o600), (0o640, 0o600)]
    )
    def test_is_no_more_readable_than_it_was(self, home: Home, mode: int, kept: int) -> None:
        home.credentials(HAND_WRITTEN).chmod(mode)
        put(str(home.credentials_file), "it", KEYS)
        assert _mode(home.credentials_file) == kept
        assert _sections(home.credentials_file)["it"] == PLAIN

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root writes another's file")
    def test_stays_its_owners_when_root_writes(self, home: Home) -> None:
        home.credentials(HAND_WRITTEN)
        os.chown(home.credentials_file, 65534, 65533)
        put(str(home.credentials_file), "it", KEYS)
        status = home.credentials_file.stat()
        assert (status.st_uid, status.st_gid) == (65534, 65533)

    def test_behind_links_is_replaced_where_it_is_and_the_links_stay(
        self, home: Home, tmp_path: Path
    ) -> None:
        real = tmp_path / "dotfiles" / "credentials"
        real.parent.mkdir()
        real.write_text(HAND_WRITTEN)
        home.aws.mkdir()
        (tmp_path / "link").symlink_to("dotfiles/credentials")
        home.credentials_file.symlink_to(tmp_path / "link")
        put(str(home.credentials_file), "it", KEYS)
        assert home.credentials_file.is_symlink()
        assert (tmp_path / "link").is_symlink()
        assert real.read_text().startswith(HAND_WRITTEN)
        assert _sections(real)["it"] == PLAIN
        assert list(home.aws.iterdir()) == [home.credentials_file]
        assert list(real.parent.iterdir()) == [real]

    def test_behind_a_link_to_nowhere_is_made_there(self, home: Home, tmp_path: Path) -> None:
        home.aws.mkdir()
        home.credentials_file.symlink_to(tmp_path / "credentials")
        put(str(home.credentials_file), "it", KEYS)
        assert home.credentials_file.is_symlink()
        assert _sections(tmp_path / "credentials") == {"it": PLAIN}

    def test_has_no_temporary_file_left_behind_beside_it_for_long(self, home: Home) -> None:
        home.credentials(HAND_WRITTEN)
        killed, at_work = home.aws / ".awsttl-abcdefgh.tmp", home.aws / ".awsttl-12345678.tmp"
        for path in (killed, at_work):
            path.write_text("keys")
        os.utime(killed, (time.time() - 3600,) * 2)
        put(str(home.credentials_file), "it", KEYS)
        assert (killed.exists(), at_work.exists()) == (False, True)


class TestRefused:
    def test_is_a_file_that_does_not_parse_with_its_line(self, home: Home) -> None:
        home.credentials(HAND_WRITTEN + "[other]\nwJalrXUtnFEMI\n")
        problem = _refusal(home.credentials_file)
        assert problem == Problem(
            "file-does-not-parse",
            '~/.aws/credentials line 8: section "other" comes twice;'
            " the AWS CLI refuses the whole file",
            Remedy("correct line 8 of ~/.aws/credentials"),
        )

    @pytest.mark.parametrize("bad", [b"[a]\nx = \xff\n", b"\xef\xbb\xbf[a]\n", b"[a]\ns3 =\n  y\n"])
    def test_is_all_that_botocore_refuses(self, home: Home, bad: bytes) -> None:
        home.credentials("").write_bytes(bad)
        assert _refusal(home.credentials_file).code == "file-does-not-parse"

    @pytest.mark.parametrize("half", ["aws_access_key_id = A", "aws_secret_access_key = s"])
    def test_is_a_section_with_long_term_keys(self, home: Home, half: str) -> None:
        home.credentials(f"[it]\n{half}\n")
        problem = _refusal(home.credentials_file)
        assert problem.message == (
            "~/.aws/credentials stays as it is: [it] in it holds long-term keys"
        )

    def test_is_what_is_no_file(self, home: Home) -> None:
        home.credentials_file.mkdir(parents=True)
        assert "no regular file" in _refusal(home.credentials_file).message

    def test_is_the_section_whose_keys_would_be_everybodys(self, home: Home) -> None:
        home.credentials(HAND_WRITTEN)
        assert "DEFAULT" in _refusal(home.credentials_file, "DEFAULT").message

    def test_is_an_answer_that_would_add_lines(self, home: Home) -> None:
        home.credentials(HAND_WRITTEN)
        with pytest.raises(RefusedError) as refused:
            put(str(home.credentials_file), "it", {"aws_session_token": Secret("x\n[base]\n")})
        assert "[base]" not in refused.value.problem.message
        assert home.credentials_file.read_text() == HAND_WRITTEN


class TestSeveralWriters:
    def test_in_threads_do_not_lose_each_others_keys(self, home: Home) -> None:
        home.credentials(HAND_WRITTEN)
        names = [f"session{number}" for number in range(12)]
        threads = [
            threading.Thread(target=put, args=(str(home.credentials_file), name, KEYS))
            for name in names
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert home.credentials_file.read_text().startswith(HAND_WRITTEN)
        assert set(_sections(home.credentials_file)) == {"base", "other", *names}

    @pytest.mark.heavy
    def test_in_processes_do_not_lose_each_others_keys(self, home: Home) -> None:
        home.credentials(HAND_WRITTEN)
        writers = [_writer(home, f"p{number}", 10) for number in range(3)]
        for writer in writers:
            assert writer.wait(60) == 0
            assert writer.stdout is not None
            writer.stdout.close()
        found = set(_sections(home.credentials_file))
        assert found == {"base", "other"} | {f"p{n}-{i}" for n in range(3) for i in range(10)}

    def test_another_tool_that_writes_in_between_is_not_overwritten(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It takes no turns, so that it is noticed by the file itself, and that is read again."""
        home.credentials(HAND_WRITTEN)
        replace = whole_files.replace_known
        theirs = iter(["[theirs]\nx = 1\n", "[theirs]\nx = 22\n"])

        def late(path: str, body: Content, known: Content | None, dress: Dress) -> None:
            if text := next(theirs, None):
                home.credentials(HAND_WRITTEN + text)
            replace(path, body, known, dress)

        monkeypatch.setattr(whole_files, "replace_known", late)
        put(str(home.credentials_file), "it", KEYS)
        found = _sections(home.credentials_file)
        assert found["theirs"] == {"x": "22"}
        assert found["it"] == PLAIN

    def test_one_that_never_rests_is_given_way(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        home.credentials(HAND_WRITTEN)
        replace = whole_files.replace_known

        def late(path: str, body: Content, known: Content | None, dress: Dress) -> None:
            home.credentials(home.credentials_file.read_text() + "# theirs\n")
            replace(path, body, known, dress)

        monkeypatch.setattr(whole_files, "replace_known", late)
        with pytest.raises(RefusedError, match="another program keeps writing"):
            put(str(home.credentials_file), "it", KEYS)
        assert "it" not in _sections(home.credentials_file)
        assert list(home.aws.iterdir()) == [home.credentials_file]

    def test_without_a_place_for_turns_still_write(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (home.path / "file").write_text("")
        monkeypatch.setenv("XDG_STATE_HOME", str(home.path / "file"))
        put(str(home.credentials_file), "it", KEYS)
        assert _sections(home.credentials_file) == {"it": PLAIN}

    @pytest.mark.heavy
    def test_that_are_killed_leave_the_file_whole(self, home: Home) -> None:
        """Each at another moment: every few writes there is one kill -9."""
        home.credentials(HAND_WRITTEN)
        for number in range(8):
            writer = _writer(home, f"k{number}", 10_000)
            assert writer.stdout is not None
            for _ in range(number + 1):
                writer.stdout.readline()
            writer.kill()
            writer.wait(30)
            writer.stdout.close()
            text = home.credentials_file.read_text()
            assert text.startswith(HAND_WRITTEN)
            # Whole to the last line, and nobody is kept out afterwards.
            assert re.search(r"aws_session_token = new-token\n\Z", text)
            put(str(home.credentials_file), f"after{number}", KEYS)
            assert _sections(home.credentials_file)[f"after{number}"] == PLAIN
        assert all(_mode(path) == 0o600 for path in home.aws.iterdir())


def _writer(home: Home, prefix: str, count: int) -> subprocess.Popen[str]:
    """A process that puts section after section into the file, and says so after each."""
    program = f"""
from awsttl.core.secret import Secret
from awsttl.disk.credentials_file import put
keys = {{key: Secret(value) for key, value in {PLAIN!r}.items()}}
for number in range({count}):
    put({str(home.credentials_file)!r}, f"{prefix}-{{number}}", keys)
    print(number, flush=True)
"""
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env=home.environ() | {"PYTHONPATH": str(CHECKOUT / "app")},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_refusal_and_its_traceback_show_no_secret(home: Home) -> None:
    home.credentials("[it]\naws_access_key_id = A\naws_secret_access_key = base-secret\n")
    with pytest.raises(RefusedError) as refused:
        put(str(home.credentials_file), "it", KEYS)
    assert "secret" not in str(refused.value).replace("aws_secret_access_key", "")
    assert refused.value.__cause__ is None


def test_a_traceback_with_locals_of_a_writing_that_fails_shows_no_secret(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.credentials(HAND_WRITTEN)

    def fail(*_given: object, **_how: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(rewriting, "_keep_rights", fail)
    with pytest.raises(RuntimeError) as caught:
        put(str(home.credentials_file), "it", KEYS)
    shown = "".join(TracebackException.from_exception(
        caught.value, capture_locals=True).format())  # fmt: skip
    assert "after = Secret(•••)" in shown
    assert not [secret for secret in ("base-secret", *PLAIN.values()) if secret in shown]
