"""A ``credential_process`` is run on a leash, and what it gives is held in memory only."""

from __future__ import annotations

import json
import logging
import os
import shlex
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from awsttl.aws import credential_process
from awsttl.aws.credential_process import KEPT_ERRORS, Child, ProcessError, Processes
from awsttl.aws.file_cache import Cancelled
from awsttl.aws.renewal import Failed, Renewed, renew
from awsttl.core.files import Held
from awsttl.core.profiles.cache_names import process_fingerprint
from support.cloud import Cloud
from support.home import Home, role_file
from support.looking import status
from support.odd import config_text
from support.renewing import credentials_in, nobody, problem_of, role, try_to_renew
from support.wire import iso

HOUR = 3600
SECRET = "never/to+be/seen+0123456789="
TOKEN = "a-session-token-that-is-nobodys-business"


def answer(**changes: object) -> dict[str, object]:
    """What a process prints; ``None`` leaves a field out."""
    fields: dict[str, object] = {
        "Version": 1,
        "AccessKeyId": "ASIAPROCESS",
        "SecretAccessKey": SECRET,
        "SessionToken": TOKEN,
        "Expiration": iso(time.time() + HOUR),
    }
    return {key: value for key, value in (fields | changes).items() if value is not None}


Write = Callable[..., str]


@pytest.fixture
def script(home: Home) -> Write:
    """Writes a program in Python or shell; gives the command that runs it."""

    def write(body: str, shell: bool = False) -> str:
        path = home.path / "a helper"
        path.write_text(f"#!{'/bin/sh' if shell else sys.executable}\n{body}\n")
        path.chmod(0o700)
        return shlex.quote(str(path))

    return write


@pytest.fixture
def giving(script: Write) -> Callable[..., str]:
    """A program that prints such an answer."""
    return lambda **changes: script(f"print({json.dumps(json.dumps(answer(**changes)))})")


def vault(home: Home, command: str, **more: str) -> None:
    home.config(config_text({"vault": {"credential_process": command, **more}}))


def held(home: Home, profile: str = "vault") -> Held:
    outcome = try_to_renew(home, profile)
    assert isinstance(outcome, Renewed), outcome
    (found,) = outcome.held
    return found


def child(command: str, seconds: float = 30, cancelled: threading.Event | None = None) -> Child:
    return Child(shlex.split(command), cancelled or threading.Event(), seconds)


def is_alive(pid: int) -> bool:
    """Whether that process is there, and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)


class TestWhatItGives:
    def test_is_held_with_its_end_and_its_account(self, home: Home, giving: Any) -> None:
        ends = time.time() + HOUR
        vault(home, giving(Expiration=iso(ends), AccountId="111122223333"))
        found = held(home)
        assert found.profile == "vault"
        assert found.access_key_id == "ASIAPROCESS"
        assert found.secret_access_key.reveal() == SECRET
        assert found.session_token is not None
        assert found.session_token.reveal() == TOKEN
        assert (found.expires_at, found.account_id) == (int(ends), "111122223333")
        assert found.process == status(home, "vault").profile.process

    def test_the_account_may_come_from_the_profile(self, home: Home, giving: Any) -> None:
        vault(home, giving(), aws_account_id="444455556666")
        assert held(home).account_id == "444455556666"

    def test_touches_no_file(self, home: Home, giving: Any) -> None:
        vault(home, giving())
        before = sorted(home.aws.rglob("*"))
        held(home)
        assert sorted(home.aws.rglob("*")) == before

    def test_may_have_no_end(self, home: Home, giving: Any) -> None:
        vault(home, giving(Expiration=None))
        assert (held(home).expires_at, held(home).lasts) == (None, False)
        vault(home, giving(Expiration=None, SessionToken=None))
        assert held(home).lasts

    def test_with_minutes_to_live_is_not_asked_for_twice(self, home: Home, script: Write) -> None:
        """Botocore refreshes at once what has less than 15 minutes left."""
        text = json.dumps(json.dumps(answer(Expiration=iso(time.time() + 300))))
        count = home.path / "runs"
        vault(home, script(f"open({str(count)!r}, 'a').write('x')\nprint({text})"))
        held(home)
        assert count.read_text() == "x"

    def test_arguments_are_split_as_a_shell_splits_them(self, home: Home, script: Write) -> None:
        body = "import json, sys\nprint(json.dumps({'Version': 1, 'AccessKeyId': '|'.join("
        body += "sys.argv[1:]), 'SecretAccessKey': 's'}))"
        vault(home, script(body) + " --role \"two words\" '$HOME' # no comment")
        assert held(home).access_key_id == "--role|two words|$HOME|#|no|comment"

    def test_a_role_behind_it_is_assumed_with_it_in_the_same_go(
        self, home: Home, cloud: Cloud, giving: Any
    ) -> None:
        session = cloud.sts.issue("arn:aws:iam::111122223333:user/me", HOUR)
        command = giving(
            AccessKeyId=session.access_key,
            SecretAccessKey=session.secret_key,
            SessionToken=session.token,
        )
        behind = role("vault")
        home.config(config_text({"vault": {"credential_process": command}, "dev": behind}))
        outcome = try_to_renew(home, "dev")
        assert isinstance(outcome, Renewed), outcome
        (path,) = map(Path, outcome.paths)
        assert path.name == role_file(behind)
        assert credentials_in(path)["AccessKeyId"] in cloud.sts.issued
        assert [call.access_key for call in cloud.calls] == [session.access_key]
        assert [each.profile for each in outcome.held] == ["vault"]


class TestWhatIsNoAnswer:
    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"Version": 2}, "answers without Version 1"),
            ({"Version": None}, "answers without Version 1"),
            ({"SecretAccessKey": None}, "answers without Version 1"),
            ({"AccessKeyId": ""}, "something else than keys"),
            ({"SecretAccessKey": 5}, "something else than keys"),
            ({"Expiration": "soon"}, "an Expiration that is no time"),
            ({"Expiration": 1795003200}, "an Expiration that is no time"),
            ({"Expiration": "2099-01-01T00:00:00"}, "an Expiration without an offset"),
            ({"Expiration": "2001-01-01T00:00:00Z"}, "a session that has expired"),
        ],
    )
    def test_says_what_is_wrong_with_it(
        self, home: Home, giving: Any, changes: dict[str, object], message: str
    ) -> None:
        vault(home, giving(**changes))
        problem = problem_of(home, "vault")
        assert problem.code == "process-failed"
        assert message in problem.message

    @pytest.mark.parametrize("printed", ["", "garbage", "[1]", "null", "{", "\\377\\376"])
    def test_garbage_is_not_repeated(self, home: Home, script: Write, printed: str) -> None:
        vault(home, script(f"printf '{printed}'", shell=True))
        problem = problem_of(home, "vault")
        assert "answers without Version 1" in problem.message
        assert "garbage" not in repr(problem)

    def test_a_program_that_is_not_there(self, home: Home) -> None:
        vault(home, "/no/such/helper --role x")
        problem = problem_of(home, "vault")
        assert problem.message == "credential_process cannot be run: No such file or directory"
        assert str(problem.fix) == "try by hand: aws sts get-caller-identity --profile vault"

    def test_quotes_that_do_not_close(self, home: Home) -> None:
        vault(home, "helper 'x")
        assert "cannot be taken apart" in problem_of(home, "vault").message


class TestFailing:
    def test_its_last_words_are_the_message_and_all_of_them_are_kept(
        self, home: Home, script: Write
    ) -> None:
        body = "echo 'looking for the vault' >&2; echo 'vault is sealed' >&2; echo >&2; exit 3"
        vault(home, script(body, shell=True))
        problem = problem_of(home, "vault")
        assert problem.message == "credential_process failed: vault is sealed"
        assert problem.more == "looking for the vault\nvault is sealed"

    def test_without_a_word_its_exit_code_is_told(self, home: Home, script: Write) -> None:
        vault(home, script("exit 3", shell=True))
        assert problem_of(home, "vault").message == "credential_process failed with exit code 3"
        vault(home, script("kill -9 $$", shell=True))
        assert problem_of(home, "vault").message == "credential_process failed with signal 9"

    def test_its_words_steer_no_terminal_and_are_bounded(self, home: Home, script: Write) -> None:
        body = "import sys\nfor n in range(9999): print('line', n, file=sys.stderr)\n"
        body += "sys.stderr.buffer.write(b'\\x1b[31mred\\x1b[0m\\x1b]0;title\\x07 \\x07\\x9b "
        body += "50%\\r 100%\\r\\n')\nsys.exit(1)"
        vault(home, script(body))
        problem = problem_of(home, "vault")
        assert problem.message == "credential_process failed: 100%"
        assert problem.more.isascii()
        assert all(line.isprintable() for line in problem.more.splitlines())
        assert len(problem.more.splitlines()) == credential_process.KEPT_LINES

    def test_no_answer_shows_through_its_words(
        self, home: Home, script: Write, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A helper in shell that traces itself repeats what it prints."""
        text = json.dumps(answer())
        caplog.set_level(logging.DEBUG)
        vault(home, script(f"set -x\nprintf '%s' '{text}'\nexit 4", shell=True))
        problem = problem_of(home, "vault")
        assert "printf" in problem.more
        vault(home, script(f"echo 'SecretAccessKey: {SECRET}' >&2; exit 4", shell=True))
        for secret in (SECRET, TOKEN):
            assert secret not in repr(problem)
            assert secret not in repr(problem_of(home, "vault"))
            assert secret not in caplog.text

    @pytest.mark.parametrize(
        "write",
        [
            "text.encode('utf-16')",
            "text.encode('utf-16-le')",
            "text.replace('r', 'r\x01').encode()",
            "text.replace('e', 'e\u200b').encode()",
            "text.replace('o', 'o\\n').encode()",
            "text.replace('/', '\\\\/').encode()",
        ],
    )
    @pytest.mark.parametrize("known", ["answer", "environment", "file", "command"])
    def test_no_secret_that_is_known_shows_however_it_is_written(
        self,
        home: Home,
        script: Write,
        monkeypatch: pytest.MonkeyPatch,
        write: str,
        known: str,
    ) -> None:
        mine = "wholly/mine-for-ever"
        printed = {"SecretAccessKey": mine} if known == "answer" else {}
        body = f"import sys\nprint({json.dumps(printed)!r})\ntext = 'it is {mine} !'\n"
        command = script(body + f"sys.stderr.buffer.write({write})\nsys.exit(4)")
        if known == "environment":
            monkeypatch.setenv("VAULT_TOKEN", mine)
        if known == "file":
            home.credentials(f"[base]\naws_access_key_id = A\naws_secret_access_key = {mine}\n")
        vault(home, f"{command} --password {mine}" if known == "command" else command)
        problem = problem_of(home, "vault")
        assert "it is" in problem.more
        assert "mine" not in "".join(f"{problem.message}{problem.more}".split())

    def test_no_half_of_a_secret_is_left_where_the_beginning_is_cut_off(
        self, home: Home, script: Write
    ) -> None:
        """Of a key whose name is cut off nothing tells that it is one."""
        long = "0123456789abcdef" * 200
        lines = "\n".join("x" * (KEPT_ERRORS // 30) for _ in range(28))
        text = f'"SessionToken": "{long}"\n{lines}\nthe end'
        body = f"import sys\nsys.stderr.write({text!r})\nsys.exit(4)"
        vault(home, script(body))
        problem = problem_of(home, "vault")
        assert "the end" in problem.more
        assert "89abcdef" not in problem.more

    def test_of_one_line_without_end_nothing_is_shown(self, home: Home, script: Write) -> None:
        body = f"import sys\nsys.stderr.write({SECRET!r} * 1000)\nsys.exit(4)"
        vault(home, script(body))
        problem = problem_of(home, "vault")
        assert problem.message == "credential_process failed with exit code 4"
        assert "never" not in repr(problem)

    def test_a_good_answer_is_in_no_repr(self, home: Home, giving: Any) -> None:
        vault(home, giving())
        outcome = repr(try_to_renew(home, "vault"))
        assert SECRET not in outcome
        assert TOKEN not in outcome


class TestLeash:
    def test_it_has_no_terminal_and_no_input(self, home: Home, script: Write) -> None:
        body = "cat; cat /dev/tty >&2 || echo 'no terminal' >&2; exit 1"
        vault(home, script(body, shell=True))
        assert problem_of(home, "vault").message == "credential_process failed: no terminal"

    def test_it_leads_a_session_of_its_own(self, home: Home, script: Write) -> None:
        """Which has no terminal, whether or not these tests run on one."""
        vault(home, script("import os, sys; sys.exit(str(os.getsid(0) == os.getpid()))"))
        assert problem_of(home, "vault").message == "credential_process failed: True"

    def test_one_that_takes_too_long_is_ended_with_all_its_children(
        self, home: Home, script: Write
    ) -> None:
        pids = home.path / "pids"
        run = child(
            script(f"echo touch the key >&2; sleep 600 &\necho $! $$ > {pids}\nwait", shell=True),
            seconds=1,
        )
        with pytest.raises(ProcessError) as caught:
            run.communicate()
        said = caught.value.problem.message
        assert said == "credential_process took longer than 1 s: touch the key"
        wait_until(lambda: not any(is_alive(int(pid)) for pid in pids.read_text().split()))

    def test_its_last_words_are_repeated_as_they_are(self, home: Home, script: Write) -> None:
        words = r'{"error": "say \"yes\"", "path": "C:\\x", "who": "Zoë"}'
        run = child(
            script(
                f"import sys, time\nprint({words!r}, file=sys.stderr, flush=True)\ntime.sleep(600)"
            ),
            seconds=1,
        )
        with pytest.raises(ProcessError) as caught:
            run.communicate()
        problem = caught.value.problem
        assert problem.message == f"credential_process took longer than 1 s: {words}"
        assert problem.more == words

    def test_the_limit_is_a_minute(self) -> None:
        assert Processes(threading.Event())._seconds == credential_process.TIMEOUT == 60

    @pytest.mark.heavy
    def test_one_that_does_not_mind_being_ended_is_killed(self, home: Home, script: Write) -> None:
        pids = home.path / "pids"
        body = f"trap '' TERM\necho $$ > {pids}\nwhile :; do sleep 1; done"
        run = child(script(body, shell=True), seconds=1)
        with pytest.raises(ProcessError):
            run.communicate()
        assert not is_alive(int(pids.read_text()))

    def test_escape_ends_it(self, home: Home, script: Write) -> None:
        pids = home.path / "pids"
        vault(home, script(f"echo $$ > {pids}\nsleep 600", shell=True))
        cancelled = threading.Event()
        ends: list[object] = []

        def work() -> None:
            try:
                ends.append(try_to_renew(home, "vault", cancelled=cancelled))
            except Cancelled as end:
                ends.append(end)

        thread = threading.Thread(target=work)
        thread.start()
        wait_until(lambda: pids.exists() and pids.read_text().endswith("\n"))
        cancelled.set()
        thread.join(timeout=20)
        assert isinstance(ends[0], Cancelled)
        assert not is_alive(int(pids.read_text()))

    def test_a_child_that_keeps_the_pipes_open_holds_nobody_up(
        self, home: Home, script: Write
    ) -> None:
        """Such as an agent that the helper leaves behind, which lives on."""
        pids = home.path / "pids"
        body = f"sleep 600 &\necho $! > {pids}\necho '{json.dumps(answer())}'"
        vault(home, script(body, shell=True))
        assert held(home).access_key_id == "ASIAPROCESS"
        agent = int(pids.read_text())
        assert is_alive(agent)
        os.kill(agent, signal.SIGKILL)

    def test_endless_output_is_given_up(self, home: Home, script: Write) -> None:
        vault(home, script("yes", shell=True))
        assert problem_of(home, "vault").message == "credential_process answers without end"

    def test_endless_words_are_no_harm(self, home: Home, script: Write) -> None:
        body = "import sys\nfor n in range(3000): sys.stderr.write('x' * 999 + '\\n')\n"
        vault(home, script(f"{body}print({json.dumps(json.dumps(answer()))})"))
        assert held(home).access_key_id == "ASIAPROCESS"

    def test_one_that_closes_its_pipes_is_waited_for(self, home: Home, script: Write) -> None:
        done = home.path / "done"
        run = child(script(f"exec >&- 2>&-\nsleep 0.2\n: > {done}", shell=True))
        run.communicate()
        assert done.exists()

    def test_it_is_not_run_where_no_key_asked(self, home: Home, script: Write) -> None:
        ran = home.path / "ran"
        vault(home, script(f": > {ran}", shell=True))
        never = threading.Event()
        outcome = renew(
            status(home, "vault"), str(home.cli_folder), nobody, never, run_processes=False
        )
        assert isinstance(outcome, Failed)
        assert outcome.problem.code == "needs-you"
        assert not ran.exists()

    def test_without_a_key_only_the_very_command_is_run_that_was_allowed(
        self, home: Home, giving: Callable[..., str]
    ) -> None:
        """Whatever the configuration has become since somebody looked at it."""
        command = giving()
        allowed = {process_fingerprint(command)}
        for configured, outcome in ((command, Renewed), (f"{command} --more", Failed)):
            vault(home, configured)
            profile, never = status(home, "vault"), threading.Event()
            found = renew(profile, str(home.cli_folder), nobody, never, run_processes=allowed)
            assert isinstance(found, outcome)
