"""The columns for a width, and text that is brought into lines of one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.settings import ColumnSet
from awsttl.core.view.layout import Wanted, cell_width, columns, fit_middle, wrapped

ARN = "arn:aws:sts::123456789012:assumed-role/Admin/me@example.com"
PATH = "~/.aws/cli/cache/25771663f68e1d9175d4ef25142df388d6383abf.json"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("short", 20, ["short"]),
        ("an MFA code is asked for", 14, ["an MFA code is", "asked for"]),
        ("x ****************0042  role", 20, ["x", "****************0042", "role"]),
        (f"role  {PATH}", 58, ["role  ~/.aws/cli/cache/", PATH.rpartition("/")[2]]),
        (f"in {PATH}", 40, ["in ~/.aws/cli/cache/", PATH[17:57], PATH[57:]]),
        (f"me {ARN}", 40, ["me arn:aws:sts::123456789012:", "assumed-role/Admin/me@example.com"]),
        (ARN, 30, ["arn:aws:sts::123456789012:", "assumed-role/Admin/", "me@example.com"]),
        ("x" * 45, 20, ["x" * 20, "x" * 20, "x" * 5]),
        ("→ " + "é" * 10, 8, ["→ " + "é" * 6, "éééé"]),
    ],
)  # fmt: skip
def test_lines_end_at_spaces_and_in_long_words_at_slashes_and_colons(
    text: str, width: int, lines: list[str]
) -> None:
    assert wrapped(text, width) == lines


@given(st.text(st.sampled_from("ab /:é漢"), max_size=80), st.integers(2, 30))
def test_nothing_is_lost_but_spaces_and_no_line_is_too_wide(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_width(line) <= width for line in lines)


def _widths(width: int, longest_needs: int) -> dict[str, int]:
    return {column.field: column.width for column in columns(width, Wanted(13, longest_needs))}


@pytest.mark.parametrize("longest", [0, 3, 7])
def test_renews_is_as_wide_as_any_single_need(longest: int) -> None:
    assert _widths(120, longest) == _widths(120, 7)
    assert _widths(120, longest)["renews"] == len("process")


def test_renews_has_room_for_two_needs_where_a_profile_may_have_them() -> None:
    longest = len("mfa+process")
    for width in (70, 120, 200):
        assert _widths(width, longest)["renews"] == longest


def _columns(width: int, longest_name: int) -> dict[str, int]:
    # Without any account known, a long name has no other order of columns.
    wanted = Wanted(longest_name, has_accounts=False)
    return {column.field: column.width for column in columns(width, wanted)}


class TestALongName:
    """It gets room before all that can be left out, except for when the session ends."""

    def test_grows_to_its_length_where_there_is_room(self) -> None:
        assert _columns(120, 20)["name"] == 20
        assert _columns(120, 5)["name"] == 13
        # The columns that fit beside 36 cells come first; what they leave is for the name.
        assert _columns(120, 90)["name"] == 44
        assert _columns(120, 90).keys() == _columns(120, 36).keys()
        assert _columns(250, 90)["name"] == 64

    @pytest.mark.parametrize("width", range(50, 74))
    def test_does_not_push_out_the_column_that_says_when_it_ends(self, width: int) -> None:
        found = _columns(width, 36)
        assert "ends" in found
        taken = 4 + sum(found.values()) + 2 * (len(found) - 1)
        assert taken == width

    @pytest.mark.parametrize("width", range(39, 50))
    def test_has_all_the_room_where_that_column_does_not_fit_anyway(self, width: int) -> None:
        found = _columns(width, 36)
        assert found == {"name": 13 + width - 39, "word": 10, "left": 8}

    @pytest.mark.parametrize("width", range(39))
    def test_keeps_its_least_width_in_the_narrowest_pane(self, width: int) -> None:
        assert _columns(width, 36) == {"name": 13, "word": 10, "left": 8}


@pytest.mark.parametrize("longest_name", [5, 13, 20, 36])
def test_columns_leave_in_order_of_use_and_what_is_there_fits(longest_name: int) -> None:
    order = ("ends", "renews", "meter", "source", "account", "role", "region")
    for width in range(39, 260):
        found = _columns(width, longest_name)
        optional = [name for name in order if name in found]
        assert optional == list(order[: len(optional)])
        assert 4 + sum(found.values()) + 2 * (len(found) - 1) <= width


class TestNames:
    def test_are_cut_in_the_middle_so_that_neighbours_stay_apart(self) -> None:
        names = ["acme-payments-prod-eu-west-1-admin", "acme-payments-prod-eu-west-1-audit"]
        cut = [fit_middle(name, 20) for name in names]
        assert cut == ["acme-payment…1-admin", "acme-payment…1-audit"]

    @pytest.mark.parametrize(
        ("name", "cut"),
        [
            ("acme-prod-Billing", "acme-…Billing"),
            ("acme-prod-ReadOnly", "acme…ReadOnly"),
            ("acme-prod-Administrator", "acme-p…trator"),
            ("DeveloperAccess-111122223333", "Develo…223333"),
        ],
    )
    def test_end_in_whole_words_where_these_take_about_half(self, name: str, cut: str) -> None:
        assert fit_middle(name, 13) == cut

    @given(st.text(max_size=40), st.integers(4, 30))
    def test_whatever_is_in_them_they_take_exactly_the_cells_that_there_are(
        self, name: str, width: int
    ) -> None:
        assert cell_width(fit_middle(name, width)) == width


def _fields(width: int, wanted: Wanted) -> list[str]:
    return [column.field for column in columns(width, wanted)]


class TestTheAccount:
    """It comes before UNTIL and the meter where it matters more."""

    @pytest.mark.parametrize(
        "wanted", [Wanted(40), Wanted(40, by_account=True), Wanted(13, by_account=True)]
    )
    @pytest.mark.parametrize("width", [70, 80, 90, 100])
    def test_has_its_place_beside_long_names_and_in_its_own_order(
        self, width: int, wanted: Wanted
    ) -> None:
        found = _fields(width, wanted)
        assert {"account", "renews"} <= set(found)
        assert ("meter" in found) <= ("ends" in found)

    def test_waits_for_its_turn_otherwise(self) -> None:
        for wanted in (Wanted(20), Wanted(40, has_accounts=False)):
            assert "account" not in _fields(100, wanted)
            assert "ends" in _fields(100, wanted)

    def test_gives_way_where_there_is_no_room_for_it(self) -> None:
        assert _fields(50, Wanted(13, by_account=True)) == ["name", "word", "left", "ends"]
        # A long name needs that room more than UNTIL does.
        assert _fields(50, Wanted(40)) == ["name", "word", "left"]
        assert columns(50, Wanted(40))[0].width == 24

    @pytest.mark.parametrize("width", range(70, 161, 10))
    def test_leaves_a_long_name_twenty_cells_at_least(self, width: int) -> None:
        assert columns(width, Wanted(60))[0].width >= 20


class TestTheSets:
    def test_of_time_say_when_and_what_comes_then(self) -> None:
        wanted = Wanted(60, chosen=ColumnSet.TIME)
        assert _fields(80, wanted) == ["name", "word", "left", "ends", "renews"]
        assert _fields(160, wanted) == ["name", "word", "left", "meter", "ends", "renews"]

    def test_of_identity_say_whose_it_is_and_the_name_as_a_whole(self) -> None:
        wanted = Wanted(60, chosen=ColumnSet.IDENTITY)
        assert _fields(80, wanted) == ["name", "word", "left", "account", "role"]
        wide = columns(160, wanted)
        assert [column.field for column in wide[3:]] == ["source", "account", "role", "region"]
        assert wide[0].width == 60

    def test_that_somebody_lists_come_in_that_order_behind_the_three(self) -> None:
        wanted = Wanted(13, chosen=("role", "state", "until", "needs-you", "role"))
        assert _fields(120, wanted) == ["name", "word", "left", "role", "ends", "needs_you"]
        # In a narrow pane the last of them go first.
        assert _fields(70, wanted) == ["name", "word", "left", "role", "ends"]

    @pytest.mark.parametrize(
        "chosen", [*ColumnSet, ("meter",), ("region", "account"), ("profile",)]
    )
    @pytest.mark.parametrize("longest", [5, 30, 80])
    def test_fit_in_every_pane(self, chosen: ColumnSet | tuple[str, ...], longest: int) -> None:
        for width in range(39, 220):
            found = columns(width, Wanted(longest, chosen=chosen))
            assert 4 + sum(each.width for each in found) + 2 * (len(found) - 1) <= width
