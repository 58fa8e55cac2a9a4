"""What a key does: its name, its words, why it cannot act now, and how it begins.

Each feature has its actions in the ``keys.py`` of its folder; :mod:`awsttl.tui.actions` puts them
into one order. Footer, help, palette and README are made from them.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Final

from awsttl.core.model import Environment, Orphan, Status
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.remedies import Act, Problem, Remedy
from awsttl.core.view.rows import Item

if TYPE_CHECKING:
    from awsttl.tui.host import Host


class Target(NamedTuple):
    """What a key would act on: the row under the cursor, at this moment."""

    item: Item | None
    now: float
    """The wall clock, in seconds UTC."""
    keep: Collection[str] = ()
    """The profiles that are kept alive."""
    may_run: Collection[str] = ()
    """The profiles whose ``credential_process`` may be run without a key."""


def always(_target: Target) -> None:
    """Nothing stands in the way."""


class Scope(enum.Enum):
    """Which rows a key acts on."""

    NOTHING = enum.auto()
    """None: it is not about rows, or it says itself about which."""
    ONE = enum.auto()
    """One: the row that is marked, else the one under the cursor."""
    MANY = enum.auto()
    """All rows that are marked, else the one under the cursor."""


class Action(NamedTuple):
    """What a key does."""

    name: str
    keys: tuple[str, ...]
    """As Textual names them; the first is the one that is shown."""
    label: str
    """For the footer: a word or two; empty for keys that are only in the help."""
    description: str
    run: Callable[[Host], None] | None = None
    """Begins it; ``None`` where the screen does it itself, in ``action_NAME``."""
    why_not: Callable[[Target], Problem | None] = always
    """Why it cannot run now, and what to do instead; ``None`` where it can."""
    scope: Scope = Scope.NOTHING
    shown: str = ""
    """The key as people know it, where Textual's name differs."""

    @property
    def key(self) -> str:
        """The key, for people."""
        return self.shown or self.keys[0]


NO_ROW: Final = Problem("no-row", "there is no row", Remedy("clear the filter, or make a profile"))
_ORPHAN: Final = Problem(
    "orphan", "an orphan belongs to no profile", Remedy(act=Act.CLEAR, purpose="to remove it")
)


ANOTHER_ROW: Final = Remedy("move to another row")


def on_environment(message: str, fix: Remedy | None = None) -> Problem:
    """Why an action cannot run on the row of the environment's own session.

    Without a *fix*, the variables can be unset.
    """
    return Problem(
        "environment", message, fix or Remedy(act=Act.UNSET, purpose="to unset its variables")
    )


FOREIGN_KEYS: Final = on_environment("the environment's keys were put there by another program")
"""Why awsttl neither renews nor keeps the environment's own session."""


def needs_profile(target: Target, environment: Problem) -> Problem | None:
    """Why an action on a profile cannot run: the row is none.

    *environment* is what to say on the row of the environment's own session.
    """
    match target.item:
        case Status():
            return None
        case Orphan():
            return _ORPHAN
        case Environment():
            return environment
        case None:
            return NO_ROW
