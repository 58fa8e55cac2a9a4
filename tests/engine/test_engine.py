"""The engine alone: a scripted person, and neither a screen nor a command."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import pytest

from awsttl.core import countdown
from awsttl.core.model import State
from awsttl.disk.log_file import LogFile
from awsttl.engine import clearing
from awsttl.engine.jobs import Phase
from awsttl.engine.person import CodeRequest, Nobody
from awsttl.engine.signing_in import SignInRequest
from support.board import no_workers
from support.cloud import Cloud
from support.home import Home
from support.odd import config_text
from support.renewing import BASE, CORP, DEVICE, SSO, role
from support.scripted import Bench, Scripted

pytestmark = pytest.mark.usefixtures("region")

HOUR = 3600.0


@pytest.fixture(autouse=True)
def quick(cloud: Cloud) -> Iterator[None]:
    cloud.portal.poll_seconds = 0
    yield
    no_workers()


def told() -> list[tuple[str, str]]:
    """The log: what happened to whom."""
    return [(str(event.what), event.name) for event in LogFile().read().events]


class TestMfa:
    @pytest.fixture(autouse=True)
    def roles(self, home: Home, cloud: Cloud) -> None:
        cloud.sts.accept_codes(DEVICE, "123456")
        sections = {"base": BASE, "dev": role("base", 1, mfa_serial=DEVICE)}
        sections["ops"] = role("base", 2, mfa_serial=DEVICE)
        home.config(config_text(sections))
        home.cli_cache(sections["ops"], expires_at=time.time() - HOUR)

    def test_a_role_is_renewed_with_the_code_that_the_person_has(
        self, home: Home, cloud: Cloud
    ) -> None:
        person = Scripted(cloud, ["123456"])
        bench = Bench(person)
        assert [job.phase for job in bench.renew("dev")] == [Phase.DONE]
        (request,) = person.asked
        assert isinstance(request, CodeRequest)
        assert (request.serial, request.waiting, request.others) == (DEVICE, ("dev",), ("ops",))
        assert countdown.standing(bench.status("dev"), time.time()).state is State.VALID
        bench.engine.close()
        assert told() == [("renewed", "dev")]

    def test_others_of_the_device_go_along_if_the_person_says_so(
        self, home: Home, cloud: Cloud
    ) -> None:
        bench = Bench(Scripted(cloud, ["123456"], takes_others_along=True))
        bench.renew("dev")
        ops = bench.engine.renewing.wait("ops", 30)
        assert ops is not None
        assert ops.phase is Phase.DONE
        assert Counter(cloud.actions) == {"GetSessionToken": 1, "AssumeRole": 2}

    def test_after_a_wrong_code_the_person_is_told_and_asked_again(
        self, home: Home, cloud: Cloud
    ) -> None:
        person = Scripted(cloud, ["999999", "123456"])
        assert [job.phase for job in Bench(person).renew("dev")] == [Phase.DONE]
        complaints = [each.complaint for each in person.asked if isinstance(each, CodeRequest)]
        assert complaints == ["", "wrong or already used MFA code"]

    def test_who_gives_up_has_cancelled_and_the_session_is_untouched(
        self, home: Home, cloud: Cloud
    ) -> None:
        before = {path: path.read_bytes() for path in home.cli_folder.iterdir()}
        assert [job.phase for job in Bench(Scripted(cloud)).renew("ops")] == [Phase.CANCELLED]
        assert {path: path.read_bytes() for path in home.cli_folder.iterdir()} == before

    def test_where_nobody_is_there_it_fails_at_once_and_says_that_it_needs_somebody(
        self, home: Home, cloud: Cloud
    ) -> None:
        (job,) = Bench(Nobody()).renew("dev")
        assert job.problem is not None
        assert (job.phase, job.problem.code) == (Phase.FAILED, "needs-you")
        assert not cloud.calls


class TestSso:
    @pytest.fixture(autouse=True)
    def rows(self, home: Home) -> None:
        sections = {"base": BASE, "sso": SSO, "twin": SSO | {"sso_role_name": "Ops"}}
        home.config(config_text(sections, CORP))
        home.cli_cache(sections["twin"], expires_at=time.time() - HOUR)
        home.sso_token("corp", expires_at=time.time() - HOUR)

    def test_a_role_is_renewed_after_a_sign_in_and_so_is_the_other_that_had_ended(
        self, home: Home, cloud: Cloud
    ) -> None:
        person = Scripted(cloud)
        bench = Bench(person)
        assert [job.phase for job in bench.renew("sso")] == [Phase.DONE]
        (request,) = person.asked
        assert isinstance(request, SignInRequest)
        assert request.session == "corp"
        twin = bench.engine.renewing.wait("twin", 30)
        assert twin is not None
        assert twin.phase is Phase.DONE
        bench.engine.close()
        assert set(told()) == {("signed in", "corp"), ("renewed", "sso"), ("renewed", "twin")}

    def test_who_gives_up_has_cancelled(self, home: Home, cloud: Cloud) -> None:
        bench = Bench(Scripted(cloud, signs_in=False))
        assert [job.phase for job in bench.renew("sso")] == [Phase.CANCELLED]

    def test_where_nobody_is_there_it_fails_and_says_that_it_needs_somebody(
        self, home: Home, cloud: Cloud
    ) -> None:
        (job,) = Bench(Nobody()).renew("sso")
        assert job.problem is not None
        assert (job.phase, job.problem.code) == (Phase.FAILED, "needs-you")
        assert cloud.portal.user_codes == []


def test_what_is_cleared_comes_back_and_both_are_told(home: Home, cloud: Cloud) -> None:
    home.config(config_text({"base": BASE, "dev": role()}))
    path = home.cli_cache(role(), expires_at=time.time() + HOUR)
    before = path.read_bytes()
    bench = Bench(Nobody())
    report = bench.engine.clearing.clear(clearing.of_row(bench.status("dev"), bench.seen))
    assert report.paths == (str(path),)
    assert not path.exists()
    assert bench.status("dev").session is None
    assert bench.engine.clearing.undo() is not None
    assert path.read_bytes() == before
    bench.engine.close()
    assert told() == [("cleared", "dev"), ("restored", "dev")]
