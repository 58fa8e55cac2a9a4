"""Files on this machine that are damaged, or that a client cannot read or write."""

from __future__ import annotations

from typing import Final

from awsttl.core.remedies import Act, Remedy, quoted
from awsttl.core.why.errors.rule import Rule, is_alone, short
from awsttl.core.why.errors.text import Message
from awsttl.core.why.full_disks import advice

HASH: Final = r"'([0-9a-f]{40}|[0-9a-f]{64})'"
"""All that an AWS CLI says of a cache file that it cannot parse: its name, as a ``KeyError``. That
of a login is the longer one."""
SLIPS: Final = (
    r"'(Credentials|AccessKeyId|SecretAccessKey|SessionToken|Expiration|expiresAt|accessToken)'",
    r"(list|string) indices must be integers.{0,40}",
    r"'\w{1,40}' object is not subscriptable",
    r"argument of type '\w{1,40}' is not iterable",
    r"can't (compare|subtract) offset-naive and offset-aware datetimes",
    r"Parser must be a string or character stream.{0,60}",
    r"Unknown string format.{0,200}",
    r"String does not contain a date.{0,200}",
    r"maximum recursion depth exceeded while decoding a JSON.{0,80}",
    r"signed integer is (?:greater than maximum|less than minimum)",
    r"Python int too large to convert to C \w{1,10}",
    r"year -?\d{1,20} is out of range",
)
"""What Python says where a cache file, or a time, is of another form than the client expects."""
NO_TIME: Final = (
    "offset-naive",
    "Unknown string format",
    "does not contain a date",
    "signed integer is",
    "int too large",
    "is out of range",
)
"""Those that an expiry in the environment may cause as well."""


def _invalid_setting(message: Message, name: str) -> tuple[str, Remedy] | None:
    # botocore checks before it calls: "Parameter validation failed:\nInvalid length for …".
    after = message.flat.partition("Parameter validation failed:")[2].strip()
    complaint = short(after or "a setting is not valid")
    return complaint, Remedy(f"correct the settings of {quoted(name) if name else 'the profile'}")


def _corrupt_file(message: Message, _name: str) -> tuple[str, Remedy] | None:
    found = is_alone(HASH, message)
    if found is None:
        return None
    where = "~/.aws/cli/cache or ~/.aws/sso/cache" if len(found[1]) == 40 else "~/.aws/login/cache"
    fix = Remedy(f"remove it from {where}")
    return f"cache file {found[1][:8]}… is corrupt", fix


def _unwritable(message: Message, _name: str) -> tuple[str, Remedy] | None:
    folder = "~/.aws/sso/cache" if "token file" in message.flat else "~/.aws/cli/cache"
    return short(message.flat), Remedy(advice(message.flat, folder))


RULES: Final = (
    Rule(
        "cache-corrupt",
        "a cache file is damaged",
        Remedy("see which (awsttl list)", Act.RENEW, purpose="to replace it"),
        alone=(HASH, *SLIPS),
        own=(),
        details=_corrupt_file,
        examples=(
            ("aws-cli", "'0000000000000000000000000000000000000000'"),
            ("aws-cli v1", "can't compare offset-naive and offset-aware datetimes"),
        ),
    ),
    Rule(
        "empty-value",
        "credential_process is empty",
        Remedy("fill it in or remove it in {profile}"),
        alone=(r"list index out of range",),
        examples=(
            ("aws-cli", "aws: [ERROR]: list index out of range"),
            ("aws-cli v1", "list index out of range"),
        ),
    ),
    Rule(
        "cache-unwritable",
        "a cache file cannot be written",
        Remedy("make ~/.aws/cli/cache a folder that you may write to"),
        own=("cannot write the cache file", "cannot write the token file"),
        details=_unwritable,
        examples=(("awsttl", "cannot write the cache file /home/me/.aws/cli/cache/x.json"),),
    ),
    Rule(
        "setting-invalid",
        "a setting is not valid",
        Remedy("correct the settings of {profile}"),
        # Of these parameters the values come from settings; of others, from the caller.
        phrases=(
            "Parameter validation failed: … parameter SerialNumber",
            "Parameter validation failed: … parameter ExternalId",
            "Parameter validation failed: … parameter RoleArn",
            "Parameter validation failed: … parameter RoleSessionName",
            "Parameter validation failed: … parameter DurationSeconds",
        ),
        own=("Parameter validation failed",),
        details=_invalid_setting,
        examples=(
            (
                "aws-cli",
                (
                    "Parameter validation failed:\nInvalid length for parameter "
                    "ExternalId, value: 1, valid min length: 2"
                ),
            ),
            (
                "boto3",
                (
                    "botocore.exceptions.ParamValidationError: Parameter validation failed:\n"
                    "Invalid length for parameter SerialNumber, value: 0, valid min length: 9"
                ),
            ),
        ),
    ),
    Rule(
        "file-does-not-parse",
        "config or credentials cannot be parsed",
        Remedy("correct the file"),
        phrases=(
            "Unable to parse config file",
            "ConfigParseError",
            "SharedConfigLoadError: failed to load config file",
            "failed to load shared config file",
            "failed to parse shared config",
            "failed to parse … .aws/config",
            "failed to parse … .aws/credentials",
            "error parsing … .aws/config",
            "error parsing … .aws/credentials",
            "Error loading config: … .aws/config",
            "Error parsing config file",
            "Invalid credentials file: ",
            "Invalid property format: no '='",
            "could not parse profile file",
            "Invalid line when parsing … .aws/",
            "AWS_AUTH_PROFILE_PARSE",
            "Property did not have a name … .aws/",
            "Expected an '=' sign defining a property on line",
        ),
        examples=(
            ("aws-cli", "Unable to parse config file: /home/me/.aws/config"),
            (
                "go-v1",
                (
                    "SharedConfigLoadError: failed to load config file, /home/me/.aws/credentials\n"
                    "caused by: INIParseError: invalid state with ASTKind 10"
                ),
            ),
        ),
    ),
    Rule(
        "file",
        "a file that it needs cannot be read",
        Remedy("check the paths in {profile}"),
        phrases=(
            "Permission denied … .aws/config",
            "Permission denied … .aws/credentials",
            "Permission denied … .aws/cli/cache",
            "Permission denied … .aws/sso/cache",
            ".aws/config … permission denied",
            ".aws/credentials … permission denied",
            ".aws/cli/cache … permission denied",
            ".aws/sso/cache … permission denied",
            "EACCES … .aws/",
            ".aws/ … Access is denied",
            "ENOENT … .aws/config",
            "ENOENT … .aws/credentials",
            "no such file or directory … .aws/config",
            "no such file or directory … .aws/credentials",
            ".aws/config … no such file",
            ".aws/credentials … no such file",
        ),
        alone=(
            (
                r"\[Errno \d{1,3}\] (?:No such file or directory|Permission denied|Is a directory)"
                r": '([^'\n]{1,4096})'"
            ),
            r"embedded null byte",
        ),
        own=("No such file or directory", "Permission denied", "Is a directory", "null byte"),
        examples=(
            ("aws-cli", "[Errno 13] Permission denied: '/home/me/.aws/config'"),
            ("go-v2", "open /home/me/.aws/credentials: permission denied"),
        ),
    ),
)
