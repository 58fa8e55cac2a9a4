"""What a pasted text holds: sessions, or the reason why it holds none."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from awsttl.core.remedies import Problem
from awsttl.core.secret import Secret

TEMPORARY: Final = "ASIA"
"""How the id of a temporary access key begins, by AWS's list of unique id prefixes."""
LONG_TERM: Final = "AKIA"
"""How the id of a long-term access key begins."""


class Field(enum.StrEnum):
    """What a part of a pasted session is, in words."""

    ID = "access key id"
    SECRET = "secret access key"  # noqa: S105 (a name, no secret)
    TOKEN = "session token"  # noqa: S105 (as above)
    EXPIRY = "expiry"
    REGION = "region"


KEYS: Final = (Field.ID, Field.SECRET, Field.TOKEN)
"""The fields that are credentials. The others only say something about these."""


class Found(NamedTuple):
    """One value that a text gives to one field."""

    field: Field
    value: Secret
    place: int
    """Where in the text it stands."""
    family: str = ""
    """What stands before AWS's own name in the name of the value: ``prod`` for
    ``PROD_AWS_ACCESS_KEY_ID``. A session has one family."""
    weak: bool = False
    """Whether the name alone says little, as ``token`` does: such a value only completes others."""
    comment: bool = False
    """Whether the line is a comment."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """A whole session out of a text."""

    access_key_id: str = field(repr=False)
    secret_access_key: Secret
    session_token: Secret | None
    """``None`` for long-term keys."""
    expires_at: float | None = None
    """Seconds UTC; ``None`` where the text does not say, and for long-term keys."""
    issued_at: float | None = None
    """When AWS made the token, where the token itself says so: seconds UTC."""
    region: str = ""
    profile: str = ""
    """The profile that the text names: the header of a section, or ``--profile``."""

    @property
    def is_temporary(self) -> bool:
        """Whether these keys end some day."""
        return self.session_token is not None

    @property
    def last_four(self) -> str:
        """The end of the access key id, by which people tell keys apart."""
        return self.access_key_id[-4:]


class Reading(NamedTuple):
    """All that a text was understood to hold."""

    sessions: tuple[Pasted, ...] = ()
    """The whole sessions, each once."""
    problem: Problem | None = None
    """Why these cannot be taken as they are; ``None`` where there is one session."""
    understood: tuple[str, ...] = ()
    """For a text with a problem: what there is of a session, in words, without secrets."""
    is_credentials: bool = False
    """Whether the text holds a real secret, so that it must not be shown."""

    @property
    def session(self) -> Pasted | None:
        """The session, if the text holds exactly one."""
        return self.sessions[0] if self.problem is None and self.sessions else None
