"""Credentials that are not there: half a key, a profile that is missing or has none."""

from __future__ import annotations

import re
from typing import Final

from awsttl.core.remedies import Remedy, quoted
from awsttl.core.why.errors.rule import Rule
from awsttl.core.why.errors.sentences import PROFILE_EMPTY
from awsttl.core.why.errors.text import Message


def _empty_source(message: Message, name: str) -> tuple[str, Remedy] | None:
    found = re.search(r'The source profile "([^"]{1,200})" must have credentials', message.flat)
    if found is None:  # a credential_source
        of = quoted(name) if name else "the profile"
        return "its source has no credentials here", Remedy(f"give {of} a source that has some")
    fix = Remedy(f"add keys, a role or an SSO session to {quoted(found[1])}")
    return "its source_profile has no credentials", fix


NOT_A_PROFILE: Final = (
    "IAM instance profile",
    "instance profile name",
    "instance profile … not be found",
    "instance profile … cannot be found",
    "instance profile … not found",
    "instance profile … does not exist",
    "inference profile",
    "profile picture",
    "profile image",
    "could not be found in the keyring",
)
"""Words of texts in which no profile is missing: what else is called a profile, and aws-vault's
keyring, in which the key of a profile is missing."""

RULES: Final = (
    Rule(
        "env-half-set",
        "the environment holds half of an access key",
        Remedy("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither"),
        phrases=(
            "Partial credentials found in env",
            "EnvAccessKeyNotFound … AWS_SECRET_ACCESS_KEY",
            "EnvSecretNotFound",
        ),
        before=("partial",),
        reason="it says which half",
        examples=(
            ("aws-cli", "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY"),
            (
                "go-v1",
                (
                    "EnvSecretNotFound: AWS_SECRET_ACCESS_KEY or AWS_SECRET_KEY not found in "
                    "environment"
                ),
            ),
        ),
    ),
    Rule(
        "no-source",
        "role_arn without source_profile or credential_source",
        Remedy("add source_profile = … to {profile}"),
        phrases=(
            "Partial credentials found in assume-role",
            "role_arn … without … source_profile",
            "requires source_profile or credential_source",
            "must specify either source_profile or credential_source",
            "Either source_profile or credential_source must be set",
        ),
        before=("partial",),
        reason="it says what is missing",
        examples=(
            (
                "aws-cli",
                (
                    "Partial credentials found in assume-role, missing: source_profile or "
                    "credential_source"
                ),
            ),
            (
                "boto3",
                (
                    "botocore.exceptions.PartialCredentialsError: Partial credentials found in "
                    "assume-role, missing: source_profile or credential_source"
                ),
            ),
        ),
    ),
    Rule(
        "partial-keys",
        "aws_access_key_id without aws_secret_access_key",
        Remedy("add the secret that belongs to the key, or remove the key"),
        phrases=(
            "Partial credentials found in shared-credentials-file",
            "Partial credentials found in config-file",
            "SharedCredsSecret",
            "SharedCredsAccessKey",
            "partial credentials found for profile",
            "Unable to load credentials into profile … is not specified",
            "does not contain aws_secret_access_key",
            "did not contain aws_secret_access_key",
            "missing `aws_secret_access_key`",
            "Profile property 'aws_secret_access_key' was not configured",
            "Profile property 'aws_session_token' was not configured",
        ),
        shared=("aws_secret_access_key is missing", "missing aws_secret_access_key"),
        unless=("access_key_id",),
        before=("partial",),
        reason="it says what is missing",
        examples=(
            (
                "aws-cli",
                (
                    "Partial credentials found in shared-credentials-file, missing: "
                    "aws_secret_access_key"
                ),
            ),
            (
                "go-v1",
                (
                    "SharedCredsSecret: shared credentials dev in "
                    "/home/me/.aws/credentials did not contain aws_secret_access_key"
                ),
            ),
        ),
    ),
    Rule(
        "program-half-key",
        "the program itself gives half a key, or an empty one",
        Remedy("give it key and secret, or neither, so that it looks for a profile"),
        phrases=(
            "Partial credentials found in explicit",
            "Credentials must be an instance of Aws",
            "StaticCredentialsEmpty",
            "static credentials are empty",
            "EmptyStaticCreds",
        ),
        before=("partial",),
        reason="the program's own arguments, in no file",
        examples=(
            (
                "boto3",
                (
                    "botocore.exceptions.PartialCredentialsError: Partial credentials found in "
                    "explicit, missing: aws_secret_access_key"
                ),
            ),
            ("go-v1", "EmptyStaticCreds: static credentials are empty"),
        ),
    ),
    Rule(
        "partial",
        "half of the settings are missing",
        Remedy("complete {profile}"),
        phrases=("Partial credentials found",),
        examples=(
            ("aws-cli", "Partial credentials found in custom, missing: secret"),
            (
                "boto3",
                (
                    "botocore.exceptions.PartialCredentialsError: Partial credentials found in "
                    "mine, missing: x"
                ),
            ),
        ),
    ),
    Rule(
        "source-empty",
        "its source has no credentials here",
        Remedy("give {profile} a source that has some"),
        phrases=(
            "No credentials found in credential_source",
            "source profile has no credentials configured",
            "NoSourceCredentials",
            "source profile … must have credentials",
        ),
        details=_empty_source,
        before=("no-credentials",),
        reason="it says whose are missing",
        examples=(
            ("aws-cli", 'The source profile "base" must have credentials.'),
            (
                "boto3",
                (
                    "botocore.exceptions.CredentialRetrievalError: Error when retrieving "
                    "credentials from x: No credentials found in credential_source referenced in "
                    "profile dev"
                ),
            ),
        ),
    ),
    Rule(
        "profile-missing",
        "there is no such profile",
        Remedy("correct the name{called}, or AWS_PROFILE"),
        phrases=(
            "ProfileFile provider could not be built: profile … was not defined",
            "The config profile … could not be found",
            "failed to get shared config profile",
            "SharedConfigProfileNotExists",
            "No AWS profile named",
            "NoSuchProfileError",
            "could not be found in shared credentials file",
            "CredentialsProviderError: Profile … was not found",
            "AWS profile … doesn't seem to be configured",
            "AWS profile … not found",
            "Could not find AWS profile",
            "Profile … not found in … credentials",
            "The AWS profile … does not exist",
            "Profile file contained no information for profile",
            "section … not found in … .aws/",
            "AWS_PROFILE … was not found in our cache",
            "ProfileNotFoundError",
            "ProfileNotFoundException",
            "does not match any profiles in your AWS config",
        ),
        shared=(
            "Profile … was not found … credential",
            "profile … was not defined",
            "Credential profile … not found",
            "profile not found",
            "profile … does not exist",
            "no such profile",
            "profile … is not found",
            "could not find profile",
            "Profile … is not configured",
            "unknown profile",
            "invalid profile",
            "unable to find profile",
            "no profile named",
            "profile … not found in",
            "not found in credentials file",
        ),
        unless=NOT_A_PROFILE,
        before=("no-credentials",),
        reason="a profile that is missing has no credentials either",
        examples=(
            ("aws-cli", "The config profile (staging) could not be found"),
            ("go-v2", "unable to load SDK config, failed to get shared config profile, staging"),
            (
                "java-v1",
                "java.lang.IllegalArgumentException: No AWS profile named 'staging'",
            ),
            (
                "terraform",
                (
                    "Error: No valid credential sources found\n\nError: failed to get shared "
                    "config profile, staging"
                ),
            ),
        ),
    ),
    Rule(
        "profile-empty",
        "{profile} does not exist, or has no credentials",
        Remedy("correct the name, or add a role, SSO or keys to it"),
        phrases=(
            "Credentials profile … is invalid",
            "Credential profile … is not valid",
            "is not a valid Credential Profile",
            "did not contain credentials for profile",
            "SharedCredsLoad: failed to get profile",
            "Could not resolve credentials using profile",
            "Credentials not set for profile",
            "is not using role-based, session-based, process-based, or basic credentials",
            "Profile file contained no credentials for profile",
            "No credentials present in INI profile",
            "No credentials found for profile",
            "unable to load credentials for profile",
        ),
        sentences=(PROFILE_EMPTY,),
        unless=("in the chain", "in chain", "CredentialsNotLoaded"),
        before=("no-credentials",),
        reason="it speaks of one profile, where the others speak of all places that were asked",
        examples=(
            ("go-v1", "SharedCredsLoad: failed to get profile"),
            (
                "js-v3",
                (
                    "CredentialsProviderError: Could not resolve credentials using profile: "
                    "[staging] in configuration/credentials file(s)."
                ),
            ),
            (
                "packer",
                (
                    "NoCredentialProviders: no valid providers in chain\ncaused by: "
                    "SharedCredsLoad: failed to get profile"
                ),
            ),
        ),
    ),
)
