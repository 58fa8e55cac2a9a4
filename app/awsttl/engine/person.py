"""Whoever can be asked while awsttl works: at dialogs, at a prompt, or nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from awsttl.core.secret import Secret

if TYPE_CHECKING:
    from awsttl.aws.outcome import Failed
    from awsttl.aws.sso_sign_in import SignedIn
    from awsttl.engine.aws_login import LoginRequest
    from awsttl.engine.signing_in import SignInRequest


class CodeRequest(NamedTuple):
    """An MFA code is wanted."""

    serial: str
    """The device's ``mfa_serial``."""
    waiting: tuple[str, ...]
    """The profiles that wait for it, by name."""
    others: tuple[str, ...] = ()
    """Other profiles of the device whose sessions end or have ended: the code can serve them too,
    and AWS takes it only once."""
    complaint: str = ""
    """What was wrong with the code before this one; empty for the first."""


class CodeAnswer(NamedTuple):
    """An MFA code, and whom it is for."""

    code: Secret
    others_too: bool = False
    """Whether the request's *others* are to be renewed with it."""


class Person(Protocol):
    """Answers the engine's questions. Each call comes from a thread of the engine's, and waits.

    The engine asks one question at a time.
    """

    @property
    def is_there(self) -> bool:
        """Whether a person can answer. If not, what needs one fails with ``needs-you``."""

    def mfa_code(self, request: CodeRequest) -> CodeAnswer | None:
        """A code of that device; ``None`` when the person gives up."""

    def sign_in(self, request: SignInRequest) -> SignedIn | Failed | None:
        """Sign in to an SSO session; ``None`` when the person gives up."""

    def lend_terminal(self, request: LoginRequest) -> None:
        """Let a program run on the terminal: call its ``run()`` where the terminal is free."""


class Nobody:
    """There is no person: what needs one fails with ``needs-you``, and is never asked."""

    is_there = False

    def mfa_code(self, request: CodeRequest) -> CodeAnswer | None:
        """Never called."""
        raise NotImplementedError(request.serial)

    def sign_in(self, request: SignInRequest) -> SignedIn | Failed | None:
        """Never called."""
        raise NotImplementedError(request.session)

    def lend_terminal(self, request: LoginRequest) -> None:
        """Never called."""
        raise NotImplementedError(request.profile)
