"""What an error text names: a profile, a sign-in, a file."""

from __future__ import annotations

import re
from typing import Final

from awsttl.core.why.errors import served
from awsttl.core.why.errors.text import Message, places

_LINES: Final = (
    r'referenced in the profile "([^"\n]{1,200})" does not exist',
    r'[Tt]he (?:source )?profile "([^"\n]{1,200})" (?:contains|must|is configured)',
    r'referenced in profile "([^"\n]{1,200})" is not valid',
    r"No credentials found in credential_source referenced in profile ([^\n]{1,200})",
    r"The config profile \(([^\n]{1,200})\) could not be found",
    r"Visited profiles: \['([^'\n]{1,200})'",
)
"""How botocore names a profile; its name may hold anything but a line end."""

_WORDS: Final = (
    r"--(?:aws-)?profile[= ]['\"]?([^\s'\",;)]{1,200})",
    r"-ProfileName ['\"]?([^\s'\",;)]{1,200})",
    r"\bAWS_(?:DEFAULT_)?PROFILE=['\"]?([^\s'\",;)]{1,200})",
    r"associated with profile=(\S{1,200}) was",
    r"shared config profile, ([^\s,]{1,200})",
    r"using profile: \[([^\]]{1,200})\]",
    (
        r"Profile ['\"`]?([^\s'\"`]{1,200})['\"`]? (?:requires multi-factor|was not found"
        r"|could not be found in shared|did not contain|is already configured)"
    ),
    r"No AWS profile named ['\"`]([^'\"`]{1,200})['\"`]",
    r"credentials not found under (\S{1,200}) profile",
    r"Credentials not set for profile (\S{1,200})",
    r"AWS profile ['\"`]([^'\"`]{1,200})['\"`]",
    r"Failed to get credentials for ([^\s:]{1,200}):",
    r"for profile ['\"`]([^'\"`]{1,200})['\"`]",
    r"profile ['\"`]([^'\"`]{1,200})['\"`] (?:was|is|does|did|could)",
    r"(?<!instance )[Pp]rofile (?:given )?\(([^)\s]{1,200})\)",
    r"[Pp]rofile name '([^']{1,200})'",
    r"Profile (\S{1,200}) (?:does not exist in|has a (?:role_arn|source_profile)\b)",
    r"Profile (\S{1,200}) in \S{1,200} must contain",
)
"""How other clients name one, and commands that stand in the text."""

_SESSIONS: Final = (
    r"sso-session does not exist: ['\"]([^'\"]{1,200})['\"]",
    r"sso[-_ ]session ['\"`]([^'\"`]{1,200})['\"`] (?:could|was|does|is) not",
    r"find sso[-_ ]session:? ['\"`]?([^\s'\"`,;]{1,200})",
    r"sso-session section (?:for )?['\"`]?([^\s'\"`,;]{1,200}?)['\"`]? not found",
)
"""How clients name an ``sso-session`` that they did not find."""


def profile(message: Message) -> str | None:
    """The profile that a text names, or ``None``."""
    if served_one := served.profile(message):
        return served_one
    text = "\n".join(message.lines)
    for patterns, where in ((_LINES, _around(text)), (_WORDS, _around(message.flat))):
        for pattern in patterns:
            if found := re.search(pattern, where):
                return found[1].rstrip(".,:")
    return None


_SIGNS: Final = ("rofile", "PROFILE", "Failed to get credentials for")
"""One of these stands in all that names a profile."""
_SHORT: Final = 1 << 15
_FEW: Final = 32
_WIDE: Final = 400


def _around(text: str) -> str:
    """What stands around the signs of a profile's name; a short text as it is.

    A megabyte takes twenty patterns a hundred milliseconds.
    """
    if len(text) <= _SHORT:
        return text
    pieces: list[tuple[int, int]] = []
    for place in sorted({place for sign in _SIGNS for place in places(text, sign, _FEW)}):
        start, end = max(0, place - _WIDE), place + _WIDE
        if pieces and start <= pieces[-1][1]:
            start, _ = pieces.pop()
        pieces.append((start, end))
    return "\n\n".join(text[start:end] for start, end in pieces)


def sign_in(message: Message) -> str | None:
    """The ``sso-session`` or start URL that a text names, or the file name of its token."""
    found = re.search(
        r"Error loading SSO Token: Token for ([^\n]{1,300}) (?:does not exist|is invalid)",
        message.flat,
    )
    return found[1] if found else sso_file(message)


def sso_session(message: Message) -> str | None:
    """The ``sso-session`` whose section a client did not find."""
    for pattern in _SESSIONS:
        if found := re.search(pattern, message.flat, re.IGNORECASE):
            return found[1]
    return None


def sso_file(message: Message) -> str | None:
    """The name of an SSO token's file that a text names."""
    found = re.search(r"/sso/cache/([0-9a-f]{40}\.json)", message.words)
    return found[1] if found else None


def unparsable(message: Message) -> str | None:
    """The path of the config or credentials file that cannot be parsed."""
    text = "\n".join(message.lines)
    found = re.search(r"Unable to parse config file: ([^\n]{1,4096})", text)
    return found[1].strip() if found else None


def file(message: Message) -> str | None:
    """The path in what Python says of a file that it cannot open."""
    found = re.search(r"\[Errno \d{1,3}\] [^:\n]{1,60}: '([^'\n]{1,4096})'", message.flat)
    return found[1] if found else None
