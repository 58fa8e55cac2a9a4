"""The keys r, R, c, C, z, e, u in the dashboard: what they do to files, and what they say."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from awsttl.core.model import Secret, Status
from awsttl.disk import cache_store
from awsttl.engine import clearing
from support.cloud import Cloud
from support.home import Home, role_file
from support.roles import DEVICE, KEYS, calling, config, section
from support.stage import Clock, cache_files, stage

# -------------------------------------------------------------------- renewing


async def test_r_renews_the_row_and_the_screen_follows_the_file(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    home.credentials(KEYS)
    home.config(config(dev=section("Dev")))
    home.cli_cache(section("Dev"), expires_at=now() - 60)
    async with stage(clock=now) as opened:
        await opened.go_to("dev")
        assert opened.row("dev").word == "expired"
        await opened.press("r")
        await opened.sees("✓ renewed")
        await opened.until(lambda: opened.row("dev").word == "valid")
    assert cloud.actions == ["AssumeRole"]


async def test_a_failure_says_what_is_wrong_and_what_to_do_and_leaves_the_session(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    home.credentials(KEYS)
    home.config(config(dev=section("Dev")))
    path = home.cli_cache(section("Dev"), expires_at=now() + 300)
    before = path.read_bytes()
    cloud.sts.deny(section("Dev")["role_arn"])
    async with stage((160, 40), clock=now) as opened:
        await opened.go_to("dev")
        await opened.press("r")
        await opened.sees("does not let this source assume the role")
        assert path.read_bytes() == before
        await opened.press("escape")
        await opened.until(lambda: opened.row("dev").left == "5:00")


async def test_escape_cancels_a_renewal_that_hangs_and_nothing_is_written_later(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    home.credentials(KEYS)
    home.config(config(dev=section("Dev")))
    async with stage(clock=now) as opened:
        await opened.go_to("dev")
        async with calling(opened, cloud):
            await opened.press("escape")
            await opened.sees("cancelled")
        await opened.until(lambda: not opened.app.main.engine.renewing.jobs.running)
        await opened.press("r")
        await opened.sees("✓ renewed")
    assert len(cache_files(home.path)) == 1


async def test_capital_r_does_not_say_that_nothing_expires_while_that_is_being_renewed(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    home.credentials(KEYS)
    home.config(config(dev=section("Dev")))
    async with stage(clock=now) as opened:
        await opened.go_to("dev")
        async with calling(opened, cloud):
            await opened.press("R")
            await opened.hears("nothing more is expiring or expired")
            await opened.press("escape")
        await opened.until(lambda: not opened.app.main.engine.renewing.jobs.running)


async def test_one_mfa_code_serves_all_roles_of_the_device_that_are_waiting(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    first, second = section("One", mfa_serial=DEVICE), section("Two", mfa_serial=DEVICE)
    home.credentials(KEYS)
    home.config(config(one=first, two=second))
    for each in (first, second):
        home.cli_cache(each, expires_at=now() - 600)
    cloud.sts.accept_codes(DEVICE, "123456")
    async with stage(clock=now) as opened:
        await opened.go_to("one")
        await opened.press("r")
        await opened.sees("⏎ renew")
        assert "also two" in opened.text()
        await opened.press(*"123456", "enter")
        await opened.until(lambda: {opened.row(n).word for n in ("one", "two")} == {"valid"})
    assert cloud.actions.count("GetSessionToken") == 1


async def test_a_wrong_code_asks_again_and_escape_renews_nothing(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    home.credentials(KEYS)
    home.config(config(one=section("One", mfa_serial=DEVICE)))
    cloud.sts.accept_codes(DEVICE, "123456")
    async with stage(clock=now) as opened:
        await opened.go_to("one")
        await opened.press("r")
        await opened.sees("6 digits")
        await opened.press(*"12", "enter")
        await opened.sees("a code is six digits")
        await opened.press("backspace", "backspace", *"000000", "enter")
        await opened.sees("wrong or already used MFA code")
        await opened.press("escape")
        await opened.sees("cancelled")
        assert cache_files(home.path) == []
        await opened.press("r")
        await opened.sees("6 digits")
        await opened.press(*"123456", "enter")
        await opened.sees("✓ renewed")


async def test_a_code_is_never_left_on_the_screen(home: Home, cloud: Cloud, now: Clock) -> None:
    home.credentials(KEYS)
    home.config(config(one=section("One", mfa_serial=DEVICE)))
    async with stage(clock=now) as opened:
        await opened.go_to("one")
        await opened.press("r")
        await opened.sees("6 digits")
        await opened.press(*"918273", "enter")
        await opened.sees("✓ renewed")
        assert "918273" not in opened.text()


async def test_capital_r_renews_what_needs_nobody_and_one_call_serves_a_shared_entry(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    shared, other = section("Shared"), section("Other")
    alive, asks = section("Alive"), section("Asks", mfa_serial=DEVICE)
    home.credentials(KEYS)
    home.config(config(a=shared, b=shared, c=other, d=alive, e=asks, f=section("Never")))
    for each in (shared, other, asks):
        home.cli_cache(each, expires_at=now() - 60)
    home.cli_cache(alive, expires_at=now() + 3000)
    async with stage(clock=now) as opened:
        await opened.press("R")
        await opened.hears("renewing 2 sessions")
        await opened.until(lambda: {opened.row(name).word for name in "abc"} == {"valid"})
        await opened.until(lambda: not opened.app.main.engine.renewing.jobs.running)
        assert opened.row("e").word == "expired"
    roles = sorted(call.parameters["RoleArn"].split("/")[1] for call in cloud.calls)
    assert roles == ["Other", "Shared"]


async def test_what_cannot_be_renewed_says_so_with_what_to_run_instead(demo_home: Path) -> None:
    async with stage((160, 50)) as opened:
        for name, text in {
            "base": "long-term keys have no session",
            "pasted": "paste new ones",
            "legacy": 'source_profile "old" does not exist',
        }.items():
            await opened.go_to(name)
            await opened.press("r")
            await opened.hears(text)


# -------------------------------------------------------------------- clearing


async def test_c_clears_the_row_and_z_brings_it_back_byte_for_byte(demo_home: Path) -> None:
    before = {path: path.read_bytes() for path in cache_files(demo_home)}
    async with stage() as opened:
        await opened.go_to("staging")
        await opened.press("c")
        await opened.until(lambda: opened.row("staging").word == "no session")
        assert len(cache_files(demo_home)) == len(before) - 1
        await opened.press("z")
        await opened.until(lambda: opened.row("staging").word == "valid")
    assert {path: path.read_bytes() for path in cache_files(demo_home)} == before
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in cache_files(demo_home))


async def test_c_on_what_is_gone_already_leaves_z_what_it_had(demo_home: Path) -> None:
    async with stage() as opened:
        await opened.go_to("ci")
        gone = opened.app.main.table.item
        assert isinstance(gone, Status)
        await opened.go_to("staging")
        await opened.press("c")
        await opened.until(lambda: opened.row("staging").word == "no session")
        cache_store.clear(cache_store.entries_of(gone))  # as in another pane
        engine = opened.app.main.engine
        engine.clearing.clear(clearing.of_row(gone, engine.seen))
        await opened.settle()
        await opened.press("z")
        await opened.until(lambda: opened.row("staging").word == "valid")


async def test_c_on_a_corrupt_entry_mends_the_profile(demo_home: Path) -> None:
    async with stage() as opened:
        await opened.go_to("billing")
        assert opened.row("billing").word == "broken"
        await opened.press("c")
        await opened.until(lambda: opened.row("billing").word == "no session")


async def test_c_clears_an_orphan(demo_home: Path) -> None:
    async with stage((160, 50)) as opened:
        await opened.press("end")
        await opened.sees("no profile in config")
        count = len(cache_files(demo_home))
        await opened.press("c")
        await opened.until(lambda: len(cache_files(demo_home)) == count - 1)


async def test_capital_c_asks_once_and_names_who_loses_a_session(demo_home: Path) -> None:
    foreign = demo_home / ".aws" / "cli" / "cache" / "prompt_history.json"
    foreign.write_text("{}")
    async with stage((160, 50)) as opened:
        await opened.press("C")
        await opened.sees("Remove 12 cache entries?")
        assert "7 profiles lose a session" in opened.text()
        losers = [line.strip(" │") for line in opened.text().splitlines() if " left " in line]
        assert losers[:2] == ["partner      4:20 left", "data-dev     9:41 left"]
        assert losers[-1] == "audit      7h 12m left"
        await opened.press("n")
        await opened.settle()
        assert len(cache_files(demo_home)) == 13
        await opened.press("C")
        await opened.sees("Remove 12 cache entries?")
        await opened.press("y")
        await opened.until(lambda: cache_files(demo_home) == [foreign])
        await opened.press("z")
        await opened.until(lambda: len(cache_files(demo_home)) == 13)


async def test_a_session_that_is_newer_is_not_overwritten_by_z(home: Home, now: Clock) -> None:
    home.credentials(KEYS)
    home.config(config(dev=section("Dev")))
    path = home.cli_cache(section("Dev"), expires_at=now() + 1000)
    async with stage(clock=now) as opened:
        await opened.go_to("dev")
        await opened.press("c")
        await opened.until(lambda: not path.exists())
        home.cli_cache(section("Dev"), expires_at=now() + 3000)
        newer = path.read_bytes()
        await opened.press("z")
        await opened.hears("newer session")
        assert path.read_bytes() == newer


# -------------------------------------------------------------------- handing out


async def test_e_masks_secrets_until_a_key_asks(demo_home: Path) -> None:
    async with stage((120, 40)) as opened:
        await opened.go_to("base")
        await opened.press("e")
        await opened.sees("export AWS_SECRET_ACCESS_KEY='••••••••'")
        assert "wJalrXUtnFEMI" not in opened.text()
        await opened.press("s")
        await opened.sees("wJalrXUtnFEMI/K7MDENG")
        await opened.press("s")
        await opened.sees_no_more("wJalrXUtnFEMI")


async def test_p_quits_with_the_snippet_as_the_result(demo_home: Path) -> None:
    async with stage() as opened:
        await opened.go_to("staging")
        await opened.press("e")
        await opened.sees("AWS_SESSION_TOKEN")
        await opened.press("p")
        result = opened.app.return_value
        assert isinstance(result, Secret)
        assert "export AWS_SECRET_ACCESS_KEY='demo-secret'" in result.reveal()
        assert "export AWS_REGION='eu-west-1'" in result.reveal()


async def test_the_shells_are_a_tab_apart(demo_home: Path) -> None:
    async with stage() as opened:
        await opened.go_to("staging")
        await opened.press("u")
        for text in ("unset AWS_", "set --erase", "Remove-Item", 'set "AWS_', "hide-env"):
            await opened.sees(text)
            await opened.press("tab")


async def test_e_renews_first_where_that_needs_nobody(home: Home, cloud: Cloud, now: Clock) -> None:
    home.credentials(KEYS)
    home.config(config(dev=section("Dev")))
    async with stage(clock=now) as opened:
        await opened.go_to("dev")
        await opened.press("e")
        await opened.sees("export AWS_ACCESS_KEY_ID")
        await opened.press("p")
        printed = opened.app.return_value
    written = json.loads((home.cli_folder / role_file(section("Dev"))).read_text())
    assert printed is not None
    assert written["Credentials"]["SessionToken"] in printed.reveal()


async def test_e_refuses_with_the_reason_what_has_nothing_to_give(demo_home: Path) -> None:
    async with stage((160, 50)) as opened:
        await opened.go_to("legacy")
        await opened.press("e")
        await opened.hears("nothing to export")


async def test_inside_tmux_c_copies_into_its_buffer(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage() as opened:
        written: list[str] = []
        monkeypatch.setattr(opened.app.main, "write", written.append)
        await opened.press("u")
        await opened.sees("unset AWS_")
        await opened.press("c")
        await opened.hears("copied to the terminal")
    assert written[0].startswith("\x1b]52;c;")


async def test_no_secret_is_on_any_screen_that_did_not_ask_for_it(demo_home: Path) -> None:
    async with stage((160, 50)) as opened:
        for name in opened.names[:19]:
            await opened.go_to(name)
            for secret in ("wJalrXUtnFEMI", "demo-secret", "demo-token", "je7MtGb", "AKIAIOSF"):
                assert secret not in opened.text()
    assert os.environ.get("AWS_SECRET_ACCESS_KEY") is None


async def test_names_and_serials_in_dialogs_are_text_never_markup_nor_control(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    device = DEVICE + "\x1b[41m"
    home.credentials(KEYS)
    names = ("a[/b]", "x[red]y")
    home.config(
        "".join(
            f'[profile "{name}"]\nrole_arn = arn:aws:iam::111122223333:role/r{number}\n'
            f"source_profile = base\nmfa_serial = {device}\n"
            for number, name in enumerate(names)
        )
    )
    for number in range(2):
        arn = f"arn:aws:iam::111122223333:role/r{number}"
        home.cli_cache({"role_arn": arn, "mfa_serial": device}, expires_at=now() - 60)
    async with stage((160, 40), clock=now) as opened:
        await opened.go_to("x[red]y")
        await opened.press("r")
        await opened.sees("also a[/b]")
        assert "for x[red]y" in opened.text()
        assert "mfa/ada�[41m" in opened.text()
        await opened.press("escape")
        opened.app.main.say("from a server: \x1b]0;title\x07 \x9b31m")
        await opened.hears("from a server: �]0;title� �31m")


async def test_a_failed_z_keeps_what_it_could_not_bring_back(demo_home: Path) -> None:
    folder = demo_home / ".aws" / "cli" / "cache"
    async with stage() as opened:
        await opened.go_to("staging")
        await opened.press("c")
        await opened.until(lambda: opened.row("staging").word == "no session")
        elsewhere = folder.rename(demo_home / "elsewhere")
        folder.write_text("a file in the folder's place")
        await opened.press("z")
        await opened.hears("cannot be written: Not a directory")
        folder.unlink()
        elsewhere.rename(folder)
        await opened.press("z")
        await opened.until(lambda: opened.row("staging").word == "valid")


async def test_the_details_keep_why_a_renewal_failed_until_that_is_dismissed(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    home.credentials(KEYS)
    home.config(config(dev=section("Dev")))
    cloud.sts.deny(section("Dev")["role_arn"])
    async with stage((120, 40), clock=now) as opened:
        await opened.go_to("dev")
        await opened.press("r")
        await opened.sees("failed   AWS does not let this source assume the role")
        assert "check the role's trust policy" in opened.text()
        await opened.press("escape")
        await opened.sees_no_more("failed   AWS")
