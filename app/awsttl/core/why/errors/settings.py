"""What botocore finds amiss before it asks AWS: tokens that have ended, settings that clash."""

from __future__ import annotations

import re
from typing import Final

from awsttl.core.remedies import Remedy
from awsttl.core.why.errors.rule import Cause, fixed, quoted


def _empty_source(text: str, name: str) -> tuple[str, Remedy]:
    found = re.search(r'The source profile "(.*)" must have credentials', text)
    if found is None:  # a credential_source
        fix = Remedy(f"give {quoted(name)} a source that has some")
        return "its source has no credentials here", fix
    fix = Remedy(f"add keys, a role or an SSO session to {quoted(found[1])}")
    return "its source_profile has no credentials", fix


_SIGN_IN: Final = "aws sso login --profile {name}"

CAUSES: Final[tuple[Cause, ...]] = (
    (
        r"Error loading SSO Token: Token for .* does not exist",
        "never-signed-in",
        fixed("not signed in to SSO yet", "run: " + _SIGN_IN),
    ),
    (
        r"Error loading SSO Token: Token for .* is invalid",
        "cache-corrupt",
        fixed("the file of its SSO token is damaged", "run: " + _SIGN_IN),
    ),
    (
        r"SSO session associated|expired and refresh failed|Unauthorized|loading SSO Token",
        "sign-in",
        fixed("the SSO session has ended", "run: " + _SIGN_IN),
    ),
    (
        r"Infinite loop in credential configuration",
        "source-loop",
        fixed("its source_profile leads back to itself", "correct source_profile of {name}"),
    ),
    (
        r"The source_profile .* does not exist",
        "source-missing",
        fixed("its source_profile does not exist", "correct source_profile of {name}"),
    ),
    (
        r"contains both source_profile and credential_source",
        "two-sources",
        fixed("both source_profile and credential_source are set", "remove one of {name}'s two"),
    ),
    (
        r"The credential source .* is not valid",
        "bad-credential-source",
        fixed(
            "its credential_source is not known",
            "write Environment, Ec2InstanceMetadata or EcsContainer, spelled just so",
        ),
    ),
    (
        r"specified sso-session does not exist|sso_session configuration does not exist",
        "sso-session-missing",
        fixed("its sso_session does not exist", "correct sso_session of {name}"),
    ),
    (
        r"configured to use (SSO|the SSO token provider) but is missing",
        "sso-incomplete",
        fixed("half of the SSO settings are missing", "complete profile {name}"),
    ),
    (
        r"is inconsistent between profile",
        "sso-inconsistent",
        fixed("profile and sso-session contradict each other", "remove the setting from {name}"),
    ),
    (
        r"has no role ARN configured",
        "no-role-arn",
        fixed("a web identity without a role", "add role_arn = … to {name}"),
    ),
    (
        r"The config profile \(.*\) could not be found",
        "profile-missing",
        fixed("there is no such profile", "correct the name {name}, or AWS_PROFILE"),
    ),
    (
        # RefreshableCredentials: what it got is past its own expiry.
        r"refreshed credentials are still expired",
        "came-expired",
        fixed(
            "these credentials had ended when the AWS CLI got them",
            "unset AWS_CREDENTIAL_EXPIRATION, or see what credential_process prints",
        ),
    ),
    (
        r"'NoneType' object has no attribute 'get_frozen_token'",
        "cli-too-old",
        fixed(
            "this AWS CLI is too old for a source with an sso-session",
            "update the AWS CLI (v2 of March 2023 or later)",
        ),
    ),
    (
        r"Partial credentials found in env",
        "env-half-set",
        fixed(
            "the environment holds half of an access key",
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither",
        ),
    ),
    (
        r"Partial credentials found in assume-role",
        "no-source",
        fixed(
            "role_arn without source_profile or credential_source",
            "add source_profile = … to {name}",
        ),
    ),
    (
        r"Partial credentials found in (shared-credentials|config)-file",
        "partial-keys",
        fixed(
            "aws_access_key_id without aws_secret_access_key",
            "add the secret that belongs to the key, or remove the key",
        ),
    ),
    (
        r"Partial credentials found",
        "partial",
        fixed("half of the settings are missing", "complete profile {name}"),
    ),
    (
        r"No credentials found in credential_source|must have credentials",
        "source-empty",
        _empty_source,
    ),
    (
        r"Unable to locate credentials",
        "no-credentials",
        fixed(
            "this profile has no credentials",
            "add a role, SSO or keys to {name}, or select another with --profile",
        ),
    ),
    (
        # The second: it printed something else than JSON.
        r"Error when retrieving credentials from custom-process|Expecting value: line \d+ column",
        "process-failed",
        fixed("its credential_process failed", "run the command by hand to see why"),
    ),
)
