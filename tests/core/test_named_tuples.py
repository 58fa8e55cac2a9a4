"""Named tuples that are made quickly are those of ``typing``."""

from __future__ import annotations

import pickle
import typing

import pytest

from awsttl.core import named_tuples


class Ours(named_tuples.NamedTuple):
    """What it is."""

    name: str
    ends: float | None = None
    words: tuple[str, ...] = ()

    @property
    def first(self) -> str:
        """A property."""
        return self.words[0] if self.words else self.name


class Theirs(typing.NamedTuple):
    """What it is."""

    name: str
    ends: float | None = None
    words: tuple[str, ...] = ()

    @property
    def first(self) -> str:
        """A property."""
        return self.words[0] if self.words else self.name


class TestANamedTuple:
    def test_has_the_fields_defaults_and_words_of_typings(self) -> None:
        assert Ours._fields == Theirs._fields
        assert Ours._field_defaults == Theirs._field_defaults
        assert Ours.__match_args__ == Theirs.__match_args__
        assert Ours.__doc__ == Theirs.__doc__
        assert (Ours.__module__, Ours.__qualname__) == (__name__, "Ours")
        assert typing.get_type_hints(Ours) == typing.get_type_hints(Theirs)

    def test_is_a_tuple_of_its_fields(self) -> None:
        made = Ours("a", words=("b", "c"))
        assert tuple(made) == tuple(Theirs("a", words=("b", "c"))) == ("a", None, ("b", "c"))
        assert isinstance(made, tuple)
        assert (made.first, made._replace(words=()).first) == ("b", "a")
        assert repr(made) == repr(Theirs("a", words=("b", "c"))).replace("Theirs", "Ours")

    def test_survives_a_pickle_with_its_type(self) -> None:
        again = pickle.loads(pickle.dumps(Ours("a", 1.0)))
        assert again == ("a", 1.0, ())
        assert type(again) is Ours

    def test_takes_no_other_fields(self) -> None:
        made: typing.Any = Ours("a")
        with pytest.raises(AttributeError):
            made.other = 1
        with pytest.raises(TypeError):
            typing.cast("typing.Any", Ours)(other=1)
