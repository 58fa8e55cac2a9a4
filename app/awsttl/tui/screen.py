"""The main screen: turns keys into actions. It edits no row; rows follow the files."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Input

from awsttl.core import countdown, diagnosis, snippets
from awsttl.core.details import Setting
from awsttl.core.model import CacheEntry, Environment, Orphan, Secret, State, Status
from awsttl.core.rows import Arrangement, View
from awsttl.disk import cachestore, sessionkeys
from awsttl.disk.provenance import Provenance
from awsttl.terminal import clipboard, shells
from awsttl.tui.actions import ACTIONS
from awsttl.tui.background import in_background
from awsttl.tui.details import Details
from awsttl.tui.empty import EmptyHome
from awsttl.tui.header import Banner, Header
from awsttl.tui.keybar import KeyBar
from awsttl.tui.renewals import JobChanged, MfaWanted, Renewals
from awsttl.tui.table import SessionTable

if TYPE_CHECKING:
    from awsttl.tui.app import Dashboard

SIDE_BY_SIDE = 150
"""Columns from which the details stand beside the table."""
BELOW = (100, 30)
"""Columns and lines from which they stand below it; in less, Enter opens them."""


class MainScreen(Screen[None]):
    """Header, table, details, keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(action.keys), action.name, action.description, show=False)
        for action in ACTIONS
        if action.name != "palette"
    ]

    def __init__(self, dashboard: Dashboard) -> None:
        super().__init__(id="main")
        self.dashboard = dashboard
        self.feed = dashboard.feed
        self.clock = dashboard.clock
        self.table = SessionTable(self.clock)
        self.details = Details(self.clock)
        self._header = Header(self.clock)
        self._banner = Banner()
        self._keys = KeyBar()
        self._empty = EmptyHome(dashboard.locations)
        self._view = View()
        self._wants_details: bool | None = None
        """What Enter said last; ``None``: as the pane's size suggests."""
        self._provenance = Provenance(dashboard.locations)
        self._cleared: cachestore.Cleared | None = None
        self.renewals = Renewals(self)

    def compose(self) -> ComposeResult:
        yield self._header
        yield self._banner
        with Horizontal(id="body"):
            yield self.table
            yield self._empty
            yield self.details
        search = Input(placeholder="any words of the row", id="filter")
        search.cursor_blink = False
        search.display = False
        yield search
        yield self._keys

    def on_mount(self) -> None:
        self._banner.display = False
        self._empty.display = False
        self.table.focus()

    @property
    def arrangement(self) -> Arrangement:
        """What is on the screen."""
        return self.table.arrangement

    # ---------------------------------------------------------------- news

    def show(self, arrangement: Arrangement) -> None:
        """Take over an arrangement from the feed."""
        self._header.show(arrangement)
        self._banner.show(arrangement)
        empty = not (arrangement.total or arrangement.snapshot.environment)
        if self._empty.display != empty:
            self._empty.display = empty
            self.table.display = not empty
        self.table.show(arrangement)
        self._show_details()
        self._show_keys()

    def on_job_changed(self, message: JobChanged) -> None:
        self.renewals.show(message.job)

    def on_mfa_wanted(self, message: MfaWanted) -> None:
        self.renewals.ask(message.serial)

    def on_session_table_moved(self) -> None:
        self._show_details()
        self._show_keys()

    def on_session_table_chosen(self) -> None:
        self.action_details()

    def on_resize(self, event: events.Resize) -> None:
        width, height = event.size
        self.set_class(width >= SIDE_BY_SIDE, "-side")
        self.set_class(width < SIDE_BY_SIDE, "-stacked")
        roomy = width >= SIDE_BY_SIDE or (width >= BELOW[0] and height >= BELOW[1])
        self.set_class(not roomy, "-small")
        self._place_details(roomy=roomy)

    def _place_details(self, *, roomy: bool) -> None:
        shown = roomy if self._wants_details is None else self._wants_details
        # In a small pane the details take the table's place, as long as they are wanted.
        if not roomy and self._wants_details is not True:
            shown = False
        self.details.display = shown
        self.set_class(shown and not roomy, "-details-only")
        if shown:
            self.call_after_refresh(self.details.redraw)

    def _show_details(self) -> None:
        item = self.table.item
        self.details.show(item, self._view.threshold)
        if isinstance(item, Status) and self.details.display:
            name = item.name

            def look() -> tuple[Setting, ...]:
                return self._provenance.settings(name)

            def tell(found: tuple[Setting, ...]) -> None:
                now = self.table.item
                if isinstance(now, Status) and now.name == name:
                    self.details.show(now, self._view.threshold, found)

            in_background(self.dashboard, look, tell)

    def _show_keys(self) -> None:
        self._keys.show(self.unavailable())

    def unavailable(self) -> dict[str, str]:
        """The actions that cannot run on the present row, each with its reason."""
        item = self.table.item
        off: dict[str, str] = {}
        if isinstance(item, Status):
            if problem := diagnosis.cannot_renew(item, self.clock()):
                off["renew"] = f"{problem.message}; {problem.fix}"
            if not cachestore.entries_of(item):
                off["clear"] = f"{item.name} has no cache entry of its own"
        elif isinstance(item, Orphan):
            off["renew"] = "an orphan belongs to no profile"
            off["export"] = "an orphan belongs to no profile"
        elif isinstance(item, Environment):
            off["renew"] = "the environment's keys were put there by somebody else"
            off["clear"] = "the environment is no cache; press u"
            off["export"] = "these variables are exported already"
        else:
            off = dict.fromkeys(("renew", "clear", "export"), "there is no row")
        return off

    def say(self, text: str, severity: str = "information", seconds: float = 5) -> None:
        """A short message in the corner. Never markup: names come from files."""
        self.notify(text, severity=severity, timeout=seconds, markup=False)  # type: ignore[arg-type]

    # ---------------------------------------------------------------- keys: renewing

    def action_renew(self) -> None:
        """Renew the row under the cursor, or say why not."""
        item = self.table.item
        reason = self.unavailable().get("renew")
        if reason is not None:
            self.say(reason, "warning")
        elif isinstance(item, Status):
            self.renewals.start(item)

    def action_renew_all(self) -> None:
        """Renew all that need it and need nobody."""
        count = self.renewals.start_all(self.arrangement.snapshot, self.clock())
        if count:
            self.say(f"renewing {count} session" + ("s" if count > 1 else ""))
        else:
            self.say("nothing is expiring or expired that renews without you")

    # ---------------------------------------------------------------- keys: clearing

    def action_clear(self) -> None:
        """Clear the entries of the row under the cursor."""
        item = self.table.item
        if reason := self.unavailable().get("clear"):
            self.say(reason, "warning")
            return
        if isinstance(item, Orphan):
            entries = cachestore.clearable_orphan(self.arrangement.snapshot, item)
            if not entries:
                self.say("awsttl does not know this file, so it leaves it alone", "warning")
                return
            self._clear(entries, "the entry")
        elif isinstance(item, Status):
            shared = f" (also used by {', '.join(item.shared_with)})" if item.shared_with else ""
            self._clear(cachestore.entries_of(item), f"{item.name}{shared}")

    def action_clear_all(self) -> None:
        """Clear the whole CLI cache, after asking."""
        # Imported at the key: dialogs are not part of the first paint.
        from awsttl.tui.dialogs.confirm import ConfirmDialog

        snapshot, now = self.arrangement.snapshot, self.clock()
        entries = cachestore.clearable(snapshot)
        if not entries:
            self.say("the CLI cache is empty")
            return
        living = [
            f"{status.name}  {countdown.left(status.session.expires_at, now).text} left"
            for status in snapshot.profiles
            if status.session
            and status.session.entry in entries
            and status.session.expires_at is not None
            and status.session.expires_at > now
        ]
        question = f"Remove {len(entries)} cache entries? "
        question += f"{len(living)} profiles lose a session:" if living else "None is alive."

        def answered(answer: bool | None) -> None:  # noqa: FBT001 (Textual's callback)
            if answer:
                self._clear(entries, f"{len(entries)} cache entries")

        self.app.push_screen(ConfirmDialog("clear the CLI cache", question, living), answered)

    def _clear(self, entries: tuple[CacheEntry, ...], what: str) -> None:
        def tell(cleared: cachestore.Cleared) -> None:
            if cleared.contents:
                self._cleared = cleared
            if cleared.paths:
                self.say(f"cleared {what}; z brings it back")
            for failure in cleared.failures[:3]:
                self.say(failure, "error")
            self.feed.changed()

        in_background(self.dashboard, lambda: cachestore.clear(entries), tell)

    def action_bring_back(self) -> None:
        """Undo the last clearing."""
        cleared, self._cleared = self._cleared, None
        if cleared is None:
            self.say("nothing has been cleared")
            return

        def tell(result: tuple[int, tuple[str, ...]]) -> None:
            restored, kept = result
            if restored:
                self.say(f"brought back {restored} cache entr" + ("ies" if restored > 1 else "y"))
            for line in kept[:3]:
                self.say(line, "warning")
            self.feed.changed()

        in_background(self.dashboard, lambda: cachestore.restore(cleared), tell)

    # ---------------------------------------------------------------- keys: snippets

    def action_export(self) -> None:
        """Hand out the session; get one first where that needs nobody else."""
        item = self.table.item
        if reason := self.unavailable().get("export"):
            self.say(reason, "warning")
            return
        assert isinstance(item, Status)
        state = countdown.standing(item, self.clock(), self._view.threshold).state
        if state in (State.VALID, State.EXPIRING, State.UNKNOWN, State.LONG_TERM):
            self._export(item)
        elif problem := diagnosis.cannot_renew(item, self.clock()):
            self.say(f"nothing to export: {problem.message}; {problem.fix}", "warning")
        else:
            self.say(f"getting a session for {item.name} first")
            self.renewals.start(item, then=self._export_renewed)

    def _export_renewed(self, name: str) -> None:
        """Export what a renewal has just written; the row follows at its own pace."""
        self.feed.changed()
        self.dashboard.once(
            lambda arrangement: (
                (status := arrangement.snapshot.status(name)) is not None
                and status.session is not None
                and countdown.standing(status, self.clock()).state is not State.EXPIRED
            ),
            lambda arrangement: self._export(cast("Status", arrangement.snapshot.status(name))),
        )

    def _export(self, status: Status) -> None:
        def read() -> snippets.Credentials | str:
            try:
                return sessionkeys.read(status, self.dashboard.locations)
            except sessionkeys.NoKeysError as error:
                return str(error)

        def tell(result: snippets.Credentials | str) -> None:
            if isinstance(result, str):
                self.say(f"nothing to export: {result}", "warning")
            else:
                credentials = result
                self._open_snippet(
                    f"export {status.name}",
                    lambda shell: snippets.export(shell, credentials),
                    has_secrets=True,
                )

        in_background(self.dashboard, read, tell)

    def action_unset(self) -> None:
        """Hand out what removes every AWS variable that shadows a profile."""
        self._open_snippet("unset", snippets.unset, has_secrets=False)

    def _open_snippet(
        self,
        title: str,
        snippet: Callable[[snippets.Shell], tuple[snippets.Line, ...]],
        *,
        has_secrets: bool,
    ) -> None:
        from awsttl.tui.dialogs.snippet import SnippetDialog

        def printed(text: Secret | None) -> None:
            if text is not None:
                self.app.exit(text)

        shell = shells.user_shell(os.environ)
        dialog = SnippetDialog(title, snippet, shell, self._copy, has_secrets=has_secrets)
        self.app.push_screen(dialog, printed)

    def _copy(self, text: Secret) -> str:
        try:
            return "copied to the " + clipboard.copy(text, os.environ, self.dashboard.write)
        except clipboard.ClipboardError as error:
            return str(error)

    # ---------------------------------------------------------------- keys: looking

    def action_filter(self) -> None:
        """Open the filter; the table follows each keystroke."""
        search = self.query_one("#filter", Input)
        search.display = True
        self._keys.display = False
        search.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "filter":
            self._look(View(event.value, self._view.sort, self._view.threshold))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.input.id == "filter":
            self._leave_filter(keep=True)

    def _leave_filter(self, *, keep: bool) -> None:
        search = self.query_one("#filter", Input)
        if not keep:
            search.value = ""
        search.display = bool(search.value)
        self._keys.display = True
        self.table.focus()

    def on_key(self, event: events.Key) -> None:
        # While the filter has the keys, the arrows still move the cursor.
        if self.query_one("#filter", Input).has_focus:
            steps = {"down": 1, "up": -1, "pagedown": self.table.page, "pageup": -self.table.page}
            if event.key in steps:
                event.stop()
                self.table.move(steps[event.key])

    def _look(self, view: View) -> None:
        self._view = view
        self.feed.show(view)

    def action_sort(self) -> None:
        """The next order."""
        view = View(self._view.filter, self._view.sort.following(), self._view.threshold)
        self._look(view)
        self.say(f"sorted by {view.sort}", seconds=2)

    def action_details(self) -> None:
        """Show or hide the details."""
        self._wants_details = not self.details.display
        roomy = not self.has_class("-small")
        self._place_details(roomy=roomy)
        self._show_details()

    def action_help(self) -> None:
        """Show the keys."""
        from awsttl.tui.dialogs.help import HelpScreen

        self.app.push_screen(HelpScreen())

    def action_back(self) -> None:
        """One step back: from a renewal, a message, the details, the filter."""
        item = self.table.item
        if isinstance(item, Status) and self.renewals.back(item.name):
            return
        if self.has_class("-details-only"):
            self.action_details()
            return
        if self._view.filter or self.query_one("#filter", Input).has_focus:
            self._leave_filter(keep=False)
            return
        self.renewals.forget_all()
        self.app.clear_notifications()

    def action_quit(self) -> None:
        """Leave; nothing is waited for."""
        self.app.exit(None)

    def action_cursor_down(self) -> None:
        """Next row."""
        self.table.move(1)

    def action_cursor_up(self) -> None:
        """Previous row."""
        self.table.move(-1)

    def action_page_down(self) -> None:
        """A screen down."""
        self.table.move(self.table.page)

    def action_page_up(self) -> None:
        """A screen up."""
        self.table.move(-self.table.page)

    def action_cursor_first(self) -> None:
        """First row."""
        self.table.move_to(0)

    def action_cursor_last(self) -> None:
        """Last row."""
        self.table.move_to(len(self.arrangement.items) - 1)
