"""The heads of groups, where the rows stand in the order of their accounts.

A head is no row: it stands on a line of its own above the first row of its group. No cursor comes
there, no mark, and no key acts on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from awsttl.core.model import Environment, Orphan
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


def heads(items: Sequence[Item], names: Mapping[str, str]) -> tuple[Head, ...]:
    """The heads of rows that stand in the order of their accounts. *names*: account id → name.

    There are none where no account has two rows: the column says it all then.
    """
    found = tuple(_heads(items, names))
    return found if any(head.rows > 1 for head in found) else ()


def _heads(items: Sequence[Item], names: Mapping[str, str]) -> Iterator[Head]:
    at = 0
    for group, members in groupby(items, _group):
        count = len(list(members))
        if group is not None:
            yield Head(at, _LABELS.get(group, group), names.get(group, ""), count)
        at += count


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
