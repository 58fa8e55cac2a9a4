"""Edits of config and credentials: looked at, written, and undone by any awsttl."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from awsttl.core.ini import names
from awsttl.core.ini.document import parse
from awsttl.core.ini.plans import RemoveSections, Reword, SetKeys, Step, Which
from awsttl.core.secret import Secret
from awsttl.disk import rewriting
from awsttl.disk.locations import Locations
from awsttl.disk.log_file import LogFile
from awsttl.disk.own_folders import state_folder
from awsttl.engine.editing import Edited, Editing, RefusedError
from awsttl.engine.look import OneLook
from awsttl.engine.recording import Recorder
from support.home import Home
from support.ini_texts import BODIES, CLEAN

CONFIG = """\
# the team's
[profile "prod"]
region = eu-west-1   # Ireland
s3 =
  addressing_style = path

[default]
output = json
"""
CREDENTIALS = "[prod]\naws_access_key_id = AKIAPROD\naws_secret_access_key = prod-secret\n"
SESSION = {
    "aws_access_key_id": Secret("ASIACANARY00NEW1"),
    "aws_secret_access_key": Secret("canary-secret"),
    "aws_session_token": Secret("canary-token"),
}


@pytest.fixture
def files(home: Home) -> Home:
    home.config(CONFIG)
    home.credentials(CREDENTIALS)
    return home


def editing() -> Editing:
    """Another awsttl, which knows nothing but the files."""
    locations = Locations.of(os.environ)
    return Editing(OneLook(locations, os.environ), locations, Recorder(), time.time)


def set_keys(
    made: Editing, which: Which, name: str, values: Mapping[str, Secret | str], said: str = ""
) -> Edited:
    """Set keys of one profile, as a plan of one step."""
    plain = {key: v.reveal() if isinstance(v, Secret) else v for key, v in values.items()}
    return made.write((SetKeys(which, name, plain),), name, said)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_come_into_a_new_section_and_the_answer_shows_no_secret(files: Home) -> None:
    edited = set_keys(editing(), Which.CREDENTIALS, "pasted", SESSION)
    added = "".join(f"{key} = {value.reveal()}\n" for key, value in SESSION.items())
    assert files.credentials_file.read_text() == f"{CREDENTIALS}\n[pasted]\n{added}"
    (difference,) = edited.differences
    assert difference.file == "~/.aws/credentials"
    assert [str(line) for line in difference.lines] == [
        "  aws_secret_access_key = •••",
        "+ ",
        "+ [pasted]",
        "+ aws_access_key_id = …NEW1",
        "+ aws_secret_access_key = •••",
        "+ aws_session_token = •••",
    ]
    assert "canary" not in repr(edited)


def test_a_config_section_is_found_however_its_header_is_written(files: Home) -> None:
    set_keys(editing(), Which.CONFIG, "prod", {"region": "us-east-1", "output": "yaml"})
    set_keys(editing(), Which.CONFIG, "two words", {"region": "us-east-1"})
    assert files.config_file.read_text() == CONFIG.replace(
        "region = eu-west-1   # Ireland", "region = us-east-1"
    ).replace("path\n", "path\noutput = yaml\n") + ('\n[profile "two words"]\nregion = us-east-1\n')


def test_a_plan_is_shown_first_and_nothing_is_written(files: Home) -> None:
    plan = (SetKeys(Which.CONFIG, "prod", {"s3": {"addressing_style": None}, "region": None}),)
    (difference,) = editing().preview(plan)
    assert [str(line) for line in difference.lines] == [
        '  [profile "prod"]',
        "- region = eu-west-1   # Ireland",
        "- s3 =",
        "-   addressing_style = path",
        "  ",
    ]
    assert files.config_file.read_text() == CONFIG


class TestUndoing:
    def test_gives_the_bytes_back_also_by_another_awsttl(self, files: Home) -> None:
        before = files.config_file.read_bytes(), files.credentials_file.read_bytes()
        plan = (RemoveSections(Which.CONFIG, "prod"), RemoveSections(Which.CREDENTIALS, "prod"))
        edited = editing().write(plan, "prod")
        assert [difference.file for difference in edited.differences] == [
            "~/.aws/config",
            "~/.aws/credentials",
        ]
        assert files.config_file.read_text() == "# the team's\n\n[default]\noutput = json\n"
        undone = editing().undo()
        assert undone is not None
        assert undone.is_done
        assert (files.config_file.read_bytes(), files.credentials_file.read_bytes()) == before
        assert editing().undo() is None

    def test_gives_an_empty_file_back(self, home: Home) -> None:
        home.credentials("")
        set_keys(editing(), Which.CREDENTIALS, "it", SESSION)
        editing().undo()
        assert home.credentials_file.read_bytes() == b""

    def test_takes_a_file_away_that_was_not_there(self, home: Home) -> None:
        set_keys(editing(), Which.CREDENTIALS, "it", SESSION)
        assert _mode(home.credentials_file) == 0o600
        editing().undo()
        assert not home.credentials_file.exists()

    def test_of_a_file_that_has_changed_since_shows_first_what_would_be_lost(
        self, files: Home
    ) -> None:
        set_keys(editing(), Which.CONFIG, "prod", {"region": "us-east-1"})
        with files.config_file.open("a") as file:
            file.write("# theirs\n")
        theirs = files.config_file.read_bytes()
        looked = editing().undo()
        assert looked is not None
        assert not looked.is_done
        shown = [str(line) for difference in looked.differences for line in difference.lines]
        assert "- # theirs" in shown
        assert files.config_file.read_bytes() == theirs
        undone = editing().undo(although_changed=True)
        assert undone is not None
        assert undone.is_done
        assert files.config_file.read_text() == CONFIG
        # What was lost comes back by another undo.
        editing().undo()
        assert files.config_file.read_bytes() == theirs

    def test_keeps_the_last_state_for_nobody_else_to_read(self, files: Home) -> None:
        set_keys(editing(), Which.CREDENTIALS, "prod", SESSION)
        (kept,) = Path(state_folder()).glob("edited.json")
        assert _mode(kept) == 0o600
        assert "prod-secret" in kept.read_text()
        editing().undo()
        assert not kept.exists()

    def test_is_told_in_the_log_without_secrets(self, files: Home) -> None:
        locations, recorder = Locations.of(os.environ), Recorder()
        made = Editing(OneLook(locations, os.environ), locations, recorder, time.time)
        set_keys(made, Which.CREDENTIALS, "prod", SESSION, said="keys pasted")
        made.undo()
        recorder.close()
        told = LogFile().read().events
        assert [(str(event.what), event.name, event.text) for event in told] == [
            ("edited", "prod", "keys pasted"),
            ("restored", "prod", "edit undone"),
        ]


class TestRefused:
    def test_is_a_file_that_does_not_parse_with_its_line(self, files: Home) -> None:
        files.config(CONFIG + "what is this\n")
        with pytest.raises(RefusedError, match="line 9: a line without = or :"):
            set_keys(editing(), Which.CONFIG, "prod", {"region": "us-east-1"})
        assert files.config_file.read_text() == CONFIG + "what is this\n"

    def test_is_the_whole_plan_where_one_of_its_files_is(self, files: Home) -> None:
        files.credentials("[a]\n[a]\n")
        plan = (RemoveSections(Which.CONFIG, "prod"), RemoveSections(Which.CREDENTIALS, "prod"))
        with pytest.raises(RefusedError, match='section "a" comes twice'):
            editing().write(plan, "prod")
        assert files.config_file.read_text() == CONFIG
        assert editing().last is None

    @pytest.mark.parametrize(
        "step",
        [
            SetKeys(Which.CONFIG, "DEFAULT]", {"region": "x\n[y]"}),
            SetKeys(Which.CONFIG, "prod", {"s3.x": {"a": "1\n2"}}),
            SetKeys(Which.CONFIG, "prod", {"region": {"a": "1"}}),
            Reword(Which.CONFIG, "no such header", "x"),
            Reword(Which.CONFIG, "default", "prod"),
        ],
    )
    def test_is_what_would_not_be_read_as_it_was_meant(
        self, files: Home, step: SetKeys | Reword
    ) -> None:
        with pytest.raises(RefusedError):
            editing().write((step,), "x")
        assert files.config_file.read_text() == CONFIG


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o640, 0o400])
def test_the_mode_stays(files: Home, mode: int) -> None:
    files.config_file.chmod(mode)
    set_keys(editing(), Which.CONFIG, "prod", {"region": "us-east-1"})
    assert _mode(files.config_file) == mode


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "change",
    [
        lambda made: set_keys(made, Which.CONFIG, "new", {"region": "x", "s3": "y"}),
        lambda made: made.write((RemoveSections(Which.CONFIG, "default"),), "default"),
        lambda made: made.write((Reword(Which.CONFIG, "default", "it"),), "it"),
    ],
)
def test_the_line_ends_stay(files: Home, end: str, change: Callable[[Editing], object]) -> None:
    before = CONFIG.replace("\n", end).encode()
    files.config_file.write_bytes(before)
    change(editing())
    after = files.config_file.read_bytes()
    assert after != before
    assert after.replace(end.encode(), b"").count(b"\n") == 0
    assert after.replace(end.encode(), b"").count(b"\r") == 0
    editing().undo()
    assert files.config_file.read_bytes() == before


TEXTS = st.one_of(CLEAN, BODIES).filter(
    lambda body: (
        bool(parse(body.decode()).settings()) and not parse(body.decode() + "\n[x]\n").faults
    )
)


@settings(max_examples=25)
@given(body=TEXTS, data=st.data())
def test_an_undo_gives_any_bytes_back(body: bytes, data: st.DataObject) -> None:
    path = Path.home() / ".aws" / "config"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(body)
    headers = sorted(parse(body.decode()).settings())
    header = data.draw(st.sampled_from(headers))
    meant = names.meaning(header)
    steps: list[Step] = [SetKeys(Which.CONFIG, "new", {"region": "x", "s3": {"a": "b"}})]
    if meant is not None:
        kind, name = meant
        keys = {"region": "new", "output": "new"}
        either: list[Step] = [SetKeys(Which.CONFIG, name, keys, kind)]
        either.append(RemoveSections(Which.CONFIG, name, kind))
        steps.append(data.draw(st.sampled_from(either)))
    # Nobody else writes here, so nobody is waited for.
    with patch.object(rewriting, "_SETTLING", 0.0):
        edited = editing().write(tuple(steps), "it")
        assert path.read_bytes() != body
        assert edited.can_be_undone
        undone = editing().undo()
    assert undone is not None
    assert undone.is_done
    assert path.read_bytes() == body
