"""What the snippets do in real shells: bash, zsh, dash and fish run them here.

The .env text is read back by a reader with python-dotenv's rules, and by a real shell where the
values are such as AWS hands out. The other shells are in test_snippets_text.py.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from awsttl.core.profiles import timestamps
from awsttl.core.profiles.environment import SHADOWING, TO_UNSET
from awsttl.core.secret import Secret
from awsttl.core.snippets import Credentials, Shell, export, text, unset, use
from awsttl.terminal.shells import eval_line
from support.exported import LONG_TERM, TEMPORARY

COMMANDS = {
    "bash": ("bash", "--norc", "--noprofile"),
    "zsh": ("zsh", "-f"),
    "dash": ("dash",),
    "fish": ("fish",),
}
in_each_shell = pytest.mark.parametrize(
    "program", [pytest.param(name, marks=pytest.mark.needs(name)) for name in COMMANDS]
)

SESSION_VARIABLES = {
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_SESSION_EXPIRATION",
    "AWS_SSO_SESSION_EXPIRATION",
    "AWSUME_EXPIRATION",
    "AWS_CREDENTIALS_EXPIRATION",
    "EC2_SECURITY_TOKEN",
    "AWS_ACCOUNT_ID",
}
"""What must speak of the exported session afterwards, or be gone."""

UNTOUCHED = {"AWS_CONFIG_FILE": "/elsewhere/config", "AWS_CA_BUNDLE": "/etc/ca.pem"}

# Any text that an environment can hold, with a liking for what shells find special.
SPECIAL = [
    *"'\"\\$`!%&|;<>(){}[]*?~#^=-+@,. \n\r\t",
    "''",
    "\\'",
    "$(",
    "${",
    "\\\\",
    "-e",
    "é",
    "’",
]
values = st.lists(
    st.sampled_from(SPECIAL) | st.characters(codec="utf-8", exclude_characters="\0"),
    min_size=1,
    max_size=12,
).map("".join)
any_credentials = st.builds(
    Credentials,
    access_key_id=values,
    secret_access_key=values.map(Secret),
    session_token=st.none() | values.map(Secret),
    expires_at=st.none() | st.floats(0, 4e9),
    region=st.just("") | values,
)


def shell_of(program: str) -> Shell:
    return Shell.FISH if program == "fish" else Shell.POSIX


def with_value(value: str) -> Credentials:
    return Credentials("AKIA", Secret(value), None, None, "")


def run(
    program: str, script: str, folder: Path, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Runs a script in a shell of its own, with nothing of this process's environment."""
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        COMMANDS[program],
        input=script.encode(),
        cwd=folder,
        env={**clean, **(environ or {})},
        capture_output=True,
        check=False,
        timeout=60,
    )


def aws_variables(dump: Path) -> dict[str, str]:
    """The AWS variables in what ``env -0`` wrote: those that a child process gets."""
    pairs = (entry.partition("=") for entry in dump.read_bytes().decode().split("\0"))
    found = {name: value for name, _, value in pairs if name[:3] == "AWS" or name in TO_UNSET}
    # Given only so that nothing asks another machine.
    return {name: value for name, value in found.items() if name != "AWS_EC2_METADATA_DISABLED"}


def after_each(
    program: str, snippets_: Sequence[Secret], environ: Mapping[str, str]
) -> list[dict[str, str]]:
    """The AWS variables after each snippet, in one shell that evaluates them one by one."""
    shell = shell_of(program)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = "" if shell is Shell.FISH else "set -eu\n"
        for number, snippet in enumerate(snippets_):
            (folder / f"{number}").write_bytes(snippet.reveal().encode())
            script += f"{eval_line(shell, f'cat {number}')}\nenv -0 > {number}.out\n"
        done = run(program, script, folder, environ)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        return [aws_variables(folder / f"{number}.out") for number in range(len(snippets_))]


def expected_after(credentials: Credentials, before: Mapping[str, str]) -> dict[str, str]:
    after = {name: value for name, value in before.items() if name not in SESSION_VARIABLES}
    after["AWS_ACCESS_KEY_ID"] = credentials.access_key_id
    after["AWS_SECRET_ACCESS_KEY"] = credentials.secret_access_key.reveal()
    if credentials.session_token is not None:
        after["AWS_SESSION_TOKEN"] = credentials.session_token.reveal()
    if credentials.expires_at is not None:
        after["AWS_CREDENTIAL_EXPIRATION"] = timestamps.iso_utc(credentials.expires_at)
    if credentials.region:
        after["AWS_REGION"] = after["AWS_DEFAULT_REGION"] = credentials.region
    return after


# --- exporting, in real shells ---


@pytest.mark.heavy
@in_each_shell
@settings(max_examples=12)
@given(sessions=st.lists(any_credentials, min_size=10, max_size=25))
def test_any_value_arrives_byte_for_byte_and_nothing_of_the_session_before_stays(
    program: str, sessions: list[Credentials]
) -> None:
    shell = shell_of(program)
    now = {name: f"left over {name}" for name in SHADOWING} | UNTOUCHED
    found = after_each(program, [text(export(shell, session)) for session in sessions], now)
    for session, variables in zip(sessions, found, strict=True):
        now = expected_after(session, now)
        assert variables == now


@in_each_shell
def test_values_arrive_in_a_locale_without_unicode(program: str) -> None:
    session = with_value("Grüße, 世界 🌍 '\\'")
    snippet = text(export(shell_of(program), session))
    (found,) = after_each(program, [snippet], {"LC_ALL": "C"})
    assert found == expected_after(session, {})


@in_each_shell
def test_a_temporary_session_is_exported_whole(program: str) -> None:
    (found,) = after_each(program, [text(export(shell_of(program), TEMPORARY))], {})
    assert found == {
        "AWS_ACCESS_KEY_ID": "ASIAQWERTYUIOPASDFGH",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "AWS_SESSION_TOKEN": "IQoJb3JpZ2luX2VjEHo//+aCXVzLWVhc3QtMSJIMEYCIQDcXqQ==",
        "AWS_CREDENTIAL_EXPIRATION": "2026-11-20T22:00:00Z",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }


@in_each_shell
def test_the_profile_and_the_web_identity_stay_for_when_the_keys_are_gone(program: str) -> None:
    before = {"AWS_PROFILE": "dev", "AWS_ROLE_ARN": "arn:r", "AWS_WEB_IDENTITY_TOKEN_FILE": "/t"}
    (found,) = after_each(program, [text(export(shell_of(program), LONG_TERM))], before)
    assert before.items() <= found.items()


@in_each_shell
def test_the_lines_may_be_joined_by_an_eval_without_quotes(program: str, tmp_path: Path) -> None:
    """``eval $(awsttl)``, and fish's ``eval (awsttl)``, put spaces where the line breaks were."""
    shell = shell_of(program)
    (tmp_path / "snippet").write_text(text(export(shell, LONG_TERM)).reveal())
    line = "eval (cat snippet)" if shell is Shell.FISH else "eval $(cat snippet)"
    before = {"AWS_SECURITY_TOKEN": "left over"}
    done = run(program, f"{line}\nenv -0 > out", tmp_path, before)
    assert (done.returncode, done.stderr) == (0, b"")
    assert aws_variables(tmp_path / "out") == expected_after(LONG_TERM, before)


@pytest.mark.parametrize(
    ("program", "flags"),
    [
        pytest.param("bash", "-H", marks=pytest.mark.needs("bash")),
        pytest.param("zsh", "-i", marks=pytest.mark.needs("zsh")),
    ],
)
def test_a_snippet_may_be_pasted_at_a_prompt_with_history_expansion(
    program: str, flags: str, tmp_path: Path
) -> None:
    session = with_value("a!b'!c!!'!$")
    pasted = f"true\n{text(export(Shell.POSIX, session)).reveal()}"
    done = subprocess.run(
        [*COMMANDS[program], flags, "-s"],
        input=f"set -o history 2>/dev/null\n{pasted}env -0 > out\necho !true\n".encode(),
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == b"true\n", "history expansion is off, and nothing is shown by this"
    assert aws_variables(tmp_path / "out") == expected_after(session, {})


@pytest.mark.needs("bash")
@pytest.mark.parametrize("session", [TEMPORARY, LONG_TERM], ids=["temporary", "long-term"])
def test_botocore_then_uses_the_exported_session_whatever_was_there(
    session: Credentials, tmp_path: Path
) -> None:
    look = (
        "import botocore.session, json, os\n"
        "session = botocore.session.Session()\n"
        "found = session.get_credentials().get_frozen_credentials()\n"
        "account = session.get_credentials().account_id\n"
        "print(json.dumps([*found[:3], account, session.get_config_variable('region')]))\n"
    )
    (tmp_path / "look.py").write_text(look)
    (tmp_path / "snippet").write_text(text(export(Shell.POSIX, session)).reveal())
    stale = {
        "AWS_ACCESS_KEY_ID": "AKIASTALE",
        "AWS_SECURITY_TOKEN": "stale",
        "AWS_SESSION_TOKEN": "stale",
        "AWS_CREDENTIAL_EXPIRATION": "2001-01-01T00:00:00Z",
        "AWS_ACCOUNT_ID": "999999999999",
        "AWS_DEFAULT_REGION": "us-stale-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    fresh = {"AWS_CREDENTIAL_EXPIRATION": "2999-01-01T00:00:00Z"} if session.session_token else {}
    # The recorded expiry is in the past by the time somebody runs this test: a later one.
    later = "".join(f"export {name}={value}\n" for name, value in fresh.items())
    script = f'eval "$(cat snippet)"\n{later}{sys.executable} look.py'
    done = run("bash", script, tmp_path, stale)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout) == [
        session.access_key_id,
        session.secret_access_key.reveal(),
        session.session_token and session.session_token.reveal(),
        None,
        session.region or "us-stale-1",
    ]


# --- unsetting, in real shells ---


@in_each_shell
def test_unset_removes_every_variable_that_shadows_a_profile_and_no_other(program: str) -> None:
    before = dict.fromkeys(TO_UNSET, "x") | UNTOUCHED
    (found,) = after_each(program, [text(unset(shell_of(program)))], before)
    assert found == UNTOUCHED


@in_each_shell
def test_unset_is_content_where_nothing_is_set(program: str, tmp_path: Path) -> None:
    snippet = text(unset(shell_of(program))).reveal()
    status = "echo $status" if program == "fish" else "echo $?"
    done = run(program, snippet + status, tmp_path)
    assert (done.stdout, done.stderr) == (b"0\n", b"")


@in_each_shell
def test_an_export_and_an_unset_leave_the_shell_as_it_was(program: str) -> None:
    shell = shell_of(program)
    _, found = after_each(program, [text(export(shell, TEMPORARY)), text(unset(shell))], UNTOUCHED)
    assert found == UNTOUCHED


@pytest.mark.needs("fish")
def test_fish_forgets_a_variable_in_every_scope_for_good(tmp_path: Path) -> None:
    config = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_DATA_HOME": str(tmp_path / "data")}
    names = " ".join(TO_UNSET)
    run("fish", f"for n in {names}; set --universal --export $n u; end", tmp_path, config)
    run("fish", "env -0 > before", tmp_path, config)
    assert set(aws_variables(tmp_path / "before")) == set(TO_UNSET), "the premise"

    (tmp_path / "snippet").write_text(text(unset(Shell.FISH)).reveal())
    run(
        "fish",
        f"function everywhere\n"
        f"  for n in {names}; set --global --export $n g; end\n"
        f"  {'; '.join(f'set --local --export {name} l' for name in TO_UNSET)}\n"
        f"  {eval_line(Shell.FISH, 'cat snippet')}\n"
        f"  env -0 > after\n"
        f"end\n"
        f"everywhere",
        tmp_path,
        config,
    )
    run("fish", "env -0 > later", tmp_path, config)
    assert aws_variables(tmp_path / "after") == {}
    assert aws_variables(tmp_path / "later") == {}


@pytest.mark.needs("fish")
def test_a_fish_export_is_not_overridden_by_what_is_universal(tmp_path: Path) -> None:
    config = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_DATA_HOME": str(tmp_path / "data")}
    stale = "AWS_ACCESS_KEY_ID AWS_SECURITY_TOKEN AWS_SESSION_TOKEN"
    run("fish", f"for n in {stale}; set --universal --export $n stale; end", tmp_path, config)
    (tmp_path / "snippet").write_text(text(export(Shell.FISH, LONG_TERM)).reveal())
    script = f"{eval_line(Shell.FISH, 'cat snippet')}\nenv -0 > out"
    assert run("fish", script, tmp_path, config).returncode == 0
    assert aws_variables(tmp_path / "out") == expected_after(LONG_TERM, {})


# --- .env files ---


def read_dotenv(content: str) -> dict[str, str]:
    r"""What python-dotenv's rules make of a .env file.

    A single-quoted value runs to the first quote without a ``\`` before it, and ``\\`` and ``\'``
    are escapes in it; a bare one runs to the line's end.
    """
    found = {}
    for name, quoted, bare in re.findall(
        r"^(\w+)=(?:'((?:\\'|[^'])*)'|([^'\n][^\n]*))$", content, re.MULTILINE
    ):
        found[name] = bare or re.sub(r"\\([\\'])", r"\1", quoted)
    return found


sayable_in_dotenv = values.filter(
    lambda value: not value.endswith("\\") and "${" not in value and "\r" not in value
)


@given(first=sayable_in_dotenv, second=sayable_in_dotenv)
def test_a_dotenv_file_gives_back_what_was_put_in(first: str, second: str) -> None:
    session = Credentials("AKIA", Secret(first), Secret(second), None, "")
    assert read_dotenv(text(export(Shell.DOTENV, session)).reveal()) == expected_after(session, {})


@pytest.mark.needs("dash")
def test_what_aws_hands_out_stands_bare_in_a_dotenv_file_so_that_a_shell_reads_it_too(
    tmp_path: Path,
) -> None:
    content = text(export(Shell.DOTENV, TEMPORARY)).reveal()
    assert not set(content) & set("'\"\\ ")
    (tmp_path / ".env").write_text(content)
    run("dash", "set -a; . ./.env; env -0 > out", tmp_path)
    assert aws_variables(tmp_path / "out") == expected_after(TEMPORARY, {})


@pytest.mark.parametrize("value", ["ends in \\", "${HOME}", "a\rb"])
def test_what_a_dotenv_file_cannot_hold_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"AWS_SECRET_ACCESS_KEY: a \.env file cannot hold"):
        export(Shell.DOTENV, with_value(value))


def test_a_dotenv_file_cannot_unset_and_says_so_in_a_comment() -> None:
    assert text(unset(Shell.DOTENV)).reveal().startswith("# a .env file cannot unset")


@in_each_shell
@pytest.mark.parametrize("name", ["prod", "it's $HOME `id`\\", "-e", "team[x] é\n#"])
def test_a_name_is_selected_and_nothing_is_left_that_would_win(program: str, name: str) -> None:
    before = dict.fromkeys(TO_UNSET, "stale") | UNTOUCHED
    (after,) = after_each(program, [text(use(shell_of(program), name, TO_UNSET))], before)
    assert after == {"AWS_PROFILE": name, **UNTOUCHED}


@in_each_shell
def test_a_name_alone_removes_nothing(program: str) -> None:
    before = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_PROFILE": "old"}
    (after,) = after_each(program, [text(use(shell_of(program), "prod", ()))], before)
    assert after == {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_PROFILE": "prod"}
