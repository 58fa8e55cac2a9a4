"""``d``, ``v`` and a pasted message: why does this row fail, and does it work."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from awsttl.core.model import Status
from awsttl.core.why import checks
from awsttl.core.why.findings import Result
from awsttl.engine import diagnosing
from awsttl.tui.host import Host
from awsttl.tui.remedies import said

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

    from awsttl.core.why.explain import Explanation
    from awsttl.core.why.findings import Tell


class Diagnosing:
    """Opens the diagnosis of a row; what it needs from the network, it asks only then."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._said: dict[str, str] = {}
        """Profile → what ``v`` said of it last."""

    def glance(self, status: Status) -> str:
        """What a row says besides, in a few words; mostly nothing."""
        files = self._host.files
        finding = checks.row_finding(status, files) if files is not None else None
        return finding.short if finding is not None else ""

    def diagnose(self) -> None:
        """Open the dialog for the row under the cursor; its checks begin at once."""
        from awsttl.tui.features.diagnosing.dialog import DiagnosisDialog

        host, status, files = self._host, self._host.item, self._host.files
        if files is None or not isinstance(status, Status):
            return

        def examine(tell: Tell) -> None:
            """Runs in a thread of the dialog's."""
            seen = host.arrangement.snapshot
            locations, now = host.engine.locations, host.clock()
            diagnosing.examine([status], seen, files, locations, tell, now=now)

        def answered(action: str | None) -> None:
            if action is not None:
                host.act(action)

        host.open(DiagnosisDialog(status.name, examine), answered)

    def explain(self, text: str) -> None:
        """Say what an error message means that was pasted into the pane."""
        host = self._host

        def find() -> Explanation:
            from awsttl.core.why import explain

            # Costs a prediction for each profile: not for the event loop.
            return explain.explain(text, host.arrangement.snapshot, os.environ, host.clock())

        def show(found: Explanation) -> None:
            from awsttl.tui.features.diagnosing.explanation_dialog import ExplanationDialog

            host.open(ExplanationDialog(found), answered)

        def answered(profile: str | None) -> None:
            if profile is not None:
                host.go_to(profile)

        host.in_background(find, show)

    def verify(self) -> None:
        """Ask AWS whose the session under the cursor is."""
        host, status = self._host, self._host.item
        if not isinstance(status, Status):
            return
        name = status.name

        def ask() -> Result:
            from awsttl.engine import online_checks

            return online_checks.check_identity(status, host.engine.locations)

        def say(text: str, severity: SeverityLevel = "information") -> None:
            text = f"{name}: {text}"
            host.say(text, severity, 10, instead_of=self._said.get(name, ""))
            self._said[name] = text

        def tell(result: Result) -> None:
            found = [f"{each.message}\n{said(each.fix, name)}" for each in result.findings]
            text = "\n".join([*found, *filter(None, [result.text])])
            say(text, "warning" if found else "information")

        say("asking AWS …")
        host.in_background(ask, tell)
