"""The files behind a result: at which line a setting stands, which credentials win."""

from __future__ import annotations

import os
from collections.abc import Mapping

from awsttl.core.model import Status
from awsttl.core.remedies import Remedy
from awsttl.core.why.configure_list import Winner, winners
from awsttl.core.why.findings import Check, Finding, Result, Severity
from awsttl.disk import session_keys
from awsttl.disk.locations import Locations, shown
from awsttl.disk.setting_lines import Provenance


def _unwritable(place: str) -> tuple[str, str] | None:
    """Why no file can be made in a folder, and what to do; ``None`` where one can.

    access(2) answers for whoever asks: root may write where the mode forbids it, and does. What
    binds root as well, a read-only file system, it tells too, but not apart.
    """
    if not os.path.isdir(place):
        return "is no folder", "make {} a folder that you may write to"
    if os.access(place, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
        return None
    if hasattr(os, "statvfs") and os.statvfs(place).f_flag & os.ST_RDONLY:
        return "is on a read-only file system", "mount what {} is on for writing"
    return "may not be written by this user", "make {} a folder that you may write to"


class Evidence:
    """Looks things up in the files, at the moment when somebody asks why."""

    def __init__(self, locations: Locations, environ: Mapping[str, str]) -> None:
        self._locations = locations
        self._environ = environ
        self._provenance = Provenance(locations)

    def located(self, result: Result) -> Result:
        """The settings that each finding is about, as file and line."""
        if not result.profile or not any(finding.keys for finding in result.findings):
            return result
        lines = self._provenance.all_settings(result.profile)
        findings = []
        for finding in result.findings:
            places = [
                f"{line.key} in {line.file}:{line.line}"
                for line in lines
                if line.key in finding.keys
            ]
            findings.append(finding._replace(evidence=(*places, *finding.evidence)))
        return result._replace(findings=tuple(findings))

    def winners(self, status: Status) -> tuple[Winner, ...]:
        """What ``aws configure list --profile`` shows, with file and line."""
        try:
            keys = session_keys.read(status, self._locations)
            four = (keys.access_key_id[-4:], keys.secret_access_key.reveal()[-4:])
        except session_keys.NoKeysError:
            four = ("", "")
        found = winners(status, four, self._provenance.settings(status.name), self._environ)
        return tuple(each._replace(location=shown(each.location)) for each in found)

    def folders(self) -> Result:
        """Whether the AWS CLI can write where it caches; the folders need not be there yet."""
        findings = []
        for folder in self._locations.caches:
            place = folder
            while not os.path.lexists(place) and place != os.path.dirname(place):
                place = os.path.dirname(place)
            why = _unwritable(place)
            if why is None:
                continue
            reason, fix = why
            findings.append(
                Finding(
                    Check.CACHE,
                    Severity.WARNING,
                    "cache-unwritable",
                    f"{shown(folder)} cannot be written: every command gets a new session",
                    Remedy(fix.format(shown(place))),
                    (f"{shown(place)} {reason}",),
                )
            )
        return Result(Check.CACHE, "", tuple(findings), "the cache folders can be written")

    def complete(self, result: Result, status: Status) -> Result:
        """All of it, for one who reads it all."""
        result = self.located(result)
        if result.check is Check.CREDENTIALS:
            result = result._replace(lines=tuple(each.line for each in self.winners(status)))
        return result
