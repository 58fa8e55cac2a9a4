"""Signs in to an SSO session: shows a code, and waits until it is confirmed in a browser."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from awsttl.core import countdown, links
from awsttl.core.secret import Secret
from awsttl.core.view import layout
from awsttl.engine.signing_in import SignInRequest
from awsttl.terminal import browser, clipboard
from awsttl.tui.background import in_background
from awsttl.tui.dialog import Dialog
from awsttl.tui.remedies import told

if TYPE_CHECKING:
    from awsttl.aws.outcome import Failed
    from awsttl.aws.sso_sign_in import Code, SignedIn
    from awsttl.terminal.qr_code import QrCode


_WHAT_TO_DO: Final = "Open this on any device, and check that it shows this code:"

_WIDTH: Final = 76
"""Cells of the dialog with its frame; more where that keeps the link in one line."""
_FRAME: Final = 6
"""Cells of these that frame and padding take."""

_NO_LINKS: Final = ("linux", "dumb")
"""Terminals (``TERM``) that might show the sequence of a hyperlink as letters."""


class SignInDialog(Dialog["SignedIn | Failed | None"]):
    """Dismissed with how it ended; with ``None`` when the person gave up.

    *clock* is the wall clock in seconds UTC; *write* writes to the terminal.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "cancel", "Cancel"),
        ("c,y", "copy", "Copy the link"),
        ("o", "open", "Open a browser"),
        ("n", "again", "A new code"),
        ("Q,shift+q", "qr", "QR code"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"sign-in--qr", "sign-in--link"}

    def __init__(
        self,
        request: SignInRequest,
        clock: Callable[[], float],
        write: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._request = request
        self._clock, self._write = clock, write
        self._browser = browser.is_here(os.environ)
        self._code: Code | None = None
        self._failed: Failed | None = None
        self._trouble = ""
        """Why the last poll did not reach AWS."""
        self._qr: QrCode | None = None
        """The link as a QR code, while that is shown in the link's place."""
        self._cancelled = threading.Event()
        """Ends the present round: each code has one of its own."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            name = layout.printable(self._request.session).replace("[", r"\[")
            dialog.border_title = f"sign in to {name}"
            yield Static(markup=False, id="waiting", classes="dim")
            yield Static(markup=False, id="user-code")
            yield Static(markup=False, id="page")
            yield Static(markup=False, id="qr")
            yield Static(markup=False, id="progress", classes="dim")
            yield Static(markup=False, id="problem")
            yield Static(markup=False, id="said", classes="dim")

    def on_mount(self) -> None:
        self._begin()
        # The wall clock may be set while the dialog is open: it is read each second.
        self.set_interval(1, self._tick)

    def on_unmount(self) -> None:
        self._cancelled.set()

    # ---------------------------------------------------------------- one code

    def _begin(self) -> None:
        """Get a code, in a thread; the round before it is over."""
        self._cancelled.set()
        self._cancelled = threading.Event()
        self._code, self._failed, self._trouble, self._qr = None, None, "", None
        self._say("")
        self._draw()
        in_background(self.app, self._request.begin, partial(self._begun, self._cancelled))

    def _begun(self, cancelled: threading.Event, outcome: Code | Failed) -> None:
        from awsttl.aws.outcome import Failed

        if cancelled.is_set():
            return
        if isinstance(outcome, Failed):
            self._fail(outcome)
        else:
            self._code = outcome

            def tell(trouble: str) -> None:
                self._trouble = trouble  # drawn at the next tick

            work = partial(self._request.finish, outcome, cancelled, tell)
            in_background(self.app, work, partial(self._finished, cancelled))
        self._draw()

    def _finished(self, cancelled: threading.Event, outcome: SignedIn | Failed | None) -> None:
        from awsttl.aws.outcome import Failed

        if cancelled.is_set():
            return
        if isinstance(outcome, Failed):
            self._fail(outcome)
            self._draw()
        else:
            self.dismiss(outcome)

    def _fail(self, failed: Failed) -> None:
        self._failed, self._qr = failed, None

    # ---------------------------------------------------------------- what it shows

    def _draw(self) -> None:
        code = self._code if self._failed is None else None
        user_code = self.query_one("#user-code", Static)
        # Wide apart: it is read off this screen and compared with another.
        user_code.update(" ".join(layout.printable(code.user_code)) if code else "")
        user_code.display = code is not None
        self.query_one("#page", Static).update(self._page(code.url) if code else "")
        self._draw_qr()
        self._widen()
        self._tick()

    def _keys(self) -> str:
        """What can be pressed now."""
        if self._failed is not None:
            return "n new code  esc close"
        if self._code is None:
            return "esc cancel"
        browser_key = "  o browser" if self._browser else ""
        other = "link" if self._qr is not None else "QR"
        return f"c copy link{browser_key}  Q {other}  esc cancel"

    def _page(self, url: str) -> Text:
        """What to do, with the link: an address of the web, and nothing that steers a terminal."""
        shown = links.plain(url)
        look = self.get_component_rich_style("sign-in--link", partial=True)
        if links.is_page(shown) and os.environ.get("TERM", "") not in _NO_LINKS:
            look += Style(link=shown)
        return Text.assemble(f"{_WHAT_TO_DO}\n", (shown, look), overflow="fold")

    def _widen(self) -> None:
        """Give the dialog the width in which the link stays in one line, if the pane has it."""
        code = self._code
        wanted = len(links.plain(code.url)) + _FRAME if code is not None else 0
        self.query_one(".dialog").styles.width = max(_WIDTH, wanted)

    def _draw_qr(self) -> None:
        """Show the QR code in place of the words, or these again; say where it has no room."""
        shown: tuple[str, ...] | None = None
        if self._qr is not None:
            columns, lines = self.app.size.width - _FRAME, self.app.size.height - _ABOVE_THE_QR
            shown = self._qr.fitting(columns, lines)
            if shown is None:
                wide, high = self._qr.size()
                self._qr = None
                self._say(
                    f"the QR code needs {wide + _FRAME} columns and {high + _ABOVE_THE_QR} lines; "
                    f"this pane has {self.app.size.width} and {self.app.size.height}"
                )
        self.set_class(shown is not None, "-qr")
        style = self.get_component_rich_style("sign-in--qr", partial=True)
        if self.app.no_color and self.app.current_theme.dark:
            # Without colours, what has a ground of its own is drawn reversed. That is right in a
            # light terminal. In a dark one the light squares are bright without it.
            style = Style()
        self.query_one("#qr", Static).update(Text("\n".join(shown or ()), style, no_wrap=True))
        self.query_one(".dialog", Vertical).border_subtitle = self._keys()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        if self.is_mounted and self._qr is not None:
            self._draw_qr()

    def _tick(self) -> None:
        """For whom it is, the countdown, and whatever is wrong."""
        waiting = f"for {layout.printable(layout.listed(self._request.waiting))}"
        self.query_one("#waiting", Static).update(waiting)
        progress, problem = self.query_one("#progress", Static), self.query_one("#problem", Static)
        progress.update(self._progress())
        progress.display = self._failed is None
        if self._failed is not None:
            said = told(self._failed.problem, joint="\n")
            if self._failed.problem.code in _NEW_CODE_HELPS:
                said = f"{self._failed.problem.message}\nn gets a new code"
        else:
            said = self._trouble and f"{self._trouble}; trying again"
        problem.update("\n".join(map(layout.printable, said.splitlines())))
        problem.display = bool(said)

    def _progress(self) -> str:
        if self._code is None:
            return "getting a code …"
        # A clock that was set back adds nothing to the code's life.
        left = min(self._code.expires_at - self._clock(), self._code.lifetime)
        if left <= 0:
            return "waiting · the code is running out"
        return f"waiting · the code is good for {countdown.left(left, 0).text}"

    def _say(self, text: str) -> None:
        if text and self._qr is not None:
            self.notify(layout.printable(text), markup=False)  # the code fills all lines
            return
        said = self.query_one("#said", Static)
        said.update(layout.printable(text))
        said.display = bool(text)

    # ---------------------------------------------------------------- keys

    def action_copy(self) -> None:
        """Copy the link, with the code in it."""
        if self._code is None or self._failed is not None:
            return
        try:
            way = clipboard.copy(Secret(links.plain(self._code.url)), os.environ, self._write)
        except clipboard.ClipboardError as error:
            self._say(str(error))
        else:
            self._say(f"copied to the {way}")

    def action_open(self) -> None:
        """Open the link in a browser, where there is one."""
        if not self._browser or self._code is None or self._failed is not None:
            return
        self._say("handed to the browser")
        round_ = self._cancelled

        def opened(complaint: str) -> None:
            if complaint and not round_.is_set():
                self._say(complaint)

        in_background(self.app, partial(browser.open_page, self._code.url), opened)

    def action_qr(self) -> None:
        """Show the link as a QR code for a phone, or as words again."""
        if self._code is None or self._failed is not None:
            return
        if self._qr is not None:
            self._qr = None
        else:
            from awsttl.terminal.qr_code import QrCode

            try:
                self._qr = QrCode(links.plain(self._code.url))
            except ValueError:
                self._say("the link is too long for a QR code")
        self._draw_qr()

    def on_click(self, event: events.Click) -> None:
        """A click on the link opens it where there is a browser, and copies it elsewhere."""
        if self.query_one("#page").region.contains_point(event.screen_offset):
            if self._browser:
                self.action_open()
            else:
                self.action_copy()

    def action_again(self) -> None:
        """A new code, after one that ran out or was refused."""
        if self._failed is not None:
            self._begin()

    def action_cancel(self) -> None:
        """Give up; what failed already says why."""
        failed = self._failed
        ran_out = failed is not None and failed.problem.code == "code-expired"
        self.dismiss(None if ran_out else failed)


_ABOVE_THE_QR: Final = 3
"""Lines that frame and code take of a pane in which the QR code is shown."""
_NEW_CODE_HELPS: Final = ("code-expired", "sign-in-denied")
