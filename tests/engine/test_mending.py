"""What a diagnosis finds and an edit mends: after the edit it is found no more."""

from __future__ import annotations

import os
import time

import pytest
from botocore.configloader import load_config, raw_config_parse

from awsttl.core.why.mending import Mend
from awsttl.disk.locations import Locations
from awsttl.engine import mending
from awsttl.engine.editing import Editing
from awsttl.engine.look import OneLook
from awsttl.engine.recording import Recorder
from support.home import Home

USER = "aws_access_key_id = AKIABASE\naws_secret_access_key = canary-secret\n"
LATE = 4_000_000_000.0
"""Later than any end in these files, in seconds UTC."""


def found() -> tuple[Mend, ...]:
    locations = Locations.of(os.environ)
    look = OneLook(locations, os.environ)
    return mending.found(look.snapshot.profiles, look.snapshot, look.files, locations, LATE)


def mended() -> None:
    """Mend all that can be mended, in one edit."""
    locations = Locations.of(os.environ)
    editing = Editing(OneLook(locations, os.environ), locations, Recorder(), time.time)
    all_of_it = mending.wanted(found())
    assert "canary" not in repr(editing.preview(all_of_it.plan))
    editing.write(all_of_it.plan, "it", closing=all_of_it.closing)


IN_CONFIG = {
    "a region with a comment": (
        "[profile a]\nregion = eu-west-1  # Ireland\n",
        "[profile a]\nregion = eu-west-1\n",
    ),
    "an output in quotes, and a comment of its own": (
        "[default]\n# mine\noutput : 'json'\n",
        "[default]\n# mine\noutput : json\n",
    ),
    "a zone for a region": (
        "[profile a]\nregion = eu-west-1b\n",
        "[profile a]\nregion = eu-west-1\n",
    ),
    "a zone in the session behind it": (
        (
            "[profile a]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = R\n"
            "[sso-session s]\nsso_start_url = https://x\nsso_region = us-east-1a\n"
        ),
        (
            "[profile a]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = R\n"
            "[sso-session s]\nsso_start_url = https://x\nsso_region = us-east-1\n"
        ),
    ),
    "an account with dashes": (
        (
            "[profile a]\nsso_start_url = https://x\nsso_region = us-east-1\n"
            "sso_account_id = 1111-2222-3333\nsso_role_name = R\n"
        ),
        (
            "[profile a]\nsso_start_url = https://x\nsso_region = us-east-1\n"
            "sso_account_id = 111122223333\nsso_role_name = R\n"
        ),
    ),
    "a missing prefix": (
        "[prod]  ; ours\nregion = eu-west-1\n",
        "[profile prod]  ; ours\nregion = eu-west-1\n",
    ),
    "a name with blanks, without quotes": (
        "[profile two words]\nregion = eu-west-1\n",
        '[profile "two words"]\nregion = eu-west-1\n',
    ),
    "a session that is written like a profile": (
        "[SSO-Session corp]\nsso_start_url = https://x\nsso_region = us-east-1\n",
        "[sso-session corp]\nsso_start_url = https://x\nsso_region = us-east-1\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), IN_CONFIG.values(), ids=IN_CONFIG)
def test_in_the_config_file(home: Home, before: str, after: str) -> None:
    home.config(before)
    assert found()
    mended()
    assert home.config_file.read_text() == after
    assert not found()
    load_config(str(home.config_file))


IN_CREDENTIALS = {
    "quotes around keys": (
        '[a]\naws_access_key_id = "AKIABASE"\naws_secret_access_key = "canary-secret"\n',
        f"[a]\n{USER}",
    ),
    "an old token beside long-term keys": (
        f"[a]\n{USER}aws_session_token = canary-old\naws_security_token = canary-old\n",
        f"[a]\n{USER}",
    ),
    "a header with a prefix that does not belong here": (
        f"[profile a]\n{USER}",
        f"[a]\n{USER}",
    ),
}


@pytest.mark.parametrize(("before", "after"), IN_CREDENTIALS.values(), ids=IN_CREDENTIALS)
def test_in_the_credentials_file(home: Home, before: str, after: str) -> None:
    home.credentials(before)
    assert found()
    mended()
    assert home.credentials_file.read_text() == after
    assert not found()
    raw_config_parse(str(home.credentials_file))


@pytest.mark.parametrize(
    "config",
    [
        "[prod]\nregion = eu-west-1\n[profile prod]\noutput = json\n",
        "[prod]\nregion = eu-west-1\n[ prod ]\nregion = eu-west-2\n",
        "[profile]\nregion = eu-west-1\n",
        "[DEFAULT]\naws_access_key_id = x\n[profile a]\n",
        "[profile a]\nregion =\n",
        "[profile a]\nregion = eu-west-1\n  output = json\n",
    ],
)
def test_what_a_person_has_to_choose_is_left_to_them(home: Home, config: str) -> None:
    home.config(config)
    assert not found()


def test_pasted_keys_that_have_ended_give_way_to_the_role_that_they_were_of(home: Home) -> None:
    home.config("[profile dev]\nregion = eu-west-1\n")
    home.credentials(
        f"[base]\n{USER}[dev]\naws_access_key_id = ASIADEV\naws_secret_access_key = canary\n"
        "aws_session_token = canary-token\nx_security_token_expires = 2020-01-01T00:00:00Z\n"
        "x_principal_arn = arn:aws:sts::111122223333:assumed-role/Dev/ada\n"
    )
    mended()
    assert home.credentials_file.read_text() == f"[base]\n{USER}"
    assert load_config(str(home.config_file))["profiles"] == {
        "dev": {
            "region": "eu-west-1",
            "role_arn": "arn:aws:iam::111122223333:role/Dev",
            "source_profile": "base",
        }
    }


def test_a_cache_file_that_others_can_read_is_closed_to_them(home: Home) -> None:
    role = {"role_arn": "arn:aws:iam::111122223333:role/Dev"}
    home.config(f"[profile dev]\nrole_arn = {role['role_arn']}\nsource_profile = base\n")
    home.credentials(f"[base]\n{USER}")
    home.cli_cache(role, expires_at=LATE + 3600)
    (path,) = home.cli_folder.iterdir()
    path.chmod(0o644)
    (mend,) = found()
    assert mend.finding.code == "open-to-others"
    mended()
    assert path.stat().st_mode & 0o777 == 0o600
    assert not found()


def test_a_credentials_file_that_others_can_read_is_closed_to_them(home: Home) -> None:
    path = home.credentials(f"[a]\n{USER}")
    path.chmod(0o644)
    (mend,) = found()
    assert mend.finding.message == (
        "~/.aws/credentials can be read by other users of this machine (mode 644)"
    )
    mended()
    assert path.stat().st_mode & 0o777 == 0o600
    assert not found()


def test_several_things_of_one_profile_are_one_edit(home: Home) -> None:
    home.config("[profile a]\nregion = 'eu-west-1'\noutput = json # so\n[b]\nregion = x-y-1\n")
    assert len(found()) == 3
    mended()
    text = "[profile a]\nregion = eu-west-1\noutput = json\n[profile b]\nregion = x-y-1\n"
    assert home.config_file.read_text() == text
