"""The names of profiles and SSO sessions alone: what a shell completes.

Only the headers of the files are read, because a person has pressed Tab and waits.
"""

from __future__ import annotations

from collections.abc import Mapping

from awsttl.core.ini import names
from awsttl.disk import aws_files, plain_files


def profiles(environ: Mapping[str, str]) -> list[str]:
    """Every profile of the files that *environ* selects, in alphabetical order.

    A file that cannot be read has none.
    """
    written = set(names.skim(_text(aws_files.credentials(environ)))) - {"DEFAULT"}
    return sorted(written.union(_config(environ)[names.PROFILE]))


def sso_sessions(environ: Mapping[str, str]) -> list[str]:
    """Every ``[sso-session …]`` of the config file, in alphabetical order."""
    return sorted(_config(environ)[names.SSO_SESSION])


def _config(environ: Mapping[str, str]) -> dict[str, dict[str, None]]:
    return names.by_name(dict.fromkeys(names.skim(_text(aws_files.config(environ)))))


def _text(path: str) -> str:
    """A file's text; bytes that are no UTF-8 are kept as they are, by ``surrogateescape``."""
    try:
        body = plain_files.read(path, plain_files.MOST_SETTINGS)
    except (OSError, ValueError):
        return ""
    text = body.decode("utf-8", "surrogateescape")
    return text.replace("\r\n", "\n").replace("\r", "\n")
