"""Credentials that are not there: half a key, a profile that is missing, none at all."""

from __future__ import annotations

import re
from typing import Final

from awsttl.core.remedies import Remedy
from awsttl.core.why.errors.rule import Rule, quoted
from awsttl.core.why.errors.text import Message


def _empty_source(message: Message, name: str) -> tuple[str, Remedy] | None:
    found = re.search(r'The source profile "([^"]{1,200})" must have credentials', message.flat)
    if found is None:  # a credential_source
        of = quoted(name) if name else "the profile"
        return "its source has no credentials here", Remedy(f"give {of} a source that has some")
    fix = Remedy(f"add keys, a role or an SSO session to {quoted(found[1])}")
    return "its source_profile has no credentials", fix


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
            "does not contain aws_secret_access_key",
            "did not contain aws_secret_access_key",
        ),
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
        "the program itself gives half a key: one of key and secret without the other",
        Remedy("give it both, or neither, so that it looks for a profile"),
        phrases=(
            "Partial credentials found in explicit",
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
        Remedy("correct the name {profile}, or AWS_PROFILE"),
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
        ),
        shared=(
            "Profile … was not found … credential",
            "profile … was not defined",
            "The profile … could not be found",
            "Credential profile … not found",
            "profile not found",
            "profile … does not exist",
            "no such profile",
            "profile … could not be found",
            "profile … is not found",
            "could not find profile",
            "Profile … is not configured",
            "unknown profile",
            "invalid profile",
            "unable to find profile",
            "no profile named",
            "profile … not found in",
        ),
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
            "SharedCredsLoad: failed to get profile",
            "Could not resolve credentials using profile",
            "Credentials not set for profile",
            "No credentials found for profile",
            "unable to load credentials for profile",
        ),
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

NOWHERE: Final = (
    Rule(
        "no-credentials",
        "there are no credentials: none of the places that were asked has any",
        Remedy("add a role, SSO or keys to {profile}, or select another with --profile"),
        phrases=(
            "Unable to locate credentials",
            "NoCredentialsError",
            "NoCredentialProviders",
            "no valid providers in chain",
            "No valid credential sources",
            "no EC2 IMDS role found",
            "no EC2 instance role found",
            "EC2RoleRequestError",
            "Could not load credentials from any providers",
            "Missing credentials in config",
            "CredentialsError: Missing credentials",
            "Unable to load AWS credentials from any provider",
            "Unable to load credentials from any of the providers",
            "Unable to load credentials from service endpoint",
            "Unable to load AWS credentials from",
            "No identity could be resolved from the chain",
            "No credentials could be loaded from the chain",
            "Unable to get IAM security credentials from EC2 Instance Metadata",
            "Failed to resolve AWS credentials",
            "No credentials specified or obtained from persisted/shell defaults",
            "no providers in chain provided credentials",
            "provider in chain did not provide credentials",
            "the credential provider was not enabled",
            "CredentialsNotLoaded",
            "ProfileDidNotContainCredentials",
            "the credentials provider was not properly configured",
            "Valid credentials could not be sourced by",
            "AWS_AUTH_SIGNING_NO_CREDENTIALS",
            "AWS_AUTH_CREDENTIALS_PROVIDER_",
            "Attempted to sign an http request without credentials",
            "unable to sign request without credentials set",
            "MissingCredentialsError",
            "Error retrieving credentials from the instance profile metadata",
            "No AWS Credentials provided by",
            "NoAuthWithAWSException",
            "NoAwsCredentialsException",
            "Request is missing Authentication Token",
            "no credentials have been configured",
            "Unable to resolve AWS account to use",
            "AWS provider credentials not found",
            "Credentials could not be loaded, please check your action inputs",
            "Could not load the default credentials from any AWS",
            "The AWS credentials provider chain",
            "No AWS accounts … credentials",
            "Could not find AWS credentials",
            "Unable to determine AWS credentials",
            "EnvAccessKeyNotFound",
            "credentials missing … aws-vault",
            "aws-vault … credentials missing",
            "Resolved credential object is not valid",
            "no AWS credentials",
            "No valid AWS credentials",
            "couldn't find any AWS profiles",
            "Unable to find environment variable credentials",
            "Must provide AWS credentials",
            "Unable to locate AWS credentials",
            "You are missing AWS credentials",
            "unable to discover AWS AccessKeyID",
            "AWS account ID not previously found and failed retrieving",
            "Unable to connect to instance metadata",
            "credential-provider-imds",
            "operation error ec2imds",
            "EC2 Metadata",
            "EC2 Instance Metadata",
            "169.254.169.254 … timeout",
            "169.254.169.254 … timed out",
            "169.254.169.254 … dial tcp",
            "169.254.170.2 … dial tcp",
            "ProviderError(ProviderError",
            "failed to load credentials from the credentials provider",
        ),
        shared=(
            "Unable to retrieve credentials",
            "Unable to find credentials",
            "Cannot read credentials from",
            "No master credentials found",
            "could not be found in the keyring",
            "Credential is missing",
            "no credentials",
            "no valid credential",
            "credentials not found",
            "credentials were not found",
            "credentials could not be found",
            "credentials could not be loaded",
            "credentials could not be resolved",
            "credentials could not be located",
            "credentials could not be retrieved",
            "credentials could not be obtained",
            "credentials are missing",
            "credentials are not set",
            "credentials are not configured",
            "credentials not configured",
            "credentials missing",
            "missing credentials",
            "could not load credentials",
            "could not find credentials",
            "could not find any credentials",
            "could not resolve credentials",
            "couldn't find credentials",
            "unable to load credentials",
            "unable to find credentials",
            "unable to resolve credentials",
            "unable to obtain credentials",
            "unable to locate … credentials",
            "cannot find credentials",
            "can't find credentials",
            "failed to find credentials",
            "failed to load credentials",
            "did not find credentials",
            "couldn't load credentials",
            "NoAuthProvider",
        ),
        codes=("MissingAuthenticationToken", "NoCredentials"),
        examples=(
            (
                "aws-cli",
                (
                    "Unable to locate credentials. You can configure credentials by running "
                    '"aws configure".'
                ),
            ),
            (
                "go-v1",
                (
                    "NoCredentialProviders: no valid providers in chain. Deprecated.\n\t"
                    "For verbose messaging see aws.Config.CredentialsChainVerboseErrors"
                ),
            ),
            (
                "java-v2",
                (
                    "software.amazon.awssdk.core.exception.SdkClientException: Unable to "
                    "load credentials from any of the providers in the chain "
                    "AwsCredentialsProviderChain(credentialsProviders=[SystemPropertyCred"
                    "entialsProvider()])"
                ),
            ),
            (
                "terraform",
                (
                    "Error: No valid credential sources found\n\nError: failed to refresh cached "
                    "credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata"
                ),
            ),
            (
                "kotlin",
                (
                    "aws.smithy.kotlin.runtime.identity.IdentityProviderException: No "
                    "identity could be resolved from the chain: CredentialsProviderChain "
                    "-> EnvironmentCredentialsProvider -> ProfileCredentialsProvider"
                ),
            ),
        ),
    ),
)
"""It stands behind everything that may be the reason: an SSO session that has ended, a process
that failed, an MFA code that nobody was asked for."""
