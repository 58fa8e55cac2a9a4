"""Console sessions: AWS's sign-in endpoint, and GetFederationToken for IAM users.

Everything goes through botocore's own HTTP, so that proxies and certificate bundles mean what
they mean to the AWS CLI.
"""

from __future__ import annotations

import getpass
import json
import os
import re
from typing import Any, Final

from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from awsttl.aws import answers, limits
from awsttl.aws.outcome import Failed
from awsttl.aws.session_pool import LIMITS, unpooled
from awsttl.core import console
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.secret import Secret
from awsttl.core.snippets import Credentials
from awsttl.core.why import causes

_PATIENCE: Final = 10.0
"""Seconds for a connection, and as many for an answer."""
_LONGEST_NAME: Final = 32
"""Characters that GetFederationToken takes as a name."""
_BAD_REQUEST: Final = 400
_REFUSED: Final = "AWS signs these credentials in to no console"


def endpoint(place: console.Place) -> str:
    """The address of the federation endpoint.

    ``AWS_ENDPOINT_URL_SIGNIN`` moves it, as it moves botocore's ``signin`` service.
    """
    base = os.environ.get("AWS_ENDPOINT_URL_SIGNIN") or f"https://{place.sign_in}"
    return f"{base.rstrip('/')}/federation"


def sign_in_token(
    profile: str, place: console.Place, credentials: Credentials, seconds: float | None
) -> Secret | Failed:
    """A token that signs a browser in with these credentials. Blocks for one call.

    The keys go in the body of a POST: what stands in an address ends up in logs.
    """
    url = endpoint(place)
    request = AWSRequest(
        method="POST",
        url=url,
        data=console.token_request(credentials, seconds).reveal(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    aws = unpooled(profile)
    http = URLLib3Session(
        verify=aws.get_config_variable("ca_bundle") or True,
        proxies=get_environ_proxies(url),
        timeout=(_PATIENCE, _PATIENCE),
    )
    try:
        with limits.within(limits.RENEWAL):
            answer = http.send(request.prepare())
        # AWS itself says "Bad Request" with a page.
        if answer.status_code != _BAD_REQUEST and answers.is_web_page(
            answer.status_code, answer.headers, answer.content
        ):
            return Failed(answers.WEB_PAGE)
    except answers.FAULTS as error:
        # The error may quote the request; its table of causes gives no values.
        return Failed(answers.explained(error, lambda text: causes.explain(text, profile)))
    finally:
        http.close()
    return _token(answer.status_code, answer.content)


def _token(status: int, body: bytes) -> Secret | Failed:
    try:
        token = json.loads(body)["SigninToken"] if status == 200 else None
    except (ValueError, KeyError, TypeError, RecursionError):
        token = None
    if isinstance(token, str) and token:
        return Secret(token)
    fix = Remedy("take a role: sessions of GetSessionToken, for one, open no console")
    return Failed(Problem("no-console", f"{_REFUSED} (HTTP {status})", fix))


def user_session(
    profile: str, credentials: Credentials, seconds: float | None
) -> Credentials | Failed:
    """A session that an IAM user's keys can open the console with. Blocks for one call."""
    asked: dict[str, Any] = {"Name": _name(), "Policy": console.ALLOW_ALL}
    if seconds is not None:
        asked["DurationSeconds"] = int(seconds)
    try:
        aws = unpooled(profile)
        client = aws.create_client(
            "sts",
            aws_access_key_id=credentials.access_key_id,
            aws_secret_access_key=credentials.secret_access_key.reveal(),
            config=LIMITS,
        )
        with limits.within(limits.RENEWAL):
            keys = client.get_federation_token(**asked)["Credentials"]
    except answers.FAULTS as error:
        return Failed(answers.explained(error, lambda text: causes.explain(text, profile)))
    return Credentials(
        access_key_id=keys["AccessKeyId"],
        secret_access_key=Secret(keys["SecretAccessKey"]),
        session_token=Secret(keys["SessionToken"]),
        expires_at=keys["Expiration"].timestamp(),
        region=credentials.region,
    )


def _name() -> str:
    """Who it is, as CloudTrail shows it: the person's name on this machine."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = ""
    name = re.sub(r"[^\w+=,.@-]", "-", name, flags=re.ASCII)[:_LONGEST_NAME]
    return name if len(name) > 1 else console.ISSUER
