"""The AWS variables of an environment: what they select, what they shadow, when they end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from awsttl.core.model import Environment, Kind
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.profiles import timestamps
from awsttl.core.profiles.cache_names import key_fingerprint
from awsttl.core.remedies import Act, Problem, Remedy

KEYS: Final = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",  # botocore reads this one first
)
WEB_IDENTITY: Final = ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME")
SELECTION: Final = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")  # v1 and botocore: the other first
REGION: Final = ("AWS_REGION", "AWS_DEFAULT_REGION")

CONTAINER_TOKENS: Final = (
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
)
CONTAINER: Final = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
"""With either of them, the AWS CLI asks the container's credentials service."""
NO_METADATA: Final = "AWS_EC2_METADATA_DISABLED"
"""With ``true``, the AWS CLI does not ask the EC2 machine's metadata service."""

BOTOCORES_EXPIRY: Final = timestamps.ENVIRONMENT_RECORDED_AS[0]
"""The only expiry that the AWS CLI itself reads: after it, the AWS CLI refuses the keys."""

SHADOWING: Final = (
    *KEYS,
    *timestamps.ENVIRONMENT_RECORDED_AS,
    "AWS_ACCOUNT_ID",
    *WEB_IDENTITY,
    *SELECTION,
    *REGION,
)
"""Every variable that makes an AWS CLI or SDK prefer the environment to a profile, and those in
which other tools record the expiry of such a session.

Not among them are ``AWS_CONFIG_FILE`` and ``AWS_SHARED_CREDENTIALS_FILE``, which say where profiles
are, and ``AWS_CONTAINER_*``, to which every profile is preferred."""


def without_keys(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a program that needs no session, such as a browser or tmux."""
    left_out = {*KEYS, *CONTAINER_TOKENS}
    return {name: value for name, value in environ.items() if name not in left_out}


OURS: Final = ("AWSTTL_PROFILE", "AWSTTL_EXPIRES")
"""What ``awsuse`` sets beside a session, for prompts: whose it is, and when it ends."""
LAST: Final = "AWSTTL_LAST"
"""The profile that a shell used before; ``awsuse -`` goes back to it."""

OWN_CONFIG_FILE: Final = "AWSTTL_CONFIG_FILE"
"""Set beside a live session: what ``AWS_CONFIG_FILE`` was before."""

LEFT_BY_TOOLS: Final = (
    "AWS_VAULT",  # aws-vault
    "AWSUME_PROFILE",  # awsume
    "AWSUME_COMMAND",
    "GRANTED_SSO",  # granted
    "GRANTED_SSO_START_URL",
    "GRANTED_SSO_ROLE_NAME",
    "GRANTED_SSO_ACCOUNT_ID",
    "GRANTED_SSO_REGION",
    "AWS_SSO",  # aws-sso-cli
    "AWS_SSO_PROFILE",
    "AWS_SSO_ACCOUNT_ID",
    "AWS_SSO_ROLE_NAME",
    "AWS_SSO_ROLE_ARN",
    "AWS_SSO_DEFAULT_REGION",
    "EC2_SECURITY_TOKEN",  # tools from before AWS_SESSION_TOKEN
    "SAML2AWS_PROFILE",  # saml2aws
    *OURS,
)
"""What tools leave in a shell beside a session: by these a prompt, or the tool itself, believes
that the session is still there."""

TO_UNSET: Final = (*SHADOWING, *CONTAINER, *CONTAINER_TOKENS, *LEFT_BY_TOOLS)
"""Every variable that speaks of a session, whoever has set it."""

_FAMILIES: Final = ("AWSUME_", "AWSESH_", "GRANTED_SSO_", "AWS_SSO_")
"""How more of them begin."""
_CHOICES: Final = ("AWS_SSO_CONFIG", "AWS_SSO_FILE_PASSPHRASE")
"""What begins like that, and is a person's setting for the tool."""

PROCESS_OF: Final = "AWSTTL_PROCESS_OF"
"""Set for each ``credential_process`` that awsttl runs: the profiles whose process is at work, a
line each. awsttl itself may be such a process, and must not begin the same one again."""


def with_process_of(environ: Mapping[str, str], profile: str) -> dict[str, str]:
    """The environment for the process of a profile."""
    return {**environ, PROCESS_OF: "\n".join((*processes_of(environ), profile))}


def processes_of(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The profiles for whose sake this very process was started, the outermost first."""
    return tuple(environ.get(PROCESS_OF, "").split("\n")) if environ.get(PROCESS_OF) else ()


def to_unset(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Every variable that speaks of a session, and those of its like that *environ* has besides.

    Settings of other tools, such as ``AWS_VAULT_BACKEND``, speak of none.
    """
    more = {name for name in environ if name.startswith(_FAMILIES) and name not in _CHOICES}
    return (*TO_UNSET, *sorted(more.difference(TO_UNSET)))


_UNSET: Final = Remedy(act=Act.UNSET)


def selected(environ: Mapping[str, str], variables: Sequence[str] = SELECTION) -> str | None:
    """The profile that the environment selects, or ``None``.

    *variables* are in the order in which the AWS CLI reads them; the default is that of v2. A
    variable that is set and empty selects a profile with an empty name, and there is none.
    """
    return next((environ[name] for name in variables if name in environ), None)


def shown(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The AWS variables that are set, a line each; with its value where it is no secret."""
    plain = (*SELECTION, *REGION)
    return tuple(
        f"{name}={value}" if name in plain else f"{name} is set"
        for name, value in sorted(environ.items())
        if name.startswith("AWS_")
    )


def read(environ: Mapping[str, str]) -> Environment | None:
    """The session that the environment holds, or leads to; ``None`` when there is none."""
    held = {name: environ[name] for name in SHADOWING if environ.get(name)}
    keys = [name for name in KEYS if name in held]
    web_identity = WEB_IDENTITY[0] in held and WEB_IDENTITY[1] in held
    if not keys and not web_identity:
        return _led(environ)
    problems = (*_half_set(held), *_bad_expiry(held)) if keys else ()
    expiry = _expiry(held)
    if KEYS[0] in held and KEYS[1] in held:
        # With botocore's variable even keys without a token end.
        ends = any(name in held for name in (KEYS[2], KEYS[3], BOTOCORES_EXPIRY))
        kind = Kind.TEMPORARY if ends else Kind.LONG_TERM
    elif web_identity and KEYS[0] not in held:
        kind = Kind.WEB_IDENTITY
    else:
        kind = Kind.INCOMPLETE
    return Environment(
        kind=kind,
        variables=tuple(held),
        expires_at=expiry[1] if expiry and kind is Kind.TEMPORARY else None,
        expiry_variable=expiry[0] if expiry and kind is Kind.TEMPORARY else "",
        access_key=held.get(KEYS[0], "")[-4:],
        fingerprint=key_fingerprint(held.get(KEYS[0], "")),
        profile=selected(environ) or "",
        problems=problems,
    )


def _led(environ: Mapping[str, str]) -> Environment | None:
    """Where the container variables lead to, if any is set."""
    variables = tuple(name for name in (*CONTAINER, *CONTAINER_TOKENS) if name in environ)
    if not any(name in environ for name in CONTAINER):
        return None
    # 5 ms, for the few that have such a variable.
    from awsttl.core.profiles.container_lead import lead

    found = lead(environ)
    words = found.words if found else ""
    chosen = selected(environ) or ""
    return Environment(Kind.CREDENTIAL_SOURCE, variables, profile=chosen, leads_to=words)


class Place(NamedTuple):
    """What a ``credential_source`` has to give, as far as the environment's variables tell."""

    fault: Problem | None = None
    """Why it has nothing."""
    expires_at: float | None = None
    is_temporary: bool = False


def credential_sources(environ: Mapping[str, str]) -> Mapping[str, Place]:
    """Each value of ``credential_source`` that botocore knows, with what stands behind it."""
    has_container = any(environ.get(name) for name in CONTAINER)
    is_off = environ.get(NO_METADATA, "").lower() == "true"
    return {
        "Environment": _keys_as_place(environ),
        "Ec2InstanceMetadata": _empty(
            "Ec2InstanceMetadata", f"{NO_METADATA} is true", f"unset {NO_METADATA}"
        )
        if is_off
        else Place(),
        "EcsContainer": Place()
        if has_container
        else _empty("EcsContainer", f"{CONTAINER[0]} is not set", "run it in a container"),
    }


def _keys_as_place(environ: Mapping[str, str]) -> Place:
    found = read(environ)
    if found is None or not environ.get(KEYS[0]):
        return _empty("Environment", f"{KEYS[0]} is not set", f"set {KEYS[0]} and {KEYS[1]}")
    fault = next((problem for problem in found.problems if problem.blocks), None)
    return Place(fault, found.expires_at, found.kind is Kind.TEMPORARY)


def _empty(source: str, why: str, fix: str) -> Place:
    message = f"credential_source = {source}, and {why}"
    remedy = Remedy(f"{fix}, or name a source_profile instead")
    return Place(Problem("source-empty", message, remedy, blocks=True))


def _half_set(held: Mapping[str, str]) -> tuple[Problem, ...]:
    """Half of an access key makes the AWS CLI fail, even where ``AWS_PROFILE`` is valid."""
    identifier, secret = KEYS[:2]
    if identifier in held and secret in held:
        return ()
    present = identifier if identifier in held else secret if secret in held else ""
    if not present:
        token = KEYS[2] if KEYS[2] in held else KEYS[3]
        return (Problem("env-half-set", f"{token} without {identifier}", _UNSET),)
    absent = secret if present == identifier else identifier
    # Without the identifier botocore's EnvProvider is skipped; with it, the rest is needed.
    fatal = present == identifier
    return (Problem("env-half-set", f"{present} without {absent}", _UNSET, fatal),)


def _bad_expiry(held: Mapping[str, str]) -> tuple[Problem, ...]:
    """The AWS CLI fails over an expiry that it cannot read, whatever the command."""
    if KEYS[0] not in held or BOTOCORES_EXPIRY not in held:
        return ()
    try:
        timestamps.parse(held[BOTOCORES_EXPIRY])
    except (ValueError, OverflowError, OSError):
        message = f"{BOTOCORES_EXPIRY} is not a time with an offset"
        return (Problem("env-bad-expiry", message, _UNSET, blocks=True),)
    return ()


def _expiry(held: Mapping[str, str]) -> tuple[str, float] | None:
    for name in timestamps.ENVIRONMENT_RECORDED_AS:
        if name in held:
            zone: timestamps.Zone = "local" if name.startswith("AWSUME") else "utc"
            try:
                return name, timestamps.parse(held[name], naive=zone)
            except (ValueError, OverflowError, OSError):
                continue
    return None
