"""What stands where no profile is shown: why, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.widgets import Static

from awsttl.core.remedies import Problem
from awsttl.core.view import layout
from awsttl.core.view.arrangement import Arrangement
from awsttl.disk.locations import Locations, shown
from awsttl.tui.actions import BY_NAME
from awsttl.tui.keymap import key_of
from awsttl.tui.remedies import said


class EmptyHome(Static):
    """Instead of a blank table."""

    def __init__(self, locations: Locations) -> None:
        self._unread: tuple[Problem, ...] = ()
        self._invitation = _invitation(locations)
        super().__init__(self._invitation, id="empty")

    def show(self, arrangement: Arrangement) -> None:
        """Invite to make a profile, unless there may be some in files that cannot be read."""
        unread = arrangement.snapshot.unread
        if unread != self._unread:
            self._unread = unread
            self.update(_repair(unread) if unread else self._invitation)


def _invitation(locations: Locations) -> Text:
    text = Text(justify="left")
    text.append("No profiles yet.\n\n", "bold")
    text.append("awsttl shows what is in\n", "dim")
    text.append(f"  {shown(locations.config)}\n  {shown(locations.credentials)}\n\n")
    text.append("To begin, here or in another pane:\n", "dim")
    text.append(f"  {BY_NAME['make'].key:17}  ", "bold")
    text.append("SSO, a role, keys, …\n", "dim")
    text.append("  aws configure sso  ", "bold")
    text.append("sign in in a browser\n", "dim")
    text.append("  awsttl demo        ", "bold")
    text.append("a sandbox to play with\n\n", "dim")
    text.append("Profiles show up here by themselves.", "dim")
    return text


def _repair(unread: Sequence[Problem]) -> Text:
    """What to do about the files; what is wrong with them stands on top of the screen."""
    text = Text(justify="left")
    text.append("No profile can be read.\n\n", "bold")
    text.append("To mend that:\n", "dim")
    for fix in dict.fromkeys(said(problem.fix) for problem in unread):
        text.append(f"  {layout.printable(fix)}\n", "bold")
    text.append("\nProfiles show up here by themselves.", "dim")
    return text


def why_no_rows(arrangement: Arrangement) -> tuple[str, ...]:
    """Why no profile is shown although there are some, and which key changes that, a line each.

    None where a profile is shown, and where a filter has found other rows.
    """
    view, total = arrangement.view, arrangement.total
    left_out = 0 if view.shows_hidden else arrangement.hidden
    if view.only_needing and not arrangement.items:
        return ("Nobody is needed.", f"{key_of('needing')} shows all rows")
    if view.filter:
        return () if arrangement.items else _no_match(view.filter, total - left_out, left_out)
    if left_out < total or not total:
        return ()
    if total == 1:
        return (
            "The only profile is hidden.",
            f"{key_of('hidden')} shows it, for {key_of('hide')} to bring it back",
        )
    return (
        f"All {total:,} profiles are hidden.",
        f"{key_of('hidden')} shows them, for {key_of('hide')} to bring them back",
    )


def _no_match(words: str, searched: int, left_out: int) -> tuple[str, ...]:
    what = f"None of {searched:,} profiles matches" if searched > 1 else "Nothing matches"
    hidden = (f"{left_out:,} hidden: {key_of('hidden')} looks among them too",) if left_out else ()
    return (f"{what}  /{words}", *hidden, "esc clears the filter")


class NoRows(Static):
    """Why a table shows no profile, below whatever other rows there are."""

    def __init__(self) -> None:
        super().__init__(id="no-rows")
        self.display = False

    def show(self, arrangement: Arrangement) -> None:
        """Say why; nothing where profiles are shown."""
        why = why_no_rows(arrangement)
        self.display = bool(why)
        if why:
            self._say(len(arrangement.items), *why)

    def wait(self) -> None:
        """Say that the files are still being read."""
        self.display = True
        self._say(0, "Reading your AWS files …")

    def _say(self, rows: int, first: str, *others: str) -> None:
        head = 2  # and a blank line
        self.styles.margin = (head + rows, 0, 0, layout.MARGIN - 1)
        text = Text(layout.printable(first), "bold")
        for line in others:
            text.append("\n" + layout.printable(line), "not bold dim")
        self.update(text)
