"""``awsttl doctor``: results as text for people, and as JSON for programs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from awsttl.core.profiles.timestamps import iso_utc
from awsttl.core.remedies import Say
from awsttl.core.view import json_text
from awsttl.core.view.layout import printable
from awsttl.core.why.configure_list import UsedValue, same_values
from awsttl.core.why.findings import Check, Result, Severity, headline

GLYPHS: Final = {Severity.CAUSE: "✗", Severity.WARNING: "!", Severity.NOTE: "·"}
RIGHT: Final = "✓"
"""Stands before a check that has looked at something and found nothing."""
AROUND: Final = "this machine"
"""The head of what concerns all profiles alike."""
_WIDTH: Final = max(len(check) for check in Check)


def as_json(
    results: Iterable[Result], used_values: Mapping[str, Sequence[UsedValue]], now: float, say: Say
) -> str:
    """One document; ``findings`` by profile in the order of the checks, instants in UTC.

    *say* gives the sentence for a remedy; its parts stand beside the sentence.
    """
    document = {
        "generated_at": iso_utc(now),
        "findings": [
            {
                "profile": result.profile or None,
                "check": str(finding.check),
                "severity": finding.severity.word,
                "code": finding.code,
                "message": finding.message,
                "evidence": list(finding.evidence),
                "fix": say(finding.fix),
                "remedy": finding.fix.fields(),
                "text": finding.text or None,
            }
            for result in _ordered(results)
            for finding in result.findings
        ],
        "passed": [
            {"profile": result.profile or None, "check": str(result.check), "text": result.text}
            for result in _ordered(results)
            if result.is_right and result.text
        ],
        "not_checked": [
            {"profile": result.profile or None, "check": str(result.check), "text": result.text}
            for result in _ordered(results)
            if not result.looked
        ],
        "credentials": {
            name: [value._asdict() for value in values] for name, values in used_values.items()
        },
    }
    return json_text.dumps(document, indent=2)


def as_text(results: Sequence[Result], examined: int, say: Say, *, full: bool) -> Iterator[str]:
    """Lines for people. *full*: also what is right, and what is only good to know."""
    by_profile: defaultdict[str, list[Result]] = defaultdict(list)
    for result in _ordered(results):
        by_profile[result.profile].append(result)
    around = by_profile.pop("", [])
    for name, found in by_profile.items():
        wrong = headline(found).own
        if full:
            yield f"{printable(name)}: {printable(wrong.message) if wrong else 'nothing wrong'}"
        elif wrong and wrong.matters:
            yield printable(name)
        else:
            continue
        yield from _lines(found, say, full=full)
        yield ""
    if around:
        yield AROUND
        yield from _lines(around, say, full=True)
        yield ""
    yield _total(results, examined)


def _lines(results: Iterable[Result], say: Say, *, full: bool) -> Iterator[str]:
    margin = " " * (_WIDTH + 6)
    for result in results:
        if not result.findings and full and result.text:
            glyph = RIGHT if result.is_right else GLYPHS[Severity.NOTE]
            yield f"  {glyph} {result.check:{_WIDTH}}  {printable(result.text)}"
        yield from (f"{margin}{printable(line)}" for line in result.lines if full)
        for finding in result.findings:
            if not (full or finding.matters):
                continue
            lead = f"  {GLYPHS[finding.severity]} {finding.check:{_WIDTH}}  "
            yield lead + printable(finding.message)
            yield from (f"{margin}{printable(evidence)}" for evidence in finding.evidence)
            yield f"{margin}→ {printable(say(finding.fix))}"
            yield from (f"{margin}    {printable(line)}" for line in finding.text.splitlines())


def side_by_side(used_values: Mapping[str, Sequence[UsedValue]]) -> Iterator[str]:
    """Of two profiles, value by value, whether the AWS CLI uses the same."""
    (one, ones), (other, others) = used_values.items()
    width = max(len(one), 20)
    yield f"  {'':{_WIDTH + 2}}  {printable(one):{width}}  {printable(other)}"
    for mine, theirs, same in zip(ones, others, same_values(ones, others), strict=True):
        sign = "=" if same else "≠"
        left, right = mine.value or "<not set>", theirs.value or "<not set>"
        yield f"  {sign} {mine.name:{_WIDTH}}  {printable(left):{width}}  {printable(right)}"
    yield ""


def _total(results: Iterable[Result], examined: int) -> str:
    found = [finding for result in results for finding in result.findings]
    causes = sum(finding.severity is Severity.CAUSE for finding in found)
    warnings = sum(finding.severity is Severity.WARNING for finding in found)
    profiles = f"{examined:,} profile" + ("s" if examined != 1 else "")
    if not causes and not warnings:
        return f"{profiles}: nothing wrong"
    said = [
        f"{count} {word}{'s' * (count != 1)}"
        for count, word in ((causes, "problem"), (warnings, "warning"))
        if count
    ]
    return f"{profiles}: {' and '.join(said)}"


def _ordered(results: Iterable[Result]) -> list[Result]:
    """By profile as they came, then what concerns all; the checks of each in their own order."""
    places = {check: place for place, check in enumerate(Check)}
    names: dict[str, int] = {}
    held = list(results)
    for result in held:
        names.setdefault(result.profile, len(names))
    names[""] = len(names)
    return sorted(held, key=lambda result: (names[result.profile], places[result.check]))
