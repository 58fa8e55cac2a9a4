"""Where a start URL leads that is none of AWS's: one request, one redirect, as in AWS CLI v2."""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from urllib.parse import urljoin

from botocore.awsrequest import AWSRequest
from botocore.exceptions import HTTPClientError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from awsttl.core.profiles import start_urls
from awsttl.core.remedies import Act, Problem, Remedy

_TIMEOUT: Final = 10.0
"""Seconds for the connection, and as many for the answer."""
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_NO_HEAD: Final = (405, 501)


class RefusedError(Exception):
    """No AWS CLI signs in at this start URL; *problem* says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Portal(NamedTuple):
    """Where one signs in."""

    url: str
    """What AWS is given."""
    region: str


def resolve(url: str, region: str, session: Any, seconds: float = _TIMEOUT) -> Portal:
    """The portal that a configured start URL stands for. *region* is the configured one.

    AWS's own URL is its own portal; nothing is asked then. Of a session of botocore's, *session*,
    the bundle of certificates is used. Blocks, *seconds* at most for the connection and as many for
    the answer; raises :class:`RefusedError`, and what botocore raises where the host cannot be
    reached.
    """
    if problem := start_urls.fault(url, "the config file"):
        raise RefusedError(problem)
    if start_urls.is_awss(url):
        return Portal(url, region)
    found = _redirected(url, session.get_config_variable("ca_bundle"), seconds)
    if not start_urls.is_awss(found):
        raise _refused(url, f"leads to {found}, and not to AWS" if found != url else "is not AWS's")
    if not found.startswith("https:"):
        raise _refused(url, f"leads to {found}, which does not begin with https://")
    return Portal(found, start_urls.region(found) or region)


def _redirected(url: str, bundle: str | None, seconds: float) -> str:
    """Where a URL leads; itself where it answers by itself."""
    http = URLLib3Session(verify=bundle or True, proxies=get_environ_proxies(url), timeout=seconds)
    try:
        status, location = _ask(http, "HEAD", url)
        if status in _NO_HEAD:
            status, location = _ask(http, "GET", url)
    finally:
        http.close()
    if status in _REDIRECTS and location:
        return start_urls.plain(urljoin(url, location))
    if status >= 300:
        raise _refused(url, f"answers with status {status}")
    return url


def _ask(http: URLLib3Session, method: str, url: str) -> tuple[int, str]:
    """The status of the answer, and where it redirects to."""
    try:
        answer = http.send(AWSRequest(method=method, url=url).prepare())
    except HTTPClientError as error:
        if type(error) is HTTPClientError:  # Connections that fail have errors of their own.
            raise _refused(url, "gives an answer that cannot be read") from None
        raise
    return answer.status_code, answer.headers.get("Location", "")


def _refused(url: str, why: str) -> RefusedError:
    fix = Remedy("correct sso_start_url", Act.RENEW, purpose="again")
    return RefusedError(Problem("start-url-refused", f"sso_start_url {url} {why}", fix))
