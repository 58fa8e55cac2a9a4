"""A text that must not be seen by accident: keys, tokens, passwords."""

from __future__ import annotations


class Secret:
    """A text that must not be seen by accident.

    ``repr``, ``str`` and ``format`` hide it and pickling is refused, so it cannot leak through a
    log line, a traceback with local variables or a test's diff. Only :meth:`reveal` gives the text,
    and its calls are easy to search for. (One pipe may carry it: ``engine/prefetch.py``.)
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself. Call it only where a key asked for exactly that."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(•••)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not to be pickled")
