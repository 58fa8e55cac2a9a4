"""No credentials at all: what a client says once every place was asked."""

from __future__ import annotations

from typing import Final

from awsttl.core.remedies import Remedy
from awsttl.core.why.errors.rule import Rule

OTHERS: Final = ("credentials entry with ID", "git credentials", "registry credentials")
"""Credentials that a CI system keeps for others than AWS."""

RULES: Final = (
    Rule(
        "no-credentials",
        "there are no credentials: none of the places that were asked has any",
        Remedy("add a role, SSO or keys to {profile}, or select another with --profile"),
        phrases=(
            # boto3 with awscrt, which takes an empty access key for none.
            "credentials_provider_new_static",
            "Secret Validation Failure … Credential Chain",
            "Error finding AWS credentials",
            "AWS credential profiles file not found",
            "requested metadata is not found at http://169.254",
            "Failed to load credentials from IMDS",
            "Cannot fetch credentials from container",
            "in secure storage … granted credentials",
            "missing credentials, provide credentials with one of the following options",
            "Error when retrieving credentials from iam-role",
            "Error when retrieving credentials from container-role",
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
            "credentials in the property bag",
            "CredentialChainExhausted",
            "InvalidFileError … aws_access_key_id",
            "MissingFileError … .aws/credentials",
            "MissingEnvError … AWS_ACCESS_KEY",
            "No compatible credentials provided",
            "No signing credentials available",
            "Can't find AWS credentials",
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
            "169.254.169.254/latest/",
            "Failed to connect to service endpoint",
            "No signing credentials found",
            "how to establish security credentials",
            "non-empty Access Key (AKID)",
            "NoAuthHandlerFound",
            "must be an instance of 'Aws/Credentials",
            "Instance Meta Error",
            "CredentialProviderError: noProvider",
            "CredentialProviderError … No credential provider found",
            "IMDSError.",
        ),
        shared=(
            "Unable to retrieve credentials",
            "Unable to find credentials",
            "Cannot read credentials from",
            "No master credentials found",
            "could not be found in the keyring",
            "Credential is missing",
            "no credentials",
            "find any credentials",
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
            "169.254.169.254",
            "169.254.170.2",
            "Missing Authentication Token",
        ),
        unless=OTHERS,
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
