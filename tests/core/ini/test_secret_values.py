"""Which settings are secrets: AWS's own, other tools', and no more."""

from __future__ import annotations

import pytest
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES, DEFAULT_S3_CONFIG_VARS
from botocore.credentials import SharedCredentialProvider

from awsttl.core.ini.secret_values import hidden, is_secret
from awsttl.core.profiles.timestamps import RECORDED_AS
from awsttl.core.secret import Secret


@pytest.mark.parametrize(
    "key",
    [
        SharedCredentialProvider.SECRET_KEY,
        *SharedCredentialProvider.TOKENS,
        "credential_process",
        "azure_default_password",
        "okta_passwd",
        "private_key",
        "client_secret",
        "token",
    ],
)
def test_secrets_are_known(key: str) -> None:
    assert is_secret(key)
    assert is_secret(key.upper())


def test_no_other_setting_that_botocore_goes_by_is_a_secret() -> None:
    known = {
        name
        for variables in (BOTOCORE_DEFAUT_SESSION_VARIABLES, DEFAULT_S3_CONFIG_VARS)
        for name, *_ in variables.values()
        if isinstance(name, str)
    }
    known |= {"region", "role_arn", "source_profile", "external_id", "mfa_serial"}
    known |= {"aws_access_key_id", "web_identity_token_file", *RECORDED_AS}
    assert {"ca_bundle", "csm_client_id", "x_security_token_expires"} < known
    assert [key for key in known if is_secret(key)] == []


def test_a_map_hides_its_secrets_and_one_below_a_secret_hides_all() -> None:
    values = {"style": "path", "token": "t"}
    assert hidden(values, all_of_them=False) == {"style": "path", "token": Secret("t")}
    assert hidden(values, all_of_them=True) == {
        Secret("style"): Secret("path"),
        Secret("token"): Secret("t"),
    }
