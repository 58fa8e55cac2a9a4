"""What pasted keys could be replaced by, told by the ARN that AWS says of them."""

from __future__ import annotations

import pytest

from awsttl.core.forms import instead
from awsttl.core.ini.plans import RemoveSections, SetKeys, Which
from support.home import Home
from support.looking import files as looked

CONFIG = """\
[profile other]
role_arn = arn:aws:iam::111122223333:role/team/Deploy
source_profile = team-keys
[profile portal]
sso_session = corp
sso_account_id = 222233334444
sso_role_name = ReadOnly
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
[sso-session lab]
sso_start_url = https://lab.awsapps.com/start
sso_region = eu-west-1
"""
PASTED = "[dev]\naws_access_key_id = ASIA\naws_secret_access_key = s\naws_session_token = t\n"
GONE = RemoveSections(Which.CREDENTIALS, "dev")


def _sts(account: str, role: str) -> str:
    return f"arn:aws:sts::{account}:assumed-role/{role}/ada"


@pytest.mark.parametrize(
    ("account", "role", "arn", "source"),
    [
        ("111122223333", "Dev", "arn:aws:iam::111122223333:role/Dev", "team-keys"),
        # Only another profile knows the path that a session's ARN leaves out.
        ("111122223333", "Deploy", "arn:aws:iam::111122223333:role/team/Deploy", "team-keys"),
        ("999999999999", "Dev", "arn:aws:iam::999999999999:role/Dev", "base"),
    ],
)
def test_a_role_is_assumed_with_what_reaches_its_account(
    home: Home, account: str, role: str, arn: str, source: str
) -> None:
    home.config(CONFIG)
    home.credentials(PASTED)
    found = instead.of_identity(_sts(account, role), "dev", looked(home), ["dev", "base"])
    assert found is not None
    settings = {"role_arn": arn, "source_profile": source}
    assert found.plan == (SetKeys(Which.CONFIG, "dev", settings), GONE)
    assert found.words == f"role {role} of {account}, assumed with {source}"


def test_a_permission_set_is_got_by_the_sign_in_of_its_account(home: Home) -> None:
    home.config(CONFIG)
    home.credentials(PASTED + "region = eu-west-1\n")
    arn = _sts("222233334444", "AWSReservedSSO_Power_User_0123456789abcdef")
    found = instead.of_identity(arn, "dev", looked(home), [])
    assert found is not None
    settings = {
        "sso_session": "corp",
        "sso_account_id": "222233334444",
        "sso_role_name": "Power_User",
    }
    keys = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
    assert found.plan == (
        SetKeys(Which.CONFIG, "dev", settings),
        SetKeys(Which.CREDENTIALS, "dev", dict.fromkeys(keys)),
    )


@pytest.mark.parametrize(
    "arn",
    [
        # Of two sign-ins nobody knows which reaches that account.
        _sts("555555555555", "AWSReservedSSO_Admin_0123456789abcdef"),
        "arn:aws:iam::111122223333:user/ada",
        "arn:aws:sts::111122223333:federated-user/ada",
        _sts("999999999999", "Dev"),
        "",
    ],
)
def test_where_no_source_is_known_there_is_nothing_to_offer(home: Home, arn: str) -> None:
    home.config(CONFIG)
    home.credentials(PASTED)
    assert instead.of_identity(arn, "dev", looked(home), ["dev"]) is None
