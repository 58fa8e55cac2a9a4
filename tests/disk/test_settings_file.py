"""The settings file: followed, changed by several at once, never spoilt."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awsttl.core.settings import Edit, Settings, Sort, Warn
from awsttl.disk.own_folders import settings_file
from awsttl.disk.settings_file import SettingsFile
from support.any_names import names
from support.home import Home
from support.programs import loaded_by

BAD = 'theme = "nord"\nkeep = [\n'
WRITTEN = """\
# mine
sort = "name"  # by name

hidden = [
    "old",  # long gone
    "older",
]

[warn]
# at night
bell = false
"""


@pytest.fixture
def file(home: Home) -> SettingsFile:
    return SettingsFile(str(home.settings_file))


def keep(name: str) -> Edit:
    return lambda settings: settings._replace(keep=settings.keep | {name})


def _replaced_by(chosen: Settings) -> Edit:
    return lambda _: chosen


class TestLooking:
    def test_the_file_lies_where_the_platform_puts_settings(self, home: Home) -> None:
        assert settings_file() == str(home.settings_file)

    def test_a_missing_file_means_the_defaults_and_is_not_made(
        self, home: Home, file: SettingsFile
    ) -> None:
        assert file.look() == (Settings(), ())
        assert not home.settings_file.parent.exists()

    def test_an_unchanged_file_gives_the_very_same_value_and_is_not_opened(
        self, home: Home, file: SettingsFile
    ) -> None:
        path = home.settings('sort = "name"')
        first = file.look()
        assert first.settings.sort is Sort.NAME
        path.chmod(0o600)
        os.utime(path, ns=(1, path.stat().st_mtime_ns))
        assert file.look() is first

    def test_a_change_and_a_removal_are_seen(self, home: Home, file: SettingsFile) -> None:
        path = home.settings('theme = "nord"')
        assert file.look().settings.theme == "nord"
        home.settings('theme = "gruvbox"')
        assert file.look().settings.theme == "gruvbox"
        path.unlink()
        assert file.look() == (Settings(), ())

    def test_a_file_that_does_not_parse_is_told_by_line_and_the_last_good_settings_stay(
        self, home: Home, file: SettingsFile
    ) -> None:
        home.settings('theme = "nord"')
        good = file.look().settings
        home.settings(BAD)
        chosen = file.look()
        assert chosen.settings == good
        (problem,) = chosen.problems
        assert "settings.toml line 2 does not parse" in problem.message
        assert file.look() is chosen
        home.settings("keep = []")
        assert file.look() == (Settings(), ())

    @pytest.mark.parametrize(
        "body",
        [b"\xff = 1", b"\xef\xbb\xbfsort = 1", b"a = " + b"[" * 20_000, b"a = " + b"9" * 9_000,
         b"a = 1\na = 2", b"#" * 2_000_000],
        ids=["latin-1", "byte order mark", "deep", "long number", "twice", "huge"],
    )  # fmt: skip
    def test_whatever_is_in_the_file_it_is_a_problem_and_no_crash(
        self, home: Home, file: SettingsFile, body: bytes
    ) -> None:
        home.settings("").write_bytes(body)
        assert [problem.code for problem in file.look().problems] == ["settings-unreadable"]
        assert file.change(keep("a")) is not None
        assert home.settings_file.read_bytes() == body

    def test_a_pipe_or_a_folder_in_its_place_is_a_problem_and_no_wait(
        self, home: Home, file: SettingsFile
    ) -> None:
        home.settings_file.parent.mkdir(parents=True)
        for make in (os.mkfifo, os.mkdir):
            make(home.settings_file)
            assert file.look().problems
            assert file.change(keep("a")) is not None
            home.settings_file.rename(home.path / make.__name__)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_a_file_that_may_not_be_read_is_a_problem(self, home: Home, file: SettingsFile) -> None:
        home.settings("keep = []").chmod(0)
        assert "cannot be read" in file.look().problems[0].message


class TestChanging:
    def test_the_first_change_makes_a_private_file_in_a_private_folder(
        self, home: Home, file: SettingsFile
    ) -> None:
        assert file.change(keep("prod")) is None
        assert stat.S_IMODE(home.settings_file.stat().st_mode) == 0o600
        assert stat.S_IMODE(home.settings_file.parent.stat().st_mode) == 0o700
        assert file.look().settings == Settings(keep=frozenset({"prod"}))

    def test_comments_order_and_layout_stay(self, home: Home, file: SettingsFile) -> None:
        path = home.settings(WRITTEN)
        assert file.change(lambda s: s._replace(hidden=s.hidden - {"older"} | {"new"})) is None
        assert file.change(lambda s: s._replace(theme="nord", sort=Sort.ACCOUNT)) is None
        assert file.change(lambda s: s._replace(warn=s.warn._replace(title=False))) is None
        text = path.read_text()
        for part in ("# mine\n", "# by name", "# long gone", "# at night", 'sort = "account"'):
            assert part in text
        assert text.index("sort") < text.index("hidden") < text.index("[warn]")
        assert file.look().settings == Settings(
            theme="nord",
            sort=Sort.ACCOUNT,
            hidden=frozenset({"old", "new"}),
            warn=Warn(bell=False, title=False),
        )

    def test_a_change_of_nothing_writes_nothing(self, home: Home, file: SettingsFile) -> None:
        assert file.change(lambda settings: settings) is None
        assert not home.settings_file.exists()
        path = home.settings(WRITTEN)
        before = path.stat()
        assert file.change(lambda s: s._replace(sort=Sort.NAME)) is None
        assert path.stat().st_ino == before.st_ino

    def test_a_file_that_does_not_parse_is_never_overwritten(
        self, home: Home, file: SettingsFile
    ) -> None:
        path = home.settings(BAD)
        problem = file.change(keep("prod"))
        assert problem is not None
        assert "line 2" in problem.message
        assert path.read_text() == BAD

    def test_a_key_that_makes_no_sense_is_not_overwritten_but_others_change(
        self, home: Home, file: SettingsFile
    ) -> None:
        path = home.settings('keep = "prod"\n')
        problem = file.change(keep("dev"))
        assert problem is not None
        assert "keep should be" in problem.message
        assert path.read_text() == 'keep = "prod"\n'
        assert file.change(lambda s: s._replace(theme="nord")) is None
        assert path.read_text() == 'keep = "prod"\ntheme = "nord"\n'

    def test_a_link_stays_a_link(self, home: Home, file: SettingsFile, tmp_path: Path) -> None:
        target = tmp_path / "dotfiles.toml"
        target.write_text("# here\n")
        home.settings("").unlink()
        home.settings_file.symlink_to(target)
        assert file.change(keep("prod")) is None
        assert home.settings_file.is_symlink()
        assert target.read_text() == '# here\nkeep = ["prod"]\n'

    @pytest.mark.parametrize("before", [None, "# old\n"])
    def test_what_an_editor_saves_meanwhile_is_not_lost(
        self, home: Home, file: SettingsFile, before: str | None
    ) -> None:
        if before is not None:
            home.settings(before)
        seen: list[Settings] = []

        def edit(settings: Settings) -> Settings:
            seen.append(settings)
            if len(seen) == 1:
                home.settings('theme = "nord"  # by hand\n')
            return settings._replace(keep=settings.keep | {"prod"})

        assert file.change(edit) is None
        assert home.settings_file.read_text() == 'theme = "nord"  # by hand\nkeep = ["prod"]\n'
        assert [settings.theme for settings in seen] == ["", "nord"]

    def test_a_file_that_never_keeps_still_is_left_to_its_writer(
        self, home: Home, file: SettingsFile
    ) -> None:
        saved = 0

        def edit(settings: Settings) -> Settings:
            nonlocal saved
            saved += 1
            home.settings(f"# {'x' * saved}\n")
            return settings._replace(theme="nord")

        problem = file.change(edit)
        assert problem is not None
        assert problem.code == "settings-not-written"
        assert saved < 10
        assert home.settings_file.read_text() == f"# {'x' * saved}\n"

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_a_folder_that_may_not_be_written_is_told(self, home: Home, file: SettingsFile) -> None:
        folder = home.settings("# here\n").parent
        folder.chmod(0o500)
        problem = file.change(keep("prod"))
        folder.chmod(0o700)
        assert problem is not None
        assert problem.code == "settings-not-written"
        assert home.settings_file.read_text() == "# here\n"

    @pytest.mark.parametrize(
        "text",
        ["", "# no line end", 'theme = "x"', "[warn]", "a.b = 1", "\n\n",
         "theme = 'x'\r\n# crlf\r\n", "[[x]]\ny = 1", "warn = {}"],
    )  # fmt: skip
    def test_every_key_can_be_put_into_any_file(
        self, home: Home, file: SettingsFile, text: str
    ) -> None:
        path = home.settings("")
        path.write_bytes(text.encode())
        wanted = Settings(
            60.5, "nord", "fish", Sort.NAME, frozenset("ab"), frozenset("c"), {"d": "e"},
            Warn(toast=False), columns=("role", "until"),
        )  # fmt: skip
        assert file.change(lambda settings: wanted) is None
        assert file.look().settings == wanted
        for line in text.splitlines():
            assert line.split(" =")[0].split(".")[0] in path.read_text()
        assert file.change(lambda settings: Settings()) is None
        assert file.look().settings == Settings()

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(names, max_size=4), st.lists(names, max_size=4), st.lists(names, max_size=4))
    def test_any_names_go_in_and_out(
        self, home: Home, first: list[str], second: list[str], third: list[str]
    ) -> None:
        home.settings("# mine\n")
        file = SettingsFile(str(home.settings_file))
        for wanted in (first, second, third):
            chosen = Settings(
                hidden=frozenset(wanted), allowed_processes=dict.fromkeys(wanted, "x")
            )
            assert file.change(_replaced_by(chosen)) is None
            assert file.look().settings == chosen
        assert home.settings_file.read_text().startswith("# mine\n")


CHANGER = """
import sys
from awsttl.disk.own_folders import settings_file
from awsttl.disk.settings_file import SettingsFile
file = SettingsFile(settings_file())
print("ready", flush=True)
sys.stdin.readline()
for number in range(10):
    name = f"{sys.argv[1]}{number}"
    problem = file.change(lambda settings: settings._replace(keep=settings.keep | {name}))
    assert problem is None, problem
"""


def test_two_processes_that_change_the_file_at_once_lose_nothing(home: Home) -> None:
    home.settings("# mine\n")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CHANGER, letter],
            env=home.environ(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for letter in "ab"
    ]
    # Whoever reads meanwhile never finds half a file.
    torn: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            text = home.settings_file.read_text()
            try:
                tomllib.loads(text)
            except ValueError:
                torn.append(text)

    reader = threading.Thread(target=read)
    reader.start()
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
    done.set()
    reader.join()
    assert [process.returncode for process in processes] == [0, 0]
    assert torn == []
    kept = SettingsFile(str(home.settings_file)).look().settings.keep
    assert kept == {f"{letter}{number}" for letter in "ab" for number in range(10)}
    assert home.settings_file.read_text().startswith("# mine\n")
    assert [path.name for path in home.settings_file.parent.iterdir()] == ["settings.toml"]


def test_a_look_loads_no_tomlkit_and_no_locks(home: Home) -> None:
    home.settings("keep = []")
    program = (
        "from awsttl.disk.own_folders import settings_file;"
        "from awsttl.disk.settings_file import SettingsFile; SettingsFile(settings_file()).look()"
    )
    loaded = loaded_by(program, home.environ())
    assert "tomllib" in loaded
    assert loaded.isdisjoint({"tomlkit", "awsttl.disk.locks", "awsttl.core.snippets"})
