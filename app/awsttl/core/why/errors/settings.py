"""Settings of a profile that are incomplete, or contradict each other."""

from __future__ import annotations

from typing import Final

from awsttl.core.remedies import Remedy
from awsttl.core.why.errors.rule import Rule

RULES: Final = (
    Rule(
        "source-loop",
        "its source_profile leads back to itself",
        Remedy("correct source_profile of {profile}"),
        phrases=(
            "Infinite loop in credential configuration",
            "Detected a cycle attempting to resolve credentials",
            "Loop detected in config file for profile",
            "ProfileFile provider could not be built … loop",
            "profile formed an infinite loop",
            "cyclic reference in your aws profiles",
            "Invalid profile file: Circular relationship detected",
            "SourceProfileCircularReference",
            "Circular source_profile",
            "cycle in the assumeRole chain",
            "PROVIDER_CYCLE_FAILURE",
        ),
        examples=(
            (
                "aws-cli",
                (
                    "Infinite loop in credential configuration detected. Attempting to load from "
                    "profile a which has already been visited. Visited profiles: ['a', 'b']"
                ),
            ),
            ("aws-vault", "Loop detected in config file for profile 'dev'"),
        ),
    ),
    Rule(
        "source-missing",
        "its source_profile does not exist",
        Remedy("correct source_profile of {profile}"),
        phrases=(
            "source_profile … does not exist",
            "failed to load assume role … source profile … does not exist",
            "source profile … has no shared credentials",
            "could not find source profile",
            "source profile … was not found",
            "Source profile … not found",
            "source_profile … not found",
            "failed to load a source-profile for profile",
            "NoSourceProfileError",
            "source_profile … cannot be found",
            "Unable to find source profile",
        ),
        shared=("source profile … could not be found",),
        unless=("could not be found in the keyring",),
        before=("no-credentials",),
        reason="a client adds that there are no credentials, those of the source",
        examples=(
            (
                "aws-cli",
                'The source_profile "base" referenced in the profile "dev" does not exist.',
            ),
            (
                "go-v1",
                (
                    "SharedConfigAssumeRoleError: failed to load assume role for "
                    "arn:aws:iam::111122223333:role/Admin, source profile has no shared credentials"
                ),
            ),
        ),
    ),
    Rule(
        "two-sources",
        "both source_profile and credential_source are set",
        Remedy("remove one of the two from {profile}"),
        phrases=(
            "contains both source_profile and credential_source",
            "only one credential type may be specified per profile: source profile",
            "contained both `source_profile` and `credential_source`",
            "profile has both source_profile and credential_source",
            "has a source_profile, and a credential_source",
        ),
        before=("process-failed",),
        reason="its text lists a credential process too, and none was run",
        examples=(
            ("aws-cli", 'The profile "dev" contains both source_profile and credential_source.'),
            (
                "go-v2",
                (
                    "only one credential type may be specified per profile: source profile, "
                    "credential source, credential process, web identity token"
                ),
            ),
        ),
    ),
    Rule(
        "bad-credential-source",
        "its credential_source is not known",
        Remedy("write Environment, Ec2InstanceMetadata or EcsContainer, spelled just so"),
        phrases=(
            "The credential source … is not valid",
            "Unsupported credential source in profile",
            "credential source type must be",
            "invalid credential_source",
        ),
        before=("no-credentials",),
        reason="its text names the credentials service of the machine, which was never asked",
        examples=(
            (
                "aws-cli",
                'The credential source "environment" referenced in profile "dev" is not valid.',
            ),
            (
                "js-v3",
                (
                    "CredentialsProviderError: Unsupported credential source in profile dev. Got "
                    "environment, expected EcsContainer or Ec2InstanceMetadata or Environment."
                ),
            ),
        ),
    ),
    Rule(
        "sso-session-missing",
        "its sso_session does not exist",
        Remedy("correct sso_session of {profile}"),
        phrases=(
            "specified sso-session does not exist",
            "sso_session configuration does not exist",
            "Sso session … could not be found",
            "failed to find SSO session",
            "sso-session … was not found",
            "sso-session section … not found",
            "Sso-session section not found",
            "Failed to find sso_session",
            "references non-existing sso_session",
        ),
        before=("profile-missing",),
        reason="the section is missing, not a profile",
        examples=(
            ("aws-cli", 'The specified sso-session does not exist: "corp"'),
            (
                "js-v3",
                (
                    "TokenProviderError: Sso session 'corp' could not be found in shared "
                    "credentials file."
                ),
            ),
        ),
    ),
    Rule(
        "sso-incomplete",
        "half of the SSO settings are missing",
        Remedy("complete {profile}"),
        phrases=(
            "configured to use SSO but is missing",
            "configured to use the SSO token provider but is missing",
            "Missing the following required SSO configuration values",
            "Missing required configuration: sso_region",
            "Profile is configured with invalid SSO credentials",
            "is missing required property 'sso_",
            "is not configured with SSO credentials",
            "is not configured for SSO",
            "does not have valid SSO credentials",
            "Required parameters … sso_",
            "reading 'sso_",
            "Profile property 'sso_",
            "must contain the following keys: sso_",
            "RoleName must be supplied",
            "AccountId must be supplied",
            "sso_start_url … is required",
            "`sso_ … was missing",
            "missing `sso_",
            "must contain an sso_session",
            "without a sso_session",
        ),
        examples=(
            (
                "aws-cli",
                (
                    'The profile "dev" is configured to use SSO but is missing required '
                    "configuration: sso_region"
                ),
            ),
            (
                "go-v2",
                (
                    'profile "dev" is configured to use SSO but is missing required configuration: '
                    "sso_role_name"
                ),
            ),
        ),
    ),
    Rule(
        "sso-inconsistent",
        "profile and sso-session contradict each other",
        Remedy("remove the setting from {profile}"),
        phrases=(
            "is inconsistent between profile",
            "Conflicting SSO region",
            "Conflicting SSO start_url",
            "must match … in sso-session",
        ),
        examples=(
            (
                "aws-cli",
                (
                    "The value for sso_region is inconsistent between profile (us-east-1) and "
                    "sso-session (eu-west-1)."
                ),
            ),
            (
                "js-v3",
                (
                    "CredentialsProviderError: Conflicting SSO region (configurations contradict "
                    "each other for profile=dev, sso-session=corp)"
                ),
            ),
        ),
    ),
    Rule(
        "no-role-arn",
        "a web identity without a role",
        Remedy("add role_arn = … to {profile}"),
        phrases=(
            "has no role ARN configured",
            "role ARN is not set … web identity",
            "WebIdentityErr: role ARN is not set",
            "Web identity configuration not specified",
        ),
        examples=(
            (
                "aws-cli",
                (
                    "The provided profile or the current environment is configured to assume role "
                    "with web identity but has no role ARN configured."
                ),
            ),
            ("go-v1", "WebIdentityErr: role ARN is not set"),
        ),
    ),
    Rule(
        "cli-too-old",
        "this AWS CLI is too old for a source with an sso-session",
        Remedy("update the AWS CLI (v2 of March 2023 or later)"),
        phrases=("'NoneType' object has no attribute 'get_frozen_token'",),
        examples=(
            ("aws-cli", "'NoneType' object has no attribute 'get_frozen_token'"),
            ("boto3", "AttributeError: 'NoneType' object has no attribute 'get_frozen_token'"),
        ),
    ),
)
