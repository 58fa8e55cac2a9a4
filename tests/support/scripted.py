"""A person who answers by a script, and a face that only listens: the engine without any screen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from awsttl.aws.outcome import Failed
from awsttl.aws.sso_sign_in import SignedIn
from awsttl.core.alarms import Notice
from awsttl.core.model import Status
from awsttl.core.remedies import Problem
from awsttl.core.secret import Secret
from awsttl.disk.locations import Locations
from awsttl.engine.aws_login import LoginRequest
from awsttl.engine.engine import Engine
from awsttl.engine.jobs import Job
from awsttl.engine.look import OneLook
from awsttl.engine.person import CodeAnswer, CodeRequest, Person
from awsttl.engine.signing_in import SignInRequest
from support.cloud import Cloud


@dataclass
class Scripted:
    """Has these codes, one after the other, and confirms each sign-in in the browser at once."""

    cloud: Cloud
    codes: list[str] = field(default_factory=list)
    takes_others_along: bool = False
    signs_in: bool = True
    asked: list[CodeRequest | SignInRequest] = field(default_factory=list)
    is_there: bool = True

    def mfa_code(self, request: CodeRequest) -> CodeAnswer | None:
        self.asked.append(request)
        if not self.codes:
            return None
        return CodeAnswer(Secret(self.codes.pop(0)), self.takes_others_along)

    def sign_in(self, request: SignInRequest) -> SignedIn | Failed | None:
        self.asked.append(request)
        if not self.signs_in:
            return None
        code = request.begin()
        if isinstance(code, Failed):
            return code
        self.cloud.portal.approve(code.user_code)
        return request.finish(code, threading.Event(), lambda _trouble: None)

    def lend_terminal(self, request: LoginRequest) -> NoReturn:
        raise AssertionError(f"asked for the terminal, for {request.profile}")


class Listener:
    """Hears what happens by itself."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def renewal(self, job: Job) -> None:
        self.jobs.append(job)

    def not_kept(self, names: tuple[str, ...], problem: Problem) -> NoReturn:
        raise AssertionError(f"nothing is kept here, but {names}: {problem.message}")

    def warned(self, notice: Notice | None, title: str) -> NoReturn:
        raise AssertionError(f"nobody watches here, but {notice}, {title}")


class Bench:
    """An engine on the files of a home, for one test."""

    def __init__(self, person: Person, clock: Callable[[], float] = time.time) -> None:
        self.locations = Locations.of({})
        self.seen = OneLook(self.locations, {}, clock)
        self.face = Listener()
        self.engine = Engine(self.seen, self.locations, person, self.face, clock)

    def status(self, name: str) -> Status:
        found = self.seen.snapshot.status(name)
        assert found is not None, name
        return found

    def renew(self, *names: str) -> list[Job]:
        """Renew these, and wait until they are over."""
        for name in names:
            assert self.engine.renewing.start(self.status(name))
        found = [self.engine.renewing.wait(name, 30) for name in names]
        return [job for job in found if job is not None and job.phase.over]
