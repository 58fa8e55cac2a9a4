"""Where the files know a way to the role of a pasted session, a profile for it is offered."""

from __future__ import annotations

from awsttl.core.ini.plans import SetKeys, Which
from awsttl.core.pasted.better import better
from support.home import Home
from support.looking import files
from support.made_sessions import long_term

ARN = "arn:aws:sts::111122223333:assumed-role/Deploy/me"
OF_SSO = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Power_User_0123456789abcdef/me"
ROLE = "arn:aws:iam::111122223333:role/Deploy"
SSO = """\
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
"""


def keys(account: str) -> str:
    made = long_term(1, account)
    return f"[base]\naws_access_key_id = {made.id}\naws_secret_access_key = {made.secret}\n"


class TestARole:
    def test_is_assumed_with_the_keys_of_its_account(self, home: Home) -> None:
        home.credentials(keys("111122223333"))
        way = better(ARN, files(home), "eu-west-1")
        assert way is not None
        settings = {"role_arn": ROLE, "source_profile": "base", "region": "eu-west-1"}
        assert way.plan("new") == (SetKeys(Which.CONFIG, "new", settings),)

    def test_is_assumed_as_others_of_that_account_are(self, home: Home) -> None:
        home.config(
            "[profile a]\nrole_arn = arn:aws:iam::111122223333:role/A\nsource_profile = base\n"
        )
        home.credentials(keys("444455556666"))
        way = better(ARN, files(home))
        assert way is not None
        assert way.words == "assumed with base"

    def test_is_not_assumed_with_keys_of_another_account(self, home: Home) -> None:
        home.credentials(keys("444455556666"))
        assert better(ARN, files(home)) is None

    def test_that_a_profile_has_already_is_told(self, home: Home) -> None:
        home.config("[profile a]\nrole_arn = arn:aws:iam::111122223333:role/path/Deploy\n")
        way = better(ARN, files(home))
        assert way is not None
        assert way.there == "a"

    def test_in_china_stays_there(self, home: Home) -> None:
        home.credentials(keys("111122223333"))
        way = better(ARN.replace("arn:aws:", "arn:aws-cn:"), files(home))
        assert way is not None
        assert ("role_arn", ROLE.replace("arn:aws:", "arn:aws-cn:")) in way.settings


class TestARoleOfIdentityCenter:
    def test_comes_by_the_sso_session(self, home: Home) -> None:
        home.config(SSO)
        way = better(OF_SSO, files(home))
        assert way is not None
        assert dict(way.settings) == {
            "sso_session": "corp",
            "sso_account_id": "111122223333",
            "sso_role_name": "Power_User",
        }

    def test_comes_by_the_one_that_knows_the_account(self, home: Home) -> None:
        other = SSO.replace("corp", "other")
        profile = "[profile x]\nsso_session = other\nsso_account_id = 111122223333\n"
        home.config(SSO + other + profile + "sso_role_name = ReadOnly\n")
        way = better(OF_SSO, files(home))
        assert way is not None
        assert ("sso_session", "other") in way.settings

    def test_is_not_guessed_among_several(self, home: Home) -> None:
        home.config(SSO + SSO.replace("corp", "other"))
        assert better(OF_SSO, files(home)) is None

    def test_that_a_profile_has_already_is_told(self, home: Home) -> None:
        profile = "[profile x]\nsso_session = corp\nsso_account_id = 111122223333\n"
        home.config(SSO + profile + "sso_role_name = Power_User\n")
        way = better(OF_SSO, files(home))
        assert way is not None
        assert way.there == "x"


def test_a_user_has_no_role(home: Home) -> None:
    home.credentials(keys("111122223333"))
    assert better("arn:aws:iam::111122223333:user/me", files(home)) is None
    assert better("arn:aws:sts::111122223333:federated-user/me", files(home)) is None
