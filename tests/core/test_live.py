"""What leads a shell to the server, what takes it away, and what ``[default]`` must not do."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

import pytest

from awsttl.core import containers, live, snippets
from awsttl.core.ini.document import parse
from awsttl.core.ini.names import PROFILE, by_name
from awsttl.core.live import Address
from awsttl.core.model import Kind, Link, Profile, Renewal
from awsttl.core.profiles import container_lead, environment
from awsttl.core.profiles.environment import TO_UNSET
from awsttl.core.secret import Secret
from awsttl.core.snippets import Shell
from awsttl.core.view import details, rows
from awsttl.core.why.checks.credentials import check_variables
from support.home import Home
from support.looking import look
from support.programs import required

PROD = Profile("prod", Kind.ROLE, (Link("prod", Kind.ROLE, Renewal.SILENT),), region="eu-west-1")
ADDRESS = Address("http://127.0.0.1:4711/awsttl/x/prod", Secret("t0ken"))
CONFIG = """\
# mine
[default]
region = eu-west-3
services = here
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = s3cret
s3 =
    addressing_style = path
[profile keys]
aws_access_key_id = AKIA
aws_secret_access_key = s3cret
[profile process]
credential_process = get --password s3cret
[profile role]
role_arn = arn:aws:iam::111122223333:role/Admin
source_profile = keys
[services here]
sts =
    endpoint_url = http://127.0.0.1:1
"""


# --- the copy of the config file ---


def copy(text: str, *taken: str) -> live.Copy:
    return live.copy(parse(text), text, dict.fromkeys(taken))


def test_the_copy_has_a_profile_with_the_settings_of_default_and_no_credentials() -> None:
    made = copy(CONFIG)
    assert made.profile == "awsttl-live"
    profiles = by_name(parse(made.text).settings())[PROFILE]
    assert profiles["awsttl-live"] == {
        "region": "eu-west-3",
        "services": "here",
        "s3": {"addressing_style": "path"},
    }


def test_what_has_secrets_is_not_in_the_copy_and_all_else_is() -> None:
    made = copy(CONFIG)
    assert "s3cret" not in made.text
    assert "AKIA" not in made.text
    assert made.left_out == 3
    for kept in ("[profile role]", "source_profile = keys", "[services here]", "endpoint_url"):
        assert kept in made.text
    # A profile without its credentials would be served somebody else's.
    assert "keys" not in by_name(parse(made.text).settings())[PROFILE]


@pytest.mark.parametrize("text", ["", "[default]\nrole_arn = x\nsource_profile = y\n"])
def test_without_settings_the_profile_is_there_all_the_same(text: str) -> None:
    made = copy(text)
    assert made.profile in by_name(parse(made.text).settings())[PROFILE]
    assert "role_arn" not in made.text.partition("[profile awsttl-live]")[2]


def test_a_name_that_is_taken_is_not_used() -> None:
    text = "[profile awsttl-live]\nregion = x\n"
    assert copy(text, "awsttl-live-2").profile == "awsttl-live-3"


def test_a_file_that_does_not_parse_is_not_copied() -> None:
    with pytest.raises(ValueError, match="line 1"):
        copy("no header\n")


# --- variables ---


def test_all_that_would_win_goes_and_the_address_comes() -> None:
    found = live.variables(ADDRESS, PROD, {"AWSUME_NEW": "x"})
    assert {"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWSUME_NEW"} <= set(found.gone)
    assert container_lead.RELATIVE_URI in found.gone, "it would win"
    assert {name: value.reveal() for name, value in found.values.items()} == {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:4711/awsttl/x/prod",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "t0ken",
        "AWSTTL_PROFILE": "prod",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }
    assert found.notes == ()


def test_a_profile_without_a_region_leaves_the_shells() -> None:
    found = live.variables(ADDRESS, PROD._replace(region=""), {})
    assert not {"AWS_REGION", "AWS_DEFAULT_REGION"} & {*found.gone, *found.values}


def test_a_token_in_a_file_is_no_variable() -> None:
    found = live.variables(ADDRESS._replace(token="/a/b"), PROD, {})
    assert found.values["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"].reveal() == "/a/b"
    assert "AWS_CONTAINER_AUTHORIZATION_TOKEN" not in found.values


def test_where_default_would_win_it_says_what_it_sets() -> None:
    before = {"AWS_CONFIG_FILE": "/mine"}
    found = live.variables(ADDRESS, PROD, before, ("/x/awsttl/live/1.config", copy(CONFIG)))
    assert found.values["AWS_PROFILE"].reveal() == "awsttl-live"
    assert found.values["AWS_CONFIG_FILE"].reveal() == "/x/awsttl/live/1.config"
    assert found.values["AWSTTL_CONFIG_FILE"].reveal() == "/mine"
    assert "[default] has credentials" in found.notes[0]
    assert "3 profiles with secrets" in found.notes[1]


@pytest.mark.parametrize("own", ["", "/mine"])
def test_awsttl_itself_works_on_the_persons_own_files(own: str) -> None:
    before = {"AWS_CONFIG_FILE": own} if own else {}
    made = live.variables(ADDRESS, PROD, before, ("/x/awsttl/live/1.config", copy("")))
    environ = {name: value.reveal() for name, value in made.values.items()}
    live.leave(environ)
    assert environ.get("AWS_CONFIG_FILE", "") == own
    assert "AWS_PROFILE" not in environ
    live.leave(other := {"AWS_CONFIG_FILE": "/mine", "AWS_PROFILE": "prod"})
    assert other == {"AWS_CONFIG_FILE": "/mine", "AWS_PROFILE": "prod"}


# --- in real shells ---


@pytest.mark.parametrize("own", ["", "/my own/config"])
@pytest.mark.parametrize(
    ("program", "shell"),
    [
        pytest.param(("bash", "-eu"), Shell.POSIX, marks=pytest.mark.needs("bash")),
        pytest.param(("zsh", "-eu"), Shell.POSIX, marks=pytest.mark.needs("zsh")),
        pytest.param(("dash", "-eu"), Shell.POSIX, marks=pytest.mark.needs("dash")),
        pytest.param(("fish",), Shell.FISH, marks=pytest.mark.needs("fish")),
        pytest.param(("nu", "--no-config-file"), Shell.NUSHELL, marks=pytest.mark.needs("nu")),
    ],
)
def test_an_unset_leaves_the_shell_as_it_was(
    program: tuple[str, ...], shell: Shell, own: str, tmp_path: Path
) -> None:
    before = {"AWS_CONFIG_FILE": own} if own else {}
    made = live.variables(ADDRESS, PROD, before, ("/x/awsttl/live/1.config", copy("")))
    leave = snippets.leave_copy(shell, live.MARK, live.CONFIG_FILE, live.KEPT)
    lines = (
        *snippets.live(shell, made.gone, made.values, live.SHOWN),
        *((snippets.Line("", Secret("^env")),) if shell is Shell.NUSHELL else _env()),
        *leave,
        *snippets.unset(shell),
        *((snippets.Line("", Secret("^env")),) if shell is Shell.NUSHELL else _env()),
        # A shell without a copy does not mind.
        *leave,
    )
    script = tmp_path / f"script{snippets.script_suffix(shell)}"
    script.write_text("".join(f"{line.reveal()}\n" for line in lines))
    done = subprocess.run(
        [required(program[0]), *program[1:], str(script)],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8", **before},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found = [line for line in done.stdout.splitlines() if line.startswith("AWS")]
    assert "AWS_CONTAINER_AUTHORIZATION_TOKEN=t0ken" in found
    assert "AWS_PROFILE=awsttl-live" in found
    after = found[len(made.values) :]
    assert after == ([f"AWS_CONFIG_FILE={own}"] if own else [])
    assert done.stderr == ""


def _env() -> tuple[snippets.Line, ...]:
    return (snippets.Line("", Secret("env")),)


def test_the_snippet_masks_the_token_and_nothing_else() -> None:
    made = live.variables(ADDRESS, PROD, {})
    lines = snippets.live(Shell.POSIX, made.gone, made.values, live.SHOWN)
    shown = "\n".join(line.masked for line in lines)
    assert "t0ken" not in shown
    assert "http://127.0.0.1:4711/awsttl/x/prod" in shown
    assert "AWSTTL_PROFILE='prod'" in shown


# --- whom the variables lead to ---


@pytest.mark.parametrize(
    ("environ", "words", "profile"),
    [
        ({}, None, ""),
        ({container_lead.FULL_URI: ADDRESS.uri}, "an awsttl that serves prod", "prod"),
        (
            {container_lead.FULL_URI: containers.address(1, containers.path("s", "a b/ü:1"))},
            "an awsttl that serves a b/ü:1",
            "a b/ü:1",
        ),
        ({container_lead.FULL_URI: "http://127.0.0.1:99/x"}, "a server at 127.0.0.1:99", ""),
        ({container_lead.FULL_URI: "https://creds.corp/x"}, "a server at creds.corp", ""),
        (
            {container_lead.FULL_URI: "http://169.254.170.23/v1/credentials"},
            "the pod's own service (EKS)",
            "",
        ),
        ({container_lead.FULL_URI: "http://[x"}, "an address that cannot be read", ""),
        ({container_lead.FULL_URI: ""}, "an address that cannot be read", ""),
        (
            {container_lead.RELATIVE_URI: "/v2/x", container_lead.FULL_URI: ADDRESS.uri},
            "the container's own service (ECS)",
            "",
        ),
    ],
)
def test_whom_the_container_variables_lead_to(
    environ: dict[str, str], words: str | None, profile: str
) -> None:
    found = container_lead.lead(environ)
    assert (found and found.words, found.profile if found else "") == (words, profile)


# --- what is said of an environment that leads to a server ---

LED: Final = {"AWS_EC2_METADATA_DISABLED": "true", container_lead.FULL_URI: ADDRESS.uri}


def findings(home: Home, environ: dict[str, str]) -> list[tuple[str, str, str]]:
    found = check_variables(environ, look(home, environ), 0.0)
    return [(finding.severity.word, finding.code, finding.message) for finding in found]


def test_the_environments_row_says_whom_it_leads_to(home: Home) -> None:
    led = environment.read(LED)
    assert led is not None
    row = rows.row(led, 0.0)
    assert (row.name, row.word) == ("(environment)", "served")
    assert row.source == f"an awsttl that serves prod: {container_lead.FULL_URI}"
    page = details.page(led, 0.0, str)
    lines = {line.label: line.text for line in page.lines if line.label}
    assert lines["leads to"] == "an awsttl that serves prod"
    assert lines["gives way"] == "to every profile with credentials, [default] too"
    assert "shadows" not in lines


def test_keys_in_the_environment_come_before_what_it_leads_to() -> None:
    keys = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "x"}
    held = environment.read(LED | keys)
    assert held is not None
    assert held.leads_to == ""
    assert held.kind is Kind.LONG_TERM


def test_doctor_says_whom_the_variables_lead_to(home: Home) -> None:
    home.config("[profile dev]\nregion = x\n")
    lead = f"{container_lead.FULL_URI} leads to an awsttl that serves prod"
    assert findings(home, LED) == [("note", "container-leads", f"{lead}: it gives the credentials")]
    keys = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "x"}
    assert findings(home, LED | keys) == [
        ("warning", "container-beaten", f"{lead}, but the environment has keys, which win")
    ]
    home.credentials("[default]\naws_access_key_id = AKIA\naws_secret_access_key = x\n")
    beaten = f"{lead}, but the profile default has credentials, which win"
    assert findings(home, LED) == [("warning", "container-beaten", beaten)]
    assert [code for _, code, _ in findings(home, LED | {"AWS_PROFILE": "dev"})] == [
        "container-leads"
    ]
    twice = LED | {container_lead.RELATIVE_URI: "/v2/x"}
    assert findings(home, twice)[0][1] == "container-twice"


def test_a_session_is_renewed_before_an_sdk_asks_again() -> None:
    ends = 1_000_000.0
    for seed in ("1", "2", "3"):
        due = containers.due(ends, ends - 3600, seed)
        assert ends - 900 - 120 <= due <= ends - 900 - 60
    # One that lives for a quarter of an hour is not renewed again and again.
    assert containers.due(ends, ends - 900, "1") == ends - 600


def test_nothing_of_this_is_left_behind_by_unset() -> None:
    assert {
        "AWSTTL_PROFILE",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    } <= set(TO_UNSET)
