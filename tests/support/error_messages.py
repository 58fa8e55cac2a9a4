"""Error messages as the clients of AWS dress them, and others that are none of AWS's.

The sentences are AWS's and the clients' own; accounts, names, hosts and times are made up. What
one service says is put into every client's form, so that a rule is held against all of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from awsttl.core.why.errors import TABLE


class Sample(NamedTuple):
    """One message, and the causes that are right for it."""

    client: str
    text: str
    codes: tuple[str, ...]


class Said(NamedTuple):
    """What AWS answers: the same for all clients."""

    cause: str
    """The code of the rule that knows it."""
    code: str
    message: str
    operation: str = "GetCallerIdentity"
    without_operation: str = ""
    """The cause where the client names no operation; the same one where this is empty."""


EXPIRED: Final = "The security token included in the request is expired"
REFUSED: Final = (
    "User: arn:aws:iam::111122223333:user/me is not authorized to perform: sts:AssumeRole on "
    "resource: arn:aws:iam::444455556666:role/Admin"
)
ANSWERS: Final = (
    Said("session-expired", "ExpiredToken", EXPIRED),
    Said("session-expired", "ExpiredToken", "The provided token has expired.", "ListBuckets"),
    Said("source-expired", "ExpiredToken", EXPIRED, "AssumeRole", "session-expired"),
    Said(
        "key-invalid",
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
    ),
    Said(
        "secret-wrong",
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check "
        "your AWS Secret Access Key and signing method.",
    ),
    Said(
        "clock-skew",
        "SignatureDoesNotMatch",
        "Signature expired: 20261120T210000Z is now earlier than 20261120T215500Z "
        "(20261120T220000Z - 5 min.)",
    ),
    Said(
        "mfa-wrong",
        "AccessDenied",
        "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
        "AssumeRole",
    ),
    Said("not-authorized", "AccessDenied", REFUSED, "AssumeRole"),
    Said(
        "web-token-invalid",
        "InvalidIdentityToken",
        "No OpenIDConnect provider found in your account for https://oidc.example.com",
        "AssumeRoleWithWebIdentity",
    ),
    Said(
        "saml-expired",
        "ExpiredTokenException",
        "Token must be redeemed within 5 minutes of issuance",
        "AssumeRoleWithSAML",
    ),
    Said(
        "token-malformed",
        "InvalidToken",
        "The provided token is malformed or otherwise invalid.",
        "ListBuckets",
    ),
    Said("session-expired", "RequestExpired", "Request has expired.", "DescribeInstances"),
    Said(
        "duration-too-long",
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        "AssumeRole",
    ),
)


class Form(NamedTuple):
    """How one client prints what AWS says."""

    dress: Callable[[Said], str]
    names_operation: bool = True


def _botocore(said: Said) -> str:
    return (
        f"An error occurred ({said.code}) when calling the {said.operation} operation: "
        f"{said.message}"
    )


def _go(said: Said) -> str:
    return (
        f"operation error STS: {said.operation}, https response error StatusCode: 403, RequestID: "
        f"0d5c1e2a-1111-2222-3333-444455556666, api error {said.code}: {said.message}"
    )


def _go_v1(said: Said) -> str:
    return f"{said.code}: {said.message}\n\tstatus code: 403, request id: 0d5c1e2a-1111"


def _traceback(said: Said) -> str:
    return (
        "Traceback (most recent call last):\n"
        '  File "/srv/app/main.py", line 12, in <module>\n    client.get_caller_identity()\n'
        '  File "/srv/venv/lib/python3.12/site-packages/botocore/client.py", line 601, in '
        "_api_call\n    return self._make_api_call(operation_name, kwargs)\n"
        f"botocore.exceptions.ClientError: {_botocore(said)}"
    )


def _structured(said: Said) -> str:
    return "\n" + json.dumps({"Code": said.code, "Message": said.message}, indent=4) + "\n"


def _table(said: Said) -> str:
    rule = "+" + "-" * (len(said.code) + 4) + "+" + "-" * (len(said.message) + 4) + "+"
    return f"{rule}\n|  {said.code}  |  {said.message}  |\n{rule}"


def _xml(said: Said) -> str:
    return (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender'
        f"</Type><Code>{said.code}</Code><Message>{said.message}</Message></Error>"
        "<RequestId>0d5c1e2a</RequestId></ErrorResponse>"
    )


def _boxed(said: Said) -> str:
    """Terraform's box, which breaks lines between words."""
    words = f"Error: validating provider credentials: {_go(said)}".split()
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) > 74:
            lines.append(line.rstrip())
            line = ""
        line += word + " "
    body = [*lines, line.rstrip(), "", '  with provider["registry.example.com/aws"],']
    return "╷\n" + "\n".join(f"│ {each}".rstrip() for each in body) + "\n╵"


def _powershell(said: Said) -> str:
    return (
        f"Get-STSCallerIdentity : {said.message}\nAt line:1 char:1\n+ Get-STSCallerIdentity\n"
        "+ ~~~~~~~~~~~~~~~~~~~~~\n    + CategoryInfo          : InvalidOperation: "
        "(Amazon.PowerShe...erIdentityCmdlet:GetSTSCallerIdentityCmdlet) [Get-STSCallerIdentity]"
    )


FORMS: Final[Mapping[str, Form]] = {
    "aws-cli v1": Form(lambda said: f"\n{_botocore(said)}\n"),
    "aws-cli v2": Form(lambda said: f"\naws: [ERROR]: {_botocore(said)}\n"),
    "aws-cli json": Form(_structured, names_operation=False),
    "aws-cli yaml": Form(
        lambda said: f"Code: {said.code}\nMessage: '{said.message}'\n", names_operation=False
    ),
    "aws-cli text": Form(lambda said: f"{said.code}\t{said.message}\n", names_operation=False),
    "aws-cli table": Form(_table, names_operation=False),
    "boto3": Form(_traceback),
    "js-v2": Form(
        lambda said: (
            f"{said.code}: {said.message}\n    at Request.extractError "
            "(/srv/app/node_modules/aws-sdk/lib/protocol/query.js:50:29)"
        ),
        names_operation=False,
    ),
    "js-v3": Form(
        lambda said: (
            f"{said.code}: {said.message}\n    at throwDefaultError "
            "(/srv/app/node_modules/@smithy/smithy-client/dist-cjs/index.js:867:20)\n    at "
            f"de_{said.operation}CommandError (/srv/app/node_modules/@aws-sdk/client-sts/a.js:1)"
        ),
    ),
    "go-v1": Form(_go_v1, names_operation=False),
    "go-v2": Form(_go),
    "java-v1": Form(
        lambda said: (
            "com.amazonaws.services.securitytoken.model.AWSSecurityTokenServiceException:"
            f" {said.message} (Service: AWSSecurityTokenService; Status Code: 403; Error Code: "
            f"{said.code}; Request ID: 0d5c1e2a; Proxy: null)"
        ),
        names_operation=False,
    ),
    "java-v2": Form(
        lambda said: (
            f"software.amazon.awssdk.services.sts.model.StsException: {said.message} "
            "(Service: Sts, Status Code: 403, Request ID: 0d5c1e2a)"
        ),
        names_operation=False,
    ),
    "kotlin": Form(
        lambda said: (
            f"aws.sdk.kotlin.services.sts.model.StsException: {said.message}, Request ID: 0d5c1e2a"
        ),
        names_operation=False,
    ),
    "dotnet": Form(
        lambda said: (
            "Unhandled exception. Amazon.SecurityToken."
            f"AmazonSecurityTokenServiceException: {said.message}\n ---> Amazon.Runtime.Internal."
            "HttpErrorResponseException: Exception of type was thrown."
        ),
        names_operation=False,
    ),
    "powershell": Form(_powershell, names_operation=False),
    "rust": Form(
        lambda said: (
            "Error: ServiceError(ServiceError { source: Unhandled(Unhandled { source: "
            f'ErrorMetadata {{ code: Some("{said.code}"), message: Some("{said.message}"), extras: '
            'Some({"aws_request_id": "0d5c1e2a"}) }, meta: ErrorMetadata'
        ),
        names_operation=False,
    ),
    "swift": Form(
        lambda said: (
            f'UnknownAWSHTTPServiceError(typeName: Optional("{said.code}"), message: '
            f'Optional("{said.message}"), requestID: Optional("0d5c1e2a"))'
        ),
        names_operation=False,
    ),
    "c++": Form(
        lambda said: (
            "[ERROR] 2026-11-20 21:00:00.000 AWSXmlClient [1407] HTTP response code: 403"
            f"\nException name: {said.code}\nError message: {said.message}\n4 response headers:"
        ),
        names_operation=False,
    ),
    "ruby": Form(
        lambda said: (
            "/srv/gems/aws-sdk-core-3.212.0/lib/seahorse/client/plugins/"
            f"raise_response_errors.rb:17:in `call': {said.message} (Aws::STS::Errors::{said.code})"
        ),
        names_operation=False,
    ),
    "php": Form(
        lambda said: (
            f'Error executing "{said.operation}" on "https://sts.amazonaws.com"; AWS HTTP'
            " error: Client error: `POST https://sts.amazonaws.com` resulted in a `403 Forbidden` "
            f"response:\n{_xml(said)}\n {said.code} (client): {said.message}"
        )
    ),
    "xml": Form(_xml, names_operation=False),
    "json": Form(
        lambda said: json.dumps(
            {"__type": f"com.amazon.coral.service#{said.code}", "message": said.message}
        ),
        names_operation=False,
    ),
    "terraform": Form(_boxed),
    "terragrunt": Form(
        lambda said: f"ERRO[0002] Error finding AWS credentials: {_go_v1(said)}",
        names_operation=False,
    ),
    "pulumi": Form(
        lambda said: (
            f"Diagnostics:\n  aws:s3:Bucket (site):\n    error: 1 error occurred:\n"
            f"    \t* {_go(said)}"
        )
    ),
    "cdk": Form(
        lambda said: (
            f"\n ❌ Web failed: {said.code}: {said.message}\n    at de_"
            f"{said.operation}CommandError (/usr/lib/node_modules/aws-cdk/lib/index.js:1:22)"
        )
    ),
    "sam": Form(lambda said: f"Error: Failed to create managed resources: {_botocore(said)}"),
    "serverless": Form(
        lambda said: (
            "Environment: linux, node 20.11.0, framework 3.38.0\nDocs: docs.serverless."
            f"com\nError:\n{said.code}: {said.message}\n    at Object.extractError "
            "(/app/node_modules/aws-sdk/lib/protocol/json.js:80:27)"
        ),
        names_operation=False,
    ),
    "eksctl": Form(
        lambda said: (
            "Error: checking AWS STS access - cannot get role ARN for current session: "
            f"{_go_v1(said)}"
        ),
        names_operation=False,
    ),
    "kubectl": Form(
        lambda said: (
            f"\n{_botocore(said)}\nUnable to connect to the server: getting credentials: "
            "exec: executable aws failed with exit code 254"
        )
    ),
    "ansible": Form(
        lambda said: (
            "fatal: [localhost]: FAILED! => "
            + json.dumps({"changed": False, "module_stderr": _traceback(said)})
        )
    ),
    "packer": Form(
        lambda said: (
            f"==> amazon-ebs.web: Error querying AMI: {said.code}: {said.message}\n"
            "==> amazon-ebs.web: \tstatus code: 403, request id: 0d5c1e2a"
        ),
        names_operation=False,
    ),
    "vault": Form(
        lambda said: (
            "Error making API request.\n\nURL: PUT https://vault.example.com/v1/auth/aws/"
            "login\nCode: 400. Errors:\n\n* error making upstream request: received error code 403 "
            f"from STS: {said.message}"
        ),
        names_operation=False,
    ),
    "hadoop": Form(
        lambda said: (
            "java.nio.file.AccessDeniedException: s3a://example: getFileStatus on "
            "s3a://example: com.amazonaws.services.s3.model.AmazonS3Exception: "
            f"{said.message} (Service: Amazon S3; Status Code: 400; Error Code: {said.code}; "
            "Request ID: 0D5C1E2A)"
        ),
        names_operation=False,
    ),
    "airflow": Form(
        lambda said: (
            "[2026-11-20, 21:00:00 UTC] {taskinstance.py:1851} ERROR - Task failed\n"
            f"{_traceback(said)}"
        )
    ),
    "steampipe": Form(lambda said: f"Error: aws: {_go(said)} (SQLSTATE HV000)"),
    "ide": Form(
        lambda said: (
            "2026-11-20 21:00:00.123 [error] aws.auth: failed to connect: \n\t -> "
            f"{said.code}: {said.message} (statusCode: 403; requestId: 0d5c1e2a)"
        ),
        names_operation=False,
    ),
    "aws-vault": Form(
        lambda said: f"aws-vault: error: exec: Failed to get credentials for dev: {_go(said)}"
    ),
    "granted": Form(lambda said: f"[✘] {_go(said)}"),
    "aws-sso-cli": Form(
        lambda said: f'FATAL  Unable to get role credentials   error="{_go(said)}"'
    ),
    "saml2aws": Form(
        lambda said: (
            "Error logging into AWS role using SAML assertion.: Error retrieving STS "
            f"credentials using SAML.: {_go_v1(said)}"
        ),
        names_operation=False,
    ),
    "syslog": Form(
        lambda said: (
            "Nov 20 21:00:00 web s3backer: HTTP 403 response:#012"
            + _xml(said).replace("><", ">#012<")
        ),
        names_operation=False,
    ),
}


def samples() -> Iterator[Sample]:
    """Every message that has a cause."""
    for rule in TABLE:
        # A profile that is "missing or empty" is missing on a machine without any. What any
        # program may print, and awsttl's own errors, are nobody's message.
        codes = (rule.code, "profile-missing") if rule.code == "profile-empty" else (rule.code,)
        if rule.phrases or rule.shared or rule.sentences or rule.codes:
            yield from (Sample(client, text, codes) for client, text in rule.examples)
    yield from (sample for sample in CLIENT_ERRORS if sample.text not in UNRELATED)
    for client, form in FORMS.items():
        for said in ANSWERS:
            other = "" if form.names_operation else said.without_operation
            yield Sample(client, form.dress(said), tuple(filter(None, (said.cause, other))))


def _read(path: Path) -> Iterator[Sample]:
    """The messages of the file; its first lines say how it is written."""
    for block in re.split(r"\n\n(?=\S)", path.read_text(encoding="utf-8").strip()):
        head, *lines = block.splitlines()
        if not head.startswith("#"):
            client, _, cause = head.partition(": ")
            yield Sample(client, "\n".join(line[4:] for line in lines), (cause,))


CLIENT_ERRORS: Final = tuple(_read(Path(__file__).with_name("client_errors.txt")))
UNRELATED: Final = tuple(each.text for each in CLIENT_ERRORS if each.codes == ("unknown",))
"""Errors that have nothing to do with an AWS session."""
