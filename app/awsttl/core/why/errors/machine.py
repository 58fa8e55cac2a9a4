"""What stands between a profile and AWS on this machine: network, libraries, files."""

from __future__ import annotations

from typing import Final

from awsttl.core.remedies import Act, Remedy
from awsttl.core.why.errors.rule import Cause, Explain, fixed, quoted, short


def _invalid_setting(text: str, name: str) -> tuple[str, Remedy]:
    # botocore checks before it calls: "Parameter validation failed:\nInvalid length for …".
    after = text.partition("Parameter validation failed")[2]
    complaint = next((line for line in after.splitlines()[1:] if line), "a setting is not valid")
    return short(complaint), Remedy(f"correct the settings of {quoted(name)}")


def _corrupt_file(text: str, _name: str) -> tuple[str, Remedy]:
    start = text.strip()[-41:-33]
    fix = Remedy("remove it from ~/.aws/cli/cache or ~/.aws/sso/cache")
    return f"cache file {start}… is corrupt", fix


def _unwritable(folder: str) -> Explain:
    fix = Remedy(f"make {folder} a folder that you may write to")
    return lambda text, _name: (text, fix)


_SLIPS: Final = (
    r"'(Credentials|AccessKeyId|SecretAccessKey|SessionToken|Expiration)'\s*$"
    r"|(list|string) indices must be integers"
    r"|'\w+' object is not subscriptable"
    r"|argument of type '\w+' is not iterable"
    r"|can't (compare|subtract) offset-naive and offset-aware datetimes"
    r"|Parser must be a string or character stream"
    r"|Unknown string format"
    r"|String does not contain a date"
    r"|maximum recursion depth exceeded while decoding a JSON"
)

CAUSES: Final[tuple[Cause, ...]] = (
    (
        r"Throttling|TooManyRequests|\(429\) when calling|Rate exceeded|SlowDown",
        "throttled",
        fixed("AWS asks to go slower", "wait a minute", Act.RENEW, "again"),
    ),
    (
        r"Connect timeout|Read timeout|ConnectTimeout|ReadTimeout",
        "timeout",
        fixed("AWS does not answer", "check network, VPN and proxy", Act.RENEW, "again"),
    ),
    (
        r"Could not connect|Connection was closed|Failed to connect to proxy|SSL validation failed",
        "unreachable",
        fixed("AWS cannot be reached", "check network, VPN and proxy", Act.RENEW, "again"),
    ),
    (
        r"You must specify a region|Invalid endpoint|doesn't match a supported format",
        "region",
        fixed("no usable region is set", "add region = … to {name}"),
    ),
    (
        r"awscrt|botocore\[crt\]",
        "crt-missing",
        fixed("this sign-in needs the awscrt package", "run: aws login --profile {name}"),
    ),
    (
        r"permission for the 'signin:CreateOAuth2Token' action",
        "not-authorized",
        fixed("AWS does not let this login refresh", "have signin:CreateOAuth2Token allowed"),
    ),
    (
        r"reauthenticate using 'aws login'|loading login session token|a login session profile",
        "aws-login",
        fixed("its aws login has ended", "run: aws login --profile {name}"),
    ),
    (
        r"Parameter validation failed",
        "setting-invalid",
        _invalid_setting,
    ),
    (
        r"AWS's answer is a session that has expired",
        "clock-skew",
        fixed(
            "AWS's new session has expired by this machine's clock",
            "set the clock (timedatectl set-ntp true)",
        ),
    ),
    (
        r"cannot write the cache file",
        "cache-unwritable",
        _unwritable("~/.aws/cli/cache"),
    ),
    (
        r"cannot write the token file",
        "cache-unwritable",
        _unwritable("~/.aws/sso/cache"),
    ),
    (
        r"'[0-9a-f]{40}'\s*$",
        "cache-corrupt",
        _corrupt_file,
    ),
    (
        # What Python says of a cache file in which something is missing, or of another type.
        rf"^(aws: \[ERROR\]: )?({_SLIPS})",
        "cache-corrupt",
        fixed("a cache file is damaged", act=Act.RENEW, purpose="to replace it"),
    ),
    (
        r"^(aws: \[ERROR\]: )?list index out of range",
        "empty-value",
        fixed("credential_process is empty", "fill it in or remove it in {name}"),
    ),
    (
        r"Unable to parse config file",
        "file-does-not-parse",
        fixed("config or credentials cannot be parsed", "correct the line that the banner names"),
    ),
    (
        r"No such file or directory|Permission denied|Is a directory|null byte",
        "file",
        fixed("a file that it needs cannot be read", "check the paths in profile {name}"),
    ),
)
