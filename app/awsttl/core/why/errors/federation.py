"""Roles that are assumed with somebody else's word: a SAML assertion, a web identity token."""

from __future__ import annotations

from typing import Final

from awsttl.core.remedies import Remedy
from awsttl.core.why.errors.rule import Rule
from awsttl.core.why.errors.sentences import missing

SAML: Final = ("assumerolewithsaml",)
WEB: Final = ("assumerolewithwebidentity",)

RULES: Final = (
    Rule(
        "saml-expired",
        "the SAML assertion is too old: AWS takes it for five minutes",
        Remedy("sign in at the identity provider again, and set the clock if it is wrong"),
        phrases=("Token must be redeemed within 5 minutes of issuance",),
        codes=("ExpiredToken",),
        operations=SAML,
        before=("session-expired", "no-credentials"),
        reason=(
            "the code is ExpiredToken; it is the assertion that is too old, not a session, and "
            "saml2aws adds that it could not retrieve credentials"
        ),
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (ExpiredTokenException) when calling the AssumeRoleWithSAML "
                    "operation: Token must be redeemed within 5 minutes of issuance"
                ),
            ),
            (
                "saml2aws",
                (
                    "Error logging into AWS role using SAML assertion.: Error retrieving "
                    "STS credentials using SAML.: ExpiredTokenException: Token must be "
                    "redeemed within 5 minutes of issuance\n\tstatus code: 400, request "
                    "id: 5c1e"
                ),
            ),
        ),
    ),
    Rule(
        "saml-missing",
        "the identity provider gave no SAML assertion: its sign-in failed, or has ended",
        Remedy("sign in at the identity provider again"),
        phrases=(
            "did not contain a valid SAML assertion",
            "Cannot extract saml assertion",
        ),
        shared=(
            "error retrieving assertion",
            "no SAML assertion",
            "extract SAML assertion",
            "get SAML assertion",
            "Error authenticating to IdP",
        ),
        sentences=(missing("saml assertion", "value"),),
        examples=(
            (
                "aws-adfs",
                (
                    "ERROR: Cannot extract saml assertion. Re-authentication needed?\n"
                    "This account does not have access to any roles"
                ),
            ),
            (
                "saml2aws",
                (
                    "Response did not contain a valid SAML assertion.\nPlease check that your "
                    "username and password is correct."
                ),
            ),
        ),
    ),
    Rule(
        "saml-invalid",
        "AWS does not accept this SAML assertion",
        Remedy("check the role and the identity provider that the assertion names"),
        phrases=(
            "not found in saml assertion",
            "Your request included an invalid SAML response",
            "Issuer not present in specified provider",
            "InvalidIdentityToken: Response signature invalid",
            "RoleSessionName in AuthnResponse must match",
            "Source Identity must match",
            "Invalid base64 SAMLResponse",
            "permitted to assume roles for the AWS service",
        ),
        shared=(
            "No roles to assume",
            "No accounts available",
        ),
        codes=("InvalidIdentityToken", "IDPRejectedClaim"),
        operations=SAML,
        before=("web-token-invalid",),
        reason="the code is InvalidIdentityToken for both kinds",
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (InvalidIdentityToken) when calling the AssumeRoleWithSAML "
                    "operation: Response signature invalid (Service: AWSSecurityTokenService)"
                ),
            ),
            (
                "saml2aws",
                (
                    "Error retrieving STS credentials using SAML.: InvalidIdentityToken: "
                    "Issuer not present in specified provider"
                ),
            ),
        ),
    ),
    Rule(
        "saml-not-trusted",
        "the role does not trust this SAML identity",
        Remedy("check the role's trust policy and the provider that it names"),
        phrases=(
            "permitted to assume the given role for the AWS service",
            "not authorized to perform: sts:AssumeRoleWithSAML",
        ),
        shared=("not authorized to perform sts:AssumeRoleWithSAML",),
        codes=("AccessDenied",),
        operations=SAML,
        before=("not-authorized", "no-credentials"),
        reason=(
            "the code is AccessDenied; there is no source whose permission could be missing, and "
            "saml2aws adds that it could not retrieve credentials"
        ),
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (AccessDenied) when calling the AssumeRoleWithSAML "
                    "operation: Not authorized to perform sts:AssumeRoleWithSAML"
                ),
            ),
            (
                "saml2aws",
                (
                    "Error retrieving STS credentials using SAML.: AccessDenied: Not authorized to "
                    "perform sts:AssumeRoleWithSAML\n\tstatus code: 403, request id: 5c1e"
                ),
            ),
        ),
    ),
    Rule(
        "web-token-expired",
        "the web identity token has expired",
        Remedy("have a new token file written"),
        phrases=(
            "Token expired: current date/time … must be before the expiration date/time",
            "must be before the expiration date/time",
            "web identity token has expired",
            "web identity token is expired",
            "web identity token expired",
        ),
        codes=("ExpiredToken",),
        operations=WEB,
        before=(
            "session-expired",
            "no-credentials",
        ),
        reason="the code is ExpiredToken, but it is the provider's token that has expired",
        examples=(
            (
                "boto3",
                (
                    "botocore.errorfactory.ExpiredTokenException: An error occurred "
                    "(ExpiredTokenException) when calling the AssumeRoleWithWebIdentity operation: "
                    "Token expired: current date/time 1795482533 must be before the expiration "
                    "date/time 1795482335"
                ),
            ),
            (
                "go-v1",
                (
                    "WebIdentityErr: failed to retrieve credentials\ncaused by: "
                    "ExpiredTokenException: Token expired: current date/time 1795482533 "
                    "must be before the expiration date/time 1795482335\n\tstatus code: "
                    "400, request id: 5c1e"
                ),
            ),
        ),
    ),
    Rule(
        "web-not-trusted",
        "the role does not trust this web identity: AWS does not let it assume the role",
        Remedy("check the role's trust policy: provider, audience and subject"),
        phrases=(
            "Not authorized to perform sts:AssumeRoleWithWebIdentity",
            "not authorized to perform: sts:AssumeRoleWithWebIdentity",
        ),
        codes=("AccessDenied",),
        operations=WEB,
        before=(
            "not-authorized",
            "no-credentials",
        ),
        reason="the code is AccessDenied; there is no source whose permission could be missing",
        examples=(
            (
                "js-v3",
                (
                    "Error: Could not assume role with OIDC: Not authorized to perform "
                    "sts:AssumeRoleWithWebIdentity"
                ),
            ),
            (
                "go-v2",
                (
                    "failed to retrieve credentials, operation error STS: "
                    "AssumeRoleWithWebIdentity, https response error StatusCode: 403, "
                    "RequestID: 5c1e, api error AccessDenied: Not authorized to perform "
                    "sts:AssumeRoleWithWebIdentity"
                ),
            ),
        ),
    ),
    Rule(
        "web-token-invalid",
        "the role's account does not know who issued this web identity token",
        Remedy("add that identity provider to IAM there, or correct role_arn"),
        phrases=(
            "No OpenIDConnect provider found in account",
            "No OpenIDConnect provider found in your account",
        ),
        examples=(
            (
                "rust",
                (
                    "provider failed to provide credentials provider=WebIdentityToken "
                    "error=service error: InvalidIdentityTokenException: No OpenIDConnect "
                    "provider found in your account for https://oidc.example.com"
                ),
            ),
            (
                "github action",
                (
                    "Error: No OpenIDConnect provider found in your account for "
                    "https://token.actions.githubusercontent.com"
                ),
            ),
        ),
    ),
    Rule(
        "web-token-invalid",
        "AWS does not accept this web identity token",
        Remedy("check the token file of {profile}"),
        phrases=(
            "Couldn't retrieve verification key from your identity provider",
            "WEB_IDENTITY_SOURCE_FAILURE",
            "sourced by the sts web identity",
            "Incorrect token audience",
            "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
            "The web identity token that was passed",
            "Provided Token is not a Login With Amazon token",
        ),
        codes=("InvalidIdentityToken", "IDPCommunicationError", "IDPRejectedClaim"),
        before=("no-credentials",),
        reason="a client also says what follows from it: it has no credentials",
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (InvalidIdentityToken) when calling the "
                    "AssumeRoleWithWebIdentity operation: Incorrect token audience"
                ),
            ),
            (
                "go-v1",
                (
                    "WebIdentityErr: failed to retrieve credentials\ncaused by: "
                    "InvalidIdentityToken: OpenIDConnect provider's HTTPS certificate doesn't "
                    "match configured thumbprint\n\tstatus code: 400"
                ),
            ),
        ),
    ),
    Rule(
        "web-token-missing",
        "the workflow has no web identity token, and may not ask for one",
        Remedy("give its job the permission id-token: write"),
        phrases=(
            "Did you mean to set the `id-token` permission",
            "ACTIONS_ID_TOKEN_REQUEST_",
        ),
        examples=(
            (
                "github action",
                (
                    "It looks like you might be trying to authenticate with OIDC. Did you mean to "
                    "set the `id-token` permission?"
                ),
            ),
            ("js", "Error: Error message: Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable"),
        ),
    ),
    Rule(
        "web-token-missing",
        "the file of the web identity token cannot be read",
        Remedy(
            "have it written, or correct web_identity_token_file or AWS_WEB_IDENTITY_TOKEN_FILE"
        ),
        phrases=(
            "failed to retrieve jwt from provide source",
            "unable to read file at … serviceaccount/token",
            "eks.amazonaws.com/serviceaccount/token … no such file",
            "no such file or directory … eks.amazonaws.com/serviceaccount/token",
            "WebIdentityErr: unable to read file",
            "Unable to find the web identity token file",
            "web identity token file not found",
            "web identity token file does not exist",
            "web identity … no such file",
            "web_identity_token_file … no such file",
            "webIdentityTokenFile must be",
        ),
        before=(
            "no-credentials",
            "unreachable",
            "file",
        ),
        reason="the file that is missing is named, and what follows from it as well",
        examples=(
            (
                "go-v2",
                (
                    "failed to refresh cached credentials, failed to retrieve jwt from provide "
                    "source, unable to read file at /var/run/token: open /var/run/token: no such "
                    "file or directory"
                ),
            ),
            (
                "boto3",
                (
                    "FileNotFoundError: [Errno 2] No such file or directory: "
                    "'/var/run/secrets/eks.amazonaws.com/serviceaccount/token'"
                ),
            ),
            (
                "terraform",
                (
                    "Error: No valid credential sources found\n\nError: failed to refresh "
                    "cached credentials, failed to retrieve jwt from provide source, unable to "
                    "read file at /var/run/token: open /var/run/token: no such file or "
                    "directory"
                ),
            ),
        ),
    ),
)
