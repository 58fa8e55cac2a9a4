"""``awsttl new``, ``edit``, ``remove`` and ``doctor --fix``: shown first, written on a yes."""

from __future__ import annotations

import pytest

from support.awscli import BOTH_CLIS, Version, aws_cli
from support.commands import awsttl
from support.home import Home

CONFIG = "# ours\n[profile base]\nregion = eu-west-1\n"
CREDENTIALS = "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = canary-secret\n"
ARN = "arn:aws:iam::111122223333:role/Dev"


@pytest.fixture
def files(home: Home) -> Home:
    home.config(CONFIG)
    home.credentials(CREDENTIALS)
    return home


def _texts(home: Home) -> tuple[str, str]:
    return home.config_file.read_text(), home.credentials_file.read_text()


NEW = ("new", "role", "dev", f"role_arn={ARN}", "source_profile=base")
MADE = f"\n[profile dev]\nrole_arn = {ARN}\nsource_profile = base\n"


class TestAnEdit:
    @pytest.mark.parametrize(
        "arguments", [NEW, ("edit", "base", "region=us-east-1"), ("remove", "base")]
    )
    def test_is_only_shown_where_nobody_can_say_yes(
        self, files: Home, arguments: tuple[str, ...]
    ) -> None:
        shown = awsttl(files, *arguments)
        assert shown.code == 3
        assert shown.err.endswith("nothing was written: say --yes to write it\n")
        dry = awsttl(files, *arguments, "--dry-run")
        assert (dry.code, dry.out) == (0, shown.out)
        assert shown.out.startswith("~/.aws/config\n")
        assert _texts(files) == (CONFIG, CREDENTIALS)
        assert "canary" not in shown.out + shown.err

    def test_is_written_on_a_yes_and_undone(self, files: Home) -> None:
        done = awsttl(files, *NEW, "--yes")
        assert (done.code, done.err) == (0, "dev is made; awsttl edit --undo undoes it\n")
        assert _texts(files) == (CONFIG + MADE, CREDENTIALS)
        undone = awsttl(files, "edit", "--undo")
        assert (undone.code, undone.err) == (0, "the edit of dev is undone\n")
        assert _texts(files) == (CONFIG, CREDENTIALS)
        assert awsttl(files, "edit", "--undo").code == 1

    def test_that_was_edited_over_is_undone_on_a_yes_only(self, files: Home) -> None:
        awsttl(files, *NEW, "--yes")
        with files.config_file.open("a") as file:
            file.write("# theirs\n")
        looked = awsttl(files, "edit", "--undo")
        assert looked.code == 3
        assert "- # theirs" in looked.out
        assert "# theirs" in files.config_file.read_text()
        assert awsttl(files, "edit", "--undo", "--yes").code == 0
        assert _texts(files) == (CONFIG, CREDENTIALS)

    def test_that_changes_nothing_says_so(self, files: Home) -> None:
        done = awsttl(files, "edit", "base", "region=eu-west-1")
        assert (done.code, done.out, done.err) == (0, "", "nothing is different\n")

    @pytest.mark.parametrize(
        ("arguments", "why"),
        [
            (("edit", "base", "region=eu-west-1a"), "is a zone"),
            (("edit", "nobody", "region=x"), 'there is no profile "nobody"'),
            (("edit", "region=x"), "name the profile first"),
            (("edit", "base"), "say what is to change"),
            (("edit", "base", "region"), "write KEY=VALUE"),
            (("edit", "base", "aws_secret_access_key=x"), "does not belong on a command line"),
            (("new", "role", "base", f"role_arn={ARN}"), 'there is a profile "base" already'),
            (("new", "role", "x", f"role_arn={ARN}", "x=y"), "x is no setting of this form"),
            (("new", "keys", "x", "aws_session_token=x"), "does not belong on a command line"),
            (("remove", "nobody"), 'there is no profile "nobody"'),
            (("doctor", "--fix", "--json"), "either --json or --fix"),
        ],
    )
    def test_that_makes_no_sense_says_why_in_one_line(
        self, files: Home, arguments: tuple[str, ...], why: str
    ) -> None:
        done = awsttl(files, *arguments)
        assert done.code == 2
        assert why in done.err
        assert done.err.count("\n") == 1
        assert _texts(files) == (CONFIG, CREDENTIALS)

    def test_of_what_is_needed_and_not_said_asks_a_person(self, files: Home) -> None:
        done = awsttl(files, "new", "keys", "me", "aws_access_key_id=AKIAME")
        assert (done.code, done.err) == (3, "awsttl new: aws_secret_access_key is needed\n")

    def test_of_a_file_that_does_not_parse_names_the_line(self, files: Home) -> None:
        files.config(CONFIG + "what\n")
        done = awsttl(files, "edit", "base", "region=us-east-1", "--yes")
        assert (done.code, done.out) == (1, "")
        assert "line 4: a line without = or :" in done.err


def test_remove_says_who_depends_on_it_and_takes_the_cache_entry_with_it(files: Home) -> None:
    awsttl(files, *NEW, "--yes")
    files.cli_cache({"role_arn": ARN}, expires_at=4e9)
    shown = awsttl(files, "remove", "base", "--dry-run")
    assert "! dev comes from it, and will not work any more\n" in shown.err
    done = awsttl(files, "remove", "dev", "--yes")
    assert done.code == 0
    assert not list(files.cli_folder.iterdir())
    awsttl(files, "edit", "--undo")
    assert len(list(files.cli_folder.iterdir())) == 1


def test_doctor_mends_what_an_edit_mends(files: Home) -> None:
    files.config("[profile base]\nregion = eu-west-1 # Ireland\n[dev]\nregion = eu-west-1\n")
    said = awsttl(files, "doctor", "--offline")
    assert "or run: awsttl doctor --fix base" in said.out
    assert "write [profile dev], or run: awsttl doctor --fix\n" in said.out
    assert awsttl(files, "doctor", "--offline", "--fix").code == 3
    assert awsttl(files, "doctor", "--offline", "--fix", "--yes").code == 0
    text = "[profile base]\nregion = eu-west-1\n[profile dev]\nregion = eu-west-1\n"
    assert files.config_file.read_text() == text
    again = awsttl(files, "doctor", "--offline", "--fix")
    assert (again.code, again.err) == (0, "there is nothing here that an edit mends\n")


@pytest.mark.heavy
@BOTH_CLIS
def test_the_real_aws_cli_reads_what_was_edited(files: Home, version: Version) -> None:
    awsttl(files, "new", "process", "two words", "credential_process=/bin/true", "-y")
    awsttl(files, "edit", "two words", "region=eu-north-1", "s3.addressing_style=path", "-y")
    awsttl(files, "edit", "base", "region=us-west-2", "-y")
    for profile, key, value in (
        ("two words", "region", "eu-north-1"),
        ("two words", "credential_process", "/bin/true"),
        ("two words", "s3.addressing_style", "path"),
        ("base", "region", "us-west-2"),
        ("base", "aws_access_key_id", "AKIABASE"),
    ):
        done = aws_cli(version, "configure", "get", key, "--profile", profile, home=files)
        assert done.stdout == f"{value}\n", (profile, key, done.stderr)
    awsttl(files, "edit", "two words", "region=", "s3.addressing_style=", "-y")
    for key in ("region", "s3.addressing_style"):
        done = aws_cli(version, "configure", "get", key, "--profile", "two words", home=files)
        assert (done.exit_code, done.stdout) == (1, "")
