"""The heads of groups, where the rows stand in the order of their accounts.

A head is no row: it stands on a line of its own above the first row of its group. No cursor comes
there, no mark, and no key acts on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from awsttl.core.model import Environment, Orphan, Status
from awsttl.core.view.layout import cell_width, fit, fit_middle, printable
from awsttl.core.view.rows import Item, account_id

_ORPHANS: Final = "orphans"


class Head(NamedTuple):
    """What stands above a group of rows."""

    at: int
    """The index of the first row of the group."""
    label: str
    """Whose rows they are: the account's id, or why there is none."""
    name: str
    """The account's name, where it is known."""
    rows: int
    """How many rows are in the group."""
    needing: int = 0
    """How many of these need somebody."""

    def parts(self, width: int) -> tuple[str, str, str]:
        """Label, name and count in at most *width* cells; where that is little, the name is cut."""
        rows = f" · {self.rows:,}"
        label = fit(self.label, min(width, cell_width(printable(self.label))))
        rows = rows if cell_width(label + rows) <= width else ""
        room = width - cell_width(label + rows) - 1
        name = f" {fit_middle(self.name, room).rstrip()}" if self.name and room > 0 else ""
        return label, name, rows


def heads(
    items: Sequence[Item], names: Mapping[str, str], needing: Collection[str] = ()
) -> tuple[Head, ...]:
    """The heads of rows that stand in the order of their accounts.

    *names*: account id → name. *needing*: the profiles that need somebody. There are no heads where
    no account has two rows: the column says it all then.
    """
    found = tuple(_heads(items, names, needing))
    return found if any(head.rows > 1 for head in found) else ()


def _heads(
    items: Sequence[Item], names: Mapping[str, str], needing: Collection[str]
) -> Iterator[Head]:
    at = 0
    for group, members in groupby(items, _group):
        listed = list(members)
        if group is not None:
            asking = sum(isinstance(each, Status) and each.name in needing for each in listed)
            label, name = _LABELS.get(group, group), names.get(group, "")
            yield Head(at, label, name, len(listed), asking)
        at += len(listed)


_LABELS: Final = {"": "account not known", _ORPHANS: "cache files of no profile"}


def _group(item: Item) -> str | None:
    """The account of a row; ``None`` for the environment, which stands above all groups."""
    match item:
        case Environment():
            return None
        case Orphan():
            return _ORPHANS
        case _:
            return account_id(item)
