"""``p``, and a paste that holds credentials: the session in it goes into a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from awsttl.core.model import Status
from awsttl.core.pasted import placing
from awsttl.core.pasted.reading import read
from awsttl.engine import pasting
from awsttl.engine.pasting import Answer, Which
from awsttl.tui.host import Host
from awsttl.tui.keymap import key_of
from awsttl.tui.writing import Wanted, write

if TYPE_CHECKING:
    from textual.screen import Screen

    from awsttl.core.pasted.better import Better
    from awsttl.core.pasted.model import Pasted, Reading
    from awsttl.engine.editing import Edited


MOST_IN_A_FIELD: Final = 4096
"""Characters of a paste that a field takes. Each key in a field with more of them is slow."""
_SOON: Final = 0.1
"""Seconds."""


class Pasting:
    """Asks its host's person for a text, and where the session in it is to go."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def begin(self) -> None:
        """Wait for a text."""
        self._open(None)

    def pasted(self, text: str) -> None:
        """Take what was pasted into the pane: a session, or an error message to explain."""

        def tell(reading: Reading) -> None:
            if reading.is_credentials:
                self.take(reading)
                return
            self._explain(text)

        self._host.in_background(lambda: read(text), tell)

    def take(self, reading: Reading) -> None:
        """Go on with what was read: to the profile, to a choice, or to what is missing."""
        if reading.session is not None:
            self._ask_where(reading.session)
        elif reading.sessions:
            self._ask_which(reading)
        else:
            self._open(reading)

    def take_from_field(self, text: str, screen: Screen[Any]) -> bool:
        """Take a session that was pasted into a field of *screen*, where it would be seen.

        Returns whether it is one. The text is to be short: it is read at once, because the next
        key is for whatever the field holds then.
        """
        reading = read(text)
        if reading.is_credentials:
            self._take_from(reading, screen)
        return reading.is_credentials

    def take_long_from_field(self, text: str, screen: Screen[Any]) -> None:
        """Take a text that is too long for any field; it may be a session all the same."""

        def tell(reading: Reading) -> None:
            if reading.is_credentials and screen.is_current:
                self._take_from(reading, screen)
            else:
                told = f"{len(text):,} characters are too many for a field; nothing is pasted"
                self._host.say(told, "warning")

        self._host.in_background(lambda: read(text), tell)

    def _take_from(self, reading: Reading, screen: Screen[Any]) -> None:
        from textual.screen import ModalScreen

        from awsttl.tui.features.pasting.dialog import PasteDialog

        self._host.leave_filter()
        if isinstance(screen, PasteDialog):
            screen.dismiss(None)
        elif isinstance(screen, ModalScreen):
            self._host.say("this is a session: press esc, and paste it into the table", "warning")
            return
        self.take(reading)

    def _open(self, reading: Reading | None) -> None:
        from awsttl.tui.features.pasting.text_dialog import TextDialog

        def answered(answer: Reading | str | None) -> None:
            if isinstance(answer, str):
                self._explain(answer)
            elif answer is not None:
                self.take(answer)

        self._host.open(TextDialog(reading), answered)

    def _explain(self, text: str) -> None:
        from awsttl.tui.features.diagnosing.actions import Diagnosing

        self._host.feature(Diagnosing).explain(text)

    def _ask_which(self, reading: Reading) -> None:
        from awsttl.tui.choice_dialog import ChoiceDialog

        now = self._host.clock()

        def answered(places: list[int] | None) -> None:
            if places:
                self._ask_where(reading.sessions[places[0]])

        lines = [pasting.in_a_line(session, now) for session in reading.sessions]
        dialog = ChoiceDialog("which session?", lines, lead="There are several in this text.")
        self._host.open(dialog, answered)

    # ---------------------------------------------------------------- where to

    def _ask_where(self, session: Pasted) -> None:
        from awsttl.tui.features.pasting.dialog import PasteDialog

        host, files = self._host, self._host.files
        if files is None:
            # The rows come ahead of the files at start; these are read in a moment.
            host.after(_SOON, lambda: self._ask_where(session))
            return

        def answered(answer: Answer | None) -> None:
            if answer is not None:
                self._write(session, answer)

        host.open(PasteDialog(session, self._name(session), files, host.clock), answered)

    def _name(self, session: Pasted) -> str:
        """The profile under the cursor, if keys can be used there; else the one of the text."""
        item, files = self._host.item, self._host.files
        if isinstance(item, Status) and files is not None:
            placed = placing.place(session, item.name, Which.CREDENTIALS, files, None)
            if placed.problem is None:
                return item.name
        return session.profile

    def _write(self, session: Pasted, answer: Answer) -> None:
        host, files = self._host, self._host.files
        if files is None:
            return
        if answer.better is not None:
            self._write_better(answer.name, answer.better)
            return
        placed = pasting.place(session, answer, files, host.clock())
        lead = []
        if placed.replaces_long_term:
            undo = key_of("bring_back")
            lead = [
                f"This takes the place of {placed.replaces}.",
                f"AWS shows a secret only once. {undo} brings these back, until the next edit.",
            ]
        elif placed.replaces:
            lead = [f"This takes the place of {placed.replaces}."]
        title = f"paste …{session.last_four} into {answer.name}"
        done = f"{answer.name} has the session …{session.last_four}"
        wanted = Wanted(answer.name, placed.plan, title, done, pasting.said(session), lead)
        write(host, wanted, self._go_to)

    def _write_better(self, name: str, way: Better) -> None:
        """Make the profile that renews, in place of pasting."""
        title = f"make {name}, {way.words}"
        done = f"{name} is made; press {key_of('renew')} on it for a session"
        lead = ["Nothing of what you pasted is written."]
        if any(key == "role_arn" for key, _ in way.settings):
            lead.append("If the role has a path, add it to role_arn: AWS does not tell it here.")
        write(self._host, Wanted(name, way.plan(name), title, done, "made", lead), self._go_to)

    def _go_to(self, edited: Edited) -> None:
        self._host.once(
            lambda shown: f"profile {edited.name}" in shown.places,
            lambda _shown: self._host.go_to(edited.name),
        )
