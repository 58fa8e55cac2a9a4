"""Other programs on the way to credentials: a ``credential_process``, kubectl's, docker's."""

from __future__ import annotations

import re
from typing import Final

from awsttl.core.remedies import Act, Remedy
from awsttl.core.why.errors.rule import Rule
from awsttl.core.why.errors.text import Message

_REGISTRY: Final = re.compile(
    r"\d{12}\.dkr\.ecr(?:-fips)?\.([a-z0-9-]{5,24})\.amazonaws\.com(?:\.cn)?"
)


def _docker(message: Message, name: str) -> tuple[str, Remedy] | None:
    """The command with the registry that the text names."""
    if not (found := _REGISTRY.search(message.flat)):
        return None
    option = f" --profile {name}" if name else ""
    command = (
        f"aws ecr get-login-password{option} --region {found[1]}"
        f" | docker login --username AWS --password-stdin {found[0]}"
    )
    return f"docker is not logged in to the ECR registry {found[0]}", Remedy(f"run: {command}")


RULES: Final = (
    Rule(
        "process-loop",
        "its credential_process asks for the very credentials that it is to give",
        Remedy("name another profile in the credential_process of {profile}"),
        phrases=("Credential process resolution detected an infinite loop",),
        before=("process-failed", "no-credentials"),
        reason="it says why the process failed",
        examples=(
            (
                "aws-cli",
                (
                    "aws: [ERROR]: Error when retrieving credentials from custom-process: aws: "
                    "[ERROR]: An error occurred (Configuration): Credential process resolution "
                    "detected an infinite loop, profile cycle: dev -> dev"
                ),
            ),
            (
                "aws-cli v2.9",
                (
                    "Credential process resolution detected an infinite loop, profile cycle: "
                    "a -> b -> a"
                ),
            ),
        ),
    ),
    Rule(
        "process-failed",
        "its credential_process failed",
        Remedy("run the command by hand to see why"),
        phrases=(
            "Error when retrieving credentials from custom-process",
            "ProcessProviderExecutionError",
            "ProcessProviderParseError",
            "ProcessProviderVersionError",
            "ProcessProviderRequiredError",
            "process provider error",
            "error in credential_process",
            "Error retrieving credentials from external process",
            "could not be sourced by the process provider",
            "credential_process returned invalid JSON",
            "credential_process … returned an error",
            "credential_process … failed",
            "did not contain credential_process",
            "PROVIDER_PROCESS_SOURCE_FAILURE",
            "ProcessCredentialsProvider … non-zero exit",
            "Command returned non-zero exit value … ProcessCredentials",
            "non-zero exit … ProcessCredentialsProvider",
            "Failed to refresh process-based credentials",
            "ProcessCredentialsProviderFailure",
            "InvalidProcessCredentialsPayload",
            "credential_process provider failure",
            "Unsupported version … for credential process provider",
            "ProcessAWSCredentialException",
            "JSON credential from command … missing the following fields",
            "invalid JSON format from command",
            "credential-provider-process",
            "resolveProcessCredentials",
        ),
        shared=("credential_process", "credential process"),
        # It printed something else than JSON. Of that Python says only where it stumbled.
        alone=(r"Expecting value: line \d{1,9} column \d{1,9} \(char \d{1,9}\)",),
        own=("Expecting value: line",),
        before=("no-credentials",),
        reason="without the process the client has no credentials, and says that as well",
        examples=(
            (
                "aws-cli",
                "Error when retrieving credentials from custom-process: sh: 1: vault: not found",
            ),
            (
                "go-v2",
                (
                    "operation error STS: GetCallerIdentity, get identity: get credentials: failed "
                    "to refresh cached credentials, process provider error: error in "
                    "credential_process: exit status 1"
                ),
            ),
            (
                "rust",
                "Error retrieving credentials from external process, command was: failed",
            ),
            (
                "terraform",
                (
                    "Error: No valid credential sources found\n\nError: "
                    "ProcessProviderExecutionError: error in credential_process\ncaused by: "
                    "exit status 3"
                ),
            ),
        ),
    ),
    Rule(
        "codecommit-refused",
        "AWS refuses git's credentials for CodeCommit: the session has expired, or may not do this",
        Remedy(
            "see whose they are: git config credential.helper", Act.RENEW, purpose="the session"
        ),
        phrases=(
            "git-codecommit. … returned error: 403",
            "Authentication failed for 'https://git-codecommit.",
        ),
        examples=(
            (
                "git",
                (
                    "fatal: unable to access 'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/"
                    "web/': The requested URL returned error: 403"
                ),
            ),
            (
                "git for windows",
                (
                    "fatal: Authentication failed for 'https://git-codecommit.eu-west-1.amazonaws.com/"
                    "v1/repos/web/'"
                ),
            ),
        ),
    ),
    Rule(
        "ecr-login",
        "docker is not logged in to this ECR registry",
        Remedy(
            "run: aws ecr get-login-password{option} | docker login --username AWS "
            "--password-stdin with the registry's name"
        ),
        phrases=(
            'docker-credential-ecr-login": executable file not found',
            "docker-credential-ecr-login not installed",
            ".dkr.ecr. … no basic auth credentials",
            "no basic auth credentials … .dkr.ecr.",
            ".dkr.ecr. … 401 Unauthorized",
            ".dkr.ecr. … 403 Forbidden",
            "ECR … no basic auth credentials",
            ".dkr.ecr. … authorization failed",
            "docker-credential-ecr-login … credentials not found",
            "ecr-login … not found in native keychain",
        ),
        details=_docker,
        examples=(
            (
                "docker",
                (
                    "Error response from daemon: Get https://111122223333.dkr.ecr.eu-west-1."
                    "amazonaws.com/v2/web/manifests/latest: no basic auth credentials"
                ),
            ),
            (
                "containerd",
                (
                    'failed to resolve reference "111122223333.dkr.ecr.eu-west-1.amazonaws.com/'
                    'web:1": pulling from host 111122223333.dkr.ecr.eu-west-1.amazonaws.com failed '
                    "with status code [manifests 1]: 401 Unauthorized"
                ),
            ),
        ),
    ),
)

EXEC: Final = (
    Rule(
        "exec-failed",
        "the aws command that kubectl runs for its token (aws eks get-token) failed",
        Remedy("run: aws eks get-token{option} --cluster-name with the cluster's name, to see why"),
        phrases=(
            "getting credentials: exec: executable aws failed",
            "getting credentials: exec: executable aws-iam-authenticator failed",
            "getting credentials: exec: exit status",
            "getting credentials: exec: executable … aws not found",
            "exec plugin … aws … failed with exit code",
            "executable aws not found",
            "exec: executable aws-vault failed",
            "aws-iam-authenticator … failed with exit code",
        ),
        shared=("getting credentials: exec",),
        examples=(
            (
                "kubectl",
                (
                    "Unable to connect to the server: getting credentials: exec: executable aws "
                    "failed with exit code 255"
                ),
            ),
            (
                "helm",
                (
                    "Error: Kubernetes cluster unreachable: Get "
                    '"https://x.eks.amazonaws.com/version": getting credentials: exec: '
                    "executable aws failed with exit code 254"
                ),
            ),
        ),
    ),
)
"""It stands last of all: where kubectl repeats why the command failed, that is the cause."""
