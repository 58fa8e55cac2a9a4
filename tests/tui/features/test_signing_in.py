"""Signing in to SSO with ``r``: what opens the dialog, what it says, what comes after."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from awsttl.core.events import What
from awsttl.core.profiles import timestamps
from awsttl.disk import log_file as journal_module
from awsttl.disk.log_file import LogFile
from support.cloud import Cloud
from support.heavy import also_heavy
from support.home import START_URL, Home, token_file
from support.odd import config_text
from support.renewing import BASE, CORP, DEVICE, LEGACY, SSO, role
from support.stage import Clock, Stage, cache_files, stage
from support.wire import RefusalError

HOUR = 3600
OTHER = {"sso_start_url": "https://other.awsapps.com/start", "sso_region": "eu-central-1"}


def sso(role_name: str, session: str = "corp") -> dict[str, str]:
    return SSO | {"sso_role_name": role_name, "sso_session": session}


ROWS = {
    "base": BASE,
    "dead": sso("Dead"),
    "twin": sso("Dead"),
    "ending": sso("Ending"),
    "alive": sso("Alive"),
    "never": sso("Never"),
    "elsewhere": sso("Elsewhere", "other"),
    "behind": role("alive", 1),
    "asks": role("alive", 2, mfa_serial=DEVICE),
}


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, cloud: Cloud, region: None) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    cloud.portal.poll_seconds = 0


@pytest.fixture
def rows(home: Home, now: Clock) -> Home:
    """A home of SSO rows: their sign-in has ended an hour ago."""
    home.config(config_text(ROWS, CORP | {"other": OTHER}))
    for name, left in {
        "dead": -60, "ending": 300, "alive": HOUR, "elsewhere": -60, "behind": -60, "asks": -60
    }.items():  # fmt: skip
        home.cli_cache(ROWS[name], expires_at=now() + left)
    home.sso_token("corp", expires_at=now() - HOUR)
    home.sso_token("other", expires_at=now() - HOUR)
    return home


def _token(home: Home, name: str = "corp") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((home.sso_folder / token_file(name)).read_text())
    return found


def _wanted(cloud: Cloud) -> list[str]:
    """The roles that the portal was asked for."""
    return [c.parameters["role_name"] for c in cloud.calls if c.action == "GetRoleCredentials"]


@asynccontextmanager
async def dashboard(clock: Clock, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Stage]:
    """A dashboard that leaves no renewal waiting for a sign-in that nobody will do."""
    async with stage(size, clock=clock) as opened:
        try:
            yield opened
        finally:
            jobs = opened.app.main.engine.renewing.jobs
            for job in jobs.running:
                jobs.cancel(job.name)


async def _asks(opened: Stage, cloud: Cloud, name: str, codes: int = 1) -> str:
    """Press ``r`` on a row, which opens a dialog with a code; returns the code."""
    await opened.go_to(name)
    await opened.press("r")
    return await _shows_code(opened, cloud, codes)


async def _shows_code(opened: Stage, cloud: Cloud, codes: int) -> str:
    await opened.until(lambda: len(cloud.portal.user_codes) == codes, "a code from AWS")
    code = cloud.portal.user_codes[-1]
    await opened.sees(" ".join(code))
    return code


class TestR:
    async def test_on_a_dead_sign_in_opens_the_dialog_and_renews_the_row_after_it(
        self, rows: Home, cloud: Cloud, now: Clock
    ) -> None:
        async with dashboard(now) as opened:
            code = await _asks(opened, cloud, "dead")
            assert "sign in to corp" in opened.text()
            assert "for dead" in opened.text()
            assert f"{cloud.url}/device?user_code={code}" in opened.text()
            assert "Open this on any device, and check that it shows this code" in opened.text()
            cloud.portal.approve(code)
            await opened.sees_no_more("sign in to corp")
            await opened.until(lambda: opened.row("dead").word == "valid")
        assert _token(rows)["refreshToken"]

    @pytest.mark.heavy
    @pytest.mark.parametrize(
        "body",
        [
            "{",
            "[1]",
            "{}",
            '{"accessToken": "t", "expiresAt": null}',
            '{"accessToken": 1, "expiresAt": 1}',
        ],
    )
    @pytest.mark.parametrize("profile", ["sso", "behind"])
    async def test_on_a_row_whose_token_is_damaged_replaces_it(
        self, home: Home, cloud: Cloud, now: Clock, profile: str, body: str
    ) -> None:
        home.config(config_text({"sso": SSO, "behind": role("sso")}, CORP))
        home.sso_token("corp", expires_at=now()).write_text(body)
        async with dashboard(now) as opened:
            await opened.until(lambda: opened.row(profile).word == "broken")
            assert "is corrupt" in opened.row(profile).note
            code = await _asks(opened, cloud, profile)
            cloud.portal.approve(code)
            await opened.until(lambda: opened.row(profile).word == "valid")
        assert _token(home)["refreshToken"]

    async def test_at_a_start_url_that_is_refused_says_why(
        self, home: Home, cloud: Cloud, now: Clock
    ) -> None:
        url = {"sso_start_url": "http://corp.awsapps.com/start", "sso_region": "us-east-1"}
        home.config(config_text({"sso": SSO}, {"corp": url}))
        home.sso_token("corp", expires_at=now() - HOUR)
        async with dashboard(now) as opened:
            await opened.go_to("sso")
            await opened.press("r")
            await opened.sees("does not begin with")
            await opened.sees("write https://corp.awsapps.com/start")
        assert cloud.actions == []

    @pytest.mark.parametrize(
        ("profile", "names"),
        [("sso", ("sign in to corp", "for sso")), ("behind", ("sign in to corp", "for behind"))],
    )
    async def test_on_a_row_that_never_was_signed_in(
        self, home: Home, cloud: Cloud, now: Clock, profile: str, names: tuple[str, ...]
    ) -> None:
        home.config(config_text({"sso": SSO, "behind": role("sso")}, CORP))
        async with dashboard(now) as opened:
            code = await _asks(opened, cloud, profile)
            for name in names:
                assert name in opened.text()
            cloud.portal.approve(code)
            await opened.until(lambda: opened.row(profile).word == "valid")

    async def test_on_a_legacy_profile(self, home: Home, cloud: Cloud, now: Clock) -> None:
        home.config(config_text({"legacy": LEGACY}))
        home.sso_token(START_URL, expires_at=now() - 60)
        async with dashboard(now) as opened:
            code = await _asks(opened, cloud, "legacy")
            assert f"sign in to {START_URL}" in opened.text()
            cloud.portal.approve(code)
            await opened.until(lambda: opened.row("legacy").word == "valid")
        assert "refreshToken" not in _token(home, START_URL)

    async def test_on_a_token_that_aws_has_revoked_before_its_time(
        self, rows: Home, cloud: Cloud, now: Clock
    ) -> None:
        rows.sso_token("corp", expires_at=now() + HOUR, access_token="revoked")
        async with dashboard(now) as opened:
            assert opened.row("dead").renews == "auto"
            code = await _asks(opened, cloud, "dead")
            cloud.portal.approve(code)
            await opened.until(lambda: opened.row("dead").word == "valid")
        assert _token(rows)["accessToken"] != "revoked"

    async def test_on_a_token_whose_refresh_is_refused(
        self, rows: Home, cloud: Cloud, now: Clock
    ) -> None:
        rows.sso_token(
            "corp",
            expires_at=now() - 60,
            refresh_token="used up",
            registration_expires_at=now() + HOUR,
        )
        async with dashboard(now) as opened:
            await _asks(opened, cloud, "dead")

    async def test_not_on_a_token_whose_refresh_fails_for_now(
        self, rows: Home, cloud: Cloud, now: Clock
    ) -> None:
        rows.sso_token(
            "corp",
            expires_at=now() - 60,
            refresh_token="first",
            registration_expires_at=now() + HOUR,
        )
        cloud.portal.refreshes_meet = RefusalError("InternalServerException", "no", 500)
        async with dashboard(now) as opened:
            await opened.go_to("dead")
            await opened.press("r")
            await opened.sees("✗ AWS itself has trouble; wait a minute, then press r again")
        assert cloud.portal.user_codes == []

    async def test_on_a_token_file_that_is_damaged(
        self, rows: Home, cloud: Cloud, now: Clock
    ) -> None:
        (rows.sso_folder / token_file("corp")).write_text("{")
        async with dashboard(now) as opened:
            cloud.portal.confirms_at_once = True
            await opened.go_to("dead")
            await opened.press("r")
            await opened.until(lambda: opened.row("dead").word == "valid")

    @pytest.mark.parametrize("refreshes", [False, True])
    async def test_is_silent_while_the_token_lives_or_can_be_refreshed(
        self, rows: Home, cloud: Cloud, now: Clock, refreshes: bool
    ) -> None:
        cloud.portal.allow("living", refresh_token="first")
        if refreshes:
            rows.sso_token(
                "corp",
                expires_at=now() - 60,
                access_token="old",
                refresh_token="first",
                registration_expires_at=now() + HOUR,
            )
        else:
            rows.sso_token("corp", expires_at=now() + HOUR, access_token="living")
        async with dashboard(now) as opened:
            await opened.go_to("dead")
            await opened.press("r")
            await opened.until(lambda: opened.row("dead").word == "valid")
        assert "StartDeviceAuthorization" not in cloud.actions

    async def test_that_is_refused_again_after_the_sign_in_says_so_and_asks_no_more(
        self, rows: Home, cloud: Cloud, now: Clock
    ) -> None:
        cloud.portal.assign_only(("000000000000", "Nobody"))
        async with dashboard(now, (160, 40)) as opened:
            cloud.portal.approve(await _asks(opened, cloud, "dead"))
            await opened.sees("not assigned to you")
        assert len(cloud.portal.user_codes) == 1


class TestOneSignIn:
    async def test_renews_the_other_rows_of_its_session_that_are_ending_or_over(
        self, rows: Home, cloud: Cloud, now: Clock
    ) -> None:
        async with dashboard(now) as opened:
            cloud.portal.approve(await _asks(opened, cloud, "dead"))
            names = ("dead", "twin", "ending", "behind")
            await opened.until(lambda: {opened.row(name).word for name in names} == {"valid"})
            await opened.until(lambda: not opened.app.main.engine.renewing.jobs.running)
            words = {name: opened.row(name).word for name in ("asks", "never", "elsewhere")}
        assert words == {"asks": "expired", "never": "no session", "elsewhere": "expired"}
        # "twin" shares its entry with "dead"; "alive" is asked for as the source of "behind".
        assert sorted(_wanted(cloud)) == ["Alive", "Dead", "Ending"]
        assert len(cloud.portal.user_codes) == 1

    async def test_leaves_hidden_rows_alone(self, rows: Home, cloud: Cloud, now: Clock) -> None:
        # "dead" is served with "twin", which shares its entry.
        rows.settings('hidden = ["ending", "dead"]')
        async with dashboard(now) as opened:
            cloud.portal.approve(await _asks(opened, cloud, "behind"))
            names = ("behind", "twin")
            await opened.until(lambda: {opened.row(name).word for name in names} == {"valid"})
            await opened.until(lambda: not opened.app.main.engine.renewing.jobs.running)
        assert sorted(_wanted(cloud)) == ["Alive", "Dead"]

    async def test_renews_what_is_ending_by_the_threshold_of_the_settings(
        self, rows: Home, cloud: Cloud, now: Clock
    ) -> None:
        rows.settings('threshold = "2h"')
        rows.cli_cache(ROWS["ending"], expires_at=now() + 5000)
        async with dashboard(now) as opened:
            await opened.until(lambda: opened.app.main.arrangement.view.threshold == 2 * HOUR)
            cloud.portal.approve(await _asks(opened, cloud, "dead"))
            await opened.until(lambda: _wanted(cloud).count("Ending") == 1, "its renewal")

    @pytest.mark.heavy
    async def test_that_came_from_another_pane_closes_the_dialog_and_renews(
        self, rows: Home, cloud: Cloud, now: Clock
    ) -> None:
        cloud.portal.poll_seconds = 300
        async with dashboard(now) as opened:
            await _asks(opened, cloud, "dead")
            cloud.portal.allow("theirs")
            rows.sso_token("corp", expires_at=now() + HOUR, access_token="theirs")
            await opened.sees_no_more("sign in to corp")
            await opened.until(lambda: opened.row("dead").word == "valid")
        assert "CreateToken" not in cloud.actions


class TestTheLog:
    @pytest.fixture(autouse=True)
    def short_hold(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(journal_module, "HOLD", 0.05)

    @staticmethod
    async def _told(opened: Stage, home: Home, now: Clock) -> Counter[tuple[str, str]]:
        """What the log says, once a change by somebody else has come after everything."""

        def told() -> Counter[tuple[str, str]]:
            return Counter((str(event.what), event.name) for event in LogFile().read().events)

        home.cli_cache("0" * 40 + ".json", expires_at=now() + HOUR)
        await opened.until(lambda: told()["changed", "00000000…json"] == 1, "the change in the log")
        return told()

    async def test_tells_the_sign_in_once_and_whose_it_was(
        self, rows: Home, cloud: Cloud, now: Clock
    ) -> None:
        async with dashboard(now) as opened:
            cloud.portal.approve(await _asks(opened, cloud, "dead"))
            await opened.until(lambda: opened.row("dead").word == "valid")
            await opened.until(lambda: not opened.app.main.engine.renewing.jobs.running)
            told = await self._told(opened, rows, now)
        of_corp = {what: count for (what, name), count in told.items() if name == "corp"}
        assert of_corp == {"signed in": 1}
        (event,) = [e for e in LogFile().read().events if e.what is What.SIGNED_IN]
        assert event.text == "for dead"
        assert event.until == timestamps.parse(_token(rows)["expiresAt"])

    async def test_leaves_a_sign_in_elsewhere_to_whoever_did_it(
        self, rows: Home, cloud: Cloud, now: Clock
    ) -> None:
        cloud.portal.allow("theirs")
        async with dashboard(now) as opened:
            await _asks(opened, cloud, "dead")
            rows.sso_token("corp", expires_at=now() + HOUR, access_token="theirs")
            await opened.until(lambda: opened.row("dead").word == "valid")
            told = await self._told(opened, rows, now)
        assert told["signed in", "corp"] == 0


class TestCapitalR:
    async def test_never_opens_a_sign_in(self, rows: Home, cloud: Cloud, now: Clock) -> None:
        rows.sso_token("corp", expires_at=now() + HOUR, access_token="revoked")
        async with dashboard(now, (160, 40)) as opened:
            await opened.press("R")
            await opened.sees("the SSO session has ended; press r to sign in")
            await opened.until(lambda: not opened.app.main.engine.renewing.jobs.running)
            assert "sign in to" not in opened.text()
        assert cloud.portal.user_codes == []


class TestTheDialog:
    @pytest.mark.parametrize("size", [(50, 15), *also_heavy((80, 24), (120, 40), (200, 60))])
    async def test_shows_everything_in_every_pane(
        self, rows: Home, cloud: Cloud, now: Clock, size: tuple[int, int], monkeypatch: Any
    ) -> None:
        monkeypatch.setenv("BROWSER", "somebrowser")
        async with dashboard(now, size) as opened:
            code = await _asks(opened, cloud, "dead")
            lines = [line.strip(" │") for line in opened.text().splitlines()]
            assert f"{cloud.url}/device?user_code={code}" in "".join(lines)
            await opened.sees("the code is good for 10:00")
            for text in ("for dead", "c copy link", "o browser", "esc cancel"):
                assert text in opened.text()

    @pytest.mark.heavy
    async def test_counts_the_code_down_by_the_wall_clock(
        self, rows: Home, cloud: Cloud, now: Clock
    ) -> None:
        async with dashboard(now) as opened:
            await _asks(opened, cloud, "dead")
            now.now += 301
            await opened.until(lambda: bool(re.search(r"good for [45]:\d\d", opened.text())))
            now.now += HOUR
            await opened.sees("the code is running out")
            now.now -= 10 * HOUR
            await opened.sees("good for 10:00")

    async def test_says_when_the_code_has_run_out_and_n_gets_a_new_one(
        self, rows: Home, cloud: Cloud, now: Clock
    ) -> None:
        async with dashboard(now) as opened:
            first = await _asks(opened, cloud, "dead")
            cloud.portal.run_out(first)
            await opened.sees("n gets a new code")
            assert " ".join(first) not in opened.text()
            await opened.press("n")
            second = await _shows_code(opened, cloud, 2)
            assert "n gets a new code" not in opened.text()
            cloud.portal.approve(second)
            await opened.until(lambda: opened.row("dead").word == "valid")

    async def test_says_when_the_sign_in_was_denied_and_so_does_the_row_then(
        self, rows: Home, cloud: Cloud, now: Clock
    ) -> None:
        async with dashboard(now, (160, 40)) as opened:
            cloud.portal.reject(await _asks(opened, cloud, "dead"))
            await opened.sees("the sign-in was denied in the browser")
            await opened.press("escape")
            await opened.sees_no_more("sign in to corp")
            await opened.sees("✗ the sign-in was denied in the browser; press r to try again")

    async def test_says_why_there_is_no_code(
        self, rows: Home, cloud: Cloud, now: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", "http://127.0.0.1:9")
        async with dashboard(now) as opened:
            await opened.go_to("dead")
            await opened.press("r")
            await opened.sees("AWS cannot be reached")
            monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", cloud.url)
            await opened.press("n")
            cloud.portal.approve(await _shows_code(opened, cloud, 1))
            await opened.until(lambda: opened.row("dead").word == "valid")

    @pytest.mark.heavy
    async def test_says_what_is_in_the_way_and_goes_on(
        self, rows: Home, cloud: Cloud, now: Clock
    ) -> None:
        async with dashboard(now) as opened:
            cloud.portal.break_down(5)
            code = await _asks(opened, cloud, "dead")
            await opened.sees("AWS itself has trouble; trying again")
            cloud.portal.approve(code)
            await opened.until(lambda: opened.row("dead").word == "valid")

    async def test_escape_cancels_and_leaves_everything_as_it_was(
        self, rows: Home, cloud: Cloud, now: Clock
    ) -> None:
        before = {path: path.read_bytes() for path in cache_files(rows.path)}
        token = (rows.sso_folder / token_file("corp")).read_bytes()
        async with dashboard(now) as opened:
            code = await _asks(opened, cloud, "dead")
            await opened.press("escape")
            await opened.sees("cancelled")
            assert "sign in to corp" not in opened.text()
            cloud.portal.approve(code)
            await opened.press("escape")
            await _asks(opened, cloud, "dead", codes=2)
        assert {path: path.read_bytes() for path in cache_files(rows.path)} == before
        assert (rows.sso_folder / token_file("corp")).read_bytes() == token

    async def test_c_copies_the_link(self, rows: Home, cloud: Cloud, now: Clock) -> None:
        async with dashboard(now) as opened:
            await _asks(opened, cloud, "dead")
            await opened.press("c")
            await opened.sees("copied to the terminal (OSC 52)")


def _visited(path: Path) -> str:
    return path.read_text() if path.exists() else ""


class TestTheBrowser:
    @pytest.fixture
    def named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A browser that notes where it is sent."""
        program, visited = tmp_path / "browser", tmp_path / "visited"
        program.write_text(f'#!/bin/sh\necho "$1" >> {visited}\n')
        program.chmod(0o755)
        monkeypatch.setenv("BROWSER", str(program))
        return visited

    async def test_gets_the_link_when_o_is_pressed_and_not_before(
        self, rows: Home, cloud: Cloud, now: Clock, named: Path
    ) -> None:
        async with dashboard(now) as opened:
            code = await _asks(opened, cloud, "dead")
            await opened.until(lambda: cloud.actions.count("CreateToken") > 2, "some polls")
            assert _visited(named) == ""
            await opened.press("o")
            await opened.sees("handed to the browser")
            await opened.until(lambda: _visited(named) != "", "the browser")
        assert _visited(named) == f"{cloud.url}/device?user_code={code}\n"

    async def test_has_no_key_where_there_is_none(
        self, rows: Home, cloud: Cloud, now: Clock
    ) -> None:
        async with dashboard(now) as opened:
            await _asks(opened, cloud, "dead")
            assert "o browser" not in opened.text()
            await opened.press("o")
            assert "handed to the browser" not in opened.text()

    async def test_that_does_not_open_says_so(
        self, rows: Home, cloud: Cloud, now: Clock, named: Path
    ) -> None:
        (named.parent / "browser").write_text("#!/bin/sh\nexit 1\n")
        async with dashboard(now) as opened:
            await _asks(opened, cloud, "dead")
            await opened.press("o")
            await opened.sees("the browser did not open")
