"""Sign-ins to IAM Identity Center (SSO)."""

from __future__ import annotations

from typing import Final

from awsttl.core.remedies import Act, Remedy
from awsttl.core.why.errors.rule import Rule
from awsttl.core.why.errors.sentences import SSO_FAILS, SSO_OVER

SIGN_IN: Final = Remedy("run: aws sso login{option}")
_PORTAL: Final = ("getrolecredentials", "listaccounts", "listaccountroles", "logout")
OIDC: Final = ("createtoken", "registerclient", "startdeviceauthorization")


RULES: Final = (
    Rule(
        "code-expired",
        "the code is no longer good",
        Remedy(act=Act.RENEW, purpose="for a new one"),
        phrases=("pending authorization to retrieve an SSO token has expired",),
        shared=(
            "Device code has expired",
            "Invalid device code",
        ),
        own=(
            "(ExpiredTokenException) when calling the CreateToken",
            "(InvalidGrantException) when calling the CreateToken",
        ),
        before=(
            "sign-in",
            "session-expired",
        ),
        reason="the same codes mean a sign-in that has ended, where no code was being waited for",
        examples=(
            (
                "aws-cli",
                (
                    "The pending authorization to retrieve an SSO token has expired. The "
                    "login flow to retrieve an SSO token must be restarted."
                ),
            ),
            (
                "go-v2",
                (
                    "operation error SSO OIDC: CreateToken, https response error StatusCode: 400, "
                    "RequestID: 5c1e, ExpiredTokenException: Device code has expired"
                ),
            ),
        ),
    ),
    Rule(
        "sign-in-denied",
        "the sign-in was denied in the browser",
        Remedy(act=Act.RENEW, purpose="to try again"),
        codes=("AccessDenied",),
        operations=("createtoken",),
        examples=(
            (
                "aws-cli",
                "An error occurred (AccessDeniedException) when calling the CreateToken operation:",
            ),
            (
                "go-v2",
                (
                    "operation error SSO OIDC: CreateToken, https response error StatusCode: 400, "
                    "RequestID: 5c1e, AccessDeniedException:"
                ),
            ),
        ),
    ),
    Rule(
        "role-not-assigned",
        "this role is not assigned to you in IAM Identity Center",
        Remedy("ask for the assignment"),
        phrases=(
            "No access … GetRoleCredentials",
            "credentials: ForbiddenException: No access",
            "SSO.Model. … : No access",
            "AmazonSSOException: No access",
            "No access (Service: Sso",
        ),
        shared=("No account found for the given parameters",),
        codes=("Forbidden", "ResourceNotFound"),
        operations=_PORTAL,
        own=("(ForbiddenException)",),
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (ForbiddenException) when calling the GetRoleCredentials "
                    "operation: No access"
                ),
            ),
            (
                "go-v2",
                (
                    "operation error SSO: GetRoleCredentials, https response error "
                    "StatusCode: 403, RequestID: 5c1e, ForbiddenException: No access"
                ),
            ),
        ),
    ),
    Rule(
        "role-not-assigned",
        "this role is not assigned to you in IAM Identity Center",
        Remedy("ask for the assignment"),
        shared=(
            "ForbiddenException … No access",
            "Forbidden: No access",
            "No access … ForbiddenException",
            "No access … Errors::Forbidden",
        ),
        examples=(
            ("aws-cli json", '{"Code": "ForbiddenException", "Message": "No access"}'),
            (
                "xml",
                (
                    "<Error><Code>ForbiddenException</Code><Message>No access</Message></Error>"
                    "<RequestId>5c1e</RequestId>"
                ),
            ),
        ),
    ),
    Rule(
        "never-signed-in",
        "not signed in to SSO yet",
        SIGN_IN,
        phrases=(
            "Error loading SSO Token: Token for … does not exist",
            "failed to read cached SSO token file … no such file",
            "SSO session has expired or is invalid: open … no such file",
            "SSOProviderInvalidToken … no such file",
            ".aws/sso/cache/ … no such file",
            ".aws/sso/cache/ … cannot find the",
            "no such file or directory … .aws/sso/cache/",
            "No such file or directory @ rb_sysopen - … .aws/sso/cache/",
            ".aws/sso/cache/ … ENOENT",
            "ENOENT … .aws/sso/cache/",
            "Cached credentials not found under … log in with aws sso login first",
            "Cached token not found. Please log in using",
            "No valid SSO Token could be found",
            "Unable to load SSO token",
            "NoSuchFileException: … .aws/sso/cache/",
            "failed to load token from SSO cache",
            "failed to load SSO token",
            "Unable to read token file at … .aws/sso/cache/",
            "Unable to open token file on path",
            "Access token for SSO not available",
        ),
        shared=(
            "SSO token … does not exist",
            "no cached SSO token",
            "no cached token was found",
            "SSO token not found",
            "SSO token is missing",
            "no SSO token",
            "not logged in to SSO",
            "not logged in to AWS SSO",
            "not signed in to SSO",
            "not signed in to AWS SSO",
            "need to sign in to AWS SSO",
            "need to log in to AWS SSO",
            "SSO: user is not authenticated",
        ),
        before=(
            "sign-in",
            "no-credentials",
        ),
        reason=(
            "the client says in the end that there are no credentials, or that the session has "
            "ended"
        ),
        examples=(
            (
                "aws-cli",
                "Error loading SSO Token: Token for https://corp.awsapps.com/start does not exist",
            ),
            (
                "go-v2",
                (
                    "failed to refresh cached credentials, failed to read cached SSO token "
                    "file, open "
                    "/home/me/.aws/sso/cache/0000000000000000000000000000000000000000."
                    "json: "
                    "no such file or directory"
                ),
            ),
            (
                "terraform",
                (
                    "│ Error: SSOProviderInvalidToken: the SSO session has expired or is invalid\n"
                    "│ caused by: open /home/me/.aws/sso/cache/"
                    "0000000000000000000000000000000000000000.json: no such file or directory"
                ),
            ),
            (
                "ruby",
                (
                    "sso_token_provider.rb:96:in `read': No such file or directory @ rb_sysopen - "
                    "/home/me/.aws/sso/cache/0000000000000000000000000000000000000000.json "
                    "(Errno::ENOENT)"
                ),
            ),
            (
                "pulumi",
                (
                    "No valid credential sources found.\nDetails: failed to refresh cached "
                    "credentials, failed to read cached SSO token file, open "
                    "/home/me/.aws/sso/cache/0000000000000000000000000000000000000000.json: no "
                    "such file or directory"
                ),
            ),
        ),
    ),
    Rule(
        "cache-corrupt",
        "the file of its SSO token is damaged",
        SIGN_IN,
        phrases=(
            "SSO cache data unexpectedly missing",
            "Invalid type for parameter accessToken, value: None",
            "Error loading SSO Token: Token for … is invalid",
            "cached SSO token must contain accessToken and expiresAt fields",
            "Value not present for … in SSO Token",
            "SSO cache … corrupt",
            "SSO token … corrupt",
            "SSO Token was invalid (expected JSON)",
            "in cached SSO token file",
            "in the cached SSO token file",
            "Cached SSO … returned an invalid",
            "Token file at … .aws/sso/cache/ … must contain",
            "Failed to parse token file … .aws/sso/cache/",
            "Cached credentials are missing required properties. Try running aws sso login",
        ),
        before=("sign-in",),
        reason="the token may still live, but its file cannot be read",
        examples=(
            ("aws-cli", "Error loading SSO Token: Token for corp is invalid"),
            (
                "js-v3",
                (
                    "TokenProviderError: Value not present for 'accessToken' in SSO Token. "
                    "To refresh this SSO session run 'aws sso login' with the "
                    "corresponding profile."
                ),
            ),
        ),
    ),
    Rule(
        "sign-in",
        "the SSO session has ended",
        SIGN_IN,
        phrases=(
            "SSO Token has expired and failed to refresh",
            "SSO session associated with this profile",
            "SSO session token associated with profile",
            "Token has expired and refresh failed",
            "Token is expired. To refresh this SSO session",
            "To refresh this SSO session run",
            "SSO session has expired or is invalid",
            "SSOProviderInvalidToken",
            "cached SSO token is expired",
            "refresh cached SSO token failed",
            "unable to refresh SSO token",
            "Unable to refresh SSO token",
            "SSO Token refresh failed",
            "SSO access token is expired",
            "load SSO credentials",
            "sso-session token needs a refresh",
            "Token refresh failed: sso-session",
            "Session token not found or invalid",
            'Please log in using "aws sso login"',
            "InvalidSSOToken",
            "InvalidSSOCredentials",
            "Cached SSO … expired",
            "SSOOIDC.Model.InvalidGrant",
            "SSOOIDC.Model.ExpiredToken",
            "SSO.Model.Unauthorized",
            "UnauthorizedSSOTokenError",
            "Options property cannot be empty: ClientName",
            "Options property cannot be empty: SsoVerificationCallback",
            "Cached Token expired at",
            "Cached Token is already expired at",
            "SSOBearerTokenProvider is unable to provide a token",
            "Identity Center token",
            "re-login with AWS IAM Identity Center",
            "AWS_AUTH_SSO_TOKEN_EXPIRED",
            "AWS_AUTH_SSO_TOKEN_INVALID",
            "SSO_SOURCE_FAILURE",
            "SSO_TOKEN_PROVIDER_SOURCE_FAILURE",
            "sourced by the sso",
            "granted sso login",
            "no valid sso token found",
            "Must run `aws-sso login`",
            "Unable to get AWS SSO accounts",
            "oidc. … .amazonaws.com … invalid_grant",
            "oidc. … .amazonaws.com … expired_token",
        ),
        shared=(
            "Invalid refresh token provided",
            "SSO Token … expired",
            "SSO session … expired",
            "SSO login … expired",
            "SSO credentials … expired",
            "SSO token … invalid",
            "SSO cache … expired",
            "no valid AWS SSO token",
            "loading SSO Token",
            "SSO … session has expired",
            "sso … reauthenticate",
        ),
        sentences=(*SSO_OVER, SSO_FAILS),
        own=("loading SSO Token",),
        before=(
            "session-expired",
            "no-credentials",
        ),
        reason="the sign-in has ended, and with it the session that comes from it",
        examples=(
            (
                "aws-cli",
                "Error when retrieving token from sso: Token has expired and refresh failed",
            ),
            (
                "java-v2",
                (
                    "software.amazon.awssdk.services.sso.auth.ExpiredTokenException: The "
                    "SSO session associated with this profile has expired or is otherwise "
                    "invalid. To refresh this SSO session run aws sso login with the "
                    "corresponding profile."
                ),
            ),
            (
                "go-v2",
                (
                    "failed to refresh cached credentials, refresh cached SSO token "
                    "failed, unable to refresh SSO token, operation error SSO OIDC: "
                    "CreateToken, https response error StatusCode: 400, RequestID: 5c1e, "
                    "InvalidGrantException:"
                ),
            ),
            (
                "aws-sso-cli",
                (
                    'FATAL Unable to refresh cache error="Unable to get AWS SSO accounts: '
                    ': Session token not found or invalid"'
                ),
            ),
        ),
    ),
    Rule(
        "sign-in",
        "the SSO session has ended",
        SIGN_IN,
        codes=("Unauthorized", "InvalidGrant", "ExpiredToken"),
        operations=(*_PORTAL, *OIDC),
        before=("session-expired",),
        reason="the code is ExpiredToken for a sign-in as well",
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (UnauthorizedException) when calling the ListAccounts "
                    "operation: "
                ),
            ),
            (
                "go-v2",
                (
                    "operation error SSO OIDC: CreateToken, https response error StatusCode: 400, "
                    "RequestID: 5c1e, InvalidGrantException:"
                ),
            ),
            (
                "granted",
                (
                    "operation error SSO OIDC: CreateToken, https response error StatusCode: 401, "
                    "RequestID: 5c1e, ExpiredTokenException:"
                ),
            ),
        ),
    ),
)
