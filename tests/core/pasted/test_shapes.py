"""Two hundred and more texts as people copy them: each is understood whole, or refused."""

from __future__ import annotations

import pytest

from awsttl.core.pasted.reading import read
from support.pasted_shapes import Shape, shapes

SHAPES = shapes()
WHOLE = [shape for shape in SHAPES if shape.outcome in ("temporary", "long-term")]
REFUSED = [shape for shape in SHAPES if shape not in WHOLE]


def _title(shape: Shape) -> str:
    return shape.title


def test_there_are_many_and_each_once() -> None:
    assert len({shape.title for shape in SHAPES}) == len(SHAPES) >= 250


@pytest.mark.parametrize("shape", WHOLE, ids=_title)
def test_a_session_is_understood_exactly(shape: Shape) -> None:
    reading = read(shape.text)
    assert reading.problem is None
    (found,) = reading.sessions
    token = found.session_token.reveal() if found.session_token else None
    assert (found.access_key_id, found.secret_access_key.reveal(), token) == shape.made.values
    assert found.expires_at == shape.expires_at
    assert found.region == shape.says.get("region", "")
    assert found.profile == shape.says.get("profile", "")
    assert reading.is_credentials


@pytest.mark.parametrize("shape", REFUSED, ids=_title)
def test_what_is_no_session_is_refused_with_the_reason(shape: Shape) -> None:
    reading = read(shape.text)
    assert reading.session is None
    assert reading.problem is not None
    assert reading.problem.code == shape.outcome
    assert reading.problem.fix.words
    assert len(reading.sessions) == (2 if shape.outcome == "two-sessions" else 0)
    said = repr(reading)
    assert shape.made.secret[:12] not in said
    assert "IQoJb3J" not in said
