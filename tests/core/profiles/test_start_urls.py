"""Start URLs by the rules of AWS CLI v2 from 2.35.13 on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.profiles import start_urls


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://corp.awsapps.com/start", ""),
        ("https://CORP.AWSAPPS.COM/start/#/", ""),
        ("https://awsapps.com", ""),
        ("https://start.home.awsapps.cn/directory/d-1", ""),
        ("https://identitycenter.amazonaws.com/ssoins-1", ""),
        ("https://identitycenter.us-gov.amazonaws.com/ssoins-1", ""),
        ("https://ssoins-1.portal.eu-west-1.app.aws", "eu-west-1"),
        ("https://ssoins-1.portal.eu-west-1.app.aws./", "eu-west-1"),
        ("https://ssoins-1.us-east-2.portal.amazonaws.com", "us-east-2"),
        ("https://ssoins-1.cn-north-1.portal.amazonaws.com.cn", "cn-north-1"),
        ("https://ssoins-1.portal.cn-north-1.app.amazonwebservices.com.cn", "cn-north-1"),
        ("https://ssoins-1.eusc-de-east-1.portal.amazonaws.eu", "eusc-de-east-1"),
        ("https://ssoins-1.portal.eusc-de-east-1.api.amazonwebservices.eu", "eusc-de-east-1"),
        ("https://a.b.portal.eu-west-1.app.aws", ""),
    ],
)
def test_those_of_aws_are_its_own_and_some_name_their_region(url: str, region: str) -> None:
    assert start_urls.is_awss(url)
    assert start_urls.region(url) == region
    assert start_urls.fault(url, "x") is None


@pytest.mark.parametrize(
    "url",
    [
        "https://sso.example.com/start",
        "https://awsapps.com.example.com/start",
        "https://notawsapps.com/start",
        "https://corp.awsapps.com@example.com/start",
        "https://example.com/?corp.awsapps.com",
        "https://[::1]/start",
    ],
)
def test_others_are_not(url: str) -> None:
    assert not start_urls.is_awss(url)
    assert start_urls.region(url) == ""
    assert start_urls.fault(url, "x") is None


@pytest.mark.parametrize(
    ("url", "why", "fix"),
    [
        ("http://corp.awsapps.com/start", "does not begin with https://",
         "write https://corp.awsapps.com/start in x"),
        ("corp.awsapps.com/start", "does not begin with https://",
         "write https://corp.awsapps.com/start in x"),
        ("ftp://corp", "does not begin with https://", "correct sso_start_url in x"),
        ("https://", "has no host in it", "correct sso_start_url in x"),
        ("https:/corp", "has no host in it", "correct sso_start_url in x"),
        ("", "does not begin with https://", "correct sso_start_url in x"),
    ],
)  # fmt: skip
def test_what_no_cli_signs_in_at_is_told_with_what_to_write(url: str, why: str, fix: str) -> None:
    problem = start_urls.fault(url, "x")
    assert problem
    assert why in problem.message
    assert str(problem.fix) == fix


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://d-1.awsapps.com/start/", "https://d-1.awsapps.com/start"),
        ("https://d-1.awsapps.com:443/start?a=b#/c", "https://d-1.awsapps.com/start"),
        ("https://D-1.awsapps.com:8443", "https://d-1.awsapps.com:8443"),
    ],
)
def test_where_a_redirect_leads_is_given_plain(url: str, plain: str) -> None:
    assert start_urls.plain(url) == plain


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    problem = start_urls.fault(text, "x")
    assert problem is None or problem.code == "start-url-refused"
    assert not (start_urls.region(text) and not start_urls.is_awss(text))
