"""A new key under an old record: when its session ends is unknown, and is said to be."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from awsttl.core import countdown
from awsttl.core.model import Snapshot, State, Status
from awsttl.core.profiles.recorded_ends import ONE_UPDATE
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.profiles.timestamps import RECORDED_AS
from awsttl.core.why import checks
from awsttl.disk import session_keys
from awsttl.disk.locations import Locations
from awsttl.disk.own_folders import state_folder
from awsttl.disk.reader import Reader
from support.awscli import BOTH_CLIS, Version, aws_cli
from support.home import Home

NOW = 1_795_208_400.0
PAST = {key: "2026-11-20 20:00:00" if key == "expiration" else "2026-11-20T20:00:00Z"
        for key in RECORDED_AS}  # fmt: skip


def paste(home: Home, key: str, record: str, *, at: float, more: str = "") -> None:
    """Write a session as another tool pastes it, at a time of the file's own."""
    home.credentials(
        f"[dev]\naws_access_key_id = {key}\naws_secret_access_key = s\naws_session_token = t\n"
        f"{record}\n{more}"
    )
    os.utime(home.credentials_file, (at, at))


def reader() -> Reader:
    return Reader(Locations.of(os.environ))


def dev(seen: Snapshot) -> Status:
    status = seen.status("dev")
    assert status is not None
    return status


def state(reader: Reader) -> State:
    return countdown.standing(dev(snapshot(reader.look())), NOW).state


@pytest.mark.parametrize("recorded", PAST)
class TestAKeyThatChanges:
    def test_and_leaves_its_record_behind_is_unknown(self, recorded: str, home: Home) -> None:
        record = f"{recorded} = {PAST[recorded]}"
        paste(home, "ASIAOLD", record, at=1000)
        followed = reader()
        assert state(followed) is State.EXPIRED
        paste(home, "ASIANEW", record, at=2000)
        assert state(followed) is State.UNKNOWN
        (problem,) = dev(snapshot(followed.look())).problems
        assert problem.message.startswith(f"its keys are newer than the end that {recorded} rec")
        # As soon as somebody records its own end, that counts.
        paste(home, "ASIANEW", record.replace("2026", "2036"), at=3000)
        assert state(followed) is State.VALID

    def test_is_known_to_have_after_a_restart(self, recorded: str, home: Home) -> None:
        record = f"{recorded} = {PAST[recorded]}"
        paste(home, "ASIAOLD", record, at=1000)
        first = reader()
        first.look()
        first.save()
        paste(home, "ASIANEW", record, at=2000)
        for again in (reader(), reader()):
            assert state(again) is State.UNKNOWN
            again.save()
        paste(home, "ASIAOLD", record, at=3000)
        assert state(reader()) is State.EXPIRED

    def test_together_with_its_record_is_not(self, recorded: str, home: Home) -> None:
        """Some tools write the record first, and the keys a moment later."""
        followed = reader()
        paste(home, "ASIAOLD", f"{recorded} = 2036-01-01T00:00:00Z", at=1000)
        followed.look()
        record = f"{recorded} = {PAST[recorded]}"
        paste(home, "ASIAOLD", record, at=2000)
        followed.look()
        paste(home, "ASIANEW", record, at=2000 + ONE_UPDATE)
        assert state(followed) is State.EXPIRED


class TestWhatElseIsSaid:
    @pytest.fixture
    def changed(self, home: Home) -> Reader:
        paste(home, "ASIAOLD", f"expiration = {PAST['expiration']}", at=1000)
        followed = reader()
        followed.look()
        paste(home, "ASIANEW", f"expiration = {PAST['expiration']}", at=2000)
        return followed

    def test_the_diagnosis_gives_the_reason(self, changed: Reader) -> None:
        files = changed.look()
        seen = snapshot(files)
        context = checks.Context.of(seen, files, NOW)
        (finding,) = checks.offline_findings(dev(seen), context)
        assert finding.code == "expiry-unknown"
        assert "that of older keys" in finding.message
        assert finding.keys == ("aws_access_key_id", "expiration")

    def test_no_end_goes_out_with_the_keys(self, changed: Reader) -> None:
        keys = session_keys.read(dev(snapshot(changed.look())), changed.locations)
        assert (keys.access_key_id, keys.expires_at) == ("ASIANEW", None)

    def test_a_role_with_these_keys_is_not_refused_for_them(
        self, changed: Reader, home: Home
    ) -> None:
        home.config(
            "[profile role]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = dev\n"
        )
        seen = snapshot(changed.look())
        role = seen.status("role")
        assert role is not None
        assert role.hops[1].usable(NOW)

    def test_the_very_same_files_come_back(self, changed: Reader) -> None:
        assert changed.look() is changed.look()


class TestTheMemory:
    def test_holds_no_key_and_no_other_setting(self, home: Home) -> None:
        paste(home, "ASIAOLD", f"expiration = {PAST['expiration']}", at=1000, more="x = hush\n")
        first = reader()
        first.look()
        first.save()
        (path,) = Path(state_folder()).iterdir()
        assert path.stat().st_mode & 0o777 == 0o600
        assert "ASIAOLD" not in path.read_text()
        assert "hush" not in path.read_text()
        assert list(json.loads(path.read_text())) == [str(home.credentials_file)]

    def test_is_not_even_asked_for_where_nothing_is_recorded(self, home: Home) -> None:
        paste(home, "ASIAOLD", "region = eu-west-1", at=1000)
        first = reader()
        first.look()
        first.save()
        assert not Path(state_folder()).exists()

    def test_of_a_profile_that_is_gone_is_dropped(self, home: Home) -> None:
        paste(home, "ASIAOLD", f"expiration = {PAST['expiration']}", at=1000)
        followed = reader()
        followed.look()
        home.credentials("")
        followed.look()
        followed.save()
        paste(home, "ASIANEW", f"expiration = {PAST['expiration']}", at=5000)
        assert state(reader()) is State.EXPIRED

    @pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"x": 1}', b"\xff"])
    def test_that_is_damaged_is_none(self, body: bytes, home: Home) -> None:
        paste(home, "ASIAOLD", f"expiration = {PAST['expiration']}", at=1000)
        first = reader()
        first.look()
        first.save()
        (path,) = Path(state_folder()).iterdir()
        path.write_bytes(body.replace(b"x", str(home.credentials_file).encode()))
        assert state(reader()) is State.EXPIRED


@pytest.mark.heavy
@BOTH_CLIS
def test_what_the_aws_cli_replaces_is_noticed(version: Version, home: Home) -> None:
    paste(home, "ASIAOLD", f"aws_expiration = {PAST['aws_expiration']}", at=1000)
    followed = reader()
    assert state(followed) is State.EXPIRED
    for key, value in (
        ("aws_access_key_id", "ASIANEW"),
        ("aws_secret_access_key", "new"),
        ("aws_session_token", "new"),
    ):
        done = aws_cli(version, "configure", "set", f"profile.dev.{key}", value, home=home)
        assert done.exit_code == 0
    assert "aws_expiration = 2026" in home.credentials_file.read_text()
    assert state(followed) is State.UNKNOWN
