"""Whom the container variables of an environment lead to, as far as the address tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from awsttl.core.profiles import environment

RELATIVE_URI, FULL_URI = environment.CONTAINER
TOKEN, TOKEN_FILE = environment.CONTAINER_TOKENS

HOST: Final = "127.0.0.1"
"""Where awsttl serves. SDKs take plain HTTP from loopback addresses only."""
FOLDER: Final = "awsttl"
"""The first part of each path that awsttl serves."""
ECS: Final = "169.254.170.2"
"""Where ECS serves a task; ``AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`` is relative to it."""
EKS: Final = ("169.254.170.23", "fd00:ec2::23")
"""Where EKS Pod Identity serves a pod."""


class Lead(NamedTuple):
    """Whom the container variables of an environment lead to."""

    variable: str
    """The variable that counts."""
    words: str
    """Who answers there, as far as the address tells."""
    profile: str = ""
    """The profile that another awsttl serves there."""


def lead(environ: Mapping[str, str]) -> Lead | None:
    """Whom the container variables lead to; ``None`` where none is set. Asks nobody.

    The relative one wins, as it does in every SDK.
    """
    if RELATIVE_URI in environ:
        return Lead(RELATIVE_URI, "the container's own service (ECS)")
    if FULL_URI not in environ:
        return None
    try:
        parts = urlsplit(environ[FULL_URI])
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return Lead(FULL_URI, "an address that cannot be read")
    if host == ECS:
        return Lead(FULL_URI, "the container's own service (ECS)")
    if host in EKS:
        return Lead(FULL_URI, "the pod's own service (EKS)")
    folder, _, rest = parts.path.removeprefix("/").partition("/")
    if host == HOST and folder == FOLDER and "/" in rest:
        name = unquote(rest.partition("/")[2], errors="surrogateescape")
        return Lead(FULL_URI, f"an awsttl that serves {name}", name)
    where = f"{host}:{port}" if port else host
    return Lead(FULL_URI, f"a server at {where}" if host else "an address that cannot be read")
