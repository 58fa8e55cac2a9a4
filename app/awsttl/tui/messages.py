"""What background work tells the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from awsttl.core.alarms import Notice
    from awsttl.core.events import Event
    from awsttl.core.model import Problem
    from awsttl.core.view.arrangement import Arrangement
    from awsttl.engine.aws_login import LoginRequest
    from awsttl.engine.jobs import Job


class Arranged(Message):
    """The feed has a new arrangement. Of several that wait, the latest is enough."""

    def __init__(self, arrangement: Arrangement) -> None:
        super().__init__()
        self.arrangement = arrangement

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Arranged)


class JobChanged(Message):
    """A renewal has come further."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job


class MfaWanted(Message):
    """A renewal waits for an MFA code of that device."""

    def __init__(self, serial: str) -> None:
        super().__init__()
        self.serial = serial


class Warned(Message):
    """A session is about to end, or has; or the terminal's title is to say something else."""

    def __init__(self, notice: Notice | None, title: str) -> None:
        super().__init__()
        self.notice, self.title = notice, title


class LoginWanted(Message):
    """A renewal waits for the terminal, to run ``aws login`` on it."""

    def __init__(self, request: LoginRequest) -> None:
        super().__init__()
        self.request = request


class Noticed(Message):
    """Something changed on disk."""

    def __init__(self, changes: list[Event]) -> None:
        super().__init__()
        self.changes = changes


class NotKept(Message):
    """Kept profiles could not be renewed; *problem* is the first one's."""

    def __init__(self, names: tuple[str, ...], problem: Problem) -> None:
        super().__init__()
        self.names = names
        self.problem = problem


class SignInWanted(Message):
    """A renewal waits for the SSO sign-in with that token file."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token
