"""What awsttl's own server says no with, in the words of the clients that asked it.

A client prints it behind its own words. A shell outlives the awsttl that gave it its
variables: then nobody answers at all.
"""

from __future__ import annotations

import re
from typing import Final

from awsttl.core.refusals import (
    NEEDS_PERSON,
    NO_MORE,
    OTHER_KEY,
    OTHER_PATH,
    RENEWING,
    REVOKED,
    UNAVAILABLE,
)
from awsttl.core.remedies import Act, Remedy
from awsttl.core.why.errors.rule import Rule
from awsttl.core.why.errors.text import Message

_REFUSED: Final = re.compile(
    rf'(?:{NEEDS_PERSON}|{UNAVAILABLE})(?:", "message": "|: )(.{{1,200}}?): ([^;"]{{1,300}})'
)
"""Whom a refusal is about, and why, as JSON or as the SDK for Go prints it."""
_ADDRESS: Final = re.compile(r"//127\.0\.0\.1:\d{1,5}/awsttl/[\w-]{1,60}/([^\s\"'`]{1,300})")
_ANEW: Final = Remedy(
    act=Act.UNSET, otherwise=Remedy("take new variables from awsttl for the shell")
)


def profile(message: Message) -> str | None:
    """The profile that an awsttl serves, where its refusal or its address stands in a text."""
    found = _REFUSED.search(message.flat)
    if found is None and "/awsttl/" in message.words:
        found = _ADDRESS.search(message.flat)
    if found is None:
        return None
    from urllib.parse import unquote

    return unquote(found[1], errors="surrogateescape") if found.re is _ADDRESS else found[1]


def _reason(message: Message, name: str) -> tuple[str, Remedy] | None:
    """The reason in the refusal."""
    if not (found := _REFUSED.search(message.flat)):
        return None
    reason = found[2].strip()
    if UNAVAILABLE in found[0]:
        wait = Remedy("wait a moment, awsttl tries again by itself")
        return f"awsttl, which serves this shell, got no new session: {reason}", wait
    return f"awsttl, which serves this shell, needs a person: {reason}", Remedy(
        act=Act.RENEW, profile=name or found[1]
    )


RULES: Final = (
    Rule(
        "served-needs-person",
        "awsttl, which serves this shell, needs a person for {profile}",
        Remedy(act=Act.RENEW),
        phrases=(
            f'"code": "{NEEDS_PERSON}", "message": "',
            f"failed to load credentials, {NEEDS_PERSON}: ",
        ),
        details=_reason,
        before=("no-credentials",),
        reason="it is why there are none",
        examples=(
            (
                "aws-cli",
                (
                    "Error when retrieving credentials from container-role: Error retrieving "
                    "metadata: Received non 200 response 403 from container metadata: "
                    '{"code": "NeedsPerson", "message": "prod: each renewal asks for an MFA code; '
                    'run: awsttl renew prod", "Code": "NeedsPerson", "Message": "prod: each '
                    'renewal asks for an MFA code; run: awsttl renew prod"}'
                ),
            ),
            (
                "go-v2",
                (
                    "operation error STS: GetCallerIdentity, failed to sign request: failed to "
                    "retrieve credentials: failed to refresh cached credentials, failed to load "
                    "credentials, NeedsPerson: prod: each renewal asks for an MFA code; "
                    "run: awsttl renew prod"
                ),
            ),
        ),
    ),
    Rule(
        "served-later",
        "awsttl, which serves this shell, gets a new session just now",
        Remedy("wait a moment, and try again"),
        phrases=(
            f'"code": "{UNAVAILABLE}", "message": "',
            f"failed to load credentials, {UNAVAILABLE}: ",
            f'"code": "{RENEWING}", "message": "awsttl renews',
            f"failed to load credentials, {RENEWING}: awsttl renews",
        ),
        details=_reason,
        before=("no-credentials",),
        reason="it is why there are none",
        examples=(
            (
                "aws-cli",
                (
                    "Error when retrieving credentials from container-role: Error retrieving "
                    "metadata: Received non 200 response 503 from container metadata: "
                    '{"code": "Unavailable", "message": "prod: AWS cannot be reached; check '
                    'network, VPN and proxy", "Code": "Unavailable", "Message": "prod: AWS cannot '
                    'be reached; check network, VPN and proxy"}'
                ),
            ),
            (
                "go-v2",
                (
                    "operation error STS: GetCallerIdentity, failed to sign request: failed to "
                    "retrieve credentials: failed to refresh cached credentials, failed to load "
                    "credentials, Renewing: awsttl renews prod; ask again in a moment"
                ),
            ),
        ),
    ),
    Rule(
        "served-revoked",
        "what awsttl gave this shell was revoked",
        _ANEW,
        phrases=(REVOKED, NO_MORE),
        before=("key-invalid", "no-credentials"),
        reason="it is why there are none, and no key of AWS's was revoked",
        examples=(
            (
                "aws-cli",
                (
                    "aws: [ERROR]: Error when retrieving credentials from container-role: Error "
                    "retrieving metadata: Received non 200 response 403 from container metadata: "
                    '{"code": "Revoked", "message": "this was revoked in awsttl; unset the '
                    'AWS_CONTAINER_ variables", "Code": "Revoked", "Message": "this was revoked '
                    'in awsttl; unset the AWS_CONTAINER_ variables"}'
                ),
            ),
            (
                "go-v2",
                (
                    "operation error STS: GetCallerIdentity, failed to sign request: failed to "
                    "retrieve credentials: failed to refresh cached credentials, failed to load "
                    "credentials, Revoked: this was revoked in awsttl; unset the AWS_CONTAINER_ "
                    "variables"
                ),
            ),
        ),
    ),
    Rule(
        "served-otherwise",
        "an awsttl answers there, but this shell's address or token is not from it: it was "
        "started anew since",
        _ANEW,
        phrases=(OTHER_PATH, OTHER_KEY),
        before=("no-credentials",),
        reason="it is why there are none",
        examples=(
            (
                "aws-cli",
                (
                    "Error when retrieving credentials from container-role: Error retrieving "
                    "metadata: Received non 200 response 404 from container metadata: "
                    f'{{"code": "NotFound", "message": "{OTHER_PATH}", "Code": "NotFound", '
                    f'"Message": "{OTHER_PATH}"}}'
                ),
            ),
            (
                "go-v2",
                (
                    "operation error STS: GetCallerIdentity, failed to sign request: failed to "
                    "retrieve credentials: failed to refresh cached credentials, failed to load "
                    f"credentials, Unauthorized: {OTHER_KEY}"
                ),
            ),
        ),
    ),
    Rule(
        "served-no-more",
        "the awsttl that served this shell has ended: its variables lead nowhere",
        _ANEW,
        phrases=(
            'endpoint URL: "http://127.0.0.1: … /awsttl/',
            'Get "http://127.0.0.1: … /awsttl/ … connection refused',
        ),
        before=("no-credentials", "unreachable"),
        reason="it is why nobody answers there",
        examples=(
            (
                "aws-cli",
                (
                    "Error when retrieving credentials from container-role: Error retrieving "
                    "metadata: Received error when attempting to retrieve container metadata: "
                    'Could not connect to the endpoint URL: "http://127.0.0.1:44589/awsttl/'
                    '54zFcgrOWmNffZ6NZsrysA/prod"'
                ),
            ),
            (
                "terraform",
                (
                    "Error: failed to refresh cached credentials, failed to load credentials,\n"
                    "exceeded maximum number of attempts, 3, request send failed, Get\n"
                    '"http://127.0.0.1:44589/awsttl/54zFcgrOWmNffZ6NZsrysA/prod": dial tcp\n'
                    "127.0.0.1:44589: connect: connection refused"
                ),
            ),
        ),
    ),
)
