"""MFA: a code that AWS does not take, and a code that nobody was asked for."""

from __future__ import annotations

from typing import Final

from awsttl.core.remedies import Act, Remedy
from awsttl.core.why.errors.rule import Rule
from awsttl.core.why.errors.sentences import MFA_NEEDED

RULES: Final = (
    Rule(
        "mfa-wrong",
        "wrong or already used MFA code",
        Remedy("wait for the next code", Act.RENEW, purpose="again"),
        # STS checks a code's form before its value, and would repeat it in the text.
        phrases=(
            "MultiFactorAuthentication failed with invalid MFA one time pass code",
            "parameter TokenCode",
            "at 'tokenCode' failed",
        ),
        shared=(
            "invalid MFA code",
            "invalid MFA token",
            "incorrect MFA code",
            "MFA code is invalid",
            "MFA code is incorrect",
        ),
        before=("not-authorized",),
        reason="AWS answers AccessDenied, and only its sentence says that the code was wrong",
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (AccessDenied) when calling the GetSessionToken operation: "
                    "MultiFactorAuthentication failed with invalid MFA one time pass code. "
                ),
            ),
            (
                "go-v2",
                (
                    "operation error STS: AssumeRole, https response error StatusCode: "
                    "403, RequestID: 5c1e, api error AccessDenied: "
                    "MultiFactorAuthentication failed with invalid MFA one time pass code. "
                ),
            ),
        ),
    ),
    Rule(
        "mfa-code-spent",
        "here AWS takes one MFA code for one role only",
        Remedy(act=Act.RENEW, purpose="again with the next code"),
        own=("the MFA code is spent",),
        examples=(("awsttl", "the MFA code is spent"),),
    ),
    Rule(
        "mfa-device",
        "AWS does not know this MFA device",
        Remedy("correct mfa_serial of {profile}"),
        phrases=("MultiFactorAuthentication failed, unable to validate MFA code",),
        before=("not-authorized",),
        reason="AWS answers AccessDenied here too",
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (AccessDenied) when calling the AssumeRole operation: "
                    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify "
                    "your MFA serial number is valid and associated with this user."
                ),
            ),
            (
                "terraform",
                (
                    "api error AccessDenied: MultiFactorAuthentication failed, unable to "
                    "validate MFA code.  Please verify your MFA serial number is valid"
                ),
            ),
        ),
    ),
    Rule(
        "mfa-needed",
        "{profile} needs an MFA code, and this program cannot ask for one",
        Remedy(
            act=Act.RENEW,
            purpose="to get a session that it can use",
        ),
        phrases=(
            "must provide both MFA serial number and one time pass code",
            "AssumeRoleTokenProvider session option not set",
            "AssumeRoleTokenProviderNotSetError",
            "requires multi-factor authentication, but no MFA code callback was provided",
            "Cannot refresh credentials: MFA token required",
            "must use a MfaTokenCodeCallback",
            "MfaTokenCodeCallback",
            "EOF when reading a line … Enter MFA code for",
            "Enter MFA code for … EOF when reading a line",
            "Enter MFA code for … EOFError",
            "EOFError … assume role",
            "Assume Role MFA token code: … EOF",
        ),
        shared=(
            "profile requires an MFA",
            "MFA token required",
            "MFA is required",
            "MFA required",
            "requires MFA",
            "requires an MFA",
            "require MFA",
            "with MFA is not supported",
            "MFA is not supported",
            "mfa_serial … not supported",
            "does not support MFA",
            "doesn't support MFA",
            "Error fetching MFA token",
            "mfa_serial … prompt",
            "multi-factor authentication required",
            "requires multi-factor authentication",
        ),
        sentences=(MFA_NEEDED,),
        before=("no-credentials",),
        reason="without the code the client has no credentials, and may say that as well",
        examples=(
            (
                "js-v3",
                (
                    "CredentialsProviderError: Profile prod requires multi-factor "
                    "authentication, but no MFA code callback was provided."
                ),
            ),
            (
                "terraform",
                (
                    "Error: No valid credential sources found: assume role with MFA enabled, but "
                    "AssumeRoleTokenProvider session option not set."
                ),
            ),
            (
                "boto3",
                (
                    "botocore.exceptions.RefreshWithMFAUnsupportedError: Cannot refresh "
                    "credentials: MFA token required."
                ),
            ),
        ),
    ),
)
