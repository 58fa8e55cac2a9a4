"""Whether what answers is AWS, and what to say where it is not.

Any network may put something between a person and AWS: a hotel's sign-in page, a proxy that knows
better, a server that is broken. botocore hands on what these send, as far as it parses: a number
where a text belongs, nothing where a session was to be. So every answer is looked at in one place,
by botocore's own description of it, before anybody uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from botocore import parsers
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.parsers import ResponseParserError

from awsttl.aws.limits import OutOfTimeError, TooMuchError
from awsttl.core.remedies import Act, Problem, Remedy

_AGAIN: Final = Remedy("check network, VPN and proxy", Act.RENEW, purpose="again")
WEB_PAGE: Final = Problem(
    "web-page",
    "something between you and AWS answered with a web page",
    Remedy("sign in to the network in a browser", Act.RENEW, purpose="again"),
)
NOT_AWS: Final = Problem("unreachable", "something else than AWS answers", _AGAIN)
TOO_MUCH: Final = Problem("unreachable", str(TooMuchError()), _AGAIN)
UNEXPECTED: Final = Problem("unexpected", "unexpected", Remedy(act=Act.RENEW, purpose="again"))
TIMEOUT: Final = Problem("timeout", str(OutOfTimeError()), _AGAIN)

_REDIRECTS: Final = (301, 302, 303, 307, 308, 511)
_LONGEST: Final = 200_000
"""Characters of one text in an answer. A session token has some thousand."""
_LONGEST_SHOWN: Final[Mapping[str, int]] = {
    "userCode": 100,
    "verificationUri": 2_000,
    "verificationUriComplete": 2_000,
    "Account": 100,
    "Arn": 2_048,
    "UserId": 500,
}
"""Member → the same, of what is shown to a person."""
_LATEST: Final = 1e13
"""The largest number that makes sense: milliseconds, in the year 2286."""

_DAY: Final = 86_400
_MOST: Final[Mapping[str, float]] = {
    "expiresIn": 4_000 * _DAY,
    "interval": _DAY,
    "clientSecretExpiresAt": 1e11,
}
"""Member → the largest number, in seconds. It is not negative either."""

_KEYS: Final = ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration")
_NEEDED: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "AssumeRole": ("Credentials", _KEYS),
    "AssumeRoleWithWebIdentity": ("Credentials", _KEYS),
    "GetSessionToken": ("Credentials", _KEYS),
    "GetFederationToken": ("Credentials", _KEYS),
    "GetCallerIdentity": ("", ("Account", "Arn", "UserId")),
    "GetRoleCredentials": (
        "roleCredentials",
        ("accessKeyId", "secretAccessKey", "sessionToken", "expiration"),
    ),
    "RegisterClient": ("", ("clientId", "clientSecret", "clientSecretExpiresAt")),
    "StartDeviceAuthorization": ("", ("deviceCode", "userCode", "verificationUri", "expiresIn")),
    "CreateToken": ("", ("accessToken", "expiresIn")),
    "CreateOAuth2Token": ("tokenOutput", ("accessToken", "expiresIn", "refreshToken")),
}
"""Operation → the member that holds what is needed, and what that is. The models of some services
call nothing required, because older ones of AWS's own answers lack this or that."""


class NotAwsError(Exception):
    """What answers is not AWS; *problem* says it in words."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


FAULTS: Final = (
    BotoCoreError,
    ClientError,
    ResponseParserError,
    NotAwsError,
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RuntimeError,
    OverflowError,
)
"""What a call to AWS may raise, whatever answers."""


def watch(events: Any) -> None:
    """Have every answer looked at, of all clients that are made with these events of botocore's."""
    events.register("before-parse", _before_parsing)
    events.register("after-call", _after_parsing)


def is_web_page(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether an answer was meant for a browser.

    AWS's own load balancers send pages too, with a status that says that they have trouble, or are
    asked too often: these are none.
    """
    if (status >= 500 or status == 429) and status not in _REDIRECTS:
        return False
    if status in _REDIRECTS:
        return True
    kind = headers.get("content-type", headers.get("Content-Type", "")).lower()
    begin = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "html" in kind or begin.startswith((b"<!doctype html", b"<html", b"<head", b"<script"))


def explained(error: BaseException, explain: Callable[[str], Problem]) -> Problem:
    """What went wrong with a call, in words; *explain* knows what AWS and botocore say."""
    if isinstance(error, NotAwsError):
        return error.problem
    cause = error.kwargs.get("error") if isinstance(error, HTTPClientError) else error
    if isinstance(cause, TooMuchError):
        return TOO_MUCH
    if isinstance(cause, OutOfTimeError):
        return TIMEOUT
    if isinstance(error, ResponseParserError | RecursionError) or _is_of_botocore(error):
        return NOT_AWS
    if isinstance(error, TypeError | AttributeError | RuntimeError | OverflowError):
        return UNEXPECTED._replace(message=f"unexpected {type(error).__name__}")
    return explain(str(error))


def _is_of_botocore(error: BaseException) -> bool:
    """Whether botocore failed to make sense of an answer.

    Its parsers raise errors of any kind. What a container or a machine answers goes through none.
    """
    modules = []
    trace = error.__traceback__
    while trace is not None:
        modules.append(str(trace.tb_frame.f_globals.get("__name__")))
        trace = trace.tb_next
    if parsers.__name__ in modules:
        return True
    if isinstance(error, KeyError):
        return error.args[0] in (*_KEYS, "Token")
    is_odd = isinstance(error, TypeError | AttributeError | RuntimeError | OverflowError)
    return is_odd and bool(modules) and modules[-1].startswith("botocore.")


def _before_parsing(response_dict: Mapping[str, Any], **_: Any) -> None:
    body = response_dict.get("body")
    if isinstance(body, bytes) and is_web_page(
        response_dict["status_code"], response_dict["headers"], body
    ):
        raise NotAwsError(WEB_PAGE)


def _after_parsing(http_response: Any, parsed: Any, model: Any, **_: Any) -> None:
    if http_response.status_code >= 300:
        return
    fault = "it is no object" if not isinstance(parsed, dict) else ""
    if not fault and model.output_shape is not None:
        fault = _fault(parsed, model.output_shape) or _lack(parsed, model.name)
    if fault:
        raise NotAwsError(NOT_AWS._replace(message=f"{NOT_AWS.message}: {fault}"))


def _lack(parsed: Mapping[str, Any], operation: str) -> str:
    holder, names = _NEEDED.get(operation, ("", ()))
    inside = parsed.get(holder) if holder else parsed
    if not isinstance(inside, dict):
        return f"{holder} is missing"
    return next((f"{name} is missing" for name in names if inside.get(name) in (None, "")), "")


def _fault(value: Any, shape: Any, name: str = "") -> str:
    """What is wrong with a value, by its shape; empty where nothing is."""
    match shape.type_name:
        case "structure":
            if not isinstance(value, dict):
                return f"{name} is no object"
            known = ((each, shape.members[each]) for each in value if each in shape.members)
            found = (_fault(value[each], inner, each) for each, inner in known)
            return next(filter(None, found), "")
        case "list":
            if not isinstance(value, list):
                return f"{name} is no list"
            return next(filter(None, (_fault(each, shape.member, name) for each in value)), "")
    return "" if value is None else _scalar_fault(value, shape.type_name, name)


def _least(name: str) -> float:
    return 0 if name in _MOST else -_LATEST


def _scalar_fault(value: Any, kind: str, name: str) -> str:
    match kind:
        case "string" if not isinstance(value, str):
            return f"{name} is no text"
        case "string" if len(value) > _LONGEST_SHOWN.get(name, _LONGEST):
            return f"{name} is far too long"
        case "integer" | "long" if not isinstance(value, int) or isinstance(value, bool):
            return f"{name} is no number"
        case "integer" | "long" if not _least(name) <= value <= _MOST.get(name, _LATEST):
            return f"{name} is no number that makes sense"
        case "timestamp" if not isinstance(value, datetime):
            return f"{name} is no time"
        case _:
            return ""
