"""What the terminal sends, as pieces that Textual's parser of keys can take.

A terminal sends any bytes: those of a paste in Latin-1, mouse reports of the old style, half a
sequence, or noise of a line. Textual decodes strictly, keeps a paste without bound, and waits for
its end for ever, with the keyboard dead. So awsttl decodes by itself, and takes pastes out.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

from awsttl.core.named_tuples import NamedTuple

MOST_PASTED: Final = 1_000_000
"""The most characters of one paste; the rest of it is left out."""
PASTE_PATIENCE: Final = 2.0
"""Seconds without a byte after which a paste is over, although its end never came."""
HELD: Final = 0.02
"""Seconds to wait for the rest of what may be the beginning of a paste."""
MOST_COLUMNS: Final = 2_000
MOST_LINES: Final = 1_000
"""The largest size that is drawn on: of a larger terminal only the left upper part is used."""

ANSWER_PATIENCE: Final = 0.5
"""Seconds to wait for the rest of an answer of the terminal, which is no key in any case."""

_ANSWER: Final = re.compile("\x1b\\]11;([0-9A-Za-z:/#]{0,64})(?:\x07|\x1b\\\\|\x9c|\ufffd)")
"""The terminal's background (OSC 11), with any of the ends that terminals give it."""
_HALF_AN_ANSWER: Final = re.compile("\x1b\\](?:1(?:1(?:;[0-9A-Za-z:/#]{0,64}\x1b?)?)?)?\\Z")
_BROKEN_ANSWER: Final = re.compile("\x1b\\]11;[0-9A-Za-z:/#]{0,64}")

_BEGIN: Final = "\x1b[200~"
_END: Final = "\x1b[201~"


class Pasted(NamedTuple):
    """What was pasted in one go."""

    text: str


class Answered(NamedTuple):
    """What the terminal says of its background's colour."""

    colour: str


Piece = str | Pasted | Answered


class Incoming:
    """Bytes, as they come, → pieces: text with keys, pastes, answers. It never fails.

    A byte that is not UTF-8 becomes U+FFFD. Times are in seconds, of any clock that only goes on.
    """

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._held = ""
        """The last characters, as long as they may be a part of a mark."""
        self._pasted: list[str] | None = None
        """The paste that is under way."""
        self._length = 0
        self._last = 0.0
        """When something came last."""

    def feed(self, data: bytes, now: float) -> list[Piece]:
        """The pieces that are complete with *data*, which came at *now*."""
        self._last = now
        text = self._held + self._decode(data)
        self._held = ""
        pieces: list[Piece] = []
        while text:
            mark = _BEGIN if self._pasted is None else _END
            before, found, text = text.partition(mark)
            if not found:
                self._held = self._half(before, mark)
                before = before[: len(before) - len(self._held)]
            if self._pasted is None:
                pieces += _keys_and_answers(before)
                if found:
                    self._pasted, self._length = [], 0
            else:
                self._take(before)
                if found:
                    pieces += self._finish()
        return pieces

    def tick(self, now: float) -> list[Piece]:
        """The pieces that are complete at *now*, when nothing came."""
        quiet = now - self._last
        if self._pasted is None and self._held and quiet >= self._patience_for_the_rest:
            held, self._held = self._held, ""
            # The beginning of an answer whose end never came is no key.
            return [] if held.startswith("\x1b]1") else [held]
        if self._pasted is not None and quiet >= PASTE_PATIENCE:
            self._held = ""
            return self._finish()
        return []

    @property
    def patience(self) -> float | None:
        """Seconds after which to call :meth:`tick` if nothing comes; ``None``: it has no need."""
        if self._pasted is not None:
            return PASTE_PATIENCE
        return self._patience_for_the_rest if self._held else None

    @property
    def _patience_for_the_rest(self) -> float:
        return ANSWER_PATIENCE if self._held.startswith("\x1b]") else HELD

    def _half(self, text: str, mark: str) -> str:
        """The end of *text* that may be the beginning of *mark*, or of an answer."""
        if self._pasted is None and (found := _HALF_AN_ANSWER.search(text)):
            return found[0]
        return _half_a_mark(text, mark)

    def _take(self, text: str) -> None:
        room = MOST_PASTED - self._length
        if room > 0 and self._pasted is not None:
            self._pasted.append(text[:room])
        self._length += len(text)

    def _finish(self) -> list[Piece]:
        text = "".join(self._pasted or ()).replace("\0", "")
        self._pasted, self._length = None, 0
        return [Pasted(text)]


def _half_a_mark(text: str, mark: str) -> str:
    """The end of *text* with which *mark* begins."""
    for length in range(min(len(mark) - 1, len(text)), 0, -1):
        if text.endswith(mark[:length]):
            return mark[:length]
    return ""


def _keys_and_answers(text: str) -> Iterator[str | Answered]:
    """Text outside of pastes: what the terminal answered is no key, nor is a part of that."""
    place = 0
    for found in _ANSWER.finditer(text):
        yield from _sequences(_BROKEN_ANSWER.sub("", text[place : found.start()]))
        yield Answered(found[1])
        place = found.end()
    yield from _sequences(_BROKEN_ANSWER.sub("", text[place:]))


def _sequences(text: str) -> Iterator[str]:
    """The text cut before each ESC: what a parser makes of one piece harms no other."""
    return filter(None, re.split("(?=\x1b)", text))


def is_sane(width: float, height: float) -> bool:
    """Whether a terminal may have that size, or a place on it that distance from its corner."""
    return 0 <= width <= MOST_COLUMNS and 0 <= height <= MOST_LINES


def is_text(characters: str | None) -> bool:
    """Whether a key's character can be written at all: half a surrogate pair cannot."""
    return characters is None or not any("\ud800" <= each <= "\udfff" for each in characters)
