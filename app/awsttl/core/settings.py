"""The person's choices that outlast a restart, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from awsttl.core.countdown import THRESHOLD
from awsttl.core.model import EMPTY
from awsttl.core.rows import Sort


class Warn(NamedTuple):
    """How to say that a session is about to end; each can be switched off."""

    toast: bool = True
    """A message in the corner of the screen."""
    bell: bool = True
    title: bool = True
    """The terminal's title: ``awsttl: prod 4m``."""
    desktop: bool = True
    """A notification by the terminal's own sequences, OSC 9 and OSC 777."""
    silent: bool = True
    """Also for sessions that renew without anybody."""


class Settings(NamedTuple):
    """What ``settings.toml`` holds. What is missing there, or makes no sense, is as here."""

    threshold: float = THRESHOLD
    """Seconds before its end from which a session counts as expiring."""
    theme: str = ""
    """A theme's name; empty: as the terminal suggests."""
    shell: str = ""
    """The shell for which ``e`` and ``u`` write; empty: the one that awsttl was started from."""
    sort: Sort = Sort.URGENCY
    hidden: frozenset[str] = frozenset()
    """Profiles that the table leaves out."""
    keep: frozenset[str] = frozenset()
    """Profiles that are kept alive."""
    allowed_processes: Mapping[str, str] = EMPTY
    """Profile → fingerprint of the ``credential_process`` that may be run without a key."""
    warn: Warn = Warn()
