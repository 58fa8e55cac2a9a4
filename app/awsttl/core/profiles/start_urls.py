"""Start URLs of IAM Identity Center: which an AWS CLI takes, and what their hosts say.

An organisation may give its portal a name of its own, which leads to AWS by a redirect. The rules
are those of AWS CLI v2 from 2.35.13 on (its ``customizations/sso/resolve.py``, read in 2.36.7).
"""

from __future__ import annotations

import re
from typing import Final

from awsttl.core.patterns import late
from awsttl.core.remedies import Problem, Remedy

_AWSS: Final = (
    "app.aws",
    "portal.amazonaws.com",
    "portal.amazonaws.com.cn",
    "app.amazonwebservices.com.cn",
    "portal.amazonaws.eu",
    "api.amazonwebservices.eu",
    "awsapps.com",
    "awsapps.cn",
)
"""Domains of AWS's portals."""
_AWSS_OWN: Final = (
    "identitycenter.amazonaws.com",
    "identitycenter.amazonaws.com.cn",
    "identitycenter.amazonaws.eu",
    "identitycenter.us-gov.amazonaws.com",
)
"""Hosts without an instance's name before them."""
_WITH_REGION: Final = late(
    r"[^.]+\.(?:portal\.(?P<after>[a-z0-9-]+)"
    r"\.(?:app\.aws|app\.amazonwebservices\.com\.cn|api\.amazonwebservices\.eu)"
    r"|(?P<before>[a-z0-9-]+)\.portal\.amazonaws\.(?:com|com\.cn|eu))"
)
"""Hosts that name the region of the portal."""


def fault(url: str, place: str) -> Problem | None:
    """Why no AWS CLI of today signs in at a start URL, whatever answers there.

    *place* is the section in which it stands, for people.
    """
    scheme, host = _parts(url)
    if scheme == "https" and host:
        return None
    why = "has no host in it" if scheme == "https" else "does not begin with https://"
    bare = re.sub(r"^[a-z]*:?/+", "", url, flags=re.IGNORECASE)
    fix = f"write https://{bare}" if bare and scheme in ("http", "") else "correct sso_start_url"
    message = f'sso_start_url "{url}" {why}: the AWS CLI refuses to sign in there'
    return Problem("start-url-refused", message, Remedy(f"{fix} in {place}"))


def is_awss(url: str) -> bool:
    """Whether its host is one of AWS's. Any other has to lead to such a one by a redirect."""
    host = _parts(url)[1].rstrip(".")
    return host in _AWSS_OWN or any(host == own or host.endswith(f".{own}") for own in _AWSS)


def region(url: str) -> str:
    """The region that its host names; empty where it names none."""
    found = _WITH_REGION.fullmatch(_parts(url)[1].rstrip("."))
    return (found["after"] or found["before"]) if found else ""


def plain(url: str) -> str:
    """Where a redirect leads, as AWS is given it: without query, fragment and slashes at the end.

    Raises ``ValueError`` for a port that is none.
    """
    from urllib.parse import urlsplit, urlunsplit

    parts = urlsplit(url)
    port = "" if parts.port in (None, 443) else f":{parts.port}"
    return urlunsplit(
        (parts.scheme, f"{parts.hostname or ''}{port}", parts.path.rstrip("/"), "", "")
    )


_URL: Final = late(
    r"(?P<scheme>[a-z][a-z0-9+.-]*):(?://(?:[^/?#@]*@)?(?P<host>\[[^]/?#]*\]|[^:/?#]*))?",
    re.IGNORECASE,
)


def _parts(url: str) -> tuple[str, str]:
    """Scheme and host in lower case; both empty where it is no URL."""
    # Not by urllib.parse: a list of profiles would wait for its import.
    found = _URL.match(url.strip())
    return (found["scheme"].lower(), (found["host"] or "").lower()) if found else ("", "")
