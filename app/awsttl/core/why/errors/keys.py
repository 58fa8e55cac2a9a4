"""What AWS says about a request's signature: the clock, the access key, its secret, its token."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from awsttl.core.remedies import Remedy
from awsttl.core.why.errors.rule import Rule
from awsttl.core.why.errors.text import Message

SET_THE_CLOCK: Final = Remedy("set the clock (timedatectl set-ntp true)")
_TIME: Final = r"(\d{8}t\d{6}z)"
_SIGNED: Final = re.compile(
    rf"signature(expired|notyetcurrent):{_TIME}is(?:nowearlier|stilllater)than{_TIME}\({_TIME}[+-]"
)
_SKEWED: Final = re.compile(
    r"<requesttime>(\d{8}t\d{6}z)</requesttime>"
    r"<servertime>(\d{4})-(\d\d)-(\d\d)t(\d\d):(\d\d):(\d\d)z</servertime>"
)


def _clock(message: Message, _name: str) -> tuple[str, Remedy] | None:
    """By how much the clock is wrong: the time of the signature against AWS's own."""
    if found := _SIGNED.search(message.words):
        # Slow: "Signature expired: A is now earlier than B (C - 5 min.)": C is AWS's time.
        which = "slow" if found[1].startswith("e") else "fast"
        signed, server = _instant(found[2]), _instant(found[4])
    elif found := _SKEWED.search(message.words):
        signed = _instant(found[1])
        server = _instant("{}{}{}t{}{}{}z".format(*found.groups()[1:]))
        which = "slow" if signed is not None and server is not None and signed < server else "fast"
    else:
        return None
    if signed is None or server is None:
        return f"this machine's clock is {which}", SET_THE_CLOCK
    lag = _spell(abs(server - signed))
    when = datetime.fromtimestamp(server, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return f"this machine's clock is {which} by {lag}; AWS's says {when} UTC", SET_THE_CLOCK


def _instant(text: str) -> float | None:
    try:
        return datetime.strptime(text.upper(), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:  # digits that are no date
        return None


def _spell(seconds: float) -> str:
    """A length of time in days, hours and minutes; below a minute in seconds."""
    if seconds < 60:
        return f"{round(seconds)} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "min"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


RULES: Final = (
    Rule(
        "clock-skew",
        "this machine's clock is wrong",
        SET_THE_CLOCK,
        phrases=(
            "Signature expired: … is now earlier than",
            "Signature not yet current: … is still later than",
            "difference between the request time and the current time is too large",
            "difference between the request time and the server's time is too large",
        ),
        shared=(
            "clock skew",
            "clock is skewed",
            "clock is out of sync",
            "Signature not yet current",
        ),
        codes=("RequestTimeTooSkewed", "RequestInTheFuture"),
        details=_clock,
        before=("secret-wrong",),
        reason="the code is SignatureDoesNotMatch, although the secret is right",
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (SignatureDoesNotMatch) when calling the GetCallerIdentity "
                    "operation: Signature expired: 20261120T210000Z is now earlier than "
                    "20261120T215500Z (20261120T220000Z - 5 min.)"
                ),
            ),
            (
                "java-v1",
                (
                    "com.amazonaws.services.s3.model.AmazonS3Exception: The difference between the "
                    "request time and the current time is too large. (Service: Amazon S3; Status "
                    "Code: 403; Error Code: RequestTimeTooSkewed; Request ID: 4F2A)"
                ),
            ),
            (
                "js-v2",
                (
                    "InvalidSignatureException: Signature not yet current: "
                    "20261120T220000Z is still later than 20261120T210500Z "
                    "(20261120T210000Z + 5 min.)"
                ),
            ),
        ),
    ),
    Rule(
        "clock-skew",
        "AWS's new session has expired by this machine's clock",
        SET_THE_CLOCK,
        own=("AWS's answer is a session that has expired",),
        before=("session-expired",),
        reason="the session is new: it is the clock that makes it look old",
        examples=(("awsttl", "AWS's answer is a session that has expired"),),
    ),
    Rule(
        "secret-wrong",
        "the secret access key does not match its key",
        Remedy("put in the secret of that key"),
        phrases=("The request signature we calculated does not match the signature you provided",),
        codes=("SignatureDoesNotMatch",),
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (SignatureDoesNotMatch) when calling the "
                    "ListBuckets operation: The request signature we calculated does not "
                    "match the signature you provided. Check your key and signing method."
                ),
            ),
            (
                "php",
                (
                    'Error executing "GetObject" on "https://b.s3.amazonaws.com/k"; AWS '
                    "HTTP error: SignatureDoesNotMatch (client): The request signature we "
                    "calculated does not match the signature you provided."
                ),
            ),
        ),
    ),
    Rule(
        "token-malformed",
        "the session token is not valid: it is cut off, or it belongs to another key",
        Remedy("take key, secret and session token anew, all three from one place"),
        phrases=("The provided token is malformed or otherwise invalid",),
        codes=("InvalidToken",),
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (InvalidToken) when calling the ListBuckets operation: The "
                    "provided token is malformed or otherwise invalid."
                ),
            ),
            (
                "xml",
                (
                    "<Error><Code>InvalidToken</Code><Message>The provided token is malformed or "
                    "otherwise invalid.</Message></Error>"
                ),
            ),
        ),
    ),
    Rule(
        "key-invalid",
        "the access key is deleted, inactive or wrong",
        Remedy("put in a valid key"),
        phrases=(
            "Invalid header value b'AWS4-HMAC-SHA256",
            "Credential must have exactly 5 slash-delimited elements",
            "not a valid key=value pair (missing equal-sign) in Authorization header",
            "The security token included in the request is invalid",
            "The AWS Access Key Id you provided does not exist in our records",
            "AWS was not able to validate the provided access credentials",
        ),
        codes=(
            "IncompleteSignature",
            "InvalidClientTokenId",
            "UnrecognizedClient",
            "AuthFailure",
            "InvalidAccessKeyId",
            "InvalidSecurityToken",
            "InactiveAccessKey",
        ),
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (InvalidClientTokenId) when calling the GetCallerIdentity "
                    "operation: The security token included in the request is invalid."
                ),
            ),
            (
                "dotnet",
                (
                    "Amazon.S3.AmazonS3Exception: The AWS Access Key Id you provided does "
                    "not exist in our records."
                ),
            ),
            (
                "ruby",
                (
                    "AWS was not able to validate the provided access credentials "
                    "(Aws::EC2::Errors::AuthFailure)"
                ),
            ),
        ),
    ),
)
