"""One rule: the words by which an error is known, what it means, what to do, and how it looks.

Rules are data. ``tests/core/why`` holds each to its own examples, to its place in the order, and
to texts that are none of AWS's; ``make explain-table`` shows them against the clients.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from awsttl.core.remedies import Remedy, quoted
from awsttl.core.why.errors.marks import MOST, operation, places_of_code
from awsttl.core.why.errors.sentences import Sentence, places_of_sentence
from awsttl.core.why.errors.text import STEMS, Message, places, squeezed

GAP = 120
"""Characters that "…" in a phrase may stand for, without blanks."""

Details = Callable[[Message, str], "tuple[str, Remedy] | None"]
"""(message, the profile's name or "") → cause and remedy, where the text tells more than the rule
does; ``None`` where it does not."""


class Rule(NamedTuple):
    """An error that is known.

    In *cause* and *remedy*, ``{profile}`` stands for the profile's name, or "the profile" where
    nobody knows which; ``{called}`` for a blank and the name, ``{option}`` for
    `` --profile NAME``, or nothing.
    """

    code: str
    """A name for programs, the same as the :class:`~awsttl.core.remedies.Problem`'s."""
    cause: str
    remedy: Remedy
    phrases: tuple[str, ...] = ()
    """Words that only AWS or its clients print, in any case; "…" is a gap. Any of them will do."""
    shared: tuple[str, ...] = ()
    """Words that others print too: they count only in a text that bears AWS's mark."""
    sentences: tuple[Sentence, ...] = ()
    """What any program may say, in whatever words; it counts as *shared* does."""
    codes: tuple[str, ...] = ()
    """AWS's error codes, without ``Exception``; they need the mark too."""
    operations: tuple[str, ...] = ()
    """Where it is not empty, *codes*, *shared* and *sentences* count only if one of these
    operations failed."""
    alone: tuple[str, ...] = ()
    """Patterns of a whole line that any Python program may print. They count in an error that
    awsttl itself met, and where a look at this machine confirms them (``explain.py``)."""
    unless: tuple[str, ...] = ()
    """Words of another matter that AWS's clients speak of too; with one of them *shared*,
    *sentences* and *codes* do not count."""
    own: tuple[str, ...] = ()
    """Words that count only in an error that awsttl itself met."""
    details: Details | None = None
    before: tuple[str, ...] = ()
    """The rules that would take its text too, and that are less precise."""
    reason: str = ""
    """Why it stands before these."""
    examples: tuple[tuple[str, str], ...] = ()
    """(client, text): how it looks."""


class Found(NamedTuple):
    """A rule that fits a text."""

    rule: Rule
    certain: bool = True
    """False where only a look at this machine can tell whether the text is AWS's at all."""


class Known(NamedTuple):
    """What is known of a text as a whole, whichever the rule."""

    marked: bool
    """It is AWS's or one of its clients'."""
    own: bool = False
    """awsttl itself met the error."""
    told: frozenset[str] = frozenset()
    """The codes, in lower case, in which AWS itself says what failed; with one of them the rules
    of other codes have only their phrases."""
    likely: str = ""
    """The operation, in lower case, that is taken to have failed where the text names none."""


def fits(rule: Rule, message: Message, known: Known) -> Found | None:
    """Whether a rule fits."""
    if any(_is_said(message, phrase) for phrase in rule.phrases):
        return Found(rule)
    is_possible = not known.told or any(code.lower() in known.told for code in rule.codes)
    if known.marked and is_possible and _counts(rule, message, known.likely):
        return Found(rule)
    if known.own and any(_is_said(message, phrase) for phrase in rule.own):
        return Found(rule)
    if any(is_alone(pattern, message) for pattern in rule.alone):
        return Found(rule, certain=known.own)
    return None


def _is_said(message: Message, phrase: str) -> bool:
    return next(places_of_phrase(message, phrase), None) is not None


def _counts(rule: Rule, message: Message, likely: str) -> bool:
    """Whether a text of AWS's has the rule's words, said of one of its operations."""
    marked = _marked_places(rule, message)
    if rule.operations:
        said = any((operation(message, place()) or likely) in rule.operations for place in marked)
    else:
        said = next(marked, None) is not None
    return said and not any(_is_said(message, phrase) for phrase in rule.unless)


def _marked_places(rule: Rule, message: Message) -> Iterator[Callable[[], int]]:
    """Where the words and codes stand that count in a text of AWS's.

    Each place is worked out when it is asked for: most rules need no more than that there is one.
    """
    for phrase in rule.shared:
        for place in islice(places_of_phrase(message, phrase), MOST):
            yield functools.partial(int, place)
    for sentence in rule.sentences:
        for place in islice(places_of_sentence(message, sentence), MOST):
            yield functools.partial(message.place_in_words, place)
    for code in rule.codes:
        if code in message.flat:
            for place in places_of_code(message, code):
                yield functools.partial(message.place_in_words, place)


def places_of_phrase(message: Message, phrase: str) -> Iterator[int]:
    """Where a phrase begins in :attr:`Message.words`."""
    stem, longest, first, rest = _prepared(phrase)
    words = message.words
    if (stem and stem not in message.stems) or longest not in words:
        return
    if any(part not in words for part in rest):
        return
    for place in places(words, first, _ENOUGH):
        end = place + len(first)
        for part in rest:
            at = words.find(part, end, end + GAP + len(part))
            if at < 0:
                break
            end = at + len(part)
        else:
            yield place


_ENOUGH: Final = 1024
"""Places of a phrase's beginning that are looked at from each end of a text."""


@functools.cache
def _prepared(phrase: str) -> tuple[str, str, str, tuple[str, ...]]:
    """A phrase's stem, or nothing; its longest part; the one before its first gap; the others."""
    first, *rest = (squeezed(part) for part in phrase.split("…"))
    parts = (first, *rest)
    stem = next((stem for stem in STEMS if any(stem in part for part in parts)), "")
    return stem, max(parts, key=len), first, tuple(rest)


_DRESSED = r"(?:aws: \[ERROR\]: |\w{1,40}(?:\.\w{1,40}){0,8}: )?"


def is_alone(pattern: str, message: Message) -> re.Match[str] | None:
    """The last line of a text, if it is just what *pattern* says, but for a client's prefix."""
    if not message.lines or len(message.lines[-1]) > _LONGEST_LINE:
        return None
    return re.fullmatch(_DRESSED + f"(?:{pattern})", message.lines[-1].strip())


_LONGEST_LINE: Final = 8192
"""Characters of a line that may be, as a whole, what Python says of an error."""


def short(text: str) -> str:
    """A text cut to what a row shows."""
    return text if len(text) <= 120 else text[:119] + "…"


def filled(words: str, name: str) -> str:
    """Words of a rule with the profile's name in them, or without one where *name* is empty."""
    if "{" not in words:
        return words
    shown = quoted(name) if name else "the profile"
    option = f" --profile {quoted(name)}" if name else ""
    called = f" {quoted(name)}" if name else ""
    return words.format(profile=shown, option=option, called=called)


def prepared(remedy: Remedy, name: str) -> Remedy:
    """A rule's remedy for one profile."""
    return remedy._replace(
        words=filled(remedy.words, name),
        profile=name if remedy.act else "",
        otherwise=prepared(remedy.otherwise, name) if remedy.otherwise else None,
    )
