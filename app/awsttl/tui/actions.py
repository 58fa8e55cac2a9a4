"""Every key, once, in the order of the help."""

from __future__ import annotations

from typing import Final

from awsttl.core.remedies import Problem
from awsttl.tui.action import Action, Target
from awsttl.tui.features.clearing import keys as clearing
from awsttl.tui.features.copying import keys as copying
from awsttl.tui.features.diagnosing import keys as diagnosing
from awsttl.tui.features.editing import keys as editing
from awsttl.tui.features.exporting import keys as exporting
from awsttl.tui.features.help import keys as help_
from awsttl.tui.features.hiding import keys as hiding
from awsttl.tui.features.keeping import keys as keeping
from awsttl.tui.features.log import keys as log
from awsttl.tui.features.making import keys as making
from awsttl.tui.features.marking import keys as marking
from awsttl.tui.features.mending import keys as mending
from awsttl.tui.features.menu import keys as menu
from awsttl.tui.features.pasting import keys as pasting
from awsttl.tui.features.removing import keys as removing
from awsttl.tui.features.renewing import keys as renewing
from awsttl.tui.features.sending import keys as sending
from awsttl.tui.features.serving import keys as serving
from awsttl.tui.features.undoing import keys as undoing

_ROWS: Final = (
    Action("filter", ("slash",), "filter", "Filter by any words of the row", shown="/"),
    Action(
        "needing",
        ("exclamation_mark",),
        "needs you",
        "Show only what needs somebody, or all",
        shown="!",
    ),
    Action("sort", ("s",), "sort", "Sort by urgency, name, account in turn"),
    Action("reverse", ("S", "shift+s"), "", "Turn the order round"),
    Action("columns", ("w",), "columns", "Columns: all, those of time, those of identity, in turn"),
)
_DETAILS: Final = (
    Action("details", ("enter",), "details", "Show or hide the details of the row", shown="⏎"),
    Action(
        "details_down",
        ("J", "shift+j", "shift+down", "ctrl+e"),
        "",
        "Scroll the details down",
    ),
    Action("details_up", ("K", "shift+k", "shift+up", "ctrl+y"), "", "Scroll the details up"),
    Action("ahead", ("A", "shift+a"), "", "Show or hide the next twelve hours, below the rows"),
)
_MOVING: Final = (
    Action(
        "back",
        ("escape", "ctrl+g"),
        "",
        "Clear the marks, cancel the renewal, dismiss a message, end the filter",
        shown="esc",
    ),
    Action("cursor_down", ("down", "j", "ctrl+n"), "", "Next row", shown="↓ j"),
    Action("cursor_up", ("up", "k"), "", "Previous row", shown="↑ k"),
    Action(
        "page_down", ("pagedown", "ctrl+d", "ctrl+f", "ctrl+v"), "", "A screen down", shown="PgDn"
    ),
    Action("page_up", ("pageup", "ctrl+u", "ctrl+b", "alt+v"), "", "A screen up", shown="PgUp"),
    Action("cursor_first", ("home", "g", "alt+less_than_sign"), "", "First row", shown="Home g"),
    Action(
        "cursor_last",
        ("end", "G", "shift+g", "alt+greater_than_sign"),
        "",
        "Last row",
        shown="End G",
    ),
    Action(
        "mouse",
        ("M", "shift+m"),
        "",
        "Give the mouse to the terminal, to select text, or take it",
    ),
    Action("palette", ("ctrl+p",), "", "Every action by its words, and themes", shown="^p"),
    Action(
        "suspend_process",
        ("ctrl+z",),
        "",
        "Suspend awsttl; fg brings it back",
        shown="^z",
    ),
    Action("quit", ("q", "ctrl+c"), "quit", "Quit"),
)

ACTIONS: Final = (
    *renewing.ACTIONS,
    *clearing.ACTIONS,
    *undoing.ACTIONS,
    *keeping.ACTIONS,
    *exporting.ACTIONS,
    *serving.ACTIONS,
    *sending.ACTIONS,
    *copying.ACTIONS,
    *diagnosing.ACTIONS,
    *mending.ACTIONS,
    *pasting.ACTIONS,
    *making.ACTIONS,
    *editing.ACTIONS,
    *removing.ACTIONS,
    *marking.ACTIONS,
    *_ROWS,
    *hiding.ACTIONS,
    *_DETAILS,
    *menu.ACTIONS,
    *log.ACTIONS,
    *help_.ACTIONS,
    *_MOVING,
)

BY_NAME: Final = {action.name: action for action in ACTIONS}


def unavailable(target: Target) -> dict[str, Problem]:
    """The actions that cannot run on a row, each with its reason and what to do instead."""
    found = ((action.name, action.why_not(target)) for action in ACTIONS)
    return {name: problem for name, problem in found if problem}
