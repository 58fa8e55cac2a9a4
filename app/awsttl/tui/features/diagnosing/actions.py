"""``d``, ``V`` and a pasted message: why does this row fail, and does it work."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from awsttl.core.model import Status
from awsttl.core.why import checks
from awsttl.core.why.findings import Result
from awsttl.engine import diagnosing
from awsttl.tui.host import Host
from awsttl.tui.keymap import key_of
from awsttl.tui.remedies import said

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

    from awsttl.core.view.comparing import Compared
    from awsttl.core.why.explain import Explanation
    from awsttl.core.why.findings import Tell


class Diagnosing:
    """Opens the diagnosis of a row; what it needs from the network, it asks only then."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._said: dict[str, str] = {}
        """Profile → what ``V`` said of it last."""

    def glance(self, status: Status) -> str:
        """What a row says besides, in a few words; mostly nothing."""
        files = self._host.files
        finding = checks.row_finding(status, files) if files is not None else None
        return finding.short if finding is not None else ""

    def diagnose(self) -> None:
        """Open the dialog for one row, whose checks begin at once; two rows are compared."""
        from awsttl.tui.features.diagnosing.dialog import DiagnosisDialog

        host, files = self._host, self._host.files
        found = [item for item in host.chosen if isinstance(item, Status)]
        if files is None or not found:
            return
        if len(found) > 1:
            self._compare(found)
            return
        status = found[0]

        def examine(tell: Tell) -> None:
            """Runs in a thread of the dialog's."""
            seen = host.arrangement.snapshot
            locations, now = host.engine.locations, host.clock()
            diagnosing.examine([status], seen, files, locations, tell, now=now)

        def answered(action: str | None) -> None:
            if action is not None:
                host.act(action, status)

        host.open(DiagnosisDialog(status.name, examine), answered)

    def _compare(self, found: list[Status]) -> None:
        """Show two profiles side by side."""
        host = self._host
        if len(found) > 2:
            text = f"{key_of('diagnose')} compares two profiles, and {len(found)} are marked"
            host.say(f"{text}; {key_of('back')} clears the marks", "warning")
            return
        one, other = found
        now, view = host.clock(), host.arrangement.view

        def look() -> tuple[Compared, ...]:
            from awsttl.core.view import comparing
            from awsttl.disk.result_details import ResultDetails
            from awsttl.disk.setting_lines import SettingLines

            locations = host.engine.locations
            details, lines = ResultDetails(locations, os.environ), SettingLines(locations)
            sides = [
                comparing.Side(each, lines.settings(each.name), details.used_values(each))
                for each in (one, other)
            ]
            return comparing.compared(sides[0], sides[1], now, view.threshold)

        def show(lines: tuple[Compared, ...]) -> None:
            from awsttl.tui.features.diagnosing.comparison_dialog import ComparisonDialog

            host.open(ComparisonDialog((one.name, other.name), lines), lambda _: None)

        host.in_background(look, show)

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
        """Ask AWS whose the sessions are that the key acts on."""
        for item in self._host.chosen:
            if isinstance(item, Status):
                self._verify(item)

    def _verify(self, status: Status) -> None:
        host, name = self._host, status.name

        def ask() -> Result:
            from awsttl.engine import online_checks

            return online_checks.check_identity(status, host.engine.locations, host.clock())

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
