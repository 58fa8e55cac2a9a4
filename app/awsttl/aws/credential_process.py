"""Runs a ``credential_process`` when a person asks for it, and keeps in memory what it gives.

botocore's provider splits the command and reads the answer, so that both mean what they mean to
the AWS CLI. awsttl runs the process with limits: without a terminal, for a minute at most, and with
a largest size of its output. What it writes to stdout is never shown. What it writes to stderr is
the only reason that it gives for a failure, and is shown without control characters.
"""

from __future__ import annotations

import atexit
import contextlib
import math
import os
import re
import selectors
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import IO, Any, Final

from botocore.credentials import Credentials, ProcessProvider, RefreshableCredentials
from botocore.exceptions import CredentialRetrievalError

from awsttl.aws import limits
from awsttl.aws.file_cache import Cancelled
from awsttl.core import masking
from awsttl.core.files import Held
from awsttl.core.ini.secret_values import is_secret
from awsttl.core.model import Status
from awsttl.core.profiles import cache_names, environment
from awsttl.core.remedies import Act, Problem, Remedy, quoted
from awsttl.core.secret import Secret
from awsttl.core.why import obstacles
from awsttl.core.why.errors.rule import short

TIMEOUT: Final = 60.0
"""Seconds that a process has. Some wait for a touch of a key or an answer on a phone; none can wait
for a person who types."""
MOST_OUTPUT: Final = 256 * 1024
"""The most bytes of stdout; an answer has about one thousand."""
KEPT_ERRORS: Final = 8 * 1024
"""Bytes of stderr that are kept: the last ones."""
KEPT_LINES: Final = 30
_TICK: Final = 0.05
"""Seconds between two looks at whether it has ended, or was cancelled."""
_PATIENCE: Final = 1.0
"""Seconds that a process has to end by itself, after SIGTERM, before it is killed."""


class ProcessError(Exception):
    """A process gave no session. *problem* says why, and holds nothing of its stdout."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Processes:
    """The processes that one renewal may run, and the sessions that they gave.

    *allowed*: whether they may run, which they may when the person asked for the renewal. For a
    renewal that awsttl starts by itself, it is the fingerprints of the commands that may run then.
    """

    def __init__(
        self,
        cancelled: threading.Event,
        *,
        allowed: bool | Collection[str] = True,
        seconds: float = TIMEOUT,
    ) -> None:
        self._cancelled = cancelled
        self._allowed = allowed
        self._seconds = seconds
        self.held: list[Held] = []

    def provider(self, profile: str, load_config: Callable[[], Any]) -> ProcessProvider:
        """The provider for the ``credential_process`` of a profile."""
        return _Provider(profile, load_config, self)

    def begin(self, profile: str, arguments: list[str], known: Collection[Secret]) -> Child:
        """Start the process of a profile, as botocore would with ``subprocess.Popen``.

        *known* are secrets that its words must not show.
        """
        inside = environment.with_process_of(os.environ, profile)
        return Child(arguments, self._cancelled, self._seconds, inside, known)

    def check(self, profile: str, command: str) -> None:
        """Raise :class:`ProcessError` where the process of a profile may not run."""
        if _asks_itself(command, profile):
            raise ProcessError(_loop(profile))
        allowed = self._allowed
        if not isinstance(allowed, bool):
            allowed = cache_names.process_fingerprint(command) in allowed
        if not allowed:
            message = f"the credential_process of {profile} may not run unasked"
            raise ProcessError(
                Problem("needs-you", message, Remedy(act=Act.RENEW, profile=profile))
            )


class _Provider(ProcessProvider):
    """botocore's provider; it runs the process once, and its errors say what happened."""

    def __init__(self, profile: str, load_config: Callable[[], Any], processes: Processes) -> None:
        super().__init__(profile, load_config, popen=self._begin)
        self._processes = processes
        self._child: Child | None = None

    def _begin(self, arguments: list[str], **_pipes: Any) -> Child:
        known = tuple(_known_secrets(os.environ, self._load_config()))
        self._child = self._processes.begin(self._profile_name, arguments, known)
        return self._child

    def load(self) -> Credentials | None:
        """The credentials; not refreshable ones, for which botocore may run the process twice."""
        command = self._credential_process
        if command is None:
            return None
        self._processes.check(self._profile_name, command)
        with limits.paused():  # It has limits of its own.
            found = self._ask(command)
        keys = [found["access_key"], found["secret_key"], found["token"] or ""]
        if not all(isinstance(key, str) for key in keys) or not all(keys[:2]):
            raise self._error("answers with something else than keys")
        account = found.get("account_id")
        held = Held(
            self._profile_name,
            cache_names.process_fingerprint(command),
            keys[0],
            Secret(keys[1]),
            Secret(keys[2]) if keys[2] else None,
            self._expiry(found["expiry_time"]),
            account if isinstance(account, str) else "",
            time.time(),
        )
        self._processes.held.append(held)
        return Credentials(*keys[:2], keys[2] or None, method=self.METHOD, account_id=account)

    def _ask(self, command: str) -> Mapping[str, Any]:
        try:
            found: Mapping[str, Any] = self._retrieve_credentials_using(command)
        except CredentialRetrievalError:
            # The error's text holds stderr, or parts of the answer, so it is not used.
            raise self._failed() from None
        except OSError as error:
            raise self._error(f"cannot be run: {error.strerror}") from None
        except (ValueError, AttributeError, TypeError, RecursionError):
            if self._child is None:
                raise self._error("cannot be taken apart: check its quotes") from None
            raise self._failed() from None
        return found

    def _failed(self) -> ProcessError:
        child = self._child
        assert child is not None
        if not child.returncode:
            wanted = "Version 1, AccessKeyId and SecretAccessKey in JSON"
            return self._error(f"answers without {wanted}", child.errors)
        last = last_words(child.errors)
        code = child.returncode
        how = f"exit code {code}" if code > 0 else f"signal {-code}"
        return self._error(f"failed: {last}" if last else f"failed with {how}", child.errors)

    def _expiry(self, text: object) -> float | None:
        if text is None:
            return None
        try:
            moment = RefreshableCredentials._expiry_datetime(text)  # noqa: SLF001 (as the AWS CLI reads it)
            instant = math.floor(moment.timestamp())
        except (ValueError, TypeError, OverflowError):
            raise self._error("answers with an Expiration that is no time") from None
        if moment.tzinfo is None:
            # The AWS CLI fails to compare it with its clock.
            raise self._error("answers with an Expiration without an offset")
        if instant <= time.time():
            raise self._error("gives a session that has expired")
        return float(instant)

    def _error(self, what: str, errors: str = "") -> ProcessError:
        name = quoted(self._profile_name)
        return ProcessError(
            Problem(
                "process-failed",
                short(f"credential_process {what}"),
                Remedy(f"try by hand: aws sts get-caller-identity --profile {name}"),
                more=errors,
            )
        )


def _known_secrets(environ: Mapping[str, str], config: Mapping[str, Any]) -> Iterator[Secret]:
    """The secrets of environment and files, which a process may repeat."""
    sections = config.get("profiles", {}).values()
    for settings in (environ, *sections):
        for name, value in settings.items():
            if not isinstance(value, str):
                continue
            if name == "credential_process":
                yield from map(Secret, masking.assigned(value))
            elif is_secret(name.lower()):
                yield Secret(value)


def process_loop(status: Status) -> Problem | None:
    """The problem where this awsttl runs as a ``credential_process`` that the profile depends on.

    awsttl may be the process of one profile and give the session of another. To renew the profile
    that it is the process of, it would start itself without end. ``None`` where that is not so.
    """
    running = environment.processes_of(os.environ)
    again = (name for name in obstacles.processes(status) if name in running)
    return next((_loop(name) for name in again), None)


def _loop(profile: str) -> Problem:
    message = f"the credential_process of {profile} is awsttl itself, asking for {profile}"
    fix = Remedy(f"name another profile in the credential_process of {profile}")
    return Problem("process-loop", message, fix)


def _asks_itself(command: str, profile: str) -> bool:
    """Whether a command is ``awsttl export`` for that very profile."""
    try:
        words = shlex.split(command)
    except ValueError:
        return False
    names = [word.rsplit("/", 1)[-1] for word in words]
    return "awsttl" in names and profile in words[names.index("awsttl") + 1 :]


class Child:
    """A process that runs, with the parts of ``Popen`` that botocore uses."""

    def __init__(
        self,
        arguments: list[str],
        cancelled: threading.Event,
        seconds: float,
        environ: Mapping[str, str] | None = None,
        known: Collection[Secret] = (),
    ) -> None:
        self._cancelled = cancelled
        self._known = known
        self._seconds = seconds
        self._stdout = bytearray()
        self._stderr = bytearray()
        # In a session of its own, a process has no terminal, so it cannot write over the dashboard
        # or read its keys; and it can be ended together with all that it started.
        self._process = subprocess.Popen(  # noqa: S603 (the person's own config names it)
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            env=environ,
        )
        _running.add(self)

    @property
    def returncode(self) -> int:
        """The exit code; a signal as a negative number."""
        return self._process.returncode or 0

    @property
    def errors(self) -> str:
        """What it wrote to stderr, as it may be shown."""
        errors = bytes(self._stderr)
        if len(errors) == KEPT_ERRORS:
            # The beginning of the first line may be cut off, and with it the word by which a secret
            # is found. So that line is left out.
            errors = b"".join(re.split(rb"([\r\n])", errors, maxsplit=1)[2:])
        return readable(errors, bytes(self._stdout), self._known)

    def communicate(self) -> tuple[bytes, bytes]:
        """Wait for its end. Raises :class:`Cancelled` or :class:`ProcessError`.

        Programs that it started in the background may go on and keep the pipes open. awsttl does
        not wait for them, unlike the AWS CLI.
        """
        pipes = [pipe for pipe in (self._process.stdout, self._process.stderr) if pipe]
        try:
            self._listen(pipes)
        except BaseException:
            self.end()
            raise
        finally:
            _running.discard(self)
            for pipe in pipes:
                pipe.close()
        return bytes(self._stdout), self.errors.encode()

    def _listen(self, pipes: list[IO[bytes]]) -> None:
        deadline = time.monotonic() + self._seconds
        with selectors.DefaultSelector() as selector:
            for pipe in pipes:
                os.set_blocking(pipe.fileno(), False)
                selector.register(pipe, selectors.EVENT_READ)
            while True:
                # First whether it has ended: then all that it wrote is in the pipes.
                over = self._process.poll() is not None
                for key, _ in selector.select(0 if over else _TICK):
                    if not self._read(key.fd, is_answer=key.fileobj is self._process.stdout):
                        selector.unregister(key.fileobj)
                if over:
                    return
                if self._cancelled.is_set():
                    raise Cancelled
                if time.monotonic() > deadline:
                    self._give_up(f"credential_process took longer than {self._seconds:.0f} s")

    def _read(self, pipe: int, *, is_answer: bool) -> bool:
        """Read what is in the pipe; ``False`` at its end."""
        # There is a limit because a program in the background may write without end; a full pipe
        # needs half of it.
        for _ in range(32):
            try:
                piece = os.read(pipe, 65536)
            except BlockingIOError:
                return True
            if not piece:
                return False
            if is_answer:
                self._stdout += piece
                if len(self._stdout) > MOST_OUTPUT:
                    self._give_up("credential_process answers without end")
            else:
                self._stderr = (self._stderr + piece)[-KEPT_ERRORS:]
        return True

    def _give_up(self, message: str) -> None:
        errors = self.errors
        if last := last_words(errors):
            message = short(f"{message}: {last}")
        fix = Remedy("it gets no terminal here: run it once in a shell")
        raise ProcessError(Problem("process-failed", message, fix, more=errors))

    def end(self) -> None:
        """End it, and all that it started."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_PATIENCE)


_running: set[Child] = set()


@atexit.register
def _end_all() -> None:
    """End the processes that still run when awsttl ends."""
    for child in tuple(_running):
        child.end()


# ---------------------------------------------------------------- what it said


def readable(errors: bytes, answer: bytes = b"", known: Iterable[Secret] = ()) -> str:
    """The last lines of stderr, without escape sequences, control characters and secrets.

    *answer* is what the process wrote to stdout; nothing of it, and no *known* secret, is shown.
    """
    values = (*masking.values_of(answer), *(secret.reveal() for secret in known))
    text = masking.masked(masking.plain(errors), values)
    lines = [shown for line in text.split("\n") if (shown := line.rstrip())]
    return "\n".join(lines[-KEPT_LINES:])


def last_words(errors: str) -> str:
    """The last line with a word in it; empty where there is none."""
    lines = [line.strip() for line in errors.splitlines()]
    return next((line for line in reversed(lines) if re.search(r"\w{2}", line)), "")
