"""What the export dialog has to offer: the profile's name, its keys, a session that lives on.

Each is a tab of the dialog. The first one is there at once and holds no secret; the others are got
when the person turns to them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from awsttl.core import snippets
from awsttl.core.snippets import Line, Shell
from awsttl.engine import living
from awsttl.tui.keymap import key_of

if TYPE_CHECKING:
    from awsttl.core.snippets import Credentials
    from awsttl.tui.features.serving.actions import Offer

Snippet = Callable[[Shell], tuple[Line, ...]]
Ask = Callable[[Callable[["Credentials | str"], None]], None]
"""Gives the credentials, or why there are none, to the call that it gets."""
Offering = Callable[["Credentials", Callable[["Offer | str"], None]], None]
"""Gives the offer of a live session, or why there is none, to the call that it gets."""

_WAITS: Final = "getting it …"


def ends() -> str:
    """What becomes of the variables of a live session."""
    unset = key_of("unset")
    return f"lives as long as this dashboard: after that it leads nowhere, and {unset} removes it"


class Tab:
    """A tab that is there at once: a snippet, with a line about it."""

    has_secrets = False
    """Whether there is something to be shown on demand."""

    def __init__(self, name: str, snippet: Snippet, note: str = "") -> None:
        self.name, self.note, self._snippet = name, note, snippet
        self.why_not_printed = ""
        """Why the snippet cannot be what awsttl prints as it ends; empty where it can."""

    def begin(self, changed: Callable[[], None]) -> None:
        """Get what it has to show, if that was not done before; *changed* is called then."""

    def lines(self, shell: Shell) -> tuple[Line, ...] | str:
        """The snippet, or why there is none. Raises ``ValueError`` where the shell has no words."""
        return self._snippet(shell)

    def said(self, _shell: Shell) -> str:
        """What becomes of it in that shell."""
        return self.note

    def taken(self) -> None:
        """Somebody can use it now: it was shown unmasked, or copied."""

    def left(self) -> None:
        """The dialog is closed."""


class Name(Tab):
    """The profile's name alone, with what the AWS CLI does with it."""

    def said(self, shell: Shell) -> str:
        """What the AWS CLI does, and what no .env file can do for it."""
        if shell is Shell.DOTENV:
            return f"{self.note}\nkeys in the environment win over it, and a .env file unsets none"
        return self.note


class Session:
    """The credentials of a profile: they are asked for once, whoever wants them."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._found: Credentials | None = None
        self._waiting: list[Callable[[Credentials | str], None]] = []

    def get(self, then: Callable[[Credentials | str], None]) -> None:
        """Give them, or why there are none. What has failed is tried once more by the next call."""
        if self._found is not None:
            then(self._found)
            return
        self._waiting.append(then)
        if len(self._waiting) == 1:
            self._ask(self._take)

    def _take(self, found: Credentials | str) -> None:
        self._found = None if isinstance(found, str) else found
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then(found)


class Keys(Tab):
    """The keys of a session, which is got first where there is none."""

    has_secrets = True

    def __init__(self, session: Session) -> None:
        super().__init__("keys", lambda _: ())
        self._session = session
        self._found: Credentials | str = ""

    def begin(self, changed: Callable[[], None]) -> None:
        """Have the session read, or renewed where there is none; once more after a failure."""

        def take(found: Credentials | str) -> None:
            self._found = found
            changed()

        if isinstance(self._found, str) and self._found != _WAITS:
            self._found = _WAITS
            self._session.get(take)

    def lines(self, shell: Shell) -> tuple[Line, ...] | str:
        """The keys as a snippet."""
        if isinstance(self._found, str):
            return self._found
        return snippets.export(shell, self._found)


class Live(Tab):
    """The way to the dashboard's own server, which renews the session for whoever asks."""

    has_secrets = True

    def __init__(self, session: Session, offer: Offering) -> None:
        super().__init__("live", lambda _: (), ends())
        pane = f"{key_of('send')} gives it to a pane of tmux"
        self.why_not_printed = f"p would end awsttl, and it with that; c copies it, {pane}"
        self._session, self._ask_for_offer = session, offer
        self._offer: Offer | str = ""
        self._is_over = False

    def begin(self, changed: Callable[[], None]) -> None:
        """Have an address and a token made."""

        def take(offer: Offer | str) -> None:
            self._offer = offer
            if self._is_over:
                self.left()
            else:
                notes = () if isinstance(offer, str) else offer.variables.notes
                self.note = "\n".join((ends(), *notes))
                changed()

        def ask(found: Credentials | str) -> None:
            if isinstance(found, str) or self._is_over:
                take(found if isinstance(found, str) else "")
            else:
                self._ask_for_offer(found, take)

        if isinstance(self._offer, str) and self._offer != _WAITS:
            self._offer = _WAITS
            self._session.get(ask)

    def lines(self, shell: Shell) -> tuple[Line, ...] | str:
        """The variables of a container's credentials."""
        if isinstance(self._offer, str):
            return self._offer
        return living.lines(shell, self._offer.variables)

    def taken(self) -> None:
        """Some shell may use it now: it stays when the dialog is closed."""
        if not isinstance(self._offer, str):
            self._offer.taken()

    def left(self) -> None:
        """What nobody has taken leads nowhere from now on."""
        self._is_over = True
        if not isinstance(self._offer, str):
            self._offer.left()
