"""The accounts and roles of an SSO session, and profiles for them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from awsttl.core.files import EMPTY
from awsttl.core.model import Status
from awsttl.core.profiles import cache_names
from awsttl.core.profiles.resolve import Resolver
from awsttl.core.remedies import Problem
from awsttl.engine.look import OneLook
from awsttl.engine.waiting import sso_link

if TYPE_CHECKING:
    from awsttl.core.files import Files
    from awsttl.core.forms.populating import Assigned
    from awsttl.disk.locations import Locations

Progress = Callable[[int, int], None]
"""How many accounts are done, and of how many."""


def sessions(files: Files) -> tuple[str, ...]:
    """The SSO sessions of the config file, by name."""
    return tuple(sorted(files.config.sso_sessions))


def listed(
    session: str, locations: Locations, tell: Progress = lambda _done, _of: None
) -> tuple[Assigned, ...] | Problem:
    """Every role that the sign-in to that session gives, or why it is not known.

    Blocks. *tell* is called from any thread. A problem with the code ``sign-in`` says that a
    person has to sign in first.
    """
    # boto3's world: 500 ms, the first time.
    from awsttl.aws import sso_accounts
    from awsttl.aws.outcome import Failed

    path = Path(locations.sso_cache) / cache_names.sso_token_name(session)
    found = sso_accounts.assigned(str(path), tell)
    return found.problem if isinstance(found, Failed) else found


def signs_in(session: str, locations: Locations) -> Status | None:
    """A profile by which a person can sign in to that session; ``None`` if its settings lack.

    A session that no profile uses yet is signed in to by a profile that is in no file. The files
    are read anew: the session may just have been made.
    """
    look = OneLook(locations, os.environ)
    files = look.files
    for status in look.snapshot.profiles:
        link = sso_link(status)
        if link is not None and link.refreshes and link.name == session and not status.broken:
            return status
    if session not in files.config.sso_sessions:
        return None
    name = f"accounts of {session}"
    section = {"sso_session": session, "sso_account_id": "0" * 12, "sso_role_name": "any"}
    config = files.config._replace(sections={name: section})
    alone = files._replace(config=config, credentials=files.credentials._replace(sections=EMPTY))
    made = Resolver().snapshot(alone).status(name)
    return made if made is not None and sso_link(made) is not None else None
