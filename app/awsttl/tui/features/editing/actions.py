"""``E``: a form with the settings of the row, and the lines where they stand."""

from __future__ import annotations

from awsttl.core.files import Files
from awsttl.core.forms import fields, filled
from awsttl.core.forms.fields import Field
from awsttl.core.forms.filled import Filled
from awsttl.core.model import Status
from awsttl.tui.form_dialog import FormDialog
from awsttl.tui.host import Host
from awsttl.tui.writing import Wanted, when_read, write


class Editing:
    """Asks its host's person for other settings."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def edit(self) -> None:
        """Open the form for the row under the cursor."""
        status = self._host.item
        if isinstance(status, Status):
            when_read(self._host, lambda files: self._begin(status.name, files))

    def _begin(self, name: str, files: Files) -> None:
        host = self._host

        def look() -> tuple[Field, ...]:
            from awsttl.disk.setting_lines import SettingLines

            known = SettingLines(host.engine.locations).settings(name)
            places = {each.key: f"{each.file}:{each.line}" for each in known}
            return fields.of_profile(name, files, places)

        host.in_background(look, lambda form: self._open(name, form, files))

    def _open(self, name: str, form: tuple[Field, ...], files: Files) -> None:
        host = self._host

        def answered(answer: dict[str, str] | None) -> None:
            if answer is None:
                return
            plan = filled.edited(name, form, answer, files)
            if not plan:
                host.say("nothing is different")
                return
            keys = [field.key for field in form if answer[field.key] != field.value]
            said = f"settings edited: {', '.join(keys)}"
            write(host, Wanted(name, plan, f"edit {name}", f"{name} is edited", said))

        def check(answer: Filled) -> Filled:
            return filled.complaints(form, answer, files)

        lead = "An empty field takes the setting out."
        host.open(FormDialog(f"edit {name}", form, check, lead=lead), answered)
