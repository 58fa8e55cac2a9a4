"""The keys r and R: what they do to files, and what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.cloud import Cloud
from support.home import Home
from support.roles import DEVICE, KEYS, calling, config, section
from support.stage import Clock, cache_files, stage


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


async def test_in_a_narrow_pane_too_the_new_life_stands_beside_what_was_done(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    home.credentials(KEYS)
    home.config(config(dev=section("Dev")))
    async with stage((80, 24), clock=now) as opened:
        await opened.go_to("dev")
        await opened.press("r")
        await opened.sees("✓ renewed")
        await opened.until(lambda: opened.row("dev").word == "valid")
        row = next(line for line in opened.text().splitlines() if "✓ renewed" in line)
        assert "1h 00m" in row or "59:5" in row


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


async def test_renewals_that_fail_one_after_the_other_are_one_message(
    home: Home, cloud: Cloud, now: Clock
) -> None:
    home.credentials(KEYS)
    names = ("dev", "ops", "prod")
    home.config(config(**{name: section(name) for name in names}))
    for name in names:
        cloud.sts.deny(section(name)["role_arn"])
    async with stage((120, 30), clock=now) as opened:
        for name in names:
            await opened.go_to(name)
            await opened.press("r")
            await opened.hears(f"{name}: AWS" if name == "dev" else f"{name}; their rows")
        assert opened.messages == ["3 renewals failed: dev, ops, prod; their rows say why"]
        await opened.press("escape", "r")
        await opened.hears("prod: AWS does not let this source assume the role")
        assert len(opened.messages) == 1


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


@pytest.mark.heavy
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
        assert "[x] also two" in opened.text()
        await opened.press(*"123456", "enter")
        await opened.until(lambda: {opened.row(n).word for n in ("one", "two")} == {"valid"})
    assert cloud.actions.count("GetSessionToken") == 1


@pytest.mark.heavy
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
        await opened.hears("2 renewed")
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


@pytest.mark.heavy
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
        await opened.sees("from a server: �]0;title� �31m")


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
