"""Which rows need somebody: one answer for the order, the row, the list and the JSON."""

from __future__ import annotations

import json
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core import countdown, needing
from awsttl.core.files import CacheEntry, Files, IniFile, Shape
from awsttl.core.model import Environment, Kind, Snapshot, State, Status
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.view import details, listing, rows
from awsttl.core.view.arrangement import arrange
from awsttl.core.view.ranking import View
from support.home import Home, role_file
from support.looking import look
from support.odd import config_text, hidden
from support.renewing import BASE, DEVICE, LEGACY, role

NOW: Final = 1_795_208_400.0
HOUR: Final = 3600.0

PROFILES: Final = {
    "base": BASE,
    "dev": role(),
    "with-mfa": role(number=1, mfa_serial=DEVICE),
    "behind-mfa": role("with-mfa", 2),
    "sso": LEGACY,
    "pasted": BASE | {"aws_session_token": "token"},
    "behind-pasted": role("pasted", 3) | {"role_session_name": "x"},
    "process": {"credential_process": "/bin/true"},
    "behind-process": role("process", 4),
    "broken": role("nobody", 5),
    "settings": {"region": "eu-west-1"},
}


def _statuses(home: Home, *, ends: float | None = None) -> dict[str, Status]:
    """The profiles above, their roles cached until *ends*."""
    home.config(config_text(PROFILES))
    for name in ("dev", "with-mfa", "behind-mfa", "behind-pasted", "behind-process"):
        if ends is not None:
            home.cli_cache(PROFILES[name], expires_at=ends)
    return {status.name: status for status in look(home).profiles}


def _seen(ends: float) -> Snapshot:
    """The profiles above as a snapshot, made without a disk; every second role is cached."""
    cached = {
        file: CacheEntry(f"/c/{file}", Shape.ROLE, expires_at=ends)
        for name in ("dev", "with-mfa", "behind-process")
        for file in (role_file(PROFILES[name]),)
    }
    return snapshot(Files(IniFile("config", hidden(PROFILES)), IniFile("credentials"), cached))


def _need(status: Status, now: float = NOW, keep: tuple[str, ...] = ()) -> bool:
    return needing.need(status, countdown.standing(status, now).state, now, keep).is_there


class TestOfAProfile:
    def test_without_a_session_what_its_next_one_asks_decides(self, home: Home) -> None:
        found = {name for name, status in _statuses(home).items() if _need(status)}
        assert found == {"with-mfa", "behind-mfa", "sso", "broken"}

    def test_with_a_living_session_nobody_is_needed_whatever_the_next_one_asks(
        self, home: Home
    ) -> None:
        statuses = _statuses(home, ends=NOW + HOUR)
        assert not _need(statuses["with-mfa"])
        # From the reuse point on the AWS CLI asks at the next use.
        assert _need(statuses["with-mfa"], NOW + HOUR - 900)
        assert not _need(statuses["dev"], NOW + HOUR - 900)

    def test_a_session_behind_it_that_can_be_reused_spares_the_code(self, home: Home) -> None:
        home.config(config_text(PROFILES))
        home.cli_cache(PROFILES["with-mfa"], expires_at=NOW + HOUR)
        status = look(home).status("behind-mfa")
        assert status is not None
        found = needing.need(status, State.NONE, NOW)
        assert found == needing.Need(is_there=False, until=NOW + HOUR - 900)
        assert _need(status, NOW + HOUR - 900)

    def test_a_kept_one_needs_somebody_when_it_should_have_been_renewed(self, home: Home) -> None:
        dev = _statuses(home, ends=NOW + HOUR)["dev"]
        keep = ("dev",)
        assert not _need(dev, NOW + HOUR - 901, keep)
        assert _need(dev, NOW + HOUR - 900, keep)
        assert not _need(dev, NOW + HOUR - 900)
        # A longer threshold makes it expiring before: keeping has not failed by then.
        found = needing.need(dev, State.EXPIRING, NOW, keep)
        assert found == needing.Need(is_there=False, until=NOW + HOUR - 900)

    def test_a_kept_quarter_of_an_hour_is_not_late_though_it_is_past_its_reuse_point(
        self, home: Home
    ) -> None:
        made = NOW - 200
        dev = _statuses(home, ends=made + 900)["dev"]
        session = dev.session
        assert session is not None
        assert session.entry is not None
        entry = session.entry._replace(written_at=made)
        dev = dev._replace(session=session._replace(entry=entry))
        # It gets the next one five minutes after it was made; a minute later that is overdue.
        assert not _need(dev, made + 359, ("dev",))
        assert _need(dev, made + 360, ("dev",))

    def test_what_can_never_be_kept_is_not_late(self, home: Home) -> None:
        assert not _need(_statuses(home)["process"], NOW, ("process",))

    def test_what_lives_says_whether_its_end_will_need_somebody(self, home: Home) -> None:
        statuses = _statuses(home, ends=NOW + HOUR)
        found = {name for name, status in statuses.items() if needing.needs_at_its_end(status)}
        # The session behind it ends in the same moment, and is no longer reused.
        assert found == {"with-mfa", "behind-mfa"}
        arrangement = arrange(look(home), View(), NOW)
        assert arrangement.next is not None
        assert arrangement.next.expires_at == NOW + HOUR


class TestOfTheEnvironment:
    @pytest.mark.parametrize("seconds", [-1, 60, 2 * HOUR])
    def test_needs_somebody_as_soon_as_it_is_ending(self, seconds: float) -> None:
        environment = Environment(Kind.TEMPORARY, ("AWS_SESSION_TOKEN",), NOW + seconds)
        assert rows.row(environment, NOW).needs_you == (seconds < HOUR)


class TestOneAnswer:
    @given(
        st.integers(-14, 14).map(lambda hours: NOW + hours * HOUR / 2),
        st.frozensets(st.sampled_from(sorted(PROFILES)), max_size=3),
        st.sampled_from([0.0, 900.0, 4 * HOUR]),
    )
    def test_the_order_the_rows_and_the_counts_agree(
        self, ends: float, keep: frozenset[str], threshold: float
    ) -> None:
        seen = _seen(ends)
        view = View(threshold=threshold, keep=keep)
        arrangement = arrange(seen, view, NOW)
        found = [rows.row(item, NOW, threshold, keep) for item in arrangement.items]
        flags = [row.needs_you for row in found]
        assert flags == sorted(flags, reverse=True), "those that need somebody stand first"
        assert arrangement.needing == sum(flags)
        assert arrangement.fine == len(flags) - sum(flags)
        alone = arrange(seen, view._replace(only_needing=True), NOW)
        assert alone.keys == arrangement.keys[: sum(flags)]
        assert (alone.needing, alone.fine) == (arrangement.needing, arrangement.fine)
        for row, item in zip(found, arrangement.items, strict=True):
            assert (row.tone == "expired") <= row.needs_you, "red needs somebody"
            page = details.page(item, NOW, str, threshold, (), keep)
            assert page.tone == row.tone

    @given(
        st.integers(-14, 14).map(lambda hours: NOW + hours * HOUR / 2),
        st.frozensets(st.sampled_from(sorted(PROFILES)), max_size=3),
    )
    def test_the_json_and_the_list_say_it_too(self, ends: float, keep: frozenset[str]) -> None:
        seen = _seen(ends)
        told = json.loads("\n".join(listing.json_lines(seen, NOW, str, keep)))["profiles"]
        found = {each["profile"] for each in told if each["needs_you"]}
        arrangement = arrange(seen, View(keep=keep, only_needing=True), NOW)
        assert {key.removeprefix("profile ") for key in arrangement.keys} == found
        table = listing.as_table(
            seen, NOW, 160, columns=["profile", "needs-you"], nothing="", keep=keep
        )
        lines = [line.split() for line in table.splitlines()[1:]]
        assert {name for name, answer in lines if answer == "yes"} == found
