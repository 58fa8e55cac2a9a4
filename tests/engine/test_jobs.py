"""Renewals at work: eight at a time, cancelled at once, one MFA code for all of a device."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from awsttl.core.model import Kind, Profile, Status
from awsttl.core.remedies import Act, Problem, Remedy
from awsttl.core.secret import Secret
from awsttl.engine.jobs import AT_ONCE, Phase
from awsttl.engine.waiting import CodeQueue
from support.board import Board, no_workers, workers
from support.cloud import Cloud
from support.home import Home
from support.looking import status
from support.odd import config_text
from support.renewing import (
    BASE,
    DEVICE,
    OTHER_DEVICE,
    child,
    credentials_in,
    role,
)
from support.stage import Clock, stage

pytestmark = pytest.mark.usefixtures("region")

HOUR = 3600


def _roles(home: Home, count: int, **keys: str) -> list[str]:
    names = [f"role{number}" for number in range(1, count + 1)]
    sections = {name: role("base", number, **keys) for number, name in enumerate(names, 1)}
    home.config(config_text({"base": BASE, **sections}))
    return names


class TestAtOnce:
    def test_eight_work_and_the_others_wait_until_all_are_done(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        names = _roles(home, 30)
        with cloud.hanging():
            board.start(*names)
            cloud.wait_for_calls(AT_ONCE)
            assert workers() == AT_ONCE
            phases = Counter(board.phase(name) for name in names)
            assert phases == {Phase.WORKING: AT_ONCE, Phase.WAITING: 30 - AT_ONCE}
            assert len(board.jobs.running) == 30
        assert {job.phase for job in board.end(*names)} == {Phase.DONE}
        assert Counter(cloud.actions) == {"AssumeRole": 30}
        assert len(list(home.cli_folder.iterdir())) == 30
        assert board.jobs.running == ()
        assert set(board.jobs.over()) == set(names)

    def test_never_more_than_eight_are_at_work(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        names = _roles(home, 30)
        board.start(*names)
        board.end(*names)
        working = most = 0
        for job in board.heard:
            working += (job.phase is Phase.WORKING) - job.phase.over
            most = max(most, working)
        assert working == 0
        assert most <= AT_ONCE

    def test_eight_work_again_when_one_was_alone_before(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        names = _roles(home, AT_ONCE + 1)
        board.start(names[0])
        board.end(names[0])
        cloud.forget()
        with cloud.hanging():
            board.start(*names[1:])
            cloud.wait_for_calls(AT_ONCE)
        board.end(*names)

    def test_the_phases_are_heard_in_order(self, home: Home, cloud: Cloud, board: Board) -> None:
        (name,) = _roles(home, 1)
        board.start(name)
        board.end(name)
        assert board.phases(name) == [Phase.WAITING, Phase.WORKING, Phase.DONE]

    def test_one_profile_is_renewed_once_at_a_time(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        (name,) = _roles(home, 1)
        with cloud.hanging():
            board.start(name)
            cloud.wait_for_calls(1)
            assert not board.jobs.start(status(home, name))
        board.end(name)
        board.start(name)
        board.end(name)
        assert cloud.actions == ["AssumeRole"] * 2

    def test_what_is_over_can_be_forgotten_and_what_is_not_stays(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        (name,) = _roles(home, 1)
        with cloud.hanging():
            board.start(name)
            board.jobs.forget(name)
            assert board.phase(name) is Phase.WORKING
        board.end(name)
        board.jobs.forget(name)
        assert board.jobs.of(name) is None
        assert board.jobs.over() == ()


class TestOneEntry:
    """The name of a cache entry leaves out source and region, so profiles may share one."""

    NAMES = tuple(f"role{number}" for number in range(20))

    @pytest.fixture(autouse=True)
    def profiles(self, home: Home, cloud: Cloud) -> None:
        regions = ("us-east-1", "eu-west-1", "eu-central-1")
        sections = {name: role(region=regions[int(name[4:]) % 3]) for name in self.NAMES}
        home.config(config_text({"base": BASE, **sections}))
        home.cli_cache(role(), expires_at=cloud.clock() - HOUR)

    def test_is_renewed_by_one_call_for_all_profiles(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        with cloud.hanging():
            board.start(*self.NAMES)
            cloud.wait_for_calls(1)
        assert {job.phase for job in board.end(*self.NAMES)} == {Phase.DONE}
        assert cloud.actions == ["AssumeRole"]

    def test_is_renewed_again_by_the_next_key(self, home: Home, cloud: Cloud, board: Board) -> None:
        for calls in (1, 2):
            board.start(*self.NAMES)
            board.end(*self.NAMES)
            assert len(cloud.calls) == calls
            # An hour passes.
            home.cli_cache(role(), expires_at=cloud.clock() - HOUR)

    def test_whose_first_renewal_fails_is_tried_by_the_others(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        cloud.sts.refuse_next("AccessDenied", "is not authorized to perform", 403)
        board.start(*self.NAMES)
        phases = Counter(job.phase for job in board.end(*self.NAMES))
        assert phases == {Phase.FAILED: 1, Phase.DONE: 19}
        assert len(cloud.calls) == 2

    def test_with_mfa_is_renewed_with_one_code(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        section = role(mfa_serial=DEVICE)
        home.config(config_text({"base": BASE, **dict.fromkeys(self.NAMES, section)}))
        cloud.sts.accept_codes(DEVICE, "123456")
        board.start(*self.NAMES)
        board.asking(DEVICE, AT_ONCE)
        board.jobs.codes.answer(DEVICE, Secret("123456"), also=self.NAMES)
        assert {job.phase for job in board.end(*self.NAMES)} == {Phase.DONE}
        assert cloud.actions == ["GetSessionToken", "AssumeRole"]


class TestCancelling:
    def test_ends_a_hanging_renewal_at_once_and_its_late_answer_writes_nothing(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        (name,) = _roles(home, 1)
        path = home.cli_cache(role("base", 1), expires_at=cloud.clock() + HOUR)
        before = path.read_bytes()
        with cloud.hanging():
            board.start(name)
            cloud.wait_for_calls(1)
            assert board.jobs.cancel(name)
            assert board.phase(name) is Phase.CANCELLED
            assert not board.jobs.cancel(name)
        no_workers()
        assert path.read_bytes() == before
        assert board.phases(name) == [Phase.WAITING, Phase.WORKING, Phase.CANCELLED]

    def test_takes_one_that_waits_out_of_the_queue(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        names = _roles(home, AT_ONCE + 1)
        with cloud.hanging():
            board.start(*names)
            assert board.jobs.cancel(names[-1])
        board.end(*names)
        no_workers()
        assert len(cloud.calls) == AT_ONCE

    def test_makes_room_while_what_was_cancelled_still_hangs(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        names = _roles(home, AT_ONCE + 1)
        with cloud.hanging():
            board.start(*names[:-1])
            cloud.wait_for_calls(AT_ONCE)
            for name in names[:-1]:
                board.jobs.cancel(name)
            board.start(names[-1])
            cloud.wait_for_calls(AT_ONCE + 1)
        (last,) = board.end(names[-1])
        assert last.phase is Phase.DONE

    def test_does_not_touch_the_next_renewal_of_the_same_profile(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        (name,) = _roles(home, 1)
        with cloud.hanging():
            board.start(name)
            cloud.wait_for_calls(1)
            board.jobs.cancel(name)
            board.start(name)
            cloud.wait_for_calls(2)
        (job,) = board.end(name)
        no_workers()
        assert job.phase is Phase.DONE
        assert len(cloud.sts.issued) == 2
        (path,) = home.cli_folder.iterdir()
        assert board.phases(name)[-1] is Phase.DONE
        assert credentials_in(path)["AccessKeyId"] in cloud.sts.issued

    def test_of_what_does_not_run_does_nothing(self, board: Board) -> None:
        assert not board.jobs.cancel("nobody")
        assert board.heard == []


class TestOneCode:
    CODE = Secret("123456")

    @pytest.fixture(autouse=True)
    def codes(self, cloud: Cloud) -> None:
        cloud.sts.accept_codes(DEVICE, "123456", "111111")
        cloud.sts.accept_codes(OTHER_DEVICE, "654321")

    def test_serves_all_roles_that_wait_for_the_device(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        names = _roles(home, 5, mfa_serial=DEVICE)
        board.start(*names)
        board.asking(DEVICE, 5)
        assert board.jobs.codes.waiting(DEVICE) == tuple(names)
        assert {board.phase(name) for name in names} == {Phase.ASKING}
        assert cloud.calls == ()
        board.jobs.codes.answer(DEVICE, self.CODE)
        assert {job.phase for job in board.end(*names)} == {Phase.DONE}
        assert Counter(cloud.actions) == {"GetSessionToken": 1, "AssumeRole": 5}
        assert board.jobs.codes.waiting(DEVICE) == ()

    def test_serves_those_that_are_about_to_wait_too(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        one, *others = _roles(home, 3, mfa_serial=DEVICE)
        board.start(one)
        board.asking(DEVICE, 1)
        board.jobs.codes.answer(DEVICE, self.CODE, also=others)
        board.start(*others)
        assert {job.phase for job in board.end(one, *others)} == {Phase.DONE}
        assert cloud.actions.count("GetSessionToken") == 1
        assert board.wanted == [DEVICE]

    def test_is_asked_for_again_when_it_was_wrong(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        (name,) = _roles(home, 1, mfa_serial=DEVICE)
        board.start(name)
        board.asking(DEVICE, 1)
        assert board.jobs.codes.complaint([name]) == ""
        board.jobs.codes.answer(DEVICE, Secret("000000"))
        board.wait(lambda: len(board.wanted) == 2)
        assert board.jobs.codes.complaint([name]) == "wrong or already used MFA code"
        board.jobs.codes.answer(DEVICE, self.CODE)
        (job,) = board.end(name)
        assert job.phase is Phase.DONE
        assert board.jobs.codes.complaint([name]) == ""

    def test_is_asked_for_again_for_all_that_heard_it_was_wrong(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        names = _roles(home, 3, mfa_serial=DEVICE)
        board.start(*names)
        board.asking(DEVICE, 3)
        board.jobs.codes.answer(DEVICE, Secret("000000"))
        board.wait(lambda: len(board.wanted) == 6)
        board.jobs.codes.answer(DEVICE, self.CODE)
        assert {job.phase for job in board.end(*names)} == {Phase.DONE}
        assert Counter(cloud.actions) == {"GetSessionToken": 2, "AssumeRole": 3}

    def test_of_one_device_does_not_reach_the_roles_of_another(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        mine, other = role(number=1, mfa_serial=DEVICE), role(number=2, mfa_serial=OTHER_DEVICE)
        home.config(config_text({"base": BASE, "mine": mine, "other": other}))
        board.start("mine", "other")
        board.wait(lambda: all(map(board.jobs.codes.waiting, (DEVICE, OTHER_DEVICE))))
        board.jobs.codes.answer(DEVICE, Secret("000000"))
        board.wait(lambda: len(board.wanted) == 3)
        assert board.jobs.codes.complaint(["mine"]) != ""
        assert board.jobs.codes.complaint(["other"]) == ""
        board.jobs.codes.answer(DEVICE, self.CODE)
        board.end("mine")
        assert board.phase("other") is Phase.ASKING
        assert board.jobs.codes.waiting(OTHER_DEVICE) == ("other",)
        board.jobs.codes.answer(OTHER_DEVICE, Secret("654321"))
        board.end("other")
        sent = {c.parameters["SerialNumber"]: c.parameters["TokenCode"] for c in cloud.calls}
        assert sent == {DEVICE: "123456", OTHER_DEVICE: "654321"}

    def test_is_no_longer_waited_for_by_what_was_cancelled(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        names = _roles(home, 2, mfa_serial=DEVICE)
        board.start(*names)
        board.asking(DEVICE, 2)
        board.jobs.cancel(names[0])
        assert board.jobs.codes.waiting(DEVICE) == (names[1],)
        board.jobs.codes.answer(DEVICE, self.CODE)
        cancelled, done = board.end(*names)
        assert (cancelled.phase, done.phase) == (Phase.CANCELLED, Phase.DONE)
        assert cloud.actions == ["AssumeRole"]

    def test_that_was_granted_is_forgotten_by_what_was_cancelled(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        """Else its next renewal would try a code that is long used."""
        names = _roles(home, AT_ONCE + 1)
        home.config(
            home.config_file.read_text() + config_text({"late": role(number=99, mfa_serial=DEVICE)})
        )
        with cloud.hanging():
            board.start(*names[:AT_ONCE])
            board.jobs.codes.answer(DEVICE, self.CODE, also=["late"])
            board.start("late")
            board.jobs.cancel("late")
        board.start("late")
        board.asking(DEVICE, 1)
        board.end(*names[:AT_ONCE])

    def test_is_not_asked_for_by_what_is_cancelled_already(self) -> None:
        """Else a dialog would open for a renewal that nobody wants any more."""
        wanted: list[str] = []
        queue = CodeQueue(wanted.append)
        cancelled = threading.Event()
        cancelled.set()
        assert queue.ask(DEVICE, "dev", cancelled) is None
        assert (wanted, queue.waiting(DEVICE)) == ([], ())

    def test_is_shown_by_nothing_that_jobs_say(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        names = _roles(home, 2, mfa_serial=DEVICE)
        board.start(*names)
        board.asking(DEVICE, 2)
        board.jobs.codes.answer(DEVICE, self.CODE)
        board.end(*names)
        said = repr(board.heard)
        for issued in cloud.sts.issued.values():
            assert issued.secret_key not in said
            assert issued.token not in said
        assert "123456" not in said
        assert "base-secret" not in said


class TestQuiet:
    def test_a_quiet_renewal_asks_nobody_and_says_that_somebody_is_needed(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        (name,) = _roles(home, 1, mfa_serial=DEVICE)
        assert board.jobs.start(status(home, name), quiet=True)
        (job,) = board.end(name)
        assert job.phase is Phase.FAILED
        assert job.problem is not None
        assert job.problem.code == "needs-you"
        assert board.phases(name) == [Phase.WAITING, Phase.WORKING, Phase.FAILED]
        assert board.wanted == []
        assert cloud.calls == ()

    def test_what_is_kept_alive_is_quiet_too(self, home: Home, cloud: Cloud, board: Board) -> None:
        (name,) = _roles(home, 1)
        assert board.jobs.start(status(home, name), kept=True)
        (job,) = board.end(name)
        assert (job.phase, job.quiet, job.kept) == (Phase.DONE, True, True)
        assert cloud.actions == ["AssumeRole"]


class TestFailing:
    def test_says_why(self, home: Home, cloud: Cloud, board: Board) -> None:
        (name,) = _roles(home, 1)
        cloud.sts.expire("AKIABASE")
        board.start(name)
        (job,) = board.end(name)
        assert job.phase is Phase.FAILED
        assert job.problem is not None
        assert job.problem.code == "source-expired"

    def test_for_a_reason_that_nobody_foresaw_gives_its_kind_and_not_its_text(
        self, home: Home, board: Board
    ) -> None:
        """Its text might hold a secret. Here: a status such as no resolver makes."""
        assert board.jobs.start(Status(Profile("odd", Kind.ROLE, links=())))
        (job,) = board.end("odd")
        assert job.phase is Phase.FAILED
        again = Remedy(act=Act.RENEW, profile="odd", purpose="again")
        assert job.problem == Problem("unexpected", "unexpected IndexError", again)

    def test_makes_room_for_the_next(self, home: Home, cloud: Cloud, board: Board) -> None:
        names = _roles(home, 2 * AT_ONCE)
        cloud.sts.delete_key("AKIABASE")
        board.start(*names)
        assert {job.phase for job in board.end(*names)} == {Phase.FAILED}


def test_quitting_does_not_wait_for_a_renewal_that_hangs(home: Home, cloud: Cloud) -> None:
    """A process ends with its main thread, while AWS still has not answered."""
    _roles(home, 2)
    program = """
from pathlib import Path
from awsttl.engine.jobs import Jobs
from support.home import Home
from support.looking import status
home = Home(Path.home())
jobs = Jobs(str(home.cli_folder), lambda job: None, lambda serial: None)
for name in ("role1", "role2"):
    jobs.start(status(home, name))
input()
"""
    with cloud.hanging():
        process = child(home, cloud, program)
        cloud.wait_for_calls(2)
        try:
            assert process.communicate("\n", timeout=20) == ("", "")
        finally:
            process.kill()
        assert process.returncode == 0
    assert not home.cli_folder.exists()


async def test_profiles_that_share_a_session_are_renewed_by_one_call(
    home: Home, cloud: Cloud
) -> None:
    names = [f"share{number:02}" for number in range(20)]
    home.config(config_text({"base": BASE, **{name: role() for name in names}}))
    home.cli_cache(role(), expires_at=cloud.clock() - HOUR)
    clock = Clock(cloud.clock())
    async with stage(clock=clock) as opened:
        await opened.press("R")
        jobs = opened.app.main.engine.renewing.jobs
        await opened.until(lambda: bool(jobs.over()), "a renewal that is over")
        assert jobs.running == ()
        states = "all twenty rows valid"
        await opened.until(lambda: {opened.row(name).state for name in names} == {"valid"}, states)
    assert cloud.actions == ["AssumeRole"]
