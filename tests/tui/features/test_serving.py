"""``e``, ``e``, ``e``: shells that live on the dashboard's server, and what it says of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from awsttl.core.profiles import container_lead
from awsttl.core.secret import Secret
from awsttl.disk.log_file import LogFile
from awsttl.server.service import Service
from awsttl.tui.features.serving.actions import Serving
from support.cloud import Cloud
from support.home import Home
from support.programs import loaded_by
from support.serving import Heard, heard, request, say
from support.stage import Clock, Stage, stage
from support.states import CODE, LIVING_KEY, furnish

WIDE = (170, 45)


@pytest.fixture
def states(home: Home, cloud: Cloud, region: None) -> Home:
    """A home with a profile in each state."""
    furnish(home, cloud)
    return home


def service(opened: Stage) -> Service:
    found = opened.app.main.feature(Serving)._service
    assert found is not None
    return found


async def taken(opened: Stage, name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Copy the live snippet of a profile; the variables that a shell has then."""
    written: list[str] = []

    def copy(text: Secret, *_: object) -> str:
        written.append(text.reveal())
        return "clipboard"

    monkeypatch.setattr("awsttl.terminal.clipboard.copy", copy)
    await opened.go_to(name)
    await opened.press("e")
    await opened.sees("export AWS_PROFILE")
    await opened.press("3")
    await opened.sees("AWS_CONTAINER_CREDENTIALS_FULL_URI=")
    await opened.press("c")
    await opened.until(lambda: bool(written), "a copy")
    await opened.press("escape")
    lines = (line for line in written[0].splitlines() if line.startswith("export "))
    pairs = (line.removeprefix("export ").rstrip(";").split("=", 1) for line in lines)
    return {variable: value.strip("'") for variable, value in pairs}


def ask(variables: dict[str, str]) -> Heard:
    where, slash, path = variables[container_lead.FULL_URI].partition("//")[2].partition("/")
    port = int(where.partition(":")[2])
    return heard(say(port, request(slash + path, port, variables[container_lead.TOKEN])))


def copied(path: Path) -> str:
    """What is in the copy of the config file; empty where there is none."""
    return path.read_text() if path.exists() else ""


@pytest.mark.heavy
async def test_what_is_copied_leads_a_shell_to_the_dashboard(
    states: Home, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(WIDE, now) as opened:
        variables = await taken(opened, "living", monkeypatch)
        await opened.sees("⇄ live")
        assert ask(variables).json["AccessKeyId"] == LIVING_KEY
        await opened.sees("⇄ 1 shell")
        await opened.sees("1 given, 1 asked lately")
        second = await taken(opened, "living", monkeypatch)
        assert second[container_lead.TOKEN] != variables[container_lead.TOKEN]
        await opened.sees("2 given, 1 asked lately")
        ask(second)
        await opened.sees("⇄ 2 shells")
    with pytest.raises(ConnectionRefusedError):
        ask(variables)


@pytest.mark.heavy
async def test_details_that_were_hidden_are_of_today_when_they_are_shown(
    states: Home, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage((140, 40), now) as opened:
        variables = await taken(opened, "living", monkeypatch)
        await opened.sees("1 given, 0 asked lately")
        await opened.pilot.resize_terminal(140, 19)
        await taken(opened, "living", monkeypatch)
        ask(variables)
        await opened.sees("⇄ 1 shell")
        await opened.press("enter")
        await opened.sees("2 given, 1 asked lately")


async def test_the_snippet_says_what_becomes_of_it_and_p_does_not_print_it(
    states: Home, now: Clock
) -> None:
    async with stage(WIDE, now) as opened:
        await opened.go_to("living")
        await opened.press("e", "e", "e")
        await opened.sees("lives as long as this dashboard: after that it leads nowhere")
        await opened.sees("AWS_CONTAINER_AUTHORIZATION_TOKEN='••••••••'")
        await opened.press("p")
        await opened.hears("p would end awsttl")
        assert opened.app.return_value is None
        await opened.press("2")
        await opened.sees("export AWS_ACCESS_KEY_ID")


async def test_what_was_only_looked_at_is_withdrawn(states: Home, now: Clock) -> None:
    async with stage(WIDE, now) as opened:
        await opened.go_to("living")
        await opened.press("e", "e", "e")
        await opened.sees("AWS_CONTAINER_CREDENTIALS_FULL_URI=")
        assert service(opened).grants.profiles == {"living"}
        await opened.press("escape")
        await opened.until(lambda: not service(opened).grants.profiles, "nothing handed out")
        assert "⇄" not in opened.text()


@pytest.mark.heavy
async def test_where_default_would_win_the_snippet_takes_care_of_it_and_says_so(
    states: Home, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    states.credentials("[default]\naws_access_key_id = AKIA\naws_secret_access_key = s3cret\n")
    async with stage(WIDE, now) as opened:
        variables = await taken(opened, "living", monkeypatch)
        assert variables["AWS_PROFILE"] == "awsttl-live"
        copy = Path(variables["AWS_CONFIG_FILE"])
        assert "[profile awsttl-live]" in copied(copy)
        await opened.press("e", "e", "e")
        await opened.sees("[default] has credentials, which would win")
        await opened.press("escape", "u")
        await opened.sees('case "${AWS_CONFIG_FILE-}" in */awsttl/live/*)')
        await opened.press("escape")
        states.config(states.config_file.read_text() + "[profile newer]\nregion = x\n")
        await opened.until(lambda: "[profile newer]" in copied(copy), "the copy follows")
    assert not copied(copy)


@pytest.mark.heavy
async def test_a_shell_that_needs_a_person_is_told_so_and_the_row_says_which_key(
    states: Home, cloud: Cloud, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(WIDE, now) as opened:
        variables = await taken(opened, "mfa-ending", monkeypatch)
        assert ask(variables).json["AccessKeyId"] == LIVING_KEY
        now.now += 3600  # its session is over, and nobody is here
        await opened.until(lambda: ask(variables).status == 403, "a refusal")
        message = ask(variables).json["message"]
        assert message.startswith(
            "mfa-ending: each renewal asks for an MFA code; in awsttl: press r"
        )
        await opened.sees("! asked for by a shell: needs an MFA code, press r")
        now.now -= 3600  # AWS and its clients have a clock of their own
        await opened.press("r")
        await opened.sees("MFA code")
        await opened.press(*CODE, "enter")
        await opened.until(lambda: ask(variables).json.get("AccessKeyId") in cloud.sts.issued)
        await opened.sees_no_more("asked for by a shell")
        await opened.sees("⇄ 1 shell")


@pytest.mark.heavy
async def test_a_profile_of_which_shells_ask_in_vain_needs_you(
    states: Home, cloud: Cloud, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By itself it would not: its sessions come without anybody."""
    async with stage(WIDE, now) as opened:
        variables = await taken(opened, "living", monkeypatch)
        await opened.sees("5 need you")
        for number in range(1, 8):
            cloud.sts.deny(f"arn:aws:iam::111122223333:role/team/Admin{number}")
        now.now += 3600  # its session is over, and AWS gives no other
        await opened.until(lambda: ask(variables).status == 403, "a refusal")
        await opened.sees("! asked for by a shell")
        await opened.sees("6 need you")
        await opened.go_to("living")
        await opened.press("U")
        await opened.sees("5 need you")


async def test_capital_u_revokes_what_shells_were_given(
    states: Home, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(WIDE, now) as opened:
        await opened.go_to("living")
        await opened.press("U")
        await opened.hears("living was not given to a shell as live: e, then e until live")
        variables = await taken(opened, "living", monkeypatch)
        assert ask(variables).status == 200
        await opened.press("U")
        await opened.hears("living is served no more: 1 shell had it; u removes the variables")
        assert ask(variables).json["code"] == "Revoked"
        await opened.sees_no_more("⇄")
        await opened.sees_no_more("given")
    texts = [event.text for event in LogFile().read().events if event.what == "served"]
    assert texts == [
        "handed out live to a shell",
        "a shell asks for the first time",
        "live credentials revoked, of 1 shell",
    ]


@pytest.mark.heavy
async def test_each_shell_of_the_dialog_has_its_snippet(states: Home, now: Clock) -> None:
    async with stage(WIDE, now) as opened:
        await opened.go_to("living")
        await opened.press("e", "e", "e")
        for text in ("export AWS_CON", "set --global", "$Env:AWS_CON", 'set "AWS_C', "$env.AWS_C"):
            await opened.sees(text)
            await opened.press("tab")


def test_a_dashboard_that_serves_nothing_loads_no_server() -> None:
    loaded = loaded_by("import awsttl.tui.screen, awsttl.tui.features.exporting.actions")
    assert not {name for name in loaded if name.startswith("awsttl.server")}
