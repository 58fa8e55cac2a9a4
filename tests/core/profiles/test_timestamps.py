"""Every form in which AWS's tools write an expiry is read as the instant that they meant."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from datetime import timezone as fixed_offset
from zoneinfo import ZoneInfo

import pytest
from dateutil import parser as dateutil_parser
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.profiles import timestamps

NINE_PM = datetime(2026, 11, 20, 21, 0, 0, tzinfo=UTC).timestamp()

AWSUME = {"manager": "awsume"}

instants = st.integers(
    int(datetime(1, 1, 2, tzinfo=UTC).timestamp()),
    int(datetime(9999, 12, 30, tzinfo=UTC).timestamp()),
)
offsets = st.integers(-14 * 60, 14 * 60).map(
    lambda minutes: fixed_offset(timedelta(minutes=minutes))
)


class TestForms:
    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("2026-11-20T21:00:00Z", id="AWS CLI v1, Go"),
            pytest.param("2026-11-20T21:00:00+00:00", id="AWS CLI v2"),
            pytest.param("2026-11-20T21:00:00UTC", id="botocore's JSONFileCache"),
            pytest.param("2026-11-20T22:00:00+01:00", id="saml2aws, east"),
            pytest.param("2026-11-20T15:30:00-05:30", id="saml2aws, west"),
            pytest.param("2026-11-20T21:00:00+0000", id="aws-google-auth"),
            pytest.param("2026-11-20T21:00:00+00:00+0000", id="yawsso"),
            pytest.param("2026-11-20T22:00:00+01:00+0100", id="yawsso, east"),
            pytest.param("2026-11-20T21:00:00.000Z", id="aws-azure-login"),
            pytest.param("2026-11-20T21:00:00.123456789Z", id="Go with nanoseconds"),
            pytest.param("2026-11-20T21:00:00.123456+00:00", id="microseconds"),
            pytest.param("2026-11-20T21:00:00,5Z", id="comma"),
            pytest.param("2026-11-20 21:00:00 UTC", id="words apart"),
            pytest.param("2026-11-20 21:00:00+00:00", id="a space for the T"),
            pytest.param("2026-11-20t21:00:00z", id="RFC 3339 allows small letters"),
            pytest.param("2026-11-20T21:00Z", id="no seconds"),
            pytest.param("2026-11-20T21:00:00 GMT", id="GMT"),
            pytest.param("  2026-11-20T21:00:00Z\n", id="blanks around"),
            pytest.param("20261120T210000Z", id="basic form"),
        ],
    )
    def test_is_read(self, text: str) -> None:
        assert timestamps.parse(text) == NINE_PM

    def test_a_fraction_never_makes_a_session_look_longer(self) -> None:
        assert timestamps.parse("2026-11-20T20:59:59.999999Z") == NINE_PM - 1

    def test_a_time_without_an_offset_is_an_error_unless_the_writer_is_known(self) -> None:
        with pytest.raises(ValueError):
            timestamps.parse("2026-11-20 21:00:00")
        assert timestamps.parse("2026-11-20 21:00:00", naive="utc") == NINE_PM

    @pytest.mark.parametrize(
        "text",
        ["", " ", "2026-11-20", "21:00:00Z", "1795208400", "never", "null", "2026-11-20T21:00:60Z",
         "2026-13-20T21:00:00Z", "2026-11-20T21:00:00+25:00", "2026-11-20T21:00:00ZZ",
         "٢٠٢٦-١١-٢٠ 21:00:00 UTC", "2026-11-20T21:00:00Z extra"],
    )  # fmt: skip
    def test_what_is_no_time_is_a_value_error(self, text: str) -> None:
        with pytest.raises(ValueError):
            timestamps.parse(text, naive="utc")

    def test_the_last_microsecond_of_a_second_is_still_that_second(self) -> None:
        # In a float of that size it is not.
        assert timestamps.parse("2514-01-01T00:00:00.999999Z") == 17166988800.0


class TestAnyInstant:
    @given(instants, offsets, st.integers(0, 999_999))
    def test_printed_in_each_form_reads_back(
        self, instant: int, offset: fixed_offset, microseconds: int
    ) -> None:
        moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=instant)
        local = (moment + timedelta(microseconds=microseconds)).astimezone(offset)
        utc = local.astimezone(UTC)
        forms = [
            local.isoformat(),
            local.isoformat(sep=" "),
            local.isoformat(timespec="milliseconds"),
            utc.isoformat(timespec="seconds").replace("+00:00", "Z"),
            utc.isoformat(timespec="seconds").replace("+00:00", "UTC"),
            utc.isoformat(timespec="seconds") + "+0000",
            utc.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        ]
        assert {timestamps.parse(form) for form in forms} == {instant}

    @given(instants)
    def test_iso_utc_is_what_parse_reads(self, instant: int) -> None:
        text = timestamps.iso_utc(instant)
        assert len(text) == len("2026-11-20T21:00:00Z")
        assert timestamps.parse(text) == instant

    def test_gos_zero_time_is_a_date_of_four_digits(self) -> None:
        assert timestamps.iso_utc(timestamps.parse("0001-01-01T00:00:00Z")) == (
            "0001-01-01T00:00:00Z"
        )

    @given(instants, st.floats(0, 0.999))
    def test_iso_utc_drops_parts_of_a_second(self, instant: int, part: float) -> None:
        assert timestamps.iso_utc(instant + part) == timestamps.iso_utc(instant)

    @given(
        st.builds(datetime.fromtimestamp, st.integers(86_400, 253_000_000_000), offsets),
        st.sampled_from(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z", "%Y%m%dT%H%M%S%z"]),
    )
    def test_the_parser_of_the_aws_cli_agrees(self, moment: datetime, form: str) -> None:
        text = moment.strftime(form)
        assert timestamps.parse(text) == dateutil_parser.parse(text).timestamp()


class TestGarbage:
    @given(st.text(), st.sampled_from([None, "utc", "local"]))
    def test_raises_nothing_but_value_error(self, text: str, naive: timestamps.Zone | None) -> None:
        with suppress(ValueError):
            timestamps.parse(text, naive=naive)

    @given(
        st.from_regex(r"\A\d{4}-\d\d-\d\d[T \ud800]\d\d:\d\d(:\d\d)?([.,]\d*)?.{0,12}\Z"),
        st.sampled_from([None, "utc", "local"]),
    )
    def test_that_looks_like_a_time_neither(self, text: str, naive: timestamps.Zone | None) -> None:
        with suppress(ValueError):
            timestamps.parse(text, naive=naive)


class TestRecordedExpiry:
    """The table of `aws-semantics`: which tool writes which key in which form."""

    @pytest.mark.parametrize(
        ("key", "text"),
        [
            pytest.param("x_security_token_expires", "2026-11-20T22:00:00+01:00", id="saml2aws"),
            pytest.param("aws_session_expiration", "2026-11-20T21:00:00+0000", id="yawsso"),
            pytest.param("aws_session_expiration", "2026-11-20T21:00:00+00:00+0000", id="yawsso 2"),
            pytest.param(
                "aws_session_expiration", "2026-11-20T16:00:00-0500", id="aws-google-auth"
            ),
            pytest.param("aws_expiration", "2026-11-20T21:00:00.000Z", id="aws-azure-login"),
            pytest.param("aws_expiration", "2026-11-20T21:00:00Z", id="clisso"),
            pytest.param("aws_credential_expiration", "2026-11-20T21:00:00Z", id="aws-vault"),
            pytest.param("expiration", "2026-11-20 21:00:00", id="aws-mfa"),
        ],
    )
    def test_each_key_is_read(self, key: str, text: str) -> None:
        assert timestamps.recorded_expiry({key: text}) == (key, NINE_PM)

    def test_aws_mfa_means_utc_wherever_the_person_is(
        self, timezone: Callable[[str], None]
    ) -> None:
        timezone("America/New_York")
        section = {"assumed_role": "False", "expiration": "2026-11-20 21:00:00"}
        assert timestamps.recorded_expiry(section) == ("expiration", NINE_PM)

    @pytest.mark.parametrize("mark", [{"manager": "awsume"}, {"autoawsume": "true"}])
    def test_awsume_means_local_time(
        self, timezone: Callable[[str], None], mark: dict[str, str]
    ) -> None:
        timezone("America/New_York")
        section = {**mark, "expiration": "2026-11-20 16:00:00"}
        assert timestamps.recorded_expiry(section) == ("expiration", NINE_PM)

    def test_of_several_the_earliest_counts(self) -> None:
        section = {
            "x_security_token_expires": "2026-11-21T09:00:00Z",
            "aws_expiration": "2026-11-20T21:00:00Z",
        }
        assert timestamps.recorded_expiry(section) == ("aws_expiration", NINE_PM)

    def test_one_that_is_no_time_does_not_hide_another(self) -> None:
        section = {"x_security_token_expires": "soon", "expiration": "2026-11-20 21:00:00"}
        assert timestamps.recorded_expiry(section) == ("expiration", NINE_PM)

    @pytest.mark.parametrize("value", ["", "soon", {"nested": "2026-11-20T21:00:00Z"}])
    def test_nothing_usable_is_nothing(self, value: object) -> None:
        assert timestamps.recorded_expiry({"expiration": value}) is None
        assert timestamps.recorded_expiry({}) is None


class TestLocalTimesWhereClocksChange:
    """Only awsume writes local times; twice a year some of them are hard to read."""

    @pytest.mark.parametrize(
        ("zone", "change"),
        [
            ("Europe/Berlin", datetime(2026, 3, 29, tzinfo=UTC)),
            ("Europe/Berlin", datetime(2026, 10, 25, tzinfo=UTC)),
            ("America/New_York", datetime(2026, 11, 1, tzinfo=UTC)),
            ("Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC)),  # by half an hour
            ("Africa/Cairo", datetime(2026, 10, 29, tzinfo=UTC)),  # at midnight
        ],
    )
    def test_any_time_about_a_change_reads_as_itself_or_its_first_occurrence(
        self, timezone: Callable[[str], None], zone: str, change: datetime
    ) -> None:
        timezone(zone)

        @given(st.integers(-2 * 1440, 2 * 1440))
        def reads_back(minutes: int) -> None:
            instant = change + timedelta(minutes=minutes)
            written = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            first = written.replace(tzinfo=ZoneInfo(zone), fold=0).timestamp()
            section = {**AWSUME, "expiration": str(written)}
            assert timestamps.recorded_expiry(section) == ("expiration", first)

        reads_back()

    def test_of_an_hour_that_comes_twice_it_is_the_first(
        self, timezone: Callable[[str], None]
    ) -> None:
        timezone("Europe/Berlin")
        section = {**AWSUME, "expiration": "2026-10-25 02:30:00"}
        assert timestamps.recorded_expiry(section) == (
            "expiration",
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp(),
        )

    def test_an_hour_that_never_comes_is_still_an_instant(
        self, timezone: Callable[[str], None]
    ) -> None:
        timezone("Europe/Berlin")
        section = {**AWSUME, "expiration": "2026-03-29 02:30:00"}
        recorded = timestamps.recorded_expiry(section)
        assert recorded is not None
        change = datetime(2026, 3, 29, 1, 0, tzinfo=UTC).timestamp()
        assert abs(recorded[1] - change) <= 3600
