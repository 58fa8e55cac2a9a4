"""Live sessions in a shell: the variables that lead its AWS CLIs and SDKs to awsttl's server.

In every AWS SDK a ``[default]`` with credentials of its own wins over a server. Where there is
one, the shell gets another profile, without credentials, in a copy of the config file: awsttl does
not write into the person's own. Sections with secrets are left out of that copy, and so are not to
be found by it: without its credentials, a profile would be served another one's.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Final, NamedTuple

from awsttl.core.ini import edits, names
from awsttl.core.ini.document import Document, Value
from awsttl.core.ini.secret_values import is_secret
from awsttl.core.model import Profile, Snapshot
from awsttl.core.profiles import container_lead, environment
from awsttl.core.profiles.kinds import FACTS
from awsttl.core.secret import Secret
from awsttl.core.snippets import PROFILE

CONFIG_FILE: Final = "AWS_CONFIG_FILE"
KEPT: Final = environment.OWN_CONFIG_FILE
MARK: Final = "/awsttl/live/"
"""What is in the path of every such copy, and in no other."""

_DEFAULT: Final = "default"
_NAME: Final = "awsttl-live"
_NOTHING: Final = {"awsttl": "live"}
"""A section needs a key; this one means nothing to anybody."""
_CREDENTIALS: Final = (
    "role_arn",
    "source_profile",
    "credential_source",
    "external_id",
    "mfa_serial",
    "role_session_name",
    "duration_seconds",
    "web_identity_token_file",
    "login_session",
    "expiration",
)
_OF_CREDENTIALS: Final = ("aws_", "sso_", "x_security_token")
"""How further settings begin that have to do with credentials, and not with how AWS is called."""


class Copy(NamedTuple):
    """A config file for shells whose session is served."""

    text: str
    profile: str
    """The profile without credentials."""
    left_out: int
    """How many sections are not in it, for their secrets."""


class Variables(NamedTuple):
    """What to do to a shell's environment."""

    gone: tuple[str, ...]
    values: Mapping[str, Secret]
    notes: tuple[str, ...]
    """What was set besides the address and the token, and why; a sentence each."""


def is_beaten(seen: Snapshot) -> bool:
    """Whether ``[default]`` has credentials, or half of some: it would win over the server."""
    status = seen.status(_DEFAULT)
    if status is None:
        return False
    # A kind that no provider takes has settings only.
    return bool(FACTS[status.profile.kind].methods) or status.broken is not None


def copy(document: Document, text: str, taken: Mapping[str, object]) -> Copy:
    """The copy of a config file, which was read as *document*.

    *taken* are the profiles of the credentials file, whose names are not free. Raises
    ``ValueError`` where the file does not parse.
    """
    sections = document.settings()
    profiles = names.by_name(sections)[names.PROFILE]
    name, number = _NAME, 1
    while name in profiles or name in taken:
        number += 1
        name = f"{_NAME}-{number}"
    drops = [header for header, values in sections.items() if _has_secret(values)]
    own = {
        key: _plain(value)
        for key, value in profiles.get(_DEFAULT, {}).items()
        if key not in _CREDENTIALS and not key.startswith(_OF_CREDENTIALS) and not is_secret(key)
    }
    changes: list[edits.Change] = [edits.Drop(header) for header in drops]
    changes.append(edits.Put(names.header_of(names.PROFILE, name), own or _NOTHING))
    return Copy(edits.change(document, text, changes), name, len(drops))


def _has_secret(values: Mapping[str, Value]) -> bool:
    return any(is_secret(key) for key in values) or any(
        isinstance(value, dict) and any(isinstance(each, Secret) for each in value)
        for value in values.values()
    )


def _plain(value: Value) -> str | Mapping[str, str | None]:
    if isinstance(value, dict):
        return {str(key): each for key, each in value.items() if isinstance(each, str)}
    return value if isinstance(value, str) else ""


class Address(NamedTuple):
    """Where a session is served."""

    uri: str
    token: Secret | str
    """The token, or the path of a file that holds it."""


def variables(
    address: Address,
    profile: Profile,
    environ: Mapping[str, str],
    config: tuple[str, Copy] | None = None,
) -> Variables:
    """The variables after which a shell lives on *profile*.

    *config* is the path of the copy, and the copy, where ``[default]`` would win.
    """
    token, region = address.token, profile.region
    gone = environment.to_unset(environ)
    if not region:
        gone = tuple(name for name in gone if name not in environment.REGION)
    token_variable = (
        container_lead.TOKEN if isinstance(token, Secret) else container_lead.TOKEN_FILE
    )
    values = {
        container_lead.FULL_URI: Secret(address.uri),
        token_variable: token if isinstance(token, Secret) else Secret(token),
        environment.OURS[0]: Secret(profile.name),
    }
    if region:
        values |= dict.fromkeys(environment.REGION, Secret(region))
    notes: list[str] = []
    if config is not None:
        path, made = config
        values |= {PROFILE: Secret(made.profile), CONFIG_FILE: Secret(path)}
        if own := environ.get(CONFIG_FILE):
            values[KEPT] = Secret(own)
        notes.append(
            f"[default] has credentials, which would win; {PROFILE} is {made.profile}, which has "
            f"none, in a copy of your config ({CONFIG_FILE})"
        )
        if made.left_out:
            what = "1 profile" if made.left_out == 1 else f"{made.left_out} profiles"
            notes.append(f"not in the copy: {what} with secrets")
    return Variables(gone, values, tuple(notes))


SHOWN: Final = (
    container_lead.FULL_URI,
    container_lead.TOKEN_FILE,
    environment.OURS[0],
    *environment.REGION,
    PROFILE,
    CONFIG_FILE,
    KEPT,
)
"""Those whose values are no secrets."""


def leave(environ: MutableMapping[str, str]) -> None:
    """Take the copy of the config file out of an environment: awsttl itself works on the real one.

    Cheap where there is none.
    """
    if MARK not in environ.get(CONFIG_FILE, ""):
        return
    own = environ.pop(KEPT, "")
    if own:
        environ[CONFIG_FILE] = own
    else:
        del environ[CONFIG_FILE]
    if environ.get(PROFILE, "").startswith(_NAME):
        del environ[PROFILE]
