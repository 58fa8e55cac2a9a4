"""The heads of groups, where the rows stand in the order of their accounts.

A head is no row: it stands on a line of its own above the first row of its group. No cursor comes
there, no mark, and no key acts on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import sub
from typing import NamedTuple

from awsttl.core.view.layout import cell_width, fit, fit_middle, printable
from awsttl.core.view.ranking import Ranked
from awsttl.core.view.rows import account_id


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
    shown: Sequence[Ranked], names: Mapping[str, str], before: int = 0, orphans: int = 0
) -> tuple[Head, ...]:
    """The heads of the profiles *shown*, which are in the order of their accounts.

    *names*: account id → name. *before*: how many rows stand above all groups. *orphans*: how many
    cache files of no profile stand below. There are no heads where no account has two rows: the
    column says it all then.
    """
    starts: list[int] = []
    accounts: list[str] = []
    needing: list[int] = []
    current = None
    for at, (status, _, needs_you) in enumerate(shown, before):
        # Most have it in their settings; a call for each of thousands would take a millisecond.
        account = status.profile.account_id or account_id(status)
        if account != current:
            current = account
            starts.append(at)
            accounts.append(account)
            needing.append(0)
        needing[-1] += needs_you
    if len(starts) == len(shown):
        return ()
    end = before + len(shown)
    counts = map(sub, [*starts[1:], end], starts)
    found = [
        Head(at, account or "account not known", names.get(account, ""), rows, asking)
        for at, account, rows, asking in zip(starts, accounts, counts, needing, strict=True)
    ]
    if orphans:
        found.append(Head(end, "cache files of no profile", "", orphans))
    return tuple(found)
