"""The person at the command line: the engine's questions become prompts on the terminal.

Words go to stderr, answers come from the terminal; stdout belongs to results. A command waits on
its main thread (:meth:`Prompts.wait`), and that is where it asks: there Ctrl+C ends it, and there a
program may have the terminal.
"""

from __future__ import annotations

import getpass
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING, NoReturn, TypeVar

from awsttl.commands.output import is_colourful, is_terminal, say
from awsttl.core import countdown
from awsttl.core.secret import Secret
from awsttl.core.view import layout
from awsttl.engine.person import CodeAnswer, CodeRequest

if TYPE_CHECKING:
    from awsttl.aws.outcome import Failed
    from awsttl.aws.sso_sign_in import Code, SignedIn
    from awsttl.engine.aws_login import LoginRequest
    from awsttl.engine.signing_in import SignInRequest

T = TypeVar("T")


class Prompts:
    """Implements :class:`~awsttl.engine.person.Person` on a terminal.

    It asks where stdin and stderr are a terminal, so that stdout may be captured; not if the
    person wants *no_input*. *code* is an MFA code that was given beforehand, for the first
    question. *browser*: whether a page may be opened for a sign-in. *qr*: whether its link is shown
    as a QR code, too.
    """

    def __init__(
        self,
        *,
        no_input: bool = False,
        code: Secret | None = None,
        browser: bool = True,
        qr: bool = False,
    ) -> None:
        self.can_ask = not no_input and is_terminal(sys.stdin) and is_terminal(sys.stderr)
        self.is_there = self.can_ask or code is not None
        self._code = code
        self._browser, self._qr = browser, qr
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def wait(self, is_over: Callable[[], bool]) -> None:
        """Answer questions until *is_over*, and do what was asked for by then. For the main thread.

        What makes it over may have something to be told as well: that it was renewed, say.
        """
        while not is_over() or not self._calls.empty():
            self._calls.get()()

    def do(self, call: Callable[[], None]) -> None:
        """Have :meth:`wait` make a call, and look again whether it is over. Any thread may."""
        self._calls.put(call)

    def run(self, work: Callable[[], T]) -> T:
        """Do work that asks questions, in a thread, and answer them meanwhile.

        For the main thread. Raises what *work* raises.
        """
        results: list[Callable[[], T]] = []

        def carry_out() -> None:
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 (raised where it was asked for)
                results.append(_raising(error))
            else:
                results.append(lambda: result)
            self.do(_nothing)

        threading.Thread(target=carry_out, name="work", daemon=True).start()
        self.wait(lambda: bool(results))
        return results[0]()

    def _on_main_thread(self, ask: Callable[[], T]) -> T | None:
        """Ask where the terminal is, and wait for the answer. ``None`` where asking failed."""
        answers: SimpleQueue[T | None] = SimpleQueue()

        def call() -> None:
            answer: T | None = None
            try:
                answer = ask()
            except EOFError:
                pass  # Ctrl+D: the person gives up
            finally:
                answers.put(answer)

        self._calls.put(call)
        return answers.get()

    # ---------------------------------------------------------------- MFA codes

    def mfa_code(self, request: CodeRequest) -> CodeAnswer | None:
        """Ask for a code; what is typed is not shown."""
        if self._code is not None:
            code, self._code = self._code, None
            return CodeAnswer(code)
        if not self.can_ask:
            return None
        return self._on_main_thread(lambda: _ask_for_code(request))

    # ---------------------------------------------------------------- sign-ins

    def sign_in(self, request: SignInRequest) -> SignedIn | Failed | None:
        """Show where to confirm which code, and wait until that is done."""
        if not self.can_ask:
            return None
        from awsttl.aws.outcome import Failed

        outcome: SignedIn | Failed | None
        while True:
            code = request.begin()
            if isinstance(code, Failed):
                return code
            self._show(request, code)
            outcome = request.finish(code, threading.Event(), _complain)
            if not isinstance(outcome, Failed) or outcome.problem.code != "code-expired":
                return outcome

    def _show(self, request: SignInRequest, code: Code) -> None:
        from awsttl.terminal import browser

        left = countdown.left(code.lifetime, 0).text
        say(f"Sign in to {request.session}, for {layout.listed(request.waiting)}.")
        say(f"Open this page on any device, and check that it shows the code {code.user_code}:")
        say(f"  {code.url}")
        if self._qr:
            _draw_qr(code.url)
        say(f"The code is good for {left}. Ctrl+C gives up.")
        if self._browser and browser.is_here(os.environ):
            threading.Thread(
                target=browser.open_page, args=(code.url,), name="browser", daemon=True
            ).start()

    # ---------------------------------------------------------------- the terminal

    def lend_terminal(self, request: LoginRequest) -> None:
        """Run a program here; the caller waits for the request itself."""
        self._calls.put(lambda: request.run(pause=False))

    # ---------------------------------------------------------------- yes or no

    def agrees(self, question: str) -> bool:
        """Ask a question whose answer is yes or no; without a terminal it is no."""
        if not self.can_ask:
            return False
        with gently_ended():
            sys.stderr.write(f"{layout.printable(question)} [y/N] ")
            sys.stderr.flush()
            return sys.stdin.readline().strip().lower() in ("y", "yes")

    def line(self, question: str) -> str:
        """What is typed as an answer; without a terminal it is nothing."""
        if not self.can_ask:
            return ""
        with gently_ended():
            sys.stderr.write(layout.printable(question))
            sys.stderr.flush()
            return sys.stdin.readline()


def _nothing() -> None:
    """Only has :meth:`Prompts.wait` look again."""


def _raising(error: BaseException) -> Callable[[], NoReturn]:
    def throw() -> NoReturn:
        raise error

    return throw


@contextmanager
def gently_ended() -> Iterator[None]:
    """A signal that ends awsttl in here lets the terminal, which hides what is typed, recover."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ask_for_code(request: CodeRequest) -> CodeAnswer | None:
    if request.complaint:
        say(request.complaint)
    whose = f"MFA code of {request.serial} for {layout.listed(request.waiting)}: "
    with gently_ended():
        while typed := getpass.getpass(layout.printable(whose)).replace(" ", ""):
            if is_code(typed):
                return CodeAnswer(Secret(typed))
            say("a code is six digits")
    return None


def is_code(typed: str) -> bool:
    """Whether a text can be an MFA code."""
    return typed.isdecimal() and 6 <= len(typed) <= 8


def _draw_qr(url: str) -> None:
    """Print a link as a QR code for a phone, where the terminal is wide enough."""
    from awsttl.core import links
    from awsttl.terminal.qr_code import BRIGHT, PLAIN, QUIET, QrCode

    try:
        code = QrCode(links.plain(url))
        columns = os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (ValueError, OSError):
        return
    # The terminal scrolls, so only its width can be too small.
    lines = code.fitting(columns, code.size(QUIET)[1])
    if lines is None:
        say(f"(the QR code needs {code.size()[0]} columns; this terminal has {columns})")
        return
    begin, end = (BRIGHT, PLAIN) if is_colourful(sys.stderr) else ("", "")
    sys.stderr.write("".join(f"{begin}{line}{end}\n" for line in lines))
    sys.stderr.flush()


def _complain(trouble: str) -> None:
    if trouble:
        say(f"{trouble}; trying again")
