"""Long names in few cells: no two of them look alike, as long as there is any room for that."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.view.layout import cell_width, fit_middle
from awsttl.core.view.names import told_apart

STAGES = ("production", "staging", "development", "prod")
NAMES = [
    f"acme-platform-{stage}-eu-west-{region}-{role}"
    for stage, region, role in itertools.product(STAGES, (1, 2), ("administrator", "readonly"))
]


def _cut(names: list[str], width: int) -> list[str]:
    """What a table of that width shows of these names."""
    apart = told_apart(names, width)
    return [apart.get(name) or fit_middle(name, width) for name in names]


class TestNamesThatDifferInTheMiddle:
    @pytest.mark.parametrize("width", range(13, 40))
    def test_are_told_apart_in_every_width_of_the_column(self, width: int) -> None:
        cut = _cut(NAMES, width)
        assert len(set(cut)) == len(NAMES)
        assert {cell_width(text) for text in cut} == {width}

    def test_keep_the_word_in_which_they_differ(self) -> None:
        names = [f"acme-platform-{stage}-eu-west-1-admin" for stage in ("production", "staging")]
        assert _cut(names, 20) == ["acme-…production…min", "acme-pl…staging…dmin"]

    def test_are_told_apart_however_many_there_are(self) -> None:
        names = [f"organisation-{number:04d}-administrator" for number in range(1000, 1400, 7)]
        cut = _cut(names, 16)
        assert len(set(cut)) == len(names)
        assert cut[0] == "organi…1000…ator"


class TestOtherNames:
    def test_are_cut_as_they_always_were(self) -> None:
        names = [
            "short",
            "acme-payments-prod-eu-west-1-admin",
            "acme-payments-prod-eu-west-1-audit",
        ]
        assert told_apart(names, 20) == {}

    def test_are_not_changed_by_twins_beside_them(self) -> None:
        other = "somebody-elses-very-long-profile-name"
        assert other not in told_apart([*NAMES, other], 20)


words = st.lists(st.sampled_from(["a", "aa", "b", "prod", "漢字", "é", "\x07"]), max_size=14)
names = words.map("-".join)


@given(names, names, st.integers(13, 36))
def test_any_two_names_are_told_apart(one: str, other: str, width: int) -> None:
    if one.replace("\x07", "") == other.replace("\x07", ""):
        return
    first, second = _cut([one, other], width)
    assert cell_width(first) == cell_width(second) == width
    assert first != second


@given(st.lists(names, unique=True, max_size=30), st.integers(4, 36))
def test_whatever_the_names_are_they_take_the_cells_that_there_are(
    several: list[str], width: int
) -> None:
    assert {cell_width(text) for text in _cut(several, width)} <= {width}
