"""``awsttl doctor`` as a process of its own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

import pytest

from support.cloud import Cloud
from support.home import Home
from support.programs import loaded_by

SECRETS = ("base-secret", "cached-secret", "cached-token")

pytestmark = pytest.mark.usefixtures("one_aws_cli")


def doctor(
    home: Home,
    *arguments: str,
    cloud: Cloud | None = None,
    environ: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    """Exit code and stdout, in that home."""
    variables = home.environ() | (cloud.environ() if cloud else {}) | dict(environ or {})
    done = subprocess.run(
        [sys.executable, "-m", "awsttl", "doctor", *arguments],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout or done.stderr


@pytest.fixture
def corp(home: Home) -> Home:
    """A home with a good profile, one whose session is over, and one that cannot work."""
    home.credentials("[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = base-secret\n")
    role = "role_arn = arn:aws:iam::111122223333:role/"
    device = "mfa_serial = arn:aws:iam::111122223333:mfa/me"
    home.config(
        "[profile base]\nregion = eu-west-1\n"
        f"[profile good]\n{role}Good\nsource_profile = base\nregion = eu-west-1\n"
        f"[profile over]\n{role}Over\nsource_profile = base\n{device}\n"
        f"[profile lost]\n{role}Lost\nsource_profile = nobody\n"
    )
    over = {
        "role_arn": "arn:aws:iam::111122223333:role/Over",
        "mfa_serial": "arn:aws:iam::111122223333:mfa/me",
    }
    home.cli_cache(over, expires_at=time.time() - 600)
    return home


def test_nothing_wrong_is_exit_0(corp: Home, cloud: Cloud) -> None:
    code, said = doctor(corp, "--offline", "good", "base", cloud=cloud)
    assert code == 0
    assert "2 profiles: nothing wrong" in said
    assert cloud.calls == ()


RENEW = "→ run: awsttl renew over"


def test_findings_are_exit_1_each_with_its_fix(corp: Home) -> None:
    code, said = doctor(corp, "--offline")
    assert code == 1
    for text in ("over", "its session has expired", RENEW, "lost", '"nobody" does not exist'):
        assert text in said
    assert "good" not in said
    assert "4 profiles: 2 problems" in said


def test_a_section_that_is_not_read_is_exit_1_with_the_header_to_write(home: Home) -> None:
    home.config("[team]\nregion = eu-west-1\n[profile a b]\nregion = x\n[profile c]\n")
    code, said = doctor(home, "--offline")
    assert code == 1
    for text in ("[team]", "~/.aws/config:1", "→ write [profile team]"):
        assert text in said
    for text in ("[profile a b]", "~/.aws/config:3", '→ write [profile "a b"]'):
        assert text in said
    code, said = doctor(home, "--offline", "team")
    assert (code, "~/.aws/config line 1" in said) == (2, True)


def test_of_all_profiles_none_is_named_for_a_note(home: Home) -> None:
    home.config("[profile fine]\nregion = eu-west-1\n[profile odd]\nregion = no-such\n")
    code, said = doctor(home, "--offline")
    heads = [line for line in said.splitlines() if line and not line.startswith(" ")]
    assert (code, heads[0]) == (1, "odd")
    assert "fine" not in heads


def test_a_profile_that_does_not_exist_is_exit_2(corp: Home) -> None:
    code, said = doctor(corp, "--offline", "nobody")
    assert (code, said) == (2, 'awsttl doctor: there is no profile "nobody"\n')


def test_a_named_profile_is_verified_and_shows_which_credentials_win(
    corp: Home, cloud: Cloud
) -> None:
    _, said = doctor(corp, "base", cloud=cloud)
    assert "✓ AWS CLI      2.33.0 at " in said
    assert "✓ endpoint     " + cloud.url in said
    assert "✓ clock" in said
    assert "✓ identity     arn:aws:iam::111122223333" in said
    assert "access_key ****************BASE  shared-credentials-file  ~/.aws/credentials:2" in said
    assert "region     eu-west-1             config-file  ~/.aws/config:2" in said


def test_what_is_wrong_with_a_profile_comes_before_what_concerns_all(
    corp: Home, cloud: Cloud
) -> None:
    _, said = doctor(corp, "base", "lost", cloud=cloud, environ={"AWS_PROFILE": "nobody"})
    lines = said.splitlines()
    heads = [line for line in lines if line and not line.startswith(" ")]
    assert heads[:3] == [
        "base: nothing wrong",
        'lost: source_profile "nobody" does not exist',
        "this machine",
    ]
    assert lines.index(heads[2]) < next(
        number for number, line in enumerate(lines) if 'AWS_PROFILE names "nobody"' in line
    )


@pytest.mark.heavy
def test_an_account_that_changed_since_stands_out(
    corp: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor(corp, "base", cloud=cloud)
    state = corp.path / ".local/state/awsttl/identities.json"
    assert json.loads(state.read_text()) == {"base": "111122223333"}
    assert state.stat().st_mode & 0o777 == 0o600
    state.write_text('{"base": "999999999999"}')
    code, said = doctor(corp, "base", cloud=cloud)
    assert code == 1
    assert "keys of account 111122223333; last time it was 999999999999" in said


def test_json_is_for_programs_and_holds_no_secret(corp: Home, cloud: Cloud) -> None:
    code, said = doctor(corp, "--json", "over", "lost", "base", cloud=cloud)
    assert code == 1
    document: dict[str, Any] = json.loads(said)
    codes = {(each["profile"], each["code"]) for each in document["findings"]}
    assert {("over", "session-expired"), ("lost", "source-missing")} <= codes
    (over,) = (each for each in document["findings"] if each["code"] == "session-expired")
    assert f"→ {over['fix']}" == RENEW
    assert over["remedy"] == {"action": "renew", "profile": "over", "words": None}
    assert document["credentials"]["base"][0]["location"] == "~/.aws/credentials:2"
    assert not any(secret in said for secret in SECRETS)


def test_without_the_network_neither_boto_nor_textual_is_loaded(corp: Home) -> None:
    program = "from awsttl.commands.main import main; main(['doctor', '--offline'])"
    loaded = loaded_by(program, corp.environ())
    assert "awsttl.core.why.findings" in loaded
    assert not {"boto3", "botocore.session", "textual"} & loaded


def test_two_profiles_are_shown_side_by_side(corp: Home) -> None:
    with corp.credentials_file.open("a") as file:
        file.write("[twin]\naws_access_key_id = AKIABASE\naws_secret_access_key = another-one\n")
    _, said = doctor(corp, "--offline", "base", "twin")
    assert re.search(r"= access_key +\*+BASE +\*+BASE", said)
    assert re.search(r"≠ secret_key +\*+cret +\*+-one", said)
    assert re.search(r"≠ region +eu-west-1 +<not set>", said)


def test_the_variables_that_are_set_are_named_without_their_secrets(corp: Home) -> None:
    environ = {"AWS_PROFILE": "base", "AWS_SESSION_TOKEN": "hush", "AWS_REGION": "eu-west-1"}
    _, said = doctor(corp, "--offline", "base", environ=environ)
    assert "AWS_PROFILE=base" in said
    assert "AWS_SESSION_TOKEN is set" in said
    assert "hush" not in said


def test_a_cache_folder_that_is_none_is_a_finding(corp: Home) -> None:
    shutil.rmtree(corp.cli_folder)
    corp.cli_folder.write_text("")
    code, said = doctor(corp, "--offline", "base")
    assert code == 1
    assert "~/.aws/cli/cache cannot be written" in said
