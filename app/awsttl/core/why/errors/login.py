"""``aws login``: a login that has ended, that AWS refuses, that lacks a library."""

from __future__ import annotations

from typing import Final

from awsttl.core.remedies import Remedy
from awsttl.core.why.errors.rule import Rule
from awsttl.core.why.errors.sentences import LOGIN_OVER

LOGIN: Final = Remedy("run: aws login{option}")

RULES: Final = (
    Rule(
        "crt-missing",
        "this sign-in needs the awscrt package",
        LOGIN,
        phrases=("botocore[crt]", "Missing Dependency: … awscrt", "requires … awscrt"),
        examples=(
            (
                "boto3",
                (
                    "botocore.exceptions.MissingDependencyException: Missing Dependency: Using the "
                    "login credential provider requires an additional dependency. You will need to "
                    'pip install "botocore[crt]" before proceeding.'
                ),
            ),
            (
                "aws-cli v1",
                (
                    'Missing Dependency: You will need to pip install "botocore[crt]" before '
                    "proceeding."
                ),
            ),
        ),
    ),
    Rule(
        "not-authorized",
        "AWS does not let this login refresh",
        Remedy("have signin:CreateOAuth2Token allowed"),
        phrases=(
            "permission for the 'signin:CreateOAuth2Token' action",
            "permission … CreateOAuth2Token … action",
            "not authorized to perform: signin:CreateOAuth2Token",
        ),
        examples=(
            (
                "aws-cli",
                (
                    "Unable to create or refresh login credentials due to insufficient "
                    "permissions. You may be missing permission for the "
                    "'signin:CreateOAuth2Token' action."
                ),
            ),
            (
                "boto3",
                (
                    "botocore.exceptions.LoginInsufficientPermissions: Unable to create or "
                    "refresh login credentials due to insufficient permissions. You may be "
                    "missing permission for the 'signin:CreateOAuth2Token' action."
                ),
            ),
        ),
    ),
    Rule(
        "login-refused",
        "aws login does not use this profile, which has other credentials already",
        Remedy("run: aws login --profile with a new name, or remove the other credentials"),
        phrases=("is already configured with … credentials … aws login",),
        examples=(
            (
                "aws-cli",
                (
                    "aws: [ERROR]: An error occurred (Configuration): Profile 'dev' is already "
                    "configured with Access Key credentials.\n\nYou may run 'aws login --profile "
                    "new-profile-name' to create a new profile with the specified name."
                ),
            ),
            (
                "aws-cli json",
                (
                    '{"Code": "Configuration", "Message": "Profile \'dev\' is already '
                    "configured with SSO credentials.\\n\\nYou may run 'aws login "
                    "--profile new-profile-name'\"}"
                ),
            ),
        ),
    ),
    Rule(
        "never-signed-in",
        "not signed in with aws login yet",
        LOGIN,
        phrases=(
            "Unable to load a existing login session",
            "Unable to load an existing login session",
            "Failed to load a token for session",
            "load login token: token file not found",
            "missing login session cache",
            ".aws/login/cache/ … no such file",
            "no such file … .aws/login/cache/",
            ".aws/login/cache/ … cannot find the",
        ),
        before=("aws-login",),
        reason="there is no token at all; the advice is the same",
        examples=(
            (
                "aws-cli",
                (
                    "Error loading login session token: Unable to load a existing login session "
                    "for session arn:aws:iam::111122223333:user/me, Please reauthenticate with "
                    "'aws login'."
                ),
            ),
            (
                "js-v3",
                (
                    "CredentialsProviderError: Failed to load a token for session "
                    "arn:aws:iam::111122223333:user/me, please re-authenticate using aws login"
                ),
            ),
        ),
    ),
    Rule(
        "cache-corrupt",
        "the file of its login is damaged",
        LOGIN,
        phrases=(
            "Failed to load access token from token cache, missing",
            "Private key not found in cached token",
        ),
        before=("aws-login",),
        reason="the login may still live, but its file cannot be read",
        examples=(
            (
                "aws-cli",
                (
                    "aws: [ERROR]: Error loading login session token: Failed to load access token "
                    "from token cache, missing one or more required fields."
                ),
            ),
            (
                "boto3",
                (
                    "botocore.exceptions.LoginTokenLoadError: Error loading login session token: "
                    "Failed to load access token from token cache, missing required fields: dpopKey"
                ),
            ),
        ),
    ),
    Rule(
        "aws-login",
        "its aws login has ended",
        LOGIN,
        phrases=(
            "reauthenticate using 'aws login'",
            "reauthenticate with 'aws login'",
            "reauthenticate with your new password using 'aws login'",
            "re-authenticate using aws login",
            "reauthenticate using aws login",
            "authenticate using `aws login`",
            "authenticate with `aws login`",
            "loading login session token",
            "a login session profile",
            "redeeming a login authorization code",
            "cached login token",
            "login session … expired",
            "Login Token has expired",
            "Login Token … is expired",
            "Login Token is expired",
            "login session password has changed",
            "change in your password. Please reauthenticate",
            "token refresh … login session",
            "from the cached Login Token",
            "PROVIDER_LOGIN_",
            "credential-provider-login",
            "CreateOAuth2Token - failed",
            "create oauth2 token:",
        ),
        shared=("LoginRefreshTokenExpired", "session has expired. Please reauthenticate"),
        sentences=LOGIN_OVER,
        before=("session-expired",),
        reason="the session has expired as well, and comes back with the sign-in only",
        examples=(
            ("aws-cli", "Your session has expired. Please reauthenticate using 'aws login'."),
            (
                "js-v3",
                (
                    "CredentialsProviderError: Failed to refresh token: Error: 401. Please "
                    "re-authenticate using aws login"
                ),
            ),
        ),
    ),
    Rule(
        "aws-login",
        "its aws login has ended",
        LOGIN,
        codes=(
            "AccessDenied",
            "ExpiredToken",
            "InvalidGrant",
            "InvalidRequest",
            "Unauthorized",
            "Validation",
        ),
        operations=("createoauth2token",),
        before=("session-expired",),
        reason="the code is ExpiredToken for a login as well",
        examples=(
            (
                "aws-cli",
                (
                    "aws: [ERROR]: An error occurred (AccessDeniedException) when calling the "
                    "CreateOAuth2Token operation: The refresh token has expired."
                ),
            ),
            (
                "go-v2",
                (
                    "operation error Signin: CreateOAuth2Token, https response error StatusCode: "
                    "403, RequestID: 5c1e, ExpiredTokenException:"
                ),
            ),
        ),
    ),
)
