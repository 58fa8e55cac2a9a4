"""Checks of values that cannot work, whatever AWS knows: keys, account ids, regions, quotes.

No AWS CLI looks at them. It sends them on, and AWS answers in words about something else.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Final

from awsttl.core.files import EMPTY, Section
from awsttl.core.ini.misread import SETTINGS, own_line
from awsttl.core.profiles.cache_names import duration_seconds, secret_of, text_of
from awsttl.core.profiles.environment import KEYS
from awsttl.core.profiles.kinds import TOKENS
from awsttl.core.remedies import Act, Remedy, quoted
from awsttl.core.secret import Secret
from awsttl.core.why.checks.case import KEY_ID, Case
from awsttl.core.why.findings import Check, Finding, Severity

_AS_IT_IS: Final = ("credential_process", "role_session_name", "external_id")
"""Settings in whose values quotes and blanks have a meaning, or may have one."""
_SPELT: Final = SETTINGS.difference(_AS_IT_IS)
_QUOTES: Final = re.compile(r"""(["'])(.*)\1""")
_COMMENT: Final = re.compile(r"(.*?)\s+[#;].*", re.DOTALL)

_LABEL: Final = re.compile(r"(?![0-9]+$)(?!-)[a-zA-Z0-9-]{1,63}(?<!-)")
"""What botocore takes for a region (``validate_region_name``)."""
_REGION: Final = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+|aws-[a-z-]*global|fips-.*|.*-fips")
_ZONE: Final = re.compile(r"([a-z]{2,}(?:-[a-z]+)+-\d+)(?:[a-z]|-[a-z]{3}-\d+[a-z])")
"""An availability zone or a local zone, which begins with the name of its region."""

_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_ROLE: Final = re.compile(r"arn:[\w-]+:iam::(?P<account>[^:]*):role/.+")
_DEVICE: Final = re.compile(r"arn:[\w-]+:iam::(?P<account>[^:]*):.+")

_KEY_CHARACTERS: Final = re.compile(r"\w+", re.ASCII)
_NO_KEYS: Final = {
    "AIDA": "a user",
    "AROA": "a role",
    "AGPA": "a group",
    "AIPA": "an instance profile",
    "ANPA": "a policy",
}
"""Prefixes of unique ids that AWS shows beside access keys."""


def check_values(examined: Case) -> Iterator[Finding]:
    """The profile's own values, and the keys of the profiles that it comes from."""
    files, section = examined.context.files, examined.section
    yield from _spelling(section)
    yield from _region("region", section)
    session = files.config.sso_sessions.get(examined.status.profile.sso_session, EMPTY)
    yield from _region("sso_region", {**section, **session})
    yield from _accounts(section)
    yield from _duration(section)
    yield from _limits(section)
    yield from _paths(section)
    yield from _process(examined.name, section)
    yield from _keys(_with_keys(examined.config, examined.credentials))
    for hop in examined.status.hops[1:]:
        name = hop.link.name
        if not hop.link.is_profile or name == examined.name:
            continue
        sections = (each.sections.get(name, EMPTY) for each in (files.config, files.credentials))
        for finding in _keys(_with_keys(*sections)):
            message = f"its source {quoted(name)} holds {finding.message}"
            # The lines of these keys are the other profile's.
            yield finding._replace(message=message, keys=("source_profile",))


def of_section(section: Section) -> Iterator[Finding]:
    """What is wrong with values by themselves, be it those of a section that is yet to be made."""
    yield from _spelling(section)
    yield from _region("region", section)
    yield from _region("sso_region", section)
    yield from _accounts(section)
    yield from _duration(section)
    yield from _limits(section)
    yield from _paths(section)
    yield from _keys(section)


def _with_keys(config: Section, credentials: Section) -> Section:
    return credentials if KEY_ID in credentials else config


def _finding(code: str, message: str, fix: str, *keys: str, text: str = "") -> Finding:
    return Finding(
        Check.CREDENTIALS, Severity.CAUSE, code, message, Remedy(fix), keys=keys, text=text
    )


def _plain(section: Section, key: str) -> str:
    """A value to look at; of a secret only its shape may be told."""
    value = section.get(key)
    return value.reveal() if isinstance(value, Secret) else value if isinstance(value, str) else ""


def _spelling(section: Section) -> Iterator[Finding]:
    """Quotes, comments and line ends, all of which are part of a value."""
    for key in section:
        if key not in _SPELT:
            continue
        meant, why = misspelt(_plain(section, key))
        if why:
            shown = meant and not isinstance(section[key], Secret)
            yield _finding(
                "value-misspelt",
                f"{key} {why}, and every AWS CLI takes that for a part of the value",
                "write the bare value alone on its line",
                key,
                text=f"{key} = {meant}" if shown else "",
            )


def misspelt(value: str) -> tuple[str, str]:
    """What is meant by a value, and what is wrong with how it is written; empty for nothing."""
    if found := _QUOTES.fullmatch(value):
        return found[2], "stands in quotes"
    if found := _COMMENT.fullmatch(value):
        return found[1], "has a comment behind it"
    _, *below = value.splitlines() or [""]
    # A setting or a header among these lines is told by itself.
    return "", "goes on below its line" if below and not any(map(own_line, below)) else ""


def _region(key: str, section: Section) -> Iterator[Finding]:
    """A region that no AWS CLI takes, or that has no endpoints."""
    value = text_of(section, key)
    if value is None or _REGION.fullmatch(value) or misspelt(value)[1]:
        return
    message, fix = f'{key} "{value}" is not the name of a region', "write it like us-east-1"
    text, severity = "", Severity.CAUSE
    if not value:
        message, fix = f"{key} is empty", f"fill it in, or remove {key}"
    elif zone := _ZONE.fullmatch(value):
        text = f"{key} = {zone[1]}"
        message, fix = f'{key} "{value}" is a zone, and not a region', f"write {text}"
    elif _LABEL.fullmatch(value):
        if any(each in ("endpoint_url", "services") for each in section):
            return  # Whatever answers there may have regions of its own.
        message, severity = f'{key} "{value}" does not look like a region of AWS', Severity.WARNING
    yield _finding("region-invalid", message, fix, key, text=text)._replace(severity=severity)


def _accounts(section: Section) -> Iterator[Finding]:
    """Account ids that are none, by themselves or in an ARN."""
    for key, pattern, begins in (("role_arn", _ROLE, ""), ("mfa_serial", _DEVICE, "arn:")):
        value = text_of(section, key)
        # A device may have a serial number in the place of an ARN.
        if not value or not value.startswith(begins) or misspelt(value)[1]:
            continue
        found = pattern.fullmatch(value)
        if found is None:
            message = f"{key} is not the ARN of {'a role' if key == 'role_arn' else 'a device'}"
            yield _finding("arn-invalid", message, "copy the ARN from IAM", key)
        elif not _ACCOUNT.fullmatch(found["account"]):
            yield _account(key, found["account"])
    value = text_of(section, "sso_account_id")
    if value and not _ACCOUNT.fullmatch(value) and not misspelt(value)[1]:
        yield _account("sso_account_id", value)


def _duration(section: Section) -> Iterator[Finding]:
    """A duration that botocore cannot read, and so ignores."""
    value = text_of(section, "duration_seconds")
    if value is not None and duration_seconds(section) is None and not misspelt(value)[1]:
        message = f'duration_seconds "{value}" is no number of seconds: it is ignored'
        yield _finding(
            "duration-invalid", message, "write seconds, like 3600", "duration_seconds"
        )._replace(severity=Severity.WARNING)


_LIMITS: Final = (
    ("mfa_serial", re.compile(r".{9,256}"), "has less than 9 characters", "copy the device's ARN"),
    ("external_id", re.compile(r".{2,1224}"), "has less than 2 characters", "correct it"),
    (
        "role_session_name",
        re.compile(r"[\w+=,.@-]{2,64}|", re.ASCII),
        "is not 2 to 64 letters, digits or any of +=,.@-",
        "write another",
    ),
)
"""What AWS takes as arguments of ``AssumeRole``. An empty session name is none."""
_SECONDS: Final = (900, 43_200)
"""Seconds that a role's session lasts at least, and at most."""


def _limits(section: Section) -> Iterator[Finding]:
    """Settings of a role that AWS, or already the AWS CLI, refuses for their length."""
    if "role_arn" not in section or "web_identity_token_file" in section:
        return
    for key, pattern, why, fix in _LIMITS:
        value = text_of(section, key)
        if value is not None and not pattern.fullmatch(value) and not misspelt(value)[1]:
            yield _finding("length-invalid", f"{key} {why}: it is refused", fix, key)
    seconds, (least, most) = duration_seconds(section), _SECONDS
    if seconds is not None and not least <= seconds <= most:
        key = "duration_seconds"
        message = f"{key} = {seconds} is refused: a role's session lasts {least} to {most} seconds"
        yield _finding("duration-invalid", message, f"write {key} = 3600", key)


def _account(key: str, account: str) -> Finding:
    digits = re.sub(r"[\s-]", "", account)
    text = ""
    if _ACCOUNT.fullmatch(digits):
        fix = f"write it as {digits}"
        text = f"{key} = {digits}" if key == "sso_account_id" else ""
    elif digits.isdigit() and len(digits) < 12:
        fix = "copy it once more; spreadsheets drop zeros at its beginning"
    else:
        fix = "copy it once more"
    message = f'{key} has "{account}" in the place of an account id of 12 digits'
    return _finding("account-invalid", message, fix, key, text=text)


def _paths(section: Section) -> Iterator[Finding]:
    """Paths that a shell would complete, and no AWS CLI does."""
    for key in ("credential_process", "ca_bundle"):
        if found := _unexpanded(_plain(section, key)):
            message = f"{key} begins with {found}, which no AWS CLI expands there"
            yield _finding("path-unexpanded", message, "write the whole path", key)


def _process(name: str, section: Section) -> Iterator[Finding]:
    """A process that asks the AWS CLI for the very credentials that it is to give."""
    command = _plain(section, "credential_process")
    try:
        words = shlex.split(command) if "export-credentials" in command else []
    except ValueError:
        return
    option = words.index("--profile") if "--profile" in words else len(words)
    if f"--profile={name}" in words or words[option + 1 : option + 2] == [name]:
        message = "its credential_process asks for this profile's own credentials, without end"
        fix = "name another profile in it"
        yield _finding("process-loop", message, fix, "credential_process")


def _unexpanded(path: str) -> str:
    """The character at the beginning of a path, or of a command, that a shell would expand."""
    begins = path.lstrip("\"'")[:1]
    return begins if begins in ("~", "$") else ""


def _keys(section: Section) -> Iterator[Finding]:
    """An access key whose kind and token do not go together."""
    identifier = _plain(section, KEY_ID)
    token = any(secret_of(section, key) for key in TOKENS)
    if found := _mismatch(identifier, has_token=token):
        code, message, fix = found
        yield _finding(code, message, fix, KEY_ID, *(key for key in TOKENS if key in section))


def _mismatch(identifier: str, *, has_token: bool) -> tuple[str, str, str] | None:
    one_line = "\n" not in identifier  # What is swallowed below it is told by itself.
    odd = one_line and not _KEY_CHARACTERS.fullmatch(identifier)
    if identifier and odd and not misspelt(identifier)[1]:
        # It is not shown: it may be the secret, in the wrong place.
        message = "an access key id with characters that none has: AWS refuses it"
        return "key-invalid", message, "copy the access key id, which begins with AKIA or ASIA"
    prefix = identifier[:4]
    if prefix in _NO_KEYS:
        message = f"{prefix}… is the id of {_NO_KEYS[prefix]}, and not of an access key"
        return "key-invalid", message, "copy the access key id, which begins with AKIA or ASIA"
    if prefix == "ASIA" and not has_token:
        message = "a temporary key (ASIA…) without its session token: AWS refuses it"
        return "token-missing", message, "add the aws_session_token that came with the key"
    if prefix == "AKIA" and has_token:
        message = "a long-term key (AKIA…) beside a session token of another key: AWS refuses it"
        return "token-left-over", message, "remove the session token"
    return None


def check_values_of_environment(environ: Mapping[str, str]) -> Iterator[Finding]:
    """The same of keys and paths in the environment."""
    for name in ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CA_BUNDLE"):
        if begins := _unexpanded(environ.get(name, "")):
            message = f"{name} begins with {begins}, which no AWS CLI expands"
            fix = Remedy("write the whole path")
            check, severity = Check.ENVIRONMENT, Severity.CAUSE
            yield Finding(check, severity, "path-unexpanded", message, fix, (name,))
    token = any(environ.get(name) for name in KEYS[2:])
    if found := _mismatch(environ.get(KEYS[0], ""), has_token=token):
        code, message, _ = found
        yield Finding(
            Check.ENVIRONMENT,
            Severity.CAUSE,
            code,
            f"the environment holds {message}",
            Remedy(act=Act.UNSET),
            tuple(name for name in KEYS if environ.get(name)),
        )
