"""The person at the dashboard: the engine's questions become dialogs."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from textual.screen import ModalScreen

    from awsttl.aws.outcome import Failed
    from awsttl.aws.sso_sign_in import SignedIn
    from awsttl.engine.aws_login import LoginRequest
    from awsttl.engine.person import CodeAnswer, CodeRequest
    from awsttl.engine.signing_in import SignInRequest
    from awsttl.tui.host import Host

T = TypeVar("T")


class Dialogs:
    """Implements :class:`~awsttl.engine.person.Person` on a screen."""

    is_there = True

    def __init__(self, host: Host) -> None:
        self._host = host

    def mfa_code(self, request: CodeRequest) -> CodeAnswer | None:
        """Open the dialog for a code, and wait for what is typed."""
        from awsttl.tui.features.renewing.mfa_dialog import MfaDialog

        return self._answer(lambda: MfaDialog(request))

    def sign_in(self, request: SignInRequest) -> SignedIn | Failed | None:
        """Open the dialog for a sign-in, and wait until that is over."""
        from awsttl.tui.features.signing_in.dialog import SignInDialog

        host = self._host
        return self._answer(lambda: SignInDialog(request, host.clock, host.write))

    def lend_terminal(self, request: LoginRequest) -> None:
        """Take the screen away for a program. The caller waits for the request itself."""
        self._host.soon(lambda: self._host.without_screen(request.run))

    def _answer(self, make: Callable[[], ModalScreen[T]]) -> T | None:
        """Open a dialog on the event loop, and wait for its answer in this thread."""
        answers: SimpleQueue[T | None] = SimpleQueue()
        self._host.soon(lambda: self._host.open(make(), answers.put))
        return answers.get()
