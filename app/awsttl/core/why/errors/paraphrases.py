"""The commonest causes in the words of programs that do not repeat what AWS said.

They stand behind all rules that know more: a text that has AWS's own words is told by these.
"""

from __future__ import annotations

from typing import Final

from awsttl.core.remedies import Act, Remedy
from awsttl.core.why.errors.rule import Rule
from awsttl.core.why.errors.sso import SIGN_IN

RULES: Final = (
    Rule(
        "sign-in",
        "the SSO session has ended",
        SIGN_IN,
        phrases=("aws sso login",),
        before=("session-expired",),
        reason="the text itself says that a sign-in helps",
        examples=(
            ("script", "credentials expired? please run `aws sso login` and try again"),
            ("npm", "Error: AWS session is not valid, run aws sso login --profile dev"),
        ),
    ),
    Rule(
        "session-expired",
        "the session has expired",
        Remedy(act=Act.RENEW),
        shared=(
            "connection expired",
            "connection has expired",
            "credentials have expired",
            "credentials has expired",
            "credentials are expired",
            "credentials expired",
            "credential … has expired",
            "expired credentials",
            "expired … credentials",
            "security token has expired",
            "security token expired",
            "security token is expired",
            "expired security token",
            "session token has expired",
            "session token expired",
            "session token is expired",
            "session has expired",
            "session expired",
            "session is expired",
            "token has expired",
            "token is expired",
            "token expired",
            "expired token",
            "creds … expired",
            "expired creds",
        ),
        unless=(
            "access token has expired",
            "access token is expired",
            "access token expired",
            "authorization token",
            "refresh token has expired",
            "id token",
            "jwt",
            "cognito",
            "certificate has expired",
        ),
        examples=(
            ("granted", "aws creds invalid or expired"),
            ("script", "Your AWS session has expired, log in again"),
        ),
    ),
    Rule(
        "key-invalid",
        "AWS does not accept these credentials: the access key is deleted, inactive or wrong",
        Remedy("put in a valid key"),
        shared=(
            "unable to validate AWS credentials",
            "unable to validate AWS AccessKeyID",
            "error validating provider credentials",
            "Invalid credentials configured",
            "AWS credentials are invalid",
            "AWS credentials are not valid",
            "AWS credentials invalid",
            "invalid AWS credentials",
            "credentials are invalid",
            "credentials are not valid",
            "invalid security token",
            "security token is invalid",
            "security token invalid",
            "invalid access key",
            "access key is invalid",
            "access key does not exist",
        ),
        examples=(
            (
                "pulumi",
                "aws:iam:Role (admin): error: unable to validate AWS credentials.",
            ),
            ("script", "AWS credentials are invalid"),
        ),
    ),
    Rule(
        "no-credentials",
        "the program could not get credentials, and does not say why",
        Remedy("look at the profile", Act.DIAGNOSE),
        phrases=(
            "failed to refresh cached credentials",
            "an error occurred while loading credentials",
            "failed to retrieve credentials",
            "failed to sign request: failed to retrieve",
        ),
        shared=(
            "unable to get credentials",
            "failed to get credentials",
            "could not get credentials",
        ),
        examples=(
            (
                "go-v2",
                (
                    "operation error S3: ListBuckets, get identity: get credentials: failed to "
                    "refresh cached credentials, x"
                ),
            ),
            ("rust", "dispatch failure: other: an error occurred while loading credentials"),
        ),
    ),
)
