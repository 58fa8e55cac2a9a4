"""The values that the AWS CLI uses: what ``aws configure list --profile X`` shows, with lines.

The types are the AWS CLI's own words (botocore's credential methods): ``shared-credentials-file``,
``config-file``, ``assume-role``, ``assume-role-with-web-identity``, ``sso``, ``login``,
``custom-process``, ``env``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from awsttl.core.ini.setting import Setting
from awsttl.core.model import Status
from awsttl.core.profiles.environment import REGION
from awsttl.core.profiles.kinds import FACTS


class UsedValue(NamedTuple):
    """One value that the AWS CLI uses for a profile."""

    name: str
    """``access_key``, ``secret_key`` or ``region``."""
    value: str
    """Of keys the last four characters; empty where there is no value yet."""
    type: str
    location: str
    """File and line, or the variable's name."""

    @property
    def line(self) -> str:
        """The line that ``aws configure list`` prints."""
        value = self.value or "<not set>"
        return f"{self.name:11}{value:21} {self.type}  {self.location}".rstrip()


_KEYS: Final = (("access_key", "aws_access_key_id"), ("secret_key", "aws_secret_access_key"))


def used_values(
    status: Status,
    last_four: tuple[str, str],
    settings: Sequence[Setting],
    environ: Mapping[str, str],
) -> tuple[UsedValue, ...]:
    """The values for a profile that ``--profile`` names.

    *last_four* are the last characters of the access key and of its secret, as they are on disk;
    empty where there are none. *settings* are the profile's lines, of each key the one that wins.
    """
    lines = {setting.key: setting for setting in settings}
    facts = FACTS[status.profile.kind]
    entry = status.session.entry if status.session else None
    found = []
    for (name, key), four in zip(_KEYS, last_four, strict=True):
        line = lines.get(key)
        if facts.methods and not facts.has_keys:
            where = entry.path if entry else ""
            found.append(UsedValue(name, _hidden(four), facts.methods[0], where))
        elif line is not None:
            kind = "shared-credentials-file" if line.in_credentials else "config-file"
            found.append(UsedValue(name, _hidden(four), kind, _place(line)))
        else:
            found.append(UsedValue(name, "", "None", ""))
    found.append(_region(status, lines, environ))
    return tuple(found)


def _region(status: Status, lines: Mapping[str, Setting], environ: Mapping[str, str]) -> UsedValue:
    # v2 reads AWS_REGION first, v1 only AWS_DEFAULT_REGION. Either wins over the profile.
    for name in REGION:
        if environ.get(name):
            return UsedValue("region", environ[name], "env", name)
    line = lines.get("region")
    if line is not None:
        return UsedValue("region", line.value, "config-file", _place(line))
    return UsedValue(
        "region", status.profile.region, "config-file" if status.profile.region else "", ""
    )


def same_values(one: Sequence[UsedValue], other: Sequence[UsedValue]) -> tuple[bool, ...]:
    """For two profiles side by side: value by value, whether they are the same."""
    return tuple(a.value == b.value for a, b in zip(one, other, strict=True))


def _hidden(four: str) -> str:
    # As the AWS CLI shows it.
    return "*" * 16 + four if four else ""


def _place(line: Setting) -> str:
    return f"{line.file}:{line.line}"
