"""``n``: a new profile, by what it gets its credentials by."""

from __future__ import annotations

from awsttl.core.files import Files
from awsttl.core.forms import fields, filled
from awsttl.core.forms.fields import NAME, Sort
from awsttl.core.forms.filled import Filled
from awsttl.engine.editing import Edited
from awsttl.tui.choice_dialog import ChoiceDialog
from awsttl.tui.form_dialog import FormDialog
from awsttl.tui.host import Host
from awsttl.tui.writing import Wanted, when_read, write


class Making:
    """Asks its host's person what kind of profile it is to be, and for its settings."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def make(self) -> None:
        """Ask for the sort first."""
        width = max(len(sort) for sort in Sort)
        lines = [f"{sort:{width}}  {sort.words}" for sort in Sort]
        lines.append(f"{'portal':{width}}  for the accounts and roles of an SSO sign-in, several")

        def answered(places: list[int] | None) -> None:
            if not places:
                return
            if places[0] < len(Sort):
                self._ask(list(Sort)[places[0]])
            else:
                from awsttl.tui.features.making.populating import Populating

                self._host.feature(Populating).begin()

        self._host.open(ChoiceDialog("a new profile", lines), answered)

    def _ask(self, sort: Sort) -> None:
        when_read(self._host, lambda files: self._fill_in(sort, files))

    def _fill_in(self, sort: Sort, files: Files) -> None:
        host = self._host
        form = fields.of_new(sort, files)

        def answered(answer: dict[str, str] | None) -> None:
            if answer is None:
                return
            name = answer[NAME]
            plan = filled.new(sort, answer, files)
            write(host, Wanted(name, plan, f"make {name}", f"{name} is made", "made"), made)

        def made(edited: Edited) -> None:
            host.once(
                lambda shown: f"profile {edited.name}" in shown.places,
                lambda _shown: host.go_to(edited.name),
            )

        def check(answer: Filled) -> Filled:
            return filled.complaints(form, answer, files)

        host.open(FormDialog(f"a new profile: {sort}", form, check), answered)
