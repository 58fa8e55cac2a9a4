"""The key l: what happened is told, by whom it was done, in local time, and without secrets."""

from __future__ import annotations

import calendar
import json
import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.configloader import raw_config_parse

from awsttl.core.events import Event, What, as_line
from awsttl.core.profiles import timestamps
from awsttl.disk import log_file as journal_module
from awsttl.disk.log_file import Log, LogFile
from awsttl.disk.own_folders import state_folder
from awsttl.tui.features.log.dialog import LogDialog
from support.cloud import Cloud
from support.home import START_URL, Home, role_file
from support.odd import config_text
from support.renewing import CORP, SSO, credentials_in
from support.roles import DEVICE, KEYS, SECRET, calling, config, section
from support.stage import NOW, Clock, Stage, cache_files, stage
from support.wire import Call, Reply, iso
from support.writing import by_rename


@pytest.fixture
def short_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "HOLD", 0.05)


def told() -> list[tuple[str, str]]:
    """What is in the log on disk: the sort of each event, and whom it happened to."""
    return [(str(event.what), event.name) for event in LogFile().read().events]


def has_told(everything: list[tuple[str, str]]) -> bool:
    return told() == everything


def has_told_of(name: str) -> bool:
    return name in (whom for _, whom in told())


def log_path() -> Path:
    return Path(state_folder()) / "log.jsonl"


def write_log(*events: Event) -> None:
    log_path().parent.mkdir(parents=True, exist_ok=True)
    log_path().write_text("".join(as_line(event) + "\n" for event in events))


async def look(opened: Stage) -> None:
    await opened.press("l")
    await opened.sees("what happened")


# -------------------------------------------------------------------- what is told


async def test_a_renewal_is_told_with_its_end_and_not_again_as_a_change(
    home: Home, cloud: Cloud, now: Clock, short_hold: None
) -> None:
    home.credentials(KEYS)
    home.config(config(hub=section("Hub"), dev=section("Dev", source_profile="hub")))
    async with stage(clock=now) as opened:
        await opened.go_to("dev")
        await opened.press("r")
        await opened.until(lambda: opened.row("dev").word == "valid")
        await opened.until(lambda: ("renewed", "dev") in told())
        home.cli_cache("0" * 40 + ".json", expires_at=now() + 3600)
        await opened.until(lambda: ("changed", "00000000…json") in told())
        await look(opened)
        ends = time.strftime("%H:%M", time.localtime(end_of(home, "Dev")))
        await opened.sees(f"✓ renewed    dev            until {ends}")
    mine = [pair for pair in told() if pair[0] == "changed"]
    assert mine == [("changed", "00000000…json")]
    assert told().count(("renewed", "dev")) == 1


def end_of(home: Home, role: str) -> float:
    """When the session in that role's cache file ends."""
    path = home.cli_folder / role_file(section(role))
    return timestamps.parse(credentials_in(path)["Expiration"])


async def test_a_failure_is_told_with_its_reason_and_what_to_do(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    home.credentials(KEYS)
    home.config(config(dev=section("Dev")))
    cloud.sts.deny(section("Dev")["role_arn"])
    async with stage((160, 40), clock=now) as opened:
        await opened.go_to("dev")
        for times in (1, 2):
            await opened.press("r")
            await opened.until(partial(has_told, [("failed", "dev")] * times))
        await look(opened)
        await opened.sees("✗ failed     dev")
        await opened.sees("does not let this source assume the role")
    assert told() == [("failed", "dev")] * 2


@pytest.mark.heavy
async def test_a_cancelled_renewal_a_clearing_and_its_undoing_are_told(
    home: Home, cloud: Cloud, now: Clock, short_hold: None
) -> None:
    home.credentials(KEYS)
    home.config(config(dev=section("Dev"), twin=section("Dev"), prod=section("Prod")))
    home.cli_cache(section("Dev"), expires_at=now() + 3600)
    async with stage(clock=now) as opened:
        await opened.go_to("prod")
        async with calling(opened, cloud):
            await opened.press("escape")
            await opened.sees("cancelled")
        await opened.go_to("dev")
        for _ in range(2):
            await opened.press("c")
            await opened.until(lambda: not cache_files(home.path))
            await opened.until(lambda: told()[-1] == ("cleared", "dev"))
            await opened.press("z")
            await opened.until(lambda: bool(cache_files(home.path)))
            await opened.until(lambda: told()[-1] == ("restored", "dev"))
        await look(opened)
        await opened.sees("− cleared    dev       also used by twin")
        await opened.sees("+ restored   dev       1 cache entry")
    again = [("cleared", "dev"), ("restored", "dev")]
    assert told() == [("cancelled", "prod"), *again, *again]


async def test_a_source_that_was_renewed_on_the_way_is_told_while_the_rest_still_hangs(
    home: Home, cloud: Cloud, now: Clock, short_hold: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.credentials(KEYS)
    home.config(config(hub=section("Hub"), dev=section("Dev", source_profile="hub")))
    serve = cloud.serve

    def hang_after_hub(call: Call) -> Reply:
        reply = serve(call)
        if call.parameters.get("RoleArn") == section("Hub")["role_arn"]:
            cloud._gate.clear()
        return reply

    monkeypatch.setattr(cloud, "serve", hang_after_hub)
    async with stage(clock=now) as opened:
        await opened.go_to("dev")
        await opened.press("r")
        await opened.until(lambda: told() == [("renewed", "hub")])
        cloud.release()
        await opened.until(lambda: len(told()) == 2)
        await look(opened)
        await opened.sees("on the way to dev, until")
    assert told() == [("renewed", "hub"), ("renewed", "dev")]


@pytest.mark.heavy
@pytest.mark.parametrize("how", ["failed", "cancelled"])
async def test_what_others_write_during_a_renewal_that_comes_to_nothing_is_theirs(
    home: Home, cloud: Cloud, now: Clock, how: str
) -> None:
    home.credentials(KEYS)
    home.config(config(dev=section("Dev")))
    cloud.sts.deny(section("Dev")["role_arn"])
    async with stage(clock=now) as opened:
        with cloud.hanging():
            await opened.go_to("dev")
            await opened.press("r")
            await opened.until(lambda: "AssumeRole" in cloud.actions, "the call")
            home.cli_cache(section("Dev"), expires_at=now() + 3600)
            log_file = opened.app.main.engine.recorder.log_file
            await opened.until(lambda: bool(log_file._held), "the change is held back")
            if how == "cancelled":
                await opened.press("escape")
                await opened.until(lambda: (how, "dev") in told())
        await opened.until(lambda: (how, "dev") in told())
        await opened.until(lambda: ("changed", "dev") in told())
    assert sorted(told()) == sorted([(how, "dev"), ("changed", "dev")])


async def test_a_source_that_a_failed_renewal_has_renewed_is_told_as_its_doing(
    home: Home, cloud: Cloud, now: Clock, short_hold: None
) -> None:
    home.credentials(KEYS)
    home.config(config(hub=section("Hub"), dev=section("Dev", source_profile="hub")))
    cloud.sts.deny(section("Dev")["role_arn"])
    async with stage(clock=now) as opened:
        await opened.go_to("dev")
        await opened.press("r")
        await opened.until(lambda: set(told()) == {("failed", "dev"), ("renewed", "hub")})
        # The failure is still on its row; what comes now is somebody else's.
        home.cli_cache(section("Hub"), expires_at=now() + 7200)
        await opened.until(lambda: ("changed", "hub") in told())
    assert len(told()) == 3
    (hub,) = [event for event in LogFile().read().events if event.what is What.RENEWED]
    assert hub.text == "on the way to dev"
    assert hub.until is not None


async def test_an_sso_token_that_a_failed_renewal_has_refreshed_is_told_as_its_doing(
    home: Home, cloud: Cloud, now: Clock, short_hold: None
) -> None:
    cloud.portal.allow("old", refresh_token="first")
    cloud.portal.assign_only(("000000000000", "Nobody"))
    home.config(config_text({"dev": SSO}, CORP))
    home.sso_token(
        "corp",
        expires_at=now() - 60,
        access_token="old",
        refresh_token="first",
        registration_expires_at=now() + 3600,
    )
    async with stage(clock=now) as opened:
        await opened.press("r")
        await opened.until(lambda: set(told()) == {("failed", "dev"), ("renewed", "corp")})
    assert len(told()) == 2


async def test_an_entry_of_no_profile_is_cleared_by_the_name_of_its_row(
    home: Home, short_hold: None
) -> None:
    home.credentials(KEYS)
    home.cli_cache("0" * 40 + ".json", expires_at=NOW + 3600)
    async with stage() as opened:
        await opened.sees("00000000…json")
        await opened.press("G", "c")
        await opened.hears("cleared 00000000…json")
        await opened.until(lambda: bool(told()))
        await opened.press("z")
        await opened.until(lambda: len(told()) == 2)
    assert told() == [("cleared", "00000000…json"), ("restored", "00000000…json")]
    assert LogFile().read().events[0].text == "no profile has this entry"


async def test_what_a_process_gave_is_told_with_its_end(home: Home, now: Clock) -> None:
    answer = {
        "Version": 1,
        "AccessKeyId": "ASIAPROCESS",
        "SecretAccessKey": SECRET,
        "SessionToken": "token",
        "Expiration": iso(now() + 3000),
    }
    (home.path / "answer").write_text(json.dumps(answer))
    home.config(config(vault={"credential_process": f"cat {home.path / 'answer'}"}))
    async with stage(clock=now) as opened:
        await opened.press("r")
        await opened.until(lambda: ("renewed", "vault") in told())
    (event,) = LogFile().read().events
    assert event.until == now() + 3000


async def test_what_others_change_is_told(home: Home, short_hold: None) -> None:
    home.credentials(KEYS)
    home.config(config(dev=section("Dev")))
    async with stage() as opened:
        path = home.cli_cache(section("Dev"), expires_at=NOW + 3600)
        await opened.until(lambda: told() == [("changed", "dev")])
        home.sso_token("corp", expires_at=NOW + 7200)
        await opened.until(lambda: len(told()) == 2)
        path.unlink()
        await opened.until(lambda: len(told()) == 3)
        home.config(config(dev=section("Dev"), new=section("New")))
        await opened.until(lambda: len(told()) == 4)
        await look(opened)
        await opened.sees("~ changed    dev")
        for text in (
            "new session by another program, until 22:30",
            f"{START_URL[:-3]}…",
            "signed in by another program, until 23:30",
            "session removed by another program",
            "profile new added",
        ):
            await opened.sees(text)


@pytest.mark.heavy
async def test_an_mfa_session_in_the_credentials_file_is_nobody_elses_edit(
    home: Home, cloud: Cloud, now: Clock, short_hold: None
) -> None:
    cloud.sts.accept_codes(DEVICE, "123456")
    home.credentials(f"{KEYS.rstrip()}\n    mfa_serial = {DEVICE}\n    region = eu-west-1\n")
    async with stage(clock=now) as opened:
        await opened.go_to("base")
        await opened.press("r")
        await opened.sees("⏎ renew")
        await opened.press(*"123456", "enter")
        await opened.until(lambda: "base-mfa" in opened.names)
        await opened.until(lambda: ("renewed", "base") in told())
        home.config(config(dev=section("Dev")))
        await opened.until(lambda: ("changed", "config") in told())
        await look(opened)
        await opened.sees("MFA session in profile base-mfa, until")
    written = raw_config_parse(str(home.credentials_file))["base-mfa"]["expiration"]
    ends = calendar.timegm(time.strptime(written, "%Y-%m-%d %H:%M:%S"))
    assert LogFile().read().events[0].until == ends
    assert told() == [("renewed", "base"), ("changed", "config")]


@pytest.mark.heavy
async def test_two_dashboards_tell_one_thing_once(
    home: Home, cloud: Cloud, now: Clock, short_hold: None
) -> None:
    home.credentials(KEYS)
    home.config(config(dev=section("Dev"), prod=section("Prod")))
    async with stage(clock=now) as other, stage(clock=now) as opened:
        await opened.go_to("dev")
        await opened.press("r")
        await opened.until(lambda: ("renewed", "dev") in told())
        await other.until(lambda: other.row("dev").word == "valid")
        home.cli_cache(section("Prod"), expires_at=now() + 3600)
        await other.until(lambda: other.row("prod").word == "valid")
        await opened.until(lambda: opened.row("prod").word == "valid")
        await opened.until(lambda: ("changed", "prod") in told())
    # Whatever one of them still held back is written when it closes.
    assert told() == [("renewed", "dev"), ("changed", "prod")]


def counted() -> int:
    """How many files the lines of the log are about."""
    numbers = [name.partition(" files")[0].replace(",", "") for _, name in told()]
    return sum(int(number) if number.isdigit() else 1 for number in numbers)


async def test_a_thousand_files_at_once_are_a_few_lines(home: Home, short_hold: None) -> None:
    home.credentials(KEYS)
    home.config(config(dev=section("Dev")))
    async with stage() as opened:
        body = home.cli_cache("0" * 40 + ".json", expires_at=NOW + 3600).read_bytes()
        for number in range(1, 1000):
            by_rename(home.cli_folder / f"{number:040x}.json", body)
        await opened.until(lambda: counted() >= 1000)
        assert counted() == 1000
    assert len(told()) < 20


# -------------------------------------------------------------------- how it looks


async def test_an_empty_log_says_what_will_be_there(demo_home: Path) -> None:
    async with stage((80, 24)) as opened:
        await look(opened)
        await opened.sees("Nothing has happened yet.")
        await opened.press("l")
        await opened.sees_no_more("what happened")
    assert not log_path().exists()


DAYS = (
    Event(NOW - 86400, What.RENEWED, "yesterday", until=NOW - 82800),
    Event(NOW - 60, What.FAILED, "prod", "AWS does not let this source assume the role; ask"),
    Event(NOW - 30, What.SIGNED_IN, "corp", until=NOW + 7 * 86400),
    Event(NOW, What.CLEARED, "an-extremely-long-profile-name-of-somebody", "1 cache entry"),
)


@pytest.mark.parametrize("size", [(50, 15), (80, 24), (200, 60)])
async def test_it_fits_into_any_pane(
    demo_home: Path, size: tuple[int, int], timezone: Callable[[str], None]
) -> None:
    timezone("Europe/Berlin")
    write_log(*DAYS)
    async with stage(size) as opened:
        await look(opened)
        await opened.sees("Friday 20 November 2026")
        lines = opened.text().splitlines()
        assert len(lines) == size[1]
        # In a wide pane the table stays in sight on both sides.
        assert "╭─ what happened " in lines[0]
        assert "╰─" in lines[-1]
        inside = (line.split("│")[1] if line.count("│") == 2 else line for line in lines)
        text = " ".join(re.sub("[│ ]+", " ", line) for line in inside)
        for said in ("− cleared", "✓ signed in", "✗ failed", "an-extremely-lon", "27 Nov"):
            assert said in text
        assert re.sub(" +", " ", text).count("assume the role; ask") == 1
        await opened.press("g")
        await opened.sees("Thursday 19 November 2026")
        await opened.sees("✓ renewed")


async def test_times_are_local_over_the_change_of_the_clocks(
    demo_home: Path, timezone: Callable[[str], None]
) -> None:
    timezone("Europe/Berlin")
    change = 1_792_890_000.0  # 25 October 2026, 01:00 UTC: 03:00 becomes 02:00
    write_log(
        Event(change - 9000, What.CLEARED, "a"),  # 00:30
        Event(change - 60, What.CLEARED, "b"),
        Event(change + 60, What.CLEARED, "c"),
        Event(change + 21 * 3600 + 1800, What.CLEARED, "d"),
        Event(change + 22 * 3600, What.CLEARED, "e", until=change + 23 * 3600),
    )
    async with stage() as opened:
        await look(opened)
        await opened.sees("Monday 26")
        lines = [line.strip("│ ") for line in opened.text().splitlines()]
        times = [line.split()[0] for line in lines if re.match(r"\d\d:\d\d:\d\d", line)]
        assert times == ["00:30:00", "02:59:00", "02:01:00", "23:30:00", "00:00:00"]
        days = [line for line in lines if re.match("[A-Z][a-z]+day", line)]
        assert days == ["Sunday 25 October 2026", "Monday 26 October 2026"]
        assert lines[lines.index(days[1]) + 1].endswith("until 01:00")


async def test_names_and_texts_from_files_are_neither_markup_nor_control(
    demo_home: Path,
) -> None:
    write_log(Event(NOW, What.FAILED, "team[prod]", "[/red] said \x1b[31mno"))
    async with stage() as opened:
        await look(opened)
        await opened.sees("team[prod]")
        await opened.sees("[/red] said �[31mno")


# -------------------------------------------------------------------- its keys


def many(count: int) -> list[Event]:
    return [Event(NOW + number, What.CLEARED, f"p{number:03}") for number in range(count)]


def dialog(opened: Stage) -> LogDialog:
    assert isinstance(opened.app.screen, LogDialog)
    return opened.app.screen


@pytest.mark.heavy
async def test_the_newest_is_in_sight_and_the_usual_keys_lead_to_the_rest(
    demo_home: Path,
) -> None:
    write_log(*many(200))
    async with stage((80, 24)) as opened:
        await look(opened)
        await opened.sees("p199")
        await opened.press("k")
        await opened.sees_no_more("p199")
        await opened.press("j")
        await opened.sees("p199")
        await opened.press("pageup")
        await opened.sees_no_more("p190")
        await opened.press("pagedown")
        await opened.sees("p199")
        await opened.press("g")
        await opened.sees("p000")
        await opened.press("G")
        await opened.sees("p199")


@pytest.mark.heavy
async def test_it_follows_while_it_is_open_unless_one_looks_further_up(
    demo_home: Path,
) -> None:
    write_log(*many(100))
    async with stage((80, 24)) as opened:
        await look(opened)
        await opened.sees("p099")
        opened.app.main.engine.recorder.record(Event(NOW, What.RENEWED, "newest"))
        await opened.sees("newest")
        await opened.press("g")
        await opened.sees("p000")
        opened.app.main.engine.recorder.record(Event(NOW, What.RENEWED, "more"))
        lines = dialog(opened)._lines
        before = len(lines._strips)
        await opened.until(lambda: len(lines._strips) > before)
        await opened.settle()
        assert "p000" in opened.text()
        await opened.press("G")
        await opened.sees("more")


@pytest.mark.heavy
async def test_a_filter_that_no_line_matches_says_so(demo_home: Path) -> None:
    write_log(*many(100), *DAYS)
    async with stage((50, 15)) as opened:
        await look(opened)
        await opened.sees("corp")
        await opened.press("slash", *"nothing-like-it")
        await opened.sees("lines matches  /nothing-like-it")
        await opened.press("escape")
        await opened.sees("corp")


@pytest.mark.heavy
async def test_the_filter_shows_lines_with_all_its_words(demo_home: Path) -> None:
    write_log(*many(100), *DAYS)
    async with stage((80, 24)) as opened:
        await look(opened)
        await opened.sees("corp")
        await opened.press("slash", *"failed prod")
        await opened.sees_no_more("corp")
        await opened.sees("does not let this source")
        assert len(dialog(opened)._lines._strips) <= 3
        await opened.press("enter", "j")
        assert "does not let this source" in opened.text()
        await opened.press("escape")
        await opened.sees("corp")
        await opened.press("escape")
        await opened.sees_no_more("what happened")


@pytest.mark.heavy
async def test_nothing_looks_at_the_log_while_it_is_closed(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("awsttl.tui.features.log.dialog.LOOK_EVERY", 0.01)
    reads: list[LogFile] = []
    real = LogFile.read

    def counted(self: LogFile) -> Log:
        reads.append(self)
        return real(self)

    monkeypatch.setattr(LogFile, "read", counted)
    async with stage() as opened:
        await look(opened)
        await opened.until(lambda: len(reads) > 3)
        await opened.press("escape")
        await opened.sees_no_more("what happened")
        timers = [timer.name for timer in dialog_timers(opened)]
        assert timers == []
        count = len(reads)
        for _ in range(20):
            await opened.settle()
        assert len(reads) <= count + 1


def dialog_timers(opened: Stage) -> list[Any]:
    return [
        timer
        for screen in opened.app.screen_stack
        if isinstance(screen, LogDialog)
        for timer in screen._timers
    ]


async def test_a_log_that_cannot_be_written_works_in_memory_and_says_so(home: Home) -> None:
    home.credentials(KEYS)
    log_path().mkdir(parents=True)
    async with stage() as opened:
        opened.app.main.engine.recorder.record(Event(NOW, What.RENEWED, "prod"))
        await look(opened)
        await opened.sees("prod")
        await opened.sees("~/.local/state/awsttl/log.jsonl cannot be written: Is a directory")


async def test_it_is_there_after_a_restart(home: Home) -> None:
    home.credentials(KEYS)
    async with stage() as opened:
        opened.app.main.engine.recorder.record(Event(NOW, What.CLEARED, "prod"))
    async with stage() as opened:
        await look(opened)
        await opened.sees("− cleared    prod")


async def test_what_is_still_held_back_is_written_at_the_end(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "HOLD", 1000.0)
    monkeypatch.setattr(journal_module, "HOLD_MOST", 1000.0)
    home.credentials(KEYS)
    home.config(config(dev=section("Dev")))
    async with stage() as opened:
        home.cli_cache(section("Dev"), expires_at=NOW + 3600)
        await opened.until(lambda: bool(opened.app.main.engine.recorder.log_file._held))
        assert told() == []
    assert told() == [("changed", "dev")]


# -------------------------------------------------------------------- secrets


@pytest.mark.heavy
async def test_no_secret_gets_into_the_log(
    home: Home, cloud: Cloud, now: Clock, short_hold: None
) -> None:
    home.credentials(KEYS)
    token = home.web_token("token", "a.web.token")
    web = {"role_arn": section("Web")["role_arn"], "web_identity_token_file": str(token)}
    web["region"] = "eu-west-1"
    profiles = {
        "dev": section("Dev"),
        "denied": section("Denied"),
        "web": web,
        "mfa": section("Mfa", mfa_serial=DEVICE),
    }
    home.config(config(**profiles))
    cloud.sts.deny(section("Denied")["role_arn"])
    cloud.sts.refuse_web_token(
        "a.web.token", "ValidationError", "1 validation error: Value 'a.web.token' at 'x' failed"
    )
    async with stage((160, 40), clock=now) as opened:
        for name in profiles:
            await opened.go_to(name)
            await opened.press("r")
            if name == "mfa":
                await opened.sees("⏎ renew")
                await opened.press(*"123456", "enter")
            await opened.until(partial(has_told_of, name))
        issued = [(each.secret_key, each.token) for each in cloud.sts.issued.values()]
        await opened.go_to("dev")
        await opened.press("c")
        await opened.until(lambda: ("cleared", "dev") in told())
        await opened.press("z")
        await opened.until(lambda: ("restored", "dev") in told())
        home.cli_cache(section("Denied"), expires_at=now() + 3600)
        home.sso_token("corp", expires_at=now() + 3600, refresh_token="sso-refresh-token")
        home.login_token("arn:aws:iam::1:user/a", expires_at=now() + 60)
        home.credentials(KEYS.replace("wJalr", "newer") + "    never-to-be-seen\n")
        await opened.until(lambda: ("changed", "credentials") in told())
    assert {what for what, _ in told()} == {"renewed", "failed", "cleared", "restored", "changed"}
    assert len(issued) >= 2
    text = log_path().read_text()
    for secret in (
        *(part for pair in issued for part in pair),
        *(SECRET, SECRET[5:], "AKIAIOSFODNN7", "a.web.token", "123456", "never-to-be-seen"),
        *("cached-secret", "cached-token", "ASIACACHED", "sso-access-token", "sso-refresh-token"),
        *("client-secret", "login-secret", "login-session-token", "login-refresh-token"),
    ):
        assert secret not in text
    assert log_path().stat().st_mode & 0o777 == 0o600
