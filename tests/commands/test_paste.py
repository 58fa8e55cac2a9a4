"""``awsttl paste``: what it writes, what the AWS CLIs and boto3 read then, and what it refuses."""

from __future__ import annotations

import configparser
import json
import subprocess
import sys
import time

import pytest

from awsttl.core.profiles.timestamps import iso_utc
from support.awscli import BOTH_CLIS, Version, aws_cli
from support.commands import Done, awsttl
from support.home import Home
from support.made_sessions import Made, long_term
from support.pasted_renderings import RENDERINGS
from support.pasted_shapes import LONG_TERM, TEMPORARY, filled, shapes
from support.tmux import AWSTTL, Pane

EXPORTS = RENDERINGS["export"](TEMPORARY)
REFUSED = {
    "half": "AWS_SECRET_ACCESS_KEY=@LSECRET",
    "no-token": "AWS_ACCESS_KEY_ID=@ID AWS_SECRET_ACCESS_KEY=@SECRET",
    "placeholders": "AWS_ACCESS_KEY_ID=<your key> AWS_SECRET_ACCESS_KEY=<your secret>",
    "no-credentials": "An error occurred (ExpiredToken)",
    "two-sessions": "@ID @SECRET @TOKEN\n@LID @LSECRET",
}


def paste(home: Home, text: str, *arguments: str) -> Done:
    profile = () if arguments[:1] and not arguments[0].startswith("-") else ("prod",)
    return awsttl(home, "paste", *profile, *arguments, given=text)


def section(home: Home, name: str = "prod") -> dict[str, str]:
    parser = configparser.RawConfigParser()
    parser.read(home.aws / "credentials")
    return dict(parser[name])


def keys(made: Made) -> dict[str, str]:
    found = {"aws_access_key_id": made.id, "aws_secret_access_key": made.secret}
    return found | ({"aws_session_token": made.token} if made.token else {})


class TestASession:
    def test_is_written_into_the_credentials_file(self, home: Home) -> None:
        done = paste(home, EXPORTS, "--no-input")
        assert done.code == 0, done.err
        four = TEMPORARY.id[-4:]
        says = f"prod: wrote ASIA…{four}, temporary, ends the text does not say → credentials\n"
        assert done.out == says
        assert section(home) == keys(TEMPORARY)
        assert (home.aws / "credentials").stat().st_mode & 0o777 == 0o600
        for secret in (TEMPORARY.secret, TEMPORARY.token):
            assert secret not in done.out + done.err

    def test_with_its_end_is_recorded_for_other_tools(self, home: Home) -> None:
        text = EXPORTS + "export AWS_CREDENTIAL_EXPIRATION=2031-11-20T21:00:00+00:00\n"
        assert paste(home, text).code == 0
        assert section(home) == keys(TEMPORARY) | {
            "x_security_token_expires": "2031-11-20T21:00:00Z",
            "expiration": "2031-11-20 21:00:00",
            "manager": "awsttl",
        }
        (row,) = json.loads(awsttl(home, "list", "--json").out)["profiles"]
        assert row["expires_at"] == "2031-11-20T21:00:00Z"

    def test_without_its_end_lasts_as_long_as_one_says(self, home: Home) -> None:
        began = time.time()
        assert paste(home, EXPORTS, "--lasts", "1h").code == 0
        ends = section(home)["x_security_token_expires"]
        assert iso_utc(began + 3600) <= ends <= iso_utc(time.time() + 3600)

    def test_takes_the_place_of_an_older_one_and_of_its_end(self, home: Home) -> None:
        home.credentials(
            "# mine\n[prod]\naws_access_key_id = ASIAOLD\naws_secret_access_key = old\n"
            "aws_session_token = old\naws_security_token = old\n"
            "aws_expiration = 2020-01-01T00:00:00Z\nregion = eu-west-1\n"
            "[other]\naws_access_key_id = AKIAX\n"
        )
        assert paste(home, EXPORTS).code == 0
        assert section(home) == keys(TEMPORARY) | {"region": "eu-west-1"}
        assert (home.aws / "credentials").read_text().startswith("# mine\n[prod]\n")
        assert section(home, "other") == {"aws_access_key_id": "AKIAX"}

    def test_of_long_term_keys_leaves_no_token_and_no_end(self, home: Home) -> None:
        assert paste(home, EXPORTS, "--lasts", "1h").code == 0
        assert paste(home, RENDERINGS["CSV"](LONG_TERM)).code == 0
        assert section(home) == keys(LONG_TERM)

    def test_over_long_term_keys_says_so_and_can_be_undone(self, home: Home) -> None:
        assert paste(home, RENDERINGS["CSV"](LONG_TERM)).code == 0
        done = paste(home, EXPORTS, "--no-input")
        assert done.code == 0
        assert f"replaced long-term keys …{LONG_TERM.id[-4:]}" in done.err
        kept = home.path / ".local" / "state" / "awsttl" / "edited.json"
        assert LONG_TERM.secret in kept.read_text()
        assert kept.stat().st_mode & 0o777 == 0o600

    def test_takes_an_older_end_out_of_the_other_file_too(self, home: Home) -> None:
        home.config("[profile prod]\nregion = eu-west-1\nexpiration = 2020-01-01 00:00:00\n")
        assert paste(home, EXPORTS, "--lasts", "1h").code == 0
        assert home.config_file.read_text() == "[profile prod]\nregion = eu-west-1\n"
        (row,) = json.loads(awsttl(home, "list", "--json").out)["profiles"]
        assert row["state"] == "valid"

    def test_may_be_written_into_config(self, home: Home) -> None:
        assert paste(home, EXPORTS, "--file", "config").code == 0
        text = (home.aws / "config").read_text()
        assert text.startswith(f"[profile prod]\naws_access_key_id = {TEMPORARY.id}\n")
        assert not (home.aws / "credentials").exists()

    def test_brings_its_region_where_the_profile_has_none(self, home: Home) -> None:
        text = EXPORTS + "export AWS_REGION=eu-north-1\n"
        assert paste(home, text).code == 0
        assert section(home)["region"] == "eu-north-1"
        home.config("[profile other]\nregion = us-east-1\n")
        assert paste(home, text, "other").code == 0
        assert "region" not in section(home, "other")

    def test_in_utf_16_is_read_too(self, home: Home) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "awsttl", "paste", "prod"],
            env=home.environ(), input=EXPORTS.encode("utf-16"), capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert section(home) == keys(TEMPORARY)

    @pytest.mark.heavy
    @BOTH_CLIS
    @pytest.mark.parametrize("made", [TEMPORARY, LONG_TERM], ids=["temporary", "long-term"])
    def test_is_what_the_aws_cli_reads(self, home: Home, version: Version, made: Made) -> None:
        text = RENDERINGS["JSON"](made) + "\nAWS_REGION=eu-west-3"
        assert paste(home, text, "a b", "--lasts", "1h").code == 0
        for name, value in (*keys(made).items(), ("region", "eu-west-3")):
            done = aws_cli(version, "configure", "get", name, "--profile", "a b", home=home)
            assert done.stdout.strip() == value

    @pytest.mark.heavy
    def test_is_what_boto3_reads(self, home: Home) -> None:
        assert paste(home, EXPORTS).code == 0
        program = (
            "import boto3; c = boto3.Session(profile_name='prod').get_credentials()\n"
            "print(c.access_key, c.secret_key, c.token)"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=home.environ(), capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout.split() == list(TEMPORARY)


class TestWhatCannotBeTaken:
    @pytest.mark.parametrize("code", REFUSED)
    def test_is_told_with_1_and_nothing_is_written(self, home: Home, code: str) -> None:
        done = paste(home, filled(REFUSED[code]), "--no-input", "--json")
        assert done.code == 1
        answer = json.loads(done.out)
        assert (answer["written"], answer["problem"]["code"]) == (False, code)
        assert answer["problem"]["message"] in done.err
        assert not home.aws.exists()

    def test_is_told_for_a_text_of_each_kind_without_its_secrets(self, home: Home) -> None:
        codes = {shape.outcome: shape for shape in shapes()}
        for code in ("contradiction", "cut-off", "wrong-key"):
            done = paste(home, codes[code].text)
            assert done.code == 1
            assert TEMPORARY.secret not in done.err
            assert LONG_TERM.secret[:20] not in done.err
            assert TEMPORARY.token[:16] not in done.err

    def test_of_several_sessions_one_may_be_named(self, home: Home) -> None:
        text = filled(REFUSED["two-sessions"])
        assert paste(home, text, "--key", LONG_TERM.id[-4:].lower()).code == 0
        assert section(home) == keys(LONG_TERM)
        assert paste(home, text, "--key", "ZZZZ").code == 1

    def test_is_a_profile_that_gets_its_credentials_in_another_way(self, home: Home) -> None:
        before = "[profile prod]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = base\n"
        home.config(before)
        done = paste(home, EXPORTS)
        assert done.code == 1
        assert "assumes a role" in done.err
        assert not (home.aws / "credentials").exists()
        assert paste(home, EXPORTS, "--force").code == 0

    def test_is_a_file_that_does_not_parse(self, home: Home) -> None:
        path = home.credentials("[a]\nb = 1\n[a]\n")
        done = paste(home, EXPORTS)
        assert done.code == 1
        assert "line 3" in done.err
        assert path.read_text() == "[a]\nb = 1\n[a]\n"

    def test_is_said_by_a_dry_run_that_writes_nothing(self, home: Home) -> None:
        done = paste(home, EXPORTS, "--dry-run")
        assert done.code == 0
        assert done.out.startswith("prod: would write ASIA…")
        assert not home.aws.exists()


@pytest.mark.needs("tmux")
class TestAtATerminal:
    def test_what_is_pasted_is_not_shown(self, home: Home) -> None:
        path = home.path / "keys.txt"
        path.write_text(EXPORTS)
        with Pane("sh", home.environ()) as pane:
            pane.type(f"{AWSTTL} paste prod --lasts 1h")
            pane.press("Enter")
            pane.sees("it is not shown")
            pane.tmux("load-buffer", str(path))
            pane.tmux("paste-buffer", "-p")
            screen = pane.sees("wrote ASIA…")
            assert TEMPORARY.secret[:12] not in screen
            assert TEMPORARY.id not in screen
            pane.type("echo 'still here'")
            pane.press("Enter")
            pane.sees("still here\n")
        assert section(home)["aws_session_token"] == TEMPORARY.token

    def test_a_choice_is_asked_for_and_long_term_keys_are_not_replaced_without_a_yes(
        self, home: Home
    ) -> None:
        path = home.path / "keys.txt"
        path.write_text(filled(REFUSED["two-sessions"]))
        old = long_term(77)
        home.credentials(
            f"[prod]\naws_access_key_id = {old.id}\naws_secret_access_key = {old.secret}\n"
        )
        with Pane("sh", home.environ()) as pane:
            pane.type(f"{AWSTTL} paste prod")
            pane.press("Enter")
            pane.sees("it is not shown")
            pane.tmux("load-buffer", str(path))
            pane.tmux("paste-buffer", "-p")
            pane.sees("Which one?")
            pane.type("1")
            pane.press("Enter")
            pane.sees("Replace them?")
            pane.type("n")
            pane.press("Enter")
            pane.sees("nothing is written")
        assert section(home) == keys(old)
