"""The key m: what an edit mends of what is wrong with a row, or with the files."""

from __future__ import annotations

from support.cloud import Cloud
from support.home import Home
from support.stage import Clock, stage

BAD = "[profile a]\nregion = eu-west-1 # Ireland\noutput = 'json'\n"
GOOD = "[profile a]\nregion = eu-west-1\noutput = json\n"


async def test_m_offers_all_that_it_can_mend(home: Home) -> None:
    home.config(BAD)
    async with stage() as opened:
        await opened.press("m")
        await opened.sees("[x] region has a comment behind it")
        await opened.press("enter")
        await opened.sees("+ output = json")
        assert home.config_file.read_text() == BAD
        await opened.press("y")
        await opened.hears("a: mended; z undoes it")
        assert home.config_file.read_text() == GOOD
        await opened.press("m")
        await opened.hears("there is nothing here that an edit mends")


async def test_m_mends_what_is_marked_only(home: Home) -> None:
    home.config(BAD)
    async with stage() as opened:
        await opened.press("m")
        await opened.sees("[x] region has a comment behind it")
        await opened.press("tab", "enter")
        await opened.sees("y mend")
        await opened.press("y")
        await opened.hears("a: mended")
    assert home.config_file.read_text() == BAD.replace("'json'", "json")


async def test_the_diagnosis_offers_it_too(home: Home) -> None:
    home.config("[profile a]\nregion = eu-west-1 # Ireland\n")
    async with stage() as opened:
        await opened.press("d")
        await opened.sees("press m to mend it")
        await opened.press("m")
        await opened.sees("+ region = eu-west-1")


async def test_m_mends_a_section_that_is_no_profile_yet(home: Home) -> None:
    home.config("[prod]\nregion = eu-west-1\n")
    async with stage() as opened:
        await opened.press("m")
        await opened.sees("+ [profile prod]")
        await opened.press("y")
        await opened.until(lambda: "prod" in opened.names)


async def test_m_on_pasted_keys_offers_what_makes_pasting_unnecessary(
    home: Home, cloud: Cloud, region: None, now: Clock
) -> None:
    issued = cloud.sts.issue("arn:aws:sts::111122223333:assumed-role/Dev/ada", 3600)
    home.credentials(
        "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = base-secret\n"
        f"[dev]\naws_access_key_id = {issued.access_key}\n"
        f"aws_secret_access_key = {issued.secret_key}\naws_session_token = {issued.token}\n"
    )
    async with stage(clock=now) as opened:
        await opened.go_to("dev")
        await opened.press("m")
        await opened.sees("+ role_arn = arn:aws:iam::111122223333:role/Dev")
        assert issued.secret_key not in opened.text()
        await opened.press("y")
        await opened.until(lambda: opened.row("dev").renews == "auto")
    assert issued.token not in home.credentials_file.read_text()
