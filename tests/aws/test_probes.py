"""What only the network can tell, over real sockets."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import pytest

from awsttl.aws import probes
from awsttl.aws.probes import Identity, Reached, Unreached
from awsttl.core.remedies import Act, Remedy
from awsttl.core.secret import Secret
from awsttl.core.snippets import Credentials
from awsttl.core.why.findings import Finding, Severity
from support.cloud import Cloud
from support.home import Home

KEYS = Credentials("AKIAKEY", Secret("the-secret"), Secret("the-token"), None, "us-east-1")


@pytest.fixture(autouse=True)
def profiles(home: Home) -> None:
    home.config("[profile dev]\nregion = eu-west-1\ncredential_process = false\n")


def why(found: Reached | Unreached) -> Finding:
    assert isinstance(found, Unreached)
    return found.finding


class TestReach:
    def test_an_endpoint_that_answers_is_reached_without_credentials(self, cloud: Cloud) -> None:
        found = probes.reach("dev")
        assert isinstance(found, Reached)
        assert found.endpoint == cloud.url
        assert [call.access_key for call in cloud.calls] == [""]

    @pytest.mark.parametrize(
        ("skew", "severity"),
        [
            (0, None),
            (50, None),
            (90, Severity.WARNING),
            (-90, Severity.WARNING),
            (400, Severity.CAUSE),
            (-7200, Severity.CAUSE),
        ],
    )
    def test_its_date_tells_how_wrong_our_clock_is(
        self, cloud: Cloud, skew: int, severity: Severity | None
    ) -> None:
        cloud.skew = skew
        found = probes.reach("dev")
        assert isinstance(found, Reached)
        assert found.skew is not None
        assert abs(found.skew - skew) < 10
        finding = probes.clock(found.skew)
        assert (finding.severity if finding else None) is severity
        if finding:
            assert ("behind" if skew > 0 else "ahead") in finding.message

    def test_the_profile_s_own_endpoint_is_asked(
        self, cloud: Cloud, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AWS_ENDPOINT_URL_STS")
        home.config(
            "[profile dev]\nregion = eu-west-1\nservices = here\n"
            f"[services here]\nsts =\n  endpoint_url = {cloud.url}\n"
        )
        assert isinstance(probes.reach("dev"), Reached)
        assert len(cloud.calls) == 1

    def test_an_emulator_that_takes_the_call_for_another_services_is_reached(
        self, moto_sts: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", moto_sts)
        assert isinstance(probes.reach("dev"), Reached)

    def test_a_port_that_nobody_listens_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", f"http://127.0.0.1:{port}")
        finding = why(probes.reach("dev"))
        assert finding.code == "unreachable"
        assert finding.evidence[0] == f"http://127.0.0.1:{port}"

    def test_a_name_that_nobody_knows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://sts.invalid")
        assert why(probes.reach("dev")).code == "dns"

    def test_a_proxy_that_is_not_there_is_named_without_its_password(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTPS_PROXY", "http://me:hunter2@127.0.0.1:9")
        finding = why(probes.reach("dev"))
        assert finding.code == "proxy"
        assert "HTTPS_PROXY=127.0.0.1:9" in finding.evidence
        assert "hunter2" not in repr(finding)

    def test_a_certificate_that_nobody_trusts(
        self, monkeypatch: pytest.MonkeyPatch, cloud: Cloud
    ) -> None:
        # A server that speaks no TLS at all: the handshake fails as with a wrong certificate.
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", cloud.url.replace("http://", "https://"))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert why(probes.reach("dev")).code == "tls"

    def test_no_credential_process_is_run_for_it(self, cloud: Cloud, home: Home) -> None:
        trace = home.path / "was-run"
        home.config(f"[profile dev]\nregion = eu-west-1\ncredential_process = touch {trace}\n")
        assert isinstance(probes.reach("dev"), Reached)
        assert not trace.exists()


class TestWho:
    def test_aws_says_whose_the_keys_are(self, cloud: Cloud) -> None:
        answer = probes.who("dev", KEYS)
        assert isinstance(answer, Identity)
        assert answer.account == "111122223333"
        assert cloud.calls[0].access_key == "AKIAKEY"

    def test_what_aws_refuses_is_explained(self, cloud: Cloud) -> None:
        cloud.sts.delete_key("AKIAKEY")
        answer = probes.who("dev", KEYS)
        assert isinstance(answer, Finding)
        assert answer.code == "key-invalid"

    def test_an_ended_session_is_to_be_renewed(self, cloud: Cloud) -> None:
        cloud.sts.expire("AKIAKEY")
        answer = probes.who("dev", KEYS)
        assert isinstance(answer, Finding)
        assert answer.code == "session-expired"
        assert answer.fix == Remedy(act=Act.RENEW, profile="dev")


class TestTogether:
    def test_one_that_hangs_holds_up_nobody(self) -> None:
        never = threading.Event()
        asked: dict[object, Callable[[], str]] = {
            "hangs": lambda: str(never.wait(60)),
            "answers": lambda: "yes",
        }
        heard: dict[object, str] = {}
        late = probes.together(asked, heard.__setitem__, seconds=0.5)
        never.set()
        assert late == ("hangs",)
        assert heard == {"answers": "yes"}
