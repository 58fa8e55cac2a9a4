"""The table: every kind of profile with every fault of ``core/diagnosis`` that it can have."""

from __future__ import annotations

from typing import Final

from .homes_damage import DAMAGE
from .homes_files import FILES
from .homes_keys import ENVIRONMENTS, KEYS, WEB_IDENTITIES
from .homes_roles import CHAINS, ROLES, SOURCES
from .homes_sso import SSO_SESSIONS
from .kit import Case

HOMES: Final[tuple[Case, ...]] = (
    *ROLES,
    *CHAINS,
    *SOURCES,
    *SSO_SESSIONS,
    *KEYS,
    *WEB_IDENTITIES,
    *ENVIRONMENTS,
    *DAMAGE,
    *FILES,
)
