"""The next twelve hours: which sessions stand there, in which order, and how they are drawn."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.countdown import HOUR, THRESHOLD
from awsttl.core.files import CacheEntry, Files, IniFile, Shape
from awsttl.core.model import FOREVER, Status
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.view.ahead import (
    ON,
    SPAN,
    TURN,
    Life,
    Lives,
    Scale,
    hours,
    line,
    lives,
)
from support.home import START_URL, role_file, sso_role_file, token_file
from support.odd import hidden
from support.renewing import BASE, DEVICE, LEGACY, role
from support.wire import iso

NOW: Final = 1_795_208_400.0
"""Friday 20 November 2026, 21:00 UTC."""

PROFILES: Final = {
    "base": BASE,
    "auto": role(),
    "code": role(number=1, mfa_serial=DEVICE),
    "behind-code": role("code", 2),
    "sso": LEGACY,
    "broken": role("nobody", 5),
}


def seen(
    ends: dict[str, float], sign_in: float | None = None, pasted: float | None = None
) -> list[Status]:
    """The profiles above; *ends*: the ends of their cached sessions."""
    config = dict(PROFILES)
    if pasted is not None:
        config["pasted"] = BASE | {"aws_session_token": "t", "aws_expiration": iso(pasted)}
    cached = {}
    for name, instant in ends.items():
        is_sso = name == "sso"
        file = (sso_role_file if is_sso else role_file)(config[name])
        shape = Shape.SSO_ROLE if is_sso else Shape.ROLE
        cached[file] = CacheEntry(f"/c/{file}", shape, expires_at=instant)
    token = token_file(START_URL)
    tokens = {token: CacheEntry(token, Shape.SSO_TOKEN, expires_at=sign_in)} if sign_in else {}
    files = Files(IniFile("config", hidden(config)), IniFile("credentials"), cached, tokens)
    return list(snapshot(files).profiles)


def ahead(
    ends: dict[str, float], sign_in: float | None = None, pasted: float | None = None
) -> Lives:
    return lives(seen(ends, sign_in, pasted), NOW)


def only(found: Lives) -> Life:
    (life,) = found.lives
    return life


def drawn(life: Life, width: int = 48, now: float = NOW) -> str:
    scale = Scale.of(now, width)
    return "".join(text for text, _ in line(life, scale, {hour.x for hour in hours(scale)}))


class TestWhoIsThere:
    def test_what_needs_nobody_stands_last_and_has_no_end(self) -> None:
        found = ahead({"auto": NOW + HOUR, "code": NOW + 5 * HOUR}, pasted=NOW + 2 * HOUR)
        assert [life.name for life in found.lives] == ["pasted", "code", "auto"]
        assert found.lives[-1].needed_at == FOREVER
        assert [life.asks for life in found.lives] == ["paste", "mfa", ""]

    def test_what_has_ended_never_ends_or_is_broken_is_not_there(self) -> None:
        assert ahead({"auto": NOW, "code": NOW - 1, "broken": NOW + HOUR}) == Lives()

    def test_a_session_needs_nobody_until_its_sign_in_ends(self) -> None:
        life = only(ahead({"sso": NOW + HOUR}, sign_in=NOW + 6 * HOUR))
        assert (life.ends, life.alone_until) == (NOW + HOUR, NOW + 6 * HOUR)
        assert (life.needed_at, life.asks) == (NOW + 6 * HOUR, "sign-in")

    def test_a_sign_in_without_a_session_has_a_line_of_its_own(self) -> None:
        life = only(ahead({}, sign_in=NOW + 6 * HOUR))
        assert (life.name, life.needed_at, life.asks) == ("sso corp", NOW + 6 * HOUR, "sign-in")
        assert drawn(life).startswith("────────────────────────")
        assert len(drawn(life)) == 48
        assert ahead({}, sign_in=NOW - 1) == Lives()

    def test_a_session_that_outlives_its_sign_in_lives_to_its_own_end(self) -> None:
        life = only(ahead({"sso": NOW + 8 * HOUR}, sign_in=NOW + HOUR))
        assert (life.alone_until, life.needed_at) == (NOW + HOUR, NOW + 8 * HOUR)
        assert life.asks == "sign-in"

    def test_a_role_behind_one_that_asks_for_a_code_needs_nobody_while_that_can_be_reused(
        self,
    ) -> None:
        ends = {"behind-code": NOW + 600, "code": NOW + 4 * HOUR}
        behind = next(life for life in ahead(ends).lives if life.name == "behind-code")
        assert behind.alone_until == NOW + 4 * HOUR - THRESHOLD  # its reuse point
        assert behind.asks == "mfa"

    def test_a_code_that_is_asked_for_already_is_no_turn(self) -> None:
        assert only(ahead({"code": NOW + HOUR})).alone_until == 0

    def test_kept_profiles_are_judged_as_in_the_table(self) -> None:
        statuses = seen({"auto": NOW + 60})
        assert only(lives(statuses, NOW)).tone == "valid"
        assert only(lives(statuses, NOW, keep={"auto"})).tone == "expiring"

    @given(
        ends=st.floats(1, 50 * HOUR),
        sign_in=st.floats(1, 50 * HOUR),
        later=st.floats(0, 1, exclude_max=True),
    )
    def test_it_says_the_same_until_the_instant_that_it_names(
        self, ends: float, sign_in: float, later: float
    ) -> None:
        statuses = seen({"sso": NOW + ends, "auto": NOW + ends / 2}, NOW + sign_in)
        found = lives(statuses, NOW)
        instant = NOW + (min(found.until, NOW + 60 * HOUR) - NOW) * later
        if instant < found.until:
            assert lives(statuses, instant).lives == found.lives


instants = st.one_of(
    st.just(FOREVER), st.floats(1, 2.0 * SPAN), st.sampled_from([1.0, SPAN - 1.0, SPAN + 0.0])
)


def a_life(ends: float, alone: float) -> Life:
    """One that ends in *ends* seconds, and needs nobody for *alone* seconds; 0: it does already."""
    alone_until = NOW + alone if alone else 0.0
    asks = "" if alone_until == FOREVER else "sign-in"
    return Life("profile p", "p", "●", "valid", NOW + ends, alone_until, asks)


class TestALine:
    def test_shows_the_session_what_comes_after_it_and_when_somebody_is_needed(self) -> None:
        text = drawn(a_life(HOUR, 3 * HOUR))
        assert text.startswith("━━━━────────")
        assert text[12:].startswith(f" {time.strftime('%H:%M', time.localtime(NOW + 3 * HOUR))}")
        assert "sign-in" in text

    def test_marks_where_a_new_session_would_need_somebody(self) -> None:
        assert drawn(a_life(5 * HOUR, HOUR)).startswith("━━━━┿━━━━━━━━━━━━━━━ ")

    def test_half_cells_tell_sessions_apart(self) -> None:
        minutes = [drawn(a_life(60.0 * each, 0)).partition(" ")[0] for each in (1, 8, 15, 16, 23)]
        assert minutes == ["╸", "━", "━", "━╸", "━━"]
        assert drawn(a_life(60, 600)).startswith("╾ ")

    @pytest.mark.parametrize("life", [a_life(13 * HOUR, 0), a_life(60, FOREVER)])
    def test_an_end_that_is_later_is_an_arrow_without_words(self, life: Life) -> None:
        text = drawn(life)
        assert text.endswith(ON)
        assert set(text[1:-1]) <= set("━─╾")

    def test_the_words_give_way_where_the_bar_is_long(self) -> None:
        assert drawn(a_life(9 * HOUR, 0)).rstrip().endswith(":00")
        assert set(drawn(a_life(11.5 * HOUR, 0)).rstrip()) == {"━"}

    @given(ends=st.floats(1, 2.0 * SPAN), alone=instants, width=st.integers(1, 200))
    def test_is_as_wide_as_the_scale_and_never_shows_less_than_half_a_cell(
        self, ends: float, alone: float, width: int
    ) -> None:
        life = a_life(ends, alone)
        pieces = list(line(life, Scale.of(NOW, width), ()))
        assert sum(len(text) for text, _ in pieces) == width
        assert pieces[0][1] == "bar"
        assert pieces[0][0][0] in f"━╸╾{TURN}{ON}"

    @given(ends=st.floats(1, SPAN - 1.0), width=st.integers(10, 200))
    def test_a_bar_is_no_shorter_than_the_session_and_no_longer_than_half_a_cell_more(
        self, ends: float, width: int
    ) -> None:
        scale = Scale.of(NOW, width)
        bar, part = next(line(a_life(ends, 0), scale, ()))
        assert part == "bar"
        shown = scale.origin + scale.cell * (len(bar) - 0.5 * bar.endswith("╸"))
        assert shown >= min(NOW + ends, scale.end) - 1e-3
        assert shown - (NOW + ends) <= scale.cell / 2 + 1e-3


class TestTheScale:
    @given(seconds=st.floats(0, 10.0 * SPAN), width=st.integers(1, 300))
    def test_stands_still_until_the_instant_that_it_names(self, seconds: float, width: int) -> None:
        now = NOW + seconds
        scale = Scale.of(now, width)
        assert scale.origin - 1e-3 <= now <= scale.until + 1e-3
        if (between := (now + scale.until) / 2) < scale.until - 1e-3:
            assert Scale.of(between, width) == scale
        assert math.isclose(scale.end - scale.origin, SPAN)

    @given(width=st.integers(24, 300), seconds=st.integers(0, 400 * 86400))
    def test_hours_have_room_and_stand_where_they_begin(self, width: int, seconds: int) -> None:
        scale = Scale.of(NOW + seconds, width)
        found = hours(scale)
        assert found
        for hour, following in zip(found, (*found[1:], None), strict=True):
            end = following.x if following else width + 1
            assert hour.x + len(hour.text) < end
            begins = scale.origin + hour.x * scale.cell - 1e-3
            quarters = range(math.ceil(begins / 900) * 900, math.ceil(begins + scale.cell + 1), 900)
            inside = [time.localtime(instant) for instant in quarters]
            assert hour.text in [
                time.strftime("%H:%M" if local.tm_hour else "%a", local) for local in inside
            ]

    @pytest.mark.parametrize(
        ("zone", "now", "labels"),
        [
            # The 25th of October 2026 has 02:00 twice, the 29th of March has none.
            ("Europe/Berlin", 1_792_875_600.0, ["23:00", "Sun", "01:00", "02:00", "02:00"]),
            ("Europe/Berlin", 1_774_735_200.0, ["23:00", "Sun", "01:00", "03:00", "04:00"]),
            ("Asia/Kolkata", NOW, ["03:00", "04:00", "05:00"]),
            ("Asia/Kathmandu", NOW, ["03:00", "04:00", "05:00"]),
            # Clocks are moved by half an hour there.
            ("Australia/Lord_Howe", 1_775_312_000.0, ["02:00", "03:00", "04:00"]),
        ],
    )  # fmt: skip
    def test_the_hours_are_those_on_the_wall(
        self, timezone: Callable[[str], None], zone: str, now: float, labels: list[str]
    ) -> None:
        timezone(zone)
        found = [hour.text for hour in hours(Scale.of(now, 110))]
        assert found[: len(labels)] == labels

    def test_a_narrow_one_names_few_hours_and_every_midnight(
        self, timezone: Callable[[str], None]
    ) -> None:
        timezone("Europe/Berlin")
        assert [hour.text for hour in hours(Scale.of(NOW, 30))] == ["Sat", "04:00", "08:00"]
