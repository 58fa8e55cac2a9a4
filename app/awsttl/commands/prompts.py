"""The person at the command line: the engine's questions become prompts on the terminal.

Words go to stderr, answers come from the terminal; stdout belongs to results. A command waits on
its main thread (:meth:`Prompts.wait`), and that is where it asks: there Ctrl+C ends it, and there a
program may have the terminal.
"""

from __future__ import annotations

import getpass
import os
import sys
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, TypeVar

from awsttl.core import countdown
from awsttl.core.model import Secret
from awsttl.core.view import layout
from awsttl.engine.person import CodeAnswer, CodeRequest

if TYPE_CHECKING:
    from awsttl.aws.outcome import Failed
    from awsttl.aws.sso_sign_in import Code, SignedIn
    from awsttl.engine.aws_login import LoginRequest
    from awsttl.engine.signing_in import SignInRequest

T = TypeVar("T")

_GLANCE: Final = 0.05
"""Seconds between two looks at whether what a command waits for is over."""


class Prompts:
    """Implements :class:`~awsttl.engine.person.Person` on a terminal.

    *is_there*: whether there is a terminal to ask on, and the person lets it be used. *code* is an
    MFA code that was given beforehand, for the first question. *browser*: whether a page may be
    opened for a sign-in.
    """

    def __init__(self, *, is_there: bool, code: Secret | None = None, browser: bool = True) -> None:
        self.is_there = is_there or code is not None
        self._can_ask = is_there
        self._code = code
        self._browser = browser
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def wait(self, is_over: Callable[[], bool]) -> None:
        """Answer questions until *is_over*. For the main thread."""
        while not is_over():
            try:
                self._calls.get(timeout=_GLANCE)()
            except Empty:
                continue

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
        if not self._can_ask:
            return None
        return self._on_main_thread(lambda: _ask_for_code(request))

    # ---------------------------------------------------------------- sign-ins

    def sign_in(self, request: SignInRequest) -> SignedIn | Failed | None:
        """Show where to confirm which code, and wait until that is done."""
        if not self._can_ask:
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
        say(f"The code is good for {left}. Ctrl+C gives up.")
        if self._browser and browser.is_here(os.environ):
            threading.Thread(
                target=browser.open_page, args=(code.url,), name="browser", daemon=True
            ).start()

    # ---------------------------------------------------------------- the terminal

    def lend_terminal(self, request: LoginRequest) -> None:
        """Run a program here; the caller waits for the request itself."""
        self._calls.put(request.run)


def say(text: str) -> None:
    """One line of words, free of control characters: names come from files."""
    if sys.stderr is not None:
        sys.stderr.write(layout.printable(text) + "\n")
        sys.stderr.flush()


def _ask_for_code(request: CodeRequest) -> CodeAnswer | None:
    if request.complaint:
        say(request.complaint)
    whose = f"MFA code of {request.serial} for {layout.listed(request.waiting)}: "
    while typed := getpass.getpass(layout.printable(whose)).replace(" ", ""):
        if typed.isdecimal() and 6 <= len(typed) <= 8:
            return CodeAnswer(Secret(typed))
        say("a code is six digits")
    return None


def _complain(trouble: str) -> None:
    if trouble:
        say(f"{trouble}; trying again")
