"""What the snippets look like, masked and in the clear, and what is refused.

PowerShell, cmd and nushell are *not* run, here or elsewhere: what is tested is the exact text, for
values that tell. The shells that are run have their tests in test_snippets.py.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.profiles.environment import TO_UNSET
from awsttl.core.secret import Secret
from awsttl.core.snippets import MASK, Credentials, Line, Shell, export, text, unset
from support.exported import LONG_TERM, TEMPORARY


def with_value(value: str) -> Credentials:
    return Credentials("AKIA", Secret(value), None, None, "")


def secret_line(shell: Shell, value: str) -> str:
    """The line that sets the secret key to the value."""
    (line,) = (
        line.reveal()
        for line in export(shell, with_value(value))
        if "AWS_SECRET_ACCESS_KEY" in line.reveal()
    )
    return line


def lines_of(lines: Sequence[Line]) -> list[str]:
    return [line.reveal() for line in lines]


def test_powershell_sets_and_removes_through_its_env_drive() -> None:
    removal, *assignments = lines_of(export(Shell.POWERSHELL, LONG_TERM))
    assert removal == (
        "Remove-Item Env:AWS_SESSION_TOKEN, Env:AWS_SECURITY_TOKEN, "
        "Env:AWS_CREDENTIAL_EXPIRATION, Env:AWS_SESSION_EXPIRATION, "
        "Env:AWS_SSO_SESSION_EXPIRATION, Env:AWSUME_EXPIRATION, "
        "Env:AWS_CREDENTIALS_EXPIRATION, Env:EC2_SECURITY_TOKEN, Env:AWS_ACCOUNT_ID "
        "-ErrorAction SilentlyContinue"
    )
    assert assignments == [
        "$Env:AWS_ACCESS_KEY_ID = 'AKIAQWERTYUIOPASDFGH'",
        "$Env:AWS_SECRET_ACCESS_KEY = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'",
    ]
    (removal,) = lines_of(unset(Shell.POWERSHELL))
    assert re.findall(r"Env:(\w+)", removal) == list(TO_UNSET)
    assert removal.endswith(" -ErrorAction SilentlyContinue")


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("plain", "'plain'"),
        ("it's", "'it''s'"),
        ("‘a’b‚c‛d", "'‘‘a’’b‚‚c‛‛d'"),  # PowerShell takes these for quotes too
        ('$x `n "q" -f \\ %A% !', "'$x `n \"q\" -f \\ %A% !'"),
        ("two\nlines", '"two`nlines"'),
        ('$x `t "q" “r” „s\r\n', '"`$x ``t `"q`" `“r`” `„s`r`n"'),
    ],
)
def test_powershell_quoting(value: str, quoted: str) -> None:
    assert secret_line(Shell.POWERSHELL, value) == f"$Env:AWS_SECRET_ACCESS_KEY = {quoted}"


def test_cmd_sets_and_removes_with_the_whole_assignment_in_quotes() -> None:
    exported = lines_of(export(Shell.CMD, LONG_TERM))
    assert exported[0] == 'set "AWS_SESSION_TOKEN="'
    assert exported[-1] == 'set "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"'
    assert lines_of(unset(Shell.CMD)) == [f'set "{name}="' for name in TO_UNSET]
    special = r"a&b|c<d>e^f(g)'h'\ =;,~é"
    assert secret_line(Shell.CMD, special) == f'set "AWS_SECRET_ACCESS_KEY={special}"'


@pytest.mark.parametrize("value", ['a"b', "100%", "%PATH%", "hey!", "a\nb", "a\rb", "a\tb", "\x1a"])
def test_what_cmd_cannot_express_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="AWS_SECRET_ACCESS_KEY: cmd has no safe way to write"):
        export(Shell.CMD, with_value(value))


def test_a_line_that_cmd_would_cut_off_is_refused() -> None:
    most = 8191 - len('set "AWS_SECRET_ACCESS_KEY="')
    assert len(secret_line(Shell.CMD, "x" * most)) == 8191
    with pytest.raises(ValueError, match="8191"):
        export(Shell.CMD, with_value("x" * (most + 1)))


def test_nushell_assigns_to_env_and_hides_without_complaint() -> None:
    exported = lines_of(export(Shell.NUSHELL, LONG_TERM))
    assert exported[0].startswith("hide-env --ignore-errors AWS_SESSION_TOKEN AWS_SECURITY_TOKEN ")
    assert exported[1] == '$env.AWS_ACCESS_KEY_ID = "AKIAQWERTYUIOPASDFGH"'
    assert lines_of(unset(Shell.NUSHELL)) == [f"hide-env --ignore-errors {' '.join(TO_UNSET)}"]


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ('say "hi"', r'"say \"hi\""'),
        ("back\\slash", r'"back\\slash"'),
        ("$x (1 + 1) 'q' `b` #", "\"$x (1 + 1) 'q' `b` #\""),
        ("two\nlines\t\x1b\x7f", r'"two\u{a}lines\u{9}\u{1b}\u{7f}"'),
    ],
)
def test_nushell_quoting(value: str, quoted: str) -> None:
    assert secret_line(Shell.NUSHELL, value) == f"$env.AWS_SECRET_ACCESS_KEY = {quoted}"


# --- every shell ---


base64_text = st.text(string.ascii_letters + string.digits + "+/", min_size=16, max_size=60)


@pytest.mark.parametrize("shell", Shell)
@given(key=base64_text, secret=base64_text, token=base64_text)
def test_no_secret_is_seen_unless_revealed(shell: Shell, key: str, secret: str, token: str) -> None:
    session = Credentials(key, Secret(secret), Secret(token), 0.0, "eu-west-1")
    lines = export(shell, session)
    whole = text(lines)
    seen = [repr(session), str(session), repr(lines), repr(whole), f"{whole} {session} {lines[0]}"]
    seen += [line.masked for line in lines]
    for shown in seen:
        assert secret not in shown
        assert token not in shown
        assert key not in shown
        assert key[:-4] not in shown
    assert {secret, token, key} <= set(re.findall(r"[\w+/]+", whole.reveal()))


@pytest.mark.parametrize("shell", Shell)
def test_a_masked_line_differs_from_the_real_one_only_in_what_it_hides(shell: Shell) -> None:
    revealed = text(export(shell, TEMPORARY)).reveal()
    masked = "".join(f"{line.masked}\n" for line in export(shell, TEMPORARY))
    assert TEMPORARY.session_token is not None
    for hidden, shown in (
        (TEMPORARY.access_key_id, "••••DFGH"),
        (TEMPORARY.secret_access_key.reveal(), MASK),
        (TEMPORARY.session_token.reveal(), MASK),
    ):
        revealed = revealed.replace(hidden, shown)
    # A .env value stands bare where it can; the mask cannot.
    assert masked.replace("'", "") == revealed.replace("'", "")
    assert "eu-central-1" in masked
    assert "2026-11-20T22:00:00Z" in masked


@pytest.mark.parametrize("shell", Shell)
def test_no_control_character_of_a_file_reaches_the_screen(shell: Shell) -> None:
    session = Credentials("AKIA\x1b]0;x\x07", Secret("s"), None, None, "eu\x1b[2J\u202e")
    if shell is Shell.CMD:
        with pytest.raises(ValueError, match="control character"):
            export(shell, session)
        return
    assert all(line.masked.isprintable() for line in export(shell, session))


@pytest.mark.parametrize("shell", Shell)
@pytest.mark.parametrize("value", ["a\0b", "\ud800"])
def test_what_no_environment_can_hold_is_refused_without_being_repeated(
    shell: Shell, value: str
) -> None:
    with pytest.raises(ValueError, match=r"^AWS_SECRET_ACCESS_KEY: ") as caught:
        export(shell, with_value(f"geheim{value}"))
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("shell", Shell)
@pytest.mark.parametrize("key_and_secret", [("", "secret"), ("AKIA", "")])
def test_half_a_session_is_not_exported(shell: Shell, key_and_secret: tuple[str, str]) -> None:
    """A lone key is fatal for the AWS CLI, even beside a valid profile."""
    key, secret = key_and_secret
    with pytest.raises(ValueError, match="a key is missing"):
        export(shell, Credentials(key, Secret(secret), None, None, ""))


@pytest.mark.parametrize("shell", Shell)
def test_the_whole_snippet_is_its_lines_each_ended(shell: Shell) -> None:
    lines = unset(shell)
    assert text(lines).reveal() == "".join(line.reveal() + "\n" for line in lines)
    assert all(line.masked == line.reveal() for line in lines)
