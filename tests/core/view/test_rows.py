"""Which rows there are, in which order, and until when that and their words hold."""

from __future__ import annotations

import math
from collections import Counter
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.countdown import HOUR
from awsttl.core.files import CacheEntry, Files, IniFile, Shape
from awsttl.core.model import FOREVER, Environment, Kind, Orphan, Snapshot, Status
from awsttl.core.profiles.cache_names import login_token_name
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.settings import Sort
from awsttl.core.view import rows
from awsttl.core.view.arrangement import arrange
from awsttl.core.view.ranking import STALE, View
from support.home import START_URL, Home, role_file, token_file
from support.looking import status
from support.odd import config_text, hidden
from support.renewing import BASE, LEGACY, role
from support.wire import iso

NOW: Final = 1_795_208_400.0
ROLE: Final = "arn:aws:iam::111122223333:role/Admin"
KEYS: Final = {"aws_access_key_id": "AKIA", "aws_secret_access_key": "s"}

ARN: Final = "arn:aws:iam::111122223333:user/me"
SOURCES: Final = {0: "sso", 1: "base", 2: "role 1", 3: "role 2", 4: "base"}


def _role(number: int) -> dict[str, str]:
    return {"role_arn": f"{ROLE}{number}", "source_profile": SOURCES.get(number, "no such")}


def _snapshot(expiries: dict[int, float], token: float | None = None) -> Snapshot:
    """Roles 0 to 4, of which some are cached; an SSO profile; keys; something broken.

    Role 1 asks for MFA, and roles 2 and 3 for what it asks once its session is over.
    """
    config = {
        **{f"role {number}": _role(number) for number in SOURCES},
        "sso": {
            "sso_account_id": "1",
            "sso_role_name": "r",
            "sso_start_url": START_URL,
            "sso_region": "us-east-1",
        },
        "base": KEYS,
        "broken": _role(9),
    }
    config["role 1"]["mfa_serial"] = "device"
    cached = {}
    for number, expiry in expiries.items():
        entry = role_file(config[f"role {number}"])
        cached[entry] = CacheEntry(f"/c/{entry}", Shape.ROLE, expires_at=expiry)
    name = token_file(START_URL)
    tokens = {name: CacheEntry(f"/s/{name}", Shape.SSO_TOKEN, expires_at=token)} if token else {}
    environment = Environment(Kind.TEMPORARY, ("AWS_SESSION_TOKEN",), NOW + HOUR)
    files = Files(IniFile("config", hidden(config)), IniFile("credentials"), cached, tokens)
    return snapshot(files, environment)


def _names(seen: Snapshot, view: View, now: float = NOW) -> list[str]:
    items = arrange(seen, view, now).items
    return [item.name for item in items if not isinstance(item, Environment | Orphan)]


class TestOrder:
    def test_by_urgency_has_what_needs_somebody_first_and_what_ended_long_ago_late(self) -> None:
        expiries = {
            0: NOW - 60,  # just expired, and its source waits for a sign-in
            1: NOW - 20 * HOUR,  # stale, and asks for a code
            2: NOW + 5 * HOUR,  # valid
            3: NOW + 60,  # expiring
            4: NOW - 600,  # expired before, and renews by itself
        }
        assert _names(_snapshot(expiries), View()) == [
            "broken", "role 0", "sso", "role 1", "role 4", "role 3", "role 2", "base",
        ]  # fmt: skip

    @pytest.mark.parametrize("threshold", [0.0, 300.0, 900.0, 4.0 * HOUR])
    def test_by_urgency_is_the_order_of_what_is_left_whatever_counts_as_expiring(
        self, threshold: float
    ) -> None:
        """A role is expiring 15 minutes before its end, pasted keys and a login later."""
        config = {
            **{f"role {number}": _role(number) for number in (1, 2)},
            "base": KEYS,
            "login": {"login_session": ARN},
        }
        ends = {"soon": NOW + 480, "late": NOW + 700}
        for name, instant in ends.items():
            config[name] = KEYS | {"aws_session_token": "t", "aws_expiration": iso(instant)}
        expiries = {1: NOW + 13.4 * 60, 2: NOW + HOUR}
        cached = {
            name: CacheEntry(name, Shape.ROLE, instant)
            for number, instant in expiries.items()
            for name in (role_file(_role(number)),)
        }
        token = CacheEntry("t", Shape.LOGIN_TOKEN, NOW + 523, refreshable=True)
        login = {login_token_name(ARN): token}
        files = Files(IniFile("", hidden(config)), IniFile(""), cli_cache=cached, login_cache=login)
        seen = snapshot(files)
        names = _names(seen, View(threshold=threshold))
        order = ["soon", "login", "late", "role 1", "role 2", "base"]
        # Pasted keys need somebody as soon as they are expiring; the others renew by themselves.
        needing = _names(seen, View(threshold=threshold, only_needing=True))
        assert set(needing) <= {"soon", "late"}
        assert names == [*needing, *(name for name in order if name not in needing)]
        assert needing == sorted(needing, key=order.index)

    def test_by_name_and_by_account(self) -> None:
        seen = _snapshot({})
        assert _names(seen, View(sort=Sort.NAME)) == sorted(_names(seen, View()))
        by_account = _names(seen, View(sort=Sort.ACCOUNT))
        assert by_account[0] == "sso"
        assert by_account[-1] == "base"  # no account: last

    def test_the_orders_come_round(self) -> None:
        assert Sort.URGENCY.following().following().following() is Sort.URGENCY


class TestFilter:
    @pytest.mark.parametrize(
        ("words", "names"),
        [
            ("role admin3", ["role 3"]),
            ("EXPIRED", ["role 4"]),
            ("broken", ["broken"]),
            ("role nothing-like-it", []),
        ],
    )
    def test_takes_all_words_of_the_row_in_any_case(self, words: str, names: list[str]) -> None:
        assert _names(_snapshot({4: NOW - 60}), View(filter=words)) == names

    @pytest.mark.parametrize(
        "view",
        [
            View(),
            View(filter="expired"),
            View(filter="role"),
            View(filter="mfa"),
            View(hidden=frozenset({"role 4", "base", "gone"})),
            View(hidden=frozenset({"role 4", "base"}), shows_hidden=True),
            View(hidden=frozenset({"role 4"}), filter="role"),
        ],
        ids=["all", "a state", "a name", "a need", "hidden", "hidden and shown", "both"],
    )
    def test_counts_what_it_leaves_in_the_table(self, view: View) -> None:
        seen = _snapshot({4: NOW - 60, 1: NOW + HOUR})
        found = arrange(seen, view, NOW)
        shown = [item for item in found.items if isinstance(item, Status)]
        assert found.counts == Counter(rows.row(item, NOW).state for item in shown)
        assert found.total == 8


moments = st.one_of(
    st.integers(-14 * HOUR, 14 * HOUR),
    # About the reuse point, where a session ends for others before it ends for itself.
    st.integers(880, 1000),
).map(lambda seconds: NOW + seconds)
expiries = st.dictionaries(st.integers(0, 4), moments, max_size=3)
tokens = st.none() | moments
thresholds = st.sampled_from([0.0, 900.0, 4.0 * HOUR])


class TestUntilWhen:
    @given(expiries, tokens, st.sampled_from(["", "auto", "mfa", "expired"]), thresholds)
    def test_an_arrangement_holds(
        self, expiries: dict[int, float], token: float | None, words: str, threshold: float
    ) -> None:
        seen, view = _snapshot(expiries, token), View(filter=words, threshold=threshold)
        now = arrange(seen, view, NOW)
        assert now.changes_at > NOW
        last = math.nextafter(min(now.changes_at, NOW + 100 * HOUR), -math.inf)
        later = arrange(seen, view, last)
        assert (later.keys, later.counts) == (now.keys, now.counts)
        assert (later.needing, later.fine, later.next) == (now.needing, now.fine, now.next)

    def test_an_arrangement_holds_until_what_has_ended_is_no_news_any_more(self) -> None:
        seen = _snapshot({0: NOW - STALE + 60})
        stale = NOW + 60
        assert arrange(seen, View(), NOW).changes_at == stale
        before, after = (_names(seen, View(), now) for now in (stale - 1, stale))
        assert before.index("role 0") < before.index("sso")
        assert after.index("role 0") > after.index("sso")

    @given(expiries, tokens, thresholds)
    def test_the_words_of_a_row_hold(
        self, expiries: dict[int, float], token: float | None, threshold: float
    ) -> None:
        for item in arrange(_snapshot(expiries, token), View(), NOW).items:
            now = rows.row(item, NOW, threshold)
            assert now.until > NOW
            last = math.nextafter(min(now.until, NOW + 100 * HOUR), -math.inf)
            then = rows.row(item, last, threshold)
            assert then._replace(until=FOREVER) == now._replace(until=FOREVER)

    def test_an_arrangement_filtered_by_renewal_holds_until_a_renewal_changes(self) -> None:
        seen = _snapshot({2: NOW + HOUR})
        view = View(filter="auto", threshold=4.0 * HOUR)
        reuse_point = NOW + HOUR - 900
        assert arrange(seen, view, NOW).changes_at == reuse_point
        assert "role 3" in _names(seen, view, NOW)
        assert "role 3" not in _names(seen, view, reuse_point)


class TestTheMeter:
    """Its mark is the instant from which the AWS CLI gets a new session by itself."""

    @pytest.mark.parametrize(
        ("section", "mark"),
        [
            (role(), 3),
            (LEGACY, 3),
            ({"login_session": ARN}, 1),
            (BASE | {"aws_session_token": "t", "aws_expiration": iso(NOW + HOUR)}, -1),
        ],
        ids=["role", "sso", "login", "pasted"],
    )
    def test_is_marked_at_the_reuse_point_of_its_kind(
        self, home: Home, section: dict[str, str], mark: int
    ) -> None:
        home.config(config_text({"dev": section, "base": BASE}))
        if "login_session" in section:
            home.login_token(ARN, expires_at=NOW + HOUR)
        elif "aws_expiration" not in section:
            home.cli_cache(section, expires_at=NOW + HOUR)
        row = rows.row(status(home, "dev"), NOW)
        assert (row.meter, row.mark) == (24, mark)

    def test_of_the_environment_has_no_mark(self) -> None:
        row = rows.row(Environment(Kind.TEMPORARY, (), NOW + HOUR), NOW)
        assert (row.meter, row.mark) == (24, -1)
