"""The AWS console for a profile: where it is, which way leads in, and how long it stays open.

The rules are those of AWS's "Enable custom identity broker access to the AWS console" and of its
comparison of STS operations: credentials of GetSessionToken open no console, an IAM user needs
GetFederationToken for one, and a duration can be chosen where a role is assumed in one hop.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from awsttl.core.model import Profile
from awsttl.core.profiles.cache_names import text_of
from awsttl.core.profiles.kinds import FACTS, ConsoleWay
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.secret import Secret
from awsttl.core.snippets import Credentials

SHORTEST: Final = 900.0
LONGEST: Final = 43_200.0
"""Seconds that a console session may be asked to last."""

ISSUER: Final = "awsttl"

ALLOW_ALL: Final = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
    separators=(",", ":"),
)
"""A session of GetFederationToken may do what both the user and this policy allow: without one,
nothing."""


class Place(NamedTuple):
    """The hosts of a partition."""

    sign_in: str
    console: str
    region: str
    """Where its console opens unless a region is known."""


PLACES: Final[Mapping[str, Place]] = {
    "aws": Place("signin.aws.amazon.com", "console.aws.amazon.com", "us-east-1"),
    "aws-cn": Place("signin.amazonaws.cn", "console.amazonaws.cn", "cn-north-1"),
    "aws-us-gov": Place(
        "signin.amazonaws-us-gov.com", "console.amazonaws-us-gov.com", "us-gov-west-1"
    ),
    "aws-eusc": Place("signin.amazonaws-eusc.eu", "console.amazonaws-eusc.eu", "eusc-de-east-1"),
}
"""The partitions that have a public sign-in page. Those of the intelligence community have none."""

_BY_REGION: Final = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "eusc-": "aws-eusc",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
}

_SHORT_NAMES: Final = {
    "cfn": "cloudformation",
    "cw": "cloudwatch",
    "ddb": "dynamodbv2",
    "dynamodb": "dynamodbv2",
    "logs": "cloudwatch/home#logsV2:log-groups",
    "r53": "route53/v2",
    "route53": "route53/v2",
    "sfn": "states",
    "sm": "secretsmanager",
    "ssm": "systems-manager",
}
"""What people call services whose console is called something else."""


def partition(profile: Profile, role_arn: str, region: str) -> str:
    """The partition of a profile: as its role says, else as the region does."""
    parts = role_arn.split(":")
    if len(parts) > 1 and parts[0] == "arn":
        return parts[1]
    where = region or profile.region
    return next((name for start, name in _BY_REGION.items() if where.startswith(start)), "aws")


def way(profile: Profile) -> ConsoleWay | Problem:
    """How one gets into the console with a profile, or why one does not."""
    facts = FACTS[profile.kind]
    if facts.is_temporary and profile.mfa_session is not None:
        source = profile.mfa_session.source
        return Problem(
            "no-console",
            "AWS opens no console for a session of GetSessionToken",
            Remedy(f"take a role, or the keys themselves: awsttl console {source}"),
        )
    if facts.console is ConsoleWay.NONE:
        return Problem("no-console", "it has no credentials", Remedy())
    return facts.console


def no_duration(profile: Profile) -> str:
    """Why AWS lets nobody choose how long a console session lasts; empty where it does."""
    facts, behind = FACTS[profile.kind], profile.links[1:2]
    if facts.is_assumed and behind and FACTS[behind[0].kind].is_long_term:
        return ""  # one hop: the session is a role's, and no other session is behind it
    return facts.console_time


def destination(place: Place, region: str, service: str) -> str:
    """The page of a service in the console; without a service, the console's first one."""
    region = region or place.region
    path = _SHORT_NAMES.get(service.lower(), service.lower()) or "console"
    if "#" in path:
        path, _, fragment = path.partition("#")
        return f"https://{region}.{place.console}/{path}?region={region}#{fragment}"
    return f"https://{region}.{place.console}/{quote(path)}/home?region={region}"


def is_page(url: str) -> bool:
    """Whether one may be sent there with a session: a web page, over TLS."""
    parts = urlsplit(url)
    return parts.scheme == "https" and bool(parts.hostname)


def portal_link(section: Mapping[str, object], profile: Profile, page: str) -> str:
    """The link of the SSO portal to a role's console. *section* has the start URL."""
    start = (text_of(section, "sso_start_url") or "").rstrip("/").removesuffix("/#")
    asked = {"account_id": profile.account_id, "role_name": profile.role}
    if page:
        asked["destination"] = page
    return f"{start}/#/console?{urlencode(asked, quote_via=quote)}"


def token_request(credentials: Credentials, seconds: float | None) -> Secret:
    """The body of the call that gives a sign-in token for a session.

    *seconds* is how long the console session is to last; ``None`` where AWS decides.
    """
    token = credentials.session_token
    session = {
        "sessionId": credentials.access_key_id,
        "sessionKey": credentials.secret_access_key.reveal(),
        "sessionToken": token.reveal() if token else "",
    }
    form = {"Action": "getSigninToken", "Session": json.dumps(session)}
    if seconds is not None:
        form["SessionDuration"] = str(int(seconds))
    return Secret(urlencode(form))


def sign_in_link(federation: str, token: Secret, page: str) -> Secret:
    """The link that signs a browser in, good for a quarter of an hour and whoever has it."""
    asked = {
        "Action": "login",
        "Issuer": ISSUER,
        "Destination": page,
        "SigninToken": token.reveal(),
    }
    return Secret(f"{federation}?{urlencode(asked)}")


def after_logging_out(place: Place, link: Secret) -> Secret:
    """A link that ends the session of the browser first, and then goes where *link* does."""
    asked = {"Action": "logout", "redirect_uri": link.reveal()}
    return Secret(f"https://{place.sign_in}/oauth?{urlencode(asked)}")


def in_container(link: Secret, name: str) -> Secret:
    """A link that Firefox's extension "Granted Containers" opens in a container of that name."""
    return Secret(f"ext+granted-containers:{urlencode({'name': name, 'url': link.reveal()})}")
