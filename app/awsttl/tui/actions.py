"""Every key, once: footer, help and README are made from this table."""

from __future__ import annotations

from typing import Final, NamedTuple


class Action(NamedTuple):
    """What a key does. ``name`` is the screen's ``action_…`` method."""

    name: str
    keys: tuple[str, ...]
    """As Textual names them; the first is the one that is shown."""
    label: str
    """For the footer: a word or two; empty for keys that are only in the help."""
    description: str
    shown: str = ""
    """The key as people know it, where Textual's name differs."""

    @property
    def key(self) -> str:
        return self.shown or self.keys[0]


ACTIONS: Final = (
    Action("renew", ("r",), "renew", "Renew the session under the cursor: re-assume the role"),
    Action(
        "renew_all",
        ("R", "shift+r"),
        "renew all",
        "Renew all that are expiring or expired and need nobody",
    ),
    Action("clear", ("c",), "clear", "Clear the profile's cache entries"),
    Action("clear_all", ("C", "shift+c"), "", "Clear the whole CLI cache, after a question"),
    Action("bring_back", ("z",), "", "Bring back what was cleared last"),
    Action(
        "keep", ("a",), "keep", "Keep the session alive, or no longer: renewed silently in time"
    ),
    Action("export", ("e",), "export", "Export the session: a snippet for your shell"),
    Action("unset", ("u",), "unset", "Unset the AWS variables of your shell"),
    Action("diagnose", ("d",), "why", "Diagnose the row: every check, with its evidence and fix"),
    Action("verify", ("v",), "", "Verify the session: ask AWS whose it is (GetCallerIdentity)"),
    Action("filter", ("slash",), "filter", "Filter by any words of the row", "/"),
    Action("sort", ("s",), "sort", "Sort by urgency, name, account in turn"),
    Action("hide", ("h",), "", "Hide the profile, or show it again"),
    Action("hidden", ("H", "shift+h"), "", "Show the hidden profiles, or leave them out"),
    Action("details", ("enter",), "details", "Show or hide the details of the row", "⏎"),
    Action("log", ("l",), "log", "Show what happened: renewals, failures, changes by others"),
    Action("help", ("question_mark",), "keys", "Show the keys", "?"),
    Action("back", ("escape",), "", "Cancel the renewal, dismiss a message, end the filter", "esc"),
    Action("cursor_down", ("down", "j"), "", "Next row", "↓ j"),
    Action("cursor_up", ("up", "k"), "", "Previous row", "↑ k"),
    Action("page_down", ("pagedown", "ctrl+d", "ctrl+f"), "", "A screen down", "PgDn"),
    Action("page_up", ("pageup", "ctrl+u", "ctrl+b"), "", "A screen up", "PgUp"),
    Action("cursor_first", ("home", "g"), "", "First row", "Home g"),
    Action("cursor_last", ("end", "G", "shift+g"), "", "Last row", "End G"),
    Action("palette", ("ctrl+p",), "", "The command palette: themes and more", "^p"),
    Action("quit", ("q", "ctrl+c"), "quit", "Quit"),
)
