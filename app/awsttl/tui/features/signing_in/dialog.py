"""Signs in to an SSO session: shows a code, and waits until it is confirmed in a browser."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

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


_WHAT_TO_DO: Final = "Open this on any device, and check that it shows this code:"


class SignInDialog(Dialog["SignedIn | Failed | None"]):
    """Dismissed with how it ended; with ``None`` when the person gave up.

    *clock* is the wall clock in seconds UTC; *write* writes to the terminal.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "cancel", "Cancel"),
        ("c,y", "copy", "Copy the link"),
        ("o", "open", "Open a browser"),
        ("n", "again", "A new code"),
    ]

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
        self._cancelled = threading.Event()
        """Ends the present round: each code has one of its own."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            name = layout.printable(self._request.session).replace("[", r"\[")
            dialog.border_title = f"sign in to {name}"
            yield Static(markup=False, id="waiting", classes="dim")
            yield Static(markup=False, id="user-code")
            yield Static(markup=False, id="page")
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
        self._code, self._failed, self._trouble = None, None, ""
        self._say("")
        self._draw()
        in_background(self.app, self._request.begin, partial(self._begun, self._cancelled))

    def _begun(self, cancelled: threading.Event, outcome: Code | Failed) -> None:
        from awsttl.aws.outcome import Failed

        if cancelled.is_set():
            return
        if isinstance(outcome, Failed):
            self._failed = outcome
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
            self._failed = outcome
            self._draw()
        else:
            self.dismiss(outcome)

    # ---------------------------------------------------------------- what it shows

    def _draw(self) -> None:
        code = self._code if self._failed is None else None
        user_code = self.query_one("#user-code", Static)
        # Wide apart: it is read off this screen and compared with another.
        user_code.update(" ".join(layout.printable(code.user_code)) if code else "")
        user_code.display = code is not None
        page = f"{_WHAT_TO_DO}\n{layout.printable(code.url)}" if code else ""
        self.query_one("#page", Static).update(page)
        keys = "c copy link  o browser  esc cancel" if self._browser else "c copy link  esc cancel"
        if self._failed is not None:
            keys = "n new code  esc close"
        elif code is None:
            keys = "esc cancel"
        self.query_one(".dialog", Vertical).border_subtitle = keys
        self._tick()

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

    def action_again(self) -> None:
        """A new code, after one that ran out or was refused."""
        if self._failed is not None:
            self._begin()

    def action_cancel(self) -> None:
        """Give up; what failed already says why."""
        failed = self._failed
        ran_out = failed is not None and failed.problem.code == "code-expired"
        self.dismiss(None if ran_out else failed)


_NEW_CODE_HELPS: Final = ("code-expired", "sign-in-denied")
