"""Roles that cannot be assumed, and sessions that have ended."""

from __future__ import annotations

from typing import Final

from awsttl.core.remedies import Act, Remedy
from awsttl.core.why.errors.rule import Rule

_ASSUMING: Final = ("assumerole", "getsessiontoken", "getfederationtoken")
_EXPIRED: Final = "The security token included in the request is expired"

RULES: Final = (
    Rule(
        "duration-too-long",
        "duration_seconds exceeds what the role allows",
        Remedy("lower duration_seconds of {profile}"),
        phrases=(
            "exceeds the MaxSessionDuration",
            "DurationSeconds exceeds the MaxSessionDuration",
            "Member must have value less than or equal to 43200",
            "'durationSeconds' failed to satisfy constraint",
        ),
        before=("not-authorized", "no-credentials"),
        reason=(
            "Terraform says of each failure that the role cannot be assumed, and saml2aws that it "
            "could not retrieve credentials"
        ),
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (ValidationError) when calling the AssumeRole "
                    "operation: The requested DurationSeconds exceeds the "
                    "MaxSessionDuration set for this role."
                ),
            ),
            (
                "saml2aws",
                (
                    "Error retrieving STS credentials using SAML.: ValidationError: The requested "
                    "DurationSeconds exceeds the MaxSessionDuration set for this role.\n\tstatus "
                    "code: 400, request id: 5c1e"
                ),
            ),
            (
                "terraform",
                (
                    "Error: Cannot assume IAM Role\n\nIAM Role "
                    "(arn:aws:iam::444455556666:role/Admin) cannot be assumed.\n\nError: "
                    "operation error STS: AssumeRole, https response error StatusCode: 403, "
                    "RequestID: 5c1e, api error ValidationError: The requested DurationSeconds "
                    "exceeds the MaxSessionDuration set for this role."
                ),
            ),
        ),
    ),
    Rule(
        "chain-cap",
        "a chained role lasts one hour at most",
        Remedy("set duration_seconds = 3600 for {profile}"),
        phrases=("1 hour session limit for roles assumed by role chaining",),
        before=("not-authorized",),
        reason="Terraform says of each failure that the role cannot be assumed",
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (ValidationError) when calling the AssumeRole "
                    "operation: The requested DurationSeconds exceeds the 1 hour session "
                    "limit for roles assumed by role chaining."
                ),
            ),
            (
                "go-v2",
                (
                    "operation error STS: AssumeRole, https response error StatusCode: 400, "
                    "RequestID: 5c1e, api error ValidationError: The requested DurationSeconds "
                    "exceeds the 1 hour session limit for roles assumed by role chaining."
                ),
            ),
            (
                "terraform",
                (
                    "Error: Cannot assume IAM Role\n\nIAM Role "
                    "(arn:aws:iam::444455556666:role/Admin) cannot be assumed.\n\nError: "
                    "operation error STS: AssumeRole, https response error StatusCode: 403, "
                    "RequestID: 5c1e, api error ValidationError: The requested DurationSeconds "
                    "exceeds the 1 hour session limit for roles assumed by role chaining."
                ),
            ),
        ),
    ),
    Rule(
        "source-expired",
        "the source's session has expired",
        Remedy("renew the session that the role is assumed with"),
        shared=(_EXPIRED,),
        codes=("ExpiredToken",),
        operations=_ASSUMING,
        before=("session-expired", "not-authorized"),
        reason="not the role's session has expired, but the one before it in the chain",
        examples=(
            (
                "aws-cli",
                "An error occurred (ExpiredToken) when calling the AssumeRole operation: "
                + _EXPIRED,
            ),
            (
                "eksctl",
                (
                    f"[!]  retryable error (ExpiredToken: {_EXPIRED} \tstatus code: 403, request "
                    "id: 5c1e) from sts/AssumeRole - will retry after delay of 30.4ms"
                ),
            ),
            (
                "go-v2",
                (
                    "operation error STS: AssumeRole, https response error StatusCode: 403, "
                    f"RequestID: 5c1e, api error ExpiredToken: {_EXPIRED}"
                ),
            ),
            (
                "terraform",
                (
                    "Error: Cannot assume IAM Role\n\nIAM Role "
                    "(arn:aws:iam::444455556666:role/Admin) cannot be assumed.\n\nError: "
                    "operation error STS: AssumeRole, https response error StatusCode: 403, "
                    "RequestID: 5c1e, api error ExpiredToken: The security token included in "
                    "the request is expired"
                ),
            ),
        ),
    ),
    Rule(
        "not-authorized",
        "not allowed to tag the session",
        Remedy("have sts:TagSession allowed for the role"),
        phrases=("not authorized to perform: sts:TagSession",),
        before=("not-authorized",),
        reason="the role itself may be assumed",
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (AccessDenied) when calling the AssumeRole "
                    "operation: User: arn:aws:iam::111122223333:user/me is not authorized "
                    "to perform: sts:TagSession on resource: "
                    "arn:aws:iam::111122223333:role/Admin"
                ),
            ),
            (
                "js-v2",
                (
                    "AccessDenied: User: arn:aws:iam::111122223333:user/me is not authorized to "
                    "perform: sts:TagSession on resource: arn:aws:iam::111122223333:role/Admin"
                ),
            ),
        ),
    ),
    Rule(
        "not-authorized",
        "AWS does not let these keys get an MFA session",
        Remedy("have sts:GetSessionToken allowed; it takes an IAM user's own keys"),
        phrases=(
            "not authorized to perform: sts:GetSessionToken",
            "Cannot call GetSessionToken",
        ),
        before=(
            "not-authorized",
            "no-credentials",
        ),
        reason="no role is assumed",
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (AccessDenied) when calling the GetSessionToken operation: "
                    "Cannot call GetSessionToken with session credentials"
                ),
            ),
            (
                "aws-vault",
                (
                    "exec: Failed to get credentials for dev: AccessDenied: Cannot call "
                    "GetSessionToken with session credentials\n\tstatus code: 403, request id: 5c1e"
                ),
            ),
        ),
    ),
    Rule(
        "not-authorized",
        "AWS does not let this source assume the role",
        Remedy("check the role's trust policy and the source's sts:AssumeRole permission"),
        phrases=(
            "Error calling AssumeRole for role",
            "not authorized to perform: sts:AssumeRole",
            "Not authorized to perform sts:AssumeRole",
            "Could not assume role in target account using current credentials",
            "current credentials could not be used to assume",
            "Roles may not be assumed by root accounts",
            "IAM Role … cannot be assumed",
            'role "arn:aws … cannot be assumed',
        ),
        shared=("The role … cannot be assumed",),
        codes=("AccessDenied",),
        operations=_ASSUMING,
        own=("not authorized to perform: sts:", "(AccessDenied)"),
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (AccessDenied) when calling the AssumeRole "
                    "operation: User: arn:aws:iam::111122223333:user/me is not authorized "
                    "to perform: sts:AssumeRole on resource: "
                    "arn:aws:iam::444455556666:role/Admin"
                ),
            ),
            (
                "cdk",
                (
                    "Could not assume role in target account using current credentials "
                    "(which are for account 111122223333) User: "
                    "arn:aws:iam::111122223333:user/me is not authorized to perform: "
                    "sts:AssumeRole"
                ),
            ),
        ),
    ),
    Rule(
        "wrong-account",
        "these credentials are for another account than the command",
        Remedy("select a profile of that account with --profile or AWS_PROFILE"),
        phrases=(
            "Need to perform AWS calls for account … but the current credentials are for",
            "AWS account ID not allowed",
            "AWS Account ID not allowed",
            "is not allowed: provider … account",
            "does not match the account of the current credentials",
            "credentials … are for account … expected account",
        ),
        shared=(
            "wrong AWS account",
            "unexpected AWS account",
            "account ID does not match",
            "account mismatch",
        ),
        examples=(
            (
                "cdk",
                (
                    "Need to perform AWS calls for account 111122223333, but the current "
                    "credentials are for 444455556666"
                ),
            ),
            (
                "terraform",
                (
                    'Error: AWS account ID not allowed: 111122223333\n  with provider["registry.'
                    'terraform.io/hashicorp/aws"]'
                ),
            ),
        ),
    ),
    Rule(
        "came-expired",
        "these credentials had expired when the client got them",
        Remedy("unset AWS_CREDENTIAL_EXPIRATION, or see what credential_process prints"),
        # botocore's RefreshableCredentials: what it got is past its own expiry.
        phrases=(
            "refreshed credentials are still expired",
            "The retrieved credentials have already expired",
            "credential_process returned expired credentials",
            "credentials are already expired, they were retrieved at",
        ),
        before=("session-expired",),
        reason="a renewal of the same kind would bring the same",
        examples=(
            (
                "boto3",
                "Credentials were refreshed, but the refreshed credentials are still expired.",
            ),
            (
                "dotnet",
                (
                    "Amazon.Runtime.AmazonClientException: The retrieved credentials have "
                    "already expired: Now = 11/20/2026 22:00:05, Credentials expiration = "
                    "11/20/2026 21:58:17"
                ),
            ),
        ),
    ),
    Rule(
        "ecr-token",
        "the login of docker at ECR has expired: it lasts twelve hours",
        Remedy(
            "run: aws ecr get-login-password{option} | docker login --username AWS "
            "--password-stdin with the registry's name"
        ),
        phrases=(
            "Your Authorization Token has expired. Please run 'aws ecr",
            "Your authorization token has expired. Reauthenticate and try again",
            "dkr.ecr. … token has expired",
            "denied: Your authorization token has expired",
        ),
        examples=(
            (
                "docker",
                "denied: Your authorization token has expired. Reauthenticate and try again.",
            ),
            (
                "ecr-helper",
                (
                    "Error response from daemon: pull access denied for 111122223333.dkr.ecr."
                    "eu-west-1.amazonaws.com/web: denied: Your authorization token has expired. "
                    "Reauthenticate and try again."
                ),
            ),
        ),
    ),
    Rule(
        "session-expired",
        "the session has expired",
        Remedy(act=Act.RENEW),
        phrases=(
            _EXPIRED,
            "The provided token has expired",
            "Token expired - needs a refresh",
            "credentials … are expired … AWS",
            "S3ServiceException:The provided token has expired",
        ),
        codes=("ExpiredToken", "RequestExpired", "TokenRefreshRequired", "ExpiredCredentials"),
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (ExpiredToken) when calling the ListBuckets operation: The "
                    "provided token has expired."
                ),
            ),
            (
                "js-v3",
                (
                    f"ExpiredTokenException: {_EXPIRED}\n    at throwDefaultError "
                    "(/app/node_modules/@smithy/smithy-client/dist-cjs/index.js:838:20)"
                ),
            ),
            (
                "java-v1",
                (
                    "com.amazonaws.services.s3.model.AmazonS3Exception: The provided token has "
                    "expired. (Service: Amazon S3; Status Code: 400; Error Code: ExpiredToken; "
                    "Request ID: 4F2A)"
                ),
            ),
            (
                "xml",
                (
                    "<Error><Code>ExpiredToken</Code><Message>The provided token has "
                    "expired.</Message></Error>"
                ),
            ),
        ),
    ),
    Rule(
        "session-expired",
        "the session that signed this request has expired",
        Remedy(act=Act.RENEW),
        shared=("Request has expired",),
        # A link to an object in S3 that was signed beforehand ends by itself.
        unless=("AccessDenied", "X-Amz-Expires", "presigned", "pre-signed"),
        examples=(
            (
                "java-v2",
                (
                    "software.amazon.awssdk.services.ec2.model.Ec2Exception: Request has expired. "
                    "(Service: Ec2, Status Code: 400, Request ID: 5c1e)"
                ),
            ),
            (
                "powershell",
                (
                    "Get-EC2Instance : Request has expired.\nAt line:1 char:1\n+ Get-EC2Instance\n"
                    "    + CategoryInfo : InvalidOperation: (Amazon.PowerShe...EC2InstanceCmdlet)"
                ),
            ),
        ),
    ),
)
