"""The CLI's cache folder as botocore's providers see it during one renewal."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from awsttl.aws.file_cache import Cancelled, SessionCache
from awsttl.core.files import Shape
from awsttl.core.profiles import cache_entries
from support.cloud import Cloud
from support.home import Home
from support.odd import config_text
from support.renewing import BASE, child, role

KEY = "0123456789abcdef0123456789abcdef01234567"
OTHER = "76543210fedcba9876543210fedcba9876543210"
HOUR = 3600


def _cache(
    home: Home, *renew: str, alias: str = "", cancelled: threading.Event | None = None
) -> SessionCache:
    aliases = {f"{KEY}.json": [f"{alias}.json"]} if alias else {}
    names = [f"{key}.json" for key in renew]
    return SessionCache(str(home.cli_folder), names, aliases, cancelled or threading.Event())


def _response(expiration: object = None) -> dict[str, Any]:
    """What STS's client hands over: dates are ``datetime``."""
    return {
        "Credentials": {
            "AccessKeyId": "ASIANEW",
            "SecretAccessKey": "secret",
            "SessionToken": "token",
            "Expiration": expiration or datetime.now(UTC) + timedelta(hours=1),
        }
    }


class TestReading:
    def test_what_lies_there_is_found(self, home: Home) -> None:
        path = home.cli_cache(f"{KEY}.json", expires_at=time.time() + HOUR)
        cache = _cache(home)
        assert KEY in cache
        assert cache[KEY] == json.loads(path.read_text())

    def test_what_is_to_be_renewed_is_not_there_until_it_has_been(self, home: Home) -> None:
        home.cli_cache(f"{KEY}.json", expires_at=time.time() + HOUR)
        cache = _cache(home, KEY)
        assert KEY not in cache
        cache[KEY] = _response()
        assert KEY in cache
        assert cache[KEY]["Credentials"]["AccessKeyId"] == "ASIANEW"

    def test_what_nobody_can_read_is_not_there(self, home: Home) -> None:
        path = home.cli_cache(f"{KEY}.json", expires_at=time.time() + HOUR)
        path.write_text(path.read_text() + "}")
        assert KEY not in _cache(home)
        path.unlink()
        path.mkdir()
        assert KEY not in _cache(home)

    def test_what_was_found_stays_readable_while_the_cli_writes_into_it(self, home: Home) -> None:
        """AWS CLI v2 truncates the file and then fills it."""
        path = home.cli_cache(f"{KEY}.json", expires_at=time.time() + HOUR)
        cache = _cache(home)
        assert KEY in cache
        path.write_text("")
        assert cache[KEY]["Credentials"]["SecretAccessKey"] == "cached-secret"
        assert KEY not in cache


class TestWriting:
    @pytest.mark.parametrize(
        "zone", [UTC, timezone(timedelta(hours=-3, minutes=-30))], ids=["UTC", "elsewhere"]
    )
    def test_dates_are_written_in_utc(self, home: Home, zone: timezone) -> None:
        end = datetime(2099, 1, 1, 12, tzinfo=UTC)
        cache = _cache(home)
        cache[KEY] = _response(end.astimezone(zone))
        (path,) = home.cli_folder.iterdir()
        assert cache.written == [str(path)]
        assert json.loads(path.read_text())["Credentials"]["Expiration"] == (
            "2099-01-01T12:00:00+00:00"
        )

    def test_each_name_under_which_a_client_looks_is_written(self, home: Home) -> None:
        cache = _cache(home, alias=OTHER)
        cache[KEY] = _response()
        one, other = (home.cli_folder / f"{key}.json" for key in (KEY, OTHER))
        assert cache.written == [str(one), str(other)]
        assert one.read_bytes() == other.read_bytes()

    def test_a_cancelled_renewal_writes_nothing(self, home: Home) -> None:
        cancelled = threading.Event()
        cache = _cache(home, cancelled=cancelled)
        cancelled.set()
        with pytest.raises(Cancelled):
            cache[KEY] = _response()
        assert not home.cli_folder.exists()

    @pytest.mark.parametrize(
        ("answer", "complaint"),
        [
            (_response(datetime(2020, 1, 1, tzinfo=UTC)), "has expired"),
            (_response("2099-01-01T00:00:00"), "no session"),
            ({"Credentials": {"AccessKeyId": "ASIANEW"}}, "no session"),
            ({}, "no session"),
        ],
        ids=["expired", "naive date", "no secret", "nothing"],
    )
    def test_an_answer_of_no_use_replaces_nothing(
        self, home: Home, answer: dict[str, Any], complaint: str
    ) -> None:
        path = home.cli_cache(f"{KEY}.json", expires_at=time.time() + HOUR)
        before = path.read_bytes()
        with pytest.raises(ValueError, match=complaint):
            _cache(home, KEY)[KEY] = answer
        assert path.read_bytes() == before


RENEWALS = 15


@pytest.mark.heavy
def test_two_processes_that_renew_the_same_profile_never_show_half_a_file(
    home: Home, cloud: Cloud
) -> None:
    """Somebody who reads all the while sees whole sessions only."""
    home.config(config_text({"base": BASE, "dev": role()}))
    work = f"""
from pathlib import Path
from support.home import Home
from support.renewing import renewed
for _ in range({RENEWALS}):
    renewed(Home(Path.home()), "dev")
"""
    writers = [child(home, cloud, work) for _ in range(2)]
    seen: set[tuple[Shape, str]] = set()
    try:
        while any(writer.poll() is None for writer in writers):
            for path in home.cli_folder.glob("*.json"):
                entry = cache_entries.cli_entry(str(path), path.name, path.read_bytes())
                assert entry is not None
                seen.add((entry.shape, entry.access_key))
    finally:
        said = [writer.communicate(timeout=60) for writer in writers]
    assert said == [("", "")] * 2
    assert [writer.returncode for writer in writers] == [0, 0]
    assert {shape for shape, _ in seen} == {Shape.ROLE}
    assert len(seen) > 1
    # Each renewal is a call of its own, or served by one that came while it waited for its turn.
    assert RENEWALS <= len(cloud.actions) <= 2 * RENEWALS
    assert len(list(home.cli_folder.iterdir())) == 1
