"""What of a diagnosis an edit mends: a finding → the plan for it.

A finding says in words what is to be written. Where that can be worked out without asking, it is
offered as an edit, which is shown before it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from awsttl.core.files import EMPTY, Files, IniFile, Passage, Section
from awsttl.core.forms import instead
from awsttl.core.ini import names
from awsttl.core.ini.document import DEFAULT
from awsttl.core.ini.plans import Plan, Reword, SetKeys, Step, Which, together
from awsttl.core.profiles.cache_names import text_of
from awsttl.core.profiles.kinds import TOKENS
from awsttl.core.remedies import Act, Remedy
from awsttl.core.secret import Secret
from awsttl.core.why.checks.values import misspelt
from awsttl.core.why.findings import Check, Finding, Result, Severity

_SETTING: Final = re.compile(r"(?P<key>\w+) = (?P<value>.+)")


class Mend(NamedTuple):
    """What mends a finding."""

    finding: Finding
    plan: Plan = ()
    closed: tuple[str, ...] = ()
    """The files that other users are no longer to read."""


def mend(finding: Finding, profile: str, files: Files) -> Mend | None:
    """What mends a finding of that profile, or of none; ``None`` where a person has to choose."""
    if finding.code in ("open-to-others", "file-open-to-others"):
        return Mend(finding, closed=finding.evidence[:1])
    plan = together(_steps(finding, profile, files))
    return Mend(finding, plan) if plan else None


def by_identity(arn: str, profile: str, files: Files, long_term: Sequence[str]) -> Mend | None:
    """What makes pasting keys into a profile unnecessary, by the ARN that AWS says of them."""
    found = instead.of_identity(arn, profile, files, long_term)
    if found is None:
        return None
    message = f"its keys need not be pasted: {found.words}"
    finding = Finding(Check.PASTED, Severity.NOTE, "need-not-be-pasted", message, Remedy())
    return Mend(finding, found.plan)


def of_result(result: Result, files: Files) -> Iterator[Mend]:
    """What mends the findings of a result that matter."""
    for finding in result.findings:
        if finding.matters and (found := mend(finding, result.profile, files)) is not None:
            yield found


def one_plan(mends: Sequence[Mend]) -> Plan:
    """All of it in one edit."""
    return together(step for each in mends for step in each.plan)


def with_remedy(result: Result, files: Files) -> Result:
    """The result with the act offered as well that mends a finding."""
    findings = []
    for finding in result.findings:
        fix = finding.fix
        if finding.matters and mend(finding, result.profile, files) is not None:
            fix = _beside(fix, Remedy(act=Act.MEND, profile=result.profile))
        findings.append(finding._replace(fix=fix))
    return result._replace(findings=tuple(findings))


def _beside(fix: Remedy, other: Remedy) -> Remedy:
    last = fix.otherwise
    return fix._replace(otherwise=other if last is None else _beside(last, other))


def _steps(finding: Finding, profile: str, files: Files) -> Iterator[Step]:
    match finding.code:
        case "value-misspelt":
            for key in finding.keys:
                yield from _bare(key, profile, files)
        case "region-invalid" | "account-invalid":
            yield from _written(finding, profile, files)
        case "token-left-over":
            for which, section in _sections(profile, files):
                left = [key for key in TOKENS if key in section]
                if left:
                    yield SetKeys(which, profile, dict.fromkeys(left))
        case "not-read":
            yield from _reworded(finding, files)
        case "pasted-expired":
            yield from _instead_of_pasting(finding, profile, files)


def _sections(profile: str, files: Files) -> Iterator[tuple[Which, Section]]:
    yield Which.CONFIG, files.config.sections.get(profile, EMPTY)
    yield Which.CREDENTIALS, files.credentials.sections.get(profile, EMPTY)


def _bare(key: str, profile: str, files: Files) -> Iterator[Step]:
    """The value without its quotes or its comment, in each file where it has them."""
    for which, section in _sections(profile, files):
        value = section.get(key)
        if isinstance(value, Secret | str):
            meant, _ = misspelt(value.reveal() if isinstance(value, Secret) else value)
            if meant and not misspelt(meant)[1]:
                yield SetKeys(which, profile, {key: meant})


def _written(finding: Finding, profile: str, files: Files) -> Iterator[Step]:
    """The value that the finding itself gives."""
    found = _SETTING.fullmatch(finding.text)
    if found is None:
        return
    key, value = found["key"], found["value"]
    for which, section in _sections(profile, files):
        if key in section:
            yield SetKeys(which, profile, {key: value})
            return
    session = text_of(files.config.sections.get(profile, EMPTY), "sso_session")
    if session and key in files.config.sso_sessions.get(session, EMPTY):
        yield SetKeys(Which.CONFIG, session, {key: value}, names.SSO_SESSION)


def _reworded(finding: Finding, files: Files) -> Iterator[Step]:
    """The header as it was meant, unless there is a section of that name."""
    for which, file in ((Which.CONFIG, files.config), (Which.CREDENTIALS, files.credentials)):
        for passage in file.misread:
            if passage.place not in finding.evidence or not _can_be_meant(passage, which, file):
                continue
            kind, name = passage.meant
            yield Reword(which, passage.header, name, kind)


def _can_be_meant(passage: Passage, which: Which, file: IniFile) -> bool:
    kind, name = passage.meant
    if passage.header in ("", DEFAULT) or not name:
        return False
    if which is Which.CREDENTIALS:
        return kind == names.PROFILE and name not in file.sections
    known: Mapping[str, object] = file.sso_sessions if kind == names.SSO_SESSION else file.sections
    twice = [each for each in file.misread if each.meant == passage.meant and each.header]
    return name not in known and len(twice) == 1


def _instead_of_pasting(finding: Finding, profile: str, files: Files) -> Iterator[Step]:
    """The role that was pasted, assumed with the keys that are there for good."""
    settings = {
        found["key"]: found["value"]
        for line in finding.text.splitlines()
        if (found := _SETTING.fullmatch(line))
    }
    if not settings:
        return
    yield from instead.steps(profile, settings, files)
