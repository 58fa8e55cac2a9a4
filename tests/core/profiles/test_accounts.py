"""What accounts are called: by what tools wrote, or by the names of a whole list of profiles."""

from __future__ import annotations

import pytest

from awsttl.core.model import Kind, Profile
from awsttl.core.profiles.accounts import names

PROD, DEV, TEST = "111122223333", "222233334444", "333344445555"


def sso(name: str, account: str, role: str = "Admin", called: str = "") -> Profile:
    return Profile(name, Kind.SSO, (), account, role, account_name=called)


class TestNamesThatAToolWrote:
    def test_are_the_accounts_names(self) -> None:
        assert names([sso("a", PROD, called="Acme Prod")]) == {PROD: "Acme Prod"}

    def test_come_before_what_profiles_are_called(self) -> None:
        listed = [sso("prod-Admin", PROD), sso("prod-Audit", PROD, "Audit")]
        assert names([*listed, sso("a", PROD, called="Acme Prod")]) == {PROD: "Acme Prod"}

    def test_are_none_where_they_contradict_each_other(self) -> None:
        assert names([sso("a", PROD, called="Acme"), sso("b", PROD, called="Corp")]) == {}


class TestAListOfProfiles:
    @pytest.mark.parametrize("between", "-._/:@")
    def test_tells_the_accounts_name_before_the_role(self, between: str) -> None:
        listed = [sso(f"acme-prod{between}{role}", PROD, role) for role in ("Admin", "Audit")]
        assert names(listed) == {PROD: "acme-prod"}

    def test_tells_it_behind_the_role(self) -> None:
        listed = [sso("Admin-prod", PROD), sso("Admin-dev", DEV)]
        assert names(listed) == {PROD: "prod", DEV: "dev"}

    def test_tells_it_beside_profiles_of_other_names(self) -> None:
        listed = [sso("prod-Admin", PROD), sso("dev-Admin", DEV), sso("default", PROD)]
        assert names(listed) == {PROD: "prod", DEV: "dev"}


class TestNoNameIsGiven:
    def test_by_one_profile_alone(self) -> None:
        assert names([sso("my-Admin", PROD)]) == {}

    def test_where_profiles_of_an_account_disagree(self) -> None:
        assert names([sso("eu-Admin", PROD), sso("us-Admin", PROD), sso("dev-Admin", DEV)]) == {}

    def test_that_two_accounts_would_share(self) -> None:
        assert names([sso("team-Admin", PROD), sso("team-Audit", DEV, "Audit")]) == {}

    def test_that_is_the_accounts_number(self) -> None:
        listed = [sso(f"Admin-{account}", account) for account in (PROD, DEV, TEST)]
        assert names(listed) == {}

    def test_by_roles_that_are_no_portals(self) -> None:
        listed = [Profile(f"prod-{role}", Kind.ROLE, (), PROD, role) for role in ("Admin", "Audit")]
        assert names(listed) == {}

    def test_by_a_role_of_another_spelling(self) -> None:
        assert names([sso("my-admin", PROD), sso("my-audit", PROD, "Audit")]) == {}
