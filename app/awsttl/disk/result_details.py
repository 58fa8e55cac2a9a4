"""What a result says besides, from the files: where a setting stands, which values are used."""

from __future__ import annotations

from collections.abc import Mapping

from awsttl.core.model import Status
from awsttl.core.why.configure_list import UsedValue, used_values
from awsttl.core.why.findings import Check, Result
from awsttl.disk import session_keys
from awsttl.disk.locations import Locations, shown
from awsttl.disk.setting_lines import SettingLines


class ResultDetails:
    """Adds to a result what only the files tell; each file is read when it is first needed."""

    def __init__(self, locations: Locations, environ: Mapping[str, str]) -> None:
        self._locations = locations
        self._environ = environ
        self._setting_lines = SettingLines(locations)

    def with_lines(self, result: Result) -> Result:
        """The result, with file and line of each setting that a finding is about."""
        if not result.profile or not any(finding.keys for finding in result.findings):
            return result
        lines = self._setting_lines.all_settings(result.profile)
        findings = []
        for finding in result.findings:
            places = [
                f"{line.key} in {line.file}:{line.line}"
                for line in lines
                if line.key in finding.keys
            ]
            findings.append(finding._replace(evidence=(*places, *finding.evidence)))
        return result._replace(findings=tuple(findings))

    def used_values(self, status: Status) -> tuple[UsedValue, ...]:
        """What ``aws configure list --profile`` shows, with file and line."""
        try:
            keys = session_keys.read(status, self._locations)
            four = (keys.access_key_id[-4:], keys.secret_access_key.reveal()[-4:])
        except session_keys.NoKeysError:
            four = ("", "")
        found = used_values(status, four, self._setting_lines.settings(status.name), self._environ)
        return tuple(each._replace(location=shown(each.location)) for each in found)

    def in_full(self, result: Result, status: Status) -> Result:
        """The same, and with the credentials check also what ``aws configure list`` shows."""
        result = self.with_lines(result)
        if result.check is Check.CREDENTIALS:
            result = result._replace(lines=tuple(each.line for each in self.used_values(status)))
        return result
