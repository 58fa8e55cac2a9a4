"""What stands between this machine and AWS: the network, a region, AWS itself."""

from __future__ import annotations

from typing import Final

from awsttl.core.remedies import Act, Remedy
from awsttl.core.why.errors.rule import Rule
from awsttl.core.why.errors.sentences import NO_REGION

NETWORK: Final = Remedy("check network, VPN and proxy", Act.RENEW, purpose="again")
WAIT: Final = Remedy("wait a minute", Act.RENEW, purpose="again")
OWN_HOSTS: Final = (
    ".rds.amazonaws.com",
    ".cache.amazonaws.com",
    ".elb.amazonaws.com",
    "compute.amazonaws.com",
    "compute-1.amazonaws.com",
    ".execute-api.",
    "email-smtp.",
)
"""Hosts at amazonaws.com that are a customer's own, such as a database: no call to AWS."""

SIGNING_IN: Final = (
    "assumerole",
    "assumerolewithwebidentity",
    "assumerolewithsaml",
    "getcalleridentity",
    "getsessiontoken",
    "getfederationtoken",
    "getrolecredentials",
    "listaccounts",
    "listaccountroles",
    "createtoken",
    "registerclient",
    "startdeviceauthorization",
    "createoauth2token",
)
"""The calls of which sessions come. Trouble of another one is no matter of a session."""

RULES: Final = (
    Rule(
        "server-error",
        "AWS itself has trouble",
        WAIT,
        codes=("InternalFailure", "InternalServer", "ServiceUnavailable"),
        operations=SIGNING_IN,
        own=(
            "(InternalServer",
            "(InternalFailure",
            "(ServiceUnavailable",
            "(500) when calling",
            "(502) when calling",
            "(503) when calling",
            "(504) when calling",
        ),
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (InternalServerException) when calling the "
                    "GetRoleCredentials operation (reached max retries: 2): try again"
                ),
            ),
            (
                "go-v2",
                (
                    "operation error STS: AssumeRole, https response error StatusCode: 503, "
                    "RequestID: 5c1e, api error ServiceUnavailable: try again"
                ),
            ),
        ),
    ),
    Rule(
        "throttled",
        "AWS asks to go slower",
        WAIT,
        codes=(
            "Throttling",
            "Throttled",
            "TooManyRequests",
            "RequestLimitExceeded",
            "SlowDown",
            "RequestThrottled",
            "EC2Throttled",
            "ProvisionedThroughputExceeded",
            "BandwidthLimitExceeded",
            "PriorRequestNotComplete",
        ),
        operations=SIGNING_IN,
        shared=(
            "Rate exceeded",
            "Request limit exceeded",
            "Please reduce your request rate",
        ),
        own=("(429) when calling", "Throttling", "TooManyRequests", "SlowDown"),
        examples=(
            (
                "aws-cli",
                (
                    "An error occurred (Throttling) when calling the AssumeRole operation (reached "
                    "max retries: 4): Rate exceeded"
                ),
            ),
            (
                "go-v2",
                (
                    "operation error SSO: GetRoleCredentials, https response error "
                    "StatusCode: 429, RequestID: 5c1e, TooManyRequestsException: HTTP 429 "
                    "Unknown Code"
                ),
            ),
        ),
    ),
    Rule(
        "timeout",
        "AWS does not answer",
        NETWORK,
        phrases=("Connect timeout on endpoint URL", "Read timeout on endpoint URL"),
        shared=(
            ".amazonaws.com … timed out",
            "timed out … .amazonaws.com",
            ".amazonaws.com … i/o timeout",
            "curlCode: 28,",
            "ConnectTimeoutError",
            "ReadTimeoutError",
            "Socket timed out without establishing a connection",
        ),
        unless=OWN_HOSTS,
        own=("Connect timeout", "Read timeout", "ConnectTimeout", "ReadTimeout"),
        before=("unreachable",),
        reason="a client says as well that its request failed",
        examples=(
            ("aws-cli", 'Connect timeout on endpoint URL: "https://sts.eu-west-1.amazonaws.com/"'),
            (
                "go-v2",
                (
                    'request send failed, Post "https://sts.eu-west-1.amazonaws.com/": dial tcp '
                    "192.0.2.1:443: i/o timeout"
                ),
            ),
        ),
    ),
    Rule(
        "unreachable",
        "AWS cannot be reached",
        NETWORK,
        phrases=(
            "Could not connect to the endpoint URL",
            "Connection was closed before we received a valid response from endpoint URL",
            "Failed to connect to proxy URL",
            "SSL validation failed for",
        ),
        shared=(
            "lookup … .amazonaws.com … no such host",
            "getaddrinfo … .amazonaws.com",
            "UnknownHostException: … .amazonaws.com",
            "Could not resolve host: … .amazonaws.com",
            "Inaccessible host: … .amazonaws.com",
            "NameResolutionError … .amazonaws.com",
            ".amazonaws.com … NameResolutionError",
            "dns error … .amazonaws.com",
            "NameResolutionFailure … .amazonaws.com",
            "could not be resolved: … .amazonaws.com",
            ".amazonaws.com … could not be resolved",
            "resolve host … .amazonaws.com",
            "failed to lookup … .amazonaws.com",
            "ENOTFOUND … .amazonaws.com",
            ".amazonaws.com … connection refused",
            ".amazonaws.com … connection reset",
            ".amazonaws.com … unreachable",
            ".amazonaws.com … no route to host",
            "Failed to open TCP connection to … .amazonaws.com",
            "curlCode: 6,",
            "curlCode: 7,",
            "NETWORK_CONNECTION",
            "NetworkingError",
            "request send failed",
            "send request failed",
            "Unable to execute HTTP request",
            ".amazonaws.com … name resolution",
            ".amazonaws.com … not known",
        ),
        unless=OWN_HOSTS,
        own=(
            "Could not connect",
            "Connection was closed",
            "Failed to connect to proxy",
            "SSL validation failed",
        ),
        examples=(
            (
                "aws-cli",
                'Could not connect to the endpoint URL: "https://sts.eu-west-1.amazonaws.com/"',
            ),
            (
                "go-v1",
                (
                    "RequestError: send request failed\ncaused by: Post "
                    '"https://sts.amazonaws.com/": dial tcp: lookup sts.amazonaws.com on '
                    "192.0.2.53:53: no such host"
                ),
            ),
            ("js-v3", "Error: getaddrinfo ENOTFOUND sts.eu-west-1.amazonaws.com"),
        ),
    ),
    Rule(
        "region",
        "no usable region is set",
        Remedy("add region = … to {profile}"),
        phrases=(
            "Credential should be scoped to a valid region",
            "the region … is wrong; expecting",
            "You must specify a region",
            "You must specify an AWS region",
            "MissingRegion: could not find region configuration",
            "an AWS region is required, but was not found",
            "ConfigError: Missing region in config",
            "Unable to find a region via the region provider chain",
            "Unable to load region from any of the providers in the chain",
            "No RegionEndpoint or ServiceURL configured",
            "No region specified or obtained from persisted/shell defaults",
            "MissingRegionError",
            "Invalid endpoint: https://",
            "doesn't match a supported format",
        ),
        shared=(
            'The argument "region" is required',
            "Region is missing",
            "Invalid endpoint",
            "Invalid AWS Region",
            "auto detect AWS region",
            "InvalidRegionException",
            "valid RFC host label",
            "unknown region",
            "unrecognized region",
            "not a valid region",
            "not a valid AWS region",
            "region is required when",
            "requires a region",
            '"region" configuration value is required',
            'attribute "region" is required',
        ),
        sentences=(NO_REGION,),
        own=("Invalid endpoint",),
        examples=(
            (
                "aws-cli",
                (
                    'You must specify a region. You can also configure your region by running "aws '
                    'configure".'
                ),
            ),
            (
                "go-v2",
                (
                    "operation error STS: GetCallerIdentity, failed to resolve service "
                    "endpoint, an AWS region is required, but was not found"
                ),
            ),
            (
                "java-v1",
                (
                    "com.amazonaws.SdkClientException: Unable to find a region via the region "
                    "provider chain."
                ),
            ),
        ),
    ),
)
