"""The checks that ask the network: whom they ask, and for whom."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from awsttl.core.why.checks import Context
from awsttl.core.why.findings import Check, Result, Severity
from awsttl.disk.locations import Locations
from awsttl.engine.look import OneLook
from awsttl.engine.online_checks import check_online
from support.cloud import Cloud
from support.home import Home
from support.odd import config_text, credentials_text
from support.renewing import LEGACY, SSO, role
from support.vanity import Vanity, vanity

PLAIN = {"aws_access_key_id": "AKIAX", "aws_secret_access_key": "s"}


def endpoints(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> dict[str, Result]:
    """By profile, what the probe of its endpoint found; each probe calls the loopback AWS."""
    for name, value in cloud.environ().items():
        monkeypatch.setenv(name, value)
    look = OneLook(Locations.of(os.environ), os.environ)
    context = Context.of(look.snapshot, look.files, time.time())
    results: list[Result] = []
    check_online(look.snapshot.profiles, context, os.environ, results.append, verify=None)
    return {each.profile: each for each in results if each.check is Check.ENDPOINT}


def test_a_region_of_the_credentials_file_is_the_profiles_own(
    home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.config(config_text({"a": {"region": "eu-west-1"}, "b": {"region": "eu-west-1"}}))
    home.credentials(credentials_text({"a": PLAIN, "b": {**PLAIN, "region": "eu west"}}))
    found = endpoints(cloud, monkeypatch)
    assert found["a"].findings == ()
    (finding,) = found["b"].findings
    assert (finding.code, finding.fix.words) == ("region", "correct the region of b")


@pytest.mark.heavy
def test_profiles_of_one_region_share_a_call(
    home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.config(config_text({"a": {"region": "eu-west-1"}, "b": {}, "c": {"region": "eu-west-2"}}))
    home.credentials(credentials_text({"a": PLAIN, "b": {**PLAIN, "region": "eu-west-1"}}))
    # What is found for several is said of none by name.
    assert set(endpoints(cloud, monkeypatch)) == {"", "c"}
    assert len(cloud.calls) == 2


class TestAStartUrlThatIsNotAwss:
    @pytest.fixture
    def host(
        self, tmp_path: Path, home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[Vanity]:
        """Two profiles behind it, and one that has AWS's own."""
        with vanity(tmp_path) as found:
            for name, value in (cloud.environ() | found.environ).items():
                monkeypatch.setenv(name, value)
            url = {"sso_start_url": found.url, "sso_region": "us-east-1"}
            profiles = {"dev": SSO, "behind": role("dev"), "other": LEGACY}
            home.config(config_text(profiles, {"corp": url}))
            yield found

    @staticmethod
    def asked(*names: str) -> list[Result]:
        look = OneLook(Locations.of(os.environ), os.environ)
        context = Context.of(look.snapshot, look.files, time.time())
        statuses = [each for each in look.snapshot.profiles if each.name in names]
        results: list[Result] = []
        check_online(statuses, context, os.environ, results.append, verify=None)
        return [each for each in results if each.check is Check.PORTAL]

    @pytest.mark.heavy
    def test_is_told_where_it_leads(self, host: Vanity) -> None:
        host.location = "https://d-1.awsapps.com/start/"
        (result,) = self.asked("dev")
        assert (result.profile, result.findings) == ("dev", ())
        assert result.text == f"{host.url} leads to https://d-1.awsapps.com/start"
        assert self.asked("other") == []
        assert host.asked == ["HEAD"]

    def test_is_asked_once_for_all_who_sign_in_there(self, host: Vanity) -> None:
        host.location = "https://d-1.awsapps.com/start"
        (result,) = self.asked("dev", "behind", "other")
        assert result.profile == ""
        assert host.asked == ["HEAD"]

    @pytest.mark.heavy
    def test_that_does_not_lead_to_aws_is_the_cause_once_a_sign_in_is_needed(
        self, host: Vanity, home: Home
    ) -> None:
        host.status = 200
        for severity in (Severity.CAUSE, Severity.WARNING):
            (result,) = self.asked("dev")
            (finding,) = result.findings
            assert (finding.code, finding.severity) == ("start-url-refused", severity)
            assert str(finding.fix) == "correct sso_start_url"
            home.sso_token("corp", expires_at=time.time() + 3600)

    def test_in_another_region_says_what_to_write(self, host: Vanity) -> None:
        host.location = "https://ssoins-1.portal.eu-west-1.app.aws"
        (result,) = self.asked("behind")
        (finding,) = result.findings
        assert (finding.code, finding.text) == ("sso-region-differs", "sso_region = eu-west-1")

    def test_that_cannot_be_reached_says_why(self, host: Vanity, home: Home) -> None:
        url = {"sso_start_url": "https://localhost:9/", "sso_region": "us-east-1"}
        home.config(config_text({"dev": SSO}, {"corp": url}))
        (result,) = self.asked("dev")
        assert result.findings[0].code == "unreachable"
