"""What is kept from one renewal to the next, and what must never be."""

from __future__ import annotations

import gc
import os
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from awsttl.aws import session_pool
from awsttl.aws.session_pool import IDLE, MOST_CLIENTS, Pool, PoolKeeper, Session
from support.cloud import Cloud
from support.home import START_URL, Home
from support.odd import ODD_NAMES, config_text, credentials_text
from support.renewing import BASE, CORP, ROLE, SSO, problem_of, renewed, role

HOUR = 3600
MINUTE = 60


def _settle(*paths: Path) -> None:
    """Make files look as if nobody had touched them for an hour."""
    for path in paths:
        os.utime(path, (time.time() - HOUR,) * 2)


def _config(home: Home, **profiles: dict[str, str]) -> None:
    _settle(home.config(config_text({"base": BASE, **profiles}, CORP)))


class Clocks:
    """A wall clock and a monotonic one, which stand until they are moved."""

    def __init__(self) -> None:
        self.wall, self.monotonic = time.time(), 1000.0

    def keeper(self) -> PoolKeeper:
        return PoolKeeper(lambda: self.wall, lambda: self.monotonic)


@pytest.fixture
def clocks(home: Home) -> Clocks:
    _config(home, dev=role())
    return Clocks()


class TestWhatIsKept:
    def test_renewals_one_after_the_other_use_one_connection(
        self, home: Home, cloud: Cloud
    ) -> None:
        """Of profiles that differ in what they ask for, and not in whom or with which keys."""
        _config(
            home,
            a=role(number=1, external_id="xx", duration_seconds="1800", role_session_name="me"),
            b=role(number=2),
            c=role(number=3),
        )
        for name in ("a", "b", "c", "b", "a"):
            renewed(home, name)
        assert cloud.actions == ["AssumeRole"] * 5
        assert cloud.connections == 1

    def test_files_that_have_not_changed_are_parsed_once(
        self, home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _config(home, dev=role())
        parsed: list[str] = []

        def counting(parse: Callable[[str], Any]) -> Callable[[str], Any]:
            def work(path: str) -> Any:
                parsed.append(path)
                return parse(path)

            return work

        for name in ("load_config", "raw_config_parse"):
            monkeypatch.setattr(session_pool, name, counting(getattr(session_pool, name)))
        for _ in range(3):
            renewed(home, "dev")
        assert sorted(parsed) == ["~/.aws/config", "~/.aws/credentials"]

    def test_many_threads_at_once_begin_with_one(self, clocks: Clocks) -> None:
        keeper = clocks.keeper()
        together = threading.Barrier(8)
        found: list[Pool] = []

        def work() -> None:
            together.wait()
            found.append(keeper.pool())

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 8
        assert len(set(map(id, found))) == 1

    def test_sso_profiles_use_one_connection(self, home: Home, cloud: Cloud) -> None:
        _config(home, a=SSO, b=SSO | {"sso_role_name": "Ops"})
        cloud.portal.allow("sso-access-token")
        home.sso_token("corp", expires_at=cloud.clock() + HOUR)
        for name in ("a", "b", "a"):
            renewed(home, name)
        assert cloud.actions == ["GetRoleCredentials"] * 3
        assert cloud.connections == 1


class TestWhatIsNot:
    def test_keys_that_were_rotated_sign_nothing_more(self, home: Home, cloud: Cloud) -> None:
        """Even when the file is as long as before, and as old."""
        home.config(config_text({"dev": role()}))
        for key in ("AKIAONE", "AKIATWO"):
            home.credentials(credentials_text({"base": BASE | {"aws_access_key_id": key}}))
            _settle(home.config_file, home.credentials_file)
            renewed(home, "dev")
        assert [call.access_key for call in cloud.calls] == ["AKIAONE", "AKIATWO"]

    def test_a_key_that_was_rotated_at_once_signs_nothing_more(
        self, home: Home, cloud: Cloud
    ) -> None:
        """Two changes within one tick of the file system's clock look like one."""
        home.config(config_text({"dev": role()}))
        home.credentials(credentials_text({"base": BASE | {"aws_access_key_id": "AKIAONE"}}))
        before = home.credentials_file.stat()
        renewed(home, "dev")
        text = home.credentials_file.read_text().replace("AKIAONE", "AKIATWO")
        home.credentials_file.write_text(text)
        os.utime(home.credentials_file, ns=(before.st_atime_ns, before.st_mtime_ns))
        renewed(home, "dev")
        assert [call.access_key for call in cloud.calls] == ["AKIAONE", "AKIATWO"]

    def test_of_one_key_each_session_has_its_own_client(self, home: Home, cloud: Cloud) -> None:
        sections = {
            f"base{number}": BASE
            | {"aws_access_key_id": "ASIASAME", "aws_session_token": f"token-{number}"}
            for number in (1, 2)
        }
        _config(home, **sections, a=role("base1", 1), b=role("base2", 2))
        for name in ("a", "b", "a"):
            renewed(home, name)
        assert [call.session_token for call in cloud.calls] == ["token-1", "token-2", "token-1"]

    def test_a_profile_with_endpoints_of_its_own_gets_a_client_of_its_own(
        self, home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AWS_ENDPOINT_URL_STS")
        with Cloud() as other:
            text = config_text(
                {
                    "base": BASE,
                    "here": role(number=1, services="here"),
                    "there": role(number=2, services="there"),
                }
            )
            for name, server in (("here", cloud), ("there", other)):
                text += f"[services {name}]\nsts =\n  endpoint_url = {server.url}\n"
            _settle(home.config(text))
            for name in ("here", "there", "here"):
                renewed(home, name)
            assert (len(cloud.calls), len(other.calls)) == (2, 1)

    def test_a_variable_that_changed_counts_at_once(
        self, home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _config(home, dev=role())
        renewed(home, "dev")
        with Cloud() as other:
            monkeypatch.setenv("AWS_ENDPOINT_URL_STS", other.url)
            renewed(home, "dev")
            assert (len(cloud.calls), len(other.calls)) == (1, 1)

    def test_a_client_that_met_a_failure_is_not_used_again(self, home: Home, cloud: Cloud) -> None:
        _config(home, dev=role())
        cloud.sts.deny(ROLE)
        problem_of(home, "dev")
        cloud.sts.allow(ROLE)
        renewed(home, "dev")
        assert cloud.connections == 2

    def test_a_file_that_no_longer_parses_fails_and_one_that_does_again_works(
        self, home: Home, cloud: Cloud
    ) -> None:
        _config(home, dev=role())
        renewed(home, "dev")
        good = home.config_file.read_text()
        home.config_file.write_text(good + "[dev")
        with pytest.raises(botocore.exceptions.ConfigParseError):
            session_pool.session("dev")
        home.config_file.write_text(good)
        renewed(home, "dev")

    def test_clients_that_botocore_changes_when_it_uses_them_are_made_anew(
        self, home: Home
    ) -> None:
        """On one of ``signin`` it hangs a handler with the key of one login."""
        _config(home, dev=role())
        session = session_pool.session("dev")
        config = Config(signature_version=UNSIGNED)
        one, other = (session.create_client("signin", config=config) for _ in range(2))
        assert one is not other


class TestHowLong:
    def test_it_serves_again_and_again(self, clocks: Clocks) -> None:
        keeper = clocks.keeper()
        pool = keeper.pool()
        for _ in range(3):
            clocks.wall += IDLE - 1
            clocks.monotonic += IDLE - 1
            assert keeper.pool() is pool

    @pytest.mark.parametrize(
        ("wall", "monotonic"),
        [(IDLE, IDLE), (9 * HOUR, 0), (-9 * HOUR, MINUTE), (MINUTE, IDLE)],
        ids=["idle", "the machine slept", "the clock was set back", "and while it is set"],
    )
    def test_it_does_not_after(self, clocks: Clocks, wall: float, monotonic: float) -> None:
        keeper = clocks.keeper()
        pool = keeper.pool()
        clocks.wall += wall
        clocks.monotonic += monotonic
        assert keeper.pool() is not pool

    @pytest.mark.heavy
    def test_idle_it_is_gone_with_every_client(self, clocks: Clocks) -> None:
        keeper = clocks.keeper()
        pool = keeper.pool()
        client = Session(pool, "dev").create_client(
            "sts", aws_access_key_id="AKIA", aws_secret_access_key="secret"
        )
        gone = [weakref.ref(pool), weakref.ref(client)]
        del pool, client
        clocks.monotonic += IDLE - 1
        keeper.drop_idle()
        assert all(each() is not None for each in gone)
        clocks.monotonic += 1
        keeper.drop_idle()
        assert [each() for each in gone] == [None, None]

    def test_when_a_file_changes_it_is_gone_with_every_client(
        self, clocks: Clocks, home: Home
    ) -> None:
        keeper = clocks.keeper()
        client = Session(keeper.pool(), "dev").create_client(
            "sts", aws_access_key_id="AKIA", aws_secret_access_key="secret"
        )
        gone = weakref.ref(client)
        del client
        home.config(config_text({"base": BASE}))
        keeper.pool()
        gc.collect()
        assert gone() is None

    def test_it_holds_few_clients_and_those_of_late(self, clocks: Clocks) -> None:
        pool = clocks.keeper().pool()
        keys = [b"%d" % number for number in range(3 * MOST_CLIENTS)]
        made: list[bytes] = []

        def get(key: bytes) -> None:
            def make() -> object:
                made.append(key)
                return object()

            pool.client(key, make)

        for key in keys:
            get(key)
            get(keys[0])
        assert made == keys
        get(keys[-1])
        assert made == keys
        get(keys[1])
        assert made == [*keys, keys[1]]


class TestASession:
    def test_has_the_configuration_that_botocore_has(self, home: Home) -> None:
        sections = {name: role(name, region="eu-west-1") for name in ODD_NAMES}
        nested = "[profile nested]\nregion = x\ns3 =\n  max_queue_size = 5\n"
        home.config(config_text({"base": BASE, "both": {"region": "a"}, **sections}, CORP) + nested)
        home.credentials(credentials_text({"both": {"region": "b"}, "only": BASE, **sections}))
        _settle(home.config_file, home.credentials_file)
        ours, theirs = session_pool.session("both"), botocore.session.Session(profile="both")
        assert ours.full_config == theirs.full_config
        assert ours.get_scoped_config() == theirs.get_scoped_config() == {"region": "b"}
        assert ours.get_config_variable("region") == theirs.get_config_variable("region")

    @pytest.mark.parametrize("files", [(), ("config",), ("credentials",)])
    def test_has_so_where_a_file_is_missing(self, home: Home, files: tuple[str, ...]) -> None:
        for name in files:
            text = (config_text if name == "config" else credentials_text)({"base": BASE})
            getattr(home, name)(text)
        theirs = botocore.session.Session(profile="base")
        assert session_pool.session("base").full_config == theirs.full_config

    def test_of_one_profile_leaves_that_of_another_alone(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AWS_DEFAULT_REGION")
        _config(home, a=role(region="eu-west-1"), b=role(region="eu-west-2"))
        a, b = session_pool.session("a"), session_pool.session("b")
        regions = [each.get_config_variable("region") for each in (a, b, a)]
        assert regions == ["eu-west-1", "eu-west-2", "eu-west-1"]


def test_no_secret_is_in_what_a_workbench_is_known_by(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "environment-secret")
    _config(home, dev=role())
    pool = session_pool.KEEPER.pool()
    Session(pool, "dev").create_client(
        "sts", aws_access_key_id="AKIA", aws_secret_access_key="given-secret"
    )
    shown = f"{pool!r} {pool.made_from!r} {pool._clients!r}"
    assert "secret" not in shown
    assert START_URL not in shown
