"""The commonest causes in the words of programs that do not repeat what AWS said.

They stand behind all rules that know more: a text that has AWS's own words is told by these.
"""

from __future__ import annotations

from typing import Final

from awsttl.core.remedies import Act, Remedy
from awsttl.core.why.errors.credentials import NOT_A_PROFILE
from awsttl.core.why.errors.login import LOGIN
from awsttl.core.why.errors.nowhere import OTHERS
from awsttl.core.why.errors.rule import Rule
from awsttl.core.why.errors.sentences import (
    KEY_WRONG,
    NO_CREDENTIALS,
    PROFILE_MISSING,
    SESSION_OVER,
)
from awsttl.core.why.errors.sso import SIGN_IN

RULES: Final = (
    Rule(
        "sign-in",
        "the SSO session has ended",
        SIGN_IN,
        phrases=("aws sso login",),
        shared=(
            "InvalidGrantException",
            "AWS Builder ID … expired",
            "expired … AWS Builder ID",
            "SSO token could not be refreshed",
            "SSO session could not be refreshed",
            "could not refresh SSO",
            "login with AWS IAM Identity Cent",
            "log in … IAM Identity Cent … again",
            "sign in again … IAM Identity Cent",
            "authenticate … IAM Identity Cent … again",
            "reauthenticate … IAM Identity Cent",
        ),
        before=("session-expired",),
        reason="the text itself says that a sign-in helps",
        examples=(
            ("script", "credentials expired? please run `aws sso login` and try again"),
            ("npm", "Error: AWS session is not valid, run aws sso login --profile dev"),
        ),
    ),
    Rule(
        "aws-login",
        "its aws login has ended",
        LOGIN,
        phrases=("run aws login", "run 'aws login'", "run `aws login`", 'run "aws login"'),
        before=("session-expired",),
        reason="the text itself says that a login helps",
        examples=(
            ("script", "your AWS session has expired, run `aws login` first"),
            ("npm", "Error: AWS session has expired, run aws login --profile dev"),
        ),
    ),
    Rule(
        "profile-missing",
        "there is no such profile",
        Remedy("correct the name{called}, or AWS_PROFILE"),
        sentences=(PROFILE_MISSING,),
        unless=NOT_A_PROFILE,
        examples=(
            ("dotnet", "Amazon.Runtime.AmazonClientException: Unable to find the 'dev' profile"),
            ("script", "the AWS profile 'dev' isn't defined"),
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
        sentences=SESSION_OVER,
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
            "pagination token",
            "incoming token",
            "SecurityToken.Expired",
            "NextToken",
            "mqtt",
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
        sentences=KEY_WRONG,
        unless=("smtp",),
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
        "the program got no credentials, and does not say why",
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
            "credentials for profile",
            "No valid AWS authentication found",
        ),
        sentences=NO_CREDENTIALS,
        unless=OTHERS,
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
    Rule(
        "not-authorized",
        "AWS does not let this source assume the role, or the program does not say why it cannot",
        Remedy("check the role's trust policy and the source's sts:AssumeRole permission"),
        shared=(
            "could not assume role",
            "could not assume the role",
            "cannot assume role",
            "cannot assume the role",
            "unable to assume role",
            "unable to assume the role",
            "failed to assume role",
            "failed to assume the role",
            "error assuming role",
            "not allowed to assume",
        ),
        examples=(
            ("script", "could not assume the role arn:aws:iam::444455556666:role/Admin"),
            ("gitlab", "ERROR: AWS: failed to assume role Deploy"),
        ),
    ),
)
