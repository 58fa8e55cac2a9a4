"""Heads above the rows of each account, where these are in that order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.model import Status
from awsttl.core.settings import Sort
from awsttl.core.view.arrangement import Arrangement, arrange
from awsttl.core.view.groups import Head
from awsttl.core.view.layout import cell_width, printable
from awsttl.core.view.ranking import View
from support.accounts import PROD, SANDBOX, STAGING, portal
from support.home import Home
from support.looking import look
from support.odd import config_text
from support.renewing import BASE, role

NOW = 1_795_208_400.0


def _by_account(home: Home, filter_: str = "", **view: bool) -> Arrangement:
    return arrange(look(home), View(filter_, Sort.ACCOUNT, **view), NOW)  # type: ignore[arg-type]  # only switches are given


def _heads(shown: Arrangement) -> list[tuple[int, str, str, int]]:
    return [(head.at, head.label, head.name, head.rows) for head in shown.heads]


def test_each_account_has_its_head_with_its_name_where_that_is_known(home: Home) -> None:
    home.config(portal())
    assert _heads(_by_account(home)) == [
        (0, PROD, "acme-prod", 4),
        (4, STAGING, "acme-staging", 4),
        (8, SANDBOX, "", 1),
        (9, "account not known", "", 1),
    ]


def test_no_other_order_has_heads(home: Home) -> None:
    home.config(portal())
    seen = look(home)
    assert [arrange(seen, View(sort=sort), NOW).heads for sort in (Sort.URGENCY, Sort.NAME)] == [
        (),
        (),
    ]


def test_they_follow_the_filter_and_count_what_is_shown(home: Home) -> None:
    home.config(portal())
    assert _heads(_by_account(home, "staging a")) == [(0, STAGING, "acme-staging", 4)]
    assert _heads(_by_account(home, "acme aud")) == []


def test_there_are_none_where_no_account_has_two_rows(home: Home) -> None:
    home.config(config_text({"base": BASE, "dev": role()}))
    assert _heads(_by_account(home)) == []


def test_turned_round_they_stand_above_their_rows_too(home: Home) -> None:
    home.config(portal())
    shown = _by_account(home, backwards=True)
    assert [head.label for head in shown.heads] == ["account not known", SANDBOX, STAGING, PROD]
    for head in shown.heads[1:]:
        item = shown.items[head.at]
        assert isinstance(item, Status)
        assert item.profile.account_id == head.label


def test_cache_files_of_nobody_are_a_group_and_the_environment_stands_above_all(
    home: Home,
) -> None:
    home.config(portal())
    home.cli_cache("0" * 40 + ".json", expires_at=NOW + 60)
    seen = look(home, {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "x"})
    shown = arrange(seen, View(sort=Sort.ACCOUNT), NOW)
    heads = _heads(shown)
    assert heads[0] == (1, PROD, "acme-prod", 4)
    assert heads[-1] == (11, "cache files of no profile", "", 1)


def test_an_account_that_only_a_session_tells_is_that_of_its_row(home: Home) -> None:
    sso = {
        "sso_start_url": "https://corp.awsapps.com/start",
        "sso_region": "eu-central-1",
        "sso_account_id": PROD,
        "sso_role_name": "Admin",
    }
    login = {"login_session": f"arn:aws:iam::{PROD}:user/ada"}
    home.config(config_text({"admin": sso, "ada": login, "base": BASE}))
    assert _heads(_by_account(home))[0] == (0, PROD, "", 2)


def test_a_head_says_how_many_of_its_rows_need_somebody(home: Home) -> None:
    home.config(portal())
    # Nobody has signed in.
    assert [head.needing for head in _by_account(home).heads] == [4, 4, 0, 0]


@given(st.text(max_size=40), st.text(max_size=60), st.integers(1, 100_000), st.integers(1, 80))
def test_a_head_fits_and_keeps_its_count_where_there_is_any_room(
    label: str, name: str, rows: int, width: int
) -> None:
    text = "".join(Head(0, label, name, rows).parts(width))
    assert cell_width(text) <= width
    count = f" · {rows:,}"
    if cell_width(printable(label)) + len(count) <= width:
        assert text.endswith(count)
