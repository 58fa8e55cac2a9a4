"""No text on the screen is ever untrue, and each says until when it will be true."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core import countdown
from awsttl.core.countdown import BEAT, DAY, HOUR, MINUTE, Timed
from awsttl.core.model import (
    FOREVER,
    Environment,
    Hop,
    Kind,
    Link,
    Profile,
    Renewal,
    Session,
    State,
    Status,
)
from awsttl.core.remedies import Problem, Remedy

NOW: Final = 1_795_208_400.0  # Fri 2026-11-20 21:00:00 UTC

instants = st.one_of(
    st.integers(int(NOW) - 400 * DAY, int(NOW) + 400 * DAY),
    st.integers(int(NOW) - 2 * HOUR, int(NOW) + 2 * HOUR),
).map(float)
"""Expiries are whole seconds: `timestamps.parse` drops the rest."""
nows = st.one_of(
    st.just(NOW),
    st.integers(0, 2 * HOUR * 1000).map(lambda ms: NOW + ms / 1000),
    st.floats(NOW, NOW + DAY),
)

Text = Callable[[float, float], Timed]
TICKING: Final[list[Text]] = [countdown.left, countdown.ago, countdown.coarse, countdown.meter]


def _just_before(instant: float) -> float:
    return math.nextafter(instant, -math.inf)


class TestAnyText:
    """The screen sleeps until a text's `until`. That is right only if both of these hold."""

    @pytest.mark.parametrize("text", [*TICKING, countdown.clock_time])
    def test_stays_the_same_until_it_says(self, text: Text) -> None:
        @given(instants, nows, st.floats(0, 1))
        def stays(instant: float, now: float, part: float) -> None:
            if text is countdown.ago and now < instant:
                return
            timed = text(instant, now)
            assert timed.until > now
            last = _just_before(timed.until) if timed.until < FOREVER else now + 400 * DAY
            for later in (last, now + part * (last - now)):
                assert text(instant, later).text == timed.text

        stays()

    @pytest.mark.parametrize("text", TICKING)
    def test_changes_when_it_says(self, text: Text) -> None:
        @given(instants, nows)
        def changes(instant: float, now: float) -> None:
            if text is countdown.ago and now < instant:
                return
            timed = text(instant, now)
            if timed.until < FOREVER:
                assert text(instant, timed.until).text != timed.text

        changes()


class TestLeft:
    @pytest.mark.parametrize(
        ("seconds", "text"),
        [
            (1, "0:01"),
            (59, "0:59"),
            (60, "1:00"),
            (47 * 60 + 12, "47:12"),
            (HOUR - 1, "59:59"),
            (HOUR, "1h 00m"),
            (HOUR + 59, "1h 00m"),
            (7 * HOUR + 12 * MINUTE, "7h 12m"),
            (DAY - 1, "23h 59m"),
            (DAY, "1d 00h"),
            (3 * DAY + 4 * HOUR, "3d 04h"),
            (0, "just now"),
            (-40, "just now"),
            (-60, "1m ago"),
            (-12 * MINUTE - 40, "12m ago"),
            (-HOUR, "1h ago"),
            (-47 * HOUR, "47h ago"),
            (-2 * DAY, "2d ago"),
            (-99 * DAY, "99d ago"),
            (-100 * DAY, "3mo ago"),
            (-400 * DAY, "13mo ago"),
        ],
    )
    def test_in_words(self, seconds: int, text: str) -> None:
        assert countdown.left(NOW, NOW - seconds).text == text

    @given(instants, st.floats(0.0001, 3 * DAY))
    def test_never_shows_a_minute_that_is_not_there(self, instant: float, remaining: float) -> None:
        """leapp#174 and awsume#91 did."""
        now = instant - remaining
        shown = _seconds(countdown.left(instant, now).text)
        left = instant - now
        unit, early = (1, 0) if left <= HOUR - 1 else (MINUTE, BEAT) if left < DAY else (HOUR, BEAT)
        # Up to the unit's end: rounded up to the second, and then cut to the unit.
        assert shown - 1 < left < shown + unit + early

    @given(instants, instants, nows)
    def test_what_counts_in_minutes_changes_together(
        self, one: float, other: float, now: float
    ) -> None:
        moments = {
            timed.until % BEAT
            for timed in (countdown.left(each, now) for each in (one, other))
            if timed.text.endswith(("m", "ago")) and timed.text != "1h 00m"
        }
        assert len(moments) <= 1

    @given(instants)
    def test_reaches_zero_and_expired_in_one_moment(self, instant: float) -> None:
        assert countdown.left(instant, _just_before(instant)).text == "0:01"
        assert countdown.left(instant, instant).text == "just now"


def _seconds(text: str) -> int:
    if ":" in text:
        minutes, seconds = text.split(":")
        return int(minutes) * 60 + int(seconds)
    units = {"d": DAY, "h": HOUR, "m": MINUTE}
    return sum(int(part[:-1]) * units[part[-1]] for part in text.split())


class TestCoarse:
    @pytest.mark.parametrize(
        ("seconds", "text"),
        [(0.5, "<1m"), (59, "<1m"), (60, "1m"), (41 * 60, "41m"), (HOUR, "1h"),
         (6.9 * HOUR, "6h"), (DAY, "1d"), (89 * DAY, "89d"), (0, "expired"), (-9, "expired")],
    )  # fmt: skip
    def test_in_words(self, seconds: float, text: str) -> None:
        assert countdown.coarse(NOW, NOW - seconds).text == text


class TestMeter:
    @pytest.mark.parametrize(
        ("seconds", "halves"),
        [(-1, 0), (0, 0), (1, 1), (150, 1), (151, 2), (900, 6), (HOUR - 150, 23),
         (HOUR - 149, 24), (HOUR, 24), (DAY, 24)],
    )  # fmt: skip
    def test_is_an_hour_in_half_cells(self, seconds: int, halves: int) -> None:
        assert countdown.meter(NOW, NOW - seconds).text == str(halves)

    @pytest.mark.parametrize("margin", [300, 900])
    def test_has_the_reuse_point_on_a_border_of_cells(self, margin: int) -> None:
        at_reuse_point = int(countdown.meter(NOW, NOW - margin).text)
        assert at_reuse_point == 2 * countdown.meter_mark(NOW, NOW - margin)

    def test_has_no_mark_without_a_reuse_point(self) -> None:
        assert countdown.meter_mark(NOW, None) == -1

    @given(instants, nows, st.integers(1, 40))
    def test_is_never_longer_than_it_can_be(self, instant: float, now: float, cells: int) -> None:
        assert 0 <= int(countdown.meter(instant, now, cells).text) <= 2 * cells


class TestClockTime:
    @pytest.mark.parametrize(
        ("ahead", "text"),
        [
            (timedelta(minutes=51), "21:51"),
            (timedelta(hours=3), "Sat 00:00"),
            (timedelta(days=6, hours=2), "Thu 23:00"),
            (timedelta(days=6, hours=3), "27 Nov"),
            (timedelta(days=-6), "Sat 21:00"),
            (timedelta(days=-7), "13 Nov"),
            (timedelta(days=60), "Jan 2027"),
        ],
    )
    def test_in_words(self, ahead: timedelta, text: str) -> None:
        assert countdown.clock_time(NOW + ahead.total_seconds(), NOW).text == text

    def test_is_local(self, timezone: Callable[[str], None]) -> None:
        timezone("Asia/Kolkata")
        assert countdown.clock_time(NOW + HOUR, NOW).text == "03:30"

    @pytest.mark.parametrize("instant", [1e300, -1e300, math.inf])
    def test_beyond_the_calendar_is_a_dash(self, instant: float) -> None:
        assert countdown.clock_time(instant, NOW) == Timed("—", FOREVER)

    @pytest.mark.parametrize(
        ("zone", "day"),
        [
            ("Europe/Berlin", datetime(2026, 3, 29, tzinfo=UTC)),
            ("Europe/Berlin", datetime(2026, 10, 25, tzinfo=UTC)),
            ("America/New_York", datetime(2026, 11, 1, tzinfo=UTC)),
            ("Australia/Lord_Howe", datetime(2026, 10, 3, tzinfo=UTC)),  # half an hour
            ("Africa/Cairo", datetime(2026, 4, 24, tzinfo=UTC)),  # there is no midnight
            ("America/Santiago", datetime(2026, 9, 6, tzinfo=UTC)),  # nor here
            ("America/Havana", datetime(2026, 11, 1, tzinfo=UTC)),  # midnight comes twice
        ],
    )
    def test_is_true_on_days_when_clocks_change(
        self, timezone: Callable[[str], None], zone: str, day: datetime
    ) -> None:
        timezone(zone)
        there = ZoneInfo(zone)

        @given(st.integers(-36 * 60, 36 * 60), st.integers(-8 * 1440, 8 * 1440))
        def true_until_it_says(now_minutes: int, ahead_minutes: int) -> None:
            now = day.timestamp() + now_minutes * 60
            instant = now + ahead_minutes * 60
            shown = countdown.clock_time(instant, now)
            then = datetime.fromtimestamp(instant, there)
            days = abs((then.date() - datetime.fromtimestamp(now, there).date()).days)
            form = "%H:%M" if days == 0 else "%a %H:%M" if days <= 6 else "%-d %b"
            assert shown.text == then.strftime(form)
            assert now < shown.until <= now + 25 * HOUR
            assert countdown.clock_time(instant, _just_before(shown.until)).text == shown.text
            assert time.localtime(shown.until)[:3] != time.localtime(now)[:3]

        true_until_it_says()


def _status(
    session: Session | None = None,
    kind: Kind = Kind.ROLE,
    hops: tuple[Hop, ...] = (),
    problems: tuple[Problem, ...] = (),
) -> Status:
    link = Link("it", kind, Renewal.SILENT)
    return Status(Profile("it", kind, (link,)), session, hops or (Hop(link),), problems=problems)


def _sso(token: Hop | None) -> Status:
    role = Hop(Link("it", Kind.SSO, Renewal.SILENT))
    sign_in = token or Hop(Link("corp", Kind.SSO, Renewal.SIGN_IN, is_profile=False))
    return _status(kind=Kind.SSO, hops=(role, sign_in))


def _token(expires_at: float, usable_until: float | None = None) -> Hop:
    link = Link("corp", Kind.SSO, Renewal.SIGN_IN, is_profile=False)
    return Hop(link, None, expires_at, usable_until or expires_at)


class TestStanding:
    def test_expired_comes_at_the_very_instant(self) -> None:
        status = _status(Session(NOW, NOW - 900))
        assert countdown.standing(status, _just_before(NOW)) == (State.EXPIRING, NOW)
        assert countdown.standing(status, NOW) == (State.EXPIRED, FOREVER)

    def test_expiring_comes_at_the_reuse_point(self) -> None:
        status = _status(Session(NOW, NOW - 900))
        assert countdown.standing(status, NOW - 900.001, 0) == (State.VALID, NOW - 900)
        assert countdown.standing(status, NOW - 900, 0) == (State.EXPIRING, NOW)

    def test_or_at_the_persons_threshold_where_that_is_earlier(self) -> None:
        status = _status(Session(NOW, NOW - 900))
        assert countdown.standing(status, NOW - 1801, 1800) == (State.VALID, NOW - 1800)
        assert countdown.standing(status, NOW - 1800, 1800) == (State.EXPIRING, NOW)

    @given(instants, nows, st.sampled_from([None, 300.0, 900.0]), st.integers(0, 7200))
    def test_holds_until_it_says(
        self, expires_at: float, now: float, margin: float | None, threshold: int
    ) -> None:
        reuse_until = None if margin is None else expires_at - margin
        status = _status(Session(expires_at, reuse_until))
        state, until = countdown.standing(status, now, threshold)
        assert until > now
        if until < FOREVER:
            assert countdown.standing(status, _just_before(until), threshold).state is state
            assert countdown.standing(status, until, threshold).state is not state
        else:
            assert state is State.EXPIRED

    def test_of_what_has_no_end(self) -> None:
        assert countdown.standing(_status(Session(None)), NOW).state is State.UNKNOWN
        assert countdown.standing(_status(kind=Kind.LONG_TERM), NOW).state is State.LONG_TERM
        assert countdown.standing(_status(), NOW).state is State.NONE

    def test_of_what_is_broken_whatever_its_session(self) -> None:
        fault = Problem("x", "x", Remedy("x"), blocks=True)
        status = _status(Session(NOW + HOUR), problems=(fault,))
        assert countdown.standing(status, NOW) == (State.BROKEN, FOREVER)

    def test_of_what_is_merely_remarked_on(self) -> None:
        status = _status(Session(NOW + HOUR), problems=(Problem("x", "x", Remedy("x")),))
        assert countdown.standing(status, NOW).state is State.VALID

    def test_of_sso_without_a_session_ends_with_its_sign_in(self) -> None:
        """What is called "no session yet" the CLI gets by itself; with a dead token it cannot."""
        status = _sso(_token(NOW))
        assert countdown.standing(status, _just_before(NOW)) == (State.NONE, NOW)
        assert countdown.standing(status, NOW) == (State.EXPIRED, FOREVER)
        assert countdown.lapsed_at(status) == NOW

    def test_of_sso_that_refreshes_ends_with_its_registration(self) -> None:
        status = _sso(_token(NOW, NOW + DAY))
        assert countdown.standing(status, NOW) == (State.NONE, NOW + DAY)

    def test_of_sso_never_signed_in_is_none_yet(self) -> None:
        assert countdown.standing(_sso(None), NOW).state is State.NONE
        assert countdown.lapsed_at(_sso(None)) is None


class TestTheEnvironmentsStanding:
    @pytest.mark.parametrize(
        ("environment", "state"),
        [
            (Environment(Kind.TEMPORARY, (), NOW + HOUR), State.VALID),
            (Environment(Kind.TEMPORARY, (), NOW + 60), State.EXPIRING),
            (Environment(Kind.TEMPORARY, (), NOW), State.EXPIRED),
            (Environment(Kind.TEMPORARY, ()), State.UNKNOWN),
            (Environment(Kind.LONG_TERM, ()), State.LONG_TERM),
            (Environment(Kind.WEB_IDENTITY, ()), State.NONE),
            (
                Environment(
                    Kind.INCOMPLETE, (), problems=(Problem("x", "x", Remedy("x"), blocks=True),)
                ),
                State.BROKEN,
            ),
        ],
    )
    def test_by_its_kind(self, environment: Environment, state: State) -> None:
        assert countdown.environment_standing(environment, NOW).state is state


class TestRenewal:
    def test_says_when_it_changes(self) -> None:
        status = _sso(_token(NOW))
        assert countdown.needs(status, NOW - 1) == ((Renewal.SILENT,), NOW)
        assert countdown.needs(status, NOW) == ((Renewal.SIGN_IN,), FOREVER)

    @given(st.lists(instants | st.just(FOREVER)), nows)
    def test_the_earliest_is_of_what_lies_ahead(self, moments: list[float], now: float) -> None:
        found = countdown.earliest(moments, now)
        assert found > now
        assert not any(now < moment < found for moment in moments)
