"""Of all who want the same session at once, one asks AWS, and the others take what it got."""

from __future__ import annotations

import json
import os
import random
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from awsttl.aws.file_cache import Cancelled
from awsttl.aws.mfa_device import MfaDevice
from awsttl.aws.renewal import Renewed, renew
from awsttl.core.files import Shape
from awsttl.core.model import Status
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.secret import Secret
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from support.awscli import BOTH_CLIS, Version, environ
from support.cloud import Cloud
from support.home import Home, role_file, token_file
from support.odd import config_text
from support.programs import required
from support.renewing import (
    BASE,
    CORP,
    DEVICE,
    SSO,
    child,
    credentials_in,
    nobody,
    renewed,
    role,
    try_to_renew,
    with_code,
)

HOUR = 3600

# Says when its key is pressed, and then how its renewal went.
_DASHBOARD = """
import sys, threading, time
from pathlib import Path
from support.home import Home
from support.looking import status
from support.renewing import nobody
from awsttl.aws.renewal import renew
home, profile = Home(Path.home()), {profile!r}
found = status(home, profile)
print("pressed", flush=True)
print(renew(found, str(home.cli_folder), nobody, threading.Event()), flush=True)
"""

Dashboards = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def dashboard(home: Home, cloud: Cloud) -> Iterator[Dashboards]:
    """Starts a process in which somebody has just pressed ``r`` on a profile."""
    with ExitStack() as started:

        def start(profile: str, program: str = _DASHBOARD) -> subprocess.Popen[str]:
            process = child(home, cloud, program.replace("{profile!r}", repr(profile)))
            started.enter_context(process)
            started.callback(process.kill)
            assert process.stdout is not None
            assert process.stdout.readline() == "pressed\n"
            return process

        yield start


def _said(process: subprocess.Popen[str]) -> str:
    said, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (0, "")
    return said


def _seen(home: Home, profile: str) -> Status:
    """The profile as the dashboard shows it."""
    found = snapshot(Reader(Locations.of(os.environ)).settle()).status(profile)
    assert found is not None
    return found


def _press(home: Home, found: Status, pressed_at: float | None = None) -> Renewed:
    folder = str(home.cli_folder)
    outcome = renew(found, folder, nobody, threading.Event(), pressed_at=pressed_at)
    assert isinstance(outcome, Renewed), outcome
    return outcome


class TestDashboards:
    @pytest.mark.heavy
    def test_that_renew_one_profile_at_once_make_one_call(
        self, home: Home, cloud: Cloud, dashboard: Dashboards
    ) -> None:
        home.config(config_text({"base": BASE, "dev": role()}))
        home.cli_cache(role(), expires_at=cloud.clock() - HOUR)
        with cloud.hanging():
            processes = [dashboard("dev") for _ in range(3)]
            cloud.wait_for_calls(1)
        said = [_said(process) for process in processes]
        assert all("Renewed(" in each for each in said)
        assert sum("by_another=True" in each for each in said) == 2
        assert cloud.actions == ["AssumeRole"]
        assert [path.name for path in home.cli_folder.iterdir()] == [role_file(role())]

    @pytest.mark.heavy
    def test_that_renew_profiles_of_one_cache_entry_make_one_call(
        self, home: Home, cloud: Cloud, dashboard: Dashboards
    ) -> None:
        home.config(config_text({"base": BASE, "one": role(), "two": role(region="eu-west-1")}))
        with cloud.hanging():
            processes = [dashboard("one"), dashboard("two")]
            cloud.wait_for_calls(1)
        for process in processes:
            assert "Renewed(" in _said(process)
        assert cloud.actions == ["AssumeRole"]

    def test_that_renew_different_profiles_do_not_wait_for_each_other(
        self, home: Home, cloud: Cloud, dashboard: Dashboards
    ) -> None:
        home.config(config_text({"base": BASE, "one": role(number=1), "two": role(number=2)}))
        with cloud.hanging():
            processes = [dashboard("one"), dashboard("two")]
            cloud.wait_for_calls(2)
        for process in processes:
            assert "by_another=False" in _said(process)

    def test_one_that_is_killed_leaves_its_turn_to_the_next(
        self, home: Home, cloud: Cloud, dashboard: Dashboards
    ) -> None:
        home.config(config_text({"base": BASE, "dev": role()}))
        with cloud.hanging():
            first = dashboard("dev")
            cloud.wait_for_calls(1)
            second = dashboard("dev")
            first.kill()
            cloud.wait_for_calls(2)
        assert "by_another=False" in _said(second)

    @pytest.mark.heavy
    def test_refresh_a_sign_in_once(self, home: Home, cloud: Cloud, dashboard: Dashboards) -> None:
        """AWS takes a refresh token once; the second to come would be signed out."""
        home.config(config_text({"dev": SSO, "ops": SSO | {"sso_role_name": "Ops"}}, CORP))
        cloud.portal.allow("sso-access-token", refresh_token="first")
        home.sso_token(
            "corp",
            expires_at=cloud.clock() - HOUR,
            refresh_token="first",
            registration_expires_at=cloud.clock() + HOUR,
        )
        with cloud.hanging():
            processes = [dashboard("dev"), dashboard("ops")]
            cloud.wait_for_calls(1)
        for process in processes:
            assert "by_another=False" in _said(process)
        assert sorted(cloud.actions) == ["CreateToken", "GetRoleCredentials", "GetRoleCredentials"]
        token = json.loads((home.sso_folder / token_file("corp")).read_text())
        assert token["refreshToken"] != "first"


class TestBesideTheCli:
    @pytest.mark.heavy
    @BOTH_CLIS
    def test_each_asks_once_and_nobody_reads_half_a_file(
        self, home: Home, cloud: Cloud, dashboard: Dashboards, version: Version
    ) -> None:
        home.config(config_text({"base": BASE, "dev": role()}))
        ask = [required(f"aws-{version}"), "sts", "get-caller-identity", "--profile", "dev"]
        reader = Reader(Locations.of(os.environ))
        shapes: set[Shape] = set()
        with cloud.hanging():
            processes = [dashboard("dev"), dashboard("dev")]
            cli = subprocess.Popen(
                ask,
                env=environ(version, home, cloud),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            cloud.wait_for_calls(2, "AssumeRole")
        try:
            while any(process.poll() is None for process in (*processes, cli)):
                shapes.update(entry.shape for entry in reader.look().cli_cache.values())
        finally:
            _, error = cli.communicate(timeout=60)
        assert (cli.returncode, error) == (0, "")
        for process in processes:
            assert "Renewed(" in _said(process)
        shapes.update(entry.shape for entry in reader.settle().cli_cache.values())
        assert shapes == {Shape.ROLE}
        assert sorted(cloud.actions) == ["AssumeRole", "AssumeRole", "GetCallerIdentity"]
        (path,) = home.cli_folder.glob("*.json")
        assert credentials_in(path)["AccessKeyId"] in cloud.sts.issued

    def test_what_it_wrote_after_the_key_was_pressed_is_taken(
        self, home: Home, cloud: Cloud
    ) -> None:
        home.config(config_text({"base": BASE, "dev": role()}))
        home.cli_cache(role(), expires_at=cloud.clock() + HOUR)
        found, pressed_at = _seen(home, "dev"), time.time()
        path = home.cli_cache(role(), expires_at=cloud.clock() + 2 * HOUR)
        assert _press(home, found, pressed_at) == Renewed((str(path),), by_another=True)
        assert cloud.calls == ()

    def test_a_session_that_ends_sooner_is_taken_if_it_is_newer_than_the_key(
        self, home: Home, cloud: Cloud
    ) -> None:
        """Somebody may have shortened ``duration_seconds``."""
        home.config(config_text({"base": BASE, "dev": role()}))
        path = home.cli_cache(role(), expires_at=cloud.clock() + 2 * HOUR)
        _date(path, -HOUR)
        found, pressed_at = _seen(home, "dev"), time.time()
        home.cli_cache(role(), expires_at=cloud.clock() + HOUR)
        _date(path, 1)
        assert _press(home, found, pressed_at).by_another

    @pytest.mark.parametrize("left", [-1, -HOUR])
    def test_what_it_wrote_is_not_taken_if_it_has_ended(
        self, home: Home, cloud: Cloud, left: float
    ) -> None:
        home.config(config_text({"base": BASE, "dev": role()}))
        found, pressed_at = _seen(home, "dev"), time.time()
        home.cli_cache(role(), expires_at=cloud.clock() + left)
        assert not _press(home, found, pressed_at).by_another

    @pytest.mark.heavy
    def test_half_a_file_is_not_taken(self, home: Home, cloud: Cloud) -> None:
        home.config(config_text({"base": BASE, "dev": role()}))
        found, pressed_at = _seen(home, "dev"), time.time()
        path = home.cli_cache(role(), expires_at=cloud.clock() + HOUR)
        path.write_text(path.read_text()[:-1])
        assert not _press(home, found, pressed_at).by_another

    def test_for_a_web_identity_all_names_must_be_new(self, home: Home, cloud: Cloud) -> None:
        """v1 from 1.46.2 looks under another than v2 writes."""
        token = str(home.web_token("token", "a.web.token"))
        web = {"role_arn": role()["role_arn"], "web_identity_token_file": token}
        home.config(config_text({"web": web}))
        found, pressed_at = _seen(home, "web"), time.time()
        home.cli_cache(web, expires_at=cloud.clock() + HOUR)
        assert len(_press(home, found, pressed_at).paths) == 2
        assert cloud.actions == ["AssumeRoleWithWebIdentity"]


def _date(path: Path, seconds: float) -> None:
    """Make a file look as if it had been written so many seconds from now."""
    os.utime(path, (time.time() + seconds,) * 2)


class TestTheNextKey:
    @pytest.mark.parametrize("written", [-HOUR, 0, 5 * HOUR], ids=["ago", "now", "in the future"])
    def test_gets_a_new_session(self, home: Home, cloud: Cloud, written: float) -> None:
        """Also where the file is from a time to come: the clock was set back since."""
        home.config(config_text({"base": BASE, "dev": role()}))
        path = home.cli_cache(role(), expires_at=cloud.clock() + HOUR)
        for calls in (1, 2):
            _date(path, written)
            assert not _press(home, _seen(home, "dev")).by_another
            assert len(cloud.calls) == calls

    def test_does_not_wait_for_a_cancelled_renewal_that_still_hangs(
        self, home: Home, cloud: Cloud
    ) -> None:
        home.config(config_text({"base": BASE, "dev": role()}))
        cancelled = threading.Event()
        with cloud.hanging():
            hanging = threading.Thread(target=_renew_until, args=(home, cancelled))
            hanging.start()
            cloud.wait_for_calls(1)
            cancelled.set()
            later = threading.Thread(target=renewed, args=(home, "dev"))
            later.start()
            cloud.wait_for_calls(2)
        for thread in (hanging, later):
            thread.join(timeout=30)
        (path,) = home.cli_folder.iterdir()
        assert credentials_in(path)["AccessKeyId"] in cloud.sts.issued


def _renew_until(home: Home, cancelled: threading.Event) -> None:
    with pytest.raises(Cancelled):
        try_to_renew(home, "dev", cancelled=cancelled)


class TestWhileAPersonIsAsked:
    def test_others_have_their_turn_and_one_code_serves_all(self, home: Home, cloud: Cloud) -> None:
        home.config(config_text({"base": BASE, "dev": role(mfa_serial=DEVICE)}))
        cloud.sts.accept_codes(DEVICE, "123456")
        found = _seen(home, "dev")

        def ask_while_another_dashboard_renews(serial: str) -> MfaDevice:
            outcome = renew(found, str(home.cli_folder), with_code("123456"), threading.Event())
            assert isinstance(outcome, Renewed)
            assert not outcome.by_another
            return MfaDevice(serial, Secret("654321"))

        outcome = renew(
            found, str(home.cli_folder), ask_while_another_dashboard_renews, threading.Event()
        )
        assert isinstance(outcome, Renewed)
        assert outcome.by_another
        assert cloud.actions == ["AssumeRole"]


@pytest.mark.heavy
@pytest.mark.parametrize("hours", [-5, 5])
def test_when_a_clock_is_set_while_somebody_waits_the_session_of_the_first_stays(
    home: Home, cloud: Cloud, dashboard: Dashboards, hours: int
) -> None:
    """By a clock that is five hours fast, every session has ended."""
    home.config(config_text({"base": BASE, "dev": role()}))
    jumping = (
        f"""
import threading, time
true, calls = time.time, []
def jumped():
    calls.append(1)
    return true() + (0 if len(calls) < 2 else {hours * HOUR})
time.time = jumped
"""
        + _DASHBOARD
    )
    with cloud.hanging():
        first = dashboard("dev")
        cloud.wait_for_calls(1)
        second = dashboard("dev", jumping)
    assert "by_another=False" in _said(first)
    assert ("by_another=True" if hours < 0 else "Failed(") in _said(second)
    assert cloud.actions == ["AssumeRole"] * (1 if hours < 0 else 2)
    (path,) = home.cli_folder.iterdir()
    assert credentials_in(path)["AccessKeyId"] == next(iter(cloud.sts.issued))


def test_where_the_state_folder_is_a_file_it_goes_on_alone(
    home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.config(config_text({"base": BASE, "dev": role()}))
    monkeypatch.setenv("XDG_STATE_HOME", str(home.config_file))
    renewed(home, "dev")


# Dies by its own hand at one step of writing; there is no other way to be so exact.
_DIES = """
import os, signal, sys
from pathlib import Path
def die(*arguments, **keywords):
    os.kill(os.getpid(), signal.SIGKILL)
def rename_and_die(path, target, rename=os.replace):
    rename(path, target)
    die()
step = "{step}"
if step == "opened":
    os.fchmod = die
elif step == "written":
    os.fsync = die
elif step == "whole":
    os.replace = die
else:
    os.replace = rename_and_die
from support.home import Home
from support.renewing import renewed
renewed(Home(Path.home()), "dev")
"""


@pytest.mark.heavy
@pytest.mark.parametrize("step", ["opened", "written", "whole", "renamed"])
def test_killed_in_the_middle_of_a_write_it_leaves_a_whole_session_and_nothing_for_long(
    home: Home, cloud: Cloud, step: str
) -> None:
    home.config(config_text({"base": BASE, "dev": role()}))
    path = home.cli_cache(role(), expires_at=cloud.clock() + HOUR, access_key="ASIAOLD")
    with child(home, cloud, _DIES.replace("{step}", step)) as process:
        process.communicate(timeout=60)
    assert process.returncode == -9
    key = credentials_in(path)["AccessKeyId"]
    assert key in cloud.sts.issued if step == "renamed" else key == "ASIAOLD"
    left_over = [found for found in home.cli_folder.iterdir() if found != path]
    # Until it is whole, it has no name; and is gone with its writer.
    assert len(left_over) == (step == "whole")
    for found in left_over:
        assert found.stat().st_mode & 0o777 == 0o600
        _date(found, -5)
    renewed(home, "dev")
    assert list(home.cli_folder.iterdir()) == [path]


_FOREVER = """
from pathlib import Path
from support.home import Home
from support.renewing import renewed
while True:
    renewed(Home(Path.home()), "dev")
"""


@pytest.mark.heavy
def test_killed_at_any_moment_it_leaves_a_whole_session(home: Home, cloud: Cloud) -> None:
    home.config(config_text({"base": BASE, "dev": role()}))
    path = home.cli_folder / role_file(role())
    dice = random.Random(4)
    for _ in range(4):
        cloud.forget()
        with child(home, cloud, _FOREVER) as process:
            cloud.wait_for_calls(dice.randint(2, 12))
            threading.Event().wait(dice.random() / 200)
            process.kill()
        assert credentials_in(path)["AccessKeyId"] in cloud.sts.issued
    before = len(cloud.calls)
    renewed(home, "dev")
    assert len(cloud.calls) == before + 1
