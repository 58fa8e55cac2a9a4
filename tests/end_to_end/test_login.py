"""``aws login`` on the terminal that the dashboard lends, in a real tmux.

The AWS CLI's own ``aws login`` needs AWS and a browser; in its place stands a program that asks on
the terminal and writes the token, as it does. All else is real.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

import pytest

from support.cloud import Cloud
from support.home import Home, login_file, role_file
from support.tmux import AWSTTL, Pane
from support.wire import iso

pytestmark = pytest.mark.needs("tmux")

ARN = "arn:aws:iam::111122223333:user/me"
BEHIND = {
    "role_arn": "arn:aws:iam::111122223333:role/Dev",
    "source_profile": "laptop",
    "region": "eu-central-1",
}

STAND_IN = f"""\
#!{sys.executable}
import json, os, sys
if sys.argv[1:] == ["--version"]:
    print("aws-cli/@VERSION@ Python/3.13.9 Linux/6.8 exe/x86_64")
    sys.exit()
assert sys.argv[1:4] == ["login", "--profile", "laptop"], sys.argv
assert sys.argv[4:] in ([], ["--remote"]), sys.argv
print("STDOUT=landed-in-eval;")
answer = input("code from the browser: " if sys.argv[4:] else "waiting for the browser: ")
if answer == "somebody else's":
    # As the AWS CLI asks, and ends: with 0, whatever is answered.
    if input("Do you want to overwrite it? (y/n): ") == "n":
        sys.exit()
if answer != "good":
    sys.exit("aws: that code is wrong")
path = os.path.expanduser("~/.aws/login/cache/@FILE@")
os.makedirs(os.path.dirname(path), exist_ok=True)
with open(path, "w") as file:
    file.write(@TOKEN@)
"""


def stand_in(home: Home, cloud: Cloud, version: str = "2.32.4") -> dict[str, str]:
    """The environment in which the program above is the only ``aws``."""
    session = cloud.sts.issue(ARN, 900)
    token = {
        "accessToken": {
            "accessKeyId": session.access_key,
            "secretAccessKey": session.secret_key,
            "sessionToken": session.token,
            "accountId": "111122223333",
            "expiresAt": iso(time.time() + 900),
        },
        "tokenType": "aws_sigv4",
        "clientId": "arn:aws:signin:::devtools/same-device",
        "refreshToken": "refresh",
        "idToken": "id",
        "dpopKey": "key",
    }
    program = STAND_IN.replace("@VERSION@", version).replace("@FILE@", login_file(ARN))
    path = home.path / "bin" / "aws"
    path.parent.mkdir()
    path.write_text(program.replace("@TOKEN@", repr(json.dumps(token))))
    path.chmod(0o755)
    for name in ("sh", "bash", "sleep"):
        if found := shutil.which(name):
            (path.parent / name).symlink_to(found)
    return home.environ() | cloud.environ() | {"PATH": str(path.parent)}


@pytest.fixture
def laptop(home: Home) -> Home:
    lines = "".join(f"{key} = {value}\n" for key, value in BEHIND.items())
    home.config(f"[profile laptop]\nlogin_session = {ARN}\n[profile dev]\n{lines}")
    return home


def answer(pane: Pane, code: str) -> None:
    """Give the ``aws login`` above what it waits for."""
    pane.sees("the browser:")
    pane.type(code)
    pane.press("Enter")


def token_file(home: Home) -> Path:
    return home.login_folder / login_file(ARN)


def test_r_lends_the_terminal_and_the_screen_comes_back_with_the_session(
    laptop: Home, cloud: Cloud
) -> None:
    with Pane(AWSTTL, stand_in(laptop, cloud)) as pane:
        pane.sees("laptop", "sign-in")
        pane.press("G", "r")
        screen = pane.sees("awsttl runs:", "waiting for the browser:")
        assert "renew all" not in screen
        answer(pane, "good")
        pane.sees("valid", "renew all")
        pane.press("q")
        pane.sees("exit 0")
    assert token_file(laptop).exists()


@pytest.mark.heavy
def test_a_role_behind_it_is_renewed_in_one_go(laptop: Home, cloud: Cloud) -> None:
    with Pane(AWSTTL, stand_in(laptop, cloud)) as pane:
        pane.sees("laptop", "dev")
        pane.press("g", "r")
        answer(pane, "good")
        pane.sees("✓ renewed")
        pane.sees("59:")
    assert (laptop.cli_folder / role_file(BEHIND)).exists()
    assert cloud.actions == ["AssumeRole"]


@pytest.mark.heavy
def test_after_a_failure_its_words_stand_until_enter(laptop: Home, cloud: Cloud) -> None:
    with Pane(AWSTTL, stand_in(laptop, cloud), (160, 40)) as pane:
        pane.sees("laptop", "dev")
        pane.press("g", "r")
        answer(pane, "bad")
        pane.sees("aws: that code is wrong", "Press Enter to go back to awsttl.")
        pane.press("Enter")
        pane.sees("aws login did not work (exit code 1)", "renew all")
        pane.press("?")
        pane.sees("alive, and reused")


@pytest.mark.heavy
def test_ctrl_c_ends_the_child_and_ctrl_z_stops_nobody(laptop: Home, cloud: Cloud) -> None:
    with Pane(AWSTTL, stand_in(laptop, cloud), (160, 40)) as pane:
        pane.sees("laptop", "dev")
        pane.press("g", "r")
        pane.sees("waiting for the browser:")
        pane.press("C-z")
        pane.press("C-c")
        pane.sees("aws login was interrupted", "renew all")
        pane.press("r")
        answer(pane, "good")
        pane.sees("✓ renewed")


@pytest.mark.heavy
@pytest.mark.needs("bash")
def test_nothing_that_it_prints_lands_in_eval(laptop: Home, cloud: Cloud) -> None:
    command = f'eval "$({AWSTTL})"; echo "[$STDOUT]"'
    with Pane(f"bash -c '{command}'", stand_in(laptop, cloud)) as pane:
        pane.sees("laptop", "dev")
        pane.press("g", "r")
        pane.sees("STDOUT=landed-in-eval", "waiting for the browser:")
        pane.type("good")
        pane.press("Enter")
        pane.sees("renew all")
        pane.press("q")
        pane.sees("[]", "exit 0")


@pytest.mark.heavy
def test_an_old_aws_cli_is_named_with_what_to_install(laptop: Home, cloud: Cloud) -> None:
    with Pane(AWSTTL, stand_in(laptop, cloud, version="1.45.11"), (200, 40)) as pane:
        pane.sees("laptop", "dev")
        pane.press("g", "r")
        pane.sees("aws login needs the AWS CLI, 2.32 or newer; here is 1.45.11")
        pane.sees("install AWS CLI 2.32 or newer")
    assert not token_file(laptop).exists()


def test_the_command_runs_it_on_the_terminal_and_only_where_it_is_needed(
    laptop: Home, cloud: Cloud
) -> None:
    environ = stand_in(laptop, cloud)
    with Pane(f"{AWSTTL} login laptop", environ) as pane:
        answer(pane, "good")
        pane.sees("signed in, ", "exit 0")
    assert token_file(laptop).exists()
    with Pane(f"{AWSTTL} login dev", environ) as pane:
        assert "awsttl runs:" not in pane.sees("signed in, ", "exit 0")


def test_the_command_says_that_it_failed_and_waits_for_no_key(laptop: Home, cloud: Cloud) -> None:
    with Pane(f"{AWSTTL} login laptop", stand_in(laptop, cloud), (160, 40)) as pane:
        answer(pane, "bad")
        pane.sees("aws: that code is wrong", "aws login did not work (exit code 1)", "exit 1")


OVER_SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}


@pytest.mark.heavy
@pytest.mark.parametrize("variable", ["SSH_CONNECTION", "SSH_TTY"])
def test_over_ssh_the_browser_may_be_elsewhere(variable: str, laptop: Home, cloud: Cloud) -> None:
    environ = stand_in(laptop, cloud) | {variable: "1"}
    with Pane(AWSTTL, environ, (160, 40)) as pane:
        pane.sees("laptop", "dev")
        pane.press("g", "r")
        pane.sees("Sign in with --remote? [Y/n]")
        pane.press("Enter")
        pane.sees("login --profile laptop --remote", "code from the browser:")
        answer(pane, "good")
        pane.sees("✓ renewed")


def test_over_ssh_it_is_here_for_whoever_says_so(laptop: Home, cloud: Cloud) -> None:
    environ = stand_in(laptop, cloud) | OVER_SSH
    with Pane(f"{AWSTTL} login laptop", environ) as pane:
        pane.sees("Sign in with --remote? [Y/n]")
        pane.type("n")
        pane.press("Enter")
        assert "--profile laptop --remote" not in pane.sees("waiting for the browser:")
        answer(pane, "good")
        pane.sees("signed in, ", "exit 0")


@pytest.mark.heavy
@pytest.mark.parametrize("key", ["C-c", "C-d"])
def test_whoever_does_not_answer_has_not_signed_in(key: str, laptop: Home, cloud: Cloud) -> None:
    environ = stand_in(laptop, cloud) | OVER_SSH
    with Pane(AWSTTL, environ, (160, 40)) as pane:
        pane.sees("laptop", "dev")
        pane.press("g", "r")
        pane.sees("Sign in with --remote? [Y/n]")
        pane.press(key)
        pane.sees("aws login was interrupted", "renew all")
    assert not token_file(laptop).exists()


def test_an_editor_s_own_browser_is_where_the_person_sits(laptop: Home, cloud: Cloud) -> None:
    environ = stand_in(laptop, cloud) | OVER_SSH | {"BROWSER": "/opt/editor/helpers/browser.sh"}
    with Pane(f"{AWSTTL} login laptop", environ) as pane:
        assert "Sign in with --remote?" not in pane.sees("waiting for the browser:")


def test_the_command_takes_the_option_and_asks_nothing(laptop: Home, cloud: Cloud) -> None:
    environ = stand_in(laptop, cloud) | OVER_SSH
    with Pane(f"{AWSTTL} login laptop --remote", environ) as pane:
        assert "[Y/n]" not in pane.sees("--profile laptop --remote", "code from the browser:")
        answer(pane, "good")
        pane.sees("signed in, ", "exit 0")


@pytest.mark.heavy
@pytest.mark.parametrize("command", [f"{AWSTTL} login laptop", AWSTTL])
def test_another_identity_that_is_not_taken_over_is_no_sign_in(
    command: str, laptop: Home, cloud: Cloud
) -> None:
    with Pane(command, stand_in(laptop, cloud), (160, 40)) as pane:
        if command == AWSTTL:
            pane.sees("laptop", "dev")
            pane.press("g", "r")
        answer(pane, "somebody else's")
        pane.sees("overwrite it? (y/n):")
        pane.type("n")
        pane.press("Enter")
        pane.sees("aws login ended without signing in")
    assert not token_file(laptop).exists()
