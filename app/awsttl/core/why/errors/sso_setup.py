"""What keeps from signing in with SSO: a start URL, a refusal, a program without the module."""

from __future__ import annotations

import re
from typing import Final

from awsttl.core.remedies import Remedy
from awsttl.core.why.errors.rule import Rule, short
from awsttl.core.why.errors.sso import OIDC
from awsttl.core.why.errors.text import Message


def _start_url(message: Message, _name: str) -> tuple[str, Remedy] | None:
    """The start URL that the AWS CLI does not take, where it names one."""
    found = re.search(r"start URL '([^'\n]{1,300})' to an AWS-owned", message.flat)
    if not found:
        return None
    fix = Remedy("correct sso_start_url: https, at awsapps.com, or one that redirects there")
    return short(f"the start URL {found[1]} does not lead to AWS, so the sign-in is refused"), fix


def _refused(message: Message, _name: str) -> tuple[str, Remedy] | None:
    found = re.search(
        r"\((\w{1,60}?)(?:Exception)?\) when calling the \w{1,60} operation"
        r"(?: \([^)]{0,60}\))?: *([^\n]{0,300})",
        "\n".join(message.lines),
    )
    if not found:
        return None
    code, reason = found.groups()
    said = "AWS refuses the sign-in: " + (f"{code}: {reason}" if reason else code)
    return short(said), Remedy("check sso_start_url, sso_region and sso_registration_scopes")


RULES: Final = (
    Rule(
        "start-url-refused",
        "the AWS CLI refuses this sso_start_url, so nobody can sign in with it",
        Remedy("correct sso_start_url: https, at awsapps.com, or one that redirects there"),
        phrases=(
            "The sso_start_url must use the https scheme",
            "Invalid sso_start_url",
            "Could not resolve start URL",
            "Failed to resolve start URL",
            "Resolved URL must use https",
            "Cannot determine region from start URL",
            "Not a valid Start URL",
        ),
        shared=("Redirect response missing Location header",),
        details=_start_url,
        examples=(
            (
                "aws-cli",
                (
                    "aws: [ERROR]: An error occurred (Configuration): Could not resolve start URL "
                    "'https://sso.example.com' to an AWS-owned endpoint. Final URL: "
                    "'https://sso.example.com'"
                ),
            ),
            (
                "aws-cli json",
                (
                    '{\n    "Code": "Configuration",\n    "Message": "The sso_start_url '
                    'must use the https scheme."\n}'
                ),
            ),
        ),
    ),
    Rule(
        "sso-module-missing",
        "this program lacks the part of its SDK that signs in with SSO",
        Remedy("add the SSO and SSO OIDC modules of the SDK to the program"),
        phrases=(
            "Assembly AWSSDK.SSO",
            "the 'sso' service module must be on the class path",
            "the 'ssooidc' service module must be on the class path",
            "cargo feature(s) enabled: sso",
            "'aws-sdk-sso' must be",
        ),
        examples=(
            (
                "dotnet",
                (
                    "Assembly AWSSDK.SSOOIDC could not be found or loaded. This assembly must be "
                    "available at runtime to use Amazon.Runtime.SSOAWSCredentials"
                ),
            ),
            (
                "java-v2",
                (
                    "To use Sso related properties in the 'dev' profile, the 'sso' service module "
                    "must be on the class path."
                ),
            ),
        ),
    ),
    Rule(
        "sign-in-refused",
        "AWS refuses the sign-in",
        Remedy("check sso_start_url, sso_region and sso_registration_scopes"),
        phrases=(
            "Unable to initialize the OAuth 2.0 authorization callback handler",
            "unable to register client with AWS SSO",
            "unable to start device authorization with AWS SSO",
        ),
        codes=(
            "InvalidRequest",
            "UnauthorizedClient",
            "InvalidClient",
            "InvalidClientMetadata",
            "InvalidScope",
            "InvalidRequestRegion",
            "InvalidRedirectUri",
            "UnsupportedGrantType",
            "Validation",
        ),
        operations=OIDC,
        details=_refused,
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (InvalidRequestException) when calling the "
                    "StartDeviceAuthorization operation: Invalid start url provided"
                ),
            ),
            (
                "go-v2",
                (
                    "operation error SSO OIDC: RegisterClient, https response error "
                    "StatusCode: 400, RequestID: 5c1e, InvalidClientMetadataException:"
                ),
            ),
        ),
    ),
)
