"""The key m: what an edit mends of what is wrong with a row, or with the files."""

from __future__ import annotations

from support.home import Home
from support.stage import stage

BAD = "[profile a]\nregion = eu-west-1 # Ireland\noutput = 'json'\n"
GOOD = "[profile a]\nregion = eu-west-1\noutput = json\n"


async def test_m_offers_all_that_it_can_mend(home: Home) -> None:
    home.config(BAD)
    async with stage() as opened:
        await opened.press("m")
        await opened.sees("✓ region has a comment behind it")
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
        await opened.sees("✓ region has a comment behind it")
        first = next(line for line in opened.text().splitlines() if "▌✓" in line)
        await opened.press("tab", "enter")
        await opened.sees("mend a")
        await opened.press("y")
        await opened.hears("a: mended")
    after = home.config_file.read_text()
    assert after == (BAD.replace("'json'", "json") if "region" in first else GOOD.replace(
        "eu-west-1\n", "eu-west-1 # Ireland\n"))  # fmt: skip


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
