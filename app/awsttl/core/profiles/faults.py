"""What keeps a profile from working, as its settings alone tell."""

from __future__ import annotations

from typing import Final

from awsttl.core.files import Section
from awsttl.core.ini.names import PROFILE, SSO_SESSION, header_of
from awsttl.core.profiles.kinds import TOKENS, Settings
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.secret import Secret

CREDENTIAL_SOURCES: Final = ("Environment", "Ec2InstanceMetadata", "EcsContainer")
"""What ``credential_source`` may say; botocore compares case-sensitively."""

# Keys that have no use without others: with one of them, a profile was meant to have credentials.
_BEGUN: Final = (
    "source_profile",
    "credential_source",
    "mfa_serial",
    "external_id",
    "sso_session",
    "sso_start_url",
    *TOKENS,
)


class FaultError(Exception):
    """A problem that keeps the profile from working."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem

    @classmethod
    def of(cls, code: str, message: str, fix: str) -> FaultError:
        """The error for a problem with this code, message and fix."""
        return cls(Problem(code, message, Remedy(fix), blocks=True))


def check_source(name: str, source: str | None, credential_source: str | None) -> None:
    """Raise :class:`FaultError` unless the role *name* has one source of a kind that there is."""
    if source is not None and credential_source is not None:
        raise FaultError.of(
            "two-sources",
            "both source_profile and credential_source are set",
            f'remove one of the two from "{name}"',
        )
    if source is None and credential_source is None:
        raise FaultError.of(
            "no-source",
            "role_arn without source_profile or credential_source",
            f'add source_profile = … to "{name}"',
        )
    if credential_source is not None and credential_source not in CREDENTIAL_SOURCES:
        raise FaultError.of(
            "bad-credential-source",
            f'credential_source "{credential_source}" is not known',
            f"write one of {', '.join(CREDENTIAL_SOURCES)}, spelled just so",
        )


def check_filled(name: str, key: str, value: str | Secret | None) -> None:
    """For the AWS CLI the key alone decides, and it fails where the value is empty."""
    if not value:
        raise FaultError.of(
            "empty-value", f"{key} is empty", f'fill it in or remove it in "{name}"'
        )


def section_for(session: str, name: str) -> str:
    """What to do about an ``sso-session`` that is nowhere."""
    if len(session.splitlines()) != 1:
        return f'correct sso_session of "{name}"'  # no header can mean such a name
    return f"add a section [{header_of(SSO_SESSION, session)}]"


def nowhere(
    settings: Settings, section: tuple[str, str], code: str, message: str, fix: str
) -> FaultError:
    """The fault of a name that leads nowhere. It may stand in a file, where no AWS CLI reads it."""
    passage = settings.misread.get(section)
    if passage is None:
        return FaultError.of(code, message, fix + _nearly(settings, section))
    message = f"{message}, although it stands in {passage.place}"
    return FaultError(Problem(code, message, passage.remedy, blocks=True))


def _nearly(settings: Settings, section: tuple[str, str]) -> str:
    """The name that differs in its capitals only, as a question; mostly empty."""
    kind, name = section
    names = settings.merged if kind == PROFILE else settings.sso_sessions
    wanted = name.casefold()
    near = next((each for each in names if each.casefold() == wanted), None)
    return f'; is "{near}" meant?' if near is not None else ""


def incomplete(section: Section) -> Problem:
    """The problem of a profile without credentials.

    A profile may have settings only; one with half of its credentials cannot work.
    """
    if "web_identity_token_file" in section:
        return Problem(
            "empty-value",
            "web_identity_token_file is empty",
            Remedy("fill it in, or remove it"),
            blocks=True,
        )
    begun = [key for key in (*_BEGUN, "aws_secret_access_key") if key in section]
    if not begun:
        return Problem(
            "no-credentials",
            "no keys, only settings",
            Remedy("add role_arn and source_profile, an sso_session, or keys"),
        )
    other = {
        "source_profile": "role_arn",
        "credential_source": "role_arn",
        "mfa_serial": "role_arn",
        "external_id": "role_arn",
        "sso_session": "sso_account_id and sso_role_name",
        "sso_start_url": "sso_account_id and sso_role_name",
    }.get(begun[0], "aws_access_key_id")
    message = f"{begun[0]} without {other}"
    return Problem("half-written", message, Remedy(f"add {other}"), blocks=True)
