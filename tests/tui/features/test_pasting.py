"""The key p, and pastes into the pane: a session goes into a profile, and is never shown."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from support.cloud import Cloud
from support.heavy import also_heavy
from support.home import Home
from support.made_sessions import Made
from support.pasted_renderings import RENDERINGS
from support.pasted_shapes import LONG_TERM, TEMPORARY, filled
from support.stage import Stage, stage
from support.tmux import AWSTTL, Pane

EXPORTS = RENDERINGS["export"](TEMPORARY)
ENDING = RENDERINGS["JSON"](TEMPORARY)
"""This text says when the session ends: half an hour before the stage's clock."""
TWO = filled("@ID @SECRET @TOKEN\n\nAWS_ACCESS_KEY_ID=@LID AWS_SECRET_ACCESS_KEY=@LSECRET")
CONFIG = """\
[default]
region = eu-west-1
[profile role]
role_arn = arn:aws:iam::111122223333:role/Dev
source_profile = base
"""
BASE = f"[base]\naws_access_key_id = {LONG_TERM.id}\naws_secret_access_key = {LONG_TERM.secret}\n"


@pytest.fixture(autouse=True)
def furnished(home: Home) -> None:
    home.config(CONFIG)
    home.credentials(BASE)


async def paste(opened: Stage, text: str) -> None:
    opened.app.post_message(events.Paste(text))
    await opened.settle()


def section(home: Home, name: str) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    parser.read(home.credentials_file)
    return dict(parser[name]) if name in parser else {}


def is_hidden(made: Made, shown: str) -> bool:
    """Whether nothing of a session can be seen that must not be."""
    parts = (made.secret, made.token or made.secret)
    return not any(part[:10] in shown or part[-10:] in shown for part in parts)


class TestAPasteWithoutEnd:
    async def test_does_not_go_into_the_filter(self) -> None:
        async with stage() as opened:
            await opened.press("slash")
            await opened.until(lambda: opened.app.main._filtering)
            await paste(opened, "x" * 100_000)
            await opened.hears("100,000 characters are too many for a field")
            await opened.press(*"base")
            await opened.until(lambda: opened.app.main._view.filter == "base")

    async def test_does_not_go_into_a_field_of_a_dialog(self) -> None:
        async with stage() as opened:
            await opened.press("n")
            await opened.sees("a new profile")
            await opened.press("enter")
            field = opened.app.screen.query(Input).first
            await opened.until(lambda: bool(opened.app.screen.query(Input)))
            await paste(opened, "x" * 100_000)
            await opened.hears("too many for a field")
            assert "xxx" not in field().value


class TestAPasteWithASession:
    @pytest.mark.heavy
    async def test_goes_into_a_new_profile_after_a_look_at_the_lines(self, home: Home) -> None:
        async with stage() as opened:
            await opened.go_to("role")
            await paste(opened, EXPORTS)
            await opened.sees(f"ASIA…{TEMPORARY.id[-4:]}, temporary")
            await opened.sees("the text does not say")
            await opened.press(*"new")
            await opened.sees("a new profile")
            await opened.press("down", *"8h", "enter")
            await opened.sees("+ aws_session_token = •••")
            assert is_hidden(TEMPORARY, opened.text())
            assert section(home, "new") == {}
            await opened.press("y")
            await opened.hears("z undoes it")
            await opened.until(lambda: opened.cursor == "new")
            assert opened.row("new").left.startswith("8h")
            await opened.press("z")
            await opened.until(lambda: "new" not in opened.names)
        assert home.credentials_file.read_text() == BASE

    @pytest.mark.heavy
    async def test_is_for_the_row_under_the_cursor_and_says_what_goes(self, home: Home) -> None:
        async with stage() as opened:
            await opened.go_to("base")
            await paste(opened, ENDING)
            await opened.sees(f"takes the place of long-term keys …{LONG_TERM.id[-4:]}")
            await opened.sees("this session has expired already")
            await opened.press("enter")
            await opened.sees("AWS shows a secret only once.")
            await opened.press("escape")
            assert section(home, "base")["aws_access_key_id"] == LONG_TERM.id
            await paste(opened, ENDING)
            await opened.sees("this session has expired already")
            await opened.press("enter")
            await opened.sees("AWS shows a secret only once.")
            await opened.press("y")
            await opened.hears("base has the session")
        assert section(home, "base")["x_security_token_expires"] == "2026-11-20T21:00:00Z"

    async def test_is_refused_where_the_aws_cli_would_not_use_it(self, home: Home) -> None:
        async with stage() as opened:
            await opened.go_to("role")
            await paste(opened, EXPORTS)
            await opened.press(*"role", "enter")
            await opened.sees('"role" assumes a role, so that the AWS CLI would not use these keys')
            await opened.press("escape")
            assert section(home, "role") == {}

    async def test_asks_which_where_there_are_two(self, home: Home) -> None:
        async with stage() as opened:
            await paste(opened, TWO)
            await opened.sees("There are several in this text.")
            await opened.press("down", "enter")
            await opened.sees(f"AKIA…{LONG_TERM.id[-4:]}, long-term")
            assert is_hidden(TEMPORARY, opened.text())
            assert is_hidden(LONG_TERM, opened.text())
            await opened.press("escape")
        assert home.credentials_file.read_text() == BASE

    async def test_may_go_into_config(self, home: Home) -> None:
        async with stage() as opened:
            await opened.go_to("role")
            await paste(opened, ENDING)
            await opened.press(*"other", "ctrl+f", "enter")
            await opened.sees("+ [profile other]")
            await opened.press("y")
            await opened.hears("other has the session")
        assert f"aws_access_key_id = {TEMPORARY.id}" in home.config_file.read_text()

    async def test_is_not_shown_in_the_filter(self) -> None:
        async with stage() as opened:
            await opened.press("slash")
            await opened.until(lambda: opened.app.main._filtering)
            await paste(opened, EXPORTS)
            await opened.sees("^o asks AWS")
            assert is_hidden(TEMPORARY, opened.text())
            assert not opened.app.main._view.filter
            await opened.press("escape")
            await opened.press("slash")
            await paste(opened, "base")
            await opened.until(lambda: opened.app.main._view.filter == "base")

    async def test_is_not_shown_in_a_field_of_a_dialog(self) -> None:
        async with stage() as opened:
            await paste(opened, EXPORTS)
            await opened.sees("^o asks AWS")
            await paste(opened, RENDERINGS["export, one line"](LONG_TERM))
            await opened.sees(f"AKIA…{LONG_TERM.id[-4:]}, long-term")
            assert is_hidden(LONG_TERM, opened.text())
            await opened.press("escape")
            await opened.sees_no_more("long-term, ")
            await opened.press("n")
            await opened.sees("a new profile")
            await paste(opened, RENDERINGS["export, one line"](LONG_TERM))
            await opened.hears("this is a session")
            assert LONG_TERM.id not in opened.text()

    async def test_is_taken_from_a_field_out_of_a_long_text(self) -> None:
        async with stage() as opened:
            await opened.press("slash")
            await opened.until(lambda: opened.app.main._filtering)
            await paste(opened, EXPORTS + "\n" + "a line of a mail\n" * 30_000)
            await opened.sees("^o asks AWS")
            assert is_hidden(TEMPORARY, opened.text())
            assert not opened.app.main._view.filter

    async def test_asks_aws_whose_it_is_only_on_a_key(self, cloud: Cloud) -> None:
        async with stage() as opened:
            await paste(opened, EXPORTS)
            await opened.sees("^o asks AWS")
            assert not cloud.calls
            await opened.press("ctrl+o")
            await opened.sees("account ")
            assert cloud.calls

    @pytest.mark.heavy
    async def test_offers_a_profile_that_makes_pasting_unnecessary(
        self, home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        arn = "arn:aws:sts::111122223333:assumed-role/Deploy/me"
        monkeypatch.setattr(cloud.sts, "identity", lambda _key: arn)
        async with stage() as opened:
            await paste(opened, EXPORTS)
            await opened.sees("^o asks AWS")
            await opened.press("ctrl+o")
            await opened.sees("^b makes a profile that renews: assumed with base")
            await opened.press("ctrl+b")
            await opened.sees("type a new name")
            await opened.press(*"deploy", "ctrl+b")
            await opened.sees("+ role_arn = arn:aws:iam::111122223333:role/Deploy")
            await opened.sees("Nothing of what you pasted is written.")
            await opened.press("y")
            await opened.hears("press r on it for a session")
            await opened.until(lambda: opened.cursor == "deploy")
        assert "source_profile = base" in home.config_file.read_text()
        assert home.credentials_file.read_text() == BASE


class TestAPasteWithoutASession:
    async def test_that_is_half_of_one_says_what_is_missing(self) -> None:
        async with stage() as opened:
            await paste(opened, filled("AWS_ACCESS_KEY_ID=@ID\nAWS_SECRET_ACCESS_KEY=@SECRET"))
            await opened.sees("its session token is missing")
            await opened.sees("secret access key: 40 characters")
            assert is_hidden(TEMPORARY, opened.text())
            await paste(opened, EXPORTS)
            await opened.sees("^o asks AWS")
            await opened.press("escape")

    async def test_that_is_an_error_message_is_explained(self) -> None:
        async with stage() as opened:
            await paste(
                opened, "An error occurred (ExpiredToken) when calling the ListBuckets operation"
            )
            await opened.sees("what this message means")


class TestTheKey:
    async def test_waits_for_a_text(self, home: Home) -> None:
        async with stage() as opened:
            await opened.press("p")
            await opened.sees("Paste the session now")
            await paste(opened, "nothing of that sort")
            await opened.sees("there are no credentials in this text")
            await paste(opened, EXPORTS)
            await opened.sees("^o asks AWS")
            await opened.press("escape")
            await opened.sees_no_more("^o asks AWS")
        assert home.credentials_file.read_text() == BASE

    async def test_explains_an_error_message_too(self) -> None:
        async with stage() as opened:
            await opened.press("p")
            await opened.sees("Paste the session now")
            await paste(
                opened,
                "Error retrieving metadata: Received non 200 response 403 from container metadata: "
                '{"code": "Revoked", "message": "this was revoked in awsttl; unset the '
                'AWS_CONTAINER_ variables"}',
            )
            await opened.sees("what this message means")
            await opened.sees("what awsttl gave this shell was revoked")

    @pytest.mark.parametrize("size", [(50, 15), *also_heavy((80, 24))])
    async def test_fits_a_small_pane(self, size: tuple[int, int]) -> None:
        async with stage(size) as opened:
            await opened.press("p")
            await opened.sees("Paste the session now")
            await paste(opened, EXPORTS)
            await opened.sees("profile")
            await opened.press(*"fresh", "enter")
            await opened.sees("[fresh]")
            await opened.press("escape")


@pytest.mark.needs("tmux")
class TestInTmux:
    def test_no_secret_is_anywhere_but_in_the_file(self, home: Home, tmp_path: Path) -> None:
        """A canary of each secret: not on the screen, in the log, in ``ps``, in tmux's history."""
        path = tmp_path / "keys.txt"
        path.write_text(RENDERINGS["JSON"](TEMPORARY).replace("2026", "2036"))
        with Pane(AWSTTL, home.environ(), (110, 34)) as pane:
            pane.sees("base")
            pane.tmux("load-buffer", str(path))
            pane.tmux("paste-buffer", "-p")
            screens = [pane.sees("^o asks AWS")]
            pane.type("fresh")
            screens.append(pane.sees("a new profile"))
            pane.press("Enter")
            screens.append(pane.sees("+ [fresh]"))
            pane.press("y")
            screens.append(pane.sees("z undoes it"))
            ps = subprocess.run(["ps", "axww"], capture_output=True, text=True, check=True).stdout
            screens += [ps, pane.tmux("capture-pane", "-p", "-S", "-500")]
            pane.press("q")
            screens.append(pane.sees("exit 0"))
        assert section(home, "fresh")["aws_secret_access_key"] == TEMPORARY.secret
        for shown in screens:
            assert is_hidden(TEMPORARY, shown)
        shutil.rmtree(home.aws)
        kept = [each for each in home.path.rglob("*") if each.is_file()]
        assert kept
        for each in kept:
            text = each.read_bytes().decode("latin-1")
            # The undo keeps what was there before: that is the other session's secret.
            assert is_hidden(TEMPORARY, text), each
            assert each.stat().st_mode & 0o077 == 0
