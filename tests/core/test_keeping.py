"""When a kept profile is due, and which cannot be kept."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core import keeping
from awsttl.core.files import CacheEntry, Files, IniFile, Shape
from awsttl.core.keeping import FIRST_RETRY, LAST_RETRY, SPREAD, Limit, Past
from awsttl.core.model import (
    FOREVER,
    REUSE_MARGIN,
    Hop,
    Kind,
    Link,
    Profile,
    Renewal,
    Session,
    Snapshot,
    Status,
)
from awsttl.core.needing import APART, LEAD
from awsttl.core.profiles.cache_names import process_fingerprint
from awsttl.core.settings import Settings
from awsttl.core.why import obstacles
from support.home import START_URL, Home
from support.keys import unavailable
from support.looking import status
from support.odd import config_text, hidden
from support.renewing import BASE, CORP, DEVICE, LEGACY, SSO, role
from support.wire import iso

NOW = 1_795_208_400.0
MINUTE = 60.0
HOUR = 3600.0
DAY = 24 * HOUR

seeds = st.text(max_size=8)
lifetimes = st.floats(REUSE_MARGIN + LEAD + SPREAD + APART, 12 * HOUR)


def of(session: Session | None, name: str = "dev") -> Status:
    """A role profile with that session."""
    links = (
        Link(name, Kind.ROLE, Renewal.SILENT, cache_names=("x.json",)),
        Link("base", Kind.LONG_TERM, Renewal.NOTHING),
    )
    hops = (Hop(links[0]), Hop(links[1], usable_until=float("inf")))
    return Status(Profile(name, Kind.ROLE, links), session, hops)


def session(lasts: float, written_at: float = NOW) -> Session:
    """A role session of so many seconds, as the CLI caches it."""
    expires_at = written_at + lasts
    entry = CacheEntry("/c/x.json", Shape.ROLE, expires_at, written_at)
    return Session(expires_at, expires_at - REUSE_MARGIN, entry)


class TestDue:
    @given(seeds, lifetimes)
    def test_one_to_two_minutes_before_the_reuse_point(self, seed: str, lasts: float) -> None:
        kept = session(lasts)
        assert kept.reuse_until is not None
        ahead = kept.reuse_until - keeping.due(of(kept), NOW, seed)
        assert LEAD <= ahead <= LEAD + SPREAD

    @given(lifetimes)
    def test_other_dashboards_come_at_other_moments_and_each_always_at_its_own(
        self, lasts: float
    ) -> None:
        kept = of(session(lasts))
        moments = [keeping.due(kept, NOW, f"dashboard {number}") for number in range(50)]
        assert len({round(moment) for moment in moments}) > 15
        assert moments == [keeping.due(kept, NOW, f"dashboard {number}") for number in range(50)]

    def test_profiles_of_one_dashboard_do_not_come_all_together(self) -> None:
        expires_at = NOW + HOUR
        moments = set()
        for number in range(50):
            entry = CacheEntry(f"/c/{number}.json", Shape.ROLE, expires_at, NOW)
            kept = Session(expires_at, expires_at - REUSE_MARGIN, entry)
            moments.add(round(keeping.due(of(kept), NOW, "seed")))
        assert len(moments) > 15

    @given(seeds, st.floats(0, 30 * 86400))
    def test_at_once_when_there_is_no_session_or_it_is_past_its_reuse_point(
        self, seed: str, ago: float
    ) -> None:
        assert keeping.due(of(None), NOW, seed) <= NOW
        assert keeping.due(of(session(HOUR)), NOW + HOUR - REUSE_MARGIN + ago, seed) <= (
            NOW + HOUR - REUSE_MARGIN + ago
        )

    @given(seeds, st.floats(1, 1500))
    def test_a_session_too_short_to_be_reused_is_not_renewed_without_end(
        self, seed: str, lasts: float
    ) -> None:
        assert keeping.due(of(session(lasts)), NOW + 1, seed) >= NOW + APART

    @given(seeds, st.floats(1, 30 * 86400))
    def test_a_file_from_the_future_does_not_put_it_off(self, seed: str, ahead: float) -> None:
        """The clock was wrong when it was written, or is now: its time says nothing."""
        kept = session(HOUR)
        assert kept.entry is not None
        strange = kept._replace(entry=kept.entry._replace(written_at=NOW + ahead))
        assert keeping.due(of(strange), NOW, seed) == keeping.due(of(kept), NOW, seed)

    @given(seeds, st.floats(-30 * 86400, 30 * 86400))
    def test_it_depends_on_the_files_and_the_clock_alone(self, seed: str, jump: float) -> None:
        """After a sleep, or when the clock is set: no wait is left over from before."""
        kept = session(HOUR)
        due = keeping.due(of(kept), NOW + jump, seed)
        assert kept.reuse_until is not None
        assert LEAD <= kept.reuse_until - due <= LEAD + SPREAD


class TestRetry:
    @given(seeds, st.integers(1, 60))
    def test_the_wait_doubles_up_to_a_quarter_of_an_hour(self, seed: str, failures: int) -> None:
        past = Past(None, NOW, failures)
        wait = keeping.due(of(None), NOW, seed, past) - NOW
        least = min(LAST_RETRY, FIRST_RETRY * 2.0 ** (failures - 1))
        assert least <= wait <= least * 1.25

    @given(seeds, st.integers(0, 9), st.floats(1, 30 * 86400))
    def test_a_clock_that_is_set_back_ends_the_wait(
        self, seed: str, failures: int, back: float
    ) -> None:
        past = Past(None, NOW, failures)
        assert keeping.due(of(None), NOW - back, seed, past) <= NOW - back

    @given(seeds, st.integers(0, 9))
    def test_hours_of_sleep_end_the_wait(self, seed: str, failures: int) -> None:
        past = Past(None, NOW, failures)
        assert keeping.due(of(None), NOW + HOUR, seed, past) <= NOW + HOUR

    @given(seeds, st.integers(0, 9))
    def test_another_session_ends_the_wait(self, seed: str, failures: int) -> None:
        old, new = session(HOUR, NOW - HOUR), session(HOUR)
        past = Past(old, NOW, failures)
        assert keeping.due(of(new), NOW, seed, past) == keeping.due(of(new), NOW, seed)
        assert keeping.due(of(old), NOW, seed, past) > NOW

    def test_what_has_just_worked_is_not_tried_again_before_the_files_tell(self) -> None:
        assert keeping.due(of(None), NOW + 1, "", Past(None, NOW)) == NOW + APART


PROFILES = {
    "base": BASE,
    "dev": role(),
    "with-mfa": role(mfa_serial=DEVICE),
    "behind-mfa": role("with-mfa", 9),
    "sso": SSO,
    "legacy": LEGACY,
    "pasted": BASE | {"aws_session_token": "token"},
    "vault": {"credential_process": "vault-helper --role x"},
    "settings": {"region": "eu-west-1"},
    "broken": role("nobody"),
}


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        ("dev", None),
        ("base", "long-term"),
        ("with-mfa", "mfa"),
        ("behind-mfa", "mfa"),
        ("pasted", "paste"),
        ("vault", "not-cached"),
        ("settings", "no-credentials"),
        ("broken", "source-missing"),
    ],
)
def test_what_cannot_be_kept_says_why(home: Home, profile: str, code: str | None) -> None:
    home.config(config_text(PROFILES, CORP))
    problem = obstacles.cannot_keep(status(home, profile), NOW)
    assert (problem.code if problem else None) == code
    if problem:
        assert problem.message
        assert problem.fix
        assert problem.message in unavailable(status(home, profile), NOW)["keep"]
    else:
        assert "keep" not in unavailable(status(home, profile), NOW)


def test_sso_can_be_kept_while_somebody_is_signed_in(home: Home) -> None:
    home.config(config_text(PROFILES, CORP))
    for profile, token in (("sso", "corp"), ("legacy", START_URL)):
        assert obstacles.cannot_keep(status(home, profile), NOW) is not None
        home.sso_token(token, expires_at=NOW + HOUR)
        assert obstacles.cannot_keep(status(home, profile), NOW) is None
    home.sso_token(
        "corp",
        expires_at=NOW - HOUR,
        refresh_token="refresh",
        registration_expires_at=NOW + HOUR,
    )
    assert obstacles.cannot_keep(status(home, "sso"), NOW) is None


def test_a_corrupt_cache_entry_is_no_obstacle_unless_replacing_it_asks(home: Home) -> None:
    home.config(config_text(PROFILES, CORP))
    for name in ("dev", "with-mfa"):
        home.cli_cache(PROFILES[name], expires_at=NOW + HOUR).write_text("{")
    assert obstacles.cannot_keep(status(home, "dev"), NOW) is None
    problem = obstacles.cannot_keep(status(home, "with-mfa"), NOW)
    assert problem is not None
    assert problem.code == "mfa"


def test_what_is_kept_can_always_be_let_go(home: Home) -> None:
    home.config(config_text(PROFILES, CORP))
    for name in PROFILES:
        assert "keep" not in unavailable(status(home, name), NOW, keep={name})


class TestProcesses:
    FILES = Files(
        IniFile("config", hidden({"vault": {"credential_process": "from config"}})),
        IniFile("credentials"),
    )

    def allowing(self, command: str) -> Settings:
        return Settings(allowed_processes={"vault": process_fingerprint(command)})

    def test_the_very_command_that_was_allowed_may_run(self) -> None:
        assert keeping.allowed(self.FILES, self.allowing("from config")).keys() == {"vault"}

    def test_a_changed_command_may_not(self) -> None:
        assert keeping.allowed(self.FILES, self.allowing("from config ")) == {}

    def test_the_credentials_file_wins(self) -> None:
        credentials = IniFile("credentials", hidden({"vault": {"credential_process": "other"}}))
        files = self.FILES._replace(credentials=credentials)
        assert keeping.allowed(files, self.allowing("from config")) == {}
        assert keeping.allowed(files, self.allowing("other")).keys() == {"vault"}

    def test_a_profile_that_is_gone_allows_nothing(self) -> None:
        settings = self.allowing("")._replace(allowed_processes={"gone": "x"})
        assert keeping.allowed(self.FILES, settings) == {}
        assert keeping.allowed(None, self.allowing("from config")) == {}

    def test_a_profile_without_a_command_allows_nothing_even_by_its_fingerprint(self) -> None:
        settings = Settings(allowed_processes={"gone": process_fingerprint("")})
        assert keeping.allowed(self.FILES, settings) == {}


ENDS: tuple[tuple[str, float, str, float, bool], ...] = (
    # the sign-in ends in 40 minutes; the session is due much later
    ("legacy", 8 * HOUR, "its sign-in", 40 * MINUTE, False),
    ("legacy", HOUR, "its sign-in", 3 * HOUR, True),
    ("sso", HOUR, "its sign-in", DAY, True),
    ("behind-mfa", HOUR, "the session of asks", 90 * MINUTE, True),
    ("behind-mfa", 4 * HOUR, "the session of asks", 90 * MINUTE, False),
    ("behind-pasted", HOUR, "the session of pasted", 2 * HOUR, True),
    ("behind-pasted", HOUR, "the session of pasted", 20 * MINUTE, False),
)
"""A profile, how long its session lasts, what ends, when, and whether it is renewed before."""


class TestWhatEndsIt:
    """A renewal is possible or not at its own moment."""

    @staticmethod
    def kept(home: Home, name: str, lasts: float, ends: float) -> Status:
        asks = role("base", 2, mfa_serial=DEVICE)
        pasted = BASE | {"aws_session_token": "t", "aws_expiration": iso(NOW + ends)}
        profiles = {
            "base": BASE,
            "sso": SSO,
            "legacy": LEGACY,
            "asks": asks,
            "behind-mfa": role("asks", 3),
            "pasted": pasted,
            "behind-pasted": role("pasted", 4),
        }
        home.config(config_text(profiles, CORP))
        home.sso_token(START_URL, expires_at=NOW + ends)
        home.sso_token(
            "corp", expires_at=NOW - HOUR, refresh_token="r", registration_expires_at=NOW + ends
        )
        home.cli_cache(asks, expires_at=NOW + ends + REUSE_MARGIN)
        written = home.cli_cache(profiles[name], expires_at=NOW + lasts)
        os.utime(written, (NOW, NOW))
        return status(home, name)

    @pytest.mark.parametrize(("name", "lasts", "what", "ends", "is_renewed"), ENDS)
    def test_is_asked_at_the_instant_of_the_renewal(
        self, home: Home, name: str, lasts: float, what: str, ends: float, *, is_renewed: bool
    ) -> None:
        kept = self.kept(home, name, lasts, ends)
        assert obstacles.cannot_keep(kept, NOW) is None
        until = NOW + (ends if is_renewed else lasts)
        assert keeping.limit(kept, NOW, ()) == Limit(NOW + ends, what, until, is_renewed)
        assert obstacles.cannot_keep(kept, NOW + ends - 1) is None
        assert obstacles.cannot_keep(kept, NOW + ends) is not None

    def test_is_nothing_where_nothing_behind_it_ends(self, home: Home) -> None:
        assert keeping.limit(of(session(HOUR)), NOW, ()) is None
        kept = self.kept(home, "legacy", HOUR, -HOUR)
        assert keeping.limit(kept, NOW, ()) is None

    def test_is_said_with_the_choice_in_the_details_and_on_the_row(self, home: Home) -> None:
        kept = self.kept(home, "legacy", 8 * HOUR, 40 * MINUTE)
        why = "its sign-in ends at 21:40, before the next renewal"
        assert keeping.promise(kept, NOW, ()) == f"is kept alive until Sat 05:00 only: {why}"
        line = keeping.details(kept, NOW, "seed", None, ())
        assert (line.text, line.tone, line.aside) == ("until Sat 05:00 only", "expiring", why)
        row = keeping.glance(kept, NOW, ())
        assert (row.text, row.until) == ("kept until Sat 05:00 only", NOW + 40 * MINUTE)
        # The sign-in is over, and so is keeping; the session is not.
        row = keeping.glance(kept, NOW + HOUR, ())
        assert (row.text, row.until) == ("kept until Sat 05:00 only", NOW + 3 * HOUR)
        assert keeping.glance(kept, NOW + 8 * HOUR, ()).text == ""

    def test_is_a_promise_where_it_is_renewed_before(self, home: Home) -> None:
        kept = self.kept(home, "legacy", HOUR, 3 * HOUR)
        until = "until Sat 00:00, when its sign-in ends"
        assert keeping.promise(kept, NOW, ()) == f"is kept alive {until}"
        line = keeping.details(kept, NOW, "seed", None, ())
        assert line.text.startswith("alive; next renewal at 21:4")
        assert (line.tone, line.aside) == ("", until)
        assert keeping.glance(kept, NOW, ()) == ("", NOW + 3 * HOUR)

    def test_is_not_said_where_no_end_is_known(self) -> None:
        kept = of(session(HOUR))
        assert keeping.promise(kept, NOW, ()).endswith("renewed by itself before the AWS CLI would")
        assert keeping.details(kept, NOW, "seed", None, ()).aside == ""
        assert keeping.glance(kept, NOW, ()) == ("", FOREVER)


class TestWords:
    def test_the_next_renewal_is_told_by_the_clock_on_the_wall(self) -> None:
        line = keeping.details(of(session(HOUR)), NOW, "seed", None, frozenset())
        assert line.text in ("alive; next renewal at 21:43", "alive; next renewal at 21:44")

    def test_failures_are_counted(self) -> None:
        line = keeping.details(of(None), NOW, "seed", Past(None, NOW, 3), frozenset())
        assert line.text == "failed 3 times; again at 21:02"
        line = keeping.details(of(None), NOW, "seed", Past(None, NOW - 60, 1), frozenset())
        assert line.text == "failed once; again at once"

    def test_what_stands_in_the_way_is_named(self, home: Home) -> None:
        home.config(config_text(PROFILES, CORP))
        line = keeping.details(status(home, "sso"), NOW, "seed", None, frozenset())
        assert line.text == "not at present"
        assert line.aside


class TestOverdue:
    @staticmethod
    def overdue(*statuses: Status, keep: tuple[str, ...] = ("dev",)) -> dict[str, float]:
        return dict(keeping.overdue(Snapshot(statuses), keep, {}))

    @given(seeds, lifetimes)
    def test_a_kept_session_is_from_its_reuse_point_on_and_its_renewal_was_due_a_minute_before(
        self, seed: str, lasts: float
    ) -> None:
        kept = session(lasts)
        assert self.overdue(of(kept)) == {"dev": kept.reuse_until}
        assert keeping.due(of(kept), NOW, seed) <= self.overdue(of(kept))["dev"] - LEAD

    @given(seeds, st.floats(REUSE_MARGIN, REUSE_MARGIN + APART))
    def test_a_short_one_is_not_before_its_renewal_was_due_for_a_minute(
        self, seed: str, lasts: float
    ) -> None:
        kept = of(session(lasts))
        assert keeping.due(kept, NOW, seed) <= self.overdue(kept)["dev"] - LEAD

    def test_a_file_from_the_future_does_not_put_it_off(self) -> None:
        kept = session(HOUR)
        assert kept.entry is not None
        strange = kept._replace(entry=kept.entry._replace(written_at=NOW + 2 * HOUR))
        assert self.overdue(of(strange)) == {"dev": kept.reuse_until}

    def test_whoever_shares_the_session_is_kept_with_it(self) -> None:
        shared = of(session(HOUR))._replace(shared_with=("twin",))
        assert set(self.overdue(shared)) == {"dev", "twin"}

    def test_what_is_not_kept_has_no_session_or_cannot_be_kept_is_not(self) -> None:
        asks = of(session(HOUR), "asks")
        link = asks.hops[0].link._replace(needs=Renewal.MFA)
        asks = asks._replace(hops=(Hop(link), *asks.hops[1:]))
        other = of(session(HOUR), "other")
        assert self.overdue(of(None), asks, other, keep=("dev", "asks")) == {}

    def test_a_process_must_be_allowed_as_it_is(self, home: Home) -> None:
        sections = {"vault": {"credential_process": "get it"}, "dev": role("vault")}
        home.config(config_text(sections))
        home.cli_cache(role("vault"), expires_at=NOW + HOUR)
        snapshot = Snapshot((status(home, "dev"), status(home, "vault")))
        for command, names in (("get it", {"dev"}), ("another", set())):
            allowed = {"vault": process_fingerprint(command)}
            assert set(keeping.overdue(snapshot, {"dev"}, allowed)) == names
