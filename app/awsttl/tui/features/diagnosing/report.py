"""The results of a diagnosis in lines: in short, what matters; or every check in full."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from rich.style import Style
from rich.text import Text

from awsttl.core.view import layout
from awsttl.core.view.doctor import AROUND, GLYPHS, RIGHT
from awsttl.core.why.findings import Check, Finding, Result, Severity, headline
from awsttl.tui.remedies import said

Results = Mapping[tuple[bool, Check], Result]
"""By whether a result is about the profile itself, and by its check."""

_WIDTH: Final = max(len(check) for check in Check) + 4
"""Cells of a glyph and the name of a check."""

_EXPECTED: Final = {
    True: (
        Check.ENDPOINT,
        Check.CREDENTIALS,
        Check.ENVIRONMENT,
        Check.SESSION,
        Check.SOURCE,
        Check.CACHE,
        Check.PASTED,
        Check.IDENTITY,
    ),
    False: (Check.CLI, Check.CLOCK, Check.FILES, Check.ENVIRONMENT, Check.CACHE),
}
"""The checks to wait for: of the profile itself, and of what concerns all profiles alike."""

_TOLD: Final = (Check.SESSION, Check.IDENTITY)
"""The checks of a profile whose good result is worth a line in short: until when, and whose."""

_MOST_EVIDENCE: Final = 3
"""Lines of evidence that the headline has in short."""


class Report(NamedTuple):
    """What is known so far, for a pane of a certain width."""

    profile: str
    results: Results
    is_over: bool
    """Whether all results are there."""
    width: int
    """Cells of a line."""
    tone: Callable[[str], Style]
    """The style of ``cause``, ``warning``, ``note``, ``right``, ``fix`` or ``dim``."""

    def in_full(self) -> Iterator[Text]:
        """The answer, then every check in its order, with its evidence and fix."""
        yield from self._answer(brief=False)
        yield from self._every_check(own=True)
        yield Text()
        yield Text(AROUND, self.tone("dim"))
        yield from self._every_check(own=False)

    def in_short(self) -> Iterator[Text]:
        """The answer, what else matters, and the rest as names of checks."""
        yield from self._answer(brief=True)
        yield from self._what_matters(own=True)
        yield Text()
        yield Text(AROUND, self.tone("dim"))
        yield from self._what_matters(own=False)

    # ---------------------------------------------------------------- the answer

    def _answer(self, *, brief: bool) -> Iterator[Text]:
        """What the title asks: what is wrong with the profile, before all that was looked at."""
        found = headline(self.results.values())
        if found.own is not None:
            yield from self._worst(found.own, "", brief=brief)
        elif self.is_over:
            words = f"{RIGHT} nothing is wrong with {self.profile}"
            yield self._wrapped(words, self.tone("right"))
        else:
            yield self._wrapped("… looking", self.tone("dim"))
        if found.around is not None:
            yield from self._worst(found.around, f"{AROUND}: ", brief=brief)
        yield Text()

    def _worst(self, found: Finding, where: str, *, brief: bool) -> Iterator[Text]:
        """The worst finding. In full its evidence stands with its check."""
        tone = self.tone(found.severity.word)
        yield self._wrapped(f"{GLYPHS[found.severity]} {where}{found.message}", tone)
        for evidence in found.evidence[:_MOST_EVIDENCE] if brief else ():
            yield self._wrapped(f"  {evidence}", self.tone("dim"))
        yield self._wrapped(f"  → {said(found.fix, self.profile)}", self.tone("fix"))
        for line in found.text.splitlines() if brief else ():
            yield self._wrapped(f"    {line}", Style())

    def _wrapped(self, words: str, tone: Style) -> Text:
        lead = " " * (len(words) - len(words.lstrip()))
        pieces = layout.wrapped(words.lstrip(), max(20, self.width - len(lead) - 2))
        return Text(lead + f"\n{lead}  ".join(pieces), tone)

    # ---------------------------------------------------------------- in short

    def _what_matters(self, *, own: bool) -> Iterator[Text]:
        """All that is wrong besides the answer, the worst first; then the rest in a few lines."""
        results = [self.results[key] for key in self.results if key[0] is own]
        results.sort(key=lambda result: list(Check).index(result.check))
        said_above = headline(self.results.values())
        found = [each for result in results for each in result.findings if each not in said_above]
        for finding in sorted(found, key=lambda each: -each.severity):
            tone = self.tone(finding.severity.word)
            yield self._line(GLYPHS[finding.severity], finding.check, finding.message, tone)
            if finding.matters:
                yield self._below(f"→ {said(finding.fix, self.profile)}", self.tone("fix"))
        right = [result for result in results if result.is_right]
        for result in right:
            if own and result.check in _TOLD and result.text:
                yield self._line(RIGHT, result.check, result.text, self.tone("right"))
        rest = [each.check for each in right if not (own and each.check in _TOLD and each.text)]
        idle = [each.check for each in results if not each.looked and not each.findings]
        missing = [check for check in _EXPECTED[own] if (own, check) not in self.results]
        yield from self._names(RIGHT, "all right", rest, "right")
        yield from self._names(GLYPHS[Severity.NOTE], "left out", idle, "dim")
        if not self.is_over:
            yield from self._names("…", "asking", missing, "dim")

    def _names(self, glyph: str, label: str, checks: list[Check], tone: str) -> Iterator[Text]:
        if checks:
            yield self._line(glyph, label, ", ".join(checks), self.tone(tone))

    # ---------------------------------------------------------------- in full

    def _every_check(self, *, own: bool) -> Iterator[Text]:
        for check in Check:
            result = self.results.get((own, check))
            if result is None:
                if check in _EXPECTED[own] and not self.is_over:
                    yield self._line("…", check, "", self.tone("dim"))
                continue
            if result.is_right:
                yield self._line(RIGHT, check, result.text, self.tone("right"))
            elif not result.findings:
                glyph = GLYPHS[Severity.NOTE]
                yield self._line(glyph, check, result.text, self.tone("dim"))
            for finding in result.findings:
                yield from self._finding(finding)
            for line in result.lines:
                yield self._below(line, self.tone("dim"))

    def _finding(self, finding: Finding) -> Iterator[Text]:
        tone = self.tone(finding.severity.word)
        yield self._line(GLYPHS[finding.severity], finding.check, finding.message, tone)
        for evidence in finding.evidence:
            yield self._below(evidence, self.tone("dim"))
        yield self._below(f"→ {said(finding.fix, self.profile)}", self.tone("fix"))
        for line in finding.text.splitlines():
            yield self._below(f"  {line}", Style())

    def _line(self, glyph: str, label: str, words: str, tone: Style) -> Text:
        pieces = layout.wrapped(words, max(20, self.width - _WIDTH))
        words = ("\n" + " " * _WIDTH).join(pieces)
        # Where a check is right, only its sign and name are coloured.
        beside = Style() if glyph == RIGHT else tone
        return Text.assemble((f"{glyph} {label:{_WIDTH - 2}}", tone), (words, beside))

    def _below(self, words: str, style: Style) -> Text:
        pieces = layout.wrapped(words, max(20, self.width - _WIDTH))
        return Text("\n".join(" " * _WIDTH + piece for piece in pieces), style)
