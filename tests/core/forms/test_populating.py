"""Profiles for the roles of a sign-in: their names, and what is never touched."""

from __future__ import annotations

import pytest

from awsttl.core.forms import populating
from awsttl.core.forms.populating import Assigned
from awsttl.core.ini.plans import SetKeys, Which
from support.home import Home
from support.looking import files as looked

WEB = Assigned("111111111111", "web", "Admin")
ODD = Assigned("222222222222", "Data & Co. (EU)", "Read Only")
CONFIG = """\
[profile mine]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = Admin
[profile Data-Co.-EU-Read-Only]
region = eu-west-1
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
"""


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{account}-{role}", "Data-Co.-EU-Read-Only"),
        ("{account_id}.{role}", "222222222222.Read-Only"),
        ("corp/{role}", "corp-Read-Only"),
        ("{role}", "Read-Only"),
    ],
)
def test_a_pattern_names_what_a_shell_need_not_quote(pattern: str, name: str) -> None:
    assert populating.wrong_with(pattern) == ""
    assert populating.name_of(ODD, pattern) == name


@pytest.mark.parametrize("pattern", ["", "x", "{x}", "{role", "role}", "{}", "{role}{"])
def test_a_pattern_that_means_nothing_is_refused(pattern: str) -> None:
    assert populating.wrong_with(pattern)


def test_what_is_there_stays_as_it_is(home: Home) -> None:
    home.config(CONFIG)
    other = Assigned("333333333333", "web", "Admin")
    found = populating.populated(
        "corp", [WEB, ODD, other], "{account}-{role}", [("region", "us-east-1")], looked(home)
    )
    keys = {
        "sso_session": "corp",
        "sso_account_id": "333333333333",
        "sso_role_name": "Admin",
        "region": "us-east-1",
    }
    assert found.plan == (SetKeys(Which.CONFIG, "web-Admin", keys),)
    assert found.names == ("web-Admin",)
    assert found.skipped == (
        "web Admin: is profile mine already",
        "Data & Co. (EU) Read Only: another profile is called Data-Co.-EU-Read-Only",
    )


def test_two_roles_of_one_name_do_not_become_one_profile(home: Home) -> None:
    home.config(CONFIG)
    twins = [Assigned("4" * 12, "a", "R"), Assigned("5" * 12, "a", "R")]
    found = populating.populated("corp", twins, "{account}-{role}", [], looked(home))
    assert (found.names, len(found.skipped)) == (("a-R",), 1)


def test_another_sessions_role_is_another_one(home: Home) -> None:
    home.config(CONFIG)
    found = populating.populated("lab", [WEB], "{account}-{role}", [], looked(home))
    assert found.names == ("web-Admin",)
