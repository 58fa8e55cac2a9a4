"""``awsttl export`` and ``awsttl unset``, through real shells, AWS CLIs and boto3."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any, Final

import pytest

from awsttl.core import formats
from awsttl.core.formats import Format
from awsttl.core.profiles.environment import TO_UNSET
from support.awscli import BOTH_CLIS, Version, aws_cli
from support.cloud import Cloud
from support.commands import AWSTTL, awsttl
from support.exported import LONG_TERM, TEMPORARY
from support.home import Home
from support.programs import loaded_by, required
from support.states import LIVING_KEY, SECTIONS
from support.tmux import AWSTTL as AWSTTL_IN_SHELL
from support.tmux import Pane

SECRETS = ("cached-secret", "cached-token", "base-secret")


# --- formats ---


def process(home: Home, profile: str, cloud: Cloud | None = None) -> dict[str, Any]:
    done = awsttl(home, "export", profile, "--format", "process", cloud=cloud)
    assert (done.code, done.err) == (0, "")
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_process_is_what_a_credential_process_answers(furnished: Home) -> None:
    answer = process(furnished, "living")
    assert answer.pop("Expiration").endswith("Z")
    assert answer == {
        "Version": 1,
        "AccessKeyId": LIVING_KEY,
        "SecretAccessKey": "cached-secret",
        "SessionToken": "cached-token",
        "AccountId": "111122223333",
    }
    assert process(furnished, "base") == {
        "Version": 1,
        "AccessKeyId": "AKIABASE",
        "SecretAccessKey": "base-secret",
    }


def test_each_format_holds_the_session() -> None:
    for how in Format:
        text = formats.export(how, TEMPORARY, "prod").reveal()
        assert TEMPORARY.access_key_id in text
        assert TEMPORARY.secret_access_key.reveal() in text
        assert text.endswith("\n")


def test_variables_alone_are_plain_lines() -> None:
    text = formats.export(Format.ENV_NO_EXPORT, LONG_TERM, "prod").reveal()
    assert text.splitlines() == [
        f"AWS_ACCESS_KEY_ID={LONG_TERM.access_key_id}",
        f"AWS_SECRET_ACCESS_KEY={LONG_TERM.secret_access_key.reveal()}",
    ]


def test_ini_is_a_profile_for_the_credentials_file(furnished: Home) -> None:
    text = awsttl(furnished, "export", "living", "--format", "ini").out
    furnished.credentials(text.replace("[living]", "[copied]"))
    assert process(furnished, "copied") | {"AccountId": "111122223333"} == process(
        furnished, "living"
    )


@pytest.mark.parametrize("name", ["a]b", "a\nb"])
def test_what_an_ini_file_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no safe way"):
        formats.export(Format.INI, TEMPORARY, name)


# --- in real shells ---

SHELLS = {
    "bash": ("env", 'eval "$({})"'),
    "zsh": ("env", 'eval "$({})"'),
    "dash": ("env", 'eval "$({})"'),
    "fish": ("fish", "{} | source"),
}
in_each_shell = pytest.mark.parametrize(
    "shell", [pytest.param(name, marks=pytest.mark.needs(name)) for name in SHELLS]
)
DUMP = f"{sys.executable} -c 'import json, os; print(json.dumps(dict(os.environ)))'"


def after(home: Home, shell: str, command: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of a shell after it has evaluated what awsttl prints."""
    how, line = SHELLS[shell]
    script = f"{line.format(f'{AWSTTL_IN_SHELL} {command} --format {how}')}\n{DUMP}\n"
    done = subprocess.run(
        [required(shell)],
        input=script,
        env=home.environ() | dict(environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, str] = json.loads(done.stdout)
    return found


@in_each_shell
def test_a_shell_takes_it_over_and_gives_it_back(furnished: Home, shell: str) -> None:
    found = after(furnished, shell, "export living", {"AWS_SECURITY_TOKEN": "stale"})
    assert found["AWS_ACCESS_KEY_ID"] == LIVING_KEY
    assert "AWS_SECURITY_TOKEN" not in found
    more = dict.fromkeys(TO_UNSET, "x") | {"AWSUME_NEW": "x", "AWS_VAULT_BACKEND": "file"}
    found = after(furnished, shell, "unset", more)
    assert not {*TO_UNSET, "AWSUME_NEW"} & found.keys()
    assert found["AWS_VAULT_BACKEND"] == "file"


@in_each_shell
def test_a_profile_can_be_selected_by_its_name(furnished: Home, shell: str) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "x"}
    found = after(furnished, shell, "export mfa --name-only", keys)
    assert found["AWS_PROFILE"] == "mfa"
    assert not keys.keys() & found.keys()


@in_each_shell
def test_the_region_can_be_kept(furnished: Home, shell: str) -> None:
    regions = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1", "AWS_PROFILE": "x"}
    found = after(furnished, shell, "unset --keep-region", regions)
    assert {name for name in regions if name in found} == {"AWS_REGION", "AWS_DEFAULT_REGION"}


def in_nushell(home: Home, script: str, environ: Mapping[str, str] = {}) -> str:
    done = subprocess.run(
        [required("nu"), "-c", script],
        env=home.environ() | dict(environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.heavy
@pytest.mark.needs("nu")
def test_nushell_takes_it_over_and_gives_it_back(furnished: Home) -> None:
    for how, load in (
        ("nu", "source given.nu"),
        ("json", "open given.json | load-env"),
    ):
        given = furnished.path / f"given.{how}"
        given.write_text(awsttl(furnished, "export", "living", "--format", how).out)
        line = load.replace("given", f"{furnished.path}/given")
        assert in_nushell(furnished, f"{line}; print $env.AWS_ACCESS_KEY_ID") == f"{LIVING_KEY}\n"
    given = furnished.path / "given.nu"
    given.write_text(awsttl(furnished, "unset", "--format", "nu").out)
    left = in_nushell(
        furnished,
        f"source {given}; print ($env | columns | to json)",
        dict.fromkeys(TO_UNSET, "x"),
    )
    assert not {*TO_UNSET} & set(json.loads(left))


# --- secrets ---


@pytest.mark.needs("tmux")
def test_on_a_terminal_no_secret_is_printed_unless_that_is_asked(furnished: Home) -> None:
    with Pane(f"{AWSTTL_IN_SHELL} export living", furnished.environ()) as pane:
        screen = pane.sees("exit 2")
        assert "--show" in screen
        assert not any(secret in screen for secret in SECRETS)
    with Pane(f"{AWSTTL_IN_SHELL} export living --show", furnished.environ()) as pane:
        assert "cached-secret" in pane.sees("exit 0")
    with Pane(f"{AWSTTL_IN_SHELL} export living --name-only", furnished.environ()) as pane:
        assert "AWS_PROFILE" in pane.sees("exit 0")


@pytest.mark.parametrize("profile", ["mfa", "sso-over", "pasted-over"])
def test_what_needs_a_person_is_exit_3_and_says_what_to_run(
    furnished: Home, cloud: Cloud, profile: str
) -> None:
    done = awsttl(furnished, "export", profile, cloud=cloud)
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith(f"awsttl export: {profile}: ")
    assert done.err.count("\n") == 1


def test_what_is_broken_is_exit_1_and_what_is_missing_2(furnished: Home) -> None:
    assert awsttl(furnished, "export", "broken").code == 1
    assert awsttl(furnished, "export", "nosuch").code == 2
    assert awsttl(furnished, "export", "living", "--format", "envv").code == 2


def test_a_failed_renewal_leaves_the_session_that_still_lives(
    furnished: Home, cloud: Cloud
) -> None:
    cloud.sts.deny(SECTIONS["ending"]["role_arn"])
    done = awsttl(furnished, "export", "ending", "--format", "process", cloud=cloud)
    assert done.code == 0
    assert json.loads(done.out)["AccessKeyId"] == LIVING_KEY
    assert "its session still lives" in done.err


def test_a_living_session_is_handed_out_without_boto(furnished: Home) -> None:
    program = "from awsttl.commands.main import main; main(['export', 'living'])"
    loaded = loaded_by(program, furnished.environ())
    assert "awsttl.core.formats" in loaded
    assert not {"boto3", "botocore", "textual", "rich", "platformdirs"} & loaded


# --- as a credential_process ---


@pytest.fixture
def processes(furnished: Home) -> Home:
    """The same home with profiles whose process is awsttl."""
    text = furnished.config_file.read_text()
    export = " ".join((*AWSTTL, "export", "--format", "process"))
    furnished.config(
        f"{text}\n"
        f"[profile via]\nregion = eu-central-1\ncredential_process = {export} over\n"
        f"[profile itself]\ncredential_process = {export} itself\n"
        f"[profile hidden]\ncredential_process = sh -c '{export} $(echo hidden)'\n"
    )
    return furnished


@pytest.mark.heavy
@BOTH_CLIS
def test_an_aws_cli_gets_its_session_through_it(
    processes: Home, cloud: Cloud, version: Version
) -> None:
    ask = ("sts", "get-caller-identity", "--profile", "via", "--output", "json")
    outcome = aws_cli(version, *ask, home=processes, cloud=cloud)
    assert outcome.exit_code == 0, outcome.stderr
    assert ":assumed-role/Admin3/" in outcome.json["Arn"]
    assert cloud.actions == ["AssumeRole", "GetCallerIdentity"]
    # The second one finds the session in the cache.
    assert aws_cli(version, *ask, home=processes, cloud=cloud).exit_code == 0
    assert cloud.actions == ["AssumeRole", "GetCallerIdentity", "GetCallerIdentity"]


@pytest.mark.heavy
def test_boto3_gets_it_and_asks_again_when_its_end_nears(processes: Home, cloud: Cloud) -> None:
    # A few seconds before the reuse point, from which on boto3 asks for another one.
    processes.cli_cache(
        SECTIONS["over"], expires_at=time.time() + 15 * 60 + 8, access_key=LIVING_KEY
    )
    program = (
        "import boto3, time\n"
        "found = boto3.Session(profile_name='via').get_credentials()\n"
        "first = found.get_frozen_credentials().access_key\n"
        f"while found.get_frozen_credentials().access_key == {LIVING_KEY!r}: time.sleep(0.5)\n"
        "print(first, found.get_frozen_credentials().access_key)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=processes.environ() | cloud.environ(),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    _, last = done.stdout.split()
    assert ":assumed-role/Admin3/" in cloud.sts.identity(last)
    assert cloud.actions == ["AssumeRole"]


JS: Final = """
const { fromProcess } = require("@aws-sdk/credential-provider-process");
const { STSClient, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");
(async () => {
  const endpoint = process.env.AWS_ENDPOINT_URL_STS;
  const credentials = fromProcess({ profile: "via" });
  const sts = new STSClient({ region: "eu-central-1", endpoint, credentials });
  const who = await sts.send(new GetCallerIdentityCommand({}));
  const { expiration } = await sts.config.credentials();
  console.log(JSON.stringify([who.Arn, expiration instanceof Date]));
})();
"""


@pytest.mark.heavy
@pytest.mark.needs("sdk-js")
def test_the_sdk_for_javascript_gets_it(processes: Home, cloud: Cloud) -> None:
    done = subprocess.run(
        ["node", "-e", JS],
        env=processes.environ() | cloud.environ() | {"NODE_PATH": required("sdk-js")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    arn, has_end = json.loads(done.stdout)
    assert ":assumed-role/Admin3/" in arn
    assert has_end
    assert cloud.actions == ["AssumeRole", "GetCallerIdentity"]


@pytest.mark.parametrize("profile", ["itself", "hidden"])
def test_a_profile_whose_process_is_awsttl_itself_is_refused(
    processes: Home, cloud: Cloud, profile: str
) -> None:
    done = awsttl(processes, "export", profile, "--format", "process", cloud=cloud)
    assert done.code == 1
    assert f"the credential_process of {profile} is awsttl itself" in done.err
    # "hidden" asks once more before it is known that it would go on like that.
    assert cloud.calls == ()


@BOTH_CLIS
def test_the_aws_cli_hears_the_reason_too(processes: Home, cloud: Cloud, version: Version) -> None:
    ask = ("sts", "get-caller-identity", "--profile", "itself")
    outcome = aws_cli(version, *ask, home=processes, cloud=cloud)
    assert outcome.exit_code != 0
    assert "is awsttl itself" in outcome.stderr


@pytest.mark.parametrize("name", ["two words", "team/dev", "a:b", "ünï", "it's"])
def test_odd_names_are_taken_as_they_are(home: Home, name: str) -> None:
    home.config(f'[profile "{name}"]\naws_access_key_id = AKIA\naws_secret_access_key = s\n')
    assert awsttl(home, "export", name, "--format", "process").code == 0
