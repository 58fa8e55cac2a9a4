"""A start URL of an organisation's own: where it leads, and whom it is given to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from awsttl.core.remedies import Act
from support.cloud import Cloud
from support.home import Home, token_file
from support.looking import status
from support.odd import config_text
from support.renewing import LEGACY, SSO, role
from support.signing import Time, begun, body, finished, refused, registrations, signed_in
from support.vanity import Vanity, vanity

PORTAL = "https://d-0123456789.awsapps.com/start"
REGIONAL = "https://ssoins-0123456789.portal.eu-west-1.app.aws"


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vanity]:
    with vanity(tmp_path) as found:
        for name, value in found.environ.items():
            monkeypatch.setenv(name, value)
        found.location = PORTAL
        yield found


@pytest.fixture
def corp(home: Home, host: Vanity) -> None:
    """Profiles behind that host: by session, the legacy way, and a role behind one."""
    url = {"sso_start_url": host.url, "sso_region": "us-east-1"}
    profiles = {"sso": SSO, "legacy": LEGACY | url, "behind": role("sso", 2)}
    home.config(config_text(profiles, {"corp": url}))


@pytest.mark.usefixtures("corp")
class TestAVanityUrl:
    @pytest.mark.parametrize("leads_to", [PORTAL, f"{PORTAL}/", f"{PORTAL}/?x=1#/console"])
    def test_is_resolved_once_and_aws_is_given_what_it_leads_to(
        self, leads_to: str, home: Home, host: Vanity, cloud: Cloud
    ) -> None:
        host.location = leads_to
        begun(home, "behind")
        assert host.asked == ["HEAD"]
        assert cloud.calls[-1].parameters["startUrl"] == PORTAL

    def test_keeps_its_name_in_the_files(self, home: Home, host: Vanity, cloud: Cloud) -> None:
        token = signed_in(home, cloud, "legacy")
        assert token["startUrl"] == host.url
        assert (home.sso_folder / token_file(host.url)).exists()
        assert signed_in(home, cloud)["startUrl"] == host.url
        assert (home.sso_folder / token_file("corp")).exists()

    def test_is_asked_with_get_by_hosts_that_know_no_head(
        self, home: Home, host: Vanity, cloud: Cloud
    ) -> None:
        host.methods_refused = ("HEAD",)
        begun(home)
        assert host.asked == ["HEAD", "GET"]
        assert cloud.calls[-1].parameters["startUrl"] == PORTAL

    def test_in_another_region_is_signed_in_there(
        self, home: Home, host: Vanity, cloud: Cloud
    ) -> None:
        host.location = REGIONAL
        code = begun(home)
        cloud.portal.approve(code.user_code)
        outcome = finished(code, Time())
        assert outcome.region == "eu-west-1"
        assert body(home.sso_folder / token_file("corp"))["region"] == "eu-west-1"

    def test_in_the_same_region_changes_no_setting(
        self, home: Home, host: Vanity, cloud: Cloud
    ) -> None:
        host.location = REGIONAL.replace("eu-west-1", "us-east-1")
        code = begun(home)
        cloud.portal.approve(code.user_code)
        assert finished(code, Time()).region == ""

    @pytest.mark.parametrize(
        ("status_code", "location", "why"),
        [
            (200, None, "is not AWS's"),
            (302, "https://elsewhere.example/start", "leads to https://elsewhere.example/start"),
            (302, "https://awsapps.com.example/start", "and not to AWS"),
            (302, PORTAL.replace("https", "http"), "does not begin with https://"),
            (302, "/other", "and not to AWS"),
            (302, "https://awsapps.com:port/", "gives an answer that cannot be read"),
            (302, None, "answers with status 302"),
            (404, None, "answers with status 404"),
            (500, None, "answers with status 500"),
        ],
    )
    def test_that_does_not_lead_to_aws_is_refused(  # noqa: PLR0917 (rows of a table)
        self,
        status_code: int,
        location: str | None,
        why: str,
        home: Home,
        host: Vanity,
        cloud: Cloud,
    ) -> None:
        host.status, host.location = status_code, location
        problem = refused(home)
        assert problem.code == "start-url-refused"
        assert problem.message.startswith(f"sso_start_url {host.url} ")
        assert why in problem.message
        assert (problem.fix.words, problem.fix.act) == ("correct sso_start_url", Act.RENEW)
        assert cloud.calls == ()
        assert not home.sso_folder.exists()

    def test_that_cannot_be_reached_is_told_so(self, home: Home, cloud: Cloud) -> None:
        url = {"sso_start_url": "https://localhost:9/start", "sso_region": "us-east-1"}
        home.config(config_text({"sso": SSO}, {"corp": url}))
        assert refused(home).code == "unreachable"
        assert cloud.calls == ()


def test_aws_own_url_is_asked_nothing(home: Home, host: Vanity, cloud: Cloud) -> None:
    url = {"sso_start_url": PORTAL, "sso_region": "us-east-1"}
    home.config(config_text({"sso": SSO}, {"corp": url}))
    begun(home)
    assert host.asked == []
    assert cloud.actions == ["RegisterClient", "StartDeviceAuthorization"]
    assert len(registrations(home)) == 1


@pytest.mark.parametrize("kind", ["session", "legacy"])
def test_a_url_without_tls_breaks_the_row_and_says_what_to_write(
    kind: str, home: Home, cloud: Cloud
) -> None:
    url = {"sso_start_url": "http://corp.awsapps.com/start", "sso_region": "us-east-1"}
    section = SSO if kind == "session" else LEGACY | url
    home.config(config_text({"dev": section, "behind": role("dev")}, {"corp": url}))
    place = "[sso-session corp]" if kind == "session" else '"dev"'
    for name in ("dev", "behind"):
        broken = status(home, name).broken
        assert broken
        assert broken.code == "start-url-refused"
        assert "does not begin with https://" in broken.message
        assert str(broken.fix) == f"write https://corp.awsapps.com/start in {place}"
    assert refused(home, "dev").code == "start-url-refused"
    assert cloud.calls == ()
